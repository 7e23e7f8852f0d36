"""Settings in, the records of answers out."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.settings import Settings
from model.answer import Answer, Vote
from retrieval.passage import FootnoteError, Passage

if TYPE_CHECKING:
    import sqlalchemy as sa

    from bot.who.door import Rules
    from model.record import Record

_LINK = re.compile(r"/archives/(?P<channel>\w+)/p(?P<seconds>\d{10})(?P<rest>\d{6})\b")


@dataclass(frozen=True, slots=True)
class Kept:
    """The record of an answer, the passages whose words it still has, by place, and the votes on it."""

    record: Record
    words: Mapping[int, Passage]
    votes: Sequence[Vote]


def record(settings: Settings, answer: Answer) -> None:
    """Keeps what was asked at a terminal and what came of it."""
    from bot import wiring
    from bot.memory.kept import keep

    with wiring.engine(settings).begin() as connection:
        keep(connection, answer, "terminal", keep_question=True)
    expire(settings)


def kept(settings: Settings, given: str) -> Kept:
    """The record that `given` names: an id, how one begins, or the link of our message in Slack. Raises
    FootnoteError where that is none, or several."""
    from bot import wiring
    from model import feedback, grounds
    from model.record import recorded

    with wiring.engine(settings).connect() as connection:
        answer = _meant(connection, given)
        found = recorded(connection, answer)
        if found is None:
            raise FootnoteError("No answer has that id. footnote ask --json prints one, as do the logs.")
        words = grounds.words(connection, answer, settings.record_days)
        return Kept(found, words, feedback.votes(connection, answer))


def _meant(connection: sa.Connection, given: str) -> str:
    from bot.memory import ballots
    from model.record import named

    if link := _LINK.search(given):
        return ballots.shown(connection, link["channel"], f"{link['seconds']}.{link['rest']}")
    ids = named(connection, given)
    if len(ids) > 1:
        raise FootnoteError("More than one answer has an id that begins so. Give more of it.")
    return ids[0] if ids else ""


def rules(settings: Settings) -> Rules:
    """Who is answered, and how often."""
    from bot.who.door import Rules

    people = (settings.answer_guests, settings.answer_strangers, settings.answer_bots)
    return Rules(*people, settings.quota_person, settings.quota_channel)


def expire(settings: Settings) -> None:
    """Takes words out of records that have been there for as many days as is set, if the clock is right."""
    from bot import wiring
    from bot.wiring.retention import dated
    from model import grounds

    with wiring.engine(settings).connect() as connection:
        late = grounds.late(connection, settings.record_days)
    if late and dated(settings):
        with wiring.engine(settings).begin() as connection:
            grounds.expire(connection, settings.record_days)


def revisions(settings: Settings, documents: Collection[str]) -> dict[str, str]:
    """What is answered from today, of these documents."""
    from bot import wiring
    from bot.wiring.sources import live

    table = live(settings)
    return {uri: now.revision for uri, now in wiring.ledger(settings).shown(table, documents).items()}
