"""What a sync does while it runs, and what came of it: on a terminal, in a log, as JSON."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from bot.replies import printable

if TYPE_CHECKING:
    from rich.console import Console

    from retrieval.sync import Progress, Summary

LINE_EVERY_S = 5.0
COUNTS = ("new", "changed", "unchanged", "removed", "permitted", "documents", "passages")


@contextmanager
def shown(console: Console, *, quiet: bool) -> Iterator[Callable[[Progress], None] | None]:
    """A bar with rate and time left on a terminal, a line every few seconds elsewhere."""
    if quiet:
        yield None
    elif console.is_terminal:
        yield from _bar(console)
    else:
        yield _lines(console)


def _bar(console: Console) -> Iterator[Callable[[Progress], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]:.0f} passages/s"))
    with Bar(TextColumn("Indexing"), *columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task("", total=None, rate=0.0)
        yield lambda p: bar.update(task, completed=p.done, total=p.total, rate=p.rate)


def _lines(console: Console) -> Callable[[Progress], None]:
    said = time.monotonic()

    def say(p: Progress) -> None:
        nonlocal said
        if time.monotonic() - said >= LINE_EVERY_S:
            said = time.monotonic()
            console.print(f"{p.done} of {p.total or '?'} files, {p.passages} passages, {p.rate:.0f} a second")

    return say


def report(source: str, summary: Summary, console: Console, *, as_json: bool) -> None:
    """Says what a sync of `source` did."""
    if as_json:
        typer.echo(json.dumps(_json(source, summary), ensure_ascii=False))
    else:
        _print(source, summary, console)


def _json(source: str, summary: Summary) -> dict[str, object]:
    counts = {name: getattr(summary, name) for name in COUNTS}
    failed = [{"document": one.uri, "reason": one.reason} for one in summary.failed]
    return {
        "source": source,
        **counts,
        "failed": failed,
        "notes": list(summary.notes),
        "seconds": summary.seconds,
    }


def _print(source: str, summary: Summary, console: Console) -> None:
    for one in summary.failed:
        console.print(
            f"not read: {printable(one.uri)}: {printable(one.reason)}", style="yellow", markup=False
        )
    for note in summary.notes:
        console.print(f"note: {printable(note)}", markup=False)
    s, unread = summary, sum(one.files for one in summary.failed)
    console.print(
        f"{source}: {s.documents} documents, {s.passages} passages in {s.seconds:.1f} s ({s.new} new, "
        f"{s.changed} changed, {s.unchanged} unchanged, {s.removed} removed, {unread} not read"
        f"{f', {s.permitted} with other readers' if s.permitted else ''}).",
        markup=False,
    )
