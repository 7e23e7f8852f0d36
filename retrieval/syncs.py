"""When each source was read into each table and what came of it, and the sources that a command named."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from retrieval.passage import Audience
from retrieval.rows import aware, documents, metadata, syncs
from retrieval.sources import Spec
from retrieval.sources.schedule import AHEAD

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)  # of a source that fails

adopted = sa.Table(
    "ledger_sources",
    metadata,
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("workspace", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("location", sa.Text, nullable=False),  # JSON: [place, ...]
    sa.Column("options", sa.Text, nullable=False),  # JSON object
)


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a sync is: files that are read of `total`, and passages that were made of them."""

    done: int
    total: int
    passages: int = 0


@dataclass(frozen=True, slots=True)
class SourceState:
    """What a table has of a source; `error` is the sentence that ended the last sync, `running`: none has.
    `reached` is how far it is, `moved_at` when it said so last, or began."""

    name: str
    documents: int = 0
    passages: int = 0
    failed: int = 0
    began_at: datetime | None = None
    finished_at: datetime | None = None
    changes: int = 0
    error: str = ""
    failures: int = 0  # in a row, the last of them at `failed_at`
    failed_at: datetime | None = None
    reached: Reached | None = None
    moved_at: datetime | None = None

    @property
    def running(self) -> bool:
        """Whether a sync is under way or was cut off: then not every document is searched."""
        return bool(
            self.began_at
            and not self.error
            and (self.finished_at is None or self.began_at > self.finished_at)
        )

    def rests_until(self, now: datetime) -> datetime | None:
        """When it may be tried again by itself: after each failure in a row the pause is twice as long. At
        once where the clock was ahead when it failed."""
        if self.failed_at is None or self.failed_at > now + AHEAD:
            return None
        doubled = int(2 ** min(self.failures - 1, 16))
        return self.failed_at + min(LONGEST_PAUSE, FIRST_PAUSE * doubled)


@dataclass(frozen=True, slots=True)
class Covered:
    """What a search of somebody covers; `hidden`: there are documents, and they may read none of them."""

    documents: int
    sources: tuple[str, ...]
    hidden: bool = False


