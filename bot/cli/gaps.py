"""footnote gaps: what was asked in Slack and found no answer, and verified answers that are due."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.phrases import say
from bot.replies import printable

if TYPE_CHECKING:
    from bot.learning.gaps import Gap, Missed
    from bot.learning.keeper import Keeper
    from model.learning.verified import Verified

_WORDS = 200  # characters of a question


def gaps(
    days: Annotated[int, typer.Option(help="Asked within so many days.", min=1, max=3650)] = 30,
    most: Annotated[int, typer.Option("--limit", help="How many.", min=1)] = 50,
    close: Annotated[
        str, typer.Option(metavar="ANSWER", help="Its question needs no answer, until it is asked again.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")] = False,
) -> None:
    """What was asked in Slack and found no answer, what asks the same together, the most asked first.

    Words of a question are shown where they are kept (FOOTNOTE_TRAIN_SLACK_TEXT), of a direct message never;
    else what came nearest.
    /footnote gaps shows the same with links to the threads, in which an expert's reply becomes the answer.
    """
    from bot import wiring
    from bot.settings import load
    from bot.wiring.verified import keeper

    settings = load()
    kept = keeper(settings, wiring.engine(settings))
    if close:
        return _close(kept, close)
    found, late = kept.gaps(days), kept.overdue()
    if as_json:
        shown = {"gaps": list(map(_shown, found[:most])), "overdue": list(map(_due, late[:most]))}
        typer.echo(json.dumps(shown, ensure_ascii=False))
        return
    for gap in found[:most]:
        typer.echo(_line(gap))
    typer.echo(f"Gaps of the last {days} days: {len(found)}.")
    for one in late[:most]:
        typer.echo(f"To be looked at again since {one.due}: {printable(one.document().title)}, by {one.name}")


def _close(kept: Keeper, answer: str) -> None:
    from bot.cli.person import who

    if not kept.close(who(), answer):
        raise typer.BadParameter("there is no such gap; each line of footnote gaps begins with its answer.")
    typer.echo("It is no gap any more, until somebody asks it again.")


def _line(gap: Gap) -> str:
    asked = next((one.question for one in gap.asked if one.question and not one.direct), "")
    what = printable(asked)[:_WORDS] if asked else f"near {printable(gap.near) or 'nothing'}"
    last = datetime.fromtimestamp(gap.asked[0].at, UTC)
    by, often = say("gaps_people", count=gap.people), say("gaps_times", count=len(gap.asked))
    times = f"{by}, {often}, last {last:%Y-%m-%d}"
    return f"{gap.asked[0].answer}  {times}: {what}"


def _shown(gap: Gap) -> dict[str, Any]:
    return {"people": gap.people, "near": gap.near, "asked": list(map(_asked, gap.asked))}


def _asked(one: Missed) -> dict[str, Any]:
    """Without anybody's id; of a direct message neither its words nor where it is, as that is whose it is."""
    if one.direct:
        return {"answer": one.answer, "direct": True, "at": one.at}
    return {k: v for k, v in asdict(one).items() if k not in ("person", "near", "given")}


def _due(one: Verified) -> dict[str, Any]:
    return {"title": one.document().title, "name": one.name, "url": one.url, "due": one.due.isoformat()}
