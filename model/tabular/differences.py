"""A question in, whether it asks by how much something changed or differs, and whether that is said, out."""

from __future__ import annotations

import re
from collections.abc import Iterable

from model.tabular.cells import NAMED
from retrieval.terms import words

_MUCH = re.compile(r"\b(?:how much|how many|difference|wie ?viele?|unterschied|differenz)\b", re.IGNORECASE)
_CHANGES = (
    r"(?:go|goes|going|went|gone|come|came) (?:up|down)|ris(?:e|es|en|ing)|rose|raised?|f[ae]ll(?:s|en)?|"
    r"drop(?:s|ped)?|"
    r"increas\w+|decreas\w+|reduc\w+|gr[eo]w(?:n|s|th)?|shr[aiu]nk|chang\w+|cut|difference|gestiegen|gesunken|"
    r"gefallen|erhöht|gesenkt|gewachsen|geändert|verändert\w*|unterschied|differenz"
)
_COMPARES = (
    r"cheaper|dearer|(?:more|less) expensive|higher|lower|larger|bigger|smaller|longer|shorter|günstiger|"
    r"billiger|teurer|höher|niedriger|größer|kleiner|länger|kürzer"
)
_CHANGED = re.compile(rf"\b(?:{_CHANGES}|{_COMPARES})\b", re.IGNORECASE)
_BETWEEN = frozenset(("between", "zwischen"))
_MORE = re.compile(r"\b(?:more|less|fewer|mehr|weniger)\b(?=.*\b(?:than|als)\b)", re.IGNORECASE)
_ROW = re.compile(NAMED)


def apart(question: str) -> frozenset[str]:
    """The words by which a difference is asked for."""
    said = (found[0] for one in (_MUCH, _CHANGED, _MORE) for found in one.finditer(question))
    return frozenset(words(" ".join(said))) | _BETWEEN


def differs(question: str) -> bool:
    """Whether a difference is asked for: how much did it go down, how much cheaper is it."""
    line = question.rpartition("\n")[2]
    return bool(_MUCH.search(line) and (_CHANGED.search(line) or _MORE.search(line)))


def undiffered(question: str, quoted: Iterable[str]) -> bool:
    """Whether a difference is asked for, and what is quoted are rows of tables, without a word of one."""
    said = list(quoted)
    rows = any(map(_ROW.match, said))
    return rows and differs(question) and not any(map(_CHANGED.search, said))
