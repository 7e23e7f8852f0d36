"""The harness of loads: its arithmetic by hand, its judging by a workspace, and twenty seconds of it."""

from __future__ import annotations

import math
import os
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.play.slack import SlackStandIn
from docs import load
from docs.asking import Crowd, Judged
from docs.busy import Glance, Plan, opened, prepared
from docs.climb import Step, full
from docs.growth import Size, fitted
from docs.seen import by_minute, drifts, logged, open_files
from docs.slope import exponent, slope, spread, student

LOG = (
    "2026-11-27 10:00:00,001 INFO footnote.question answered: event=Ev1 status=answered writer=good "
    "citations=2 struck=0 queue_ms=31 embed_ms=5 search_ms=12 write_ms=40 total_ms=61\n"
    "2026-11-27 10:00:00,201 INFO footnote.question shown: event=Ev1 took_ms=120\n"
    "2026-11-27 10:00:01,001 INFO footnote.question answered: event=Ev2 status=not_found writer=none "
    "citations=0 struck=0 queue_ms=33 embed_ms=6 search_ms=14 write_ms=0 total_ms=20\n"
)


def test_a_slope_is_that_of_the_line_and_sure_where_nothing_lies_beside_it() -> None:
    found = slope([0, 1, 2, 3, 4], [10, 13, 16, 19, 22])

    assert (found.grows, found.low, found.high) == pytest.approx((3, 3, 3))


def test_the_interval_of_a_slope_is_students() -> None:
    # 1 + 2x, and beside it 0.2, -0.4, 0.2, 0, 0: a sum of squares of 0.24 with three degrees of freedom.
    found = slope([0, 1, 2, 3, 4], [1.2, 2.6, 5.2, 7, 9])

    assert found.grows == pytest.approx(2)
    assert found.high - 2 == pytest.approx(2 - found.low) == pytest.approx(0.2846, rel=0.01)


@pytest.mark.parametrize(("free", "quantile"), [(3, 3.182), (8, 2.306), (30, 2.042), (10_000, 1.960)])
def test_students_quantiles_are_those_of_the_tables(free: int, quantile: float) -> None:
    assert student(free) == pytest.approx(quantile, rel=0.01)


def test_of_two_points_there_is_a_slope_and_nothing_about_how_sure_it_is() -> None:
    found = slope([0, 2], [1, 5])

    assert found.grows == 2 and math.isnan(found.low)
    assert math.isnan(slope([1], [1]).grows)


def test_an_exponent_is_that_of_the_power() -> None:
    assert exponent([10, 100, 1000], [4, 4 * 10**0.5, 40]) == pytest.approx(0.5)


def test_what_a_further_passage_takes_is_told_beside_the_exponents() -> None:
    sizes = [Size("lance", n, n / 1000, 5.0, 9.0, 4.0, 100 + n / 1024, n / 512) for n in (1_000, 10_000)]

    assert list(fitted(sizes)) == [
        "lance, exponents from 2 sizes: write 1.00, p50 0.00, p95 0.00, cpu 0.00, memory 0.04, disk 1.00",
        "lance, each further passage: memory 1.02 kB, disk 2.05 kB",
    ]
    assert list(fitted(sizes[:1])) == []


def test_percentiles_lie_between_the_values_they_lie_between() -> None:
    assert spread(list(range(101))) == (50, 95, 99)
    assert spread([1, 3]) == pytest.approx((2, 2.9, 2.98))
    assert all(map(math.isnan, spread([])))


def test_the_stages_of_an_answer_are_read_from_the_log() -> None:
    found = logged(LOG)

    assert found["until it is begun"] == [31, 33] and found["embedding"] == [5, 6]
    assert (
        found["search"] == [12, 14] and found["writing"] == [40, 0] and found["search to answer"] == [61, 20]
    )


def test_a_minute_that_is_not_whole_counts_for_nothing_and_the_first_not_for_what_grows() -> None:
    glances = [Glance(at, 100 + at / 60, 40, 3) for at in range(0, 380)]
    said = list(drifts(glances, 380))

    assert [len(part) for part in by_minute(glances, 380)] == [60] * 6
    assert said[0].startswith("memory: +60.00 (+60.00 to +60.00) MB an hour, from 5 minutes")
    assert said[1].startswith("handles: +0.00") and said[-1] == "the inbox: at most 3 rows"


