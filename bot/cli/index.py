"""footnote index: files and folders in, an index that answers from them out."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.replies import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from retrieval.index import Progress, Summary

LINE_EVERY_S = 5.0
COUNTS = ("new", "changed", "unchanged", "removed", "documents", "passages")


def index(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders.", show_default=False)],
    source: Annotated[str, typer.Option(help="Name of this source; default: the folder's name.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")] = False,
) -> None:
    """Read documents into the index; only what changed is read again, what vanished is removed.

    Exit code 0: the index is usable, 1: nothing could be indexed, 2: wrong usage.
    """
    from rich.console import Console

    from bot import wiring
    from bot.settings import load
    from retrieval.loaders.files import FileSource

    if missing := [path for path in paths if not path.exists()]:
        raise typer.BadParameter(f"there is no file or folder {str(missing[0])!r}.")
    settings = load()
    files = FileSource(source or wiring.ledger(settings).name_for(paths), paths, settings.max_file_mb << 20)
    console = Console(stderr=True)
    with shown(console, quiet=as_json) as progress:
        summary = wiring.index(settings).sync(files, progress)
    if as_json:
        typer.echo(json.dumps(_json(files.name, summary), ensure_ascii=False))
    else:
        _print(files.name, summary, console)
    raise typer.Exit(0 if summary.documents else 1)


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
    s = summary
    console.print(
        f"{source}: {s.documents} documents, {s.passages} passages in {s.seconds:.1f} s ({s.new} new, "
        f"{s.changed} changed, {s.unchanged} unchanged, {s.removed} removed, {len(s.failed)} not read).",
        markup=False,
    )
    if not s.documents:
        console.print("Nothing could be indexed. Give a folder with Markdown, HTML, PDF, DOCX, text or CSV.")
