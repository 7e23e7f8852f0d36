"""A long command's work in, how far it is out: a bar on a terminal, a line now and then in a log."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from bot.cli.synced import LINE_EVERY_S

if TYPE_CHECKING:
    from rich.console import Console

Item = TypeVar("Item")


def walked(console: Console, what: str, some: Sequence[Item]) -> Iterator[Item]:
    """`some`, one after the other; `what` is done with them, such as "questions asked"."""
    if console.is_terminal:
        from rich.progress import track

        yield from track(some, what, console=console, transient=True)
        return
    began = said = time.monotonic()
    for done, one in enumerate(some, 1):
        yield one
        now = time.monotonic()
        if now - said >= LINE_EVERY_S or done == len(some):
            said, left = now, (now - began) / done * (len(some) - done)
            console.print(f"{what}: {done} of {len(some)}, about {left / 60:.0f} min left", markup=False)
