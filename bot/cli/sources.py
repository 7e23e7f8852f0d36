"""footnote sources: what is read, how it stands, and when it is read next."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.check import check
from bot.replies import printable

if TYPE_CHECKING:
    from rich.table import Table

    from bot.settings import Settings
    from retrieval.sources import Spec
    from retrieval.syncs import SourceState

NONE = "There are no sources yet: copy docs/sources.example.toml to {file}, or run footnote index FOLDER."
GONE = "no longer declared; footnote forget --source {name} takes it out"
WIDE, NAMED = 160, 2  # characters where no terminal says; readers of a source that the table names
CUT_OFF = "cut off; the next run goes on where it was"

sources = typer.Typer(help="What is read: how each source stands, and whether sources.toml is right.")
sources.command()(check)


@dataclass(frozen=True, slots=True)
class Row:
    """A source as it is listed. `next_run` is None where it is read by hand; `state` is a word or more."""

    name: str
    kind: str
    documents: int
    passages: int
    failed: int
    synced_at: datetime | None
    next_run: datetime | None
    audience: tuple[str, ...]
    rules: int
    state: str
    error: str = ""


@sources.callback(invoke_without_command=True)
def listed(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list, for scripts.")] = False,
) -> None:
    """List the sources with documents, failures, age and next run. Exit code 1: the last run of one
    failed."""
    if context.invoked_subcommand:
        return
    from rich.console import Console

    from bot.settings import load

    settings, now = load(), datetime.now(UTC)
    rows = list(_rows(settings, now))
    if as_json:
        typer.echo(json.dumps([_json(row, now) for row in rows], ensure_ascii=False))
    elif rows:
        console = Console()
        console = console if console.is_terminal else Console(width=WIDE)
        console.print(table(rows, now))
        for row in [row for row in rows if row.error]:
            said = f"{row.name}: {printable(row.error)}"
            console.print(said, style="yellow", markup=False, soft_wrap=True)
    else:
        typer.echo(NONE.format(file=settings.sources.name))
    raise typer.Exit(1 if any(row.error for row in rows) else 0)


def row(spec: Spec, state: SourceState | None, now: datetime, *, busy: bool = False) -> Row:
    """How a source stands; `busy`: a sync of it is under way now."""
    from retrieval.sources.schedule import next_run
    from retrieval.syncs import SourceState

    found = state or SourceState(spec.name)
    cut_off = found.running and not busy
    tried = [moment for moment in (found.began_at, found.finished_at) if moment and not cut_off]
    return Row(
        spec.name,
        spec.kind,
        found.documents,
        found.passages,
        found.failed,
        found.finished_at,
        next_run(spec.schedule, max(tried, default=None), now),
        tuple(sorted(spec.audience.principals)),
        len(spec.access),
        _state(found, busy=busy),
        found.error,
    )


def _state(state: SourceState, *, busy: bool) -> str:
    if busy:
        return "syncing"
    if state.error:
        return "failed"
    if state.running:
        return CUT_OFF
    return "ok" if state.finished_at else "never synced"


def table(rows: Sequence[Row], now: datetime) -> Table:
    """The rows as a terminal shows them."""
    from rich.table import Table

    shown = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("source", "kind"):
        shown.add_column(name, no_wrap=True)
    for name in ("documents", "passages", "failed"):
        shown.add_column(name, justify="right", no_wrap=True)
    for name in ("synced", "next"):
        shown.add_column(name, no_wrap=True)
    for name in ("readers", "state"):
        shown.add_column(name, overflow="fold")
    for row in rows:
        counts = (f"{row.documents:,}", f"{row.passages:,}", f"{row.failed:,}" if row.failed else "")
        when = (ago(row.synced_at, now), upcoming(row.next_run, now))
        shown.add_row(row.name, row.kind, *counts, *when, _readers(row), row.state)
    return shown


def ago(moment: datetime | None, now: datetime) -> str:
    """How long ago, as a person says it; empty where it never was."""
    return f"{_span(now - moment)} ago" if moment else ""


def upcoming(moment: datetime | None, now: datetime) -> str:
    """How long until, as a person says it."""
    if moment is None:
        return "by hand"
    return "due" if moment <= now else f"in {_span(moment - now)}"


def _span(time: timedelta) -> str:
    minutes = max(0, round(time.total_seconds() / 60))
    for size, unit in ((1440, "d"), (60, "h")):
        if minutes >= 2 * size:
            return f"{round(minutes / size)} {unit}"
    return f"{minutes} min"


def _readers(row: Row) -> str:
    first, more = row.audience[:NAMED], len(row.audience) - NAMED
    who = ", ".join((*first, f"{more} more") if more > 0 else first) or "nobody"
    return f"{who}; {row.rules} rules" if row.rules > 1 else f"{who}; 1 rule" if row.rules else who


def _json(row: Row, now: datetime) -> dict[str, object]:
    due = row.next_run is not None and row.next_run <= now
    moments = {name: getattr(row, name) for name in ("synced_at", "next_run")}
    return {**asdict(row), **{k: v.isoformat() if v else None for k, v in moments.items()}, "due": due}


def _rows(settings: Settings, now: datetime) -> Iterator[Row]:
    """The sources of sources.toml, then those that a command named, then what only the index has."""
    from bot import wiring
    from retrieval.sources import Spec

    specs = {spec.name: spec for spec in wiring.declared(settings)}
    specs |= {spec.name: spec for spec in wiring.syncs(settings).adopted() if spec.name not in specs}
    places = {spec.workspace or settings.workspace for spec in specs.values()} | {settings.workspace}
    states = {place: _states(settings, place) for place in places}
    for name, spec in specs.items():
        place = spec.workspace or settings.workspace
        yield row(spec, states[place].pop(name, None), now, busy=_busy(settings, place, name))
    for left in [state for place in states.values() for state in place.values() if state.documents]:
        found = row(Spec(left.name, "", ()), left, now)
        yield Row(**{**asdict(found), "audience": (), "state": GONE.format(name=left.name)})


def _states(settings: Settings, workspace: str) -> dict[str, SourceState]:
    """What the index that answers has, by source; nothing where there is none yet."""
    from bot import wiring
    from retrieval.passage import IndexMismatch, IndexMissing

    store = wiring.store(settings)
    try:
        return dict(wiring.syncs(settings).states(store.live(workspace).name))
    except (IndexMissing, IndexMismatch):
        return {}
    finally:
        store.close()


def _busy(settings: Settings, workspace: str, source: str) -> bool:
    """Whether some process has the turn to sync it."""
    from bot import wiring
    from retrieval.turns import Busy, Turns, sync_of

    try:
        with Turns(wiring.engine(settings)).take(sync_of(workspace, source), wait=False):
            return False
    except Busy:
        return True
