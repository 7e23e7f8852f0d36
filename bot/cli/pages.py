"""footnote pages: ask in a browser, open what an answer rests on, see how everything stands."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Annotated

import typer

OPEN = "Open {link}\nThe link works once. Ctrl-C ends the pages."


def pages(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the pages on this machine.")] = 3002,
) -> None:
    """Footnote's own pages on this machine, for whoever has the link that is printed."""
    from bot import wiring
    from bot.log import to_terminal
    from bot.pages.entrance import Link
    from bot.pages.serving import served
    from bot.settings import load
    from bot.wiring.pages import here

    settings, link = load(), Link()
    to_terminal("WARNING")
    logging.getLogger("uvicorn").setLevel(logging.ERROR)
    site = here(settings, wiring.chain(settings).stream, link, port)
    with served(site, "127.0.0.1", port) as thread, suppress(KeyboardInterrupt):
        typer.echo(OPEN.format(link=f"http://127.0.0.1:{port}/in?key={link.key()}"))
        thread.join()
