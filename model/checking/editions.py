"""Pages that are editions of one, because their titles differ in a year or a version alone, in; where what is
cited of one stands otherwise in another, or in none that is newer, out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from model.answer import Citation
from model.checking.conflict import LIGHT, MOST, Clause, Conflict, Statement, stated
from model.checking.periods import numbers, titled
from model.checking.statement import Statement as Stated
from model.sentences import Span, sentences
from retrieval.passage import Passage
from retrieval.terms import STOP, stem, words

_YEAR = re.compile(r"(?<![^\W_])((?:19|20)\d\d)(?:\s?[/–]\s?(?:\d\d){1,2})?(?![^\W_]|[.,]\d)")
_VERSION = re.compile(
    r"(?<![^\W_])(?:v|version|revision|rev|edition|fassung|ausgabe)[.\s_-]{0,2}(\d{1,3}(?:\.\d{1,3})*)(?![^\W_])",
    re.IGNORECASE,
)
_YEARS = len("2026")
_KIN = 5  # letters from the first by which a word is known in another form


@dataclass(frozen=True, slots=True)
class Edition:
    """What a page is `of`, as stems of its title, and which one it is: a year, a version, or "" where its
    title says neither."""

    of: frozenset[str]
    name: str = ""

    def like(self, other: Edition) -> bool:
        return bool(self.of) and self.of == other.of and self.name != other.name

    def before(self, other: Edition) -> bool:
        """Whether it is surely the older one: a year tells nothing of a version."""
        return self.like(other) and self.kind == other.kind and self.place < other.place

    @property
    def kind(self) -> str:
        return self.name[:1].strip("0123456789") if self.name else "none"

    @property
    def place(self) -> tuple[int, ...]:
        """In the row of those of its kind."""
        return tuple(int(part) for part in self.name.lstrip("v").split(".") if part)


def named(question: str) -> frozenset[str]:
    """The years and versions that a question names."""
    return frozenset((*_YEAR.findall(question), *(f"v{one}" for one in _VERSION.findall(question))))


@lru_cache(maxsize=1024)
def edition(title: str) -> Edition:
    """Of a title; of one with a day or a month in it, or the number of a room, nothing: minutes and messages
    are no editions of one another."""
    if len(titled(title)) > _YEARS:
        return Edition(frozenset())
    found = _YEAR.search(title)
    if found and numbers(title[: found.start()]):
        return Edition(frozenset())
    versions, years = _VERSION.findall(title), _YEAR.findall(title)
    bare = words(_YEAR.sub(" ", _VERSION.sub(" ", title)).replace("_", " "))
    name = f"v{versions[-1]}" if versions else years[-1] if years else ""
    return Edition(frozenset(one if one[0].isdigit() else stem(one) for one in bare if one not in STOP), name)


def akin(passages: Sequence[Passage]) -> list[Passage]:
    """Those of which another one is an edition."""
    titles = {edition(one.title) for one in passages}
    return [one for one in passages if any(edition(one.title).like(other) for other in titles)]


def alike(titles: Sequence[str]) -> bool:
    """Whether they are those of editions of one page that can be put in a row."""
    every = [edition(one) for one in titles]
    named = len({one.name for one in every} - {""}) == len(every)
    return named and len({one.of for one in every}) == 1 and len({one.kind for one in every}) == 1


def differing(
    citations: Sequence[Citation], passages: Sequence[Passage], known: Sequence[Conflict] = ()
) -> list[Conflict]:
    """Where another edition does not say what is cited, but something else of the same, the newest first; but
    for documents that stand against each other or a third one in what is `known`."""
    joined = [{one.citation.document, one.passage.document} for one in known]
    found = list[Conflict]()
    for citation, passage in _siblings(citations, passages):
        pair = {citation.document, passage.document}
        same = [one for one in passages if one.document == passage.document]
        if not any(pair <= one for one in _joined(joined)) and (said := _otherwise(citation, same)):
            joined.append(pair)
            found.append(said)
    return found[:MOST]


def _joined(pairs: Sequence[set[str]]) -> list[set[str]]:
    """Pairs with one in common in one set."""
    made = list[set[str]]()
    for pair in pairs:
        apart = [one for one in made if not one & pair]
        made = [*apart, pair.union(*(one for one in made if one & pair))]
    return made


@dataclass(frozen=True, slots=True)
class Outdated:
    """A citation, and the newer edition of its page, which says nothing of it."""

    citation: Citation
    mine: str
    newer: str


def outdated(citations: Sequence[Citation], passages: Sequence[Passage]) -> list[Outdated]:
    """Of each document that is cited, and whose newest edition is not, where that has nothing like it."""
    cited, read, found = {one.document for one in citations}, set[str](), list[Outdated]()
    for citation, passage in _siblings(citations, passages):
        if citation.document in read:
            continue
        read.add(citation.document)
        mine, newest = edition(citation.title), edition(passage.title)
        same = [one for one in passages if one.document == passage.document]
        if passage.document not in cited and mine.before(newest) and not _any_like(citation, same):
            found.append(Outdated(citation, mine.name, newest.name))
    return found


def _siblings(
    citations: Sequence[Citation], passages: Sequence[Passage]
) -> Iterator[tuple[Citation, Passage]]:
    """Each citation with the first passage of each document that is another edition of its page, the newest
    first."""
    firsts: dict[str, Passage] = {}
    for one in passages:
        firsts.setdefault(one.document, one)
    ordered = sorted(firsts.values(), key=lambda one: edition(one.title).place, reverse=True)
    for citation in citations:
        mine = edition(citation.title)
        yield from ((citation, one) for one in ordered if mine.like(edition(one.title)))


def newest(passage: Passage, span: Span, passages: Sequence[Passage]) -> tuple[int, Span] | None:
    """Place and span of what the newest edition of a page says otherwise than a sentence of it does."""
    mine = edition(passage.title)
    newer = [n for n, one in enumerate(passages) if mine.before(edition(one.title)) and _begun(one)]
    last = max((edition(passages[n].title).place for n in newer), default=())
    same = [n for n in newer if edition(passages[n].title).place == last]
    said = Statement(passage.text[slice(*span)], _about(passage))
    found = _nearest(said, [passages[n] for n in same])
    return (same[found[0]], found[1]) if found else None


def _begun(one: Passage) -> bool:
    """Whether it is of no year that is still to come."""
    its = edition(one.title)
    return its.kind != "" or its.name <= str(datetime.now(UTC).year)


def _otherwise(citation: Citation, passages: Sequence[Passage]) -> Conflict | None:
    for mine in _cited(citation):
        if found := _nearest(mine, passages):
            n, (start, end), theirs = found
            return Conflict(citation, passages[n], start, end, _figures(mine, theirs))
    return None


def _nearest(mine: Statement, passages: Sequence[Passage]) -> tuple[int, Span, Statement] | None:
    """The sentence that has most in common with another and is not alike in what it says, by its passage."""
    like = [
        (n, span, theirs)
        for n, passage in enumerate(passages)
        for span, theirs in stated(passage)
        if _alike(mine, theirs)
    ]
    most = max((len(mine.stems & theirs.stems) for *_, theirs in like), default=0)
    nearest = [one for one in like if len(mine.stems & one[2].stems) == most]
    return nearest[0] if nearest and all(_differ(mine, theirs) for *_, theirs in nearest) else None


def _any_like(citation: Citation, passages: Sequence[Passage]) -> bool:
    every = [one for passage in passages for _, one in stated(passage)]
    return any(mine.text == one.text or _alike(mine, one) for mine in _cited(citation) for one in every)


def _cited(citation: Citation) -> list[Statement]:
    about = _about(citation)
    return [Statement(citation.quote[start:end], about) for start, end in sentences(citation.quote)]


def _about(place: Citation | Passage) -> frozenset[str]:
    return frozenset(map(stem, words(" ".join((place.title, *place.heading)))))


def _alike(mine: Statement, theirs: Statement) -> bool:
    """Whether two sentences begin with the same and have half of their words in common, or of those that tell
    something."""
    shared = mine.stems & theirs.stems
    least = min(len(mine.stems), len(theirs.stems))
    telling = min(len(mine.stems - LIGHT), len(theirs.stems - LIGHT))
    enough = 2 * len(shared) >= least or 2 * len(shared - LIGHT) >= max(1, telling)
    if not (len(shared) > 1 and enough and _prose(mine) and _prose(theirs)):
        return False
    return not shared.isdisjoint((_first(mine), _first(theirs)))


def _prose(one: Statement) -> bool:
    return any(not clause.row for clause in one.clauses)


def _first(one: Statement) -> str:
    return next((stem(w) for w in words(one.text) if w not in STOP and not w[0].isdigit()), "")


def _differ(mine: Statement, theirs: Statement) -> bool:
    """Whether in a figure, in what is denied, or each in words that the other has not."""
    if mine.text == theirs.text:
        return False
    denials = {(bool(cues), len(cues) % 2) for cues in (Stated(one.text).cues for one in (mine, theirs))}
    if _figures(mine, theirs) or len(denials) > 1:
        return True
    return bool(_more(mine, theirs) and _more(theirs, mine))


def _figures(mine: Statement, theirs: Statement) -> tuple[str, str] | None:
    return Clause(mine.text, mine.about).differs(Clause(theirs.text, theirs.about))


def _more(mine: Statement, theirs: Statement) -> set[str]:
    """Words of one that the other has in no form, nor its title, and kinds of figures that it has none of."""
    begun = {one[:_KIN] for one in theirs.stems | theirs.about | mine.about}
    told = Clause(mine.text, mine.about).figures.keys() - Clause(theirs.text, theirs.about).figures.keys()
    return {one for one in mine.stems - LIGHT if one[:_KIN] not in begun} | set(told)
