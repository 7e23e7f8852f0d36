"""footnote dataset: what people said and what the documents say in, a dataset to train from out."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.golden import warned
from bot.cli.noted import about, noted
from bot.cli.stopped import BUILD, stoppable
from bot.replies import printable, some
from retrieval.passage import FootnoteError

if TYPE_CHECKING:
    from model.learning.dataset import Built
    from model.learning.fates import Fates

Json = Annotated[bool, typer.Option("--json", help="JSON, for scripts.")]

dataset = typer.Typer(help="Datasets to train adapters from: build, list, show.", no_args_is_help=True)


LITTLE = 100  # rows to train on: the smallest set that was seen to pass the gate had 101 (docs/learning.md)
PARTS = ("train", "held")
MORE = "More come of footnote review, and of the documents: footnote dataset build --most 1000."


class NoDataset(FootnoteError):
    """There is no dataset of that name."""


@dataset.command()
@noted("dataset")
@stoppable(BUILD)
def build(
    seed_only: Annotated[bool, typer.Option("--seed-only", help="From the documents alone.")] = False,
    name: Annotated[str, typer.Option(help="What its folder's name begins with.")] = "kb",
    most: Annotated[int, typer.Option(help="Rows that are made from the documents.", min=0)] = 1000,
    seed: Annotated[int, typer.Option(help="Another one draws other rows and another order.")] = 0,
    as_json: Json = False,
) -> None:
    """Build a dataset of what people said and of the documents, and say where every vote went.

    The same rows make the same one, which is then there already.

    Exit code 0: it is there, 3: nothing could be learnt from, 1: there is no index, 2: wrong usage.
    """
    from bot.failpoint import failpoint
    from bot.settings import load
    from bot.wiring import datasets
    from model.learning.dataset import build as built
    from model.learning.folders import still
    from model.learning.gathered import Gathered
    from model.learning.seed import seeded

    settings, place = load(), _place()
    with still(place.parent):
        rules = datasets.rules(settings, _plain(name), seed)
        given = Gathered() if seed_only else datasets.people(settings)
        rows = [*given.rows, *seeded(rules.pool, most, seed)]
        made = built(rows, rules, place, given.disliked, failpoint)
    warned(place.parent / "golden")
    about(f"{made.folder.name} rows={sum(map(len, made.rows.values()))}")
    _say(made, None if seed_only else datasets.fates(settings, given, made), as_json=as_json)
    raise typer.Exit(0 if any(made.rows.values()) else 3)


@dataset.command("list")
def listed(as_json: Json = False) -> None:
    """List the datasets."""
    damaged, manifests = list[str](), list[dict[str, Any]]()
    for folder in _folders():
        try:
            manifests.append(manifest(folder))
        except NoDataset as why:
            damaged.append(str(why))
    for sentence in damaged:
        typer.echo(printable(sentence), err=True)
    if as_json:
        typer.echo(json.dumps(manifests, ensure_ascii=False))
        return
    for one in manifests:
        rows = one["rows"]
        typer.echo(f"{one['name']}-{one['digest']}  {rows['train']} to train on, {rows['held']} held back")
    if not manifests and not damaged:
        typer.echo("There is no dataset yet. footnote dataset build --seed-only makes one of the documents.")


@dataset.command()
def show(
    given: Annotated[str, typer.Argument(metavar="NAME", help="Its folder's name, or how that begins.")],
    as_json: Json = False,
) -> None:
    """Show the card of a dataset: shares by person, channel, language, topic, origin and right."""
    from model.learning.folders import meant

    there = {folder.name: folder for folder in _folders()}
    found = [there[name] for name in meant(there, given)]
    if len(found) != 1:
        more = "More than one dataset has a name" if found else "No dataset has a name"
        raise NoDataset(f"{more} that begins so. footnote dataset list names them.")
    if as_json:
        typer.echo(json.dumps(manifest(found[0]), ensure_ascii=False))
    else:
        manifest(found[0])
        for line in (found[0] / "CARD.md").read_text(encoding="utf-8").splitlines():
            typer.echo(" " * (len(line) - len(line.lstrip(" "))) + printable(line))


def shortages(train: int, held: int) -> Iterator[str]:
    """What a dataset has too little of, and what to do, a sentence each."""
    if train < LITTLE:
        rows = some(train, "row")
        yield f"It has {rows} to train on: below {LITTLE} little is learnt that the gate can see. {MORE}"
    if not held:
        yield "No row is held back: whether it learns by heart is not seen. More questions change that."


def _place() -> Path:
    from bot.settings import load
    from bot.wiring.models import models_of

    return models_of(load()) / "datasets"


def _folders() -> list[Path]:
    from model.learning.folders import shown

    return shown(_place(), "manifest.json")


def manifest(folder: Path, needs: Collection[str] = ("name", "digest", "rows")) -> dict[str, Any]:
    """What is said of a dataset. Raises NoDataset where it does not say what it `needs` to, or not how many
    rows."""
    from bot.wiring.datasets import DAMAGED

    with suppress(OSError, ValueError):
        told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if isinstance(told, dict) and all(told.get(one) for one in needs) and _counted(told.get("rows")):
            return told
    raise NoDataset(DAMAGED.format(folder=folder, file="manifest.json"))


def _counted(rows: object) -> bool:
    """Whether it says of both parts how many; nothing at all is said by none."""
    return not rows or (isinstance(rows, dict) and all(isinstance(rows.get(one), int) for one in PARTS))


def _plain(name: str) -> str:
    from model.learning.folders import NAMED, fits

    if not fits(name):
        raise typer.BadParameter(NAMED, param_hint="--name")
    return name


def _say(made: Built, votes: Fates | None, *, as_json: bool) -> None:
    from model.learning.sieve import SAID, Reason

    if as_json:
        counts = {name: len(rows) for name, rows in made.rows.items()}
        about = {"folder": str(made.folder), "fresh": made.fresh, "rows": counts, "dropped": made.counts}
        about |= {"votes": asdict(votes)} if votes else {}
        typer.echo(json.dumps(about, ensure_ascii=False))
        return
    rows = [row for part in made.rows.values() for row in part]
    held, refusing = len(made.rows["held"]), sum(row.refuses for row in rows)
    typer.echo(f"{made.folder.name}: {some(len(rows), 'row')}, {held} of them held back, {refusing} refuse.")
    for reason, count in made.counts.items():
        typer.echo(f"  left out: {count} rows that {SAID[Reason(reason)]}.")
    if made.unjudged:
        typer.echo(f"  left out of kto.jsonl alone: {made.unjudged}, of somebody of whom it has enough.")
    if votes:
        typer.echo(str(votes))
    for short in shortages(len(rows) - held, held) if rows else ():
        typer.echo(short)
    typer.echo(f"It lies in {made.folder}." if made.fresh else f"It was there already, in {made.folder}.")
