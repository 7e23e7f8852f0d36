"""A passage in, what a claim may lean on out: sentences, figures, names, and spans that can be quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from model.checking.figures import Figure
from model.checking.names import Known
from model.checking.opposites import NONE
from model.checking.statement import Statement
from model.checking.units import UNITS
from model.plain import plain
from model.sentences import Span, sentences
from model.tabular.tables import paired
from retrieval.passage import Passage
from retrieval.terms import words

QUOTE = 400  # characters a quote may have
AROUND = 0.15  # share of a claim's words that a sentence has whose figures may be meant
MUCH = 3  # of a long claim's words, what is enough for that
SHORT = 6  # words of content in a sentence that leans on the one before
NEAR = 0.25  # share of a claim's content that a sentence has whose figures count as near to it
MARKER = re.compile(
    r"[\[［]\^?(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)[\]］]|【\s*(\d{1,3}(?:\s*,\s*\d{1,3})*)[^】\n\d][^】\n]{0,20}】"
    r"|【\s*(\d{1,3}(?:\s*,\s*\d{1,3})*)\s*】"
)
_BEFORE_STOP = re.compile(r" (?=[.,;:!?])")
ITEMS = 12  # of a list, that are read with the line that leads in
_ITEM = " \t>#-*+•‣◦▪–—·()[].0123456789abcdefghi"  # what may stand before one
_AGED = frozenset("age aged ages alter".split())  # of years
_OUTER = " .,;:!?。！？|\"'“”*"


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
    def led(self) -> list[Statement]:
        """The same, where each item of a list has the line that leads in, if that denies: "You may not serve
        if any of these apply:"."""
        found, lead, text = list(self.statements), None, self.passage.text
        for i, ((start, end), one) in enumerate(zip(self.spans, self.statements, strict=True)):
            opens = not text[:start].rpartition("\n")[2].strip(_ITEM)
            lead = lead if opens and i - (lead or 0) <= ITEMS else None
            if lead is not None:
                found[i] = Statement(f"{self.statements[lead].text} {one.text}")
            if text[start:end].rstrip(" *_").endswith(":"):
                lead = i if any(not d.supposed and d.word not in NONE for d in one.denials) else None
        return found

    @cached_property
    def dated(self) -> list[Statement]:
        """Those of them that have a date."""
        return [one for one in self.statements if any(f.dated for f in one.figures)]

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
        named = (*words(folded), *re.findall(r"[%$€£¥]|°\s?[cf]", folded))
        aged = {"y"} if not _AGED.isdisjoint(named) else set[str]()
        return frozenset(UNITS[w] for w in named if w in UNITS) | aged

    def around(self, wanted: frozenset[str]) -> list[Figure]:
        """The figures of its sentences that have something of `wanted` beside figures, or that follow such a
        one and are short ("It is 5 days."): a year of another sentence is no year of this one. What is no
        date may be meant where `wanted` is long, and below a line of which it has every word, "Sunday"."""
        words = frozenset(w for w in wanted if w[0] != "=")
        least = max(1.0, AROUND * len(words))
        shares = [len(words & one.content) for one in self.statements]
        has = [share >= least for share in shares]
        short = [len(one.content) <= SHORT for one in self.statements]
        some = [s for i, s in enumerate(self.statements) if has[i] or (short[i] and any(has[i - 1 : i]))]
        undated = [s for s, share in zip(self.statements, shares, strict=True) if MUCH <= share < least]
        undated += [s for i, s in enumerate(self.statements[1:]) if self._names_what_follows(i, words)]
        near = [f for one in (self.about, *some) for f in one.meant]
        return near + [f for one in undated for f in one.meant if not f.dated]

    def _names_what_follows(self, i: int, words: frozenset[str]) -> bool:
        return bool(self.statements[i].content) and self.statements[i].content <= words

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
                yield self.led[i]

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
