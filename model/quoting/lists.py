"""A question for all of a kind, or how many there are, in; what counts them, or their list, out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from model.checking.support import bare
from model.quoting.orders import spoken
from model.sentences import sentences
from model.tabular.asking import alike
from retrieval.passage import Passage
from retrieval.terms import STOP, words

MOST = 20  # items of a list that are quoted
_HAVE = r"(?:have|offer|sell|make|support|use|own|run|operate)"
_THERE = (
    rf"(?:are there|have we|exist|do (?:we|you|they) (?:\w+ )?{_HAVE}|does (?:[\w-]+ ){{1,3}}?{_HAVE}|"
    r"are (?:available|offered|supported|on offer)|"
    r"gibt es|haben wir|existieren|bieten wir|hat (?:die|das|der|unser\w*) \w+|stehen zur)"
)
_NAME = r"(?:[\w'’-]+\s){0,4}?[\w'’-]+"
_ALL = re.compile(
    rf"\b(?P<many>how many|wie ?viele)\s(?P<counted>{_NAME})\s{_THERE}\b"
    rf"|\b(?:(?:which|what)\s(?P<some>{_NAME}s)|welche\s(?P<einige>{_NAME}))\s{_THERE}\b"
    r"|\b(?:what|which|welche[sr]?|was) (?:are|sind) (?:all )?(?:our|unsere|alle|all the|all of the)"
    r"\s(?P<ours>[^?.!,]{1,60})"
    r"|\A\W*(?:list|name|zähle?|nenne?)\s(?:me |mir )?(?:all|alle)\s(?:the |our |of our |unsere )?"
    r"(?P<named>[^?.!,]{1,60})",
    re.IGNORECASE,
)
_OF = re.compile(r"\s(?:of|for|in|at|with|that|which|who|to|von|für|in|mit|bei|der|die|das)\s", re.IGNORECASE)
_ITEM = re.compile(r"[ \t>]*(?:[-*+•‣◦▪–]|\(?\d{1,3}[.)])[ \t]+(?=\S)")
_NUMBER = re.compile(
    r"\d{1,3}(?:[.,]\d{3})*|\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|"
    r"fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|"
    r"no|dozen|single|eine?n?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|zwanzig|dreißig|keine?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What all of is asked for, by its last word, and whether how many it is."""

    noun: str
    counting: bool

    def named_in(self, text: str) -> bool:
        return any(alike(self.noun, word) for word in words(text))

    def counted_in(self, text: str) -> bool:
        """Whether a sentence says how many there are: twelve regional offices, offices: 12."""
        said = words(text)
        near = (
            takewhile(lambda other: other not in STOP, said[n + 1 : n + 4])
            for n, word in enumerate(said)
            if _NUMBER.fullmatch(word) and not _YEAR.fullmatch(word)
        )
        ahead = any(alike(self.noun, other) for others in near for other in others)
        return ahead or any(alike(self.noun, m[1].casefold()) for m in re.finditer(r"([^\W\d]+):?\s\d", text))


def wanted(question: str) -> Wanted | None:
    """None where the question is for nothing of the kind."""
    if not (match := _ALL.search(question.rpartition("\n")[2])):
        return None
    said = next(m for m in match.group("counted", "some", "einige", "ours", "named") if m)
    found = [w for w in words(_OF.split(f"{said} ", maxsplit=1)[0]) if w not in STOP]
    return Wanted(found[-1], bool(match["many"])) if found else None


def listed(asked: Wanted, passages: Sequence[Passage]) -> tuple[int, list[str]] | None:
    """The first list that its heading or the line before it says to be of that: its passage's place, the line
    and the items as they are written."""
    for place, passage in enumerate(passages):
        for before, items in _lists(passage.text):
            about = " ".join((before, *(passage.heading[-1:] or (passage.title,))))
            if asked.named_in(about):
                told = [before] if before.endswith(":") else []
                return place, [bare(text) for text in (*told, *items[:MOST]) if not spoken(text)]
    return None


def _lists(text: str) -> Iterator[tuple[str, list[str]]]:
    """Of each run of two or more list items: the line before it, and each item's first sentence."""
    before, items = "", list[str]()
    for line in [*filter(str.strip, text.splitlines()), "#"]:
        if item := _ITEM.match(line):
            said = line[item.end() :]
            items += [said[start:end] for start, end in sentences(said)][:1]
        elif not (items and line[0].isspace()):  # what is indented goes on with its item
            if len(items) > 1:
                yield before, items
            before, items = line.strip(" #"), []
