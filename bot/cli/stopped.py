"""Ctrl-C in, one sentence about what is kept and how to go on out, with the exit code that shells give it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

CODE = 130
SYNC = (
    "Stopped. What was indexed until now is kept and answers; run the same footnote index again to go on "
    "from there."
)
REBUILD = (
    "Stopped. The index that answers is whole, and what was built of the new one is kept; run footnote index "
    "--rebuild again to go on from there."
)
WORKER = (
    "Stopped. What was indexed is kept, and batches that wait are taken by other workers or by the sync that "
    "handed them over; run footnote worker again to go on."
)


@contextmanager
def stoppable(sentence: str) -> Iterator[None]:
    """Inside, or in a function that it decorates, Ctrl-C ends the command with `sentence`."""
    try:
        yield
    except KeyboardInterrupt:
        say(sentence)
        raise typer.Exit(CODE) from None


def say(sentence: str) -> None:
    sys.stderr.write(f"\n{sentence}\n")
    sys.stderr.flush()
