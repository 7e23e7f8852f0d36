"""What docs/askers.py says of a model server: seconds to the first token, tokens a second, nothing of half an
answer."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from bot.play.model import ModelStandIn
from docs.askers import Round, Served, asked, prompt, told
from model.writing.prompt import SYSTEM

QUESTION = prompt(Random(1))


@pytest.fixture(scope="module")
def server() -> Iterator[ModelStandIn]:
    with ModelStandIn() as server:
        yield server


def test_the_wait_for_the_first_token_is_told_apart_from_the_writing(server: ModelStandIn) -> None:
    late = asked(Served(server.base_url, "ttft-1s"), QUESTION, 3)
    slow = asked(Served(server.base_url, "slow-0.4s"), QUESTION, 3)

    assert late.first_s > 1 and late.first_s > late.rest_s
    assert slow.rest_s > 0.8 and slow.rate == pytest.approx(2 / slow.rest_s)
    assert slow.wrote == 3 and slow.read > 1000


def test_an_answer_that_breaks_off_is_no_figure(server: ModelStandIn) -> None:
    with pytest.raises(ValueError, match="not 150 tokens"):
        asked(Served(server.base_url, "good"), QUESTION)


def test_no_two_prompts_are_alike_behind_the_instructions() -> None:
    chance = Random(2)
    first, second = prompt(chance), prompt(chance)

    assert first[0] == second[0] == {"role": "system", "content": SYSTEM}
    fixed = len('<passages>\n<passage number="1" ')
    assert first[1]["content"][: fixed + 60] != second[1]["content"][: fixed + 60]


def test_the_others_are_told_as_a_part_of_the_first() -> None:
    line = told(Served("http://x/v1", "one"), 8, Round(1500, 0.36, 188, 881), Round(1500, 0.17, 248, 1230))

    assert "first token 360 ms" in line and "188 tokens/s each (0.76)" in line
    assert "881 tokens/s in all (0.72)" in line
