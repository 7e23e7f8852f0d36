"""For who watches a process: /healthz says that it lives, /readyz what is well, /metrics all figures."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.log import frames
from bot.meters import TYPE, Meters
from bot.web.listening import listening
from retrieval.passage import FootnoteError

log = logging.getLogger("footnote.watch")

PORT = "FOOTNOTE_METRICS_PORT"
LOOK_S = 1.0  # between two glances at what is due
HANGS_S = 60.0  # past which a look that has not ended says that its part is down


@dataclass(frozen=True, slots=True)
class Look:
    """One part, looked at every `every_s`: `at` says how it is, or raises FootnoteError with a sentence.
    Without what is `needed` no question can be taken; without the rest they are answered less well. For
    `settles_s` after the start nothing is known of a part that was not well yet."""

    part: str
    at: Callable[[], str]
    every_s: float = 30.0
    needed: bool = False
    settles_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Found:
    """How a part was when it was last looked at."""

    well: bool
    said: str


class Health:
    """Looks at each part in a thread of its own, so that no probe and no other part waits for it. A part
    whose look hangs is down."""

    def __init__(self, looks: Sequence[Look]) -> None:
        self._looks = looks
        self._found: dict[str, Found] = {}
        self._due: dict[str, float] = {}
        self._began = time.monotonic()
        self._under_way: dict[str, float] = {}  # when a look that has not ended began
        self._stopping = threading.Event()

    def start(self) -> None:
        for one in self._looks:
            threading.Thread(target=self._watch, args=(one,), name="footnote-watch", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()

    def look(self, parts: Sequence[Look] = ()) -> None:
        """At every part that is due, or at those of `parts` that are."""
        for one in parts or self._looks:
            if time.monotonic() >= self._due.get(one.part, 0.0) and not self._stopping.is_set():
                self._under_way[one.part] = time.monotonic()
                found = _found(one)
                self._under_way.pop(one.part)
                if found.well or not (self._settling(one) or self._stopping.is_set()):
                    self._found[one.part] = found
                self._due[one.part] = time.monotonic() + one.every_s

    @property
    def ready(self) -> bool:
        """Whether questions are taken: all that is needed was seen to be well."""
        found = {one.part: self._seen(one.part) for one in self._looks if one.needed}
        return all(one is not None and one.well for one in found.values())

    def report(self) -> dict[str, object]:
        """ready, degraded or not_ready, and each part's own sentence."""
        known = {one.part: self._seen(one.part) for one in self._looks}
        well = all(found.well for found in known.values() if found)
        parts = {
            name: {"state": "ok" if found.well else "down", "says": found.said}
            if found
            else {"state": "unknown", "says": "not looked at yet"}
            for name, found in known.items()
        }
        state = "not_ready" if not self.ready else "ready" if well else "degraded"
        return {"state": state, "parts": parts}

    def well(self) -> dict[str, bool]:
        """Each part that was looked at."""
        seen = {one.part: self._seen(one.part) for one in self._looks}
        return {part: found.well for part, found in seen.items() if found}

    def _seen(self, part: str) -> Found | None:
        """How it was, or that nobody knows any more; None where it was not looked at yet."""
        hung_s = time.monotonic() - self._under_way.get(part, time.monotonic())
        if hung_s > HANGS_S:
            return Found(well=False, said=f"A look at it has not ended for {hung_s:.0f} seconds.")
        return self._found.get(part)

    def _settling(self, one: Look) -> bool:
        """Whether it may still be on its way up: a process that has just started loads its models."""
        return one.part not in self._found and time.monotonic() < self._began + one.settles_s

    def _watch(self, one: Look) -> None:
        while not self._stopping.is_set():
            self.look([one])
            self._stopping.wait(LOOK_S)


def site(health: Health, meters: Meters) -> Starlette:
    """The three pages. They hold no word that anybody wrote and no secret; still, keep their port private."""

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_request: Request) -> Response:
        return JSONResponse(health.report(), 200 if health.ready else 503)

    def metrics(_request: Request) -> Response:
        return Response(meters.page(), media_type=TYPE)

    pages = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}
    return Starlette(routes=[Route(path, page, methods=["GET"]) for path, page in pages.items()])


@contextmanager
def watched(where: tuple[str, int], looks: Sequence[Look], meters: Meters) -> Iterator[None]:
    """Serves the three pages on (host, port) while the block runs; port 0: nowhere. Raises SettingError."""
    if not where[1]:
        yield
        return
    health = Health(looks)
    meters.looked(health.well)
    with listening(*where, PORT) as place:
        made = uvicorn.Server(
            uvicorn.Config(site(health, meters), log_config=None, access_log=False, lifespan="off")
        )
        thread = threading.Thread(target=made.run, args=([place],), name="footnote-metrics", daemon=True)
        health.start()
        thread.start()
        log.info("health and metrics on %s:%s", where[0], place.getsockname()[1])
        try:
            yield
        finally:
            health.stop()
            made.should_exit = True
            thread.join(5)


def _found(look: Look) -> Found:
    try:
        return Found(well=True, said=look.at())
    except FootnoteError as error:
        return Found(well=False, said=str(error))
    except Exception as error:
        log.error("could not look at %s: %s", look.part, frames(error))
        return Found(well=False, said=f"Looking at it failed ({type(error).__name__}).")
