"""footnote report: how the week went, beside the weeks before it; what got worse, what is new, what pays."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from bot.replies import printable


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
    from datetime import UTC, datetime

    from bot.blocks.weekly import lines
    from bot.settings import load
    from bot.wiring import weekly
    from retrieval.passage import FootnoteError

    settings, kept = load(), weekly.kept(load())
    if now:
        moment = datetime.now(UTC)
        found = weekly.look(settings, week or weekly.name_of(moment), moment)
        if keep:
            kept.keep(found)
    else:
        there = kept.of(week) if week else next(iter(kept.latest(1)), None)
        if there is None:
            raise FootnoteError(
                "There is no such report. footnote report --now looks at the last seven days."
            )
        found = there
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False))
    else:
        for line in lines(found, words=weekly.words(settings), starts=settings.retrain):
            typer.echo(printable(line))
    raise typer.Exit(3 if found.worse else 0)
