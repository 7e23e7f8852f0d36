"""Settings in, the sources and what is known of them out."""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.settings import Settings, secret
from bot.wiring import learning, verified
from retrieval.passage import VERIFIED, IndexMismatch, IndexMissing

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa

    from bot.commands.table import Means
    from bot.indexing.schedules import Schedules
    from bot.shelf import Row, Shelf
    from retrieval.rows import Found
    from retrieval.sources import Source, Spec
    from retrieval.store import Table
    from retrieval.syncs import SourceState

log = logging.getLogger("footnote.sources")


def declared(settings: Settings) -> list[Spec]:
    """What sources.toml says; nothing where there is no such file. Raises SettingError with its mistakes.
    Its secrets are empty: `source` looks up those of the one source that is read."""
    from retrieval.sources import catalog

    return catalog.read(settings.sources, lambda _: "") if settings.sources.exists() else []


def missing(settings: Settings, rows: Sequence[Row]) -> str:
    """Says that the file which FOOTNOTE_SOURCES names is not there, where some of what is listed has been
    declared; empty where it is there, or none is named."""
    from bot.shelf import GONE

    gone = any(row.state == GONE.format(name=row.name) for row in rows)
    if not gone or "sources" not in settings.model_fields_set or settings.sources.exists():
        return ""
    return f"FOOTNOTE_SOURCES: {settings.sources} is not there, so that no source is declared. Name the file."


def live(settings: Settings) -> str:
    """The name of the table that answers. Raises IndexMissing, IndexMismatch."""
    from bot import wiring

    with closing(wiring.store(settings)) as store:
        return store.live(settings.workspace).name


def behind(settings: Settings) -> dict[str, SourceState]:
    """Sources whose last sync has not come to its end, by name."""
    from bot import wiring

    states = wiring.syncs(settings).states(live(settings))
    return {name: state for name, state in states.items() if state.running or state.error}


def _with_secrets(settings: Settings, spec: Spec) -> Spec:
    """The source with its secrets. Raises SettingError where one is not set."""
    from retrieval.sources import catalog

    if not settings.sources.exists():
        return spec
    found = catalog.read(settings.sources, secret, of=spec.name)
    return next((one for one in found if one.name == spec.name), spec)


def source(settings: Settings, spec: Spec, *, aside: bool = False) -> Source[Any]:
    """The source that `spec` describes; `aside`: beside the one that keeps the live index up to date."""
    from bot import wiring
    from retrieval.sources import KINDS, Limits
    from retrieval.sources.declared import Declared

    if spec.kind == "files" and spec in wiring.syncs(settings).adopted():
        from retrieval.sources.files import FileSource

        # What a command named may be gone: then its documents leave. What is declared must be there.
        return FileSource(spec.name, [Path(p) for p in spec.location], settings.max_file_mb << 20, gone=True)
    if spec.kind == VERIFIED:
        return verified.source(settings, spec.name)
    spec = _with_secrets(settings, spec)
    cache = settings.home / "sources" / f"{spec.name}{'+' if aside else ''}"
    limits = Limits(settings.max_file_mb << 20, cache)
    return Declared(KINDS[spec.kind].build(spec, limits), spec)


def shelf(settings: Settings, *, played: bool = False) -> Shelf:
    """How each source stands; `played`: in footnote play, whose verified answers are its own."""
    from bot import wiring
    from bot.shelf import Shelf
    from retrieval.turns import Turns

    def live(workspace: str) -> str:
        opened = wiring.store(settings)
        try:
            return opened.live(workspace).name
        except (IndexMissing, IndexMismatch):
            return ""
        finally:
            opened.close()

    turns = Turns(wiring.engine(settings))
    of = Shelf(lambda: declared(settings), live, wiring.syncs(settings), turns, settings.workspace)
    if played:
        return replace(of, all_of=verified.playing)
    return replace(of, beside=frozenset((verified.PLAY,)))


def schedules(settings: Settings, *, reports: bool = False) -> Schedules:
    """What starts the syncs of sources.toml that are due, removes what is too old, takes back an adapter that
    answers badly, and gives freed memory back; `reports`: and plans the week's report."""
    from bot import freed
    from bot.indexing.schedules import Child, Schedules, Seldom, entries
    from bot.wiring import filled
    from bot.wiring.retention import daily, words
    from bot.wiring.watching import watch
    from bot.wiring.weekly import planning

    of_all = shelf(settings)
    seldom = [watch(settings), verified.recheck(settings), filled.look(settings)]
    seldom += [words(settings), daily(settings), *([planning(settings)] if reports else [])]
    seldom += [Seldom(freed.EVERY_S, freed.give_back, partial(log.error, "memory is not given back: %s"))]

    def sweep() -> None:
        for look in seldom:
            look()

    return Schedules(lambda: entries(of_all), of_all.turns, of_all.syncs, Child(), sweep)


def means(settings: Settings, state: sa.Engine) -> Means:
    """What commands in Slack work with; answers are in `state`. A sync has a process of its own."""
    from bot import wiring
    from bot.commands.table import Means
    from bot.indexing.schedules import Child
    from bot.indexing.trial import look
    from bot.learning.desk import Desk
    from bot.memory.recall import Recall

    opened = lru_cache(wiring.store)

    def live() -> Table:
        return opened(settings).live(settings.workspace)

    def forget(name: str) -> list[str]:
        return replace(wiring.index(settings), workspace="").forget(name)

    def found(uri: str) -> Found | None:
        known = wiring.ledger(settings).find(live().name, uri)
        return known[0] if known and known[0].revision else None

    keeper, child = verified.keeper(settings, state), Child()
    played = keeper.source == verified.PLAY
    return Means(
        shelf(settings, played=played),
        settings.sources,
        partial(look, partial(source, settings, aside=True)),
        child.run,
        forget,
        wiring.ledger(settings).kept_out,
        Recall(state, live, wiring.ledger(settings), partial(verified.named, keeper.source)),
        settings.admin_ids,
        Desk(state, partial(learning.terms, settings), keeper.publish),
        settings.reviewer_ids,
        keeper,
        found,
        played,
        child.stop,
    )
