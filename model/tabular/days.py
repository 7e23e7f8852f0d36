"""A question that names a day and a table with days in, the cells of that day out, however it is written."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date

from model.tabular.asking import Asked
from model.tabular.criteria import Found, Test
from model.tabular.months import MONTH
from model.tabular.tables import Table
from retrieval.daynames import WEEKDAYS
from retrieval.terms import words

_WEEKDAY = {
    form: n
    for n, names in enumerate(WEEKDAYS.split("|"))
    for name in names.split()
    for form in ((name, f"{name}s") if name.endswith(("day", "tag", "woch", "abend")) else (name,))
}
_SHORT = 3  # letters: "do", "so" and "di" are words of a question
_SPELT = re.compile(r"\b(?:(\d{4})-(\d\d)-(\d\d)|(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})?)(?!\d)")
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
_NUMBER = re.compile(r"\d{1,4}(?!\d)")
_RANGE = re.compile(r"\w\.?\s*[–—]\s*\w|\w\.?\s+-\s+\w|\b(?:to|until|through|bis)\s")  # Monday to Friday
_OWN = re.compile(r"\b(?:dates?|days?|weekdays?|when|tage?|datum|wann|wochentage?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Day:
    """What is said of a day; None where nothing is."""

    weekday: int | None = None
    day: int | None = None
    month: int | None = None
    year: int | None = None

    @classmethod
    def of(cls, text: str, *, cell: bool = False) -> Day | None:
        """The one that `text` names, by its weekday or by day and month; None of several, or of a span. In a
        `cell`, Mo is Monday too."""
        said = text.casefold().replace(".", " ").split() if cell else words(text)
        said = [word.strip(",;:()") for word in said]
        weekdays = {_WEEKDAY[w] for w in said if w in _WEEKDAY and (cell or len(w) >= _SHORT)}
        spelt = [*_SPELT.finditer(text)]
        if len(weekdays) > 1 or len(spelt) > 1 or sum(w in MONTH for w in said) > 1 or _RANGE.search(text):
            return None
        weekday = next(iter(weekdays), None)
        for found in spelt:
            year, month, day = found[1] or found[6], found[2] or found[5], found[3] or found[4]
            return cls(weekday, int(day), int(month), int(year) if year else None)._whole()
        return cls(weekday, *_dated(said))._whole()

    def _whole(self) -> Day | None:
        """With the weekday that its date has; None where it says too little, or there is no such date."""
        if self.day is None or self.month is None:
            return self if self.weekday is not None else None
        if self.year is None:
            return self
        try:
            return Day(date(self.year, self.month, self.day).weekday(), self.day, self.month, self.year)
        except ValueError:
            return None

    def fits(self, other: Day) -> bool:
        """Whether both may be one day, and something is said of both."""
        pairs = ((self.weekday, other.weekday), (self.day, other.day), (self.month, other.month),
                 (self.year, other.year))  # fmt: skip
        both = [one == two for one, two in pairs if one is not None and two is not None]
        return bool(both) and all(both)


def _dated(said: list[str]) -> tuple[int | None, int | None, int | None]:
    """Day, month and year beside a month's name."""
    at = next((n for n, word in enumerate(said) if word in MONTH), None)
    if at is None:
        return None, None, None
    near = [found for n in (at - 1, at + 1) if 0 <= n < len(said) and (found := _DAY.fullmatch(said[n]))]
    year = next((int(word) for word in said[at : at + 3] if re.fullmatch(r"(?:19|20)\d\d", word)), None)
    return (int(near[0][1]), MONTH[said[at]], year) if near else (None, None, None)


def days(asked: Asked, table: Table, taken: Container[int]) -> Iterator[Found]:
    """The cells that are the day that is named, of the one column of days; a test that none passes where it
    has no such day. When an office opened is no day on which it is open: such a column has to be named."""
    wanted = None if asked.denied() or asked.compared else Day.of(asked.text)
    if wanted is None:
        return
    own = (n for n, name in enumerate(table.columns) if _OWN.search(name) or {*words(name)} <= {*asked.words})
    columns = {n: made for n in own if n not in taken and (made := _days(table, n))}
    if len(columns) != 1:
        return
    ((column, made),) = columns.items()
    values = frozenset(cell for cell, day in made.items() if day.fits(wanted))
    where = frozenset(n for n, word in enumerate(asked.words) if _of(word, wanted))
    yield Test(column, values, said=" / ".join(sorted(values))), where


def _days(table: Table, column: int) -> dict[str, Day]:
    """The day of each cell, where each that is filled names one."""
    cells = {cell for cell in table.cells(column) if cell}
    made = {cell: day for cell in cells if (day := Day.of(cell, cell=True))}
    return made if len(made) == len(cells) else {}


def _of(word: str, wanted: Day) -> bool:
    """Whether a word of the question is one of those that name the day."""
    if (len(word) >= _SHORT and word in _WEEKDAY) or word in MONTH:
        return True
    found = _NUMBER.match(word)
    return found is not None and int(found[0]) in (wanted.day, wanted.month, wanted.year)
