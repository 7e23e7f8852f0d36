"""A Word document in, one Document out: headings, paragraphs and tables, without what is hidden."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
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
_NAMED = {"Title": 0} | {f"Heading {level}": min(level, 6) for level in range(1, 10)}
_CELLS = "./w:tr/w:tc | ./w:tr/w:sdt/w:sdtContent/w:tc"


def load(file: File) -> Iterator[Document]:
    weigh(file.content, "DOCX", "old Word file (.doc)")
    try:
        word = docx.Document(io.BytesIO(file.content))
    except (KeyError, ValueError, zipfile.BadZipFile, SyntaxError):
        raise broken("DOCX") from None
    layout = Layout()
    styles = {style.style_id: _Style.of(style) for style in word.styles}
    _walk(layout, word.element.body, styles)
    facts = word.core_properties
    text, headings, blocks = layout.finish()
    title = clean(facts.title or "").strip() or next((h.title for h in headings if h.level <= 1), "")
    changed = next(
        (d for d in (date(facts.modified), date(facts.created)) if d and d != _TEMPLATE), file.modified
    )
    yield replace(file.document(text, title), headings=headings, blocks=blocks, updated_at=changed)


@dataclass(frozen=True, slots=True)
class _Style:
    """What a paragraph style says: its name, and the level of heading that it or one it is made from is."""

    name: str = ""
    level: int | None = None

    @classmethod
    def of(cls, style: Any) -> _Style:
        first, level = style, None
        for _ in range(20):  # a style may be made from another, in a broken file even from itself
            if style is None or level is not None:
                break
            level = _NAMED.get(style.name, _outline(style.element))
            style = getattr(style, "base_style", None)
        return cls(first.name or "", level)


def _outline(element: Any) -> int | None:
    """The level of heading that a style or a paragraph gives itself, from 1; what is below 6 is text."""
    found = element.xpath("./w:pPr/w:outlineLvl/@w:val")
    return int(found[0]) + 1 if found and found[0] in tuple("012345") else None


def _walk(layout: Layout, parent: Any, styles: dict[str, _Style]) -> None:
    for block in parent.xpath(_BLOCKS):
        if block.tag != qn("w:tbl"):
            _paragraph(layout, block, styles.get(block.style or "", _Style()))
        elif _is_data(block, styles):
            layout.table(_rows(block), header=True)
        else:
            for cell in block.xpath(_CELLS):
                _walk(layout, cell, styles)


def _is_data(table: Any, styles: dict[str, _Style]) -> bool:
    """Whether a table holds data; one of a single cell, or that holds headings, lays out the page."""
    named = (styles.get(paragraph.style or "", _Style()) for paragraph in table.xpath(".//w:p"))
    return len(table.xpath(_CELLS)) > 1 and all(style.level is None for style in named)


def _paragraph(layout: Layout, block: Any, style: _Style) -> None:
    text = _text(block)
    if not text.strip() or style.name.casefold().startswith("toc "):
        return
    level = _outline(block)
    level = style.level if level is None else level
    if level is not None:
        layout.heading(text, level)
    elif block.xpath("./w:pPr/w:numPr") or style.name.startswith("List "):
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
    """Its lines as one, apart where none of them ends a sentence."""
    lines = [line for p in cell.xpath(".//w:p") for line in _text(p).split("\n")]
    parts = [text for line in lines if (text := " ".join(line.split()))]
    return " ".join(p if p[-1] in ".!?:;," else f"{p};" for p in parts).removesuffix(";")
