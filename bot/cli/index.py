"""footnote index: sources in, an index that answers from them out."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.check import meant
from bot.cli.noted import about, noted
from bot.cli.resting import resting
from bot.cli.stopped import NOTHING, SYNC, stoppable
from bot.cli.synced import report, shown
from bot.replies import printable
from retrieval.passage import EmbedderUnavailable, FootnoteError, IndexMismatch, SearchUnavailable

if TYPE_CHECKING:
    from rich.console import Console

    from bot.settings import Settings
    from retrieval.sources import Source, Spec


@resting
@noted("index")
def index(  # noqa: PLR0913
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="Sources by name, or files and folders. Default: all of sources.toml."),
    ] = None,
    source: Annotated[str, typer.Option(help="Name of a source made of PATHS.")] = "",
    loader: Annotated[
        str, typer.Option(help="LangChain document loader that reads PATHS, by its class.")
    ] = "",
    arguments: Annotated[
        list[str] | None, typer.Option("--with", help="An argument of the loader: KEY=VALUE.")
    ] = None,
    rebuild: Annotated[
        bool, typer.Option(help="Build everything anew beside the live index, then swap.")
    ] = False,
    rollback: Annotated[bool, typer.Option(help="Answer from the index before the last swap.")] = False,
    workspace: Annotated[str, typer.Option(help="With --rebuild or --rollback: this workspace alone.")] = "",
    force: Annotated[bool, typer.Option(help="With --rebuild: swap although the new one is worse.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON object a line, for scripts.")] = False,
) -> None:
    """Read documents into the index; only what changed is read again, what vanished is removed.

    Exit code 0: the index is usable, 1: something could not be indexed, 2: wrong usage, 130: Ctrl-C.
    """
    from rich.console import Console

    from bot.cli import rebuild as whole
    from bot.settings import load

    console, settings = Console(stderr=True), load()
    if rebuild or rollback:
        if paths or source or loader or (rebuild and rollback):
            raise typer.BadParameter("--rebuild and --rollback go alone: they are about the whole index.")
        about("rebuild" if rebuild else "rollback")
        run = whole.rebuild if rebuild else whole.rollback
        run(settings, whole.How(workspace, force, as_json), console)
        return
    chosen = _chosen(settings, paths or [], Named(source, loader, _given(arguments or [], loader)), console)
    with stoppable(partial(_kept, settings, chosen)):
        raise typer.Exit(_synced(settings, chosen, console, as_json=as_json))


@dataclass(frozen=True)
class Named:
    """What a command says of the paths it gives: the source's name, the loader and its arguments."""

    source: str
    loader: str
    arguments: dict[str, object]


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


def _chosen(settings: Settings, paths: list[str], named: Named, console: Console) -> list[Spec]:
    """The sources to sync: all that are declared, those of these names, or one made of these paths."""
    from bot import wiring

    declared = {spec.name: spec for spec in wiring.declared(settings)}
    if not paths:
        if named.source or named.loader or not declared:
            raise typer.BadParameter(_nothing_named(settings))
        return list(declared.values())
    kept = {spec.name: spec for spec in wiring.syncs(settings).adopted() if not os.path.exists(spec.name)}
    known = kept | declared
    if not (named.source or named.loader) and all(path in known for path in paths):  # a path: ./name
        return [declared.get(path) or _there(kept[path]) for path in paths]
    if named.source in declared:
        raise typer.BadParameter(f"{named.source} is a source of {settings.sources.name}: change it there.")
    return [_adopted(settings, paths, named, console)]


def _there(spec: Spec) -> Spec:
    """A source some of whose folders are still there: a disk that is not mounted empties none."""
    if spec.kind == "files" and not any(os.path.exists(place) for place in spec.location):
        raise typer.BadParameter(
            f"there is no file or folder {printable(spec.location[0])}: check the path. Nothing was removed; "
            f"footnote forget --source {spec.name} takes its documents out."
        )
    return spec


def _nothing_named(settings: Settings) -> str:
    return (
        f"name files or folders, or declare sources in {settings.sources.name} "
        "(docs/sources.example.toml shows how)."
    )


