"""Machines that are killed one after the other while people ask; the long form is `python -m docs.killed`."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from docs.killed import Plan, besieged, summed

pytestmark = [pytest.mark.services, pytest.mark.timeout(600)]


def test_while_machines_are_killed_each_question_has_one_answer_and_the_schedule_is_kept(
    postgres: object, weaviate: object, tmp_path: Path
) -> None:
    plan = Plan(seconds=25, rate=2, seed=random.randrange(1 << 30))

    siege, verdict = besieged(plan, tmp_path)

    print("\n".join(summed(siege, verdict)))
    assert (verdict.lost, verdict.doubled, verdict.unended) == (0, 0, 0), f"seed {plan.seed}"
    assert len(verdict.took) == verdict.asked == 50
    assert sum(siege.kills.values()) >= 4 and siege.watch.began
