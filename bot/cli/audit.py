"""footnote audit: who did what, the newest first; out as a file; and whether anybody has changed it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.person import who
from bot.replies import printable
from retrieval.passage import FootnoteError

if TYPE_CHECKING:
    from bot.memory.audit import Audit, Entry


def audit(
    limit: Annotated[int, typer.Option(min=1, help="How many rows.")] = 50,
    export: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write every row with its digests, a JSON object each."),
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Say which rows were changed, and by what.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON object a line, for scripts.")] = False,
) -> None:
    """Who did what, and to which of our own things; never a word of a message.

    Each row carries the digest of the one before it. Keep what --verify prints where whoever can write the
    database cannot: a chain that was made anew as a whole ends in another digest.

    Exit code 0: done, 3: --verify found rows changed, removed or inserted.
    """
    from bot import wiring
    from bot.memory.audit import Audit
    from bot.settings import load

    if export and verify:
        raise typer.BadParameter("--export and --verify go alone.")
    trail = Audit(wiring.engine(load()))
    if verify:
        _verified(trail, as_json=as_json)
    elif export:
        _exported(trail, export)
    else:
        _shown(trail.latest(limit), as_json=as_json)


def _shown(entries: list[Entry], *, as_json: bool) -> None:
    for entry in entries:
        typer.echo(json.dumps(asdict(entry), ensure_ascii=False) if as_json else _line(entry))
    if not entries and not as_json:
        typer.echo("Nobody has changed anything yet.")


def _exported(trail: Audit, file: Path) -> None:
    trail.note(who(), "export", "audit")
    lines = list(trail.lines())
    try:
        with open(file, "w", encoding="utf-8", opener=partial(os.open, mode=0o600)) as out:
            out.writelines(line + "\n" for line in lines)
    except OSError as error:
        raise FootnoteError(f"{file} cannot be written ({type(error).__name__}). Name another.") from None
    typer.echo(f"{len(lines)} rows written to {file}.")


def _verified(trail: Audit, *, as_json: bool) -> None:
    found = trail.verified()
    if as_json:
        typer.echo(json.dumps(asdict(found)))
    else:
        typer.echo("\n".join(found.faults) or f"{found.rows} rows, none changed. They end in {found.digest}.")
    raise typer.Exit(3 if found.faults else 0)


def _line(entry: Entry) -> str:
    at = datetime.fromtimestamp(entry.at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return f"{at}  {entry.who}  {entry.what}  {printable(entry.about)}".rstrip()
