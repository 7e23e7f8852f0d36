"""A Slack event in, a committed row out: what is acknowledged is on disk, once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.answering.digest import SOURCE
from bot.events import CHANGED, Reaction, Row, Stop, parse, parse_ballot, parse_stop
from bot.failpoint import failpoint
from bot.learning import gaps
from bot.learning.owed import values
from bot.memory import audit, ballots, deleted
from bot.memory.kept import Hidden, keep
from bot.state import inbox
from bot.turns import OPEN, due
from bot.who.door import came
from model import feedback
from model.answer import Answer, Citation, Near, Status, Timings, Vote
from model.learning import gist as gists
from model.learning import reviews
from retrieval.ledger import hidden
from retrieval.passage import Audience

_WORDLESS = {"state": "final", "text": None, "payload": None, "outcome": None}


class Receipt(StrEnum):
    """What became of an event. All but NOT_OURS mean that it may be acknowledged."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    NOT_OURS = "not_ours"


Wanted = Callable[[sa.Connection, Row], bool]
Learnt = Callable[[sa.Connection, str], bool]  # of the event with this id
Gist = Callable[[Answer], tuple[str, str] | None]  # by which embedder, and its bits
_ASKED = ("mention", "direct", "command", "shortcut")  # surfaces on which the bot is spoken to for sure


def spoken_to(_: sa.Connection, row: Row) -> bool:
    """Whether a person spoke to the bot by itself: what is wanted where nothing else is known."""
    if row.kind == CHANGED:
        return False
    return row.kind != "question" or (row.surface in _ASKED and not row.payload.get("bot"))


