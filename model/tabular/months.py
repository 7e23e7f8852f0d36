"""A question that names a month and a table in, the rows of that month out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from model.tabular.amounts import Amounts
from model.tabular.asking import Asked
from retrieval.daynames import MONTHS
from retrieval.terms import words

MONTH = {name: n for n, names in enumerate(MONTHS.split("|"), 1) for name in names.split()}
_ARE = re.compile(r"\A\W*(?:(?:is|are) there|when|gibt es|wann)\b")
_IN = re.compile(
    rf"\b(?:in|of|during|for|im|vom|für)\s(?:the\s(?:month\sof\s)?)?({'|'.join(MONTH)})\b\.?(?:\s(\d{{4}})\b)?"
)
_IN_YEAR = re.compile(r"\b(?:in|during|im jahr)\s()(\d{4})\b")


def in_month(
    asked: Asked, numbers: Mapping[int, Amounts], *, named: bool = False
) -> Iterator[tuple[int, list[int], str, set[int]]]:
    """The one column of days and the places of its rows that are of a month that is named, the month as it
    is said, and where in the question that stands; of a year too where the column is `named`."""
    days = [n for n, one in numbers.items() if one.dates]
    found = _IN.search(asked.text) or (_IN_YEAR.search(asked.text) if named else None)
    asks = named or asked.listed() or asked.counted() or _ARE.match(asked.text)
    if not found or not asks or len(days) != 1:
        return
    month, year = MONTH.get(found[1]), int(found[2] or 0)
    spelt = [None if value is None else date.fromordinal(int(value)) for value in numbers[days[0]].values]
    rows = [n for n, day in enumerate(spelt) if day and month in (None, day.month) and year in (0, day.year)]
    before = len(words(asked.text[: found.start(1)]))
    said = " ".join(filter(None, found.groups()))
    yield days[0], rows, said.title(), set(range(before, before + len(words(said))))
