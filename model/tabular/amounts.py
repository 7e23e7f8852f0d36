"""Cells of one column in, amounts that can be added and compared out; nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

_UNIT = r"[^\W\d_]{1,12}\.?|[$€£¥%]|°[CF]|m²|qm|sqm"
_NUMBER = r"\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
_AMOUNT = re.compile(
    rf"(?P<before>{_UNIT})?\s?(?P<minus>[-−])?(?P<before2>[$€£¥])?\s?(?P<number>{_NUMBER})\s?(?P<after>{_UNIT})?"
)
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})|(\d{1,2})\.(\d{1,2})\.(\d{4})")
_NONE = frozenset({"", "-", "–", "—", "n/a", "none", "k. a.", "k.a.", "keine"})
_YES = frozenset({"yes", "y", "true", "ja", "x", "✓", "✔", "✅", "☑", "wahr", "available", "vorhanden"})
_NO = frozenset({"no", "n", "false", "nein", "✗", "✘", "❌", "☐", "falsch", *_NONE})
_BETWEEN = 3  # ways to say something between yes and no; more are notes
_SCALES = frozenset({"k", "m", "mn", "bn", "mio", "mrd", "tsd", "million", "millions", "thousand", "t"})

_CURRENCIES = {
    name: sign
    for sign, names in (("€", "€ eur euro euros"), ("$", "$ usd dollar dollars"), ("£", "£ gbp pound pounds"),
                        ("chf", "chf franken francs"))
    for name in names.split()
}  # fmt: skip
_TIMES = (  # units of time that are surely so many of another one; a month has no days of its own
    {"seconds": 1, "minutes": 60, "hours": 3600},
    {"days": 1, "weeks": 7},
    {"months": 1, "quarters": 3, "years": 12},
)
_TIME = {
    name: unit
    for unit, names in {
        "seconds": "second seconds sec secs sekunde sekunden s", "minutes": "minute minutes min mins minuten",
        "hours": "hour hours hr hrs stunde stunden std", "days": "day days tag tage tagen",
        "weeks": "week weeks woche wochen", "months": "month months monat monate monaten",
        "quarters": "quarter quarters quartal quartale", "years": "year years yr yrs jahr jahre jahren",
    }.items()
    for name in names.split()
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Amounts:
    """The cells of a column: a value for each, None where there is none; `unit` is that of all of them.
    `dates`: they are days, counted, that can be compared and not added."""

    values: tuple[Decimal | None, ...]
    unit: str = ""
    sign: bool = False  # the unit stands before the number
    dates: bool = False
    places: int = 0  # digits behind the point, at most
    comma: bool = False  # which is a comma
    mixed: bool = False  # they were of several units of time: `unit` is the smallest of them

    @property
    def years(self) -> bool:
        return not self.unit and all(1900 <= value <= 2100 for value in self.values if value is not None)


def amounts(cells: Sequence[str]) -> Amounts | None:
    """None where a cell is neither empty nor one plain amount, or units differ, or none has a figure."""
    filled = [cell for cell in cells if cell.strip().casefold() not in _NONE]
    if not filled:
        return None
    if all(_DATE.fullmatch(cell.strip()) for cell in filled):
        return _dates(cells)
    found = [_AMOUNT.fullmatch(cell.strip()) for cell in filled]
    if any(one is None for one in found):
        return None
    matches = [one for one in found if one]
    units = {_unit(one) for one in matches}
    comma = _comma([one["number"] for one in matches], money=all(map(currency, units)))
    if comma is None or any(unit.casefold() in _SCALES for unit in units):
        return None
    if (unit := _one_unit(units)) is None:
        return None
    factors = [times(_unit(one), unit) or Decimal(1) for one in matches]
    numbers = [_number(one, comma) * by for one, by in zip(matches, factors, strict=True)]
    rest = iter(numbers)
    values = tuple(None if cell.strip().casefold() in _NONE else next(rest) for cell in cells)
    places = max(max(0, -int(n.as_tuple().exponent)) for n in numbers)
    sign = bool(matches[0]["before"] or matches[0]["before2"])
    return Amounts(values, unit, sign, places=places, comma=comma, mixed=len(set(factors)) > 1)


def times(unit: str, of: str) -> Decimal | None:
    """How many of the one unit of time another one is; None where that is not the same everywhere."""
    one, two = (_TIME.get(name.casefold().rstrip("."), "") for name in (unit, of))
    family = next((some for some in _TIMES if one in some and two in some), None)
    return Decimal(family[one]) / family[two] if family else None


def unit_of(number: str) -> str:
    """The unit of time that a number is of; empty where it is of none."""
    found = re.search(r"[^\W\d_]+\Z", number.strip())
    return found[0] if found and found[0].casefold() in _TIME else ""


def _one_unit(units: set[str]) -> str | None:
    """The one of all cells: year beside years, and the smallest of several units of time."""
    if len(units) == 1:
        return units.copy().pop()
    least = [unit for unit in units if all((times(other, unit) or 0) >= 1 for other in units)]
    return max(least, key=lambda unit: (len(unit), unit)) if least else None


def currency(text: str) -> str:
    """Of an amount or a unit; empty where it is none of money."""
    found = re.findall(r"[$€£]|[^\W\d_]+", text.casefold())
    return next((_CURRENCIES[one] for one in found if one in _CURRENCIES), "")


def yes(cells: Sequence[str]) -> tuple[bool, ...] | None:
    """Whether each says yes; None where one says something else, or none says yes or no in words."""
    folded = [cell.strip().casefold() for cell in cells]
    if any(cell not in _YES | _NO for cell in folded) or not any(
        cell in _YES | _NO - _NONE for cell in folded
    ):
        return None
    return tuple(cell in _YES for cell in folded)


def no(cell: str) -> bool:
    """Whether it says no in words; an empty one does not say."""
    return cell.strip().casefold() in _NO - _NONE


def between(cells: Sequence[str]) -> bool:
    """Whether some say yes, some no, and some something between the two: traces, on request."""
    folded = {cell.strip().casefold() for cell in cells}
    some = folded - _YES - _NO
    return bool(folded & _YES) and bool(folded & (_NO - _NONE)) and 0 < len(some) <= _BETWEEN


def marks(cells: Sequence[str]) -> bool:
    """Whether they are of a column that says yes or no, or something between."""
    return yes(cells) is not None or between(cells)


def kinds(cells: Sequence[str]) -> bool:
    """Whether they are of a few kinds, or some say yes or no and others neither: open, closed, half a day."""
    said = any(cell.strip().casefold() in _YES | (_NO - _NONE) for cell in cells)
    return not amounts(cells) and (said or len(set(cells)) * 2 <= len(cells))


def spelt(value: Decimal, like: Amounts) -> str:
    """A value as the column's cells are written: with its unit, thousands apart."""
    if like.dates:
        return date.fromordinal(int(value)).isoformat()
    places = like.places if value == round(value, like.places) else max(like.places, 2)
    text = f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,.{places}f}"
    if like.comma:
        text = text.translate(str.maketrans(",.", ".,"))
    gap = "" if like.unit == "%" or (like.sign and not like.unit.isalpha()) else " "
    if not like.unit:
        return text
    return f"{like.unit}{gap}{text}" if like.sign else f"{text}{gap}{like.unit}"


