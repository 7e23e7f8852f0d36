"""footnote eval add, list, freeze, run, live: golden items out of answers, and what becomes of them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.explain import ID
from bot.cli.noted import about, noted
from bot.cli.person import who
from bot.cli.stopped import ASKED, stoppable
from bot.replies import printable, some

if TYPE_CHECKING:
    from rich.table import Table

NAMED = "Another set than the newest; a name that is new begins one."
GOLD = "Numbers of the passages that carry the answer, with commas; those that it cites."
BEGUN = (
    "{new} begins anew: of what was frozen before it has nothing, and the gate and the weekly report ask the "
    "newest set. footnote eval freeze {old} goes on with the other one."
)
SHARES = (
    "passed",
    "gold_cited",
    "facts",
    "refusal_recall",
    "over_refusal",
    "invalid_citations",
    "supported",
    "failed",
)
Json = Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")]


@noted("eval add")
def add(  # noqa: PLR0913
    answer: Annotated[str, typer.Argument(metavar="ANSWER_ID", help=ID)],
    words: Annotated[str, typer.Option("--question", help="What was asked, where it is not kept.")] = "",
    gold: Annotated[str, typer.Option(help=GOLD)] = "",
    refuse: Annotated[bool, typer.Option("--refuse", help="Right is that no passage answers it.")] = False,
    right: Annotated[str, typer.Option("--answer", help="What is right, with its markers.")] = "",
    fact: Annotated[list[str] | None, typer.Option(help="What a right answer says; its figures.")] = None,
    locked: Annotated[bool, typer.Option("--locked", help="Read only before a promotion.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: its words may be kept.")] = False,
) -> None:
    """Make a golden item of an answer: its question, its passages, and what is right."""
    from bot.measuring.golden import NotAnItem, Right, shown
    from bot.settings import load
    from bot.wiring.learning import item
    from bot.wiring.models import models_of
    from model.learning import waiting
    from model.learning.folders import still

    if refuse and gold.strip():
        raise typer.BadParameter("--refuse says that none does.", param_hint="--gold")
    settings = load()
    told = Right(words, _numbers(gold, refuse=refuse), tuple(fact) if fact is not None else None, right)
    row = item(settings, answer, told, who())
    for line in shown(row):
        typer.echo(printable(line))
    if not yes and not typer.confirm("Keep it, with the words of the question?"):
        raise typer.Exit(1)
    about(row.id)
    with still(models_of(settings)):
        now = item(settings, answer, told, who())  # what was erased while somebody read it stays erased
        if replace(now, made_at="") != replace(row, made_at=""):
            raise NotAnItem("It has changed while you looked at it. Run footnote eval add again.")
        new = waiting.add(models_of(settings) / "golden", now, locked=locked)
    typer.echo(f"{row.id} {'waits to be frozen (footnote eval freeze).' if new else 'was there already.'}")


def _numbers(given: str, *, refuse: bool) -> tuple[int, ...] | None:
    if refuse:
        return ()
    try:
        return tuple(int(one) for one in given.split(",")) if given.strip() else None
    except ValueError:
        raise typer.BadParameter(f"{given!r} are no numbers with commas.", param_hint="--gold") from None


def listed(as_json: Json = False) -> None:
    """List the golden sets, newest first, and how many items wait to be frozen."""
    from bot.settings import load
    from bot.wiring.models import models_of
    from model.learning import golden, waiting

    place = models_of(load()) / "golden"
    damaged = golden.damaged(place)
    sets = [{"folder": folder.name, **golden.manifest(folder)} for folder in golden.folders(place)]
    sets = [one for one in sets if one["folder"] not in damaged]
    waits = waiting.waiting(place)
    if as_json:
        shown = [{key: one[key] for key in ("folder", "made_at", "counts", "refusals")} for one in sets]
        typer.echo(json.dumps({"sets": shown, "waiting": len(waits), "damaged": list(damaged)}))
        return
    for one in sets:
        counts = one["counts"]
        typer.echo(
            f"{one['folder']}  {one['made_at'][:10]}  {some(counts['items.jsonl'], 'item')}, "
            f"{one['refusals']} unanswerable, {counts['locked.jsonl']} locked, "
            f"{some(counts['pairs.jsonl'] // 2, 'pair')}, {some(counts['general.jsonl'], 'general text')}"
        )
    warned(place)
    wait = "waits" if len(waits) == 1 else "wait"
    locked = sum(held for _, held in waits)
    typer.echo(f"{some(len(waits), 'item')} {wait} to be frozen, {locked} of them locked.")


@noted("eval freeze")
def freeze(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help=NAMED)] = "",
    general: Annotated[
        Path | None, typer.Option(help="Texts of all kinds, one a line, to see what is forgotten.")
    ] = None,
    canaries: Annotated[
        Path | None, typer.Option(help="Strings that no answer may hold, one a line.")
    ] = None,
) -> None:
    """Freeze the newest golden set anew: its last version and what waits, pairs, general texts and canaries.
    What is of somebody who opted out since is not in it."""
    from bot import wiring
    from bot.settings import load
    from bot.wiring.models import models_of
    from model.learning import folders, golden, optout, waiting

    settings = load()
    place = models_of(settings) / "golden"
    before = [golden.called(one) for one in golden.folders(place)]
    if name and name not in before and not folders.fits(name):
        raise typer.BadParameter(folders.NAMED, param_hint="NAME")
    with wiring.engine(settings).connect() as connection:
        out = optout.out(connection)
    told = (_lines(general), _lines(canaries))
    folder = waiting.frozen(place, name, *told, lambda row: not out.any(row.people))
    about(folder.name)
    counts = golden.manifest(folder)["counts"]
    typer.echo(f"{folder.name}: {some(counts['items.jsonl'], 'item')}, {counts['locked.jsonl']} locked.")
    if before and golden.called(folder) not in before:
        typer.echo(BEGUN.format(new=golden.called(folder), old=before[0]))
    warned(place)


def warned(place: Path) -> None:
    """Names the golden sets in `place` that are damaged, and what to do."""
    from model.learning.golden import damaged

    for sentence in damaged(place).values():
        typer.echo(printable(sentence), err=True)


def _lines(path: Path | None) -> list[str]:
    if path is None:
        return []
    try:
        found = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError):
        raise typer.BadParameter(f"{printable(str(path))} cannot be read as text.") from None
    if not found:
        raise typer.BadParameter(f"{printable(str(path))} has no line of text.")
    return found


@noted("eval run")
@stoppable(ASKED)
def run(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="As it is served; production or base.")],
    golden: Annotated[str, typer.Option(help="The golden set; the newest.")] = "",
    dataset: Annotated[str, typer.Option(help="A dataset it learnt from, for the gap to it.")] = "",
    as_json: Json = False,
) -> None:
    """What a model makes of a golden set's open part. Who looks, selects: an adapter counts as an attempt."""
    from rich.console import Console

    from bot.settings import load
    from bot.wiring import judging
    from model.learning.evaluate import measures
    from model.learning.trial import kept, run

    about(model)
    settings = load()
    bench = judging.bench(settings, golden)
    warned(bench.folder.parent)
    subject = bench.production if model == judging.PRODUCTION else judging.subject(settings, model)
    judging.insist(settings, subject.name)
    bench.counted(subject.name, by="eval")
    over = bench.golden()
    made = run(subject, over, judging.learnt(settings, dataset))
    folder, figures = kept(bench.place, over, made), measures(made)
    if as_json:
        typer.echo(json.dumps({"model": subject.name, "golden": over.name, "folder": str(folder), **figures}))
    else:
        Console().print(_table(figures))
        typer.echo(f"What it said: {folder / 'answers.jsonl'}")


