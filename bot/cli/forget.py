"""footnote forget: a document out of answers at once, and out of the index."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.check import meant
from bot.cli.noted import about, noted, unchanged
from bot.cli.sources import WIDE, ago
from bot.replies import printable

if TYPE_CHECKING:
    from bot.settings import Settings
    from retrieval.index import Index
    from retrieval.rows import Forgotten


@noted("forget")
def forget(
    name: Annotated[
        str,
        typer.Argument(metavar="URL", help="Address of the document as people copy it, or its name."),
    ] = "",
    source: Annotated[str, typer.Option(help="A whole source, by its name.")] = "",
    undo: Annotated[bool, typer.Option(help="Let the document be indexed again.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="Show what is forgotten.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --list: one JSON list, for scripts.")] = False,
) -> None:
    """Take a document out of answers at once and out of every kept index; it is not indexed again.

    It leaves every workspace. A link with tracking or a fragment, or that of a reply in a thread of Slack,
    counts where it can only mean one document.

    Exit code 0: done, 1: nothing of that name is there, or several are meant, 2: wrong usage.
    """
    from bot.settings import load

    astray = (undo and not name) or (as_json and not listed)
    if astray or [bool(name), bool(source), listed].count(True) != 1:
        raise typer.BadParameter("give the address of a document, --source with a name, or --list alone.")
    settings = load()
    if listed:
        unchanged()
        _list(settings, as_json=as_json)
    elif undo:
        _undone(settings, name)
    elif source:
        _removed(settings, source)
    else:
        _forgotten(_everywhere(settings).forget(name), name)


def _everywhere(settings: Settings) -> Index:
    """The index of all workspaces."""
    from bot import wiring

    return replace(wiring.index(settings), workspace="")


def _forgotten(uris: list[str], name: str) -> None:
    if not uris:
        typer.echo(f"No document has the address {printable(name)}; footnote admin access finds them.")
        raise typer.Exit(1)
    about(" ".join(uris))
    for uri in uris:
        typer.echo(f"Forgotten: {printable(uri)}. It is not indexed again.")


def _removed(settings: Settings, source: str) -> None:
    from bot import wiring

    def adopted() -> bool:
        return source in {spec.name for spec in wiring.syncs(settings).adopted()}

    known, index = adopted(), _everywhere(settings)
    with ExitStack() as turns:  # a sync of any workspace ends first
        for workspace in _workspaces(settings, index):
            turns.enter_context(replace(index, workspace=workspace).turn(source))
        count = index.remove(source)
    if not count and known == adopted():
        near = meant(source, _names(settings, index))
        typer.echo(f"No document is of a source {printable(source)}; footnote sources lists them.{near}")
        raise typer.Exit(1)
    about(f"source={source} documents={count}")
    typer.echo(f"{count} documents of {printable(source)} are out of the index.")
    typer.echo("Where sources.toml still declares it, the next run brings them back: remove it there.")


def _workspaces(settings: Settings, index: Index) -> list[str]:
    """Those of the index, and those that sources are declared or adopted for."""
    from bot import wiring

    specs = [*wiring.declared(settings), *wiring.syncs(settings).adopted()]
    named = {spec.workspace or settings.workspace for spec in specs}
    return sorted({settings.workspace, *index.store.workspaces(), *named})


def _names(settings: Settings, index: Index) -> set[str]:
    """Of all sources that are declared, adopted or in the index."""
    from bot import wiring

    specs = [*wiring.declared(settings), *wiring.syncs(settings).adopted()]
    held = [name for table in index.store.tables("") for name in index.syncs.states(table)]
    return {*(spec.name for spec in specs), *held}


def _list(settings: Settings, *, as_json: bool) -> None:
    from bot import wiring

    rows, now = wiring.ledger(settings).kept_out(), datetime.now(UTC)
    if as_json:
        shown = [{"document": one.uri, "url": one.url, "forgotten_at": one.at.isoformat()} for one in rows]
        typer.echo(json.dumps(shown, ensure_ascii=False))
    elif rows:
        _print(rows, now)
    else:
        typer.echo("Nothing is forgotten.")


def _print(rows: list[Forgotten], now: datetime) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("document", "address", "forgotten"):
        table.add_column(column, overflow="fold")
    for one in rows:
        table.add_row(escape(printable(one.uri)), escape(printable(one.url)), ago(one.at, now))
    console = Console()
    (console if console.is_terminal else Console(width=WIDE)).print(table)


def _undone(settings: Settings, name: str) -> None:
    from bot import wiring
    from bot.memory import deleted
    from retrieval.copied import meant
    from retrieval.rows import stands_for, unnamed

    ledger = wiring.ledger(settings)
    uris = sorted(one.uri for one in meant(ledger.kept_out(), name))
    if unnamed(stands_for(name)) in ledger.forgotten():  # forgotten before a backup was restored
        uris = [name]
    if not uris:
        typer.echo(f"Nothing of the address {printable(name)} was forgotten; --list shows what is.")
        raise typer.Exit(1)
    ledger.remember(uris)
    with ledger.engine.begin() as connection:
        deleted.note(connection, deleted.BACK, uris)
    about(" ".join(("undo", *uris)))
    for uri in uris:
        typer.echo(
            f"{printable(uri)} is indexed again when its source is next read: by its schedule, or by "
            "footnote index, with the folder where it is no source of sources.toml."
        )
