"""A question and what it found in, the question with its words parted or joined as they are written there
out: rollback, roll back; sign up, signup; Nachtzuschlag, Zuschlag für Nachtarbeit."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, pairwise

from retrieval.languages import common, rather
from retrieval.passage import Passage
from retrieval.terms import STOP, stem, words

_LEAST = 2  # letters of a part
_TYPED = re.compile(r"[^\W\d_]{5,}")
_NOUN = re.compile(r"(?<![\w-])[A-ZÄÖÜ][^\W\d_]{8,40}(?![\w-])")
_LONG = re.compile(r"(?<![\w-])[A-ZÄÖÜ][^\W\d_]{4,}(?![\w-])")
_BEGUN = 4  # letters of the first part of a compound
_JOINTS = ("s", "n", "es", "en", "er")  # between the parts of one
_MOST = 5  # cuts of the compounds of a question
_WORD = re.compile(r"[^\W\d_]{2,}")


def written(question: str, passages: Sequence[Passage]) -> str:
    """`question`, a word that no passage has in the two that stand there side by side, and two that are one
    there in one."""
    read = [_read(one) for one in passages]
    stems = {word for its, _ in read for word in its}
    pairs = {pair for _, its in read for pair in its}
    line = _TYPED.sub(lambda m: _parted(m[0], stems, pairs), question)
    for one, two in reversed([*pairwise(_WORD.finditer(line))]):
        between = line[one.end() : two.start()]
        if between in (" ", "-") and _one(one[0].casefold(), two[0].casefold(), stems, pairs):
            line = line[: one.end()] + line[two.start() :]
    return line


def pieces(question: str, passages: Sequence[Passage]) -> str:
    """`question` with the two words that German compounds which no passage has may be made of: parted where
    a passage has one of the two, or behind a letter that joins them; a few at most, the likeliest first."""
    if rather(words(question)) != "german":
        return question
    stems = {stem(word) for one in passages for word in words(one.indexed_text)}
    known = stems - {stem(word) for word in common("german")}
    typed = dict.fromkeys(word for word in _NOUN.findall(question) if stem(word.casefold()) not in stems)
    cuts = {f"{one} {two.capitalize()}": parts for word in typed for one, two, parts in _cuts(word, known)}
    return " ".join((question, *sorted(cuts, key=lambda cut: -cuts[cut])[:_MOST]))


def _cuts(compound: str, known: Collection[str]) -> Iterator[tuple[str, str, int]]:
    """Each two words that it may be made of, without what joins them, and how many of them are known."""
    for n in range(_BEGUN, len(compound) - _BEGUN):
        head, last = compound[:n], compound[n:]
        bare = [head.removesuffix(joint) for joint in _JOINTS if head.endswith(joint)]
        firsts = [one for one in (*bare, head) if len(one) >= _BEGUN]
        first = next((one for one in firsts if stem(one.casefold()) in known), firsts[0])
        parts = (stem(first.casefold()) in known) + (stem(last) in known)
        if parts or first != head:
            yield first, last, parts


def unfolded(question: str, passages: Sequence[Passage]) -> str:
    """`question`, a German compound that no passage has as the two words of one that it is made of:
    Nachtzuschlag as Zuschlag Nachtarbeit."""
    said = [dict.fromkeys(_LONG.findall(one.text)) for one in passages]
    stems = {stem(word.casefold()) for its in said for word in its}

    def told(typed: re.Match[str]) -> str:
        if stem(typed[0].casefold()) in stems:
            return typed[0]
        return next((made for its in said if (made := _made_of(typed[0], its))), typed[0])

    return _NOUN.sub(told, question)


def _made_of(compound: str, said: Iterable[str]) -> str:
    """The word that it ends with, and one that begins as it does; empty where either is missing."""
    low = compound.casefold()
    for last in said:
        rest = low.removesuffix(last.casefold())
        parts = {rest, *(rest.removesuffix(joint) for joint in (*_JOINTS, "-"))}
        parts = {part for part in parts if _BEGUN <= len(part) < len(low)} if rest != low else set()
        first = (one for one in said if any(one.casefold().startswith(part) for part in parts))
        if found := next((one for one in first if one[0].isupper()), ""):
            return f"{last} {found}"
    return ""


@lru_cache(maxsize=256)  # a passage is read once while it keeps coming
def _read(one: Passage) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """The stems of its words, and of each two that stand side by side."""
    said = [[stem(word) for word in words(text)] for text in (one.text, one.title, *one.heading)]
    return frozenset(chain.from_iterable(said)), frozenset(chain.from_iterable(map(pairwise, said)))


def _parted(word: str, stems: set[str], pairs: set[tuple[str, str]]) -> str:
    low = word.casefold()
    if low in STOP or stem(low) in stems:
        return word
    cuts = range(_LEAST, len(low) - _LEAST + 1)
    fit = (n for n in cuts if (stem(low[:n]), stem(low[n:])) in pairs)
    at = next(fit, 0)
    return f"{word[:at]} {word[at:]}" if at else word


def _one(one: str, two: str, stems: set[str], pairs: set[tuple[str, str]]) -> bool:
    """Whether they are one word there, and never two."""
    return one not in STOP and stem(one + two) in stems and (stem(one), stem(two)) not in pairs
