"""A claim and the passages it cites in, what is missing out: figures, names, a negation, its content."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import islice

from model.answer import Fault
from model.checking.figures import Figure
from model.checking.names import Known, knows, names, unknown
from model.checking.polarity import Statement, against, denied, denies, swapped
from model.checking.units import UNITS
from model.plain import plain
from model.sentences import Span, sentences
from model.tabular.tables import paired
from retrieval.passage import Passage
from retrieval.terms import words

QUOTE = 400  # characters a quote may have
AROUND = 0.15  # share of a claim's words that a sentence has whose figures may be meant
SHORT = 6  # words of content in a sentence that leans on the one before
NEAR = 0.25  # share of a claim's content that a sentence has whose figures count as near to it
NEAREST = 3  # sentences that are asked whether they say the opposite
FEW = 4  # words that may stand for as many others; more are a clause that was left out
ALIKE = 0.6  # likeness of two sentences, of 1, from which what differs is compared word by word
MARKER = re.compile(
    r"[\[［]\^?(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)[\]］]|【\s*(\d{1,3}(?:\s*,\s*\d{1,3})*)[^】\n\d][^】\n]{0,20}】"
    r"|【\s*(\d{1,3}(?:\s*,\s*\d{1,3})*)\s*】"
)
_BEFORE_STOP = re.compile(r" (?=[.,;:!?])")
_OUTER = " .,;:!?。！？|\"'“”*"
_WORD = re.compile(r"[^\W_](?:[\w'’.,/-]*\w)?%?|[%$€£]")


@dataclass(frozen=True)
class Evidence:
    """One passage, read once for all claims that cite it."""

    passage: Passage

    @cached_property
    def spans(self) -> list[Span]:
        """Sentences of the passage's text; one too long for a quote comes in pieces."""
        return [piece for span in sentences(self.passage.text) for piece in _pieces(self.passage.text, span)]

    @cached_property
    def statements(self) -> list[Statement]:
        return [Statement(self.passage.text[start:end]) for start, end in self.spans]

    @cached_property
    def about(self) -> Statement:
        """What title, headings and the header of a table say about every sentence of it."""
        return Statement("\n".join((self.passage.title, *self.passage.heading, self.passage.lead)))

    @cached_property
    def known(self) -> Known:
        return Known(plain(self.passage.indexed_text))

    def units(self) -> frozenset[str]:
        return self._units

    @cached_property
    def _units(self) -> frozenset[str]:
        """Units that are named anywhere in it."""
        folded = self.known.text.casefold()
        return frozenset(
            UNITS[w] for w in (*words(folded), *re.findall(r"[%$€£¥]|°\s?[cf]", folded)) if w in UNITS
        )

    def around(self, wanted: frozenset[str]) -> list[Figure]:
        """The figures of its sentences that have something of `wanted` beside figures, or that follow such a
        one and are short ("It is 5 days."): a year of another sentence is no year of this one."""
        words = frozenset(w for w in wanted if w[0] != "=")
        least = max(1.0, AROUND * len(words))
        has = [len(words & one.content) >= least for one in self.statements]
        short = [len(one.content) <= SHORT for one in self.statements]
        some = [s for i, s in enumerate(self.statements) if has[i] or (short[i] and any(has[i - 1 : i]))]
        return [f for one in (self.about, *some) for f in one.figures]

    @cached_property
    def bare(self) -> list[str]:
        return [_bare(one.plain) for one in self.statements]

    @cached_property
    def rows(self) -> dict[str, Span]:
        """Rows of tables whose columns are known, read with their names: "City: Lund; Desks: 40"."""
        return {
            bare("; ".join(parts)).strip(_OUTER): at for at, parts in paired(self.passage).items() if parts
        }

    def verbatim(self, claim: str) -> Span | None:
        """Where whole sentences of the passage are `claim` to the letter, white space and markup aside."""
        wanted = bare(claim).strip(_OUTER)
        if row := self.rows.get(wanted):
            return row
        for first, (start, _) in enumerate(self.spans if wanted else ()):
            said = ""
            for last in range(first, len(self.spans)):
                said = f"{said} {self.bare[last]}" if said else self.bare[last]
                if said.strip(_OUTER) == wanted:
                    return start, self.spans[last][1]
                if len(said) > len(wanted) + 8:
                    break
        return None

    def window(self, wanted: frozenset[str]) -> tuple[Span, frozenset[str]] | None:
        """The shortest run of sentences that says most of `wanted`, and what of it they say.

        What title and headings say already needs no sentence of its own.
        """
        about = self.about.content
        core = wanted - about or wanted
        shares = [one.content & core for one in self.statements]
        best: tuple[float, Span, frozenset[str]] | None = None
        for first, start in enumerate(span[0] for span in self.spans):
            if not shares[first]:
                continue
            covered: frozenset[str] = frozenset()
            for last in range(first, len(self.spans)):
                end = self.spans[last][1]
                if last > first and end - start > QUOTE:
                    break
                more = covered | shares[last]
                if last > first and more == covered:
                    continue
                covered = more
                score = len(covered) / max(len(core), 1) - (end - start) / 4000
                if best is None or score > best[0]:
                    best = score, (start, end), covered
        return best and (best[1], best[2] | (wanted & self._within(best[1])))

    def _within(self, span: Span) -> frozenset[str]:
        inside = (
            o.content for o, (a, b) in zip(self.statements, self.spans, strict=True) if span[0] <= a < span[1]
        )
        return frozenset().union(*inside)

    def near(self, wanted: frozenset[str]) -> Iterator[Statement]:
        """Sentences that have a share of `wanted`, the most first."""
        for share, i in self.ranked(wanted):
            if share >= NEAR * len(wanted) and self.statements[i].content & wanted:
                yield self.statements[i]

    def nearest(self, wanted: frozenset[str]) -> list[Span]:
        """The few sentences that have most of `wanted`, if only a little."""
        return [self.spans[i] for _, i in self.ranked(wanted)[:2]]

    def ranked(self, wanted: frozenset[str]) -> list[tuple[int, int]]:
        """How much of `wanted` each sentence has, and its place; the most first."""
        about = self.about.content & wanted
        shares = [(len((one.content | about) & wanted), i) for i, one in enumerate(self.statements)]
        return sorted(shares, key=lambda x: (-x[0], x[1]))

    def said(self, start: int, end: int) -> str:
        return " ".join(plain(self.passage.text[start:end]).split())


