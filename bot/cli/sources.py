"""footnote sources: what is read, how it stands, and when it is read next."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.check import check
from bot.replies import printable
from bot.shelf import Row, span
from retrieval.passage import SettingError

if TYPE_CHECKING:
    from rich.table import Table

NONE = "There are no sources yet: copy docs/sources.example.toml to {file}, or run footnote index FOLDER."
WIDE, NAMED = 160, 2  # characters where no terminal says; readers of a source that the table names

sources = typer.Typer(help="What is read: how each source stands, and whether sources.toml is right.")
sources.command()(check)


@sources.callback(invoke_without_command=True)
def listed(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list, for scripts.")] = False,
) -> None:
    """List the sources with documents, failures, age and next run. Exit code 1: the last run of one
    failed."""
    if context.invoked_subcommand:
        return
    from bot import wiring
    from bot.settings import load
    from bot.wiring.sources import missing

    settings, now = load(), datetime.now(UTC)
    rows = list(wiring.shelf(settings).rows(now))
    if as_json:
        typer.echo(json.dumps([_json(row, now) for row in rows], ensure_ascii=False))
    elif lost := missing(settings, rows):
        raise SettingError(lost)
    elif rows:
        _shown(rows, now)
    else:
        typer.echo(NONE.format(file=settings.sources.name))
    raise typer.Exit(1 if any(row.error for row in rows) else 0)


def _shown(rows: Sequence[Row], now: datetime) -> None:
    from rich.console import Console

    console = Console()
    console = console if console.is_terminal else Console(width=WIDE)
    console.print(table(rows, now))
    for row in [row for row in rows if row.error]:
        said = f"{row.name}: {printable(row.error)}"
        console.print(said, style="yellow", markup=False, soft_wrap=True)


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
    return f"{span(now - moment)} ago" if moment else ""


def upcoming(moment: datetime | None, now: datetime) -> str:
    """How long until, as a person says it."""
    if moment is None:
        return "by hand"
    return "due" if moment <= now else f"in {span(moment - now)}"


def _readers(row: Row) -> str:
    first, more = row.audience[:NAMED], len(row.audience) - NAMED
    who = ", ".join((*first, f"{more} more") if more > 0 else first) or "nobody"
    return f"{who}; {row.rules} rules" if row.rules > 1 else f"{who}; 1 rule" if row.rules else who


def _json(row: Row, now: datetime) -> dict[str, object]:
    due = row.next_run is not None and row.next_run <= now
    moments = {name: getattr(row, name) for name in ("synced_at", "next_run")}
    return {**asdict(row), **{k: v.isoformat() if v else None for k, v in moments.items()}, "due": due}
