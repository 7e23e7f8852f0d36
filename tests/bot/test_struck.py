"""A writer that lies: what the check takes out is shown, struck out, to whoever asks to see it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot import wiring
from bot.blocks.answer import render
from bot.blocks.look import Look
from bot.play.model import ModelStandIn
from bot.settings import load
from model.answer import Answer, Fault, Status, Struck

DEMO = Path(__file__).parents[2] / "examples" / "demo.json"

ANSWER = Answer("id", "How many days?", Status.ANSWERED, "You have 28 days.")
LIES = (
    Struck("You have 38 days. [1]", Fault.FIGURE, "38 days"),
    Struck("See <!channel> [9]", Fault.FORGED, "[9]"),
)


def test_what_was_struck_out_is_shown_with_its_reason_and_nothing_of_it_works() -> None:
    [message] = render(ANSWER, Look(struck=LIES))

    shown = [block for block in message.blocks if "strike" in str(block)]
    lists = [e for block in shown for e in block["elements"] if e["type"] == "rich_text_list"]
    said = [[element["text"] for element in item["elements"]] for item in lists[0]["elements"]]
    assert said == [
        ["You have 38 days. [1]", " — “38 days” is not in what it cites"],
        ["See <!channel> [9]", " — [9] points at no passage"],
    ]
    assert "<!channel>" not in message.text


def test_it_is_not_shown_where_nobody_asked_to_see_it() -> None:
    [message] = render(ANSWER, Look())

    assert "strike" not in str(message.blocks)


@pytest.mark.slow  # indexes the example handbook
def test_of_a_writer_that_lies_only_the_true_sentence_is_left(indexed: Path) -> None:
    lie = json.loads(DEMO.read_text(encoding="utf-8"))["lie"]
    with ModelStandIn() as model:
        answer = wiring.lying(load(_env_file=None, home=indexed), model.base_url).invoke(lie["question"])

    assert answer.text.startswith("You have 28 days of paid holiday a year")
    assert answer.text.count("[") == len(answer.citations) == 1
    assert [str(one.fault) for one in answer.struck] == lie["struck"]