def test_of_many_minutes_the_second_half_tells_a_leak_from_what_fills_once() -> None:
    glances = [Glance(at, 100 + min(at, 500) / 60, 40, 3) for at in range(0, 1080)]
    said = [line for line in drifts(glances, 1080) if line.startswith("memory")]

    assert not said[0].startswith("memory: +0.00")
    assert said[1] == "memory: +0.00 (+0.00 to +0.00) MB an hour, from the last 9 minutes"


def test_what_is_open_is_told_by_kind_without_what_numbers_it(tmp_path: Path) -> None:
    with ExitStack() as stack:
        for n in range(3):
            stack.enter_context((tmp_path / f"held-{n}.db").open("w"))
        assert "3 held-#.db" in open_files(os.getpid())


def test_what_is_full_is_the_part_that_has_its_core() -> None:
    slow = {"until it is begun": 20.0, "search": 10.0, "writing": 5.0, "final post": 80.0}
    late = slow | {"until it is begun": 9_000.0, "search": 40.0, "final post": 12_000.0}
    steps = [Step(2, 2.0, 0, slow, {"serve": 0.2}), Step(4, 3.1, 20, late, {"serve": 0.97, "idle": 0.3})]

    assert [one.follows for one in steps] == [True, False]
    assert list(full(steps)) == [
        "it follows 2 a second; at 4 it answers 3.1",
        "what grew most is the time until it is begun (+8980 ms); serve has all that one process gets "
        "(0.97 of a core); idle are 0.30 cores",
    ]


def test_where_no_core_is_idle_the_cores_are_full() -> None:
    slow = {"until it is begun": 20.0, "search": 10.0, "final post": 80.0}
    late = slow | {"search": 400.0, "final post": 12_000.0}
    shares = {"serve": 0.6, "all else on the machine": 1.3, "idle": 0.01}
    said = list(full([Step(2, 2.0, 0, slow, {"serve": 0.2}), Step(4, 3.9, 1, late, shares)]))

    assert said[-1] == (
        "what grew most is the time search (+390 ms); the cores are full, of which serve has 0.60 and all "
        "else 1.30; idle are 0.01 cores"
    )


@dataclass
class Said:
    """What an app would have written."""

    slack: SlackStandIn

    def post(self, channel: str, root: str, text: str) -> None:
        from slack_sdk import WebClient

        client = WebClient(self.slack.bot_token, base_url=self.slack.api_url)
        client.chat_postMessage(channel=channel, thread_ts=root, text=text)


@pytest.mark.slow
def test_each_thread_has_its_one_answer_or_it_is_a_complaint() -> None:
    with SlackStandIn() as slack:
        crowd, app = Crowd(slack), Said(slack)
        for _ in range(4):
            crowd.ask()
        once, twice, unended, _lost = crowd.asked
        app.post(once.channel, once.root, "20 weeks. [1]")
        app.post(twice.channel, twice.root, "20 weeks. [1]")
        app.post(twice.channel, twice.root, "20 weeks. [1]")
        app.post(unended.channel, unended.root, "Searching the documents…")
        word = crowd.judged()

    assert (word.asked, word.lost, word.doubled) == (4, 2, 1)
    assert any("without an end" in complaint for complaint in word.verdict.complaints)


@pytest.mark.slow
def test_under_a_load_nothing_is_lost_or_doubled_and_the_inbox_stays_short(tmp_path: Path) -> None:
    home = tmp_path / "prepared"
    prepared(home, 0, ["How many weeks of paid parental leave does each parent get?"])
    with SlackStandIn() as slack, opened(slack, home, Plan(pages=0)) as office:
        *said, word = load.steady(office, 1.5, 20.0, quiet=False)

    print("\n".join(map(str, said)))
    assert isinstance(word, Judged)
    assert (word.asked, word.verdict.complaints) == (50, ()), str(word.verdict)
    assert "left in the inbox, once nobody asks any more: 0" in said
    most = next(int(str(line).split()[4]) for line in said if str(line).startswith("the inbox"))
    assert most < 60
