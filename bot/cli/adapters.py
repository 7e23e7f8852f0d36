"""footnote adapters: what has been trained, which of it answers, and the changes from one to the other."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.noted import about, noted, unchanged
from bot.cli.person import who
from bot.replies import printable

if TYPE_CHECKING:
    from bot.settings import Settings
    from model.learning.basis import Basis
    from model.learning.pointer import Serving
    from model.learning.probe import Effect
    from model.learning.registry import Event, Registry

BASE = "The base model: a folder, or its name on the hub. Empty: what production was trained on."
NOBODY = "the base model"
SEEN = ", each that it has read: those to train on, those held back, and judged and general ones where it did"
Json = Annotated[bool, typer.Option("--json", help="JSON, for scripts.")]
Id = Annotated[
    str,
    typer.Argument(metavar="ID", help="An adapter, as footnote adapters list names it, or how that begins."),
]

adapters = typer.Typer(help="Trained adapters: check, add, promote, roll back.", no_args_is_help=True)


@adapters.command("list")
def listed(
    log: Annotated[bool, typer.Option("--log", help="What was done, oldest first.")] = False,
    as_json: Json = False,
) -> None:
    """List the adapters and which of them answers."""
    registry = _registry()
    if log:
        for event in registry.events():
            typer.echo(json.dumps(asdict(event), ensure_ascii=False) if as_json else _line(event))
        return
    serving, ids = registry.serving(), registry.adapters()
    if as_json:
        typer.echo(json.dumps({"serving": asdict(serving), "adapters": ids}))
        return
    for adapter in ids:
        training = registry.training(adapter)
        about = f"{training.get('dataset', '')}, {training.get('rows', 0)} rows read"
        typer.echo(f"{adapter}  {printable(about)}  {_role(serving, adapter)}".rstrip())
    typer.echo(f"In production: {serving.production or NOBODY}.")


@adapters.command()
def show(adapter: Id, as_json: Json = False) -> None:
    """Show what an adapter was trained on, what the gate said of it, and whether it saw erased rows."""
    registry = _registry()
    adapter = _meant(registry, adapter)
    training, verdicts = registry.training(adapter), registry.verdicts(adapter)
    gone = _gone(registry, adapter)
    shown = {name: training.get(name) for name in ("base", "dataset", "rows", "seed", "prompt", "settings")}
    if as_json:
        about = {"id": adapter, **shown, "verdicts": verdicts, "erased_rows": gone}
        typer.echo(json.dumps(about, ensure_ascii=False))
        return
    typer.echo(f"{adapter}  {_role(registry.serving(), adapter)}".rstrip())
    for name, value in shown.items():
        typer.echo(f"  {name}: {printable(str(value))}{SEEN if name == 'rows' else ''}")
    for name, verdict in verdicts.items():
        typer.echo(f"  verdict: {verdict} ({name})")
    if not verdicts:
        typer.echo("  verdict: none yet")
    if gone:
        typer.echo(f"  trained with erased rows: {len(gone)} ({', '.join(gone[:5])}). Train the next one.")


@adapters.command()
def check(
    folder: Annotated[Path, typer.Argument(help="The folder of an adapter, or its id.")],
    base: Annotated[str, typer.Option(help=BASE)] = "",
    as_json: Json = False,
) -> None:
    """Say every reason not to serve an adapter. Nothing of it is loaded or run.

    Exit code 0: none, 1: it is not to be served, 2: wrong usage.
    """
    from model.learning import preflight

    registry = _registry()
    at = registry.path(str(folder)) if str(folder) in registry.adapters() else _written(registry, folder)
    report = preflight.check(at, _basis(registry, at, base))
    if as_json:
        typer.echo(json.dumps({**asdict(report), "fit": report.fit}, ensure_ascii=False))
    else:
        for one in report.refusals:
            typer.echo(printable(f"{one.reason}: {one.sentence}"))
        for sentence in report.unsaid:
            typer.echo(printable(f"Not compared: {sentence}"))
        typer.echo("It can be served." if report.fit else "It cannot be served.")
    raise typer.Exit(0 if report.fit else 1)


@adapters.command()
@noted("adapters add")
def add(
    folder: Annotated[Path, typer.Argument(help="What the trainer wrote: a folder, or its name.")],
    base: Annotated[str, typer.Option(help=BASE)] = "",
    candidate: Annotated[bool, typer.Option(help="Have it loaded beside production, to be judged.")] = True,
) -> None:
    """Check an adapter and keep a copy under an id of its own; it becomes the candidate. One that saw rows
    that are erased since is kept all the same, with a warning that says how many."""
    registry, by = _registry(), who()
    folder = _written(registry, folder)
    adapter = registry.add(folder, _basis(registry, folder, base), by)
    about(adapter)
    if gone := _gone(registry, adapter):
        rows = len(registry.training(adapter)["row_ids"])
        said = (
            f"{adapter} was trained with erased rows: {len(gone)} of {rows}. Train the next one without them."
        )
        typer.echo(said, err=True)
    if candidate:
        registry.propose(adapter, by)
    typer.echo(adapter)


@adapters.command()
def probe(adapter: Id, as_json: Json = False) -> None:
    """Prove on the model server that an adapter does what it was trained to do. Best while nobody asks.

    Exit code 0: it does, 1: it does not, or could not be measured, 2: wrong usage.
    """
    from bot.settings import load

    adapter = _meant(_registry(), adapter)
    effect = _effect(load(), adapter)
    if as_json:
        rows = [{"row": one.example.row, "base": one.base, "adapter": one.adapter} for one in effect.rows]
        figures = {"gain": effect.gain, "trained": effect.trained, "astray": effect.astray}
        typer.echo(json.dumps({"adapter": adapter, **figures, "rows": rows}))
    else:
        differ = sum(one.differs for one in effect.rows)
        typer.echo(
            f"Gain {effect.gain:+.3f} a token (trained {effect.trained:+.3f}); "
            f"{differ} of {len(effect.rows)} answers differ from the base model's."
        )
        for sentence in effect.astray:
            typer.echo(sentence)
    raise typer.Exit(1 if effect.astray else 0)


@adapters.command()
@noted("promote")
def promote(
    adapter: Id,
    override: Annotated[
        str, typer.Option(metavar="REASON", help="Promote without a verdict pass; the reason is kept.")
    ] = "",
    unproven: Annotated[
        bool, typer.Option(help="Even where the model server has not loaded it, or it shows no effect there.")
    ] = False,
) -> None:
    """Let an adapter that the gate passed, and that shows its effect, answer; bots follow within seconds."""
    from bot.settings import load

    settings, registry = load(), _registry()
    about(adapter := _meant(registry, adapter))
    registry.path(adapter)
    if not unproven:
        _proven(settings, adapter)
    serving = registry.promote(adapter, who(), override)
    about("override" if override else "pass")
    typer.echo(f"{adapter} {_heard(settings)}; {serving.previous or NOBODY} is kept to go back to.")


@adapters.command()
@noted("rollback")
def rollback(
    why: Annotated[str, typer.Option(metavar="REASON", help="Kept in the log.")] = "",
) -> None:
    """Let the adapter before answer again, or the base model where there is none."""

    registry = _registry()
    before, serving = registry.serving(), registry.rollback(who(), why)
    was = before.production
    about(f"{was} to {serving.production or 'base'}")
    if serving.production != before.previous:
        typer.echo(f"The files of {before.previous} are not those that were added.")
    typer.echo(f"Back to {serving.production or NOBODY}; {was} answers no more.")


@adapters.command()
@noted("adapters candidate")
def candidate(
    adapter: Annotated[str, typer.Argument(metavar="[ID]", help="Empty: show which one it is.")] = "",
    none: Annotated[bool, typer.Option("--none", help="Load none beside production any more.")] = False,
) -> None:
    """Show the adapter that the model server loads beside production, to be judged, or name another."""
    if adapter and none:
        raise typer.BadParameter("give an ID or --none.")
    registry = _registry()
    if adapter or none:
        about(adapter or "none")
        registry.propose(adapter, who())
    else:
        unchanged()
    typer.echo(f"Candidate: {registry.serving().candidate or 'none'}.")


def _registry() -> Registry:
    from bot.settings import load
    from bot.wiring.models import registry

    return registry(load())


def _meant(registry: Registry, given: str) -> str:
    """The adapter of that id, or the one whose id begins so."""
    from model.learning.folders import meant

    found = meant(registry.adapters(), given)
    return found[0] if len(found) == 1 else given


def _written(registry: Registry, given: Path) -> Path:
    """What a trainer wrote, by its folder, or by its name in FOOTNOTE_HOME/models/trained."""
    named = registry.folder / "trained" / given
    return named if given.name == str(given) and named.is_dir() and not given.exists() else given


def _gone(registry: Registry, adapter: str) -> list[str]:
    """Ids of the rows that it was trained with and that are erased."""
    from model.learning.erasure import erased, seen

    return seen(registry.training(adapter), erased(registry.folder))


def _basis(registry: Registry, folder: Path, base: str) -> Basis:
    """The base that is named, or that of production, or the one that the adapter itself names."""
    from bot.wiring.models import trained
    from model.learning import preflight
    from model.learning.basis import Basis

    own = preflight.loaded(folder / preflight.TRAINING) or {}
    return Basis.of(base or str(trained(registry).get("base") or own.get("base") or ""))


def _heard(settings: Settings) -> str:
    """What it does from now on, as the settings are here."""
    if settings.writer_kind != "chat":
        return "is in production, and writes where FOOTNOTE_WRITER is chat (here passages are quoted)"
    if settings.model:
        return f"is in production, and answers where FOOTNOTE_MODEL is empty (here it is {settings.model})"
    return "answers now"


def _proven(settings: Settings, adapter: str) -> None:
    """Raises RegistryError where a model server is set and does not serve it, or serves it without effect."""
    from bot.wiring.models import endpoint
    from model.learning.pointer import RegistryError

    if not settings.vllm_base_url:
        return
    anyway = "--unproven promotes it all the same."
    if adapter not in endpoint(settings).names():
        raise RegistryError(
            f"The model server does not serve {adapter} yet. Make it the candidate, so that the server loads "
            f"it: footnote adapters candidate {adapter}. {anyway}"
        )
    if astray := _effect(settings, adapter).astray:
        raise RegistryError("\n".join((*astray, anyway)))


def _effect(settings: Settings, adapter: str) -> Effect:
    from bot.wiring.models import prober
    from model.learning.probe import examples

    registry = _registry()
    of = examples(registry.training(adapter), registry.folder / "datasets")
    return prober(settings).effect(adapter, of)


def _role(serving: Serving, adapter: str) -> str:
    return ", ".join(role for role, one in asdict(serving).items() if one == adapter)


def _line(event: Event) -> str:
    at = datetime.fromtimestamp(event.at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    return printable(f"{at}  {event.who}  {event.what}  {event.adapter or NOBODY}  {event.why}").rstrip()
