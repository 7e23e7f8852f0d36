"""A Word document in, one Document out: headings, paragraphs and tables, without what is hidden."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import docx
from docx.oxml.ns import qn

from retrieval.loaders import File
from retrieval.loaders.declared import date
from retrieval.loaders.decoding import clean
from retrieval.loaders.layout import Layout
from retrieval.loaders.packed import broken, weigh
from retrieval.passage import Document

_TEMPLATE = datetime(2013, 12, 23, 23, 15, tzinfo=UTC)  # the date of python-docx's template says nothing
_BLOCKS = "./w:p | ./w:tbl | ./w:sdt/w:sdtContent/w:p | ./w:sdt/w:sdtContent/w:tbl"


def load(file: File) -> Iterator[Document]:
    weigh(file.content, "DOCX", "old Word file (.doc)")
    try:
        word = docx.Document(io.BytesIO(file.content))
    except (KeyError, ValueError, zipfile.BadZipFile, SyntaxError):
        raise broken("DOCX") from None
    layout = Layout()
    names = {style.style_id: style.name or "" for style in word.styles}
    for block in word.element.body.xpath(_BLOCKS):
        if block.tag == qn("w:tbl"):
            layout.table(_rows(block), header=True)
        else:
            _paragraph(layout, block, names)
    facts = word.core_properties
    text, headings, blocks = layout.finish()
    title = clean(facts.title or "").strip() or next((h.title for h in headings if h.level <= 1), "")
    changed = next(
        (d for d in (date(facts.modified), date(facts.created)) if d and d != _TEMPLATE), file.modified
    )
    yield replace(file.document(text, title), headings=headings, blocks=blocks, updated_at=changed)


def _paragraph(layout: Layout, block: Any, names: dict[str, str]) -> None:
    style = names.get(block.style or "", "")
    text = _text(block)
    if not text.strip() or style.casefold().startswith("toc "):
        return
    if style == "Title":
        layout.heading(text, 0)
    elif style.startswith("Heading ") and style[8:].isdigit():
        layout.heading(text, min(int(style[8:]), 6))
    elif block.xpath("./w:pPr/w:numPr") or style.startswith("List "):
        layout.item(text)
    else:
        layout.paragraph(text)


def _text(block: Any) -> str:
    """What the paragraph shows: insertions in, deletions and hidden runs out."""
    parts: list[str] = []
    for node in block.xpath(".//w:t | .//w:tab[parent::w:r] | .//w:br | .//w:noBreakHyphen"):
        if any(_hides(above) for above in node.iterancestors()):
            continue
        last = node.tag.rpartition("}")[2]
        parts.append({"tab": "\t", "br": "\n", "noBreakHyphen": "-"}.get(last, node.text or ""))
    return clean("".join(parts))


def _hides(node: Any) -> bool:
    tag = node.tag
    if tag == qn("w:r"):
        return bool(node.xpath("./w:rPr/w:vanish[not(@w:val='0' or @w:val='false')]"))
    return tag in (qn("w:del"), qn("w:moveFrom")) or tag.endswith(("}Fallback", "}txbxContent"))


def _rows(table: Any) -> list[list[str]]:
    return [
        [_cell(cell) for cell in row.xpath("./w:tc | ./w:sdt/w:sdtContent/w:tc")]
        for row in table.xpath("./w:tr")
    ]


def _cell(cell: Any) -> str:
    return " ".join(" ".join(_text(p) for p in cell.xpath(".//w:p")).split())
