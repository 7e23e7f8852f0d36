"""A backup in, a home as it was then out, without what was deleted since; whole, or as it was before."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
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
from bot.failpoint import failpoint
from bot.memory import audit, deleted
from bot.memory.deleted import Deletions
from bot.settings import Settings
from bot.sqlite import private_file
from bot.state import HEAD, connect, switches
from bot.wiring import displaced
from bot.wiring.displaced import HALF
from bot.wiring.retention import days
from bot.wiring.verified import erase
from retrieval.passage import FootnoteError, Passage
from retrieval.rows import documents, files, syncs
from retrieval.store import Store, Table

NOT_EMPTY = (
    "There is something here already: {what}. Give --replace to put the backup in its place; what is here "
    "now is gone then."
)
SERVING = "A footnote serve, worker, pages, play or index is running on this. Stop all of them, then restore."
CUT_OFF = "A restore was cut off: not all of it is in place. Run footnote restore again with the same backup."
MOVE_IT = "The state that DATABASE_URL names is damaged. Move its file away, then run footnote restore again."


@dataclass(frozen=True, slots=True)
class Listed:
    """What was deleted since, whether any list of that was at hand, and whether that of the state that was
    here could not be read."""

    found: Deletions
    any: bool
    unread: bool


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it: the backup, how many passages of it are in the index, what was left out as deleted by
    which lists, how many questions were being answered then."""

    manifest: Manifest
    passages: int
    away: Away
    closed: int
    listed: Listed


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
        if not (replace or displaced.left_half(settings)) and (what := displaced.there(settings)):
            raise FootnoteError(NOT_EMPTY.format(what=what))
        listed = _deletions(settings, path, lists)
        if settings.database_url and listed.unread:
            raise FootnoteError(MOVE_IT)
        displaced.let_go(settings)
        with _making(settings, archive) as made:
            return _restored(settings, archive, made, listed)


def half(settings: Settings) -> str:
    """A sentence, where no restore was cut off between two places. Raises FootnoteError."""
    with wiring.engine(settings).connect() as connection:
        if displaced.half(connection):
            raise FootnoteError(CUT_OFF)
    return "none under way"


def _restored(settings: Settings, archive: Archive, made: _Made, listed: Listed) -> Restored:
    home, manifest = made.settings.home, archive.manifest
    engine = connect(home)
    try:
        _filled(
            engine, archive, {one.table: t.name for one, t in zip(manifest.indexes, made.tables, strict=True)}
        )
        with engine.connect() as db:
            found = listed.found.joined(deleted.known(db))
        ended = kept_away.closed(engine)
        away = kept_away.apply(engine, home, found, manifest.began, erase(made.settings))
        Retention(engine, days(settings)).apply()
        count = sum(_indexed(engine, archive, n, table) for n, table in enumerate(made.tables))
        audit.Audit(engine).note("terminal", "restore", f"began={manifest.began:.0f} passages={count}")
        _live(settings, made, engine)
    finally:
        engine.dispose()
    return Restored(manifest, count, away, ended, listed)


def _live(settings: Settings, made: _Made, engine: sa.Engine) -> None:
    """What was made ready takes its place: the home at one moment, a state or an index elsewhere at another.
    Where there are two, the state says from the first to the last that the rest is to follow."""
    elsewhere, served = bool(settings.database_url), settings.store_kind != "lance"
    _marked(engine, elsewhere or served)
    if made.tables and not served:
        made.store.swap()
    if elsewhere:
        _pushed(engine, connect(settings.database_url))
        failpoint("restore-pushed")
        engine.dispose()
        for file in (*made.settings.home.glob("state.db*"), *settings.home.glob("work.db*")):
            file.unlink()
    engine.dispose()
    staged.commit(settings.home)
    if made.tables and served:
        made.store.swap()
        failpoint("restore-swapped")
    if elsewhere or served:
        _marked(wiring.engine(settings), False)


def _marked(engine: sa.Engine, on: bool) -> None:
    with engine.begin() as db:
        db.execute(switches.delete().where(switches.c.name == HALF))
        if on:
            values = {"name": HALF, "value": "1", "changed_by": "", "changed_at": time.time()}
            db.execute(switches.insert().values(**values))


def _pushed(engine: sa.Engine, target: sa.Engine) -> None:
    with rows.snapshot(engine) as db, target.connect() as out:
        if target.dialect.name == "sqlite":
            out.exec_driver_sql("BEGIN IMMEDIATE")
        tables = rows.tables(db, SAVED)
        given = {name: partial(rows.lines, db, table, lambda _, row: row) for name, table in tables.items()}
        rows.load(out, HEAD, given)
        out.commit()
    target.dispose()


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


def _deletions(settings: Settings, path: Path, lists: Sequence[Path]) -> Listed:
    """All lists that are at hand, as one."""
    found = []
    for place in lists:
        try:
            found.append(deleted.load(place / deleted.FILE if place.is_dir() else place))
        except FileNotFoundError:
            raise FootnoteError(f"There is no list of deletions at {place}.") from None
    with suppress(FileNotFoundError):
        found.append(deleted.load(path.parent / deleted.FILE))
    here = displaced.here(settings)
    if here and (of_state := displaced.deletions(settings)) is not None:
        found.append(of_state)
        here = False
    one = Deletions()
    for other in found:
        one = one.joined(other)
    return Listed(one, bool(found), here)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """While nobody uses it. Raises FootnoteError where somebody does."""
    with staged.unused(settings.home, SERVING):
        if settings.database_url.startswith("postgresql") and displaced.running(settings):
            raise FootnoteError(SERVING)
        yield
