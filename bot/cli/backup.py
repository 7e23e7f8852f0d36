"""footnote backup: state, index, adapters and settings as one file; nothing in it is secret."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.replies import printable

if TYPE_CHECKING:
    from bot.wiring.backup import Made


def backup(
    where: Annotated[
        Path,
        typer.Argument(
            metavar="FILE_OR_FOLDER", help="A file that ends in .backup, or a folder for a new one."
        ),
    ],
    deletions: Annotated[
        bool, typer.Option("--deletions", help="Only bring the list of deletions there up to date.")
    ] = False,
    verify: Annotated[bool, typer.Option("--verify", help="Only read that file and compare it.")] = False,
) -> None:
    """Back up state, index, adapters and settings into one file, while answers go on.

    Beside it lies deletions.json, digests of what was deleted: keep it with the backups, it keeps a restore
    from bringing that back. Tokens, keys and passwords are in neither.

    Exit code 0: done, 1: not written or not whole, 2: wrong usage.
    """
    from bot.cli.person import who
    from bot.settings import load
    from bot.wiring import backup as making

    if deletions and verify:
        raise typer.BadParameter("give --deletions or --verify.")
    if verify:
        found = making.verified(where)
        typer.echo(f"Whole: {sum(found.rows.values()):,} rows, {len(found.indexes)} tables of the index.")
    elif deletions:
        typer.echo(f"Up to date: {printable(str(making.listed(load(), where)))}")
    else:
        _told(making.backup(load(), where, who()))


def _told(made: Made) -> None:
    found = made.manifest
    typer.echo(f"{printable(str(made.path))}, {made.size / 1e6:,.1f} MB:")
    typer.echo(f"{sum(found.rows.values()):9,}  rows of {len(found.rows)} tables, schema {found.schema}")
    for one in found.indexes:
        typer.echo(f"{one.passages:9,}  passages of {one.workspace}, by {one.embedder}")
        if one.again:
            typer.echo(f"{one.again:9,}  documents were just changing: the first sync reads them again")
    if found.unsaid:
        typer.echo(f"Secret, so not in it, to be set again: {', '.join(found.unsaid)}.")
    typer.echo(f"Keep beside it: {printable(str(made.deletions))}")
