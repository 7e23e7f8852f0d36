"""footnote advise: answers that were no help in, documents to add, retrieval to tune or a training out."""

from __future__ import annotations

import json
from collections import Counter
from typing import Annotated

import typer

from bot.replies import printable


def advise(
    last: Annotated[int, typer.Option(help="So many of the newest of them.", min=1, max=5000)] = 200,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")] = False,
) -> None:
    """Why answers were no help, each by one cause, and what to do: add documents, tune, or train.

    Looks at answers with a vote against them or without a finding whose words are kept.
    """
    from bot.measuring.advise import advice, cause
    from bot.settings import load
    from bot.wiring import advising

    settings = load()
    bad, library = advising.unhelpful(settings, last), advising.library(settings)
    causes = [(one.question or one.right, cause(one, library)) for one in bad]
    if as_json:
        rows = [{"question": question, "cause": str(why)} for question, why in causes]
        counts = Counter(str(why) for _, why in causes)
        typer.echo(json.dumps({"counts": counts, "rows": rows}, ensure_ascii=False))
        return
    for said in advice(causes):
        for line in said.split("\n"):
            typer.echo(f"{'  ' if line.startswith(' ') else ''}{printable(line)}")
    if not causes:
        typer.echo("No answer that was no help has its words kept: there is nothing to go by.")
