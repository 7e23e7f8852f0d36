"""footnote replay: an answer's id in, the answer made again and what differs out."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.explain import ID

if TYPE_CHECKING:
    from bot.memory.replay import Replay
    from bot.settings import Settings

DIFFERENT = 3


def replay(
    answer: Annotated[str, typer.Argument(metavar="ID", help=ID)],
    live: Annotated[bool, typer.Option("--live", help="Search today's index instead.")] = False,
    words: Annotated[
        str, typer.Option("--question", help="What was asked, where its words are not kept.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")] = False,
) -> None:
    """Make an answer again from the passages that it was made from, and show what differs.

    Exit code 0: the same answer, 3: another one, 1: it cannot be made again, 2: wrong usage.
    """
    from bot.settings import load

    made = _again(load(), answer, words, live=live)
    if as_json:
        typer.echo(json.dumps(_shown(made, live=live), ensure_ascii=False))
    else:
        _print(made)
    raise typer.Exit(0 if made.same else DIFFERENT)


def _again(settings: Settings, given: str, words: str, *, live: bool) -> Replay:
    from bot import wiring
    from bot.memory import replay
    from bot.wiring.records import revisions

    kept = wiring.kept(settings, given)
    asked = replay.question(kept.record, words)
    if live:
        chain = wiring.chain(settings)
    else:
        chain = wiring.chain(settings, replay.found(kept.record, kept.words), kept.record.writer)
    now = chain.invoke(asked)
    table = wiring.store(settings).live(settings.workspace).name
    today = revisions(settings, {place.document for place in kept.record.places})
    since = replay.Since(table, today, frozenset(kept.words))
    return replay.compared(kept.record, now, tuple(replay.changes(kept.record, now, since)))


def _shown(made: Replay, *, live: bool) -> dict[str, object]:
    was = {"status": made.was.status, "text": made.was.text, "writer": made.was.writer}
    was |= {"timings_ms": made.was.trail.get("timings", {}), "tokens": made.was.trail.get("tokens", {})}
    used = made.now.trail.tokens if made.now.trail else {}
    return {
        "id": made.was.id,
        "same": made.same,
        "live": live,
        "was": was,
        "now": made.now.to_json() | {"tokens": dict(used)},
        "sentences": asdict(made.sentences),
        "citations": asdict(made.citations),
        "changes": list(made.changes),
    }


def _print(made: Replay) -> None:
    from bot.replies import printable

    typer.echo("The same answer." if made.same else "Another answer.")
    if made.was.status != made.now.status:
        typer.echo(f"It was {made.was.status} and is {made.now.status}.".replace("_", " "))
    for difference in (made.sentences, made.citations):
        for line in difference.gone:
            typer.echo(f"- {printable(line)}")
        for line in difference.new:
            typer.echo(f"+ {printable(line)}")
    if made.changes:
        typer.echo("Since then:")
    for sentence in made.changes:
        typer.echo(f"  {printable(sentence)}")
