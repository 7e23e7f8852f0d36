"""footnote train: a dataset becomes an adapter, in an environment of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.noted import about, noted
from bot.cli.stopped import TRAIN, stoppable
from retrieval.passage import FootnoteError, SettingError

if TYPE_CHECKING:
    from bot.settings import Settings

DEFAULT_BASE = "Qwen/Qwen3-4B-Instruct-2507"
BASE = (
    "The base model: a folder, or its name on the hub. Empty: what the adapter in production was trained on, "
    f"or else {DEFAULT_BASE}."
)
TRAINER = "FOOTNOTE_TRAINER has to name a Python that has the extra train."
ROOT = Path(__file__).resolve().parents[2]


@noted("train")
@stoppable(TRAIN)
def train(  # noqa: PLR0913
    dataset: Annotated[
        str, typer.Argument(help="A dataset's name, its beginning or folder. Empty: the newest built.")
    ] = "",
    base: Annotated[str, typer.Option(help=BASE)] = "",
    out: Annotated[
        Path | None, typer.Option(help="The adapter's folder. Empty: one in FOOTNOTE_HOME/models/trained.")
    ] = None,
    seed: Annotated[int, typer.Option(help="What chance is drawn from.", min=0)] = 0,
    epochs: Annotated[float, typer.Option(help="Times that each row is read.", min=0.01)] = 3.0,
    rate: Annotated[float, typer.Option(help="Learning rate.", min=1e-7)] = 2e-4,
    each: Annotated[int, typer.Option(help="Rows at once of a step's 8: faster, more memory.", min=1)] = 1,
    longest: Annotated[int, typer.Option(help="Tokens of a row, as the server's --context.", min=1)] = 4096,
    qlora: Annotated[bool, typer.Option("--qlora", help="Keep the base in four bits (GPU).")] = False,
    kto: Annotated[
        bool, typer.Option("--kto", help="Then learn from votes, where there are enough.")
    ] = False,
    server: Annotated[
        str, typer.Option(help="A model server's address, to compare token counts with first.")
    ] = "",
) -> None:
    """Train an adapter. One that was stopped goes on where it was when it is started again."""
    from bot.settings import load
    from bot.wiring.models import models_of

    settings = load()
    base = base or _served(settings)
    given = _told(settings, _dataset(models_of(settings) / "datasets", dataset))
    about(f"{given.name} seed={seed}")
    made = _place(out or models_of(settings) / "trained" / f"{given.name}-{seed}")
    words = ["--base", base, "--out", made, "--seed", seed, "--epochs", epochs, "--rate", rate]
    words += ["--each", each, "--longest", longest, "--server", server]
    words += ["--qlora"] * qlora + ["--kto"] * kto
    _run([_python(settings.trainer), "-m", "model.learning.train", *map(str, (given, *words))], made)
    _curve(made)
    typer.echo(f"Next: footnote adapters add {made} --base {base}")


def _run(command: Sequence[str], made: Path) -> None:
    """Raises SettingError where that is no trainer, typer.Exit where it has failed and said why."""
    try:
        ended = subprocess.run(command, cwd=ROOT, check=False).returncode
    except OSError as error:
        raise SettingError(f"{command[0]} cannot be run ({error.strerror}). {TRAINER}") from None
    if ended:
        raise typer.Exit(ended if ended > 0 else 1)
    if not (made / "train.json").is_file():
        raise SettingError(f"{command[0]} has ended and made no adapter. {TRAINER}")


def _served(settings: Settings) -> str:
    """What the adapter in production was trained on; the default where there is none."""
    from bot.wiring.models import registry, trained

    return str(trained(registry(settings)).get("base") or DEFAULT_BASE)


def _dataset(root: Path, given: str) -> Path:
    """The folder that is meant. Raises FootnoteError."""
    from model.learning.folders import meant, shown

    built = sorted(shown(root, "manifest.json"), key=lambda one: (one / "manifest.json").stat().st_mtime)
    begun = meant([one.name for one in built], given)
    named = [Path(given), root / given, *(root / one for one in begun if len(begun) == 1)] if given else []
    for folder in named or built[-1:]:
        if (folder / "manifest.json").is_file():
            return folder.resolve()
    if given:
        what = "is more than one dataset whose name begins with" if len(begun) > 1 else "is no dataset"
        raise FootnoteError(f"There {what} {given}. footnote dataset list names those there are.")
    raise FootnoteError("No dataset has been built yet. Run footnote dataset build first.")


def _told(settings: Settings, dataset: Path) -> Path:
    """The same, once what it has too little of is said, as its manifest counts it. Raises FootnoteError where
    rows of it are not to be learnt from any more."""
    from bot.cli.dataset import manifest, shortages
    from bot.wiring.datasets import insist

    insist(settings, dataset)
    rows = manifest(dataset, ()).get("rows")
    for short in shortages(rows["train"], rows["held"]) if rows else ():
        typer.echo(short, err=True)
    return dataset


def _place(made: Path) -> Path:
    """Where the adapter goes. Raises FootnoteError where something is there."""
    if made.exists():
        raise FootnoteError(f"{made} is there already. Give another --seed, or another place with --out.")
    made.parent.mkdir(parents=True, exist_ok=True)
    return made.absolute()


def _python(given: str) -> str:
    """The Python that has what training needs. Raises FootnoteError."""
    import importlib.util

    if given:
        return given
    if importlib.util.find_spec("trl"):
        return sys.executable
    maker = ROOT / "deploy" / "environment.py"  # of a checkout; it is no part of what is installed
    if maker.is_file():
        command = [sys.executable, str(maker), "where", "torch"]
        made = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        if made.returncode == 0:
            return made.stdout.strip()
    raise FootnoteError(
        "Training needs an environment of its own. Run python deploy/environment.py torch, "
        "or name a Python that has the extra train in FOOTNOTE_TRAINER."
    )


def _curve(adapter: Path) -> None:
    """A picture of the losses beside the adapter."""
    from model.learning.curve import curve

    losses = json.loads((adapter / "train.json").read_text("utf-8"))["losses"]
    (adapter / "losses.svg").write_text(curve(losses), "utf-8")
