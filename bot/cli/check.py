"""footnote sources check: sources.toml tried out, and who could read what, before anything goes live."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from bot.replies import printable

if TYPE_CHECKING:
    from rich.console import Console

    from bot.indexing.trial import Looked
    from retrieval.sources import Spec


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
    from bot.indexing.trial import look
    from bot.settings import load

    settings, console, well = load(), Console(), True
    specs = wiring.declared(settings)
    known = [spec.name for spec in specs]
    if strange := [name for name in names or () if name not in known]:
        raise typer.BadParameter(
            f"{settings.sources.name} names no source {strange[0]!r}.{meant(strange[0], known)}"
        )
    if not specs:
        console.print(f"{settings.sources.name} names no source.", markup=False, soft_wrap=True)
    for spec in [spec for spec in specs if not names or spec.name in names]:
        looked = look(partial(wiring.source, settings, aside=True), spec, whole=access)
        well &= not looked.problem
        _show(console, spec, looked, access=access)
    raise typer.Exit(0 if well else 1)


def meant(name: str, names: Iterable[str]) -> str:
    """A question for a name that is near one of `names`; else nothing."""
    near = get_close_matches(name, list(names), 1)
    return f" Did you mean {near[0]}?" if near else ""


def _show(console: Console, spec: Spec, looked: Looked, *, access: bool) -> None:
    sign = "FAIL" if looked.problem else "ok  "
    for said in looked.problem.splitlines() or [_found(looked)]:
        line = f"{sign} {spec.name} ({spec.kind}): {printable(said)}"
        console.print(line, markup=False, soft_wrap=True)
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
    from bot.who.access import said

    for audience, count in looked.readers.most_common():
        yield f"{count:,} at most for {said(audience)}"
    for glob, _ in spec.access:
        if looked.whole and not looked.rules[glob]:
            yield f'the rule "{glob}" matches nothing that is there'
