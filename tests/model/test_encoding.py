"""What is learnt is what is served: nothing is cut, no prompt is read otherwise, every turn ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from model.learning.basis import TEMPLATE, thinks
from model.learning.encoding import Mismatch, examples

MESSAGES = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "How long?"}]
LINE = {"id": "r1", "messages": MESSAGES, "completion": "26 weeks. [1]"}


class Letters:
    """A tokenizer that reads letter by letter, in Footnote's chat form; `joins` are pairs read as one."""

    eos_token, eos_token_id = "$", ord("$")

    def __init__(self, joins: tuple[str, ...] = (), end: str = "$\n") -> None:
        self.joins, self.end = joins, end

    def __call__(self, text: str, add_special_tokens: bool) -> dict[str, list[int]]:
        assert not add_special_tokens
        for number, pair in enumerate(self.joins):
            text = text.replace(pair, chr(0xE000 + number))
        return {"input_ids": [ord(letter) for letter in text]}

    def apply_chat_template(self, messages: Any, *, add_generation_prompt: bool = False, **_: Any) -> str:
        text = "".join(f"^{m['role']}\n{m['content']}{self.end}" for m in messages)
        return f"{text}^assistant\n" if add_generation_prompt else text


def test_only_the_answer_and_the_end_of_its_turn_are_learnt() -> None:
    (one,) = examples([LINE], Letters(), 200)

    learnt = "".join(chr(label) for label in one.labels if label != -100)
    assert learnt == "26 weeks. [1]$"
    assert one.ids[: len(one.prompt)] == list(one.prompt)
    assert len(one.ids) == len(one.labels)


def test_a_row_that_would_be_cut_stops_the_run_and_says_how_long_it_is() -> None:
    length = len(examples([LINE], Letters(), 200)[0].ids)

    with pytest.raises(Mismatch, match=rf"1 rows have more than {length - 1} tokens; row r1 has {length}"):
        examples([LINE], Letters(), length - 1)


def test_an_answer_that_changes_how_the_prompt_is_read_stops_the_run() -> None:
    with pytest.raises(Mismatch, match="the answer's first letters change"):
        examples([LINE], Letters(joins=("\n2",)), 200)


def test_a_template_that_does_not_end_the_turn_stops_the_run() -> None:
    with pytest.raises(Mismatch, match="the model would never stop"):
        examples([LINE], Letters(end="\n"), 200)


def test_a_model_that_thinks_unless_told_otherwise_is_known_by_its_own_template(tmp_path: Path) -> None:
    for name, template in (
        ("ours", TEMPLATE.read_text()),
        ("plain", "{{ x }}"),
        ("thinks", "enable_thinking"),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "chat_template.jinja").write_text(template)

    assert [name for name in ("ours", "plain", "thinks", "absent") if thinks(str(tmp_path / name))] == [
        "thinks"
    ]
