"""Text in, the figures that it means and does not write out: half, 50 %; noon, 12:00; 24/7, 24 hours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from model.checking.figures import Figure, figures
from model.checking.units import UNITS

_NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()
_PARTS = {"half": 2, "halves": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_PART = re.compile(
    r"\b(?:(?P<all>half|halves)(?! an? | past|-)"
    r"|(?P<n>a|an|one|two|three|four)[ -](?P<part>third|quarter|fifth|tenth)s?)\b"
    r"|(?<![\d/.])(?P<top>[1-9])/(?P<bottom>[2-9]|10)(?![\d/])"
)
_MEASURED = frozenset("s min h d wk mo y km mi kg l".split())  # of what people say half a one
_TIMED = "|".join(sorted((u for u, its in UNITS.items() if its in _MEASURED), key=len, reverse=True))
_HALVED = re.compile(
    rf"\b(?:half an?|(?P<n>\d+|{'|'.join(_NUMBERS)})(?: and a half| ½|½)) (?P<unit>{_TIMED})\b"
    rf"|\b(?:an?|one) (?P<after>{_TIMED}) and a half\b"
)
_HINT = re.compile(  # without one of these there is none
    r"hal[fv]|third|quarter|fifth|tenth|twice|zweimal|thrice|dreimal|dozen|noon|midday|midnight|mitternacht|uhr"
    r"|clock|[/½]|\ban? "
)
_OTHERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], list[tuple[str, str]]]], ...] = (
    (re.compile(r"\btwice\b|\bzweimal\b"), lambda m: [("2", "")]),
    (re.compile(r"\b(?:than|in|within|for|about|over|under|after|takes?|lasts?|nearly|almost|every)"
                rf" an? (?P<u>{_TIMED})\b"),
     lambda m: [("1", UNITS[m["u"]])]),
    (re.compile(r"\b(?:thrice|dreimal)\b"), lambda m: [("3", "")]),
    (re.compile(rf"\b(?:(?P<n>\d+|{'|'.join(_NUMBERS)}) )?dozen\b"),
     lambda m: [(f"{12 * _count(m['n']):g}", "")]),
    (re.compile(r"\b(?:noon|midday)\b"), lambda m: [("12:00", "")]),
    (re.compile(r"\bmidnight\b|\bmitternacht\b"), lambda m: [("00:00", ""), ("24:00", "")]),
    (re.compile(r"\b(?P<n>\d{1,2}) ?(?:uhr|o['’]clock)\b"), lambda m: [(f"{int(m['n']):02}:00", "")]),
    (re.compile(r"\b24/7\b|\b(?:around|round) the clock\b|\brund um die uhr\b"),
     lambda m: [("24", "h"), ("7", "d"), ("24", ""), ("7", "")]),
)  # fmt: skip


def meant(text: str) -> list[Figure]:
    """Those written in `text`, and those that its words stand for."""
    folded = text.casefold()
    return figures(text) + (list(_unwritten(folded)) if _HINT.search(folded) else [])


def _unwritten(text: str) -> Iterator[Figure]:
    for found in _PART.finditer(text):
        yield from _portion(found)
    for found in _HALVED.finditer(text):
        whole = 1 if found["after"] else _count(found["n"]) if found["n"] else 0
        yield _figure(f"{whole + 0.5:g}", UNITS[found["unit"] or found["after"]], found)
    for pattern, values in _OTHERS:
        for found in pattern.finditer(text):
            yield from (_figure(value, unit, found) for value, unit in values(found))


def _portion(found: re.Match[str]) -> Iterator[Figure]:
    """Two thirds: 2, 3, and 66, 67, 66.7 or 66.67 %."""
    top = _count(found["top"] or found["n"] or "one")
    bottom = _PARTS[found["all"] or found["part"]] if not found["bottom"] else int(found["bottom"])
    share = 100 * top / bottom
    values = {f"{share:.{places}f}" for places in (0, 1, 2)} | {f"{int(share)}", f"{share:g}"}
    yield Figure(frozenset(values), "%", found[0], found.start())
    if not found["top"]:
        yield from (_figure(str(n), "", found) for n in (top, bottom))


def _figure(value: str, unit: str, found: re.Match[str]) -> Figure:
    return Figure(frozenset({value}), unit, found[0], found.start())


def _count(number: str | None) -> int:
    if not number or number in ("a", "an"):
        return 1
    return int(number) if number.isdigit() else _NUMBERS.index(number) + 1
