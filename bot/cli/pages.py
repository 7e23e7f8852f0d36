"""footnote pages: ask in a browser, open what an answer rests on, see how everything stands."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.resting import resting

if TYPE_CHECKING:
    from bot.listeners.question import Answering
    from bot.meters import Meters
    from bot.settings import Settings

LINK = "Open {link}\nThe link works once, within ten minutes; {command} prints another."
TEAM = "The pages are at {url}."


@resting
def pages(
    port: Annotated[
        int,
        typer.Option(min=0, max=65535, help="Port of the pages. 0: as FOOTNOTE_PAGES_PORT says, or 3002."),
    ] = 0,
    link: Annotated[
        bool, typer.Option("--link", help="Print a new link to the pages that run on this machine, and end.")
    ] = False,
) -> None:
    """Footnote's own pages: on this machine by a link that is printed, or where FOOTNOTE_PAGES_URL says."""
    from bot import wiring
    from bot.log import to_terminal
    from bot.replicas import seen
    from bot.settings import load
    from bot.wiring.pages import again, opened

    settings = load()
    if link:
        return _say(settings, *again(settings, port))
    to_terminal("WARNING")
    logging.getLogger("uvicorn").setLevel(logging.ERROR)
    with (
        seen(wiring.engine(settings)),
        opened(settings, wiring.chain(settings).stream, port=port) as found,
        suppress(KeyboardInterrupt),
    ):
        _say(settings, found.link, found.command)
        found.thread.join()


@contextmanager
def beside(settings: Settings, answer: Answering, meters: Meters) -> Iterator[None]:
    """The pages beside footnote serve, where FOOTNOTE_PAGES_PORT says."""
    from bot.wiring.pages import opened

    if not settings.pages_port:
        yield
        return
    with opened(settings, answer, meters) as found:
        _say(settings, found.link, found.command)
        yield


def _say(settings: Settings, link: str, command: str) -> None:
    typer.echo(LINK.format(link=link, command=command) if link else TEAM.format(url=settings.pages_url))
