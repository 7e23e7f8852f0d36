"""A steady load on one `footnote serve` while its index is built anew and yesterday's questions are asked
again: how long each stage takes, what grows, what is lost.

python -m docs.load                          five questions a second for ten minutes
python -m docs.load --minutes 1 --rate 2     less
python -m docs.load --climb                  faster with each step, until people wait: what is full first
python -m docs.load --noisy                  one person asks ten times as much as all others together
python -m docs.load --quiet --rate 0.5 --writer extract     nothing beside it

The index holds the example handbook and pages from FOOTNOTE_DATA (`--pages 0`: the handbook alone);
`--at DIR` keeps it. Slack's limits are off: it would take 50 answers a minute. The exit status is 1 where a
question was lost or doubled or has no end.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.play.slack import SlackStandIn
from docs import climb, noisy
from docs.asking import Crowd, Judged, questions
from docs.busy import Office, Plan, Watch, opened, prepared
from docs.seen import OTHERS, Costs, drifts, minutes, open_files, staged

WARM = 20  # questions, before anything counts
PATIENCE_S = 120.0


def steady(office: Office, rate: float, seconds: float, *, quiet: bool) -> Iterator[str | Judged]:
    """Figures of a load that stays the same, and in the end what became of the questions."""
    crowd = Crowd(office.slack)
    crowd.ask_for(WARM / 2, 2.0)
    crowd.until_over(office.waiting, PATIENCE_S)
    began, said, costs = office.slack.clock.now(), len(office.log), Costs(office)
    beside = office.beside()
    with Watch(office) as watch:
        if quiet:
            late = crowd.ask_for(seconds, rate)
        else:
            with beside:
                late = crowd.ask_for(seconds, rate)
        spent, held = costs.spent(), open_files(office.parts["footnote serve"])
        crowd.until_over(office.waiting, PATIENCE_S)
    asked = [one for one in crowd.asked if one.at >= began]
    yield f"{len(asked)} questions in {seconds:.0f} s, {rate:g} a second; the people came {late:.1f} s late"
    yield from staged(office, asked, began, office.log[said:])
    yield from minutes(watch.glances, seconds)
    yield from drifts(watch.glances, seconds)
    yield f"open in the end: {held}"
    yield f"left in the inbox, once nobody asks any more: {office.waiting()}"
    if not quiet:
        spent[OTHERS] -= sum(beside.cpu_s.values())
        spent = beside.cpu_s | spent
    for name, cpu in spent.items():
        each = 1000 * cpu / max(1, len(asked))
        yield f"CPU, {name}: {cpu:.1f} s, {cpu / seconds:.2f} of a core, {each:.0f} ms a question"
    if not quiet:
        yield "meanwhile ended: " + ", ".join(f"{count} {name}" for name, count in beside.ended.items())
        yield from beside.failed[:5]
    yield crowd.judged()


def measured(given: argparse.Namespace, home: Path) -> Iterator[str | Judged]:
    """The figures that were asked for."""
    if not home.is_dir():
        new = home.with_name("unfinished")
        prepared(new, given.pages, questions())
        new.rename(home)
    plan = Plan(given.writer, given.pages)
    with SlackStandIn() as slack, opened(slack, home, plan) as office:
        if given.climb:
            yield from climb.climbed(office, given.step, given.seconds)
        elif given.noisy:
            yield from noisy.beside(office, given.rate, given.seconds, given.turns)
        else:
            yield from steady(office, given.rate, given.minutes * 60, quiet=given.quiet)


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    """Of the command line."""
    known = argparse.ArgumentParser(prog="python -m docs.load")
    known.add_argument("--rate", type=float, default=5.0, help="questions a second")
    known.add_argument("--minutes", type=float, default=10.0)
    known.add_argument("--pages", type=int, default=250)
    known.add_argument("--writer", choices=("chat", "extract"), default="chat")
    known.add_argument("--quiet", action="store_true", help="nothing runs beside it")
    known.add_argument("--climb", action="store_true")
    known.add_argument("--step", type=float, default=2.0, help="questions a second that each step has more")
    known.add_argument("--noisy", action="store_true")
    known.add_argument("--seconds", type=float, default=30.0, help="of a step or a turn")
    known.add_argument("--turns", type=int, default=3, help="without and with the one who asks so much")
    known.add_argument("--at", type=Path, help="folder that keeps the index")
    return known.parse_args(words)


def lines(words: list[str] | None = None) -> Iterator[str]:
    """What is printed; a complaint is a line that begins with COMPLAINT."""
    given = arguments(words)
    with tempfile.TemporaryDirectory(prefix="footnote-load-") as place:
        for one in measured(given, (given.at or Path(place)).absolute() / "prepared"):
            yield from one.lines() if isinstance(one, Judged) else [one]


def main() -> None:
    wrong = False
    for line in lines():
        wrong = wrong or line.startswith("COMPLAINT")
        print(f"load: {line}", flush=True)
    sys.exit(wrong)


if __name__ == "__main__":
    main()
