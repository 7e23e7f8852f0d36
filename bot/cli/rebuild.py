"""What footnote index --rebuild and --rollback do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.cli.noted import about
from bot.cli.stopped import REBUILD, stoppable
from bot.cli.synced import report, shown
from retrieval.passage import FootnoteError, IndexMismatch, IndexMissing

if TYPE_CHECKING:
    from rich.console import Console

    from bot.settings import Settings
    from retrieval.rebuild import Part
    from retrieval.sources import Source, Spec

_SPARE = 1 << 30  # bytes that stay free beside a second index


@dataclass(frozen=True, slots=True)
class How:
    """`workspace`: this one alone; `force`: swap although the new index is worse."""

    workspace: str = ""
    force: bool = False
    as_json: bool = False


@stoppable(REBUILD)
def rebuild(settings: Settings, how: How, console: Console) -> None:
    """Every source read into an index of its own, which then takes the place of the live one."""
    from bot.wiring.verified import cleared
    from retrieval import expected
    from retrieval.rebuild import Rebuild

    cleared(settings)
    own = expected.read(settings.probes) if settings.probes else ()
    specs = list(_specs(settings, how.workspace))
    if not specs:
        raise FootnoteError("There is no source to rebuild from. Run footnote index with a folder first.")
    for workspace in sorted({spec.workspace or settings.workspace for spec in specs}):
        _whole(settings, specs, workspace)
    _room(settings)
    with ExitStack() as open_sources, shown(console, quiet=how.as_json) as progress:
        parts = _parts(settings, specs, open_sources)
        done = Rebuild(parts, alone=bool(how.workspace), show=progress, expected=own).run(force=how.force)
    names = [source.name for part in parts for source in part.sources]
    for name, summary in zip(names, done, strict=True):
        report(name, summary, console, as_json=how.as_json)
        about(f"{name}={summary.documents}")
    console.print("The new index answers. footnote index --rollback brings the old one back.", markup=False)


def rollback(settings: Settings, how: How, console: Console) -> None:
    """The index before the last swap answers again."""
    from bot import wiring
    from retrieval.rebuild import back
    from retrieval.turns import Turns

    back(wiring.store(settings), Turns(wiring.engine(settings)), how.workspace)
    console.print(
        "The earlier index answers, without what was deleted or made private since. "
        "Run footnote index to bring it up to date.",
        markup=False,
    )


def _specs(settings: Settings, workspace: str) -> Iterator[Spec]:
    """All sources, declared and adopted, of all workspaces or one."""
    from bot import wiring

    declared = wiring.declared(settings)
    names = {spec.name for spec in declared}
    for spec in [*declared, *(s for s in wiring.syncs(settings).adopted() if s.name not in names)]:
        if workspace in ("", spec.workspace or settings.workspace):
            yield spec


def _whole(settings: Settings, specs: list[Spec], workspace: str) -> None:
    """Refused where the workspace's live index has a source that nobody knows how to read again."""
    from bot import wiring
    from bot.wiring.verified import PLAY

    known = {PLAY, *(spec.name for spec in specs)}
    with suppress(IndexMissing, IndexMismatch):
        states = wiring.syncs(settings).states(wiring.store(settings).live(workspace).name)
        if lost := sorted({n for n, state in states.items() if state.documents} - known):
            raise FootnoteError(
                f"How to read {', '.join(lost)} again is not known: declare it in {settings.sources.name} "
                f"or take it out with footnote forget --source {lost[0]}."
            )


def _parts(settings: Settings, specs: list[Spec], opened: ExitStack) -> list[Part]:
    from bot import wiring
    from retrieval.rebuild import Part

    sources: dict[str, list[Source[Any]]] = {}
    for spec in specs:
        source = wiring.source(settings, spec, aside=True)
        opened.callback(source.close)
        sources.setdefault(spec.workspace or settings.workspace, []).append(source)
    return [Part(wiring.index(settings, workspace), some) for workspace, some in sources.items()]


def _room(settings: Settings) -> None:
    """Refused before it starts: two indexes have to lie on the disk at once."""
    folder = settings.home / "index"
    if settings.store_kind != "lance" or not folder.exists():
        return
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    if shutil.disk_usage(folder).free < size + _SPARE:
        raise FootnoteError(
            f"A second index needs about {(size + _SPARE) / 1e9:.1f} GB more where FOOTNOTE_HOME lies. "
            "Make room, then run it again."
        )
