"""A question's words, which of them are accounted for, and what these say of rows of people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from model.tabular.asking import Asked, Op, same
from model.tabular.criteria import Found, Test
from model.tabular.wanted import Wanted

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
IN = frozenset("in at on for of from im am bei beim vom von zum zur für".split())
PLAIN = IN | frozenset(  # what says nothing more of who works where
    """a an the is are be am to by with as our we us there all and or who whom that which do does have has
    here working works work sits sit sitting based located employed belong belongs part currently now right
    please me you everyone everybody every any company direct directly ist sind die der das den dem des ein
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
    verbs: set[int] = field(default_factory=set)  # what somebody does: who supports Oslo is not in support
    known: bool = False  # that it is people who are asked for

    def persons(self) -> None:
        """Accounts for the word that says that people are meant: "How many active people are in people?"."""
        for n in takewhile(lambda n: self.words[n] not in IN, range(len(self.words))):
            if n not in self.used and _PERSON.fullmatch(self.words[n]):
                self.used.add(n)
                self.known = True
                return

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
            if not where & self.verbs and all(map(same, self.words[n:], parts)):
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


def none(said: Said) -> Wanted:
    return Wanted(Op.LOOK, None, (), frozenset(said.words), 0)
