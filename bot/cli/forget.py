"""footnote forget: a document out of answers at once, and out of the index."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from bot.replies import printable

if TYPE_CHECKING:
    from bot.settings import Settings
    from retrieval.index import Index


def forget(
    name: Annotated[str, typer.Argument(metavar="URL", help="Address or uri of the document.")] = "",
    source: Annotated[str, typer.Option(help="A whole source, by its name.")] = "",
    undo: Annotated[bool, typer.Option(help="Let the document be indexed again.")] = False,
) -> None:
    """Take a document out of answers at once and out of every kept index; it is not indexed again.

    It leaves every workspace.

    Exit code 0: done, 1: nothing of that name is there, 2: wrong usage.
    """
    from bot import wiring
    from bot.settings import load

    if bool(name) == bool(source) or (source and undo):
        raise typer.BadParameter("give the address of a document, or --source with a name.")
    settings = load()
    if undo:
        _undone(wiring.ledger(settings).remember(name), name)
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
        typer.echo(f"No document is of a source {printable(source)}; footnote sources lists them.")
        raise typer.Exit(1)
    typer.echo(f"{count} documents of {printable(source)} are out of the index.")
    typer.echo("Where sources.toml still declares it, the next run brings them back: remove it there.")


def _workspaces(settings: Settings, index: Index) -> list[str]:
    """Those of the index, and those that sources are declared or adopted for."""
    from bot import wiring

    specs = [*wiring.declared(settings), *wiring.syncs(settings).adopted()]
    named = {spec.workspace or settings.workspace for spec in specs}
    return sorted({settings.workspace, *index.store.workspaces(), *named})


def _undone(uris: list[str], name: str) -> None:
    if not uris:
        typer.echo(f"Nothing of the address {printable(name)} was forgotten.")
        raise typer.Exit(1)
    for uri in uris:
        typer.echo(f"{printable(uri)} is indexed again by the next footnote index.")