def bare(text: str) -> str:
    """`text` as it is compared to the letter: plain, without markers, white space as single spaces."""
    return _bare(plain(text))


def _bare(text: str) -> str:
    unmarked = MARKER.sub(" ", text) if any(c in text for c in "[［【") else text
    return _BEFORE_STOP.sub("", " ".join(unmarked.split()))


def _pieces(text: str, span: Span) -> list[Span]:
    start, end = span
    found = []
    while end - start > QUOTE:
        cut = text.rfind(" ", start + QUOTE // 2, start + QUOTE)
        cut = cut if cut > 0 else start + QUOTE
        found.append((start, cut))
        start = cut + 1 if text[cut].isspace() else cut
    return [*found, (start, end)] if end > start else found


def wrong(claim: Statement, evidence: Sequence[Evidence]) -> tuple[Fault, str] | None:
    """What of `claim` the passages do not bear out: a figure, a name, what it denies, the way things go."""
    if absent := _missing(claim, evidence):
        return absent
    said = _nearest(claim, evidence)
    if other := _otherwise(claim, said, [e.known for e in evidence]):
        return other
    abouts = [e.about for e in evidence]
    if said:
        return (Fault.OPPOSITE, "") if against(claim, [*said, *abouts]) else None
    some = [e.statements[i] for e in evidence for _, i in e.ranked(claim.content)[:NEAREST]]
    return (Fault.OPPOSITE, "") if denied(claim, [*some, *abouts]) else None


def _nearest(claim: Statement, evidence: Sequence[Evidence]) -> list[Statement]:
    """The sentences of all passages that share most with it, if they share enough; the most first."""
    near = (s for e in evidence for s in islice(e.near(claim.content), NEAREST))
    return sorted(near, key=lambda s: -len(claim.content & s.content))[:NEAREST]


def missing(claim: str, evidence: Sequence[Evidence]) -> tuple[Fault, str] | None:
    """The first figure or name of `claim` that no passage has; None where all are there."""
    stated = Statement(claim)
    return _missing(stated, evidence)


def _missing(claim: Statement, evidence: Sequence[Evidence]) -> tuple[Fault, str] | None:
    for figure in claim.figures:
        if not figure.loose and not any(figure.stands_in(e.around(claim.content), e.units) for e in evidence):
            return Fault.FIGURE, figure.spelling
    name = unknown(claim.plain, [e.known for e in evidence])
    return (Fault.NAME, name.text) if name else None


def _otherwise(
    claim: Statement, said: Sequence[Statement], known: Sequence[Known]
) -> tuple[Fault, str] | None:
    """What stands in `claim` in the place of something else, where a sentence or a part of one is nearly
    the same."""
    mine = _words(claim)
    for theirs, matcher in sorted(_alike(mine, said), key=lambda x: -x[1].ratio())[:1]:
        blocks = [b for b in matcher.get_matching_blocks() if b.size]
        (first, last), whole = (blocks[0], blocks[-1]), _words(theirs)
        turned = _denials(mine[first.a : last.a + last.size]) != _denials(whole[first.b : last.b + last.size])
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
    places, others = {w.start for w in ours}, {w.start for w in other}
    figures = [f for f in said.figures if f.start in others]
    for figure in claim.figures:
        if figure.start in places and figures and not figure.stands_in(figures, frozenset):
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


def _words(statement: Statement) -> list[_Word]:
    return [_Word(w[0].casefold().replace("’", "'"), w.start()) for w in _WORD.finditer(statement.plain)]


def _denials(found: Sequence[_Word]) -> bool:
    """Whether they deny: an odd number of denials."""
    return sum(denies(word.text) for word in found) % 2 == 1
