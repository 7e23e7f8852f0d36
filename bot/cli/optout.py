"""footnote optout: from whose questions and votes nothing is learnt, and who has come back."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.noted import about, noted
from bot.cli.person import ANYBODY, WHO


@noted("optout")
def optout(
    user: Annotated[str, typer.Argument(metavar="USER", help=WHO)],
    undo: Annotated[bool, typer.Option(help="It may be learnt from them again.")] = False,
) -> None:
    """Learn nothing from what somebody asks, votes or corrects; they can say so with /footnote optout.

    Kept as a digest of the id, also when what they left is erased.
    """
    from bot.settings import load
    from bot.wiring import learning

    if not ANYBODY.fullmatch(user):
        raise typer.BadParameter(
            "give a Slack id such as U0ADA0001: it is in the menu of a profile; or local, for the pages here."
        )
    about("undo" if undo else "")  # who it is about is in no audit
    changes = learning.desk(load()).optout(user, not undo)
    if undo and not changes:
        typer.echo(f"{user} has not opted out: nothing changes.")
        return
    typer.echo(f"{'It may be' if undo else 'Nothing is'} learnt from {user}{' again' if undo else ''}.")
