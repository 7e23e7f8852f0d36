"""Somebody named by --as: their Slack id in, what they hold as a reader out; and who is at the terminal."""

from __future__ import annotations

import getpass
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from bot.who.access import Named, plain
from model.learning.erasure import HERE
from retrieval.passage import EVERYONE, Audience

if TYPE_CHECKING:
    from bot.settings import Settings

HELP = "Somebody's Slack id, such as U0ADA0001."
UNKNOWN = (
    "Without SLACK_BOT_TOKEN the channels and user groups of {user} are not known: this is only what "
    "everyone may read, or {user} by name."
)
_ID = re.compile(r"(?:user:)?([UW][A-Z0-9]+)")
ANYBODY = re.compile(rf"[UW][A-Z0-9]+|{HERE}")
WHO = f"Somebody's Slack id, such as U0ADA0001, or {HERE}: who opens the pages on this machine."


@dataclass(frozen=True, slots=True)
class Person:
    """Whose rights are meant; `known`: Slack said in which channels and user groups they are."""

    id: str
    readers: Audience
    known: bool


def person(settings: Settings, user: str) -> Person:
    """Asks Slack where there is a token for it, and otherwise says on stderr what is left out."""
    found = _ID.fullmatch(user)
    if not found:
        raise typer.BadParameter("--as takes a Slack id such as U0ADA0001: it is in the menu of a profile.")
    token = settings.slack_bot_token.get_secret_value()
    if not token:
        typer.echo(UNKNOWN.format(user=found[1]), err=True)
        return Person(found[1], Audience.of(EVERYONE, f"user:{found[1]}"), known=False)
    from bot.posting.calling import client
    from bot.who.readers import readers_of

    return Person(found[1], readers_of(client(token, settings.slack_api_url), found[1]), known=True)


def names(settings: Settings) -> Named:
    """What principals are called: by Slack where there is a token for it."""
    token = settings.slack_bot_token.get_secret_value()
    if not token:
        return plain
    from bot.posting.calling import client
    from bot.who.names import Names

    return Names(client(token, settings.slack_api_url)).of


def who() -> str:
    """The name of who gives the command, for what is kept of it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as in some containers
        return "terminal"