class Inbox:
    """The rows: stored before the acknowledgement, run by one executor at a time, wordless at the end.

    `wanted` says whether a row has anything to do with the bot; it is asked before the acknowledgement.
    `gone` says what has left the index, as `keep` asks for it; `learnt` whether the words of a question may
    be kept with its answer, to be learnt from; `gist` what a question means that found nothing.
    """

    def __init__(
        self,
        engine: sa.Engine,
        wanted: Wanted = spoken_to,
        gone: Hidden = hidden,
        learnt: Learnt = lambda *_: False,
        gist: Gist = lambda _: None,
    ) -> None:
        self._engine = engine
        self._wanted = wanted
        self._gone = gone
        self._learnt = learnt
        self._gist = gist

    def store(self, body: Mapping[str, Any]) -> Receipt:
        """Commits what the event asks for. Any exception means: not stored, do not acknowledge."""
        if (ballot := parse_ballot(body)) is not None:
            return self._count(ballot)
        if (stop := parse_stop(body)) is not None:
            return self._stop(stop)
        row = parse(body)
        if row is None:
            return Receipt.NOT_OURS
        failpoint("received")
        receipt = self._insert(row)
        failpoint("stored")
        return receipt

    def plan(self, kind: str, name: str) -> bool:
        """Commits that something of ours is to be done, by whichever replica takes it; False where that was
        planned before."""
        row = Row(f"{kind}-{name}", "", "", "", "", "", direct=False, kind=kind, payload={"name": name})
        return self._insert(row) is Receipt.STORED

    def _stop(self, stop: Stop) -> Receipt:
        """What is being worked on in that thread is to end with a word."""
        there = (inbox.c.channel == stop.channel) & (inbox.c.thread_ts == (stop.thread_ts or None))
        change = inbox.update().where(there, inbox.c.kind == "question", inbox.c.state == "received")
        with self._engine.begin() as connection:
            connection.execute(change.values(state="stopped"))
        return Receipt.STORED

    def _count(self, ballot: Vote | Reaction) -> Receipt:
        for last in (False, True):
            try:
                with self._engine.begin() as connection:
                    counted = ballots.count(connection, ballot)
                return Receipt.STORED if counted else Receipt.DUPLICATE
            except sa.exc.IntegrityError:  # two first votes of one person at once: the second is an update
                if last:
                    raise
        raise AssertionError

    def _insert(self, row: Row) -> Receipt:
        try:
            with self._engine.begin() as connection:
                if not self._wanted(connection, row):
                    return Receipt.NOT_OURS
                connection.execute(inbox.insert().values(values(row) | came(connection, row)))
        except sa.exc.IntegrityError:
            if self._seen(row):
                return Receipt.DUPLICATE
            raise
        return Receipt.STORED

    def _seen(self, row: Row) -> bool:
        same = (inbox.c.event_id == row.event_id) | (
            (inbox.c.team == row.team)
            & (inbox.c.channel == row.channel)
            & (inbox.c.message_ts == row.message_ts)
        )
        with self._engine.connect() as connection:
            return connection.execute(sa.select(inbox.c.event_id).where(same)).first() is not None

    def get(self, event_id: str) -> Row:
        """The row, which must be there."""
        with self._engine.connect() as connection:
            return _row(connection.execute(sa.select(inbox).where(inbox.c.event_id == event_id)).one())

    def find(self, event_id: str) -> Row | None:
        """The row, if there is one."""
        with self._engine.connect() as connection:
            kept = connection.execute(sa.select(inbox).where(inbox.c.event_id == event_id)).first()
        return _row(kept) if kept else None

    def open(self, limit: int, but: frozenset[str] = frozenset(), *, long: bool = False) -> list[Row]:
        """Rows that are not final and not run by an executor in `but`, those first whose turn it is: those
        that may take `long`, or everything else."""
        with self._engine.connect() as connection:
            return [_row(r) for r in connection.execute(due(but, long=long).limit(limit))]

    def take(self, row: Row, executor: str) -> bool:
        """Whether this executor has the row now; of several that ask, one gets it."""
        held = inbox.c.executor.is_(None) if not row.executor else inbox.c.executor == row.executor
        change = inbox.update().where(inbox.c.event_id == row.event_id, inbox.c.state != "final", held)
        with self._engine.begin() as connection:
            values = {"executor": executor, "attempts": inbox.c.attempts + 1}
            return connection.execute(change.values(values)).rowcount == 1

    def hold(self, event_id: str, executor: str) -> Row:
        """The row, which this executor runs: a workflow that was taken over may start on another replica than
        the one that took it."""
        row = self.get(event_id)
        if row.executor != executor:
            with self._engine.begin() as connection:
                mine = inbox.c.event_id == event_id
                connection.execute(inbox.update().where(mine).values(executor=executor))
        return row

    def held(self, executor: str) -> set[str]:
        """Events this executor has and has not brought to their end."""
        mine = OPEN & (inbox.c.executor == executor)
        with self._engine.connect() as connection:
            return set(connection.execute(sa.select(inbox.c.event_id).where(mine)).scalars())

    def release(self, event_id: str, executor: str) -> None:
        """This executor does not run the row any more: any replica may take it."""
        mine = (inbox.c.event_id == event_id) & (inbox.c.executor == executor)
        with self._engine.begin() as connection:
            connection.execute(inbox.update().where(mine).values(executor=None))

    def spare(self, row: Row, executor: str) -> None:
        """What `take` counted was no attempt: the row could not be begun, as on a full disk. The first stays,
        as it may have been begun and not said so."""
        mine = (inbox.c.event_id == row.event_id) & (inbox.c.executor == executor)
        with self._engine.begin() as connection:
            connection.execute(inbox.update().where(mine).values(attempts=max(row.attempts, 1)))

    def answered(self, event_id: str, answer: Answer, readers: Audience) -> None:
        """Keeps the answer, made for `readers`, until it is shown, and its record for good, in one commit."""
        shown = replace(answer, struck=(), trail=None)  # what nobody is shown is in the record
        kept = asdict(shown) | {"readers": sorted(readers.principals)}
        outcome = json.dumps(kept, default=datetime.isoformat)
        meant = self._gist(answer)
        with self._engine.begin() as connection:
            connection.execute(
                inbox.update()
                .where(inbox.c.event_id == event_id, inbox.c.state != "final")
                .values(state="answered", outcome=outcome)
            )
            # What was asked before it in the thread may be anybody's: what leans on it is not kept.
            alone = answer.trail is None or not answer.trail.earlier
            asked = alone and self._learnt(connection, event_id)
            keep(connection, _without_talk(answer), event_id, gone=self._gone, keep_question=asked)
            if meant:
                gaps.note(connection, event_id, *meant)

    def settled(self, event_id: str, said: Mapping[str, Any], trail: tuple[str, str, str] | None) -> None:
        """Keeps what is to be said of a command or a press until it is shown, and its row of the audit (who,
        what, about), in one commit: whatever is run twice, the first counts."""
        open_ = (inbox.c.event_id == event_id) & (inbox.c.state == "received")
        with self._engine.begin() as connection:
            kept = inbox.update().where(open_).values(state="answered", outcome=json.dumps(dict(said)))
            if connection.execute(kept).rowcount and trail:
                audit.note(connection, *trail)

    def said(self, event_id: str) -> dict[str, Any] | None:
        """What `settled` kept."""
        with self._engine.connect() as connection:
            kept = connection.execute(sa.select(inbox.c.outcome).where(inbox.c.event_id == event_id)).scalar()
        return dict(json.loads(kept)) if kept else None

    def wipe(self, but: str) -> int:
        """Brings every row but that one to its end and erases what people wrote; how many rows."""
        rest = (inbox.c.state != "final") & (inbox.c.event_id != but)
        with self._engine.begin() as connection:
            ended = connection.execute(inbox.update().where(rest).values(_WORDLESS)).rowcount
            deleted.note(connection, deleted.EVERYONE, [""])
            feedback.wipe(connection)
            reviews.wipe(connection)
            gists.wipe(connection)
            audit.note(connection, "slack", "uninstalled", f"rows={ended}")
        return ended

    def waiting(self) -> int:
        """How many rows are not at their end."""
        with self._engine.connect() as connection:
            query = sa.select(sa.func.count()).where(OPEN).select_from(inbox)
            return connection.execute(query).scalar() or 0

    def outcome(self, event_id: str) -> tuple[Answer, Audience] | None:
        """The answer that was kept, if there is one, and for whom it was made: nobody, where it uses no
        document."""
        kept = self.said(event_id)
        if kept is None:
            return None
        readers = Audience(frozenset(kept.pop("readers", ())))
        return _answer(kept), readers

    def close(self, event_id: str) -> None:
        """The question has its visible end: the row stays for deduplication, the words go."""
        with self._engine.begin() as connection:
            connection.execute(inbox.update().where(inbox.c.event_id == event_id).values(_WORDLESS))
            ballots.settle(connection)


