"""An element of a web page in, the text a reader sees of it out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree, html

_SILENT = frozenset(
    """
    head script style noscript template svg math iframe object embed canvas audio video select button
    input textarea datalist dialog nav map
    """.split()
)
_UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|"
    r"(?:font-size|opacity)\s*:\s*0(?:\.0*)?\s*(?:px|em|rem|pt|%)?\s*(?:;|!|$)",
    re.IGNORECASE,
)


def hidden(node: html.HtmlElement) -> bool:
    """Whether an element shows no text, or only what serves the page and not its reader."""
    if node.tag in _SILENT:
        return True
    facts = node.attrib
    if not facts:
        return False
    return (
        "hidden" in facts
        or facts.get("aria-hidden") == "true"
        or bool(_UNSEEN.search(facts.get("style", "")))
    )


def shown(node: html.HtmlElement) -> Iterator[str]:
    """The texts inside an element, hidden ones left out, breaks as newlines."""
    walk = etree.iterwalk(node, events=("start", "end"))
    for event, inner in walk:
        if event == "end":
            if inner is not node and inner.tail:
                yield inner.tail
        elif inner is not node and hidden(inner):
            walk.skip_subtree()
        elif inner.tag == "br":
            yield "\n"
        elif inner.text:
            yield inner.text
