"""A table of a web page in, its rows as a reader sees them out."""

from __future__ import annotations

from lxml import html

from retrieval.loaders.shown import hidden, shown

_WIDEST = 100  # columns one cell may span


def is_data(table: html.HtmlElement) -> bool:
    """Whether a table holds data; one that holds other tables, headings or code lays out the page."""
    if table.get("role") in ("presentation", "none"):
        return False
    return not table.xpath("boolean(.//table | .//h1 | .//h2 | .//h3 | .//h4 | .//pre)")


def rows(table: html.HtmlElement) -> tuple[list[list[str]], bool]:
    """The cells of each row, spanned ones repeated downwards; and whether the first row names the columns."""
    made: list[list[str]] = []
    below: dict[int, tuple[str, int]] = {}
    lines = [row for row in table.iter("tr") if not hidden(row)]
    for line in lines:
        made.append(_row([c for c in line if c.tag in ("td", "th") and not hidden(c)], below))
    first = lines[0] if lines else None
    heads = first is not None and (
        first.getparent().tag == "thead" or all(c.tag == "th" for c in first if c.tag in ("td", "th"))
    )
    return made, heads


def _row(cells: list[html.HtmlElement], below: dict[int, tuple[str, int]]) -> list[str]:
    row: list[str] = []

    def spanned() -> None:
        while (held := below.pop(len(row), None)) is not None:
            text, left = held
            if left > 1:
                below[len(row)] = (text, left - 1)
            row.append(text)

    for cell in cells:
        spanned()
        text = " ".join("".join(shown(cell)).split())
        if (down := _number(cell.get("rowspan"))) > 1:
            below[len(row)] = (text, down - 1)
        row += [text, *[""] * (_number(cell.get("colspan")) - 1)]
    spanned()
    return row


def _number(value: str | None) -> int:
    return max(1, min(int(value), _WIDEST)) if value and value.strip().isdecimal() else 1
