"""footnote backup: state, index, adapters and settings as one file; nothing in it is secret."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.replies import printable
from retrieval.passage import FootnoteError

if TYPE_CHECKING:
    from bot.wiring.backup import Made


def backup(
    where: Annotated[
        str,
        typer.Argument(metavar="FILE_OR_FOLDER", help="A file with an ending, or a folder for a new one."),
    ],
    deletions: Annotated[
        bool, typer.Option("--deletions", help="Only bring the list of deletions there up to date.")
    ] = False,
    verify: Annotated[bool, typer.Option("--verify", help="Only read that file and compare it.")] = False,
    keep_days: Annotated[
        int | None,
        typer.Option(
            "--keep-days", min=1, metavar="DAYS", help="Then remove those beside it that are older."
        ),
    ] = None,
) -> None:
    """Back up state, index, adapters and settings into one file, while answers go on.

    It makes no folder: one that is missing may be a disk that is not mounted. --keep-days removes what is a
    backup by the name Footnote gave it and by its content; never the newest.

    Beside it lies deletions.json, digests of what was deleted: keep it with the backups, it keeps a restore
    from bringing that back. Tokens, keys and passwords are in neither.

    Exit code 0: done, 1: not written or not whole, 2: wrong usage.
    """
    from bot.cli.person import who
    from bot.settings import load
    from bot.wiring import backup as making

    if [deletions, verify, keep_days is not None].count(True) > 1:
        raise typer.BadParameter("give --deletions, --verify or --keep-days.")
    place = Path(where)
    if verify:
        found = making.verified(place)
        typer.echo(f"Whole: {sum(found.rows.values()):,} rows, {len(found.indexes)} tables of the index.")
    elif deletions:
        typer.echo(f"Up to date: {printable(str(making.listed(load(), place)))}")
    else:
        _told(making.backup(load(), _named(where), who(), keep_days))


def _named(where: str) -> Path:
    """The path of what is meant for a file, or is a folder: that it is one, a path does not say any more."""
    from bot.wiring.backup import standing

    if where.endswith(os.sep):
        standing(Path(where))
    return Path(where)


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
    for old in made.removed:
        typer.echo(f"Removed, as it is older: {printable(old.name)}")
    if made.stuck:
        names = ", ".join(printable(old.name) for old in made.stuck)
        raise FootnoteError(f"The backup is made, but these older ones cannot be removed: {names}.")
