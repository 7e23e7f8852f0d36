"""A real adapter on a real vLLM: what it makes of golden rows, how likely a text is, what the gate says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from kestrel import ADAPTER, ASKED, VLLM

from bot.settings import load
from bot.wiring.judging import subject
from model.answer import WriterUnavailable
from model.checking.citations import markers
from model.learning import golden
from model.learning.gate import Outcome, Rules
from model.learning.golden import Parts
from model.learning.row import Row
from model.learning.trial import Bench, gated, run
from model.writing.endpoint import BASE, Endpoint

pytestmark = pytest.mark.services

TEXT = "Kestrel Bakeries gives each parent 26 weeks of paid parental leave."


@pytest.fixture
def rows(vllm: VLLM, found: Any) -> Sequence[Row]:
    """The questions that the adapter knows, each with its passages as the bot finds them."""
    answers = {row["messages"][-1]["content"]: row["answer"] for row in vllm.rows}
    made = []
    for question in ASKED:
        passages = tuple(found(question))
        row = Row(question, passages, "")
        answer = answers[row.messages()[-1]["content"]]
        made.append(Row(question, passages, answer, tuple(markers(answer))))
    return made


def test_the_adapter_passes_what_it_knows_and_the_base_model_does_not(
    vllm: VLLM, rows: Sequence[Row], tmp_path: Path
) -> None:
    settings = load(_env_file=None, vllm_base_url=vllm.base_url)
    base, adapter = subject(settings, BASE), subject(settings, ADAPTER)
    folder = golden.freeze(tmp_path / "golden", "team", Parts(rows, general=[TEXT]))
    over = golden.opened(folder)

    made = [run(one, over) for one in (base, adapter)]
    verdict, _ = gated(Bench(tmp_path, folder, base, Rules(items=3, refusals=0)), adapter)

    assert [[one.passed for one in each.items] for each in made] == [[False] * 3, [True] * 3]
    assert all(each.general[0] > 0 for each in made) and made[0].general != made[1].general
    assert verdict.better is not None and (verdict.better.won, verdict.better.lost) == (3, 0)
    assert verdict.better.flips == 0 and verdict.outcome is not Outcome.PASS  # three items show nothing


def test_a_text_is_as_likely_as_the_model_finds_it_and_the_same_each_time(vllm: VLLM) -> None:
    endpoint = Endpoint(vllm.base_url, "")
    first = endpoint.loss(BASE, TEXT)

    assert first == pytest.approx(endpoint.loss(BASE, TEXT), abs=0.02) and first > 0
    assert endpoint.loss(BASE, "zq " * 40) != pytest.approx(first, abs=0.05)
    with pytest.raises(WriterUnavailable):
        endpoint.loss("handbook-9", TEXT)
