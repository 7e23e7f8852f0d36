"""A sentence in, what it states out: words of content, figures, what it denies, which way things go."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from model.checking.figures import Figure, figures
from model.checking.opposites import CUES, LACK, LIGHT, LIMITED, PARTLY, PREFIX, UNDOES, WAYS, WEAK, WHERE
from model.plain import plain
from retrieval.terms import STOP, stem, terms

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|[,;:()–—.]|--")
_LABEL = re.compile(  # choose "None"; choose None
    r"[\"“„](?:None|No|Never|Nothing|Keine?|Nie)[.,]?[\"“”]|(?<=[a-z] )(?:None|No|Never|Nothing)\b"
)
_BREAKS = frozenset(
    """, ; : ( ) – — . -- but however although though while whereas because if when unless until than
    which who that so aber wenn weil""".split()
)
_ASKED = frozenset("why how".split())  # not sure why they pay
_ENDS = frozenset(", ; . — --".split())
_WHETHER = frozenset("whether ob".split())
_IFS = _WHETHER | frozenset("if unless when wenn falls sofern".split())
_MERE = frozenset("only just merely simply solely limited".split())  # "not only" denies nothing
_CALLS = frozenset("hesitate forget worry".split())  # "do not hesitate to ask" says to ask
_TURNS = _CALLS | LIMITED
_NEAR = 3  # words before one in which its denial stands
_ONLY_ALSO = re.compile(
    r"(?<!not )(?<!n't )(?<!than )(?<!nicht )\b(?:just|only|merely|solely|simply|nur|bloß)\b"
    r"(?:(?!\bnot\b|\bnicht\b|n't)[^.;]){1,120}?\b(?:but|sondern)\b[^.;,]{0,20}\b(?:also|auch)\b"
)
_VERBS = frozenset(
    "have has had is are was were can could will would shall should may might must do does did".split()
)
_TO_DO = frozenset("to can must should may please and then".split()) | {"", ",", "."}
_MODAL = frozenset(
    """can could may might will would shall should must do does did kann können darf dürfen soll sollen
    muss müssen""".split()
)
_ENDED = frozenset("longer mehr".split())
_SCOPE = 5  # words of content that a denial reaches
_AROUND = 4  # words to each side that tell what a word speaks of


@dataclass(frozen=True, slots=True)
class Denial:
    """A word that denies and the stems that it reaches, the nearest first. `partly`: not all, not always;
    `supposed`: it stands where nothing is said to be so; `ended`: it was so once, no longer."""

    word: str
    scope: tuple[str, ...]
    partly: bool
    supposed: bool
    ended: bool


@dataclass(frozen=True, slots=True)
class Way:
    """A word that says which way something goes: what about, and the words around it."""

    family: str
    sign: int
    around: frozenset[str]
    denied: bool


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
        return _TOKEN.findall(_LABEL.sub(" ", self.plain).casefold().replace("’", "'"))

    @cached_property
    def stems(self) -> list[str]:
        """Of its tokens; nothing for stop words and punctuation."""
        return ["" if w in STOP or not w[0].isalnum() else stem(w) for w in self.tokens]

    @cached_property
    def cues(self) -> list[int]:
        """Places of the words that deny; "not only" does not, nor does "no more than"."""
        return [i for i, word in enumerate(self.tokens) if denies(word) and not self._idle(i)]

    def _idle(self, i: int) -> bool:
        word, (first, second, *_) = self.tokens[i], [*self.tokens[i + 1 : i + 3], ".", "."]
        mere = second if first in ("a", "an", "the") else first
        return mere in _MERE or first in _CALLS or second == "than" or _numbers(word, first)

    @cached_property
    def denials(self) -> list[Denial]:
        """What each of them reaches; of one with nothing after it, what is before it."""
        return [
            Denial(
                self.tokens[i],
                tuple(self.stems[at] for at in self._reached[i]),
                partly=not PARTLY.isdisjoint(self.tokens[i + 1 : i + 2]),
                supposed=i in self.supposed,
                ended=not _ENDED.isdisjoint(self.tokens[i + 1 : i + 2]),
            )
            for i in self.cues
        ]

    @cached_property
    def _reached(self) -> dict[int, list[int]]:
        return {i: self._after(i) or self._before(i) for i in self.cues}

    def _before(self, i: int) -> list[int]:
        return [at for at in range(max(0, i - 5), i) if self.stems[at]][-2:]

    def _after(self, i: int) -> list[int]:
        found: list[int] = []
        for at in range(i + 1, len(self.tokens)):
            word = self.tokens[at]
            lacking = found and word in _VERBS and self.tokens[i] in LACK  # those without a card | may not
            ends = word in _BREAKS or (found and word in _ASKED)
            if ends or lacking or len(found) == _SCOPE:
                break
            if self.stems[at] and word not in LIGHT:
                found.append(at)
        return found

    @cached_property
    def _denied(self) -> frozenset[int]:
        return frozenset(at for reached in self._reached.values() for at in reached)

    @cached_property
    def denied(self) -> frozenset[str]:
        return frozenset(self.stems[at] for at in self._denied)

    @cached_property
    def supposed(self) -> frozenset[int]:
        """Places of what is not said to be so: after if or whether up to the end of the clause; in a
        question, all."""
        return self._clauses(_IFS)

    def _clauses(self, openings: frozenset[str]) -> frozenset[int]:
        if self.plain.rstrip(' "”»)').endswith("?"):
            return frozenset(range(len(self.tokens)))
        found: set[int] = set()
        inside = False
        for i, word in enumerate(self.tokens if not openings.isdisjoint(self.tokens) else ()):
            inside = (inside or word in openings) and word not in _ENDS
            if inside:
                found.add(i)
        return frozenset(found)

    @cached_property
    def said(self) -> frozenset[str]:
        """Stems of what it says, neither denied nor only supposed."""
        aside = self._denied | self.supposed
        return frozenset(its for i, its in enumerate(self.stems) if its and i not in aside)

    @cached_property
    def able(self) -> frozenset[str]:
        """What can, may or shall be, undenied: what follows such a word in its clause."""
        some = (self._after(i) for i, word in enumerate(self.tokens) if word in _MODAL)
        return frozenset(self.stems[at] for at in {at for found in some for at in found} - self._denied)

    @cached_property
    def hinted(self) -> frozenset[str]:
        """What is near a word that denies in a manner of speaking: is prohibited, rarely, independent of."""
        near = (self._near(i) for i, w in enumerate(self.tokens) if w in WEAK)
        undone = (stem(PREFIX.sub("", w)) for w in self.tokens if PREFIX.match(w))
        return frozenset[str]().union(*near, undone)

    def _near(self, i: int) -> frozenset[str]:
        """What a weak denial may deny: of "non-members" the word that it is written with."""
        return frozenset(self.stems[i + 1 : i + 2]) if self.tokens[i] == "non" else self.around(i)

    @cached_property
    def undone(self) -> dict[str, str]:
        """Of what it says with a prefix that makes the opposite, the stem of that and of the word itself:
        unpaid, paid."""
        found = ((i, UNDOES.match(word)) for i, word in enumerate(self.tokens) if self.stems[i])
        return {self.stems[i]: stem(self.tokens[i][m.end() :]) for i, m in found if m}

    def around(self, i: int) -> frozenset[str]:
        some = self.stems[max(0, i - _AROUND) : i] + self.stems[i + 1 : i + 1 + _AROUND]
        return frozenset(s for s in some if s)

    @cached_property
    def ways(self) -> list[Way]:
        """Which ways it says things go; what is denied goes the other way."""
        asked, turned = self._clauses(_WHETHER), self._denied
        return [
            Way(family, -sign if i in turned and not kept else sign, self.around(i), i in turned)
            for i, word in enumerate(self.tokens)
            for family, sign in WAYS.get(word, ())
            if i not in asked and not self._no_way(i)
            for kept in (family in WHERE or self._counts(i),)
        ]

    def _counts(self, i: int) -> bool:
        """Whether it stands before a number: no rain for more than 12 months."""
        than, number, *_ = [*self.tokens[i + 1 : i + 3], "", "."]
        return than == "than" and number[0].isdigit()

    def _no_way(self, i: int) -> bool:
        """Whether it only counts points ("First, ...") or says what to do ("you can follow these steps")."""
        before, word, after = self.tokens[i - 1] if i else "", self.tokens[i], self.tokens[i + 1 : i + 2]
        return (word == "first" and after == [","]) or (word == "follow" and before in _TO_DO)

    @cached_property
    def unbound(self) -> frozenset[str]:
        """Words that only mean what is said where they are denied ("do not hesitate", "not limited to") and
        that nothing before them denies here."""
        return frozenset(
            word
            for i, word in enumerate(self.tokens)
            if word in _TURNS and not any(denies(one) for one in self.tokens[max(0, i - _NEAR) : i])
        )

    @cached_property
    def only_also(self) -> bool:
        """Whether it says only this, but also that: it has lost its "not"."""
        return bool(_ONLY_ALSO.search(" ".join(self.tokens)))


def denies(word: str) -> bool:
    return word in CUES or word.endswith("n't")


def negated(text: str) -> bool:
    """Whether `text` denies: an odd number of denials."""
    return len(Statement(text).cues) % 2 == 1


def _numbers(word: str, after: str) -> bool:
    """Whether "no" is the answer to a question, or a number's."""
    return word == "no" and (after in (",", ".", ":") or after[0].isdigit())
