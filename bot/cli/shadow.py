"""footnote adapters shadow, compare, watch: an adapter on yesterday's questions, and since it answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from bot.replies import printable, some

if TYPE_CHECKING:
    from bot.measuring.shadow import Both

Json = Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")]
Last = Annotated[int, typer.Option(help="So many of the newest questions.", min=1, max=1000)]
One = Annotated[str, typer.Argument(metavar="A", help="A model as it is served.")]
Other = Annotated[str, typer.Argument(metavar="B", help="Another.")]


def shadow(
    candidate: Annotated[str, typer.Argument(metavar="CANDIDATE", help="As it is served.")],
    last: Last = 50,
    as_json: Json = False,
) -> None:
    """What a candidate would have said to recent questions, beside production: nobody sees it.

    Only questions whose words were kept, which a person has allowed, from the passages they were answered
    from.
    """
    from bot.wiring.judging import PRODUCTION

    _show(_both(PRODUCTION, candidate, last), as_json=as_json, whole=False)


def compare(one: One, other: Other, last: Last = 20, as_json: Json = False) -> None:
    """What two models say to recent questions, side by side."""
    _show(_both(one, other, last), as_json=as_json, whole=True)


def _both(one: str, other: str, last: int) -> list[Both]:
    from bot.measuring.shadow import both
    from bot.settings import load
    from bot.wiring import judging

    settings = load()
    names = [judging.production(settings) if name == judging.PRODUCTION else name for name in (one, other)]
    judging.insist(settings, *names)
    models = judging.served(settings, names[0]), judging.served(settings, names[1])
    return list(both(judging.askable(settings, last), models, judging.again(settings)))


def _show(every: list[Both], *, as_json: bool, whole: bool) -> None:
    from bot.measuring.shadow import counted

    counts = counted(every)
    every = [one for one in every if not one.tabled]
    if as_json:
        rows = [
            {
                "id": b.id,
                "question": b.question,
                "same": b.same,
                "one": b.one.to_json(),
                "other": b.other.to_json(),
            }
            for b in every
        ]
        typer.echo(json.dumps({**counts, "rows": rows}, ensure_ascii=False))
        return
    for b in every:
        if whole or not b.same:
            typer.echo(printable(f"? {b.question}"))
            typer.echo(printable(f"  {'=' if b.same else '-'} {b.one.status}: {b.one.text}"))
            if not b.same:
                typer.echo(printable(f"  + {b.other.status}: {b.other.text}"))
    typer.echo(f"{some(counts['questions'], 'question')}, {counts['same']} answered the same.")
    if tabled := counts["from_tables"]:
        typer.echo(f"  left out: {tabled} that code answers from tables, whichever model is asked")
    for change, count in counts["changes"].items():
        typer.echo(f"  {count} from {change}".replace("_", " "))
    for name, (one, other) in (
        ("forged or missing markers", counts["bad_markers"]),
        ("failed", counts["failed"]),
    ):
        typer.echo(f"  {name}: {one} and {other}")


def watch(
    dry: Annotated[bool, typer.Option("--dry-run", help="Say it; take nothing back.")] = False,
    as_json: Json = False,
) -> None:
    """How answers have gone since the promotion; an adapter that answers badly is taken back.

    footnote serve and footnote worker look once a minute by themselves. Votes are shown and decide nothing.
    Exit code 0: well, or too early to say; 3: it was, or would be, taken back.
    """
    from dataclasses import asdict

    from bot.settings import load
    from bot.wiring.watching import watched

    seen = watched(load(), dry=dry)
    if seen is None:
        typer.echo("{}" if as_json else "No promoted adapter answers: there is nothing to watch.")
        return
    worse = bool(seen.looks) and seen.looks[-1].worse
    if as_json:
        typer.echo(json.dumps({**asdict(seen), "worse": worse}))
    else:
        last = (
            seen.looks[-1].sentence
            if seen.looks
            else f"{len(seen.conduct.since)} answers since: too few to say."
        )
        typer.echo(f"{seen.adapter}: {last}")
        (down, of), (was, before) = seen.conduct.down_since, seen.conduct.down_before
        typer.echo(f"Votes, which advise only: {down} of {of} are down, {was} of {before} were before.")
        if worse:
            typer.echo("It was taken back." if seen.taken_back else "It would be taken back.")
    raise typer.Exit(3 if worse else 0)
