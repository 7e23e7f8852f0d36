"""Hundreds of questions while Slack, the network and the processes fail at random: each has one visible end.

The long form is `python -m docs.storm`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from nursery import Nursery
from storm import FAST, Fleet, Plan, Storm, summed

from bot.play.slack import SlackStandIn

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as nursery:
        yield nursery


def weathered(mode: str, nursery: Nursery, home: Path, database: str, plan: Plan) -> None:
    print(f"seed {plan.seed}")
    with SlackStandIn(mode, timing=FAST) as slack:  # type: ignore[arg-type]
        fleet = Fleet(slack, nursery, home, database, 2 if database else 1)
        try:
            fleet.start()
            storm = Storm(slack, fleet, plan)
            verdict = storm.run()
        finally:
            fleet.stop()

    print(summed(verdict, storm.asked))
    assert verdict.complaints == (), f"seed {plan.seed}: {verdict}"
    assert len(verdict.waits) + verdict.left == plan.questions


def test_in_a_storm_each_question_has_one_end(nursery: Nursery, tmp_path: Path) -> None:
    plan = Plan(200, random.randrange(1 << 30), between_kills=60, between_drops=25)

    weathered("socket", nursery, tmp_path, "", plan)


@pytest.mark.services
def test_in_a_storm_over_two_processes_each_question_has_one_end(
    database: str, nursery: Nursery, tmp_path: Path
) -> None:
    plan = Plan(200, random.randrange(1 << 30), between_kills=60, between_drops=25)

    weathered("http", nursery, tmp_path, database, plan)
