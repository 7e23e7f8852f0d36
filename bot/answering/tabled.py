"""A question and passages with tables in, rows looked up or reckoned out, in sentences with their sources."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.answering.caveats import unanswered
from bot.answering.prose import beside, has_rows
from bot.answering.rows import figure, names, noticed, refusal, row
from bot.meaning.followup import chooses, placed
from model.answer import Citation, Draft, Fault, Struck
from model.checking.citations import Checked, Quote
from model.checking.figures import figures
from model.quoting.lists import listed
from model.quoting.orders import spoken
from model.quoting.parts import parts
from model.tabular.asking import Asked, Op, alike, kinds_of
from model.tabular.called import heads
from model.tabular.entitled import entitles
from model.tabular.instead import instead
from model.tabular.keys import key
from model.tabular.lines import as_written
from model.tabular.outcome import LISTED, QUOTES, Reckoned, Refused, by_place, cited
from model.tabular.reckoning import asks_of, reckon
from model.tabular.staff import Staff
from model.tabular.tables import PART, SPLIT, UNEVEN, Table, tables
from retrieval.passage import Passage
from retrieval.terms import words

WRITER = "tables"
_DOCUMENTS = 3  # whose tables are read for a question
_NAMED = ("kinds", "ambiguous")  # why there is no figure of a column or a cell that the question names
_AND = re.compile(  # and what it is about, in a few words
    r"\A\W*(?:and|or|und|oder)\s+(?:(?:for|für)\s+)?(?!(?:on|in|at|with|an|am|im|mit|bei)\b)"
    r"(?=(?:[^\s?]+\s*){1,4}\?*\s*\Z)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Tabled:
    """What tables say to a question: a sentence for each row, or one for a figure. `quotes` are what each
    rests on, in `passages`: all of the one document."""

    asked: str
    locale: str
    passages: tuple[Passage, ...]
    sentences: tuple[str, ...]
    quotes: tuple[tuple[Quote, ...], ...]
    whole: bool
    of: tuple[str, ...] = ()  # what every row is, where all rows were counted and nothing else
    rows: bool = False  # a sentence is a row
    listed: bool = False  # all of a kind was asked for: a line for each
    picked: bool = False  # and these are some rows of a table, by their cells
    notice: str = ""  # that it is a part, or may be
    left: tuple[Sequence[str], ...] = ()  # words of what it was asked and says nothing of, and its row's

    def said_in(self, passage: Passage) -> bool:
        """Whether a passage says itself how many there are: then that is the answer, not a list's length; or
        of what the table says nothing."""
        said = words(passage.text) if self.of or self.left else []
        if self.left:
            missing, row = self.left
            told = [one for one in (*missing, *row) if any(alike(one, other) for other in said)]
            return set(row) <= set(told) and not set(missing).isdisjoint(told)
        return any(
            _number(word) and any(alike(one, other) for one in said[n + 1 : n + 4] for other in self.of)
            for n, word in enumerate(said)
        )

    @property
    def draft(self) -> Draft:
        """The sentences with markers that count the passages, as a writer's are."""
        told = zip(self.sentences, self.quotes, strict=True)
        return Draft(
            "\n\n".join(f"{text} {_markers(q.passage for q in some)}" for text, some in told), WRITER
        )

    def checked(self, still: Sequence[Passage]) -> list[Checked]:
        """Each sentence, reckoned once more from the words that the readers may see now of the passages, the
        first of these: what does not come out the same is struck."""
        still = still[: len(self.passages)]
        again = of_tables(self.asked, [(still, self.whole)], self.locale)
        held = again.sentences if isinstance(again, Tabled) else ()
        made: list[Checked] = []
        numbers: dict[Quote, int] = {}
        gap = "\n- " if self.listed else "\n\n"
        for text, some in zip(self.sentences, self.quotes, strict=True):
            if text not in held:
                made.append(Checked(text, dropped=Struck(text, Fault.UNSUPPORTED)))
                continue
            before = gap if numbers else gap.lstrip()
            new = [quote for quote in some if quote not in numbers]
            numbers |= {quote: len(numbers) + n for n, quote in enumerate(new, 1)}
            citations = tuple(Citation.of(still[q.passage], numbers[q], (q.start, q.end)) for q in new)
            marks = "".join(f"[{numbers[quote]}]" for quote in some)
            made.append(Checked(f"{text} {marks}", citations, before))
        return made


