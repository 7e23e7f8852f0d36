"""footnote eval answers: questions with known answers in, how the current index answers and refuses out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.replies import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from bot.measuring.grade import Graded


def answers(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.jsonl",
            help="Rows of question, answerable, gold (what an answer should cite) and, if you like, answer.",
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")] = False,
) -> None:
    """How often your index answers, cites what it should, and refuses what it cannot know."""
    from rich.console import Console

    from bot import wiring
    from bot.measuring import grade
    from bot.settings import load

    if not file.is_file():
        raise typer.BadParameter(f"there is no file {printable(str(file))!r}.")
    console = Console(stderr=True)
    try:
        read = list(grade.rows(file))
    except grade.NotQuestions as reason:
        raise typer.BadParameter(str(reason)) from None
    for bad in (row for row in read if isinstance(row, grade.BadRow)):
        console.print(f"{printable(file.name)}, line {bad.line}: {bad.reason}", markup=False)
    asked = [row for row in read if isinstance(row, grade.Asked)]
    if not asked:
        raise typer.BadParameter(f"{printable(file.name)} has no row that can be asked.")
    graded = list(grade.grade(asked, wiring.chain(load()).invoke))
    figures = grade.figures(graded)
    if as_json:
        typer.echo(json.dumps({**figures, "rows": [grade.row_json(one) for one in graded]}))
    else:
        Console().print(_table(figures))
        _print_misses(graded)


def _table(figures: dict[str, Any]) -> Table:
    from rich.table import Table

    table = Table("figure", "value")
    for name, value in figures.items():
        share = isinstance(value, float) and not name.endswith("_ms")
        table.add_row(
            name.replace("_", " "), f"{value:.1%}" if share else "-" if value is None else str(value)
        )
    return table


def _print_misses(graded: Sequence[Graded]) -> None:
    """The rows to look at: what should have been answered from its gold and was not, and the reverse."""
    from rich.console import Console

    from model.answer import Status

    console = Console()
    for one in graded:
        if one.answer.status is Status.FAILED:
            verdict = f"failed ({printable(one.answer.text)})"
        elif one.asked.answerable and not one.cited:
            verdict = "gold not cited" if one.answered else "refused"
        elif not one.asked.answerable and one.answered:
            verdict = "answered, should not be"
        else:
            continue
        console.print(f"{verdict}: {printable(one.asked.question)}", markup=False)
