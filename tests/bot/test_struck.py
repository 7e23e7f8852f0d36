"""A writer that lies: what the check takes out is shown, struck out, to whoever asks to see it."""

from __future__ import annotations

from bot.blocks.answer import render
from bot.blocks.look import Look
from model.answer import Answer, Fault, Status, Struck

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
