"""footnote play: the whole product in a browser, with a stand-in for Slack; no account needed."""

from __future__ import annotations

import json
import logging
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.resting import resting

OPEN = (
    "Open {url} and ask. Ctrl-C ends it.\n"
    "Its votes and reviews are its own and teach nothing: /footnote review, in it, shows them."
)
TWICE = "Another footnote play runs on this FOOTNOTE_HOME: open its page, or stop it first."

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.play.slack import SlackStandIn
    from model.answer import Answer, Question, Struck


@resting
def play(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the page.")] = 3001,
) -> None:
    """Try it in a browser: your index, the real bot, and a stand-in for Slack on this machine."""
    from bot import wiring
    from bot.app import Credentials
    from bot.cli.manifest import text
    from bot.log import to_terminal
    from bot.play.model import ModelStandIn
    from bot.play.slack import SlackStandIn
    from bot.server import Stand, alone, run
    from bot.settings import load
    from bot.wiring.documents import reading
    from bot.wiring.verified import passing, playing

    settings = load(quota_person=0, quota_channel=0)
    place, read = settings.home / "play", reading(settings)
    own = alone(place, TWICE)  # before anything is taken out of the index, or opened
    with own, passing(settings), ModelStandIn() as model, SlackStandIn(port=port, reading=read) as slack:
        answers, lies = wiring.chain(settings).stream, wiring.lying(settings, model.base_url).stream
        to_terminal("WARNING")
        logging.getLogger("uvicorn").setLevel(logging.ERROR)
        slack.install(json.loads(text()))
        liar = populate(slack)
        struck: dict[str, tuple[Struck, ...]] = {}

        def answer(asked: Question) -> Iterator[Answer]:
            lied = asked_in(slack, asked.id) == liar
            mine = replace(asked, readers=playing(asked.readers))
            for chunk in (lies if lied else answers)(mine):
                struck[asked.id] = chunk.struck
                yield slack.library.addressed(chunk, mine.readers)

        typer.echo(OPEN.format(url=slack.url))
        credentials = Credentials(slack.bot_token, slack.app_token, slack.signing_secret, slack.api_url)
        house = wiring.house(settings, answer, wiring.aside(place))
        taken_out = replace(house, struck=lambda id: struck.pop(id, ()))
        finished = run(Stand(place, held=True), credentials, taken_out)
    if not finished:
        os._exit(0)  # threads that still wait would keep the process


def asked_in(slack: SlackStandIn, event: str) -> str:
    """The channel that an event came from; "" for what is no event."""
    try:
        return str(slack.parcel(event).get("event", {}).get("channel", ""))
    except KeyError:
        return ""


def populate(slack: SlackStandIn) -> str:
    """A few people to be, and where they meet. The channel in which a writer answers that lies."""
    you = slack.add_user("you", is_admin=True)
    colleague, guest = slack.add_user("colleague"), slack.add_guest("guest")
    slack.add_channel("general", you, colleague)
    slack.add_channel("new-here", you, colleague, guest)
    slack.dm_channel(you)
    return slack.add_channel("a-writer-that-lies", you, colleague)