@dataclass(frozen=True, slots=True)
class Untold:
    """A table of `document` was asked that does not say: rows are kept from writers, who would guess. `why`:
    what is said instead, as sentences, `open` where something else than rows may still say it."""

    document: str
    why: str = ""
    open: bool = False
    named: bool = False  # a column or cell was named: what prose says of all does not answer
    left: tuple[str, ...] = ()  # of a table of people, of what it says nothing
    needs: tuple[str, ...] = ()  # words that are all in whatever says it instead

    def said_by(self, text: str) -> bool:
        """Whether a text may say it instead."""
        said = words(text) if self.needs else []
        return all(any(alike(one, word) for word in said) for one in self.needs)


@dataclass(frozen=True, slots=True)
class _Read:
    """A table of a document: its passages, and whether these are all of them."""

    table: Table
    passages: tuple[Passage, ...]
    whole: bool


def tabled(
    asked: str, passages: Sequence[Passage], whole: Callable[[Passage], list[Passage]], locale: str = ""
) -> Tabled | Untold | None:
    """None where the question is none for a table among `passages`. `whole` gives the passages of a document
    from its beginning to its end, or none."""
    lines = _lines(asked)
    documents: dict[str, Passage] = {}
    for passage in passages:
        if passage.document in documents or len(documents) == _DOCUMENTS:
            continue
        if has_rows(passage) or any(heads(one, table) for table in tables([passage]) for one in lines):
            documents[passage.document] = passage
    read: list[tuple[Sequence[Passage], bool]] = []
    for document, passage in documents.items():
        here = sorted((p for p in passages if p.document == document), key=lambda p: p.start)
        if any(asks_of(one, table) for table in tables(here) for one in (*lines, *asked.splitlines()[:-1])):
            some = whole(passage)
            read.append((some or here, bool(some)))
    owed = [one for one in lines if read and entitles(one, beside(passages))]
    made = of_tables(asked, read, locale, owed) if read else None
    if owed == lines and isinstance(made, Untold) and not made.named:
        return replace(made, open=True)
    prose = [passage for passage in passages if not has_rows(passage)]
    if isinstance(made, Tabled) and (any(map(made.said_in, prose)) or (made.picked and listed(asked, prose))):
        return None
    return made


def of_tables(
    asked: str, read: Sequence[tuple[Sequence[Passage], bool]], locale: str, owed: Sequence[str] = ()
) -> Tabled | Untold | None:
    """The same, of documents that are read: their passages, and whether these are all of them. `owed`: what
    is asked that prose says of a person, so that no count of all rows does."""
    found = [
        _Read(one if whole else replace(one, doubt=one.doubt or PART), tuple(passages), whole)
        for passages, whole in read
        for one in tables(passages)
    ]
    lines, told = _lines(asked, [one.table for one in found]), list[Tabled]()
    missing: list[str] = []
    for line in lines if len(lines) > 1 else ():
        made = _of_line(line, found, locale, _places(told))
        if isinstance(made, Tabled) and not (made.of and line in owed):
            told.append(made)
        else:
            missing.append(line)
    if told:
        return _together(asked, told, missing, locale)
    line = instead(asked, [one.table for one in found]) or _line(asked)
    made = _of_line(line, found, locale, place=placed(asked.rpartition("\n")[2]))
    if isinstance(made, Tabled) and made.of and _lines(asked) == owed:
        return Untold(made.passages[0].document, open=True)
    return replace(made, asked=asked) if isinstance(made, Tabled) else made


def _of_line(
    line: str, found: Sequence[_Read], locale: str, before: Sequence[Quote] = (), place: int | None = None
) -> Tabled | Untold | None:
    """The same, to one thing that is asked; what it rests on is counted behind the sources `before`, or as
    one of them. `place`: of the rows that fit, the one that is wanted."""
    made = reckon(line, [one.table for one in found])
    if place is not None:
        made = by_place(made, place) if isinstance(made, Reckoned) else None
    if made is None:
        return None
    of = next(one for one in found if one.table is made.table)
    passages, whole = of.passages, of.whole
    if isinstance(made, Refused):
        document = passages[made.table.rows[0].passage].document
        left = made.left if Staff.of(made.table) and not made.why else ()
        why, open = refusal(made, locale), not made.why or bool(made.needs)
        return Untold(document, why, open, made.why in _NAMED, left, made.needs)
    made = _to_people(_unbroken(made, passages))
    sentences, quotes = _told(made, locale)
    bare_count = made.wanted.op is Op.COUNT and not made.wanted.tests and made.wanted.by is None
    counted = tuple(Asked.of(line).counted()) if bare_count else ()
    said = Tabled(line, locale, passages, sentences, quotes, whole, counted)
    first = next((quote for each in quotes for quote in each), None)
    number = before.index(first) + 1 if first in before else len(before) + 1
    notice = noticed(made, line, sentences, number, locale)
    picked = made.listed and bool(made.wanted.tests)
    aside = (made.left, words(made.rows[0].cells[key(made.table) or 0])) if made.left else ()
    said = replace(said, picked=picked, notice=notice, left=aside)
    return replace(said, rows=made.wanted.op is Op.LOOK, listed=made.listed)


