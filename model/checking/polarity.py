"""Two sentences in, whether one denies what the other says, or says it the other way round, out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from model.checking.figures import Figure, figures
from model.checking.opposites import CUES, LOOSE, MARKED, PREFIX, WAYS, WEAK
from model.plain import plain
from retrieval.terms import STOP, stem, terms

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|[,;:()–—.]|--")
_BREAKS = frozenset(
    """, ; : ( ) – — . -- but however although though while whereas because if when unless until than
    which who that so aber wenn weil""".split()
)
_MERE = frozenset("only just merely simply limited".split())  # "not only" denies nothing
_SCOPE = 5  # words of content that a denial reaches
_AROUND = 4  # words to each side that tell what a word speaks of


@dataclass(frozen=True, slots=True)
class Way:
    """A word that says which way something goes: what about, and the words around it."""

    family: str
    sign: int
    around: frozenset[str]


@dataclass(frozen=True)
class Statement:
    """One sentence, read for what it states. `content`: stems of words of content, values of figures,
    pairs of unspaced characters."""

    text: str

    @cached_property
    def plain(self) -> str:
        return plain(self.text)

    @cached_property
    def figures(self) -> list[Figure]:
        return figures(self.plain)

    @cached_property
    def content(self) -> frozenset[str]:
        found: set[str] = set()
        for term in terms(self.plain):
            if not term.isascii() and any("\u2e80" < c < "\uffa0" for c in term) and len(term) > 2:
                found.update(term[i : i + 2] for i in range(len(term) - 1))
            elif not term[0].isdigit():
                found.add(term)
        found.update(f"={value}" for f in self.figures if not f.loose for value in f.values)
        return frozenset(found)

    @cached_property
    def tokens(self) -> list[str]:
        return _TOKEN.findall(self.plain.casefold().replace("’", "'"))

    @cached_property
    def stems(self) -> list[str]:
        """Of its tokens; nothing for stop words and punctuation."""
        return ["" if w in STOP or not w[0].isalnum() else stem(w) for w in self.tokens]

    @cached_property
    def cues(self) -> list[int]:
        """Places of the words that deny; "not only" does not, nor does "no more than"."""
        after = [*self.tokens[1:], ".", "."]
        return [
            i
            for i, word in enumerate(self.tokens)
            if denies(word)
            and after[i] not in _MERE
            and after[i + 1] != "than"
            and not _numbers(word, after[i])
        ]

    @cached_property
    def scopes(self) -> list[list[str]]:
        """Stems that each of them reaches, nearest first; of one with nothing after it, what is before it."""
        return [self._reached(i) for i in self.cues]

    def _reached(self, i: int) -> list[str]:
        found: list[str] = []
        for word, its in zip(self.tokens[i + 1 :], self.stems[i + 1 :], strict=True):
            if word in _BREAKS or len(found) == _SCOPE:
                break
            if its and its != "longer":
                found.append(its)
        return found or [s for s in self.stems[max(0, i - 5) : i] if s][-2:]

    @cached_property
    def denied(self) -> frozenset[str]:
        return frozenset(s for scope in self.scopes for s in scope)

    @cached_property
    def hinted(self) -> frozenset[str]:
        """What is near a word that denies in a manner of speaking: is prohibited, rarely, independent of."""
        near = (self.around(i) for i, w in enumerate(self.tokens) if w in WEAK)
        undone = (stem(PREFIX.sub("", w)) for w in self.tokens if PREFIX.match(w))
        return frozenset[str]().union(*near, undone)

    def around(self, i: int) -> frozenset[str]:
        some = self.stems[max(0, i - _AROUND) : i] + self.stems[i + 1 : i + 1 + _AROUND]
        return frozenset(s for s in some if s)

    @cached_property
    def ways(self) -> list[Way]:
        """Which ways it says things go; what is denied goes the other way."""
        return [
            Way(family, -sign if self.stems[i] in self.denied else sign, self.around(i))
            for i, word in enumerate(self.tokens)
            for family, sign in WAYS.get(word, ())
            if not (word == "first" and self.tokens[i + 1 : i + 2] == [","])  # "First, ..." counts points
        ]


def denies(word: str) -> bool:
    return word in CUES or word.endswith("n't")


def negated(text: str) -> bool:
    """Whether `text` denies: an odd number of denials."""
    return len(Statement(text).cues) % 2 == 1


def _numbers(word: str, after: str) -> bool:
    """Whether "no" is the answer to a question, or a number's."""
    return word == "no" and (after in (",", ".", ":") or after[0].isdigit())


def against(claim: Statement, said: Sequence[Statement]) -> bool:
    """Whether `said`, the sentences nearest to it and the nearest first, speak against `claim`."""
    return denied(claim, said) or _undenied(claim, said) or _turned(claim, said)


def denied(claim: Statement, said: Sequence[Statement]) -> bool:
    """Whether it denies what none of them denies."""
    return any(not any(_answers(scope, one) for one in said) for scope in claim.scopes if scope)


def _answers(scope: Sequence[str], said: Statement) -> bool:
    near = set(scope[:3])
    return any(scope[0] in its or len(near & set(its)) > 1 for its in (*said.scopes, said.hinted))


def _undenied(claim: Statement, said: Sequence[Statement]) -> bool:
    """Whether the nearest denies what it says, and none of them says it."""
    own = {s for s in claim.stems if s} - claim.denied - claim.hinted
    for scope in said[0].scopes if said else ():
        key = [s for s in scope[:3] if s in own]
        if not key or key[0] != scope[0] or len(key) < min(2, len(scope)):
            continue
        if not any(all(s in one.content - one.denied for s in key) for one in said):
            return True
    return False


def _turned(claim: Statement, said: Sequence[Statement]) -> bool:
    """Whether what goes one way in it goes the other way where they speak most nearly of the same."""
    return any(_other_way(way, [w for one in said for w in one.ways]) for way in claim.ways)


def _other_way(way: Way, others: Sequence[Way]) -> bool:
    alike, other = (
        [len(way.around & o.around) for o in others if o.family == way.family and o.sign == sign]
        for sign in (way.sign, -way.sign)
    )
    if alike:
        return max(other, default=0) > max(1, *alike)
    if other:
        return way.family not in LOOSE or max(other) > 1
    return way.sign < 0 and way.family in MARKED


def swapped(claim: Sequence[str], said: Sequence[str]) -> bool:
    """Whether words that stand in each other's place go opposite ways."""
    mine, theirs = ([way for word in some for way in WAYS.get(word, ())] for some in (claim, said))
    return any(f == g and s != t for f, s in mine for g, t in theirs)
