"""A question for all of a kind, or how many there are, in; what counts them, or their list, out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from model.checking.support import bare
from model.quoting.demands import NUMERAL
from model.quoting.denials import denial, denies
from model.quoting.orders import spoken
from model.sentences import sentences
from model.tabular.asking import Asked, alike
from retrieval.passage import Passage
from retrieval.terms import STOP, stem, terms, words

MOST = 20  # items of a list that are quoted
_LONGEST = 400  # characters of one that is quoted whole
_CUT = 250  # characters from which a passage may have been cut where it ends, but for the end of a page
_SHORT = 12  # characters by which an item is known again
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
_BOLD = re.compile(r"(?:(?:the|an?|der|die|das|eine?) )?\*\*[^*\n]+\*\*", re.IGNORECASE)
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_NUMBER = re.compile(
    rf"\d{{1,3}}(?:[.,]\d{{3}})*|\d+|{NUMERAL}|no|dozen|single|eine?n?|keine?", re.IGNORECASE
)
_VAGUE = frozenset(  # what a list may be of without saying so
    stem(word)
    for word in """rule thing item point step detail requirement option list way kind type sort example part
    all every each regel ding punkt schritt liste teil art beispiel""".split()
)
_SO_MANY = re.compile(  # there are 12: of what the sentence names before
    r"\b(?:there (?:are|is)|(?:we|you|they) have|(?:es )?gibt(?: es)?|es sind|wir haben)\s(?:\w+\s)?"
    rf"(?:{_NUMBER.pattern})(?=\s*[.,;)!\[]|\s*\Z|\s(?:of them|in all|in total|davon)\b)",
    re.IGNORECASE,
)
_QUANTITY = re.compile(  # a cell of a row that says how many
    r"(?:\A|;\s)(?:quantity|qty|count|number|pieces|pcs|units|(?:in )?stock|anzahl|menge|"
    r"stück(?:zahl)?|bestand)(?: [^:;]{1,30})?:\s*\d",
    re.IGNORECASE,
)
_WHEN = frozenset("after before during while when if upon nach vor während wenn".split())
_BARE = re.compile(  # typed into a search box
    r"\A\W*(?:(?:all|alle)\s)?(?:the\s|die\s)?(?P<all>steps|rules|requirements|schritte|regeln)\s"
    r"(?=(?:to|for|of|in|at|on|after|before|when|if|zu[mr]?|für|bei|nach|vor|wenn)\s)",
    re.IGNORECASE,
)
_SPELLING = str.maketrans("cz", "ss")
_YEAR = re.compile(r"(?:19|20)\d\d")


def spelt(word: str) -> str:
    """What is spelt in two ways, in one: licence, license; organisation, organization; colour, color."""
    return word.translate(_SPELLING).replace("our", "or")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What all of is asked for, by its last word, and whether how many it is."""

    noun: str
    counting: bool

    def named_in(self, text: str) -> bool:
        return any(alike(spelt(self.noun), spelt(word)) for word in words(text))

    def counted_in(self, text: str) -> bool:
        """Whether a sentence says how many there are: twelve regional offices, offices: 12."""
        said = words(text)
        near = (
            takewhile(lambda other: other not in STOP, said[n + 1 : n + 4])
            for n, word in enumerate(said)
            if _NUMBER.fullmatch(word) and not _YEAR.fullmatch(word)
        )
        ahead = any(alike(self.noun, other) for others in near for other in others)
        if ahead or (self.named_in(text) and _SO_MANY.search(text)):
            return True
        return any(alike(self.noun, m[1].casefold()) for m in re.finditer(r"([^\W\d]+):?\s\d", text))

    def reckoned_in(self, text: str) -> bool:
        """The same; of a row, too, that is one of them and has a column for it: Item: Rope; Quantity: 4."""
        first, parted, _ = text.partition(";")
        row = bool(parted) and self.named_in(first) and bool(_QUANTITY.search(text))
        return row or self.counted_in(text)


def wanted(question: str) -> Wanted | None:
    """None where the question is for nothing of the kind."""
    if not (match := _ALL.search(question.rpartition("\n")[2])):
        return None
    said = next(m for m in match.group("counted", "some", "einige", "ours", "named") if m)
    found = [w for w in words(_OF.split(f"{said} ", maxsplit=1)[0]) if w not in STOP]
    return Wanted(found[-1], bool(match["many"])) if found else None


