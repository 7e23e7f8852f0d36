"""What an answer cites and the other passages in, where two of them disagree out: by words and figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from model.answer import Citation
from model.checking.figures import Figure, figures
from model.checking.opposed import DENIALS, KINDS, denies, stems
from model.checking.units import SIZES, UNITS
from model.plain import plain
from model.sentences import Span, sentences
from retrieval.passage import Passage
from retrieval.terms import STOP, stem, words

_Measured = tuple[Figure, tuple[float, ...]]  # and its readings in one unit of its kind
MOST = 2  # disagreements that an answer speaks of
_NEAR = 0.03  # a month is about 30 days, a year about 52 weeks
_DAYS = {"ms": 1 / 86_400_000, "s": 1 / 86_400, "min": 1 / 1440, "h": 1 / 24, "d": 1.0, "wk": 7.0}
_DAYS |= {"mo": 365 / 12, "y": 365.0}
_CLAUSE = re.compile(
    r"[,;:()–—]\s|\s(?:and (?!$)|but |because |if |when |while |before (?!\d)|unless |und |aber |weil |wenn |"
    r"sofern |bevor |nachdem )"
)
_NAMED = re.compile(r"\b([^\W\d_]{3,})[ #-]{0,2}(\d{1,4}[a-z]?)\b(?![.,:]?\d|\s*[€$£%°])", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_LEAST = re.compile(r"\b(?:at least|minimum|or more|not? less than|mindestens|wenigstens)\b", re.IGNORECASE)
_MOST = re.compile(
    r"\b(?:at most|up to|maximum|no more than|not more than|höchstens|maximal|bis zu)\b", re.IGNORECASE
)
# Words that say that something is so, for whom or how often: two sentences that differ in them alone are
# about the same.
LIGHT = frozenset(
    stem(word)
    for word in """
    a about above after all allow allowed also amount amounts an any apply applies approximately are
    around as at available back be been before being below between by can claim cost costs could
    counted counts currently customer customers day days do does done due during each employee employees
    entitled
    everybody everyone exactly for from fully generally get gets give given go granted had has have he
    hold holds hours i in include included includes is it its keep keeps kept last lasts least length
    lie limit limited long may maximum me member members minimum month months more most must need
    needed needs new normally now number of on one only or our out over paid pay pays people per
    person personal please reimbursed reimburse receive receives receipt required require requires set
    shall should spend spent staff stand stands still take takes taken than that the their them there
    they this through to total under until up us use used value every time times automatically usual
    usually valid was we week weeks were whole will with within work works worth year years you your
    beträgt betragen dauert dauern hat haben ist sind war wird werden bekommt bekommen erhält erhalten
    gilt gelten die der das den dem des ein eine einen einem einer eines es im am auf aus bei bis von
    vom vor zu zum zur mit nach über unter für pro je jeder jede jedes alle allen mitarbeitende
    mitarbeitenden beschäftigte beschäftigten mitarbeiter jahr jahre jahren monat monate monaten tag
    tage tagen woche wochen stunde stunden minuten euro maximal höchstens mindestens ab seit sein
    seine ihr ihre wir sie man muss müssen darf dürfen kann können soll sollen gibt liegt kostet
    """.split()
)
_LABELS = frozenset(
    """
    priority version level tier class grade phase step stage room gate building floor line zone area
    section chapter part article annex type category model series team group plan table form stufe
    raum halle tor gebäude etage abschnitt klasse priorität
    """.split()
)
_UNITS = frozenset(
    stem(w)
    for w in """
    day days month months week weeks year years hour hours minute minutes person people member members
    tag tage monat monate woche wochen jahr jahre stunde stunden minuten euro
    """.split()
)
_COUNTED = frozenset(  # words that may be part of a figure
    stem(w)
    for w in """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred
    thousand million billion january february march april may june july august september october november
    december jan feb mar apr jun jul aug sep sept oct nov dec ein eins zwei drei vier fünf sechs sieben acht
    neun zehn elf zwölf zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert tausend
    millionen januar februar märz mai juni juli oktober dezember am pm st nd rd th""".split()
) | frozenset(stem(w) for unit in UNITS for w in words(unit))
_CODE = re.compile(r"[{}=;<>\[\]`]|\w\(")
_ROW = re.compile(r"\s\|\s|\t|\A\s*\|")


@dataclass(frozen=True, slots=True)
class Conflict:
    """A citation and a sentence of another document that does not go with it: characters `start` to `end` of
    the text of `passage`. `said`: what each says, where they differ in a figure."""

    citation: Citation
    passage: Passage
    start: int
    end: int
    said: tuple[str, str] | None = None


def conflicts(citations: Sequence[Citation], passages: Sequence[Passage]) -> list[Conflict]:
    """Where what is cited and a passage of another document speak of the same thing and disagree."""
    found: dict[tuple[str, str], Conflict] = {}
    only = {citation.document for citation in citations}
    others = [(p, *said) for p in passages if only != {p.document} for said in stated(p)]
    for citation in citations:
        about = frozenset(stems(" ".join((citation.title, *citation.heading))))
        cited = [Statement(citation.quote[a:b], about) for a, b in sentences(citation.quote)]
        for passage, (start, end), other in others:
            key = (citation.document, passage.document)
            if key[0] == key[1] or key in found or key[::-1] in found:
                continue
            said = next((d for one in cited if (d := disagreement(one, other)) is not None), None)
            if said is not None:
                found[key] = Conflict(citation, passage, start, end, said if said[0] else None)
    return list(found.values())[:MOST]


@lru_cache(maxsize=256)  # a passage is read once while it keeps coming
def stated(passage: Passage) -> tuple[tuple[Span, Statement], ...]:
    """Its sentences, and where they are."""
    about = frozenset(stems(" ".join((passage.title, *passage.heading))))
    return tuple((span, Statement(passage.text[slice(*span)], about)) for span in sentences(passage.text))


def disagreement(one: Statement, other: Statement) -> tuple[str, str] | None:
    """What two statements of the same thing say differently, as each spells it; a pair of nothings where one
    denies the other; None where they agree, or speak of different things."""
    if not one.like(other):
        return None
    for mine in one.clauses:
        for theirs in other.clauses:
            if not (mine.may_share(theirs) and mine.shares(theirs)):
                continue
            if said := mine.differs(theirs):
                return said
            if mine.denies(theirs):
                return "", ""
    return None


class Statement:
    """A sentence; `about` are stems of the title and headings above it."""

    def __init__(self, text: str, about: frozenset[str]) -> None:
        self.text, self.about = plain(text), about

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(stems(self.text))

    @cached_property
    def clauses(self) -> list[Clause]:
        if _CODE.search(self.text):
            return []
        if _ROW.search(self.text):
            return [Clause(self.text, self.about, row=True)]
        return [Clause(part, self.about, self.text) for part in _CLAUSE.split(self.text) if part.strip()]

    def like(self, other: Statement) -> bool:
        """Whether they may be about the same: a cheap look before a closer one."""
        shared = (self.stems & other.stems) - LIGHT
        return bool(shared) and self.text != other.text


class Clause:
    """A part of a sentence that says one thing, with all of it; or a row of a table, which says little."""

    def __init__(self, text: str, about: frozenset[str], whole: str = "", *, row: bool = False) -> None:
        self.written, self.text, self.about, self.row = text, text.casefold(), about, row
        self.whole = whole.casefold() or self.text

    @cached_property
    def figures(self) -> dict[str, list[_Measured]]:
        """By what they count: a unit, or the noun that follows."""
        found: dict[str, list[_Measured]] = {}
        for figure in figures(self.text):
            if not self._names(figure) and not (figure.unit == "th" and figure.loose):
                kind, value = self._measured(figure)
                found.setdefault(kind, []).append((figure, value))
        return found

    @cached_property
    def names(self) -> frozenset[str]:
        """Numbers that are names ("priority 1"), and years."""
        named = {f"{stem(w)} {n}" for w, n in _NAMED.findall(self.text) if self._is_name(w, n)}
        return frozenset(named | set(_YEAR.findall(_undated(self.text))))

    @cached_property
    def subject(self) -> frozenset[str]:
        """Stems that say what it is about."""
        text = self.text
        for of_kind in self.figures.values():
            for figure, _ in of_kind:
                text = text.replace(figure.spelling, " ")
        return frozenset(stems(text)) - LIGHT - KINDS - DENIALS

    @cached_property
    def outline(self) -> frozenset[str]:
        """The same with less care: without what may be part of a figure."""
        return frozenset(stems(self.text)) - LIGHT - KINDS - DENIALS - _COUNTED

    def may_share(self, other: Clause) -> bool:
        """A cheap look before a closer one."""
        mine, theirs = self.outline, other.outline
        return bool(mine & theirs) and mine - theirs <= other.about and theirs - mine <= self.about

    def shares(self, other: Clause) -> bool:
        """Whether both are about the same, and neither about anything more."""
        shared = self.subject & other.subject
        mine, theirs = self.subject - other.subject - other.about, other.subject - self.subject - self.about
        enough = len(shared) > (self.row or other.row)
        return enough and not mine and not theirs and self.names == other.names

    def differs(self, other: Clause) -> tuple[str, str] | None:
        """What of one kind both count differently."""
        if _LEAST.search(self.text) and _MOST.search(other.text):
            return None
        if _MOST.search(self.text) and _LEAST.search(other.text):
            return None
        for kind, mine in self.figures.items():
            theirs = other.figures.get(kind, [])
            if (self.row or other.row) and not mine[0][1]:
                continue  # a bare number of a row may be of anything
            alone = [a for a in mine if not any(_same(a, b) for b in theirs)]
            others = [b for b in theirs if not any(_same(a, b) for a in mine)]
            if len(alone) == len(others) == 1 and len(mine) == len(theirs):
                return self._spelt(alone[0][0]), other._spelt(others[0][0])
        return None

    def _spelt(self, figure: Figure) -> str:
        """As it is written there: 42 EUR."""
        every = (one.spelling for one in figures(self.written))
        spelt = next((one for one in every if one.casefold() == figure.spelling), figure.spelling)
        return spelt.rstrip(".")

    def denies(self, other: Clause) -> bool:
        """Whether one says what the other denies."""
        if self.row or other.row or self.figures.keys() != other.figures.keys():
            return False
        return denies(self.text, other.text, (self.whole, other.whole))

    def _names(self, figure: Figure) -> bool:
        return any(figure.spelling in name.split() for name in self.names)

    def _is_name(self, word: str, number: str) -> bool:
        if word in STOP or stem(word) in LIGHT or _YEAR.fullmatch(number):
            return False
        after = words(self.text.partition(f"{word} {number}")[2])[:1]
        return word in _LABELS or not after or after[0] in STOP or stem(after[0]) in LIGHT - _UNITS

    def _measured(self, figure: Figure) -> tuple[str, tuple[float, ...]]:
        if figure.unit:
            kind, size = SIZES.get(figure.unit, (figure.unit, 1.0))
            kind, size = ("time", _DAYS[figure.unit]) if figure.unit in _DAYS else (kind, size)
            return kind, tuple(float(value) * size for value in figure.values)
        value = next(iter(figure.values))
        if "-" in value[1:] or value.startswith("--"):
            return "date", ()
        if ":" in value or value.startswith("v"):
            return value[0] if value.startswith("v") else "clock", ()
        after = [w for w in words(self.text.partition(figure.spelling)[2]) if not w[0].isdigit()]
        return f"count {stem(after[0])}" if after else "count", ()


def _same(one: _Measured, other: _Measured) -> bool:
    if one[1] and other[1]:
        return any(abs(a - b) <= _NEAR * max(abs(a), abs(b)) for a in one[1] for b in other[1])
    return one[0].stands_in([other[0]]) or other[0].stands_in([one[0]])


def _undated(text: str) -> str:
    """`text` without its dates."""
    for figure in figures(text):
        if any("-" in value[1:] for value in figure.values):
            text = text.replace(figure.spelling, " ")
    return text
