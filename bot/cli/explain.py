"""footnote explain: an answer's id in, why it says what it says out."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

ID = "Its id, how that begins, or the link of the bot's message in Slack."


def explain(
    answer: Annotated[str, typer.Argument(metavar="ID", help=ID)],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")] = False,
) -> None:
    """Why an answer says what it says: what was found, used, written and struck out.

    Exit code 0: explained, 1: there is no such answer, 2: wrong usage.
    """
    from bot import wiring
    from bot.memory.explanation import explained
    from bot.replies import printable
    from bot.settings import load
    from model.trail import packed

    kept = wiring.kept(load(), answer)
    if as_json:
        passages = {place: json.loads(packed(one)) for place, one in kept.words.items()}
        votes = [vote.value for vote in kept.votes]
        shown = asdict(kept.record) | {"passages": passages, "votes": votes}
        typer.echo(json.dumps(shown, ensure_ascii=False))
        return
    for sentence in explained(kept.record, kept.words, kept.votes):
        typer.echo(printable(sentence))
