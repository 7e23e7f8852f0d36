"""footnote admin audit: what admins did from Slack, the newest first."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.replies import printable

if TYPE_CHECKING:
    from bot.memory.audit import Entry


def audit(
    limit: Annotated[int, typer.Option(min=1, help="How many rows.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON object a line, for scripts.")] = False,
) -> None:
    """What admins did with /footnote: when, who, what and to which of our own things."""
    from bot import wiring
    from bot.memory.audit import Audit
    from bot.settings import load

    entries = Audit(wiring.engine(load())).latest(limit)
    for entry in entries:
        typer.echo(json.dumps(asdict(entry), ensure_ascii=False) if as_json else _line(entry))
    if not entries and not as_json:
        typer.echo("Nobody has changed anything from Slack yet.")


def _line(entry: Entry) -> str:
    at = datetime.fromtimestamp(entry.at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return f"{at}  {entry.who}  {entry.what}  {printable(entry.about)}".rstrip()
