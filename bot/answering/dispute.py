"""What an answer cites and the other passages in, what a reader should know about them out, as sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from bot.phrases import say
from model.answer import Citation
from model.checking.conflict import Conflict, conflicts
from model.checking.editions import akin, alike, differing, edition, named, outdated
from model.checking.periods import then
from model.checking.succession import held, in_force, superseded
from retrieval.passage import Passage
from retrieval.search import Results

Whole = Callable[[Sequence[Passage]], Mapping[str, list[Passage]]]
_NONE: Mapping[str, str] = {}
_Side = tuple[Citation, str]  # and what it says, where that is a figure


@dataclass(frozen=True, slots=True)
class Standing:
    """What was found without the documents that others of it have taken the place of (`lost`, to which), and
    from when on those hold that are not the newest: a time was asked about."""

    found: Results
    lost: Mapping[str, str]
    held: Mapping[str, str]


def standing(question: str, found: Results, whole: Whole = lambda _: {}) -> Standing:
    """Of what was found. `whole` gives all passages of documents, as far as it can: they may say elsewhere
    from when on they hold, or which one they take the place of."""
    passages = [hit.passage for hit in found.hits]
    if read := passages if then(question) else akin(passages):
        passages += [one for some in whole(read).values() for one in some]
    lost = in_force(question, passages)
    left = tuple(h for h in found.hits if h.passage.document not in lost)
    return Standing(replace(found, hits=left), lost, held(question, passages))


def disputed(
    question: str,
    citations: Sequence[Citation],
    passages: Sequence[Passage],
    locale: str,
    held: Mapping[str, str] = _NONE,
) -> tuple[tuple[str, ...], tuple[Citation, ...]]:
    """Sentences where sources disagree, are over or only `held` once, and the citations that come in with
    them."""
    over = superseded(passages)
    ended = {one.document for one in over}
    left = [one for one in passages if one.document not in ended]
    plain = conflicts(citations, left)
    of_any = [] if named(question.rpartition("\n")[2]) else citations  # who names one knows of the others
    loose, more = differing(of_any, left, plain), list[Citation]()
    said = list(_told(plain, loose, citations, more, locale))
    for old in outdated((*of_any, *more), left) if of_any else ():
        number, own, newer = old.citation.number, old.mine, old.newer
        said.append(say("source_older", locale, number=number, own=own, newer=newer))
    said += _over(ended - set(held), citations, locale)
    return (*said, *_once(held, citations, locale)), tuple(more)


def _told(
    plain: Sequence[Conflict],
    loose: Sequence[Conflict],
    citations: Sequence[Citation],
    more: list[Citation],
    locale: str,
) -> Iterator[str]:
    """A sentence for all that stand against the same; what comes in with them is put to `more`."""
    groups: dict[tuple[str, ...], list[_Side]] = {}
    surely = {_group(one) for one in plain}
    for one in (*plain, *loose):
        other = _cited(one, (*citations, *more))
        if other.number > len(citations) + len(more):
            more.append(other)
        mine, theirs = one.said or ("", "")
        key = _group(one) if _group(one) in surely else (one.citation.document,)
        sides = groups.setdefault(key, [(one.citation, mine)])
        sides[0] = (one.citation, sides[0][1] or mine)
        sides.append((other, theirs))
    for key, sides in groups.items():
        yield _disagree(sides, locale, loose=key not in surely)


def _group(one: Conflict) -> tuple[str, ...]:
    """What else stands against the same figure of the same document."""
    return one.citation.document, *((one.said[0],) if one.said else ("", one.passage.document))


def _cited(conflict: Conflict, citations: Sequence[Citation]) -> Citation:
    """The citation of the other sentence: one that is there already, or the next."""
    passage = conflict.passage
    start, end = passage.start + conflict.start, passage.start + conflict.end
    for one in citations:
        if one.document == passage.document and one.start <= start and end <= one.end:
            return one
    return Citation.of(passage, len(citations) + 1, (conflict.start, conflict.end))


def _disagree(sides: list[_Side], locale: str, *, loose: bool) -> str:
    """What the newer one says comes first; editions of a page are told apart by their years or versions."""
    row = alike([source.title for source, _ in sides])
    sides.sort(key=lambda side: _age(side[0], named=row), reverse=True)
    dated = [_dated(source, locale, named=row) for source, _ in sides]
    says = [
        say("disagree_says", locale, source=source, said=said) if said else source
        for source, (_, said) in zip(dated, sides, strict=True)
    ]
    if loose:
        return say("editions_differ", locale, sides=", ".join(says))
    if not any(said for _, said in sides):
        return say("disagree", locale, one=dated[0], other=dated[1])
    key = "disagree_figure" if len(sides) == 2 else "disagree_several"
    return say(key, locale, sides=", ".join(says))


def _age(one: Citation, *, named: bool) -> tuple[tuple[int, ...], datetime]:
    place = edition(one.title).place if named else ()
    return place, one.updated_at or datetime.min.replace(tzinfo=UTC)


def _over(documents: set[str], citations: Sequence[Citation], locale: str) -> Iterator[str]:
    for number in [c.number for c in citations if c.document in documents]:
        yield say("source_over", locale, number=number)


def _once(held: Mapping[str, str], citations: Sequence[Citation], locale: str) -> Iterator[str]:
    numbers = {c.document: c.number for c in reversed(citations)}
    for document, since in held.items():
        if document in numbers:
            yield say("source_then", locale, number=numbers[document], since=_day(since, locale))


def _day(time: str, locale: str) -> str:
    """A day as it is written there; a year or a month as ISO writes it."""
    whole = len(time) == len("2023-03-01")
    return say("day", locale, at=date.fromisoformat(time)) if whole else time


def _dated(citation: Citation, locale: str, *, named: bool) -> str:
    name = edition(citation.title).name if named else ""
    if name and not citation.updated_at:
        return f"[{citation.number}] ({name})"
    key = "source_named" if name else "source_of" if citation.updated_at else "source_undated"
    return say(key, locale, number=citation.number, name=name, at=citation.updated_at)
