"""A place in a passage in, the heading or line above it that denies out: what stands below is not so."""

from __future__ import annotations

import re

from retrieval.passage import Passage

_DENIES = re.compile(
    r"\b(?:not(?! only)|never|no(?!\.?\s*\d|-)|nothing|nobody|none|cannot|\w+n['’]ts?|except(?:ions?)?|"
    r"exclu(?:de[ds]?|ding|sions?)|forbidden|prohibit\w*|banned|unsupported|ineligible|disallowed|"
    r"nicht(?! nur)|nie|niemals|nichts|kein\w*|verboten\w*|untersagt\w*|ausgeschlossen\w*|ausnahmen?|"
    r"ausgenommen|unzulässig\w*)\b",
    re.IGNORECASE,
)
_CASE = re.compile(  # tells when or why something is not so, and denies nothing of what stands below
    r"\W*(?:why|how|if|what (?:if|to do)|warum|wieso|weshalb|wie|wenn|falls|was (?:tun|wenn))\b",
    re.IGNORECASE,
)
_ITEM = re.compile(r"[ \t>]*(?:[-*+•‣◦▪–]|\(?\d{1,3}[.)])[ \t]+")


def denies(text: str) -> bool:
    return bool(_DENIES.search(text)) and not _CASE.match(text)


def denial(passage: Passage, at: int = 0) -> str:
    """The line that leads in the list at offset `at` of its text, where that denies, else the last heading,
    where that does; without what ends it. Empty where neither does."""
    above = (_lead(passage.text, at), *passage.heading[-1:])
    return next((line.strip(" #*_:?!.") for line in above if denies(line)), "")


def _lead(text: str, at: int) -> str:
    """The line above the list that the line at `at` is an item of."""
    *before, own = text[:at].split("\n")
    if not _ITEM.match(own + text[at:].partition("\n")[0]):
        return ""
    for line in reversed(before):
        if line.strip() and not _ITEM.match(line) and not line[0].isspace():
            return line.strip() if line.rstrip().endswith(":") else ""
    return ""
