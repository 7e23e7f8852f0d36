"""A site in, a running server out: beside footnote serve, or by itself until it is told to stop."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from bot.pages.site import Site
from bot.web.listening import listening

log = logging.getLogger("footnote.pages")

PORT = "FOOTNOTE_PAGES_PORT"


@contextmanager
def served(site: Site, host: str, port: int) -> Iterator[threading.Thread]:
    """Serves it while the block runs; the thread ends by itself only where the server cannot go on. Raises
    SettingError."""
    with listening(host, port, PORT) as place:
        config = uvicorn.Config(
            site.app(),
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            proxy_headers=False,
        )
        made = uvicorn.Server(config)
        thread = threading.Thread(target=made.run, args=([place],), name="footnote-pages", daemon=True)
        thread.start()
        log.info("pages on %s:%s", host, place.getsockname()[1])
        try:
            yield thread
        finally:
            made.should_exit = True
            thread.join(5)
            site.close()
