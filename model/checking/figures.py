"""Text in, figures out: numbers, dates and times in one spelling, with the unit they stand in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from model.checking.units import UNITS, factor

_SMALL = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen""".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORDS = {w: n for n, w in enumerate(_SMALL)} | {w: 20 + 10 * n for n, w in enumerate(_TENS)}
_GERMAN = """null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn
sechzehn siebzehn achtzehn neunzehn zwanzig""".split()
_WORDS |= {w: n for n, w in enumerate(_GERMAN)}
_ORDINALS = """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth""".split()
_SCALE = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SCALE |= {
    "mio": 10**6,
    "mrd": 10**9,
    "millionen": 10**6,
    "milliarden": 10**9,
    "tausend": 1000,
    "hundert": 100,
}
_SCALE |= {"k": 1000, "m": 10**6, "bn": 10**9, "mn": 10**6}
_MONTHS = {
    name: n
    for n, names in enumerate(
        """january jan januar janvier|february feb februar février|march mar märz mars|april apr avril|
        may mai|june jun juni juin|july jul juli juillet|august aug août|september sep sept septembre|
        october oct oktober okt octobre|november nov novembre|december dec dezember dez décembre""".split(
            "|"
        ),
        1,
    )
    for name in names.split()
}
_WORD_UNITS = sorted((re.escape(u) for u in UNITS), key=len, reverse=True)
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_NUMBER = r"\d++(?:[.,'’\u00a0\u202f]\d{3})++(?:[.,]\d++)?(?!\d)|\d++(?:[.,]\d++)?"
_SPELT = "|".join(sorted([*_WORDS, *list(_SCALE)[:5]], key=len, reverse=True))
_DATE = re.compile(
    rf"\b(?P<y1>\d{{4}})-(?P<m1>\d{{1,2}})-(?P<d1>\d{{1,2}})\b"
    rf"|\b(?:(?P<d0>\d{{1,2}})\.?\s?[-–]\s?)?(?P<d2>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?P<m2>{_MONTH})\b\.?(?:\s?,?\s+(?P<y2>\d{{4}}))?"
    rf"|\b(?P<m3>{_MONTH})\b\.?\s+(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:\s?,?\s+(?P<y3>\d{{4}}))?"
    rf"|\b(?P<m4>{_MONTH})\b\.?,?\s+(?P<y4>\d{{4}})\b"
    r"|\b(?P<a>\d{1,2})(?P<sep>[./])(?P<b>\d{1,2})(?P=sep)(?P<y5>\d{4}|\d{2})\b"
)
_TIME = re.compile(
    r"\b(\d{1,2}):(\d{2})(?::\d{2})?(?:\s*([ap])\.?m\b\.?)?|\b(?P<hour>\d{1,2})\s*(?P<half>[ap])\.?m\b\.?"
)
_VERSION = re.compile(r"\b(?!\d{1,3}(?:\.\d{3})+(?!\.?\d))v?\d+(?:\.\d+){2,}\b")
_FIGURE = re.compile(
    rf"(?P<sign>[$€£¥]|\b(?:usd|eur|gbp|chf|jpy)\s|(?<![\w)])[-−](?=\d))?\s?"
    rf"(?:(?<![\w.])(?P<digits>{_NUMBER})(?P<ordinal>st|nd|rd|th)?"
    rf"|\b(?P<words>(?:{_SPELT})(?:(?:[\s-]+|(?<=hundred|housand) and )(?:{_SPELT}))*)\b)"
    rf"(?:\s?-?(?P<scale>thousand|million|billion|trillion|mio|mrd|millionen|milliarden|bn|k|m)\b\.?)?"
    rf"(?:(?:\s-\s|\s?-?)(?P<unit>{'|'.join(_WORD_UNITS)})(?!\w))?"
)  # fmt: skip
_DIGIT = re.compile(r"\d")
_LETTERS = re.compile(r"[^\W\d_]+")
_HINTS = frozenset({*_WORDS, *list(_SCALE)[:5], *_ORDINALS})  # without a digit or one of these: no figure
_IDENTIFIER = re.compile(r"\b(?!v\d+\.)(?:[A-Za-z]*[A-Z][A-Za-z]*-\d\w*|[A-Za-z]+\d\w*|\d+[A-Z]\w*)\b")
_JOINED = re.compile(r"\s*(?:[-–—,]|to|and|or|bis|und|oder|,\s*(?:and|or))\s*")  # 4-5 %, 36, 35 and 31 %
_MONEY = frozenset({"USD", "EUR", "lb", "JPY", "CHF"})
_Units = Callable[[], frozenset[str]]
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d(?:-|\Z)|--\d")
_ITEM = re.compile(r"[,;]?\s(?:and|or|und|oder)\s|[,;]\s")
_VAGUE = "?"  # 5 m, 10 k: metres, or millions of whatever is meant
_ORDINAL = re.compile(rf"\b({'|'.join(_ORDINALS)})\b")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: every value it may be read as, its unit ("" where none is written), its spelling, and
    where it stands."""

    values: frozenset[str]
    unit: str
    spelling: str
    start: int = 0

    def stands_in(self, others: Sequence[Figure], units: _Units | None = None) -> bool:
        """Whether one of `others` is the same. `units`: those that are named anywhere around them, one of
        which a number may stand without, as in tables; without it, any."""
        return any(self._is(other, units) for other in others)

    def _is(self, other: Figure, units: _Units | None) -> bool:
        if self.unit == _VAGUE and not other.unit:
            return not other.values.isdisjoint({max(self.values, key=float)})
        if self.unit and not other.unit:
            return self._same(other) and (units is None or self.unit in units())
        if not self.unit or other.unit in (self.unit, _VAGUE):
            return self._same(other)
        times = factor(self.unit, other.unit)
        return bool(times) and any(_equal(m, t, times) for m in self.values for t in other.values)

    def _same(self, other: Figure) -> bool:
        return any(_is_part(mine, theirs) for mine in self.values for theirs in other.values)

    @property
    def loose(self) -> bool:
        """Whether it may be a mere word: "one of us", "the second time"."""
        return self.spelling.casefold() in ("one", *_ORDINALS[:2])

    @property
    def dated(self) -> bool:
        """Whether it is a date or may be a year."""
        return not self.unit and any(_YEAR.match(value) for value in self.values)


def _is_part(mine: str, theirs: str) -> bool:
    """5 March, March 2024 and 2024 all stand in 5 March 2024."""
    if mine == theirs:
        return True
    if mine.startswith("--"):
        return theirs.endswith(mine[1:])
    return "-" in theirs[1:] and len(mine) in (4, 7) and theirs.startswith(mine + "-")


def _equal(mine: str, theirs: str, times: float) -> bool:
    """Whether so many of one unit are so many of another: 24 months, 2 years."""
    try:
        return abs(float(mine) * times - float(theirs)) <= 1e-9 * abs(float(theirs))
    except ValueError:  # a date
        return False


def counts(figure: Figure, text: str) -> bool:
    """Whether it counts what `text` lists itself after a colon: two ways: by post and by fax."""
    _, colon, listed = text[figure.start :].partition(": ")
    return bool(colon) and str(len(_ITEM.split(listed))) in figure.values


def figures(text: str) -> list[Figure]:
    """Figures of `text` in order; dates, times, versions and numbers, in that order of precedence."""
    if not _DIGIT.search(text) and _HINTS.isdisjoint(_LETTERS.findall(text.casefold())):
        return []
    written, text = text, _IDENTIFIER.sub(_blank, text).casefold()
    found: list[Figure] = []
    for pattern, read in ((_DATE, _dates), (_TIME, _times), (_VERSION, _versions)):
        for match in pattern.finditer(text):
            if values := frozenset(read(match)):
                found.append(
                    Figure(
                        values, "", match[0].strip(), match.start() + len(match[0]) - len(match[0].lstrip())
                    )
                )
                text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
    numbers = [_number(match) for match in _FIGURE.finditer(text)]
    found += _shared(numbers, text)
    for m in _ORDINAL.finditer(text):
        found.append(Figure(frozenset({str(_ORDINALS.index(m[1]) + 1)}), "th", m[0], m.start()))
    return sorted((_spelt_as(figure, written, text) for figure in found), key=lambda figure: figure.start)


def _spelt_as(figure: Figure, written: str, folded: str) -> Figure:
    """With its capitals, where folding has moved nothing."""
    if len(written) != len(folded):
        return figure
    return replace(figure, spelling=written[figure.start : figure.start + len(figure.spelling)])


def _blank(found: re.Match[str]) -> str:
    """Space where an identifier stood, such as COVID-19 or 3T3; but 16GB is a number with its unit."""
    unit = found[0].lstrip("0123456789").casefold()
    return found[0] if found[0][0].isdigit() and (unit in UNITS or unit in _SCALE) else " " * len(found[0])


def _shared(numbers: list[Figure], text: str) -> list[Figure]:
    """What stands once for a range or a list is the unit of all of it; money is said before, or after."""

    def joined(first: Figure, second: Figure) -> bool:
        end = first.start + len(first.spelling)
        return bool(_JOINED.fullmatch(text, end, second.start))

    for i in range(len(numbers) - 1, 0, -1):
        before, after = numbers[i - 1], numbers[i]
        if (scale := _scale(after)) > 1 and _scale(before) == 1 and joined(before, after):  # 2 to 3 million
            scaled = {f"{float(v) * scale:.10g}" for v in before.values}
            before = numbers[i - 1] = replace(before, values=before.values | scaled)
        if after.unit not in ("", "th", _VAGUE) and not before.unit and joined(before, after):
            numbers[i - 1] = replace(before, unit=after.unit)
    for i in range(1, len(numbers)):
        before, after = numbers[i - 1], numbers[i]
        if before.unit in _MONEY and not after.unit and joined(before, after):
            numbers[i] = replace(after, unit=before.unit)
    return numbers


def _scale(number: Figure) -> int:
    """What it is a number of: thousands, millions."""
    words = _LETTERS.findall(number.spelling.casefold())
    return max((_SCALE[w] for w in words if w in _SCALE), default=1)


def _dates(m: re.Match[str]) -> Iterator[str]:
    """Every date it can be read as; one without a year also stands for the day of any year."""
    if m["a"]:
        year = int(m["y5"]) + (2000 if len(m["y5"]) == 2 else 0)
        readings = {(year, int(m["b"]), int(m["a"])), (year, int(m["a"]), int(m["b"]))}
    elif m["m4"]:
        yield f"{m['y4']}-{_MONTHS[m['m4']]:02}"
        return
    else:
        y, month, d = next((m[f"y{i}"], m[f"m{i}"], m[f"d{i}"]) for i in (1, 2, 3) if m[f"m{i}"])
        days = {d, m["d0"] or d} if m["d2"] else {d}
        readings = {(int(y or 4), _MONTHS.get(month) or int(month), int(day)) for day in days}
    for y, mo, d in readings:
        try:
            date(y, mo, d)
        except ValueError:
            continue
        yield f"--{mo:02}-{d:02}" if y == 4 else f"{y}-{mo:02}-{d:02}"


def _times(m: re.Match[str]) -> Iterator[str]:
    hour, minute, half = int(m["hour"] or m[1]), m[2] or "00", m["half"] or m[3]
    if hour < 24:
        if half != "p" or hour > 12:
            yield f"{hour % 12 if half else hour:02}:{minute}"
        if half != "a" and 0 < hour <= 12:
            yield f"{hour % 12 + 12:02}:{minute}"


def _versions(m: re.Match[str]) -> Iterator[str]:
    yield "v" + m[0].removeprefix("v")


def _number(m: re.Match[str]) -> Figure:
    scale = _SCALE.get(m["scale"] or "", 1)
    values = {v * scale for v in _readings(m["digits"])} if m["digits"] else {_spelt(m["words"]) * scale}
    sign = (m["sign"] or "").strip()
    unit = UNITS.get(m["unit"] or "") or UNITS.get(sign) or ("th" if m["ordinal"] else "")
    if m["scale"] in ("k", "m"):
        values |= {v / scale for v in values}
        unit = unit or _VAGUE
    if sign in ("-", "−"):
        values = {-v for v in values}
    spelling = m[0].strip()
    return Figure(frozenset(f"{v:.10g}" for v in values), unit, spelling, m.start() + m[0].index(spelling))


def _readings(digits: str) -> set[float]:
    """1,000 is a thousand, 1.5 one and a half, and 1.000 may be one or a thousand."""
    bare = re.sub(r"['’\u00a0\u202f]", "", digits)
    points = [c for c in bare if c in ".,"]
    if not points:
        return {float(bare)}
    head, tail = re.split(r"[.,](?=\d+\Z)", bare)
    whole = float(re.sub(r"[.,]", "", bare))
    decimal = float(f"{re.sub(r'[.,]', '', head)}.{tail}")
    if len(points) > 1:
        return {whole} if len(set(points)) == 1 else {decimal}
    if len(tail) != 3 or head.startswith("0"):
        return {decimal}
    return {whole} if points == [","] else {whole, decimal}


def _spelt(words: str) -> float:
    total = current = 0
    for word in re.split(r"[\s-]+", words):
        if word in _WORDS:
            current += _WORDS[word]
        elif word == "hundred":
            current = max(current, 1) * 100
        elif word in _SCALE:
            total += max(current, 1) * _SCALE[word]
            current = 0
    return float(total + current)
