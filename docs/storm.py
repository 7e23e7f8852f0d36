"""Thousands of questions while Slack, the network and the processes fail at random: each has one visible end.

python -m docs.storm --questions 10000 --seed 7       two processes on PostgreSQL
python -m docs.storm --questions 500 --sqlite         one process on SQLite

tests/bot/storm.py says what goes wrong and how often; tests/bot/storm_checker.py reads what the stand-in for
Slack received, and nothing else. The exit status is 1 where it complains.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "bot"))

from nursery import Nursery
from storm import FAST, Fleet, Plan, Storm, summed

from bot.play.slack import SlackStandIn
from deploy.postgres.server import running


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m docs.storm")
    words.add_argument("--questions", type=int, default=10_000)
    words.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    words.add_argument("--replicas", type=int, default=2)
    words.add_argument("--mode", choices=("socket", "http"), default="socket")
    words.add_argument("--sqlite", action="store_true", help="one process on SQLite")
    sys.exit(_run(words.parse_args()))


def _run(given: argparse.Namespace) -> int:
    print(f"storm: seed {given.seed}, {given.mode}", flush=True)
    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="footnote-storm-")))
        database = "" if given.sqlite else stack.enter_context(running()).database("storm")
        slack = stack.enter_context(SlackStandIn(given.mode, timing=FAST))
        nursery = stack.enter_context(Nursery())
        fleet = Fleet(slack, nursery, home, database, 1 if given.sqlite else given.replicas)
        stack.callback(fleet.stop)
        fleet.start()
        storm, began = Storm(slack, fleet, Plan(given.questions, given.seed)), time.monotonic()
        verdict = storm.run(lambda line: print(f"storm: {line}", flush=True))
    print(f"storm: {summed(verdict, storm.asked)}; {fleet.kills} kills in {time.monotonic() - began:.0f} s")
    for complaint in verdict.complaints:
        print(f"storm: {complaint}")
    return bool(verdict.complaints)


if __name__ == "__main__":
    main()
