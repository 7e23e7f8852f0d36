"""footnote fit: collections with known answers in, the numbers that decide whether to answer out."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.noted import about, noted
from bot.cli.stopped import FIT, stoppable
from bot.cli.walked import walked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from bot.measuring.fit import Case, Curve, Share
    from bot.measuring.known import Collection
    from retrieval.passage import Embedder

fit = typer.Typer(
    help="Fit what decides between answering and saying that nothing was found.", no_args_is_help=True
)


@fit.callback()
def _group() -> None: ...


@fit.command()
@noted("fit")
def answerability(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="DIR...", help="Folders named squad2 and mtrag. Default: sets/ in FOOTNOTE_DATA."
        ),
    ] = None,
    data: Annotated[
        Path, typer.Option(envvar="FOOTNOTE_DATA", help="Folder of collections, with sets/ in it.")
    ] = Path("../shared/data"),
    out: Annotated[
        Path | None,
        typer.Option(help="Where the fit is written; default: answerability.json in FOOTNOTE_HOME."),
    ] = None,
    most: Annotated[int, typer.Option(help="Questions of each collection and half, at most.", min=10)] = 400,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")] = False,
) -> None:
    """Fit on half of each collection, report on the other half. Takes minutes: every question is searched."""
    from bot import wiring
    from bot.measuring import fit as fitting
    from bot.measuring import known
    from bot.settings import load

    settings = load()
    found = known.collections(folders or [data / "sets" / name for name in known.READERS])
    embedder = wiring.embedder_of(settings)
    cases = _cases(found, embedder, most)
    if not any(case.answerable and case.fitted for case in cases):
        raise typer.BadParameter("those folders have no question that is answerable.")
    made = fitting.fitted(cases, embedder)
    shown = fitting.shares(made, cases, embedder), fitting.curves(made, cases, embedder)
    target = out or settings.home / "answerability.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")
    about(f"cases={made['cases']['fitted']}")
    _print(made, *shown, as_json=as_json)
    typer.echo(f"Fitted on {made['cases']['fitted']} cases, written to {target}.", err=True)


def _cases(found: Sequence[Collection], embedder: Embedder, most: int) -> list[Case]:
    """What each question of the collections finds, said as it goes on."""
    from rich.console import Console

    from bot.measuring import fit as fitting
    from bot.measuring import known

    console = Console(stderr=True)
    with tempfile.TemporaryDirectory(prefix="footnote-fit-") as place, stoppable(FIT):
        searches = known.searches(walked(console, "collections indexed", found), embedder, Path(place))
        posed = walked(console, "questions asked", fitting.posed(found, most))
        return list(fitting.cases(posed, searches, embedder))


def _print(made: dict[str, Any], shares: Sequence[Share], curves: Sequence[Curve], *, as_json: bool) -> None:
    from rich.console import Console

    if as_json:
        rows = {"shares": [_row(one) for one in shares], "curves": [_row(one) for one in curves]}
        typer.echo(json.dumps({**made, **rows}))
    else:
        Console().print(_table(made, shares), _curves(curves))


def _row(one: Share | Curve) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__slots__}


def _curves(curves: Sequence[Curve]) -> Table:
    from rich.table import Table

    from bot.measuring.fit import PRICES

    table = Table(title="held out: refused, where so many of the answerable are refused as well")
    prices = [f"{price:.0%}" for price in PRICES]
    for column in ("collection", "asked of", "cases", "AUROC", *prices, "wrongly, at 90 % refused"):
        table.add_column(column)
    for c in curves:
        shares = (f"{share:.1%}" for share in (*c.refused, c.wrongly))
        table.add_row(c.collection, c.kind, str(c.cases), f"{c.auroc:.3f}", *shares)
    return table


def _table(made: dict[str, Any], shares: Sequence[Share]) -> Table:
    from rich.table import Table

    fitted, held_out = (made["auroc"][half]["all"] for half in ("fitted", "held_out"))
    table = Table(title=f"threshold {made['threshold']}; AUROC {fitted}, held out {held_out}")
    for column in ("half", "collection", "asked of", "answerable", "cases", "answered", "refused"):
        table.add_column(column)
    for s in shares:
        table.add_row(
            *(s.half, s.collection, s.kind, "yes" if s.answerable else "no", str(s.cases)),
            f"{s.answered:.1%}",
            f"{1 - s.answered:.1%}",
        )
    return table
