"""footnote play: the whole product in a browser, with a stand-in for Slack; no account needed."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.play.slack import SlackStandIn


def play(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the page.")] = 3001,
) -> None:
    """Try it in a browser: your index, the real bot, and a stand-in for Slack on this machine."""
    from bot import wiring
    from bot.app import Credentials
    from bot.cli.manifest import text
    from bot.log import to_terminal
    from bot.play.slack import SlackStandIn
    from bot.server import Stand, run
    from bot.settings import load
    from bot.wiring.documents import reading

    settings = load()
    answers = wiring.chain(settings).stream
    to_terminal("WARNING")
    logging.getLogger("uvicorn").setLevel(logging.ERROR)
    with SlackStandIn(port=port, reading=reading(settings)) as slack:
        slack.install(json.loads(text()))
        populate(slack)
        typer.echo(f"Open {slack.url} and ask. Ctrl-C ends it.")
        credentials = Credentials(slack.bot_token, slack.app_token, slack.signing_secret, slack.api_url)
        house = wiring.house(settings, lambda asked: map(slack.library.addressed, answers(asked)))
        run(Stand(settings.home / "play"), credentials, house)


def populate(slack: SlackStandIn) -> None:
    """A few people to be, and where they meet."""
    you = slack.add_user("you", is_admin=True)
    colleague, guest = slack.add_user("colleague"), slack.add_guest("guest")
    slack.add_channel("general", you, colleague)
    slack.add_channel("new-here", you, colleague, guest)
    slack.dm_channel(you)