def _without_talk(answer: Answer) -> Answer:
    """Without words where they are of what people said to one another: those are kept nowhere."""
    trail = answer.trail
    if trail is None or not any(hit.passage.source == SOURCE for hit in trail.hits):
        return answer
    hits = tuple(replace(hit, passage=replace(hit.passage, text="")) for hit in trail.hits)
    return replace(answer, text="", struck=(), trail=replace(trail, hits=hits))


def _row(kept: Any) -> Row:
    return Row(
        event_id=kept.event_id,
        team=kept.team,
        channel=kept.channel,
        message_ts=kept.message_ts or "",
        thread_ts=kept.thread_ts or "",
        person=kept.person,
        direct=kept.direct,
        text=kept.text or "",
        kind=kept.kind,
        payload=json.loads(kept.payload or "{}"),
        state=kept.state,
        executor=kept.executor or "",
        attempts=kept.attempts,
        received_at=kept.received_at,
    )


def _answer(kept: dict[str, Any]) -> Answer:
    citations = tuple(_citation(c) for c in kept.pop("citations"))
    status, timings = Status(kept.pop("status")), Timings(**kept.pop("timings"))
    nearest = tuple(Near(**page) for page in kept.pop("nearest", ()))
    kept["struck"] = ()
    return Answer(**kept, status=status, timings=timings, citations=citations, nearest=nearest)


def _citation(kept: dict[str, Any]) -> Citation:
    at = kept.pop("updated_at")
    heading = tuple(kept.pop("heading"))
    return Citation(**kept, heading=heading, updated_at=datetime.fromisoformat(at) if at else None)
