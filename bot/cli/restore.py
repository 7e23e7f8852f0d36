"""footnote restore: a backup in the place of state and index, without what was deleted since."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.wiring.restore import Restored

UNLISTED = (
    "There was no list of deletions: what was deleted after the backup is here again. Delete it once more, "
    "or restore with --deletions."
)

UNREAD = (
    "The state that was here could not be read, nor its own list of deletions: what was deleted after the "
    "last deletions.json was written may be here again."
)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What footnote backup made.")],
    deletions: Annotated[
        list[Path] | None,
        typer.Option(metavar="LIST", help="A newer deletions.json than the one beside the backup; often."),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="In the place of what is here, which is gone then.")
    ] = False,
) -> None:
    """Put a backup in the place of state and index, whole or not at all; what was deleted stays deleted.

    Stop serve and worker first. Everything is read and compared with its digests before anything is written.
    Killed at any moment, what was here before or the backup is here, never a part.

    Exit code 0: done, 1: refused, nothing was changed, 2: wrong usage.
    """
    from bot.settings import load
    from bot.wiring import restore as making

    _told(making.restore(load(), file, deletions or (), replace=replace))


def _told(made: Restored) -> None:
    found, away = made.manifest, made.away
    typer.echo(f"Restored as of {datetime.fromtimestamp(found.began, UTC):%Y-%m-%d %H:%M} UTC:")
    typer.echo(f"{sum(found.rows.values()):9,}  rows")
    typer.echo(f"{made.passages:9,}  passages")
    typer.echo(f"{away.documents:9,}  documents deleted since then were left out")
    typer.echo(f"{away.people:9,}  people erased since then were erased")
    if away.everyone:
        typer.echo("The app was taken out of the workspace since then: what people wrote was erased.")
    if made.closed:
        typer.echo(f"{made.closed:9,}  questions were being answered then, and are not answered any more")
    again = sum(one.again for one in found.indexes)
    if again:
        typer.echo(f"{again:9,}  documents were changing then: footnote index reads them again")
    if made.listed.unread:
        typer.echo(UNREAD)
    if not made.listed.any:
        typer.echo(UNLISTED)
    if found.settings:
        typer.echo("Settings of then that are not as they are by default:")
        for name, value in found.settings.items():
            typer.echo(f"  {name}={value}")
    if found.unsaid:
        typer.echo(f"To be set again, since no backup has them: {', '.join(found.unsaid)}.")
