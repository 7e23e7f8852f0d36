"""footnote worker: indexes what syncs on any machine hand over, and starts those that are due."""

from __future__ import annotations

import logging
import os

ALONE = "keeping the schedules; batches are shared only where DATABASE_URL and Weaviate are set"


def worker() -> None:
    """Take a share of every indexing run, and start those that are due.

    Shares what syncs read where DATABASE_URL is a PostgreSQL and the store is Weaviate; start any number.
    """
    import signal
    import threading

    from bot import wiring
    from bot.log import to_terminal
    from bot.settings import load

    settings = load()
    to_terminal(settings.log_level)
    made, stopped = wiring.worker(settings), threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: made.stop() if made else stopped.set())
    finished = True
    with wiring.schedules(settings):
        if made:
            finished = made.run(settings.database_url)
        else:
            logging.getLogger("footnote.worker").info(ALONE)
            stopped.wait()
    if not finished:
        os._exit(0)  # threads that still wait for a database that is gone would keep the process
