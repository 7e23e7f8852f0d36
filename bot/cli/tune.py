"""footnote tune: other settings of search on the team's own golden questions; what is better beyond noise."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.noted import about, noted
from bot.replies import printable
from retrieval.passage import FootnoteError

if TYPE_CHECKING:
    from bot.settings import Settings
    from model.learning.tuning import Tuned

NO_ANSWERS = "--search-only: they are judged by answers."


@noted("tune")
def tune(
    size: Annotated[list[int] | None, typer.Option(help="Word pieces of a passage; give several.")] = None,
    reranker: Annotated[list[str] | None, typer.Option(help="As FOOTNOTE_RERANKER names one.")] = None,
    search_only: Annotated[
        bool, typer.Option("--search-only", help="Ask the search alone: faster, and no answer is judged.")
    ] = False,
    write: Annotated[bool, typer.Option("--write", help="Put what is better into .env.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")] = False,
) -> None:
    """Try alpha, passages and their size, and reranking on your golden questions; change what is better.

    A setting is better where it wins beyond noise, all that were tried counted, and wins again on questions
    that were held back, with answers that are shown to be no worse (--search-only: they are not asked for).
    Other sizes are indexed in a temporary folder; the live index stays as it is.

    Exit code 0: done, also where nothing is to be changed; 1: too few golden questions, or no index.
    """
    from bot.measuring import tuned
    from bot.settings import load
    from bot.wiring.models import models_of

    settings = load()
    made, left_out = _tried(settings, size or (), reranker or (), answers=not search_only)
    folder, changed = tuned.keep(models_of(settings) / "tuned", made, left_out), tuned.changed(made)
    about(f"written={','.join(changed)}" if write and changed else "")
    if write and changed:
        from bot.cli.setup import write_env

        write_env(Path(".env"), changed)
    if as_json:
        typer.echo(json.dumps({**tuned.to_json(made, left_out), "folder": str(folder)}, ensure_ascii=False))
        return
    for line in tuned.verdict(made):
        typer.echo(printable(line))
    if write and changed:
        typer.echo("Written to .env.")
    typer.echo(f"All that was tried: {folder / 'TUNED.md'}")


def _tried(
    settings: Settings, sizes: Sequence[int], rerankers: Sequence[str], *, answers: bool
) -> tuple[Tuned, dict[str, str]]:
    """What came of it, and what was not tried, with the reason. Raises FootnoteError where there are too few
    golden questions."""
    from rich.console import Console

    from bot import wiring
    from bot.measuring.live import questions
    from bot.measuring.tuned import attempt
    from bot.wiring import tuning as wired
    from bot.wiring.models import models_of
    from model.learning import optout
    from model.learning.tuning import LEAST, halves, tuned

    place = models_of(settings)
    with wiring.engine(settings).connect() as connection:
        _, rows = questions(place / "golden", optout.out(connection))
    if len(rows) < LEAST:
        few = f"There are {len(rows)} golden questions; below {LEAST} nothing is told from chance."
        raise FootnoteError(f"{few} Add more: footnote eval add ID.")
    wanted, why = wired.sizes(settings, sizes)
    axes = wired.axes(settings, wanted, rerankers, answers=answers)
    left_out = {"pieces": why} if why else {}
    left_out |= {} if answers else {"passages": NO_ANSWERS}
    read = attempt(place / "tuned", [row.id for row in halves(rows)[1]])
    with Console(stderr=True).status("reading the golden questions") as status:
        bench = wired.Live(settings, status.update)
        try:
            return tuned(bench, rows, wired.setup(settings), axes, read), left_out
        finally:
            bench.close()
