"""footnote report: how the week went, beside the weeks before it; what got worse, what is new, what pays."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.noted import about, noted, unchanged
from bot.replies import printable

if TYPE_CHECKING:
    from bot.settings import Settings
    from model.learning.drift import Week


@noted("report")
def report(
    week: Annotated[str, typer.Argument(metavar="[WEEK]", help="Such as 2026-W48; the newest.")] = "",
    now: Annotated[bool, typer.Option("--now", help="Look at the seven days until now.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Keep what --now sees as the week's report.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")] = False,
) -> None:
    """How the week went: golden questions, what was refused, votes, what is new, what a training would pay.

    footnote serve makes a report each week (FOOTNOTE_REPORT) and tells admins. This shows it again; with
    --now it asks the golden questions and looks anew.

    Exit code 0: nothing got worse beyond chance, 3: something did, 1: there is no report yet.
    """
    from bot.blocks.weekly import lines
    from bot.settings import load
    from bot.wiring import weekly

    settings = load()
    found = _looked(settings, week, keep=keep) if now else _kept(settings, week)
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False))
    else:
        for line in lines(found, words=weekly.words(settings), starts=settings.retrain):
            typer.echo(printable(line))
    raise typer.Exit(3 if found.worse else 0)


def _looked(settings: Settings, week: str, *, keep: bool) -> Week:
    """The seven days until now."""
    from bot.wiring import weekly

    moment = datetime.now(UTC)
    found = weekly.look(settings, week or weekly.name_of(moment), moment)
    if keep:
        weekly.kept(settings).keep(found)
        about(found.name)
    else:
        unchanged()
    return found


def _kept(settings: Settings, week: str) -> Week:
    """A report that is there, the newest where none is named."""
    from bot.wiring import weekly
    from retrieval.passage import FootnoteError

    unchanged()
    kept = weekly.kept(settings)
    found = kept.of(week) if week else next(iter(kept.latest(1)), None)
    if found is None:
        none = f"There is no report of {week}." if week else "There is no report yet."
        raise FootnoteError(f"{none} footnote report --now looks at the last seven days.")
    return found
