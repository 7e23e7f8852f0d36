"""footnote gate: a candidate in, a verdict out: whether it may answer in production's place."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from bot.cli.golden import warned
from bot.cli.noted import about, noted
from bot.cli.stopped import GATE, stoppable
from bot.replies import printable

CODES = {"pass": 0, "fail": 3, "insufficient": 4}


@noted("gate")
@stoppable(GATE)
def gate(  # noqa: PLR0913
    candidate: Annotated[str, typer.Argument(metavar="CANDIDATE", help="The adapter, as it is served.")],
    against: Annotated[str, typer.Option(help="Who it has to be better than, as served.")] = "production",
    golden: Annotated[str, typer.Option(help="The golden set; the newest.")] = "",
    items: Annotated[int, typer.Option(help="Golden items that it takes.", min=1)] = 200,
    refusals: Annotated[int, typer.Option(help="Unanswerable ones among them.", min=1)] = 40,
    slower: Annotated[
        float,
        typer.Option(help="Times production's seconds that it may take; on a CPU LoRA costs several.", min=1),
    ] = 1.15,
    again: Annotated[bool, typer.Option("--again", help="Judge it once more: another attempt.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")] = False,
) -> None:
    """Judge a candidate against production: only a verdict `pass` lets it be promoted.

    Exit code 0: pass, 3: fail, 4: insufficient evidence, 1: it could not be judged, 2: wrong usage.
    """
    from bot.settings import load
    from bot.wiring import judging
    from model.learning.gate import Rules
    from model.learning.page import to_json
    from model.learning.trial import gated, unasked

    settings = load()
    bench = judging.bench(settings, golden, against, Rules(items, refusals, seconds=slower))
    judging.differ(settings, candidate, bench.production.name)
    warned(bench.folder.parent)
    learnt = judging.rows_of(settings, candidate)
    if (early := unasked(bench, candidate, learnt)) is None:
        judging.insist(settings, bench.production.name, candidate)
    verdict, folder = early or gated(bench, judging.subject(settings, candidate), learnt=learnt, again=again)
    about(f"{candidate} {verdict.outcome}")
    if as_json:
        typer.echo(json.dumps({**to_json(verdict), "folder": str(folder)}, ensure_ascii=False))
    else:
        typer.echo(f"{verdict.outcome.upper()}: {printable(verdict.sentence)}")
        for check in verdict.checks:
            typer.echo(f"  {check.state:13}{printable(check.sentence)}")
        typer.echo(f"The verdict: {folder / 'VERDICT.md'}")
    raise typer.Exit(CODES[verdict.outcome])
