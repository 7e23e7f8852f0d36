"""A claim and what it cites in, what is missing out: a figure, a name, what it denies, the way things go."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice

from model.answer import Fault
from model.checking.figures import Figure, counts
from model.checking.lost import denies
from model.checking.names import Known, knows, names, unknown, written
from model.checking.polarity import against, denied, swapped
from model.checking.statement import Statement
from model.checking.support import Evidence
from retrieval.terms import terms

SAME = 0.5  # of what the likest sentence with a date has, what one must have whose date is meant
NEAREST = 3  # sentences that are asked whether they say the opposite
FEW = 4  # words that may stand for as many others; more are a clause that was left out
ALIKE = 0.6  # likeness of two sentences, of 1, from which what differs is compared word by word
ASIDE = 40  # characters to each side of a date that tell what it is the date of
CLOSER = 2  # words more that another date has around it, from which that is meant
_CALENDAR = re.compile(
    r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|(?:Mon|Diens|Donners|Frei|Sams|Sonn)tags?|Mittwochs?|"
    r"January|February|March|April|June|July|August|September|October|November|December|"
    r"Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember)\b"
)
_WORD = re.compile(r"[^\W_](?:[\w'’.,/-]*\w)?%?|[%$€£]")


def wrong(claim: Statement, evidence: Sequence[Evidence]) -> tuple[Fault, str] | None:
    """What of `claim` the passages do not bear out: a figure, a name, what it denies, the way things go."""
    if absent := _missing(claim, evidence):
        return absent
    said = _nearest(claim, evidence)
    if other := _otherwise(claim, said, [e.known for e in evidence]):
        return other
    abouts = [e.about for e in evidence]
    every = [one for e in evidence for one in e.statements]
    if said:
        return (Fault.OPPOSITE, "") if against(claim, [*said, *abouts], every) else None
    some = [e.statements[i] for e in evidence for _, i in e.ranked(claim.content)[:NEAREST]]
    return (Fault.OPPOSITE, "") if denied(claim, [*some, *abouts], every) else None


def _nearest(claim: Statement, evidence: Sequence[Evidence]) -> list[Statement]:
    """The sentences of all passages that share most with it, if they share enough; the most first."""
    near = (s for e in evidence for s in islice(e.near(claim.content), NEAREST))
    once = {s.content: s for s in near}.values()  # passages overlap
    return sorted(once, key=lambda s: -len(claim.content & s.content))[:NEAREST]


def missing(claim: str, evidence: Sequence[Evidence]) -> tuple[Fault, str] | None:
    """The first figure or name of `claim` that no passage has; None where all are there."""
    stated = Statement(claim)
    return _missing(stated, evidence)


def _missing(claim: Statement, evidence: Sequence[Evidence]) -> tuple[Fault, str] | None:
    for figure in claim.figures:
        if figure.loose or counts(figure, claim.plain):
            continue
        there = any(figure.stands_in(e.around(claim.content), e.units) for e in evidence)
        if not there and not written(figure.spelling, figure.start, claim.plain, [e.known for e in evidence]):
            return Fault.FIGURE, figure.spelling
        if figure.dated and _of_another(claim, figure, evidence):
            return Fault.FIGURE, figure.spelling
    if misplaced := _misplaced(claim, evidence):
        return Fault.FIGURE, misplaced
    name = unknown(claim.plain, [e.known for e in evidence])
    return (Fault.NAME, name.text) if name else None


def _of_another(claim: Statement, figure: Figure, evidence: Sequence[Evidence]) -> bool:
    """Whether it is the date of something else: a sentence that has much more of the claim has another."""
    words = frozenset(w for w in claim.content if w[0] != "=")
    dated = [(one, len(words & one.content)) for e in evidence for one in e.dated]
    own = max((share for one, share in dated if figure.stands_in(one.figures)), default=None)
    return own is not None and own < SAME * max(share for _, share in dated)


def _misplaced(claim: Statement, evidence: Sequence[Evidence]) -> str:
    """A date that stands in the place of another one: the words around it stand around one that the claim has
    not, and not around it."""
    mine = _times(claim)
    said = [(one, its) for e in evidence for one in e.statements for its in _times(one)] if mine else []
    for figure in mine:
        near = _around(claim, figure)
        own, others = [0], [0]
        for one, its in said:
            if its.stands_in([figure]) or figure.stands_in([its]):
                own.append(len(near & _around(one, its)))
            elif not its.stands_in(mine):
                others.append(len(near & _around(one, its)))
        if len(own) > 1 and max(others) - max(own) >= CLOSER:
            return figure.spelling
    return ""


def _times(one: Statement) -> list[Figure]:
    """Its dates, and the days of the week and months that are in none."""
    dates = [f for f in one.figures if f.dated]
    spans = [(f.start, f.start + len(f.spelling)) for f in dates]
    days = [m for m in _CALENDAR.finditer(one.plain) if not any(a <= m.start() < b for a, b in spans)]
    return dates + [Figure(frozenset({m[0][:3].casefold()}), "", m[0], m.start()) for m in days]


def _around(statement: Statement, figure: Figure) -> frozenset[str]:
    """The words of content around a figure, and the other figures."""
    text, end = statement.plain, figure.start + len(figure.spelling)
    near = f"{text[max(0, figure.start - ASIDE) : figure.start]} {text[end : end + ASIDE]}"
    return frozenset(terms(near))


def _otherwise(
    claim: Statement, said: Sequence[Statement], known: Sequence[Known]
) -> tuple[Fault, str] | None:
    """What stands in `claim` in the place of something else, where a sentence or a part of one is nearly
    the same."""
    mine = _words(claim)
    for theirs, matcher in sorted(_alike(mine, said), key=lambda x: -x[1].ratio())[:1]:
        blocks = [b for b in matcher.get_matching_blocks() if b.size]
        (first, last), whole = (blocks[0], blocks[-1]), _words(theirs)
        own, its = mine[first.a : last.a + last.size], whole[first.b : last.b + last.size]
        turned = _denials(own) != _denials(its) and not _denies_alike(claim, theirs)
        for kind, a, b, c, d in matcher.get_opcodes():
            outside = b <= first.a or a >= last.a + last.size
            if kind == "equal" or (outside and kind != "replace"):
                continue
            ours, other, few = mine[a:b], whole[c:d], max(b - a, d - c) <= FEW
            if turned and few and _denials(ours) != _denials(other):
                return Fault.OPPOSITE, ""
            changed = _changed((claim, ours), (theirs, other), known if few else ())
            if kind == "replace" and changed:
                return changed
    return None


def _denies_alike(claim: Statement, said: Statement) -> bool:
    """Whether both deny the same, if at other places of the sentence, or one of them only supposes."""
    moved = len(claim.cues) == len(said.cues) and not claim.denied.isdisjoint(said.denied)
    return moved or bool(claim.supposed) != bool(said.supposed)


def _alike(
    mine: Sequence[_Word], said: Sequence[Statement]
) -> Iterator[tuple[Statement, SequenceMatcher[str]]]:
    """The sentences that are nearly `mine`, or most of which is in it, or in most of which it is."""
    for one in said:
        theirs = _words(one)
        matcher = SequenceMatcher(None, [w.text for w in mine], [w.text for w in theirs], autojunk=False)
        fewer, every = min(len(mine), len(theirs)), len(mine) + len(theirs)
        if fewer < FEW or matcher.quick_ratio() * every / 2 < ALIKE * fewer:
            continue
        if matcher.ratio() * every / 2 >= (ALIKE + 0.15) * fewer or matcher.ratio() >= ALIKE:
            yield one, matcher


_Part = tuple[Statement, Sequence["_Word"]]


def _changed(mine: _Part, theirs: _Part, known: Sequence[Known]) -> tuple[Fault, str] | None:
    """The way, the figure or the name that stands in the place of another one."""
    (claim, ours), (said, other) = mine, theirs
    if swapped([w.text for w in ours], [w.text for w in other]):
        return Fault.OPPOSITE, ""
    places, others = ({at for w in some for at in range(w.start, w.end)} for some in (ours, other))
    figures = [f for f in said.meant if f.start in others]
    for figure in claim.figures:
        changed = figure.start in places and figures and not figure.stands_in(figures, frozenset)
        if changed and not written(figure.spelling, figure.start, claim.plain, known):
            return Fault.FIGURE, figure.spelling
    if known and any(n.start in others for n in names(said.plain) if not n.opens):
        for name in names(claim.plain):
            if name.opens and name.start in places and not knows(name, claim.plain, known):
                return Fault.NAME, name.text
    return None


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def _words(statement: Statement) -> list[_Word]:
    return [_Word(w[0].casefold().replace("’", "'"), w.start()) for w in _WORD.finditer(statement.plain)]


def _denials(found: Sequence[_Word]) -> bool:
    """Whether they deny: an odd number of denials."""
    return sum(denies(word.text) for word in found) % 2 == 1
