"""How much there is and how old it is, looked up in the state whenever somebody reads the metrics."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.replicas import SERVE, WORK, Replicas
from bot.state import audit, batches, inbox
from bot.turns import LONG, OPEN, UNENDED
from model.feedback import ballots
from retrieval.passage import FootnoteError
from retrieval.rows import documents
from retrieval.syncs import Syncs

Pair = tuple[str, float]
_SOON = inbox.c.kind.not_in(LONG)  # nobody has to be woken by what may take hours


class Census(Collector):
    """The state on `engine`, the disk of `home`, the table of the index that `live` names, and the adapter
    that is in `production`."""

    def __init__(
        self,
        engine: sa.Engine,
        home: Path,
        live: Callable[[], str],
        production: Callable[[], str] = lambda: "",
    ) -> None:
        self._production = production
        self._engine = engine
        self._home = home
        self._live = live
        self._processes = {kind: Replicas(engine, kind) for kind in (SERVE, WORK)}

    def collect(self) -> Iterator[Metric]:
        """What can be looked up; where the state cannot be reached, that alone is said."""
        try:
            found = [*self._state(), *self._index()]
        except sa.exc.SQLAlchemyError:
            found = []
        yield _gauge("footnote_state_up", "Whether the database answers.", float(bool(found)))
        yield from found
        yield from self._on_disk()

    def _on_disk(self) -> Iterator[Metric]:
        """What can be read there: what cannot takes no other figure with it."""
        with suppress(FootnoteError, OSError):
            adapter = self._production() or "none"
            yield _gauges("footnote_production", "The adapter that answers.", "adapter", [(adapter, 1.0)])
        with suppress(OSError):
            free = float(shutil.disk_usage(self._home).free)
            yield _gauge("footnote_home_free_bytes", "Room where FOOTNOTE_HOME lies.", free)

    def _state(self) -> Iterator[Metric]:
        count, now = sa.func.count(), time.time()
        with self._engine.connect() as db:
            waiting = db.execute(sa.select(inbox.c.state, count).where(OPEN).group_by(inbox.c.state)).all()
            since = db.scalar(sa.select(sa.func.min(inbox.c.received_at)).where(OPEN, _SOON))
            votes = db.execute(sa.select(ballots.c.value, count).group_by(ballots.c.value)).all()
            handed = db.scalar(sa.select(count).select_from(batches))
            backed = db.scalar(sa.select(sa.func.max(audit.c.at)).where(audit.c.what == "backup"))
        alive = [(kind, len(some.alive())) for kind, some in self._processes.items()]
        oldest = now - since if since else 0.0
        yield _gauge(
            "footnote_oldest_row_seconds",
            "Since the event that has waited longest, of those that take no hours.",
            oldest,
        )
        if backed:
            yield _gauge("footnote_backup_age_seconds", "Since the last backup.", now - backed)
        yield _gauge("footnote_batches", "Batches of documents that wait for a worker.", float(handed or 0))
        yield _gauges("footnote_rows", "Events that are not at their end.", "state", _pairs(waiting, UNENDED))
        yield _gauges("footnote_votes", "Votes that count.", "value", _pairs(votes))
        yield _gauges("footnote_replicas", "Processes whose heart beats.", "kind", _pairs(alive))

    def _index(self) -> Iterator[Metric]:
        try:
            live = self._live()
        except FootnoteError:  # there is none yet, or its server is away: /readyz says which
            return
        hidden = (documents.c.revision == "") & (documents.c.digest == "") & (documents.c.audience == "[]")
        with self._engine.connect() as db:
            query = sa.select(sa.func.count()).where(documents.c.held_in == live, hidden)
            pending = float(db.scalar(query) or 0)
        yield _gauges("footnote_index", "The index that answers.", "table", [(live, 1.0)])
        yield _gauge("footnote_deletions_pending", "Documents that have yet to leave the store.", pending)
        states, now = Syncs(self._engine).states(live).values(), datetime.now(UTC)
        held = [(one.name, float(one.documents)) for one in states]
        passages = [(one.name, float(one.passages)) for one in states]
        failed = [(one.name, float(bool(one.error))) for one in states]
        ages = [(one.name, (now - at).total_seconds()) for one in states if (at := one.finished_at)]
        yield _gauges("footnote_documents", "Documents in the live index.", "source", held)
        yield _gauges("footnote_passages", "Passages in the live index.", "source", passages)
        yield _gauges("footnote_sync_failed", "Whether the last sync failed.", "source", failed)
        yield _gauges("footnote_sync_age_seconds", "Since the last whole sync.", "source", ages)


def _pairs(rows: Iterable[Any], names: Iterable[str] = ()) -> list[Pair]:
    """What was counted, and zero for those of `names` of which there is none."""
    counted = dict.fromkeys(names, 0.0) | {str(name): float(many) for name, many in rows}
    return list(counted.items())


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value=value)


def _gauges(name: str, about: str, label: str, values: Iterable[Pair]) -> Metric:
    family = GaugeMetricFamily(name, about, labels=[label])
    for one, value in values:
        family.add_metric([one], value)
    return family
