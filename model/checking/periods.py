"""A question in, the time it asks about out; passages of a document in, from when on it says to hold, and of
which year what is quoted of it is.

Times are years, months or days as ISO writes them ("2023", "2023-03", "2023-03-01"), and compare as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache

from model.checking.figures import figures
from retrieval.passage import Passage
from retrieval.terms import terms

_TIME = re.compile(r"(?:19|20)\d\d(?:-\d\d){0,2}")
_DOTTED = re.compile(r"(\d{1,2})\.\d{1,2}\.\d{2,4}")
_BEYOND = re.compile(
    r"\b(?:since|before|after|until|till|by|from|than|with|seit|vor|nach|bis|ab|als|mit)\s(?:the\s|dem\s|der\s)?\Z",
    re.IGNORECASE,
)
_AHEAD = re.compile(r"\b(?:before|prior to|vor)\s(?:the\s|dem\s|der\s)?\Z", re.IGNORECASE)
_YEAR = re.compile(  # what stands before a number that is a year: room 2023 is none
    r"(?:\A|[(,?]|\b(?:in|im|of|for|during|from|year|the|our|my|that|this|jahr|jahre|jahres|des|der|die|das|den|dem|"
    r"von|aus|für|unsere?[rn]?|meine?[rn]?))\W*\Z",
    re.IGNORECASE,
)
_NUMBERED = re.compile(  # what has numbers of its own, which may look like years
    r"\b(?:room|gate|line|hall|building|floor|bus|train|form|article|section|error|port|code|model|version|order|"
    r"ticket|extension|costs?|pays?|kostet|kosten|account|number|nr|no|iso|din|en|rfc|raum|zimmer|tor|linie|halle|gebäude|zug|formular|artikel|"
    r"abschnitt|fehler|modell|auftrag|durchwahl|konto|nummer)\.?\s\Z|[^\w\s]\W*\Z",
    re.IGNORECASE,
)
_LATER = re.compile(r"\b(?:is|are|was|were|ist|sind|war|waren)\s\Z", re.IGNORECASE)
_HOLDS = re.compile(
    r"\b(?:effective\b|stand:|(?:with effect|in force|in effect|valid|appl(?:y|ies|icable)|gültig|wirksam|"
    r"gilt|gelten|in kraft)\s(?:\w+\s){0,2}?(?:from|since|as of|on|ab|seit|zum|vom|am)\b)",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"\b(?:since|after|from|starting|seit|nach|ab|von)\s(?:the\s|dem\s|der\s)?\Z", re.IGNORECASE
)
_TO = re.compile(
    r"\b(?:before|until|till|through|up\sto|to|and|by|vor|bis|und)\s(?:the\s|dem\s|der\s|zum\s)?\Z|\d\s?[-–/]\s?\Z",
    re.IGNORECASE,
)
_WITH = re.compile(r"\b(?:until|till|through|up\sto|to|and|by|bis|und)\s(?:\w+\s)?\Z", re.IGNORECASE)
_AFTER_THAT = re.compile(
    r"\b(?:after (?:that|this)(?: date| day)?|thereafter|from then on|later ones?|since then|danach|seither|"
    r"seitdem|später)\b",
    re.IGNORECASE,
)
_ITEM = re.compile(r"\s|[-*+•]|\(?\d{1,3}[.)]\s")
_UNTIL = re.compile(r"\b(?:until|till|through|to|bis)\b", re.IGNORECASE)
_OPEN, _ENDLESS = "0000", "9999"  # of a span without a first, a last year
_NEAR = 40  # characters behind "valid from" in which its date stands
_BEGINNING = 1000  # characters of a document in which it says from when on it holds


@lru_cache(maxsize=64)  # each sentence of each passage is held against it
def then(question: str) -> str:
    """The one time at which something is asked about, the last one before it where it is asked about what was
    before; "" where none is named, or several, or since one."""
    line = question.rpartition("\n")[2]
    found = list(_times(line))
    if len({time for time, _, _ in found}) != 1:
        return ""
    time, written, start = found[0]
    before, behind = line[:start], line[start + len(written) :]
    bare = _LATER.search(before) or (not behind.strip(" ?.!") and not _NUMBERED.search(before))
    if _AHEAD.search(before):
        return _eve(time)
    return "" if _BEYOND.search(before) or not (len(time) > 4 or bare or _YEAR.search(before)) else time


def _eve(time: str) -> str:
    """The year, the month or the day before."""
    numbers = [int(part) for part in time.split("-")]
    if len(numbers) == 3:
        return (date(*numbers) - timedelta(days=1)).isoformat()
    if len(numbers) == 2 and numbers[1] > 1:
        return f"{numbers[0]}-{numbers[1] - 1:02}"
    return f"{numbers[0] - 1}-12" if len(numbers) == 2 else str(numbers[0] - 1)


def told(passages: Sequence[Passage]) -> str:
    """From when on a document holds, as its title or its beginning says; "" where they do not."""
    titles = dict.fromkeys(one.title for one in passages)
    return next(filter(None, map(titled, titles)), "") or next(
        (time for one in passages for time in _effective(one)), ""
    )


def titled(title: str) -> str:
    """The first time that a title names."""
    return next((time for time, _, _ in _times(title)), "")


def numbers(before: str) -> bool:
    """Whether what stands before a number has numbers that are no years: room 2023."""
    return bool(_NUMBERED.search(f"{before.rstrip(' (,–-_')} "))


def since(passages: Sequence[Passage]) -> str:
    """The same, or when it was last changed."""
    changed = [one.updated_at.date().isoformat() for one in passages if one.updated_at]
    return told(passages) or max(changed, default="")


def begun(time: str, by: str) -> bool:
    """Whether `time` comes before the end of `by`."""
    return bool(time) and (time <= by or time.startswith(by))


def named(question: str, passage: Passage) -> frozenset[str]:
    """Terms of the time that is asked about, where the passage's document says to hold then: it speaks of
    that time without a word on it."""
    if not (at := then(question)) or not begun(told([passage]), at):
        return frozenset()
    return frozenset(term for _, written, _ in _times(question) for term in terms(written))


def another_year(question: str, passage: Passage, span: tuple[int, int], begins: str = "") -> str:
    """The year that what is quoted is of, where that is another than the one asked about: what stands nearest
    to it and names years says so. `begins`: from when on the document says to hold. "" where it is of that
    year, or of none that can be told."""
    asked = then(question)[:4]
    if not asked:
        return ""
    dated = next((text for text in _about(passage, span) if any(_years(text))), "")
    if dated:
        return dated_otherwise(question, dated)
    return begins[:4] if begins and not begun(begins, asked) else ""


def dated_otherwise(question: str, text: str) -> str:
    """The year that `text` names, the nearest, where that is another than the one asked about; or ""."""
    asked, years = then(question)[:4], list(_years(text))
    if not asked or not years or any(first <= asked <= last for first, last in years):
        return ""
    bounds = {year for span in years for year in span} - {_OPEN, _ENDLESS}
    return min(sorted(bounds), key=lambda year: abs(int(year) - int(asked)))


def applies(question: str, text: str, ahead: str = "") -> bool | None:
    """Whether a rule that `text` bounds in time holds at the time that is asked about: before 1 April 2025,
    from 2026 on; after that, which is what the sentence `ahead` of it names. None where it bounds none, or
    holds for a part of the time, or no time is asked about."""
    at = then(question)
    spans = list(_bounds(text)) if at else []
    if at and not spans and _AFTER_THAT.search(text) and (named := list(_times(ahead))):
        spans = [(named[-1][0], _ENDLESS)]
    if not spans:
        return None
    end = f"{at}-99"
    both = max(first for first, _ in spans) < min(last for _, last in spans)
    some = [first <= end and at < last for first, last in spans]
    if not (all(some) if both else any(some)):
        return False
    whole = [first <= at and end <= f"{last}-99" for first, last in spans]
    return True if (all(whole) if both else any(whole)) else None


def _bounds(text: str) -> Iterator[tuple[str, str]]:
    """Spans of time that `text` bounds on a side: from then on, until then."""
    for time, _, start in _times(text):
        if _FROM.search(text[:start]):
            yield time, _ENDLESS
        elif _TO.search(text[:start]):
            yield _OPEN, f"{time}-99" if _WITH.search(text[:start]) else time


def _about(passage: Passage, span: tuple[int, int]) -> Iterator[str]:
    """What says of which time a quote is: itself, the line that leads in, its headings, the title, and
    the first line of its document."""
    start, end = span
    yield passage.text[start:end]
    above = (line for line in reversed(passage.text[:start].splitlines()) if line.strip())
    lead = next((line for line in above if not _ITEM.match(line)), "")
    yield lead if lead.rstrip().endswith(":") else ""
    yield from reversed(passage.heading)
    yield passage.title
    yield passage.text.partition("\n")[0] if passage.start == 0 and start > 0 else ""


def _years(text: str) -> Iterator[tuple[str, str]]:
    """Spans of years that `text` names: 2024 to 2025, from 2024 on, until 2025, 2026."""
    found = list(_times(text))
    for n, (time, _, start) in enumerate(found):
        year, before = time[:4], text[:start]
        ahead = text[start : found[n + 1][2]] if n + 1 < len(found) else ""
        if _FROM.search(before):
            to = found[n + 1][0][:4] if ahead and _TO.search(ahead) else _ENDLESS
            yield year, to
        elif _TO.search(before):
            opened = n and _TO.search(text[found[n - 1][2] : start])
            yield (found[n - 1][0][:4] if opened else _OPEN), year
        else:
            yield year, year


def _effective(passage: Passage) -> Iterator[str]:
    if passage.start > _BEGINNING:
        return
    for match in _HOLDS.finditer(passage.text[:_BEGINNING]):
        behind = _UNTIL.split(passage.text[match.end() : match.end() + _NEAR])[0]
        yield from (time for time, _, _ in _times(behind))


def _times(text: str) -> Iterator[tuple[str, str, int]]:
    """Each as ISO writes it, as it is written, and where."""
    for figure in figures(text):
        found = sorted(value for value in figure.values if _TIME.fullmatch(value))
        if dotted := _DOTTED.fullmatch(figure.spelling):  # the day comes first
            found = [value for value in found if value.endswith(f"-{int(dotted[1]):02}")] or found
        if found and not figure.unit:
            yield found[0], figure.spelling, figure.start
