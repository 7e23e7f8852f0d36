"""The record of an answer in, sentences that say why it is as it is out: for whoever runs Footnote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.answering.tabled import WRITER
from bot.phrases import say
from bot.replies import printable
from model.answer import Status, Vote
from model.record import Record
from model.trail import Place
from retrieval.passage import Passage

_TABLES = "Here that decided nothing: rows of a table say it themselves."
_NO_TRAIL = "Nothing was searched for it."
_DIGEST = "Nothing was searched for it: it is made of messages of its thread, whose words are not kept."
_REFORMED = "Nothing was searched for it: it gives the answer before it in the thread in another form."


def explained(record: Record, words: Mapping[int, Passage], votes: Sequence[Vote] = ()) -> Iterator[str]:
    """What was asked, searched, found, used, written and struck out, a sentence each."""
    yield _made(record)
    yield f"Asked: {record.question}" if record.question else "Asked in Slack: its words are not kept."
    for before in record.earlier:
        yield f"Asked before it in the thread: {before}"
    yield from _searched(record)
    yield from _found(record, words)
    yield from _decided(record)
    yield from _struck(record)
    if votes:
        up = sum(vote.value == "up" for vote in votes)
        yield f"Votes: {up} up, {len(votes) - up} down."


def _made(record: Record) -> str:
    at = datetime.fromtimestamp(record.at, UTC).strftime("%Y-%m-%d %H:%M UTC")
    by = f" by {record.writer}" if record.writer else ""
    spent = record.trail.get("timings", {})
    took = [f"{name} {spent[name]:.0f} ms" for name in ("search", "write", "total") if spent.get(name)]
    took += [f"{count} tokens {kind}" for kind, count in record.trail.get("tokens", {}).items()]
    spent_on_it = f" ({', '.join(took)})" if took else ""
    return f"{at}: {record.status.replace('_', ' ')}{by}{spent_on_it}."


def _searched(record: Record) -> Iterator[str]:
    trail = record.trail
    if trail.get("sure") is None:
        of_thread = trail.get("attached") == len(record.places)
        yield _NO_TRAIL if not record.places else _DIGEST if of_thread else _REFORMED
        return
    setup, sources = trail["setup"], ", ".join(trail["sources"]) or "all"
    yield f"Readers: {', '.join(trail['readers']) or 'nobody'}. Sources: {sources}."
    yield (
        f"Searched: {trail['table'] or 'the index'} by words and by meaning "
        f"(alpha {setup.get('alpha')}, embedder {setup.get('embedder')})."
    )


def _found(record: Record, words: Mapping[int, Passage]) -> Iterator[str]:
    attached = int(record.trail.get("attached", 0))
    if not record.places and record.trail.get("sure") is not None:
        yield "Found: nothing that its readers may see."
    for old, new in record.trail.get("superseded", {}).items():
        yield f"Left out: {old}, because {new} takes its place for what is asked, by what they say."
    for n, place in enumerate(record.places, 1):
        how = _scores(place, attached=n <= attached)
        kept = "never kept" if n <= attached else "no longer kept"
        yield f"Found {n}. {_where(place, words.get(n), kept)}: {how}{_use(record, place)}."


def _where(place: Place, passage: Passage | None, kept: str) -> str:
    title = " > ".join(dict.fromkeys((passage.title, *passage.heading))) if passage else kept
    return f"{printable(title)} ({place.document}, characters {place.start} to {place.end})"


def _scores(place: Place, *, attached: bool) -> str:
    if attached:
        return "came with the question"
    legs = (("words", place.keyword), ("meaning", place.vector))
    said = [f"{name} {score:.2f}" for name, score in legs if score is not None]
    return ", ".join((f"score {place.score:.2f}", *said))


def _use(record: Record, place: Place) -> str:
    numbers = [
        c.number for c in record.citations if (c.passage, c.document) == (place.passage, place.document)
    ]
    return f"; cited as {''.join(f'[{n}]' for n in numbers)}" if numbers else ""


def _decided(record: Record) -> Iterator[str]:
    trail, writer = record.trail, record.trail.get("writer") or {}
    if trail.get("sure") is not None:
        sure, least = trail["sure"], trail["threshold"]
        below = _TABLES if record.writer == WRITER else f"Below {least:.3f} nothing is written."
        yield f"How sure that they carry an answer: {sure:.3f}. {below}"
    yield from (f"A writer failed and the next one was asked: {rung}" for rung in trail.get("rungs", ()))
    if writer:
        yield f"Written with {', '.join(f'{name} {value}' for name, value in writer.items())}."
    if record.status == Status.NOT_FOUND and trail.get("sure") is not None:
        yield _refused(record, trail)


def _refused(record: Record, trail: Mapping[str, Any]) -> str:
    if trail["sure"] < trail["threshold"]:
        return "That is too little: nothing was written, and no answer given."
    if record.struck:
        return "A draft was written, and nothing of it was left after the check."
    return f"{record.writer or 'The writer'} found no answer in the passages."


def _struck(record: Record) -> Iterator[str]:
    for one in record.struck:
        why = say(f"struck_{one.fault}", "en", what=printable(one.what))
        yield f"Struck out: “{printable(one.text)}”, because {why}."