class Syncs:
    """The tables on `engine`. Each method is one transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def began(self, held_in: str, source: str) -> None:
        """A sync starts."""
        mine = _of(held_in, source)
        fresh = {"began_at": datetime.now(UTC), "error": ""}
        with self._engine.begin() as db:
            if not db.execute(syncs.update().where(mine).values(**fresh)).rowcount:
                own = {"held_in": held_in, "source": source, "changes": 0, "summary": "{}"}
                db.execute(syncs.insert().values(**own, **fresh))

    def reached(self, held_in: str, source: str, far: Reached) -> None:
        """A sync is that far."""
        told = json.dumps({"at": datetime.now(UTC).isoformat(), **asdict(far)})
        self._end(held_in, source, {"reached": told})

    def finished(self, held_in: str, source: str, summary: Mapping[str, object], *, changed: bool) -> None:
        """A sync came to its end."""
        done = {"finished_at": datetime.now(UTC), "error": "", "summary": json.dumps(summary)}
        self._end(held_in, source, {**done, "changes": syncs.c.changes + int(changed)})

    def failed(self, held_in: str, source: str, error: str) -> None:
        """A sync ended with this sentence; what it did until then may have changed something."""
        with self._engine.begin() as db:
            again = {"error": error, "changes": syncs.c.changes + 1, "summary": _again(db, held_in, source)}
            db.execute(syncs.update().where(_of(held_in, source)).values(**again))

    def died(self, held_in: str, source: str) -> None:
        """A sync ended without a word: whoever started it says so, that it is not started over and over."""
        with self._engine.begin() as db:
            again = {"summary": _again(db, held_in, source)}
            if not db.execute(syncs.update().where(_of(held_in, source)).values(**again)).rowcount:
                own = {"held_in": held_in, "source": source, "changes": 0, "error": ""}
                db.execute(syncs.insert().values(**own, **again, began_at=datetime.now(UTC)))

    def runs(self, held_in: str) -> dict[str, SourceState]:
        """When each source was read into the table and what came of it; documents are not counted."""
        with self._engine.connect() as db:
            rows = db.execute(sa.select(syncs).where(syncs.c.held_in == held_in)).all()
        return {row.source: _state(row.source, (0, 0), row) for row in rows}

    def states(self, held_in: str) -> dict[str, SourceState]:
        """What the table has, by source. Counts all its documents."""
        sums = (sa.func.count(), sa.func.coalesce(sa.func.sum(documents.c.passages), 0))
        mine = documents.c.held_in == held_in
        with self._engine.connect() as db:
            sizes = db.execute(sa.select(documents.c.source, *sums).where(mine).group_by(documents.c.source))
            counted = {name: (int(some), int(parts)) for name, some, parts in sizes}
            rows = {row.source: row for row in db.execute(sa.select(syncs).where(syncs.c.held_in == held_in))}
        names = sorted({*counted, *rows})
        return {name: _state(name, counted.get(name, (0, 0)), rows.get(name)) for name in names}

    def covered(self, held_in: str, readers: Audience, sources: Collection[str] = ()) -> Covered:
        """What a search of `readers` covers, within these sources or, without any, in all."""
        found = self.readable(held_in, readers)
        mine = {name: count for name, count in found.items() if not sources or name in sources}
        return Covered(sum(mine.values()), tuple(sorted(mine)), hidden=not mine and self.answers(held_in))

    def readable(self, held_in: str, readers: Audience) -> dict[str, int]:
        """How many documents of each source `readers` may read, of those they may read any of."""
        counted: dict[str, int] = {}
        of_it = documents.c
        query = sa.select(of_it.source, of_it.audience, sa.func.count().label("many"))
        query = query.where(of_it.held_in == held_in, of_it.revision != "")
        with self._engine.connect() as db:
            for row in db.execute(query.group_by(of_it.source, of_it.audience).order_by(of_it.source)):
                if not readers.principals.isdisjoint(json.loads(row.audience)):
                    counted[row.source] = counted.get(row.source, 0) + row.many
        return counted

    def adopt(self, spec: Spec) -> None:
        """Keeps a source that a command named, so that it is rebuilt with the others."""
        own = {"name": spec.name, "workspace": spec.workspace, "kind": spec.kind}
        own |= {"location": json.dumps(spec.location), "options": json.dumps(dict(spec.options))}
        with self._engine.begin() as db:
            db.execute(adopted.delete().where(adopted.c.name == spec.name))
            db.execute(adopted.insert().values(**own))

    def adopted(self) -> list[Spec]:
        """The sources that commands named."""
        with self._engine.connect() as db:
            rows = db.execute(sa.select(adopted).order_by(adopted.c.name)).all()
        return [_spec(row) for row in rows]

    def disown(self, name: str) -> None:
        """A source that a command named is no longer to be read."""
        with self._engine.begin() as db:
            db.execute(adopted.delete().where(adopted.c.name == name))

    def name_for(self, places: Sequence[str], taken: Iterable[str]) -> str:
        """The name of a source of these places: that of its folder, numbered where others have that name."""
        known = {spec.name: spec.location for spec in self.adopted()}
        given = tuple(places)
        if before := [name for name, location in known.items() if location == given]:
            return before[0]
        local = [place for place in given if os.path.isabs(place)] or ["/documents"]
        base = Path(os.path.commonpath(local))
        stem = re.sub(r"[^\w.-]+", "-", base.parent.name if base.is_file() else base.name).strip("-.")
        numbered = (stem or "documents" if n == 1 else f"{stem or 'documents'}-{n}" for n in count(1))
        return next(name for name in numbered if name not in {*known, *taken})

    def answers(self, held_in: str, sources: Collection[str] = ()) -> bool:
        """Whether there is anything to read, for whomever, in these sources or, without any, at all."""
        shown = (documents.c.held_in == held_in) & (documents.c.revision != "")
        shown &= documents.c.source.in_(sources) if sources else sa.true()
        with self._engine.connect() as db:
            return db.execute(sa.select(documents.c.uri).where(shown).limit(1)).first() is not None

    def _end(self, held_in: str, source: str, values: Mapping[str, Any]) -> None:
        with self._engine.begin() as db:
            db.execute(syncs.update().where(_of(held_in, source)).values(**values))


def _of(held_in: str, source: str) -> Any:
    return (syncs.c.held_in == held_in) & (syncs.c.source == source)


def _again(db: sa.Connection, held_in: str, source: str) -> str:
    """The summary of a sync, with one failure more since."""
    before = db.scalar(sa.select(syncs.c.summary).where(_of(held_in, source)))
    known = json.loads(before or "{}")
    more = {"failures": known.get("failures", 0) + 1, "failed_at": datetime.now(UTC).isoformat()}
    return json.dumps(known | more)


def _state(name: str, size: tuple[int, int], row: Any) -> SourceState:
    if row is None:
        return SourceState(name, *size)
    summary = json.loads(row.summary)
    at = summary.get("failed_at")
    return SourceState(
        name,
        *size,
        failed=int(summary.get("failed", 0)),
        began_at=aware(row.began_at),
        finished_at=row.finished_at and aware(row.finished_at),
        changes=row.changes,
        error=row.error,
        failures=int(summary.get("failures", 0)),
        failed_at=datetime.fromisoformat(at) if at else None,
        **_moved(row),
    )


def _moved(row: Any) -> dict[str, Any]:
    """How far the last one is and since when; those of the release before do not say it."""
    told, began_at = json.loads(row.reached or "{}"), aware(row.began_at)
    if not told or (at := datetime.fromisoformat(told["at"])) < began_at:
        return {"moved_at": began_at}
    return {"reached": Reached(told["done"], told["total"], told["passages"]), "moved_at": at}


def _spec(row: Any) -> Spec:
    return Spec(
        row.name,
        row.kind,
        tuple(json.loads(row.location)),
        workspace=row.workspace,
        options=json.loads(row.options),
    )
