"""footnote worker: indexes what syncs on any machine hand over, and starts those that are due."""

from __future__ import annotations

import logging
import os

import typer

from bot.cli.resting import resting
from bot.cli.stopped import CODE, WORKER, say

ALONE = "keeping the schedules; batches are shared only where DATABASE_URL and Weaviate are set"


@resting
def worker() -> None:
    """Take a share of every indexing run, and start those that are due.

    Shares what syncs read where DATABASE_URL is a PostgreSQL and the store is Weaviate; start any number.
    """
    import signal
    import threading

    from bot import wiring
    from bot.log import to_terminal
    from bot.settings import load
    from bot.web.watch import watched
    from bot.wiring.watched import looks, meters, started

    settings = load()
    to_terminal(settings.log_level, settings.log_format)
    started(settings)
    made, stopped, signals = wiring.worker(settings), threading.Event(), list[int]()

    def stop(number: int, _: object) -> None:
        signals.append(number)
        if made:
            made.stop()
        stopped.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)
    finished = True
    where = (settings.http_host, settings.metrics_port)
    watching = watched(where, looks(settings), meters(settings))
    with wiring.schedules(settings), watching:
        if made:
            finished = made.run(settings.database_url)
        else:
            logging.getLogger("footnote.worker").info(ALONE)
            stopped.wait()
    _end(by_hand=signal.SIGINT in signals, finished=finished)


def _end(*, by_hand: bool, finished: bool) -> None:
    """Exit code 130 with a sentence after Ctrl-C, else 0."""
    if by_hand:
        say(WORKER)
    code = CODE if by_hand else 0
    if not finished:
        os._exit(code)  # threads that still wait for a database that is gone would keep the process
    raise typer.Exit(code)
