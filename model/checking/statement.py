"""A sentence in, what it states out: words of content, figures, what it denies, which way things go."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from model.checking import lost
from model.checking.figures import Figure, figures
from model.checking.going import counts, goes
from model.checking.lost import denies
from model.checking.opposites import GRANTED, KEPT, LACK, LIGHT, PARTLY, PREFIX, UNDOES, WEAK
from model.checking.portions import meant
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
_ADDS = frozenset("and but or und aber oder".split())
_WHETHER = frozenset("whether ob".split())
_IFS = _WHETHER | frozenset("if unless when wenn falls sofern".split())
_MERE = frozenset("only just merely simply solely limited".split())  # "not only" denies nothing
_VERBS = frozenset(
    "have has had is are was were can could will would shall should may might must do does did".split()
)
_ARTICLES = frozenset("a an the any ein eine einen kein".split())
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
    `supposed`: it stands where nothing is said to be so; `ended`: it was so once, no longer. `clause`: what
    stands around it; `verb`: what follows it first."""

    word: str
    scope: tuple[str, ...]
    partly: bool
    supposed: bool
    ended: bool
    clause: frozenset[str] = frozenset()
    verb: str = ""


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
    def meant(self) -> list[Figure]:
        """Its figures, and those that its words stand for."""
        return meant(self.plain)

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
        return mere in _MERE or lost.idle(first) or second == "than" or _numbers(word, first)

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
                clause=self._clause(i),
                verb=next((self.stems[at] for at in self._after(i)), ""),
            )
            for i in self.cues
        ]

    def _clause(self, i: int) -> frozenset[str]:
        """What stands around a denial up to the next comma or full stop to each side; what "and not" adds."""
        ends = [at for at, word in enumerate(self.tokens) if word in _ENDS or word == ":"]
        first = i if i and self.tokens[i - 1] in _ADDS else max((at + 1 for at in ends if at < i), default=0)
        last = min((at for at in ends if at > i), default=len(self.tokens))
        return frozenset(s for s in self.stems[first:last] if s)

    @cached_property
    def _reached(self) -> dict[int, list[int]]:
        return {i: self._of(i) for i in self.cues}

    def _of(self, i: int) -> list[int]:
        after = self._after(i)
        if not after or self.tokens[after[0]] not in GRANTED:
            return after or self._before(i)
        subject = self._subject(i)
        return subject + after[1:] if subject else after

    def _subject(self, i: int) -> list[int]:
        """What is not allowed or possible: what stands before it in its clause."""
        first = next((at + 1 for at in range(i, -1, -1) if self.tokens[at] in _BREAKS), 0)
        return [at for at in range(first, i) if self.stems[at] and self.tokens[at] not in LIGHT][-3:]

    def _before(self, i: int) -> list[int]:
        return [at for at in range(max(0, i - 5), i) if self.stems[at]][-2:]

    def _after(self, i: int) -> list[int]:
        found: list[int] = []
        for at in range(i + 1, len(self.tokens)):
            word = self.tokens[at]
            lacking = found and word in _VERBS and self.tokens[i] in LACK  # those without a card | may not
            ends = (word in _BREAKS and not self._joins(at, i)) or bool(found and word in _ASKED)
            ends = ends and (bool(found) or self.tokens[at + 1 : at + 2] != ["ever"])
            if ends or lacking or len(found) == _SCOPE:
                break
            if self.stems[at] and word not in LIGHT:
                found.append(at)
        return found

    def _joins(self, at: int, cue: int) -> bool:
        """Whether a comma stands between two words for one thing: not a precise, single agreement."""
        return at == cue + 3 and self.tokens[at] == "," and self.tokens[cue + 1] in _ARTICLES

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
        undone = (i + 1 for i, word in enumerate(self.tokens) if word == "non")
        aside = self._denied | self.supposed | {*undone}
        return frozenset(its for i, its in enumerate(self.stems) if its and i not in aside)

    @cached_property
    def able(self) -> frozenset[str]:
        """What can, may or shall be, undenied: what follows such a word in its clause."""
        some = (self._after(i) for i, word in enumerate(self.tokens) if word in _MODAL)
        return frozenset(self.stems[at] for at in {at for found in some for at in found} - self._denied)

    @cached_property
    def hints(self) -> list[tuple[str, frozenset[str]]]:
        """Words that deny in a manner of speaking, is prohibited, rarely, and what is near each."""
        near = [(w, self._near(i)) for i, w in enumerate(self.tokens) if w in WEAK]
        return near + [(w, frozenset({stem(PREFIX.sub("", w))})) for w in self.tokens if PREFIX.match(w)]

    @cached_property
    def hinted(self) -> frozenset[str]:
        return frozenset[str]().union(*(near for _, near in self.hints))

    def hinted_beside(self, claim: Statement, by: frozenset[str] = frozenset()) -> frozenset[str]:
        """The same without what `claim` says with the same word: a limited edition denies no limited edition.
        `by`: which words alone."""
        some = (near for word, near in self.hints if word not in claim.tokens and (word in by or not by))
        return frozenset[str]().union(*some)

    @cached_property
    def doubts(self) -> bool:
        """Whether it denies anything, in a manner of speaking too, or supposes it."""
        return bool(self.cues or self.supposed) or not WEAK.isdisjoint(self.tokens)

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
            for i in range(len(self.tokens))
            for family, sign in goes(self.tokens, i)
            if i not in asked
            for kept in (family in KEPT or counts(self.tokens, i),)
        ]

    @cached_property
    def unbound(self) -> frozenset[str]:
        """Words that only mean what is said where they are denied, and that nothing denies here."""
        return frozenset(lost.unbound(self.tokens))

    @cached_property
    def stranded(self) -> frozenset[str]:
        """What is only said of what is not so, and is said here as if it were."""
        asks = self.plain.rstrip().endswith("?")
        return frozenset[str]() if asks else frozenset(lost.stranded(self.tokens))

    @cached_property
    def insisted(self) -> frozenset[str]:
        """Stems of what it says does happen."""
        found = (self.stems[i] or self.stems[i + 1] for i in lost.insisted(self.tokens))
        return frozenset(w for w in found if w)

    @cached_property
    def only_also(self) -> bool:
        """Whether it says only this, but also that: it has lost its "not"."""
        return lost.only_also(self.tokens)


def negated(text: str) -> bool:
    """Whether `text` denies: an odd number of denials."""
    return len(Statement(text).cues) % 2 == 1


def _numbers(word: str, after: str) -> bool:
    """Whether "no" is the answer to a question, or a number's."""
    return word == "no" and (after in (",", ".", ":") or after[0].isdigit())
