"""A question and a table in, the rows that it names by a part of what they are called out: every soup, the
biscuit with cocoa; or what it names like one of them, and no row is called."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from model.tabular.amounts import amounts, marks
from model.tabular.asking import LOOKING, SOFT, Asked, same
from model.tabular.called import BRACKETS
from model.tabular.cells import figured
from model.tabular.criteria import Found, Named, Test
from model.tabular.tables import UNNAMED, Table
from retrieval.terms import STOP, words

_VERB = re.compile(r"\A\W*(?:is|are|ist|sind)\b|\b(?:do|does|did)\b")  # a word for what is asked ends it
_CHOOSES = (
    r"\b(?:which|what|welche[nrsm]?|how many|number of|wie ?viele|(?:is|are) there|gibt es|(?:do|have) we"
    r"|haben wir|list|show|name)\s(?:(?:me|us|a|an|any|all|the|of|our|have|is|are|was|\w+est|"
    r"(?:most|least)\s\w+|"
    r"mir|uns|alle[nr]?|die|der|das|ein\w*|ist|sind|unsere\w*|\w+ste[nrs]?)\s){0,4}"
)
_LONG = 6  # words of a cell that is a name, at most
_TYPED = 0.8  # how much a word is like another one that it may be a slip of
_JOINS = frozenset("and or than und oder als".split())
_APART = frozenset(  # prepositions, beside those that are stop words
    """between over under above below before after without within against per via during around behind
    zwischen über unter vor nach ohne gegen pro je während hinter neben seit""".split()
)
_SMALL = SOFT | LOOKING | STOP | _APART
# What may stand right before what something is called, and no verb does: the onion soup, price of onion soup.
_BEFORE = frozenset(
    """a an the our your this that any some which what of in for with from about is are does do has have
    contains contain der die das den dem des ein eine einer eines einem einen unsere unser
    unserer welche welcher welches von für mit aus ist sind hat enthält enthalten keine kein""".split()
)
_GERMAN = re.compile(r"(?:d(?:er|ie|as|en|em|es)|(?:k?ein|unser|welch)(?:e[nrsm]?)?|enthält|hat|ist|sind)")
# What says how something is, or whose, and no other thing: by its form, behind a German article, by itself.
_STATE = re.compile(r"\w+(?:ed|ing|est|ly|ful|less|ous|ish|'s)")
_STATED = re.compile(r"\w+e[nrsm]?")
_STATES = frozenset(
    """hot cold warm cool daily weekly monthly usual normal regular typical standard special seasonal current
    actual good better best bad worse worst nice great fine fresh new old young big small large little long
    short high low heavy light thick thin full empty half whole entire complete cheap dear free own real true
    right wrong main major minor other another same different next last first second third final single
    double only certain available open safe clean dirty dry wet raw ripe stale hard soft crisp crunchy
    creamy tasty spicy salty sweet sour bitter mild strong rich pure plain simple basic classic common
    popular favourite favorite famous local foreign homemade organic vegan vegetarian kosher halal healthy
    early late recent ready sick modern original general public private""".split()
)


@dataclass(frozen=True, slots=True)
class Called:
    """What a question calls rows by: `cells` of `column` that have all of its words, and where these stand.
    Where no cell has, `strange` are those of its words that the table has nowhere."""

    column: int
    cells: frozenset[str]
    where: frozenset[int]
    said: str
    kind: str  # the word that some rows have
    strange: tuple[str, ...] = ()

    @property
    def sole(self) -> bool:
        """Whether one row is meant, by more than what it is one of."""
        return len(self.cells) == 1 and self.said != self.kind


def key(table: Table) -> int | None:
    """The first column that calls each row by another name of a few words."""
    return _names(table)[0]


def named_in_part(asked: Asked, table: Table, used: Collection[int]) -> list[Called]:
    """What it calls rows of `table` by, in words that stand elsewhere than at `used`."""
    runs = list(_runs(asked, {*used, *asked.op(set())[1]}))
    column, cells = _names(table) if runs else (None, {})
    if column is None:
        return []
    made = [one for run in runs if (one := _of_run(asked, run, table, (column, cells)))]
    heads = {one.kind for one in made if one.sole}
    if len(heads) == 1:  # classic and cocoa biscuits, cocoa biscuits than the classic
        (head,) = heads
        taken = frozenset().union(*(one.where for one in made if one.sole))
        made += [one for run in runs if (one := _borrowing(asked, run, taken, (column, head, cells)))]
    return made


def parted(asked: Asked, table: Table, named: Mapping[int, Named], found: Sequence[Found]) -> list[Found]:
    """With the rows that are named by a part of what they are called: the one that is meant, or all of a kind
    where it is asked which of them, or how many."""
    used = {i for there in named.values() for i in there.where} | {i for _, where in found for i in where}
    parts = [one for one in named_in_part(asked, table, used) if one.cells]
    own = [one for one in found if parts and one[0].column == parts[0].column]
    some = [one for one in parts if one.sole] or [one for one in parts if not own and _chosen(asked, one)]
    if not some or any(test.sign != "=" for test, _ in own):
        return [*found]
    values = frozenset().union(*(one.cells for one in some), *(test.values for test, _ in own))
    where = frozenset().union(*(one.where for one in some), *(there for _, there in own))
    said = " / ".join(sorted(values)) if own or some[0].sole else some[0].said
    test = Test(some[0].column, values, said=said)
    return [*(one for one in found if one not in own), (test, where)]


def _chosen(asked: Asked, one: Called) -> bool:
    """Whether it is asked which of a kind, or how many: not what all of it have."""
    before = re.compile(rf"{_CHOOSES}{re.escape(one.said)}\b")
    return len(one.cells) > 1 and bool(before.search(asked.text))


def _runs(asked: Asked, used: Container[int]) -> Iterator[list[int]]:
    """Words that say something, one right behind the other."""
    run: list[int] = []
    for n, word in enumerate([*asked.words, ""]):
        if word and n not in used and word not in _SMALL:
            run.append(n)
        elif run:
            yield run
            run = []


def _of_run(
    asked: Asked, run: Sequence[int], table: Table, of: tuple[int, Mapping[str, list[str]]]
) -> Called | None:
    column, cells = of
    if run[-1] == len(asked.words) - 1 and len(run) > 1 and _VERB.search(asked.text):
        run = run if _having(asked.words[run[-1]], cells) else run[:-1]  # is the onion soup vegan
    said = [asked.words[n] for n in run]
    kin = _having(said[-1], cells)
    alone = len(kin) == 1 and not same(said[-1], cells[next(iter(kin))][-1])
    if not kin or alone or len(kin) == len(cells):
        return None
    fit = kin.intersection(*(_having(word, cells) for word in said[:-1]))
    phrase = " ".join(said)
    if fit:
        return Called(column, frozenset(fit), frozenset(run), phrase, said[-1])
    strange = tuple(word for word in said[:-1] if not _told(word, table))
    before = asked.words[run[0] - 1] if run[0] else ""
    if not strange or before not in _BEFORE or any(_slip(word, cells) for word in strange):
        return None
    if len(said) != 2 or _state(said[0], before):  # what the canteen serves; the hot soup
        return None
    return Called(column, frozenset(), frozenset(run), phrase, said[-1], strange)


def _borrowing(
    asked: Asked, run: Sequence[int], taken: Container[int], of: tuple[int, str, Mapping[str, list[str]]]
) -> Called | None:
    """What is said before or behind "and" or "than", of the one kind that is named there."""
    column, head, cells = of
    beside = {*asked.words[max(0, run[0] - 2) : run[0]], *asked.words[run[-1] + 1 : run[-1] + 2]}
    if run[0] in taken or not beside & _JOINS:
        return None
    fit = _having(head, cells).intersection(*(_having(asked.words[n], cells) for n in run))
    said = " ".join(asked.words[n] for n in run)
    return Called(column, frozenset(fit), frozenset(run), said, head) if len(fit) == 1 else None


def _having(word: str, cells: Mapping[str, list[str]]) -> set[str]:
    return {cell for cell, parts in cells.items() if any(same(word, part) for part in parts)}


def _told(word: str, table: Table) -> bool:
    """Whether the table has a word, wherever; what is a number calls nothing."""
    return any(c.isdigit() for c in word) or any(same(word, one) for one in _words(table))


def _state(word: str, before: str) -> bool:
    """Whether it says how something is rather than which, behind the word `before` it."""
    stated = _GERMAN.fullmatch(before) and _STATED.fullmatch(word)
    return word in _STATES or bool(stated or _STATE.fullmatch(word))


def _slip(word: str, cells: Mapping[str, list[str]]) -> bool:
    """Whether it may be another word that is not spelt right: one that begins or ends as that does."""
    said = {one for parts in cells.values() for one in parts if abs(len(one) - len(word)) <= 2}
    near = [one for one in said if one[:2] == word[:2] or one[-2:] == word[-2:]]
    return bool(get_close_matches(word, near, 1, _TYPED))


@lru_cache(maxsize=16)  # a table is asked for more than once to answer a question
def _names(table: Table) -> tuple[int | None, Mapping[str, list[str]]]:
    """That column, and the words of its cells."""
    for n in range(len(table.columns)) if table.doubt != UNNAMED else ():
        cells = table.cells(n)
        if len(cells) < 2 or not all(cells) or len(set(cells)) < len(cells):
            continue
        if not figured(cells) and not amounts(cells) and not marks(cells):
            said = {cell: words(BRACKETS.sub("", cell)) for cell in cells}
            return (n, said) if all(0 < len(one) <= _LONG for one in said.values()) else (None, {})
    return None, {}


@lru_cache(maxsize=16)
def _words(table: Table) -> frozenset[str]:
    every = (*table.columns, table.about, *(cell for row in table.rows for cell in row.cells))
    return frozenset(words("\n".join(every)))
