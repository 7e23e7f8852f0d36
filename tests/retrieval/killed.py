"""A process that syncs or rebuilds and is killed after its n-th step: `python killed.py FILE`.

The file is JSON: how to reach store and state, what the source has now, the step to die after.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from test_index import STEPS, Embedding, Folder

from bot.state import connect, upgrade
from retrieval.index import Index
from retrieval.ledger import Ledger
from retrieval.passage import Audience
from retrieval.rebuild import Part, Rebuild
from retrieval.store import Store


def opened(given: dict[str, Any]) -> Store:
    if "url" in given:
        from retrieval.weaviate import WeaviateStore

        return WeaviateStore(given["url"], given["grpc"], "", given["collection"])
    from retrieval.lance import LanceStore

    return LanceStore(Path(given["home"]) / "index")


def state(given: dict[str, Any]) -> sa.Engine:
    engine = connect(given["home"])
    upgrade(engine)
    return engine


def index(given: dict[str, Any], engine: sa.Engine) -> Index:
    return Index(opened(given), Embedding(), Ledger(engine))


def folder(given: dict[str, Any]) -> Folder:
    readers = {name: Audience.of(*who) for name, who in given.get("audiences", {}).items()}
    return Folder(given["texts"], audiences=readers)


class Countdown:
    """Kills this process, as the kernel would, once `left` steps have been made."""

    def __init__(self, left: int) -> None:
        self.left = left

    def watch(self, kind: type, *names: str) -> None:
        for name in names:
            setattr(kind, name, self._counting(getattr(kind, name)))

    def _counting(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*given: Any, **more: Any) -> Any:
            result = call(*given, **more)
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return counted


def main() -> None:
    given = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    mine = index(given, state(given))
    countdown = Countdown(given["step"])
    countdown.watch(type(mine.live()), "put", "keep", "permit", "settle")
    countdown.watch(type(mine.store), "build", "swap")
    countdown.watch(Ledger, *(step.partition(".")[2] for step in STEPS if step.startswith("ledger")))
    if given["rebuild"]:
        Rebuild([Part(mine, [folder(given)])]).run()
    else:
        mine.sync(folder(given))
    mine.store.close()


if __name__ == "__main__":
    main()