@noted("eval live")
@stoppable(ASKED)
def live(
    golden: Annotated[str, typer.Option(help="The golden set; the newest.")] = "",
    as_json: Json = False,
) -> None:
    """How golden questions are answered today: by search, writer and check together, on the live index.

    `eval run` asks a model alone, with the passages that were frozen; where that is right and this is not,
    documents or search have changed.
    """
    from rich.console import Console

    from bot import wiring
    from bot.measuring.live import run
    from bot.settings import load
    from bot.wiring import judging
    from bot.wiring.models import models_of
    from model.learning.evaluate import measures
    from model.learning.golden import newest, opened
    from model.learning.trial import kept

    settings = load()
    place = models_of(settings)
    over = opened(judging.permitted(settings, newest(place / "golden", golden)))
    warned(place / "golden")
    about(over.name)
    made = run(over, wiring.chain(settings).invoke)
    folder, figures = kept(place, over, made), measures(made)
    if as_json:
        typer.echo(json.dumps({"golden": over.name, "folder": str(folder), **figures}))
    else:
        Console().print(_table(figures))
        typer.echo(f"What was said: {folder / 'answers.jsonl'}")


def _table(figures: dict[str, Any]) -> Table:
    from rich.table import Table

    table = Table("figure", "value", "95 %")
    for name in SHARES:
        one = figures[name]
        table.add_row(name.replace("_", " "), f"{one['share']:.1%}", f"{one['low']:.1%} to {one['high']:.1%}")
    for name in ("leaked", "length", "p50_s", "p95_s", "loss"):
        value = figures[name]
        table.add_row(name.replace("_", " "), "-" if value is None else f"{value:g}", "")
    if gap := figures.get("overfit"):
        table.add_row("learnt rows passed", f"{gap['learnt']['share']:.1%}", f"gap {gap['gap']:+.1%}")
    return table
