"""footnote eval: a collection with known answers in, figures out."""

from __future__ import annotations

import json
import secrets
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import golden
from bot.cli.answers import answers
from bot.cli.grid import grid
from bot.replies import printable

if TYPE_CHECKING:
    from rich.table import Table

evaluate = typer.Typer(help="Measure search and answers on a collection of your own.", no_args_is_help=True)

evaluate.command()(answers)
evaluate.command()(golden.add)
evaluate.command("list")(golden.listed)
evaluate.command()(golden.freeze)
evaluate.command()(golden.run)
evaluate.command()(golden.live)
evaluate.command()(grid)


@evaluate.callback()
def _group() -> None: ...


@evaluate.command()
def retrieval(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="Folder with corpus.jsonl, queries.jsonl and qrels/test.tsv."),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")] = False,
    top: Annotated[int, typer.Option(help="Documents that nDCG and MRR look at.", min=1, max=100)] = 10,
) -> None:
    """How well search finds what it should: by words, by vectors, by both. Your index stays as it is."""
    from rich.console import Console

    from bot import wiring
    from bot.cli.synced import shown
    from bot.measuring import evaluate as measuring
    from bot.settings import load

    try:
        given = measuring.collection(folder)
    except measuring.NotACollection as reason:
        raise typer.BadParameter(str(reason)) from None
    console, settings = Console(stderr=True), load()
    embedder = wiring.embedder_of(settings)
    with tempfile.TemporaryDirectory(prefix="footnote-eval-") as place:
        elsewhere = {"home": Path(place), "collection": f"Eval{secrets.token_hex(6)}"}
        store = wiring.store(settings.model_copy(update=elsewhere))
        try:
            with shown(console, quiet=as_json) as progress:
                figures, summary = measuring.retrieval(given, store, embedder, progress, top=top)
        finally:
            store.drop()
            store.close()
    for one in summary.failed:
        console.print(f"not read: {printable(one.uri)}: {printable(one.reason)}", markup=False)
    if as_json:
        typer.echo(json.dumps(figures))
    else:
        Console().print(_table(figures))


def _table(figures: dict[str, dict[str, float]]) -> Table:
    from rich.table import Table

    names = list(next(iter(figures.values())))
    table = Table("search by", *names)
    for mode, row in figures.items():
        table.add_row(mode, *(f"{row[name]:.1f}" if "_ms" in name else f"{row[name]:.3f}" for name in names))
    return table
