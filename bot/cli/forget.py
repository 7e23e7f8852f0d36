"""footnote forget: a document out of answers at once, and out of the index."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.replies import printable


def forget(
    name: Annotated[str, typer.Argument(metavar="URL", help="Address or uri of the document.")] = "",
    source: Annotated[str, typer.Option(help="A whole source, by its name.")] = "",
    undo: Annotated[bool, typer.Option(help="Let the document be indexed again.")] = False,
) -> None:
    """Take a document out of answers at once and out of every kept index; it is not indexed again.

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
        _removed(wiring.index(settings).remove(source), source)
    else:
        _forgotten(wiring.index(settings).forget(name), name)


def _forgotten(uris: list[str], name: str) -> None:
    if not uris:
        typer.echo(f"No document has the address {printable(name)}; footnote admin access finds them.")
        raise typer.Exit(1)
    for uri in uris:
        typer.echo(f"Forgotten: {printable(uri)}. It is not indexed again.")


def _removed(count: int, source: str) -> None:
    if not count:
        typer.echo(f"No document is of a source {printable(source)}; footnote sources lists them.")
        raise typer.Exit(1)
    typer.echo(f"{count} documents of {printable(source)} are out of the index.")
    typer.echo("Where sources.toml still declares it, the next run brings them back: remove it there.")


def _undone(uris: list[str], name: str) -> None:
    if not uris:
        typer.echo(f"Nothing of the address {printable(name)} was forgotten.")
        raise typer.Exit(1)
    for uri in uris:
        typer.echo(f"{printable(uri)} is indexed again by the next footnote index.")
