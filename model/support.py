"""A claim and the passages it cites in, what is missing out: figures, names, a negation, its content."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from model.answer import Fault
from model.figures import Figure
from model.names import Known, knows, names, unknown
from model.plain import plain
from model.polarity import Statement, against, denies, swapped
from model.sentences import Span, sentences
from model.units import UNITS
from retrieval.passage import Passage
from retrieval.terms import words

QUOTE = 400  # characters a quote may have
NEAR = 0.25  # share of a claim's content that a sentence has whose figures count as near to it
FEW = 4  # words that may stand for as many others; more are a clause that was left out
ALIKE = 0.6  # likeness of two sentences, of 1, from which what differs is compared word by word
MARKER = re.compile(
    r"[\[［]\^?(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)[\]］]|【\s*(\d{1,3}(?:\s*,\s*\d{1,3})*)[^】\n\d][^】\n]{0,20}】"
    r"|【\s*(\d{1,3}(?:\s*,\s*\d{1,3})*)\s*】"
)
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

    @cached_property
    def bare(self) -> list[str]:
        return [bare(self.passage.text[start:end]) for start, end in self.spans]

    def verbatim(self, claim: str) -> Span | None:
        """Where whole sentences of the passage are `claim` to the letter, white space and markup aside."""
        wanted = bare(claim).strip(_OUTER)
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
        about = self.about.content & wanted
        shares = [len((one.content | about) & wanted) for one in self.statements]
        order = sorted(range(len(shares)), key=lambda i: -shares[i])
        least = NEAR * len(wanted)
        yield from (
            self.statements[i] for i in order if shares[i] >= least and self.statements[i].content & wanted
        )


def bare(text: str) -> str:
    """`text` as it is compared to the letter: plain, without markers, white space as single spaces."""
    return re.sub(r" (?=[.,;:!?])", "", " ".join(MARKER.sub(" ", plain(text)).split()))


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
    """The first figure or name of `claim` that no passage has, or that it denies what they say."""
    known = [e.known for e in evidence]
    for figure in claim.figures:
        if not figure.loose and not any(figure.stands_in(_figures(e), e.units) for e in evidence):
            return Fault.FIGURE, figure.spelling
    if name := unknown(claim.plain, known):
        return Fault.NAME, name.text
    said = sorted(
        (s for e in evidence for s in list(e.near(claim.content))[:3]), key=lambda s: -_share(claim, s)
    )[:3]
    if said and (other := _otherwise(claim, said[0], known)):
        return other
    return (Fault.OPPOSITE, "") if said and against(claim, [*said, *(e.about for e in evidence)]) else None


def _share(claim: Statement, said: Statement) -> int:
    return len(claim.content & said.content)


def _figures(evidence: Evidence) -> list[Figure]:
    return [f for one in (evidence.about, *evidence.statements) for f in one.figures]


def _otherwise(claim: Statement, said: Statement, known: Sequence[Known]) -> tuple[Fault, str] | None:
    """What stands in `claim` in the place of something else, where the two are alike word for word."""
    mine, theirs = _words(claim), _words(said)
    matcher = SequenceMatcher(None, [w for w, _ in mine], [w for w, _ in theirs], autojunk=False)
    if matcher.ratio() < ALIKE:
        return None
    turned = _denials(mine) % 2 != _denials(theirs) % 2
    opening = {n.start: n for n in names(claim.plain) if n.opens}
    named = {n.start for n in names(said.plain) if not n.opens}
    for kind, a, b, c, d in matcher.get_opcodes():
        ours, other = mine[a:b], theirs[c:d]
        if kind == "equal":
            continue
        if turned and max(b - a, d - c) <= FEW and _denials(ours) % 2 != _denials(other) % 2:
            return Fault.OPPOSITE, ""
        if kind != "replace":
            continue
        if swapped([w for w, _ in ours], [w for w, _ in other]):
            return Fault.OPPOSITE, ""
        if figure := _changed(claim, said, ours, other):
            return Fault.FIGURE, figure
        if max(b - a, d - c) <= FEW and any(at in named for _, at in other):
            for name in (opening[at] for _, at in ours if at in opening):
                if not knows(name, claim.plain, known):
                    return Fault.NAME, name.text
    return None


def _changed(
    claim: Statement, said: Statement, ours: Sequence[tuple[str, int]], other: Sequence[tuple[str, int]]
) -> str:
    """The figure in the place of another one."""
    places, others = {at for _, at in ours}, {at for _, at in other}
    theirs = [f for f in said.figures if f.start in others]
    for figure in claim.figures:
        if figure.start in places and theirs and not figure.stands_in(theirs, frozenset):
            return figure.spelling
    return ""


def _denials(found: Sequence[tuple[str, int]]) -> int:
    return sum(denies(word) for word, _ in found)


def _words(statement: Statement) -> list[tuple[str, int]]:
    return [(w[0].casefold().replace("’", "'"), w.start()) for w in _WORD.finditer(statement.plain)]
