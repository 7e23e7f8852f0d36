"""A backup in, a home as it was then out, without what was deleted since; whole, or as it was before."""

from __future__ import annotations

import fcntl
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from bot import wiring
from bot.care import kept_away, passages, rows, staged
from bot.care.archive import Archive, Manifest
from bot.care.kept_away import Away
from bot.care.kinds import SAVED
from bot.care.retention import Retention
from bot.memory import audit, deleted
from bot.memory.deleted import Deletions
from bot.settings import Settings
from bot.state import HEAD, connect, private_file, replicas, switches
from bot.wiring.retention import days
from bot.wiring.verified import erase
from retrieval.passage import FootnoteError, Passage
from retrieval.rows import documents, files, syncs
from retrieval.store import Store, Table

NOT_EMPTY = (
    "There is something here already: {what}. Give --replace to put the backup in its place; what is here "
    "now is gone then."
)
SERVING = "A footnote serve or worker is running on this. Stop all of them, then restore."
HALF = "restore"  # a switch: state and index lie on two servers, and one of them has the backup already
CUT_OFF = "A restore was cut off: its index is not in place. Run footnote restore again with the same backup."
_BEAT_S = 6.0


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it: the backup, how many passages of it are in the index, what was left out as deleted,
    how many questions were being answered then, whether any list of deletions was at hand."""

    manifest: Manifest
    passages: int
    away: Away
    closed: int
    listed: bool


@dataclass(frozen=True, slots=True)
class _Made:
    """The settings of what is made ready, and the index that is to answer."""

    settings: Settings
    store: Store
    tables: tuple[Table, ...]


def restore(settings: Settings, path: Path, lists: Sequence[Path] = (), *, replace: bool = False) -> Restored:
    """Puts a backup in the place of all state and index. Nothing is written before all of it was read and
    compared with its digests. Raises FootnoteError where it is not whole, where there is something here
    already (not with `replace`), and where somebody answers."""
    with closing(Archive(path)) as archive, _alone(settings):
        archive.verify()
        if archive.manifest.schema > HEAD:
            raise FootnoteError("A newer Footnote made that backup. Install that version to restore it.")
        if not replace and (what := _there(settings)):
            raise FootnoteError(NOT_EMPTY.format(what=what))
        found, listed = _deletions(settings, path, lists)
        if not _shared(settings) and (settings.home / "state.db").is_file():
            wiring.engine(settings).dispose()  # what this process still has open is the file that goes
        with _making(settings, archive) as made:
            return _restored(settings, archive, made, found, listed=listed)


def half(settings: Settings) -> str:
    """A sentence, where no restore was cut off between two servers. Raises FootnoteError."""
    with wiring.engine(settings).connect() as connection:
        if connection.execute(sa.select(switches).where(switches.c.name == HALF)).first():
            raise FootnoteError(CUT_OFF)
    return "none under way"


def _restored(
    settings: Settings, archive: Archive, made: _Made, found: Deletions, *, listed: bool
) -> Restored:
    home, manifest = made.settings.home, archive.manifest
    engine = connect(home)
    try:
        _filled(
            engine, archive, {one.table: t.name for one, t in zip(manifest.indexes, made.tables, strict=True)}
        )
        with engine.connect() as db:
            found = found.joined(deleted.known(db))
        ended = kept_away.closed(engine)
        away = kept_away.apply(engine, home, found, manifest.began, erase(made.settings))
        Retention(engine, days(settings)).apply()
        count = sum(_indexed(engine, archive, n, table) for n, table in enumerate(made.tables))
        audit.Audit(engine).note("terminal", "restore", f"began={manifest.began:.0f} passages={count}")
        _live(settings, made, engine)
    finally:
        engine.dispose()
    staged.commit(settings.home)
    return Restored(manifest, count, away, ended, listed)


def _live(settings: Settings, made: _Made, engine: sa.Engine) -> None:
    """The index that was built answers. Where the state lies on a server, it is put there in one transaction
    before, which says that the index is to follow."""
    shared = _shared(settings)
    if shared:
        _pushed(engine, wiring.engine(settings))
    if made.tables:
        made.store.swap()
    if shared:
        with wiring.engine(settings).begin() as db:
            db.execute(switches.delete().where(switches.c.name == HALF))
        engine.dispose()
        for file in made.settings.home.glob("state.db*"):
            file.unlink()


def _pushed(engine: sa.Engine, target: sa.Engine) -> None:
    with rows.snapshot(engine) as db, target.connect() as out:
        tables = rows.tables(db, SAVED)
        given = {name: partial(rows.lines, db, table, lambda _, row: row) for name, table in tables.items()}
        rows.load(out, HEAD, given)
        out.execute(switches.delete().where(switches.c.name == HALF))
        values = {"name": HALF, "value": "1", "changed_by": "", "changed_at": time.time()}
        out.execute(switches.insert().values(**values))
        out.commit()


@contextmanager
def _making(settings: Settings, archive: Archive) -> Iterator[_Made]:
    """An empty home to be filled, with the files of the archive in it, and tables for its passages."""
    home = staged.begin(settings.home)
    ready = settings.model_copy(update={"home": home, "database_url": ""})
    try:
        for name in archive.names("models/") + archive.names("answerability.json"):
            _copied(archive, name, home / name)
        (home / "models").mkdir(exist_ok=True)
        (home / "index").mkdir(exist_ok=True)
        with closing(wiring.store(ready)) as store:
            store.discard()
            every = archive.manifest.indexes
            tables = tuple(store.build(passages.made(one), one.workspace) for one in every)
            yield _Made(ready, store, tables)
    except BaseException:
        shutil.rmtree(home, ignore_errors=True)
        raise


def _copied(archive: Archive, name: str, path: Path) -> None:
    try:
        with archive.open(name) as part, private_file(path).open("wb") as out:
            shutil.copyfileobj(part, out)
    except OSError as error:
        raise FootnoteError("The backup could not be written out. Is there room in FOOTNOTE_HOME?") from error


def _filled(engine: sa.Engine, archive: Archive, named: dict[str, str]) -> None:
    """The rows of the archive; those of the index under the names that its tables have here."""
    names = [name for name in SAVED if archive.names(f"state/{name}.jsonl")]
    with engine.connect() as db:
        db.exec_driver_sql("BEGIN IMMEDIATE")
        rows.load(db, archive.manifest.schema, {name: partial(_lines, archive, name) for name in names})
        for table in (files, documents, syncs):
            for old, new in named.items():
                db.execute(table.update().where(table.c.held_in == old).values(held_in=new))
        db.commit()


def _lines(archive: Archive, name: str) -> Iterator[bytes]:
    with archive.open(f"state/{name}.jsonl") as part:
        yield from part


def _indexed(engine: sa.Engine, archive: Archive, number: int, table: Table) -> int:
    """Puts the passages that the restored ledger answers from into the index; how many."""
    query = sa.select(documents.c.uri, documents.c.revision).where(documents.c.held_in == table.name)
    with engine.connect() as db:
        known = {(row.uri, row.revision) for row in db.execute(query)}

    def wanted(one: Passage) -> bool:
        return (one.document, one.revision) in known

    return passages.put(archive, f"index/{number}", table, wanted)


def _deletions(settings: Settings, path: Path, lists: Sequence[Path]) -> tuple[Deletions, bool]:
    """All lists that are at hand, as one; whether there is any."""
    found = []
    for place in lists:
        try:
            found.append(deleted.load(place / deleted.FILE if place.is_dir() else place))
        except FileNotFoundError:
            raise FootnoteError(f"There is no list of deletions at {place}.") from None
    with suppress(FileNotFoundError):
        found.append(deleted.load(path.parent / deleted.FILE))
    if _shared(settings) or (settings.home / "state.db").is_file():
        with wiring.engine(settings).connect() as db:
            found.append(deleted.known(db))
    one = Deletions()
    for other in found:
        one = one.joined(other)
    return one, bool(found)


def _there(settings: Settings) -> str:
    """What would be lost, in words; empty where there is nothing."""
    what = []
    if _shared(settings) or (settings.home / "state.db").is_file():
        with wiring.engine(settings).connect() as db:
            held = rows.tables(db, ("inbox", "answers", "votes", "ledger_documents"))
            what += [name for name, t in held.items() if db.execute(sa.select(t).limit(1)).first()]
    with closing(wiring.store(settings)) as store:
        what += [f"the index of {workspace}" for workspace in store.workspaces()]
    if any((settings.home / "models").glob("[!.]*")):
        what.append("the registry of adapters")
    return ", ".join(what)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """While nobody answers from it. Raises FootnoteError where somebody does."""
    with ExitStack() as held:
        lock = held.enter_context(private_file(settings.home / "serve.lock").open("w"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise FootnoteError(SERVING) from None
        if _shared(settings) and _beating(wiring.engine(settings)):
            raise FootnoteError(SERVING)
        yield


def _beating(engine: sa.Engine) -> bool:
    def beats() -> dict[str, int]:
        with engine.connect() as connection:
            return {row.executor: row.beats for row in connection.execute(sa.select(replicas))}

    before = beats()
    if before:
        time.sleep(_BEAT_S)
    return any(before.get(executor) != count for executor, count in beats().items())


def _shared(settings: Settings) -> bool:
    return settings.database_url.startswith("postgresql")