def several(question: str) -> frozenset[str]:
    """The stems that a list of all that is asked for has to be about: of what is asked for in the plural, or
    where that says little ("rules"), of the rest; none where nothing is."""
    line = question.rpartition("\n")[2]
    bare_of = _BARE.match(line)
    every = [bare_of["all"].casefold()] if bare_of else Asked.of(line).listed()
    said = [stem(word) for word in takewhile(lambda word: word not in _WHEN, every) if word not in STOP]
    return frozenset(said) - _VAGUE or (_of_what(line) if said else frozenset())


def _of_what(line: str) -> frozenset[str]:
    return frozenset(terms(" ".join(word for word in words(line) if word not in _WHEN))) - _VAGUE


@dataclass(frozen=True, slots=True)
class Listed:
    """A list in the passage at `place` (from 0): the line that leads in where there is one, then the items.
    `left`: how many more it has; `open`: it may go on behind the passage."""

    place: int
    lines: tuple[str, ...]
    left: int = 0
    open: bool = False


def listed(question: str, passages: Sequence[Passage]) -> Listed | None:
    """The first list that its heading or the line before it says to be of what all is asked for."""
    asked, about = wanted(question), several(question)
    if not asked and not about:
        return None
    line = question.rpartition("\n")[2]
    whole, when = _of_what(line), _WHEN.intersection(words(line))
    for place, passage in enumerate(passages):
        for before, items, last in _lists(passage.text):
            above = " ".join((before, *(passage.heading[-1:] or (passage.title,))))
            under = " ".join((passage.title, *passage.heading))
            said = " ".join((under, above, *items))
            named = asked is not None and asked.named_in(above)
            if not named and when and _WHEN.intersection(words(above)) - when:
                continue  # what is to be done before it is no step after it
            of_it = bool(about) and _has_any(above, about) and _has(f"{under} {above}", about)
            if not named and not (of_it and _has(said, whole)):
                continue
            kept = [bare(item) for item in items if not spoken(item)]
            lead = [bare(before)] if before.endswith(":") else []
            if (under := denial(passage)) and not any(map(denies, lead)):
                lead, kept = [f"{under}: {one}" for one in lead], [f"{under}: {one}" for one in kept]
            cut = last and (bool(passage.page) or len(passage.text) >= _CUT)
            return Listed(place, (*lead, *kept[:MOST]), len(kept[MOST:]), cut)
    return None


def part_of(quoted: Sequence[str], passage: Passage) -> bool:
    """Whether what is quoted has some items of a list of a passage and not all."""
    return any(
        0 < sum(_in(item, quoted) for item in items) < len(items) for _, items, _ in _lists(passage.text)
    )


def _in(item: str, quoted: Sequence[str]) -> bool:
    first = bare(item)[: max(_SHORT, len(item) // 3)]
    return any(first in one or one in bare(item) for one in quoted if len(one) >= _SHORT)


def _has_any(text: str, stems: frozenset[str]) -> bool:
    return not stems.isdisjoint(stem(word) for word in words(text))


def _has(text: str, stems: frozenset[str]) -> bool:
    return stems <= {stem(word) for word in words(text)}


def _lists(text: str) -> Iterator[tuple[str, list[str], bool]]:
    """Of each run of two or more items: the line before it, the items, and whether the text ends with the
    last. Of an item that is very long its first sentence."""
    before, items, marked = "", list[str](), True
    for line in [*filter(str.strip, text.splitlines()), "#"]:
        item = _ITEM.match(line)
        if item or (line[0].isspace() and before.endswith(":") and not (items and marked)):
            items, marked = [*items, line[item.end() :] if item else line.strip()], bool(item)
        elif items and line[0].isspace():  # what is indented goes on with its item
            items[-1] += " " + line.strip()
        else:
            if len(items) > 1:
                yield before, [_short(one) for one in items], line == "#"
            before, items = line.strip(" #"), []
    for paragraph in _PARAGRAPH.split(text):
        if len(named := list(_in_bold(paragraph))) > 1:
            yield "", named, False


def _in_bold(paragraph: str) -> Iterator[str]:
    """The sentences about each thing that a paragraph names in bold type where a sentence begins."""
    item = ""
    for start, end in sentences(paragraph) if not _ITEM.match(paragraph) else ():
        if _BOLD.match(paragraph, start):
            if item:
                yield item
            item = paragraph[start:end]
        elif item:
            item += " " + paragraph[start:end]
    if item:
        yield item


def _short(item: str) -> str:
    return item if len(item) <= _LONGEST else next((item[a:b] for a, b in sentences(item)), item)
