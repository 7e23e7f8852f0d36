"""footnote index: files and folders in, an index that answers from them out."""

from __future__ import annotations

import json
import os
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
    from retrieval.ledger import Ledger

LINE_EVERY_S = 5.0
COUNTS = ("new", "changed", "unchanged", "removed", "documents", "passages")


def index(
    paths: Annotated[
        list[str], typer.Argument(help="Files and folders, or what a loader reads.", show_default=False)
    ],
    source: Annotated[str, typer.Option(help="Its name; PATHS become all there is of it.")] = "",
    loader: Annotated[
        str, typer.Option(help="LangChain document loader that reads PATHS, by its class.")
    ] = "",
    arguments: Annotated[
        list[str], typer.Option("--with", help="An argument of the loader: KEY=VALUE.")
    ] = [],  # noqa: B006
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")] = False,
) -> None:
    """Read documents into the index; only what changed is read again, what vanished is removed.

    Exit code 0: the index is usable, 1: nothing could be indexed, 2: wrong usage.
    """
    from rich.console import Console

    from bot import wiring
    from bot.settings import load
    from retrieval.sources.files import FileSource
    from retrieval.sources.langchain import LangChainSource

    given = _given(arguments, loader)
    places, settings = _places(paths, loader), load()
    ledger, console = wiring.ledger(settings), Console(stderr=True)
    gone = [] if loader else _gone(places, source, ledger, console)
    name = source or ledger.name_for(places)
    with shown(console, quiet=as_json) as progress:
        into = wiring.index(settings)
        if loader:
            summary = into.sync(LangChainSource(name, loader, given, paths), progress)
        else:
            files = FileSource(name, places, settings.max_file_mb << 20, gone=bool(gone))
            summary = into.sync(files, progress)
    _report(name, summary, console, as_json=as_json)
    if not (summary.documents or gone):
        console.print(_nothing(loader), markup=False)
        raise typer.Exit(1)


def _given(arguments: list[str], loader: str) -> dict[str, object]:
    """The loader's arguments by name; a value is JSON where it can be read so, else text."""
    if arguments and not loader:
        raise typer.BadParameter("--with gives a loader its arguments: name the loader with --loader.")
    pairs = [argument.partition("=") for argument in arguments]
    if wrong := [key for key, equals, _ in pairs if not (key.isidentifier() and equals)]:
        raise typer.BadParameter(f"--with takes KEY=VALUE, such as encoding=utf-8; {wrong[0]!r} is not.")
    return {key: _value(text) for key, _, text in pairs}


def _value(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _places(paths: list[str], loader: str) -> list[Path]:
    """What the source's name is made from: the files, or below a loader's name the places it reads."""
    if loader:
        known = (os.path.abspath(path) if os.path.exists(path) else path for path in paths)
        return [Path("/", loader, path.lstrip("/")) for path in known]
    return [Path(path) for path in paths]


def _gone(places: list[Path], source: str, ledger: Ledger, console: Console) -> list[Path]:
    """Names the paths that were indexed and are no longer there; one that nobody knows is wrong usage."""
    gone = [place for place in places if not place.exists()]
    if gone and not ledger.knows(gone if source else places, source):
        raise typer.BadParameter(f"there is no file or folder {str(gone[0])!r}.")
    for place in gone:
        console.print(f"{printable(str(place))} is gone: its documents leave the index.", markup=False)
    return gone


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


def _report(source: str, summary: Summary, console: Console, *, as_json: bool) -> None:
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
    s = summary
    console.print(
        f"{source}: {s.documents} documents, {s.passages} passages in {s.seconds:.1f} s ({s.new} new, "
        f"{s.changed} changed, {s.unchanged} unchanged, {s.removed} removed, {len(s.failed)} not read).",
        markup=False,
    )


def _nothing(loader: str) -> str:
    from retrieval.loaders import KINDS

    if loader:
        return f"Nothing could be indexed: {loader} found no document in what it was given."
    kinds = ", ".join(kind.suffixes[0] for kind in KINDS)
    return f"Nothing could be indexed. Give a folder with files of these kinds: {kinds}."
