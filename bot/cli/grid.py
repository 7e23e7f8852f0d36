"""footnote eval grid: retrieval, tuning or both: the same frozen questions to base and adapter, four ways."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.cli.golden import warned
from bot.cli.noted import about, noted
from bot.cli.stopped import ASKED, stoppable


@noted("eval grid")
@stoppable(ASKED)
def grid(
    adapter: Annotated[str, typer.Argument(metavar="ADAPTER", help="As it is served, or production.")],
    golden: Annotated[str, typer.Option(help="The golden set; the newest.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")] = False,
) -> None:
    """Base and adapter, each alone and with retrieval, on the same questions: a table and a picture."""
    from dataclasses import asdict

    from bot.settings import load
    from bot.wiring import judging
    from model.learning.grid import figures, picture, table, told
    from model.writing.endpoint import BASE

    about(adapter)
    settings = load()
    bench = judging.bench(settings, golden)
    warned(bench.folder.parent)
    name = bench.production.name if adapter == judging.PRODUCTION else adapter
    judging.insist(settings, BASE, name)
    bench.counted(name, by="eval")
    over = bench.golden()
    lines, answers = [], list[dict[str, object]]()
    for cell in judging.cells(settings, list(dict.fromkeys((BASE, name)))):
        said = told(cell, over.items)
        lines.append(figures(cell, said))
        answers += [{"cell": cell.name, **asdict(one)} for one in said]
    stamp = f"grid-{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
    folder = bench.place / "evals" / over.name / name / stamp
    folder.mkdir(parents=True)
    page = f"# {name} on {over.name}\n\n" + "\n".join(table(lines)) + "\n\n![grid](grid.svg)\n"
    kept = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in answers)
    for file, text in {"GRID.md": page, "grid.svg": picture(lines), "answers.jsonl": kept}.items():
        (folder / file).write_text(text, encoding="utf-8")
    if as_json:
        typer.echo(json.dumps({"golden": over.name, "cells": lines, "folder": str(folder)}))
    else:
        typer.echo("\n".join(table(lines)))
        typer.echo(f"The page: {folder / 'GRID.md'}")
