"""footnote play: the whole product in a browser, with a stand-in for Slack; no account needed."""

from __future__ import annotations

import logging
from typing import Annotated

import typer


def play(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the page.")] = 3001,
) -> None:
    """Try it in a browser: your index, the real bot, and a stand-in for Slack on this machine."""
    from bot import wiring
    from bot.app import Credentials
    from bot.log import to_terminal
    from bot.play.slack import SlackStandIn
    from bot.server import Stand, run
    from bot.settings import load

    settings = load()
    house = wiring.house(settings, wiring.chain(settings).stream)
    to_terminal("WARNING")
    logging.getLogger("uvicorn").setLevel(logging.ERROR)
    with SlackStandIn(port=port) as slack:
        you = slack.add_user("you", is_admin=True)
        slack.add_channel("general", you, slack.add_user("colleague"))
        slack.dm_channel(you)
        typer.echo(f"Open {slack.url} and ask. Ctrl-C ends it.")
        credentials = Credentials(slack.bot_token, slack.app_token, slack.signing_secret, slack.api_url)
        run(Stand(settings.home / "play"), credentials, house)
