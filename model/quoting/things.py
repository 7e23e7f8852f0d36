"""A question of yes or no in, the things it names that no passage names out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from model.quoting.kinds import wanted
from retrieval.languages import language
from retrieval.passage import Passage
from retrieval.terms import STOP, stem, words

_THE = (
    r"(?:an?|the|my|our|your|their|his|her|its|any|some|this|that|these|those|ein|eine[mnrs]?|der|die|das|den|dem|"
    r"meine?[mnrs]?|unsere?[mnrs]?|ihre?[mnrs]?|keine?[mnrs]?)"
)
_OF = r"(?:for|of|on|about|with|at|by|from|in|into|via|per|für|von|mit|auf|über|bei|an|im|am|zum|zur|vom|ins)"
_END = (
    rf"(?=[?.,;:!)]|\Z|\s(?:{_OF}|{_THE}|to|and|or|und|oder|is|are|was|were|do|does|did|can|may|be|have|has|had|will|"
    r"would|that|which|who|when|while|if|because|nach|wenn|als|ist|sind|zu)\b)"
)
# What stands behind "a", "for my", "there are": a motorbike, a company car, lockers.
_THING = re.compile(
    rf"\b(?:{_THE}|are there|is there|(?:do|can|may) (?:we|i|you) (?:have|get|use|bring|claim|expense|buy|"
    rf"order|book)|gibt es)\s((?:[\w'’-]+\s){{0,3}}?[\w'’-]+){_END}|\b{_OF}\s([\w'’-]+){_END}",
    re.IGNORECASE,
)
_NOUN = re.compile(r"(?<=\s)[^\W\d_a-zà-ÿ]\w{3,}")  # German ones
_VERB = re.compile(
    r"(?:ed|ing|ly)\Z|\A(?:need|go|get|take|use|work|pay|help|ask|know|do|be|"
    r"forbidden|possible|permissible|acceptable|okay|fine|verboten|erlaubt|gestattet|möglich|zulässig)\Z",
    re.IGNORECASE,
)
_SAME = 0.7  # share of a word's letters, from the first, that another form of it has


def unnamed(question: str, passages: Sequence[Passage]) -> list[str]:
    """As they are written; none where the passages are in other languages than the question."""
    line = question.rpartition("\n")[2]
    if wanted(line) != "decision":
        return []
    own = language(words(line))
    said = {w for p in passages if language(words(p.text)) == own for w in words(p.indexed_text)}
    stems = {stem(w) for w in said}
    found = (
        one
        for one in dict.fromkeys(_things(line, own == "german"))
        if said and stem(one.casefold()) not in stems
    )
    telling = said - STOP  # "do" is no form of "dog"
    return [one for one in found if not any(kin(one.casefold(), other) for other in telling)]


def _things(line: str, german: bool) -> Iterator[str]:
    """The last word of each; in German each noun, and in both what is written like a name."""
    for match in _THING.finditer(line) if not german else ():
        last = (match[1] or match[2]).split()[-1]
        if last.casefold() not in STOP and last[0].isalpha() and not _VERB.search(last):
            yield last
    yield from _NOUN.findall(line)


def kin(word: str, other: str) -> bool:
    """Whether one is a form of the other, or most of it."""
    if word in other:
        return True
    if other in word:
        return len(other) >= 0.6 * len(word)
    same = max(5, round(_SAME * len(word)))
    return word[:same] == other[:same]