def _adopted(settings: Settings, paths: list[str], named: Named, console: Console) -> Spec:
    """The source that a command made of its paths, which is kept for rebuilds."""
    from bot import wiring
    from retrieval.sources import Spec

    syncs = wiring.syncs(settings)
    places = _places(paths, named.loader)
    known = {spec.name: spec for spec in syncs.adopted()}
    names = [spec.name for spec in wiring.declared(settings)]
    name = named.source or syncs.name_for(places, names)
    before = known.get(name)
    if gone := [p for p in places if not named.loader and not os.path.exists(p)]:
        if before is None or set(places) - set(before.location):
            astray = [p for p in paths if not os.path.exists(p) and p not in names] or paths
            raise typer.BadParameter(
                f"there is no file, folder or source {astray[0]!r}.{meant(astray[0], [*names, *known])}"
            )
        _there(replace(before, location=tuple(places)))
        for place in gone:
            console.print(f"{printable(place)} is gone: its documents leave the index.", markup=False)
    if before and set(before.location) != set(places) and not set(places) & set(before.location):
        raise typer.BadParameter(
            f"{name} was made of other paths, whose documents this would remove. Give another --source, or "
            f"run footnote forget --source {name} first."
        )
    kind = "langchain" if named.loader else "files"
    options = {"loader": named.loader, **named.arguments} if named.loader else {}
    spec = Spec(name, kind, tuple(places), workspace=settings.workspace, options=options)
    if not named.arguments:  # they may hold secrets: sources.toml takes those from the environment
        syncs.adopt(spec)
    return spec


def _places(paths: list[str], loader: str) -> list[str]:
    """Paths of this machine as they are from everywhere; what else a loader reads as it is written."""
    return [os.path.realpath(path) if not loader or os.path.exists(path) else path for path in paths]


def _kept(settings: Settings, specs: Sequence[Spec]) -> str:
    """What is told somebody who stops: whether anything of these sources answers."""
    from bot import wiring

    places: dict[str, set[str]] = {}
    for spec in specs:
        places.setdefault(spec.workspace or settings.workspace, set()).add(spec.name)
    with suppress(FootnoteError), closing(wiring.store(settings)) as store:
        syncs = wiring.syncs(settings)
        if any(syncs.answers(store.live(place).name, names) for place, names in places.items()):
            return SYNC
    return NOTHING


def _synced(settings: Settings, specs: Sequence[Spec], console: Console, *, as_json: bool) -> int:
    """Syncs each source; one that fails is named and the rest goes on. The exit code."""
    from bot import wiring

    wiring.expire(settings)
    worst = 0
    for spec in specs:
        try:
            worst = max(worst, _one(settings, spec, console, as_json=as_json))
        except (IndexMismatch, SearchUnavailable, EmbedderUnavailable):
            raise  # the next source would meet the same
        except FootnoteError as error:
            if len(specs) == 1:
                raise
            console.print(f"{spec.name}: {printable(str(error))}", style="red", markup=False, soft_wrap=True)
            worst = 1
    return worst


def _one(settings: Settings, spec: Spec, console: Console, *, as_json: bool) -> int:
    from bot import wiring

    def waiting() -> None:
        console.print(f"{spec.name}: another sync of it is running; waiting for its end.", markup=False)

    source: Source[Any] = _opened(settings, spec)
    try:
        with shown(console, quiet=as_json) as progress:
            into = wiring.index(settings, spec.workspace)
            summary = into.sync(source, progress, waiting)
    finally:
        source.close()
    report(spec.name, summary, console, as_json=as_json)
    about(f"{spec.name}={summary.documents}")
    if summary.documents or summary.removed or (not summary.failed and not spec.location):
        return 0
    if not _gone(spec):
        console.print(_nothing(spec), markup=False)
        return 1
    return 0


def _opened(settings: Settings, spec: Spec) -> Source[Any]:
    """The source; where it cannot even be made, footnote sources says why, too."""
    from bot import wiring

    try:
        return wiring.source(settings, spec)
    except FootnoteError as error:
        with suppress(FootnoteError):
            held_in = wiring.store(settings).live(spec.workspace or settings.workspace).name
            wiring.syncs(settings).began(held_in, spec.name)
            wiring.syncs(settings).failed(held_in, spec.name, str(error))
        raise


def _gone(spec: Spec) -> bool:
    return spec.kind == "files" and not any(Path(place).exists() for place in spec.location)


def _nothing(spec: Spec) -> str:
    from retrieval.loaders import KINDS

    if spec.kind != "files":
        found = spec.options.get("loader", spec.name)
        return f"Nothing could be indexed: {found} found no document in what it was given."
    kinds = ", ".join(kind.suffixes[0] for kind in KINDS)
    return f"Nothing could be indexed. Give a folder with files of these kinds: {kinds}."
