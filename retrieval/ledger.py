"""What each table of the index holds and shows: files, documents, who may read them, what is forgotten.

The ledger is where a change becomes true: a passage is answered from only while its document's row names its
revision and admits the reader. Stores are brought up to it before (new passages) and after (old ones).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from retrieval.passage import Audience
from retrieval.rows import (
    Batch,
    DocumentRow,
    Forgotten,
    Found,
    Held,
    Known,
    Reading,
    audience_of,
    aware,
    documents,
    file,
    file_values,
    files,
    forgotten,
    found,
    held,
    listed,
    stands_for,
    syncs,
    unnamed,
    values,
)

_AT_ONCE = 500  # values in one statement: SQLite and PostgreSQL both have limits
# Built once: building it at each search takes longer than the database does.
_LOOKS = 200  # documents among which one is found to show what there is
_SHOWN = sa.select(documents.c.uri, documents.c.revision, documents.c.audience).where(
    documents.c.held_in == sa.bindparam("table"), documents.c.uri.in_(sa.bindparam("some", expanding=True))
)
_LENGTHS = _SHOWN.add_columns(documents.c.passages, files.c.notes).select_from(
    documents.outerjoin(
        files, sa.and_(files.c.held_in == documents.c.held_in, files.c.uri == documents.c.file)
    )
)
Erase = Callable[[sa.Connection, Sequence[str]], None]


class Ledger:
    """The tables on `engine`. All but `permit` are one transaction each; `held_in` names a store's table.

    `erase` is told of every document that is taken out of answers, within the transaction that does so.
    """

    def __init__(self, engine: sa.Engine, erase: Erase | None = None) -> None:
        self.engine = engine
        self._erase = erase

    def shown(self, held_in: str, uris: Collection[str]) -> dict[str, Reading]:
        """What may be answered from now, of these documents: asked once for every search."""
        rows: list[Any] = []
        with self.engine.connect() as db:
            for some in _some(sorted(set(uris))):
                rows += db.execute(_SHOWN, {"table": held_in, "some": some}).all()
        return {uri: Reading(revision, audience_of(listed)) for uri, revision, listed in rows if revision}

    def principals(self, held_in: str) -> frozenset[str]:
        """All by whom any document of the table may be read: who holds them all may read everything."""
        query = sa.select(documents.c.audience).where(documents.c.held_in == held_in).distinct()
        with self.engine.connect() as db:
            every = [audience_of(listed).principals for listed in db.execute(query).scalars()]
        return frozenset().union(*every)

    def lengths(self, held_in: str, uris: Collection[str]) -> dict[str, tuple[Reading, int]]:
        """The same, and passages of the document; 0 where its file was read with notes: something was left
        out of it."""
        rows: list[Any] = []
        with self.engine.connect() as db:
            for some in _some(sorted(set(uris))):
                rows += db.execute(_LENGTHS, {"table": held_in, "some": some}).all()
        return {
            uri: (Reading(revision, audience_of(listed)), count if notes in (None, "[]") else 0)
            for uri, revision, listed, count, notes in rows
            if revision
        }

    def known(self, held_in: str, source: str) -> Known:
        """What `source` has in the table."""
        with self.engine.connect() as db:
            mine = (files.c.held_in == held_in) & (files.c.source == source)
            read = db.execute(sa.select(files).where(mine)).all()
            rows = db.execute(
                _holding(held_in).add_columns(documents.c.file).where(documents.c.source == source)
            ).all()
        of_file: dict[str, dict[str, Held]] = {}
        for row in rows:
            of_file.setdefault(row.file, {})[row.uri] = held(row)
        return Known({row.uri: file(row) for row in read}, of_file)

    def intend(self, held_in: str, rows: Sequence[DocumentRow]) -> None:
        """Says that readings of these documents are about to be put into the store: after a crash they are
        known of. What is answered from stays as it is."""
        uris = [row.document.uri for row in rows]
        with self.engine.begin() as db:
            there: set[str] = set()
            for some in _some(uris):
                mine = (documents.c.held_in == held_in) & documents.c.uri.in_(some)
                there |= set(db.scalars(sa.select(documents.c.uri).where(mine)))
                db.execute(documents.update().where(mine).values(digest=""))
            fresh = [values(held_in, row) for row in rows if row.document.uri not in there]
            if fresh:
                db.execute(documents.insert(), [v | {"digest": "", "revision": ""} for v in fresh])

    def show(self, held_in: str, rows: Sequence[DocumentRow]) -> list[str]:
        """From here on these readings are answered from. Returns documents that were forgotten meanwhile:
        they are left out. `record` has to follow once the store has nothing else of them."""
        uris = [row.document.uri for row in rows]
        with self.engine.begin() as db:
            _remove(db, documents, [held_in], uris)  # locks the rows: who forgets one now hides it after this
            unwanted = _forgotten(db, uris)
            kept = [values(held_in, row) for row in rows if row.document.uri not in unwanted]
            if kept:
                db.execute(documents.insert(), [own | {"digest": ""} for own in kept])
        return sorted(unwanted)

    def record(self, batch: Batch) -> None:
        """Nothing is left to do about these documents, and these files were read to their ends."""
        mine = (documents.c.held_in == batch.held_in) & (documents.c.uri == sa.bindparam("of"))
        done = [{"of": row.document.uri, "now": row.document.digest} for row in batch.rows]
        with self.engine.begin() as db:
            if done:
                db.execute(documents.update().where(mine).values(digest=sa.bindparam("now")), done)
            _remove(db, files, [batch.held_in], [one.uri for one in batch.files])
            if batch.files:
                db.execute(
                    files.insert(), [file_values(batch.held_in, batch.source, one) for one in batch.files]
                )

    def permit(self, held_in: Sequence[str], audiences: Mapping[str, Audience]) -> None:
        """From here on these audiences may read these documents; the store is still to be told. A transaction
        for some at a time: others write meanwhile."""
        alike: dict[str, list[str]] = {}
        for uri, audience in audiences.items():
            alike.setdefault(listed(audience), []).append(uri)
        for audience_now, uris in alike.items():
            for some in _some(uris):
                mine = documents.c.held_in.in_(held_in) & documents.c.uri.in_(some)
                with self.engine.begin() as db:
                    db.execute(documents.update().where(mine).values(audience=audience_now, untold=True))

    def told(self, held_in: Sequence[str], uris: Iterable[str]) -> None:
        """Says that the store knows the audiences of these documents."""
        with self.engine.begin() as db:
            for some in _some(list(uris)):
                mine = documents.c.held_in.in_(held_in) & documents.c.uri.in_(some)
                db.execute(documents.update().where(mine).values(untold=False))

    def hide(self, held_in: Sequence[str], uris: Sequence[str]) -> None:
        """From here on nothing is answered from these documents; the store may still have them."""
        with self.engine.begin() as db:
            for some in _some(uris):
                mine = documents.c.held_in.in_(held_in) & documents.c.uri.in_(some)
                db.execute(documents.update().where(mine).values(digest="", revision="", audience="[]"))
            if self._erase and uris:
                self._erase(db, uris)

    def gone(self, held_in: Sequence[str], uris: Sequence[str], read: Sequence[str] = ()) -> None:
        """Says that these documents are no longer in the store, and that these files are no longer there."""
        with self.engine.begin() as db:
            _remove(db, documents, held_in, uris)
            _remove(db, files, held_in, read)

    def forget(self, found: Iterable[Found]) -> None:
        """These documents are not to be indexed again."""
        urls = {one.uri: one.url for one in found}
        with self.engine.begin() as db:
            fresh = sorted(set(urls) - _forgotten(db, sorted(urls)))
            if fresh:
                at = datetime.now(UTC)
                db.execute(forgotten.insert(), [{"uri": u, "url": urls[u], "at": at} for u in fresh])

    def remember(self, uris: Sequence[str]) -> None:
        """These documents may be indexed again: what they are read from counts as unread."""
        parts = sorted({part for uri in uris for part in (uri, uri.partition("#")[0])})
        names = [name for uri in uris for name in (uri, unnamed(stands_for(uri)))]
        with self.engine.begin() as db:
            for table, gone in ((forgotten, names), (files, parts)):
                for some in _some(gone):
                    db.execute(table.delete().where(table.c.uri.in_(some)))

    def forgotten(self) -> frozenset[str]:
        """Documents that are not to be indexed: names, and `unnamed` where a name is not known."""
        return frozenset(one.uri for one in self.kept_out())

    def kept_out(self) -> list[Forgotten]:
        """The same with their addresses, the last one first."""
        with self.engine.connect() as db:
            rows = db.execute(sa.select(forgotten).order_by(forgotten.c.at.desc(), forgotten.c.uri)).all()
        return [Forgotten(row.uri, row.url, aware(row.at)) for row in rows]

    def find(self, held_in: str, name: str) -> list[Found]:
        """Documents of that very uri or address; where there is none, those that are parts of it."""
        exact = (documents.c.uri == name) | (documents.c.url == name)
        return self._where(held_in, exact) or ([] if "#" in name else self.at(held_in, [name]))

    def at(self, held_in: str, addresses: Sequence[str]) -> list[Found]:
        """Documents of one of these addresses, or parts of what is there."""
        return self._where(held_in, sa.or_(*map(_at, addresses))) if addresses else []

    def _where(self, held_in: str, what: Any) -> list[Found]:
        with self.engine.connect() as db:
            rows = db.execute(
                sa.select(documents).where(documents.c.held_in == held_in, what).order_by(documents.c.uri)
            ).all()
        return [found(row) for row in rows]

    def all(self, held_in: str, source: str = "") -> list[Found]:
        """Every document of the table, or of one source in it."""
        mine = documents.c.held_in == held_in
        if source:
            mine &= documents.c.source == source
        with self.engine.connect() as db:
            return [found(row) for row in db.execute(sa.select(documents).where(mine))]

    def some(self, held_in: str, readers: Audience, sources: Collection[str] = ()) -> Found | None:
        """A document that `readers` may read, to show what there is: one with a title in words, if any."""
        mine = (documents.c.held_in == held_in) & (documents.c.revision != "")
        if sources:
            mine &= documents.c.source.in_(sources)
        with self.engine.connect() as db:
            rows = db.execute(sa.select(documents).where(mine).order_by(documents.c.uri).limit(_LOOKS))
            may = [one for one in map(found, rows) if one.audience.admits(readers)]
        titled = (one for one in may if one.title.replace(" ", "").isalpha() and " " in one.title)
        return next(titled, may[0] if may else None)

    def passages(self, held_in: str) -> int:
        """How many passages the table must have at least."""
        total = sa.select(sa.func.coalesce(sa.func.sum(documents.c.passages), 0))
        with self.engine.connect() as db:
            mine = (documents.c.held_in == held_in) & (documents.c.revision != "")
            return int(db.scalar(total.where(mine)) or 0)

    def doubt(self, held_in: str) -> None:
        """Every document of the table is to be read again; what is answered from stays as it is."""
        with self.engine.begin() as db:
            db.execute(documents.update().where(documents.c.held_in == held_in).values(digest=""))

    def drop(self, held_in: Sequence[str], source: str = "") -> None:
        """Forgets tables that are no longer there; `source`: only what was that source's."""
        with self.engine.begin() as db:
            for table in (documents, files, syncs):
                mine = table.c.held_in.in_(held_in)
                db.execute(table.delete().where(mine & (table.c.source == source) if source else mine))