def _together(asked: str, told: Sequence[Tabled], missing: Sequence[str], locale: str) -> Tabled | None:
    """What tables of one document say to several things, and to what of them they say nothing; None where a
    writer does better: of several documents, or where a mere look-up leaves something to be said."""
    first = told[0]
    looked = any(one.rows and not (one.listed and len(one.sentences) > 1) for one in told)
    if any(one.passages != first.passages for one in told) or (missing and looked):
        return None
    said = {text: quotes for one in told for text, quotes in zip(one.sentences, one.quotes, strict=True)}
    of = {quotes for one in told if one.rows and not one.listed for quotes in one.quotes}  # whose phone
    more = [one.notice for one in told if not (one.listed and of.issuperset(one.quotes))]
    notices = dict.fromkeys((*more, *unanswered(missing, locale)))
    return replace(
        first,
        asked=asked,
        sentences=tuple(said),
        quotes=tuple(said.values()),
        of=(),
        rows=any(one.rows for one in told),
        listed=all(one.listed for one in told),
        picked=False,
        notice=" ".join(filter(None, notices)),
    )


def _places(told: Sequence[Tabled]) -> list[Quote]:
    """What these rest on, in the order in which it is numbered."""
    return list(dict.fromkeys(quote for one in told for quotes in one.quotes for quote in quotes))


def _unbroken(made: Reckoned, passages: Sequence[Passage]) -> Reckoned:
    """All lines of a table whose rows are torn, where all of it is asked for."""
    torn = made.listed and not made.wanted.tests and made.table.doubt in (SPLIT, UNEVEN)
    written = as_written(made.table, passages) if torn else None
    return replace(made, table=written, rows=written.rows, columns=(0,)) if written else made


def _to_people(made: Reckoned) -> Reckoned:
    """Without the rows of a look-up that are spoken to a model."""
    kept = tuple(row for row in made.rows if not spoken("; ".join(row.cells)))
    if made.wanted.op is not Op.LOOK or len(kept) == len(made.rows):
        return made
    return replace(made, rows=kept, others=True)


def _told(made: Reckoned, locale: str) -> tuple[tuple[str, ...], tuple[tuple[Quote, ...], ...]]:
    """Sentences, and what each rests on; rows of a list that stand together rest on one place."""
    if made.wanted.op is not Op.LOOK:
        most = LISTED if names(made) and len(made.rows) <= LISTED else QUOTES
        return (figure(made, locale),), (cited(made.rows or made.table.rows, made.table, most),)
    rows = made.rows[:LISTED]
    places = [
        quote
        for some in ([rows] if made.listed else [(one,) for one in rows])
        for quote in cited(some, made.table, LISTED)
    ]
    of_rows = [
        tuple(at for at in places if at.passage == one.passage and at.start <= one.start < at.end)
        for one in rows
    ]
    return tuple(row(made, n) for n in range(len(rows))), tuple(of_rows)


def _lines(asked: str, held: Sequence[Table] = ()) -> list[str]:
    """Each thing that is asked, as a question of its own; with "her" it is one of whom these tables name."""
    return [("\n" in one and instead(one, held)) or _line(one) for one in parts(asked)] or [_line(asked)]


def _line(asked: str) -> str:
    """The question itself, below those that it leans on; "And lunch?" behind one is "What about lunch?", and
    "Which is the cheapest?" one of what was asked for there."""
    above, _, last = asked.rpartition("\n")
    if chooses(last) and placed(last) is not None:
        return next((one for one in reversed(above.splitlines()) if kinds_of(one)), last)
    if chooses(last):
        of = next((kinds for one in reversed(above.splitlines()) if (kinds := kinds_of(one))), "")
        return f"{last.rstrip(' ?!.')} {of}".strip()
    return _AND.sub("What about ", last) if above else last


def _number(word: str) -> bool:
    return word[0].isdigit() or any(not figure.loose for figure in figures(word))


def _markers(places: object) -> str:
    return "".join(f"[{n + 1}]" for n in dict.fromkeys(places))  # type: ignore[call-overload]
