"""A process that was told to stop, and the moment at which it ends, whatever still works in it."""

from __future__ import annotations

import logging
import os
import threading
import time

log = logging.getLogger("footnote.serve")

LATEST_S = 55.0  # a container is killed after 60


class Latest:
    """Looks at the clock once it was `told`; a thread of ours or of a library that does not end holds nothing
    up for longer. What it worked on is in the database, and is finished at the next start."""

    def __init__(self, latest_s: float = LATEST_S) -> None:
        self._latest_s, self._told = latest_s, threading.Event()
        threading.Thread(target=self._watch, name="footnote-latest", daemon=True).start()

    def told(self) -> None:
        """It is to stop. May be called from a handler of signals."""
        self._told.set()

    def _watch(self) -> None:
        self._told.wait()
        time.sleep(self._latest_s)
        mine = threading.current_thread()
        names = sorted({one.name for one in threading.enumerate() if one is not mine})
        log.warning("stopped in the middle after %.0f s; still at work: %s", self._latest_s, ", ".join(names))
        os._exit(0)