def hidden(db: sa.Connection, held_in: str, uris: Collection[str]) -> list[str]:
    """Of these documents, those that nothing is answered from any more; without `held_in`, in any table. Who
    hides one of the others waits for the end of this transaction, and sees what it wrote."""
    shown = documents.c.revision != ""
    shown &= documents.c.held_in == held_in if held_in else sa.true()
    there: set[str] = set()
    for some in _some(sorted(set(uris))):
        query = sa.select(documents.c.uri).where(shown, documents.c.uri.in_(some)).order_by(documents.c.uri)
        there |= set(db.scalars(query.with_for_update(read=True)))
    return sorted(set(uris) - there)


def _holding(held_in: str) -> Any:
    of_it = documents.c
    columns = (of_it.uri, of_it.digest, of_it.revision, of_it.audience, of_it.untold, of_it.own)
    return sa.select(*columns).where(of_it.held_in == held_in)


def _at(address: str) -> Any:
    """That address, also with a place in it."""
    part = f"{address}#"
    within = sa.func.substr(documents.c.url, 1, len(part)) == part  # LIKE takes A for a on SQLite
    return (documents.c.uri == address) | (documents.c.url == address) | within


def _forgotten(db: sa.Connection, uris: Sequence[str]) -> set[str]:
    named = {name: uri for uri in uris for name in (uri, unnamed(stands_for(uri)))}
    found: set[str] = set()
    for some in _some(list(named)):
        found |= set(db.scalars(sa.select(forgotten.c.uri).where(forgotten.c.uri.in_(some))))
    return {named[name] for name in found}


def _remove(db: sa.Connection, table: sa.Table, held_in: Sequence[str], uris: Sequence[str]) -> None:
    for some in _some(uris):
        db.execute(table.delete().where(table.c.held_in.in_(held_in), table.c.uri.in_(some)))


def _some(uris: Sequence[str]) -> Iterable[Sequence[str]]:
    return (uris[n : n + _AT_ONCE] for n in range(0, len(uris), _AT_ONCE))
