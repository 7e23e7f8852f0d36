"""Ctrl-C in, one sentence about what is kept and how to go on out, with the exit code that shells give it."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

CODE = 130
SYNC = (
    "Stopped. What was indexed until now is kept and answers; run the same footnote index again to go on "
    "from there."
)
NOTHING = "Stopped. Nothing was kept yet; run the same footnote index again to begin anew."
REBUILD = (
    "Stopped. The index that answers is whole, and what was built of the new one is kept; run footnote index "
    "--rebuild again to go on from there."
)
WORKER = (
    "Stopped. What was indexed is kept, and batches that wait are taken by other workers or by the sync that "
    "handed them over; run footnote worker again to go on."
)
ERASE = (
    "Not finished: some of it may be erased, some is not. Run the same footnote erase again; its receipt is "
    "of the whole."
)
BUILD = "Not finished. Run the same footnote dataset build again: a dataset is there whole or not at all."
TRAIN = "Stopped. Run the same footnote train again: it goes on where it was last written down."
GATE = (
    "Not finished: there is no verdict. Run the same footnote gate again; without --again it is the same "
    "attempt."
)
ASKED = "Not finished: no figures are kept. Run the same footnote eval again."
FIT = "Stopped before anything was fitted: what decided until now goes on deciding. Run it again for a fit."


@contextmanager
def stoppable(sentence: str | Callable[[], str]) -> Iterator[None]:
    """Inside, or in a function that it decorates, Ctrl-C ends the command with `sentence`, or with what it
    returns then; so does a kill that can be heard."""
    heard = [signal.SIGINT]

    def stop(number: int, _: object) -> None:
        heard.append(signal.Signals(number))
        raise KeyboardInterrupt

    try:
        with _hearing(stop):
            yield
    except KeyboardInterrupt:
        say(sentence if isinstance(sentence, str) else sentence())
        raise typer.Exit(128 + heard[-1]) from None


@contextmanager
def _hearing(stop: Callable[[int, object], None]) -> Iterator[None]:
    """What ends a process without a word, such as a closed terminal, goes to `stop`; not what is ignored."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    usual = [n for n in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(n) is signal.SIG_DFL]
    for number in usual:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in usual:
            signal.signal(number, signal.SIG_DFL)


def say(sentence: str) -> None:
    sys.stderr.write(f"\n{sentence}\n")
    sys.stderr.flush()
