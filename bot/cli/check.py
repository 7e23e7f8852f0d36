"""footnote sources check: sources.toml tried out, and who could read what, before anything goes live."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.replies import printable
from retrieval.passage import Audience, FootnoteError, Unread

if TYPE_CHECKING:
    from rich.console import Console

    from bot.settings import Settings
    from retrieval.sources import Source, Spec

SAMPLE, SECONDS = 25, 20.0  # of each source, unless all of it is asked for


@dataclass
class Looked:
    """What came of trying a source: files found, counted by their readers and by the rules that match, and
    the sentence that ended it."""

    found: int = 0
    first: str = ""
    unread: list[Unread] = field(default_factory=list)
    readers: Counter[Audience] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    whole: bool = False
    problem: str = ""


def check(
    names: Annotated[list[str] | None, typer.Argument(help="Sources to try. Default: all.")] = None,
    access: Annotated[
        bool, typer.Option("--access", help="Look at all of each source and show who could read how much.")
    ] = False,
) -> None:
    """Try each source of sources.toml: what it finds, and what is wrong. Nothing is indexed.

    Exit code 0: all are well, 1: something is wrong with one, 2: sources.toml is.
    """
    from rich.console import Console

    from bot import wiring
    from bot.settings import load

    settings, console, well = load(), Console(), True
    specs = wiring.declared(settings)
    if strange := set(names or ()) - {spec.name for spec in specs}:
        raise typer.BadParameter(f"{settings.sources.name} names no source {min(strange)!r}.")
    if not specs:
        console.print(f"{settings.sources.name} names no source.", markup=False, soft_wrap=True)
    for spec in [spec for spec in specs if not names or spec.name in names]:
        looked = look(settings, spec, whole=access)
        well &= not looked.problem
        _show(console, spec, looked, access=access)
    raise typer.Exit(0 if well else 1)


def look(settings: Settings, spec: Spec, *, whole: bool = False) -> Looked:
    """Builds the source and lets it find a little, or all there is; loads nothing."""
    from bot import wiring

    looked = Looked()
    try:
        source = wiring.source(settings, spec, aside=True)
        try:
            _scan(source, spec, looked, whole=whole)
        finally:
            source.close()
    except FootnoteError as error:
        looked.problem = str(error)
    except Exception as error:
        looked.problem = (
            f"Trying it failed ({type(error).__name__}); that is a fault of Footnote. Please report it."
        )
    if not looked.problem and not looked.found:
        said = looked.unread[0].reason if looked.unread else "Nothing is there to read."
        looked.problem = f"It finds nothing to index. {said}"
    return looked


def _scan(source: Source[Any], spec: Spec, looked: Looked, *, whole: bool) -> None:
    from retrieval.sources.access import matched

    ends = time.monotonic() + SECONDS
    scanned = source.scan({})
    for one in scanned if whole else islice(scanned, SAMPLE):
        if isinstance(one, Unread):
            looked.unread.append(one)
        else:
            looked.found, looked.first = looked.found + 1, looked.first or one.uri
            looked.readers[source.audience(one) or spec.audience] += 1
            looked.rules.update(glob for glob, _ in spec.access if matched(glob, spec.name, one.uri))
        if not whole and time.monotonic() > ends:
            return
    looked.whole = next(scanned, None) is None


def _show(console: Console, spec: Spec, looked: Looked, *, access: bool) -> None:
    sign = "FAIL" if looked.problem else "ok  "
    console.print(
        f"{sign} {spec.name} ({spec.kind}): {printable(looked.problem) or _found(looked)}",
        markup=False,
        soft_wrap=True,
    )
    for one in looked.unread[:3] if looked.found else ():
        console.print(
            f"     not read: {printable(one.uri)}: {printable(one.reason)}", markup=False, soft_wrap=True
        )
    if len(looked.unread) > 3 and looked.found:
        console.print(f"     and {len(looked.unread) - 3} more", markup=False, soft_wrap=True)
    for line in _access(spec, looked) if access else ():
        console.print(f"     {line}", markup=False, soft_wrap=True)


def _found(looked: Looked) -> str:
    least = "" if looked.whole else "at least "
    return f"{least}{looked.found:,} found, such as {printable(looked.first)}"


def _access(spec: Spec, looked: Looked) -> Iterator[str]:
    from bot.access import said

    for audience, count in looked.readers.most_common():
        yield f"{count:,} at most for {said(audience)}"
    for glob, _ in spec.access:
        if looked.whole and not looked.rules[glob]:
            yield f'the rule "{glob}" matches nothing that is there'
