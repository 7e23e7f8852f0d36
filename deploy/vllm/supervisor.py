"""Keeps a vLLM running that has loaded what the registry names: production, previous and candidate.

A new name costs one restart. The old server answers on until the new one has given a token under each name;
then requests go to the new one, and the old one ends after its last. Promotion and rollback among what is
loaded cost nothing: the bot asks for another name.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from deploy.vllm.front import Front
from deploy.vllm.server import NotStarted, Server, Serving, running
from model.learning import preflight
from model.learning.basis import Basis
from model.learning.registry import Registry
from retrieval.passage import FootnoteError

EVERY_S = 1.0
DRAIN_S = 120.0  # longer than a draft may take
PAUSE_S = 15.0  # before a server that ended is started again
AGAIN_S = 3600.0  # before what failed is tried beside the server that answers: memory was short, say
Adapters = Mapping[str, Path]
Stamp = tuple[int, int, int] | None


@dataclass
class Loaded:
    """A server and what it has loaded; closing the stack ends it."""

    server: Server
    adapters: Adapters
    stack: ExitStack

    @property
    def port(self) -> int:
        return int(self.server.base_url.rpartition(":")[2].partition("/")[0])


class Supervisor:
    """`run` ends only when it is interrupted. `aside`: whether the old server runs on while the new one
    starts, for which the machine has to have memory for two."""

    def __init__(
        self,
        serving: Serving,
        registry: Registry,
        front: Front,
        aside: bool = True,
        start: Callable[[Serving, Path], AbstractContextManager[Server]] = running,
    ) -> None:
        self._serving, self._registry, self._front = serving, registry, front
        self._aside, self._started = aside, start
        self.logs = registry.folder.parent / "vllm"
        self._basis = Basis.of(serving.model)
        self.loaded: Loaded | None = None
        self._failed: list[Adapters] = []  # since `_names` were named; the last of them at `_failed_at`
        self._failed_at, self.again_s = 0.0, AGAIN_S
        self._names: tuple[str, ...] = ()
        self._told: set[str] = set()
        self._read: dict[str, tuple[tuple[Stamp, ...], str]] = {}
        self._count, self.pause_s = 0, PAUSE_S

    def run(self) -> None:
        try:
            while True:
                self.look()
                time.sleep(EVERY_S)
        finally:
            self.end()

    def look(self) -> None:
        """Starts what is missing. What could not be started is tried again when the registry names others,
        and after an hour where that costs the server that answers nothing."""
        if self.loaded and self.loaded.server.process.poll() is not None:
            self._say("vLLM ended; starting it again.")
            self.end()
            time.sleep(self.pause_s)
        tries = self._tries(self.wanted())
        if tries and not self._aside:
            self.end()
        if any(self._start(adapters) for adapters in tries):
            return
        if self.loaded is None:
            raise NotStarted("Not even the base model could be started; the log above says why.")

    def wanted(self) -> Adapters:
        """What the registry names, without what is not to be served: that is said, once each."""
        found = {}
        for adapter in self._named():
            try:
                path = self._registry.path(adapter)
                unfit = self._unfit(adapter, path)
            except (FootnoteError, OSError) as error:
                unfit = str(error)
            if unfit:
                self._once(f"{adapter} is left out: {unfit}")
            else:
                found[adapter] = path.resolve()
        return found

    def _unfit(self, adapter: str, path: Path) -> str:
        """Why it is not to be served; empty: it is. Read again only where a file of it has changed."""
        stamp = tuple(map(_stamp, (path / name for name in preflight.FILES)))
        if self._read.get(adapter, ((), ""))[0] != stamp:
            try:
                preflight.check(path, self._basis).insist()
                self._registry.whole(adapter)
                self._read[adapter] = (stamp, "")
            except FootnoteError as error:
                self._read[adapter] = (stamp, str(error))
        return self._read[adapter][1]

    def _named(self) -> tuple[str, ...]:
        """What the registry says."""
        try:
            names = self._registry.serving().adapters
        except (FootnoteError, OSError) as error:
            self._once(str(error))
            return tuple(self.loaded.adapters) if self.loaded else ()
        over = self._aside and time.monotonic() >= self._failed_at + self.again_s
        if over or names != self._names:
            self._failed.clear()
        self._names = names
        return names

    def _tries(self, wanted: Adapters) -> list[Adapters]:
        """What to start until something does: all, then each time without what comes last, and the base model
        alone in the end. Where a server answers, only what adds to it and has not failed before."""
        named = list(wanted.items())  # production comes first, the candidate last
        fewer: list[Adapters] = [dict(named[:count]) for count in range(len(named), -1, -1)]
        if self.loaded is None:
            return fewer
        there = self.loaded.adapters.items()
        more = [one for one in fewer if not one.items() <= there and one not in self._failed]
        back = [] if self._aside else [one for one in fewer if one.items() <= there]
        return more + back if more else []

    def _start(self, adapters: Adapters) -> bool:
        stack, self._count = ExitStack(), self._count + 1
        log = self.logs / f"{self._count % 4}.log"
        names = ", ".join(adapters) or "the base model alone"
        try:
            self._say(f"starting vLLM with {names}")
            serving = replace(self._serving, adapters=adapters, port=0)
            server = stack.enter_context(self._started(serving, log.absolute()))
        except (NotStarted, OSError) as error:
            self._failed.append(adapters)
            self._failed_at = time.monotonic()
            self._say(f"vLLM did not start with {names}: {error}")
            return False
        old, self.loaded = self.loaded, Loaded(server, adapters, stack)
        self._front.turn(self.loaded.port)
        self._say(f"answering on port {self._front.port} after {server.seconds:.0f} s: {names}")
        if old:
            self._front.over(old.port, DRAIN_S)
            old.stack.close()
        return True

    def end(self) -> None:
        if self.loaded:
            self._front.turn(0)
            if self.loaded.server.process.poll() is None:
                self._front.over(self.loaded.port, 5.0)
            self.loaded.stack.close()
            self.loaded = None

    def _once(self, sentence: str) -> None:
        if sentence not in self._told:
            self._told.add(sentence)
            self._say(sentence)

    @staticmethod
    def _say(sentence: str) -> None:
        print(sentence, file=sys.stderr, flush=True)


def _stamp(file: Path) -> Stamp:
    """What changes with a file's content; None where there is none."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