def _unit(found: re.Match[str]) -> str:
    written = found["before"] or found["before2"] or found["after"] or ""
    both = bool(found["before"] or found["before2"]) and bool(found["after"])
    return "?" + written if both else written


def _comma(numbers: Sequence[str], *, money: bool = False) -> bool | None:
    """Whether a comma stands before decimals; None where that cannot be told: 1.000 alone may be both; of
    money beside hundreds it is a thousand."""
    decimals, thousands, either = set[str](), set[str](), set[str]()
    for number in numbers:
        marks = [c for c in number if c in ".,"]
        tail = len(re.split(r"[.,]", number)[-1])
        if len(set(marks)) == 2:
            thousands.add(marks[0])
            decimals.add(marks[-1])
        elif len(marks) > 1:
            thousands.add(marks[0])
        elif marks:
            (decimals if tail != 3 or number.startswith("0") else either).add(marks[0])
    if decimals & thousands or len(decimals) > 1 or len(thousands) > 1 or decimals & either:
        return None
    if not decimals and not thousands and "." in either:
        hundreds = money and any(number.isdecimal() and len(number) > 2 for number in numbers)
        return True if hundreds and either == {"."} else None
    return "," in decimals or "." in thousands | either


def _number(found: re.Match[str], comma: bool) -> Decimal:
    text = re.sub(r"['’ \u00a0\u202f]", "", found["number"])
    text = text.replace(".", "").replace(",", ".") if comma else text.replace(",", "")
    value = Decimal(text)
    return -value if found["minus"] else value


def _dates(cells: Sequence[str]) -> Amounts | None:
    values: list[Decimal | None] = []
    for cell in cells:
        found = _DATE.fullmatch(cell.strip())
        if not found:
            values.append(None)
            continue
        y, m, d = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
        try:
            values.append(Decimal(date(int(y), int(m), int(d)).toordinal()))
        except ValueError:
            return None
    return Amounts(tuple(values), dates=True)
