"""A question's words, which of them are accounted for, and what these say of rows of people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from model.tabular.asking import IN, Asked, Op, same
from model.tabular.criteria import Found, Test
from model.tabular.purpose import Wanted

PERSON = (
    r"(?:people|persons?|employees?|colleagues?|staff(?: members?)?|team ?members?|members|team ?mates?|"
    r"co-?workers?|folks|leute|personen|mitarbeitende[nr]?|mitarbeiter(?:innen|n)?|kolleg(?:en|innen)|"
    r"angestellten?|beschäftigten?)"
)
KIND = re.compile(  # what a column may be called by that is not its name
    r"(?:team|department|group|squad|unit|division|office|site|location|city|role|position|job|abteilung|"
    r"bereich|gruppe|standort|büro|rolle|funktion|stelle)s?"
)
_PERSON = re.compile(PERSON)
_STILL = frozenset(  # what may stand before a verb
    """do does did all both also currently now here directly regularly mostly mainly often sometimes usually
    derzeit aktuell momentan gerade""".split()
)
BESIDE = frozenset(("with", "by", "mit", "bei"))
_WOMEN = re.compile(r"\w{3,}in(?:nen)?")
PLAIN = IN | frozenset(  # what says nothing more of who works where
    """a an the is are be am to by with as our we us there all and or who whom that which do does have has
    both here working works work sits sit based located employed belong belongs part currently now right
    sitting please me you everyone everybody every
    any company direct directly ist sind die der das den dem des ein
    eine einen einem einer an auf zu es gibt gehört gehören arbeitet arbeiten sitzt sitzen hat haben wir uns
    unser unsere unserem unserer unseren alle allen alles bitte mir derzeit aktuell momentan gerade tätig
    beschäftigt als und oder da dort innen firma wer wen wem""".split()
)


@dataclass
class Said:
    """A question's words, those that are accounted for, and what these say."""

    asked: Asked
    words: list[str]
    used: set[int] = field(default_factory=set)
    found: list[Found] = field(default_factory=list)
    doubt: str = ""
    cue: frozenset[int] = frozenset()  # where people are asked for
    verbs: set[int] = field(default_factory=set)  # what somebody does: who supports Oslo is not in support
    known: bool = False  # that it is people who are asked for

    def persons(self) -> None:
        """Accounts for the word that says that people are meant: "How many active people are in people?"."""
        for n in takewhile(lambda n: self.words[n] not in IN, range(len(self.words))):
            if n not in self.used and _PERSON.fullmatch(self.words[n]):
                self.used.add(n)
                self.cue |= {n}
                self.known = True
                return

    def acts(self) -> None:
        """Takes what stands right behind who is asked for as what they do: which people support Oslo."""
        who = {n for n, word in enumerate(self.words) if word in ("who", "wer")}
        who |= {n for n in self.cue if _PERSON.fullmatch(self.words[n])}
        who |= {n for n in self.cue if self.words[n] in ("everyone", "everybody")}
        who |= {n + 1 for n in self.cue if self.words[n : n + 2] in (["of", "us"], ["von", "uns"])}
        who |= {n + 1 for n in who if self.words[n + 1 : n + 2] in (["that"], ["who"], ["which"])}
        still = _STILL - {"do", "does", "did"} if self.words[-1:] == ["have"] else _STILL  # does Oslo have
        for n in who:
            behind = range(n + 1, len(self.words))
            self.verbs |= {*[m for m in behind if self.words[m] not in still][:1]}

    @property
    def women(self) -> set[str]:
        """What people are called by who are women, where that is asked: a table of people does not say it."""
        called = {word for word in self.words if _PERSON.fullmatch(word)}
        women = {word for word in called if word.endswith("innen")}
        return women if women == called else set()

    def beside(self, where: frozenset[int]) -> bool:
        """Whether those are asked for who are with whoever is named there."""
        before = self.words[: min(where, default=0)]
        asked = bool(self.cue) or not {"who", "wer"}.isdisjoint(before)
        return asked and not BESIDE.isdisjoint(before[-1:])

    def apart(self) -> bool:
        """Whether an "or" stands between what two columns have: in Oslo or in support."""
        of = {n: test.column for test, where in self.found for n in where}
        for n in (n for n, word in enumerate(self.words) if word in ("or", "oder")):
            before, behind = (
                max((m for m in of if m < n), default=n),
                min((m for m in of if m > n), default=n),
            )
            if of.get(before) != of.get(behind):
                return True
        return False

    def at(self, parts: Sequence[str]) -> Iterator[frozenset[int]]:
        for n in range(len(self.words) - len(parts) + 1):
            where = frozenset(range(n, n + len(parts)))
            if not where & self.verbs and all(map(form, self.words[n:], parts)):
                yield where

    def add(self, column: int, cells: set[str], where: frozenset[int]) -> None:
        """That a row's cell is one of these."""
        before = next((one for one in self.found if one[0].column == column and one[0].sign == "="), None)
        values = frozenset(cells) | (before[0].values if before else frozenset())
        test = Test(column, values, said=" / ".join(sorted(values)))
        self.found = [one for one in self.found if one is not before]
        self.found.append((test, where | (before[1] if before else frozenset())))
        self.used |= where

    @property
    def left(self) -> set[str]:
        rest = {word for n, word in enumerate(self.words) if n not in self.used}
        return {word for word in rest - PLAIN if not KIND.fullmatch(word)}


def form(word: str, cell: str) -> bool:
    """Whether a word of a question is one of a cell: no engineers are Engineering, and Entwicklerinnen are no
    Entwickler."""
    acts = word.removesuffix("s").endswith("ing") is cell.removesuffix("s").endswith("ing")
    return same(word, cell) and acts and (women(cell) or not women(word))


def women(word: str) -> bool:
    """Whether it calls women alone, or may: Leiterin, and not Admins."""
    return bool(_WOMEN.fullmatch(word.removesuffix("s")))


def none(said: Said) -> Wanted:
    return Wanted(Op.LOOK, None, (), frozenset(said.words), 0)
