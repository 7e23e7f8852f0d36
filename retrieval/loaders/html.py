"""A web page in, one Document out: what a reader sees of its main part, with headings, tables and dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from lxml import etree, html

from retrieval.loaders import File
from retrieval.loaders.cells import is_data, rows
from retrieval.loaders.declared import date
from retrieval.loaders.decoding import decode
from retrieval.loaders.layout import Layout
from retrieval.loaders.shown import hidden, shown
from retrieval.passage import Block, Document, DocumentError, Heading

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    """
    address article aside blockquote body caption center dd details div dl dt fieldset figcaption
    figure footer form header hr html legend li main ol p section summary table tbody td tfoot th
    thead tr ul
    """.split()
)
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{2,30})", re.I)
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}\?>")
_DATES = ("article:modified_time", "og:updated_time", "last-modified", "dcterms.modified", "date")


def load(file: File) -> Iterator[Document]:
    declared = _CHARSET.search(file.content[:4096])
    text, notes = decode(file.content, declared[1].decode("ascii") if declared else "")
    parser = html.HTMLParser(remove_comments=True, remove_pis=True)
    try:
        page = html.document_fromstring(_DECLARATION.sub("", text, count=1), parser=parser)
    except (etree.ParserError, ValueError):
        raise DocumentError("It has no text that a reader would see.") from None
    body, headings, blocks = _Walk().over(_main(page))
    title = next((h.title for h in headings if h.level == 1), "") or " ".join(
        page.xpath("//title/text()")[:1]
    )
    yield replace(
        file.document(body, " ".join(title.split())),
        headings=headings,
        blocks=blocks,
        notes=notes,
        updated_at=_changed(page) or file.modified,
    )


def _main(page: html.HtmlElement) -> html.HtmlElement:
    """The element that the page calls its main part; a sole article; else everything."""
    for path in ("//main", "//*[@role='main']", "//article"):
        found = [node for node in page.xpath(path) if not hidden(node) and node.text_content().strip()]
        if len(found) == 1:
            return found[0]
    return page


def _changed(page: html.HtmlElement) -> datetime | None:
    facts: dict[str, str] = {}
    for node in page.xpath("//meta[@content]"):
        name = (
            node.get("property") or node.get("name") or node.get("http-equiv") or node.get("itemprop") or ""
        )
        facts.setdefault(name.casefold(), node.get("content"))
    return next((moment for name in _DATES if (moment := date(facts.get(name)))), None)


class _Walk:
    """Goes through the elements without recursion and writes what they show."""

    def __init__(self) -> None:
        self._layout = Layout()
        self._text: list[str] = []
        self._item = False

    def over(self, root: html.HtmlElement) -> tuple[str, tuple[Heading, ...], tuple[Block, ...]]:
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, node in walk:
            if event == "start":
                if hidden(node) or self._whole(node):
                    walk.skip_subtree()
                else:
                    self._open(node)
            else:
                self._close(node)
                if node is not root:
                    self._add(node.tail)
        self._flush()
        return self._layout.finish()

    def _whole(self, node: html.HtmlElement) -> bool:
        """Writes headings, code and data tables at once; False where the element is to be entered."""
        if node.tag in _HEADINGS:
            self._flush()
            title = "".join(shown(node)).strip().rstrip("¶#§🔗 ")
            self._layout.heading(title, _HEADINGS[node.tag], _anchor(node))
        elif node.tag == "pre":
            self._flush()
            self._layout.code("".join(shown(node)))
        elif node.tag == "table" and is_data(node):
            self._flush()
            for caption in node.findall("caption"):
                self._layout.paragraph(" ".join("".join(shown(caption)).split()))
            self._layout.table(*rows(node))
        else:
            return False
        return True

    def _open(self, node: html.HtmlElement) -> None:
        if node.tag == "br":
            self._text.append("\n")
        elif node.tag in _BLOCKS:
            self._flush()
            self._item = node.tag == "li" or (self._item and node.tag in ("p", "div"))
        self._add(node.text)

    def _close(self, node: html.HtmlElement) -> None:
        if node.tag in _BLOCKS:
            self._flush()
            self._item = False

    def _add(self, text: str | None) -> None:
        if text:
            self._text.append(re.sub(r"\s+", " ", text))

    def _flush(self) -> None:
        text, self._text = "".join(self._text), []
        if not text.strip():
            return
        if self._item:
            self._layout.item(text)
        else:
            self._layout.paragraph(text)
        self._item = False


def _anchor(node: html.HtmlElement) -> str:
    """The id a link to this heading ends with: its own, an anchor's in it, the section's it opens."""
    named = [node, *node.xpath(".//a[@id or @name]")[:1]]
    above = node.getparent()
    if above is not None and above.tag in ("section", "div", "article") and above[0] is node:
        named.append(above)
    return next((mark for n in named if (mark := (n.get("id") or n.get("name") or "").strip()[:200])), "")
