"""A question that names an amount in, whether a sentence with a limit is about so much out.

"Your manager approves up to 500 euros. Above that the head of finance does as well." is about 800 euros in
its second sentence, and only because of what the first says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from math import inf

from model.checking.figures import Figure, figures
from model.checking.units import UNITS, factor
from retrieval.terms import STOP, stem, words

_THE = r":?\s(?:the |an? |der |die |das |zu |zum )?\Z"
_MOST = re.compile(
    r"\b(?:up to|at most|(?:no|not) (?:more|longer|larger|later) than|maximum(?: of)?|max\.?|"
    r"limit(?:ed to| of)|(?:limit|maximum|\w*grenze)\b(?:\s[\w'’-]+){0,8}?\s(?:is|are|ist|liegt bei|beträgt)|"
    r"(?:not|never|cannot) exceed|within|until|bis(?: zu)?|höchstens|maximal|"
    rf"nicht (?:mehr|länger) als){_THE}",
    re.IGNORECASE,
)
_OVER = re.compile(
    r"\b(?:above|(?<!carry )(?<!carried )(?<!carrying )(?<!roll )(?<!rolled )(?<!left )(?<!spread )(?<!paid )"
    r"(?<!hand )(?<!handed )(?<!take )(?<!taken )over|beyond|exceed(?:s|ing)?|"  # what is carried over
    r"(?:more|greater|larger|longer|higher|further|bigger) than|"
    rf"über|(?:mehr|größer|länger|höher|weiter) als){_THE}",
    re.IGNORECASE,
)
_UNDER = re.compile(
    r"\b(?:below|under|(?:less|fewer|smaller|shorter|lower) than|unter|"
    rf"(?:weniger|kleiner|kürzer) als){_THE}",
    re.IGNORECASE,
)
_LEAST = re.compile(
    r"\b(?:at least|(?:no|not) (?:less|fewer) than|minimum(?: of)?|from|starting at|mindestens|ab|"
    rf"nicht weniger als){_THE}",
    re.IGNORECASE,
)
_AFTER = re.compile(rf"\b(?:after|nach){_THE}", re.IGNORECASE)  # so much time: from then on
_TO = re.compile(
    r"\s*(?:-|–|—|\bto\b|\bthrough\b|\bbis\b(?:\szu\b)?)\s*", re.IGNORECASE
)  # from one to another
_BETWEEN = re.compile(r"\b(?:between|zwischen)\s\Z", re.IGNORECASE)
_AND = re.compile(r"\s(?:and|und)\s", re.IGNORECASE)
_LASTS = re.compile(  # how long something takes is no limit; what somebody may take is one
    r"\b(?:(you|we|they|i|who|everyone|everybody|employees|staff)\s(?:(?:can|may|must|should|could)\s)?)?"
    r"(?:takes?|took|lasts?|needs?|dauer(?:n|t|te|ten)|brauch(?:t|en))\s(?:(?:us|about|around|roughly|usually|"
    r"normally|typically|approximately|from|between|etwa|ungefähr|rund|meist|zwischen|von)\s){0,2}\Z",
    re.IGNORECASE,
)
_OR_MORE = re.compile(
    r"\A\s?(?:[\w'’-]+\s){0,2}?(?:or|and|oder|und) (?:more|above|over|longer|larger|up|mehr|darüber)\b",
    re.IGNORECASE,
)
_OR_LESS = re.compile(
    r"\A\s?(?:[\w'’-]+\s){0,2}?(?:(?:or|and|oder|und) (?:less|fewer|below|under|shorter|weniger|darunter)|"
    r"at (?:the )?(?:latest|most))\b",
    re.IGNORECASE,
)
_ABOVE_THAT = re.compile(
    r"\A\W*(?:(?:for|from|with)\s)?(?:(?:anything|everything|whatever|what is|all) )?"
    r"(?:(?:above|over|beyond|past)(?: (?:that|this|it|these|which)\b|,)|"
    r"(?:more|longer|larger|bigger|higher)\b(?! than\b)|darüber\b|alles darüber\b|was darüber\b|mehr\b)",
    re.IGNORECASE,
)
_BELOW_THAT = re.compile(
    r"\A\W*(?:(?:for|from|with)\s)?(?:(?:anything|everything|whatever|what is|all) )?"
    r"(?:(?:below|under)(?: (?:that|this|it|these|which)\b|,)|(?:less|fewer|shorter|smaller|lower)\b"
    r"(?! than\b)|darunter\b|alles darunter\b|was darunter\b|weniger\b)",
    re.IGNORECASE,
)
_AND_ABOVE = re.compile(  # up to 500 by the lead, above that by the head; what is more lapses
    r"[,;–—]\s(?:(?:and|or|but|und|oder|aber)\s)?"
    r"(?:(?:anything|everything|whatever|what is|what goes|alles(?:,? was)?|was)\s)?"
    r"(?:(?:above|over|beyond)\s(?:that|this|it)\b|darüber\b|(?:more|longer)\b(?! than\b))",
    re.IGNORECASE,
)
_ONE = re.compile(  # more than a week
    r"\b(?:an?|eine[mnrs]?) (minute|hour|day|week|month|year|stunde|tag|woche|monat|jahr)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\s(?:working |calendar )?[^\W\d_][\w'’-]*")
_KNOWN = re.compile(  # what is known, and not asked about: Since we get 30 days of leave,
    r"\A\W*(?:(?:and|but|so|und|aber)\s)?"
    r"(?:since|because|given that|seeing that|now that|although|even though|weil|da|obwohl|nachdem)\s"
    r"(?!(?:when|wann|\d)\b)[^,?]{1,120},\s(?=\S)",
    re.IGNORECASE,
)
_MORE, _JUST = 1e-6, 1e-9  # share of an amount by which another is more, and by which a limit leaves it out
_PER = re.compile(  # a year
    r"\A\s?(?:[\w'’-]+\s){0,2}?(?:(?:in )?(?:an?|1)|per|each|every|pro|je|im|in der|am)\s([a-zäöü]+)\b",
    re.IGNORECASE,
)
_DAYS = {"h": 1 / 24, "d": 1.0, "wk": 7.0, "mo": 30.0, "y": 365.0}
_WEEK = (5, 7)  # days of one: who counts those that are worked has fewer
_OPEN, _MONEY = "?", frozenset("USD EUR lb JPY CHF".split())  # a bid of 300,000: of what money it is in
_SCALED = re.compile(r"\d\s?[km]\Z", re.IGNORECASE)
_SUM = re.compile(  # a bid of, a budget over; "order 4,711" is the name of one
    r"\b(?:(?<!number )of|worth|von|(?:amount|bid|budget|cost|price|sum|total|value)s?|"
    r"(?:spend|pay|approve|sign)s?|spent|paid|genehmig\w+|unterschreib\w+|(?:be)?zahl\w+|kosten?|kostet|betrag|beträgt|preis|summe|wert)\s"
    r"(?:(?:is|was|are|for|off|over|above|below|under|about|around|at|to|up|more|less|than|ist|für|über|unter|bis|zu|"
    r"mehr|weniger|als)\s){0,3}\Z",
    re.IGNORECASE,
)
_MUCH = (1000, 10_000)  # from which a bare number may be money; 2,400 and no 2401, which is a year or a name
_TIMES = frozenset("d wk mo y".split())
_LASTING = _TIMES | {"h", "min"}
_BEHIND = 2  # words behind a number among which what it counts stands: 25 working days


@dataclass(frozen=True, slots=True)
class Amount:
    """So much of something: of a unit, or of what is counted; `per` a unit of time, where that is said."""

    value: float
    unit: str
    spelling: str
    per: str = ""

    def among(self, other: Amount) -> tuple[float, float] | None:
        """How much it is in the other's unit, at least and at most: a week has five days or seven; None where
        they measure different things."""
        if (self.unit, other.unit) == ("wk", "d"):
            return self.value * _WEEK[0], self.value * _WEEK[1]
        if (self.unit, other.unit) == ("d", "wk"):
            return self.value / _WEEK[1], self.value / _WEEK[0]
        times = 1.0 if self.unit == _OPEN and other.unit in _MONEY else factor(self.unit, other.unit)
        return (self.value * times, self.value * times) if times else None


@dataclass(frozen=True, slots=True)
class Limit:
    """What holds from or up to so much; `low` and `high` are in its unit."""

    of: Amount
    low: float = -inf
    high: float = inf

    def has(self, asked: Amount) -> bool | None:
        """None where that cannot be told."""
        if (much := asked.among(self.of)) is None or not self._timed(asked):
            return None
        held = {self.low <= value <= self.high for value in much}
        return held.pop() if len(held) == 1 else None

    def _timed(self, asked: Amount) -> bool:
        """Whether both are of the same time: three weeks are not held against three days a week."""
        per = self.of.per
        if per and not asked.per and asked.unit in _DAYS:
            return asked.value * _DAYS[asked.unit] < _DAYS[per]
        return not (per and asked.per) or per == asked.per


@lru_cache(maxsize=64)  # each sentence of each passage is held against them
def amounts(question: str) -> tuple[Amount, ...]:
    """Those that the last line of a question is about; where several measure the same, none of these."""
    line = _KNOWN.sub("", question.rpartition("\n")[2])
    found = [one for figure in figures(line) if (one := _amount(figure, line))]
    alone = [one for one in found if not any(one.among(other) for other in found if other is not one)]
    bounds = list(_limits(line))
    return tuple(_beyond(one, bounds) for one in alone)


def _beyond(one: Amount, bounds: Sequence[Limit]) -> Amount:
    """More than 500 is a little more, at least."""
    limit = next((limit for limit in bounds if limit.of == one), None)
    if limit is None:
        return one
    return replace(one, value=one.value * (1 + (-_MORE if limit.low == -inf else _MORE)))


def amount(question: str) -> Amount | None:
    """The one of them; None without one, or with several."""
    found = amounts(question)
    return found[0] if len(found) == 1 else None


def decides(question: str, text: str, behind: str = "", ahead: str = "") -> bool | None:
    """Whether a limit in `text` is one for the amounts that are asked about, or `behind` it goes on to one;
    None where it has no limit of the kind. `ahead`: the sentence before it, at whose limit it may begin."""
    found = {held for one in amounts(question) if (held := rules(one, text, behind, ahead)) is not None}
    return all(found) if found else None


def rules(asked: Amount, text: str, behind: str = "", ahead: str = "", *, after: bool = False) -> bool | None:
    """The same of one amount; `after`: what is so "after two years" is read as a limit too."""
    every = (*limits(text, ahead), *(_since(text) if after else ()))
    held = [has for limit in every if (has := limit.has(asked)) is not None]
    if any(held) or not held:
        return any(held) if held else None
    return leans(behind, text) and any(one.has(asked) for one in limits(behind, text))


def of_kind(asked: Amount, text: str) -> bool:
    """Whether `text` has an amount of that kind."""
    every = (_amount(figure, text) for figure in figures(text))
    return any(one is not None and asked.among(one) is not None for one in every)


def leans(text: str, ahead: str) -> bool:
    """Whether a sentence begins at the limit of the one before it."""
    begins = _ABOVE_THAT.match(text) or _BELOW_THAT.match(text)
    return bool(begins) and not any(_limits(text)) and any(limits(text, ahead))


def goes_on(question: str, text: str, behind: str) -> bool:
    """Whether `behind` says what holds beyond a limit of the sentence before it: above that."""
    return leans(behind, text) and any(
        one.has(asked) for asked in amounts(question) for one in limits(behind, text)
    )


def limits(text: str, ahead: str = "") -> Iterator[Limit]:
    """Those of a sentence; of one without, what it says to begin at the limit of the one before it."""
    own = list(_limits(text))
    yield from own
    if _AND_ABOVE.search(text) and (most := [one for one in own if one.high < inf]):
        yield Limit(most[-1].of, low=most[-1].high * (1 + _JUST))
    above, below = bool(_ABOVE_THAT.match(text)), bool(_BELOW_THAT.match(text))
    for one in _limits(ahead) if not own and above != below else ():
        if above and one.high < inf:
            yield Limit(one.of, low=one.high * (1 + _JUST))
        elif below and one.low > -inf:
            yield Limit(one.of, high=one.low * (1 - _JUST))


def _limits(text: str) -> Iterator[Limit]:
    text = _ONE.sub(lambda found: f"1 {found[1]}", text)
    every = figures(text)
    pairs = enumerate(pairwise(every))
    within = {n: both for n, (first, last) in pairs if (both := _range(first, last, text))}
    yield from (both for n, both in within.items() if not _lasting(both, text[: every[n].start]))
    for n, figure in enumerate(every):
        if n in within or n - 1 in within or not (one := _amount(figure, text)):
            continue
        before, after = text[: figure.start], text[figure.start + len(figure.spelling) :]
        if _MOST.search(before) or _OR_LESS.match(after):
            yield Limit(one, high=one.value)
        elif _LEAST.search(before) or _OR_MORE.match(after):
            yield Limit(one, low=one.value)
        elif _OVER.search(before):
            yield Limit(one, low=one.value * (1 + _JUST))
        elif _UNDER.search(before):
            yield Limit(one, high=one.value * (1 - _JUST))


def _since(text: str) -> Iterator[Limit]:
    """From when on something is so: after two years."""
    for figure in figures(text):
        one = _amount(figure, text) if _AFTER.search(text[: figure.start]) else None
        if one and one.unit in _TIMES:
            yield Limit(one, low=one.value)


def _range(first: Figure, last: Figure, text: str) -> Limit | None:
    """What holds from one figure to the next: 251 to 1,000 euros."""
    end = first.start + len(first.spelling)
    joint = _AND if _BETWEEN.search(text[: first.start]) else _TO
    if not joint.fullmatch(text, end, last.start) or not (most := _amount(last, text)):
        return None
    least = _amount(replace(first, unit=first.unit or most.unit), text)
    lowest = least.among(most) if least else None
    return Limit(most, lowest[0], most.value) if lowest and lowest[0] < most.value else None


def _lasting(both: Limit, before: str) -> bool:
    found = _LASTS.search(before) if both.of.unit in _LASTING else None
    return found is not None and not found[1]


def _amount(figure: Figure, text: str) -> Amount | None:
    """None of a date, a time of day, an ordinal, or a number of nothing that is named."""
    scaled = bool(_SCALED.search(figure.spelling))  # 300k: no 300 of anything
    if figure.loose or figure.dated or figure.unit == "th" or len(figure.values) != 1 + scaled:
        return None
    try:
        value = max(map(float, figure.values))
    except ValueError:
        return None
    rest = text[figure.start + len(figure.spelling) :]
    behind = words(rest)[:_BEHIND]
    unit = figure.unit or next((UNITS[w] for w in behind if w in UNITS and len(w) > 2), "")
    counted = next((stem(w) for w in behind if w not in STOP), "")
    told = scaled or _SUM.search(text[: figure.start])
    if not (unit or counted) and told and value >= _MUCH[figure.spelling.isdigit()]:
        unit = _OPEN
    if not (unit or counted):
        return None
    named = _COUNTED.match(rest) if not figure.unit else None
    period = UNITS.get(per[1].casefold(), "") if (per := _PER.match(rest)) else ""
    spelling = figure.spelling + (named[0].rstrip() if named else "")
    return Amount(value, unit or counted, spelling, period if period in _DAYS else "")
