"""What the effect of a served adapter says: that it works as trained, or in a sentence why not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from model.learning.probe import Effect, Example, Measured, NotProbed, Probe, examples

EXAMPLE = Example("a1", [{"role": "user", "content": "How long?"}], "20 weeks [1]", 9, -2.0, -0.5)


def effect(base: float, adapter: float, differs: bool = True, tokens: int = 9) -> Effect:
    return Effect((Measured(EXAMPLE, tokens, base, adapter, differs),))


@pytest.mark.parametrize("seen", [(-2.0, -0.5), (-2.02, -0.52), (-1.9, -0.46), (-2.1, -0.54)])
def test_one_that_works_as_trained_has_nothing_against_it(seen: tuple[float, float]) -> None:
    assert effect(*seen).astray == ()


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (effect(-2.0, -2.0, differs=False), "It has no effect"),
        (effect(-2.0, -2.6), "less likely (-0.600 a token)"),
        (effect(-2.0, -1.2), "Its gain is +0.800 a token, and the trainer measured +1.500"),
        (effect(-2.4, -0.9), "its answers reach -0.900, and reached -0.500"),
        (effect(-2.0, -0.5, differs=False), "written as the base model writes it"),
        (effect(-2.0, -0.5, tokens=13), "template or tokenizer differ"),
    ],
)
def test_one_that_does_not_says_why(seen: Effect, words: str) -> None:
    assert any(words in sentence for sentence in seen.astray), seen.astray


def test_the_texts_come_from_the_dataset_that_it_was_trained_on(tmp_path: Path) -> None:
    folder = tmp_path / "kb-0123456789ab"
    folder.mkdir()
    line = {"id": "a1", "messages": EXAMPLE.messages, "completion": EXAMPLE.answer}
    (folder / "sft.jsonl").write_text(json.dumps(line) + "\n")
    probe = [{"row": row, "prompt_tokens": 9, "base": -2.0, "adapter": -0.5} for row in ("a1", "erased")]

    assert examples({"dataset": folder.name, "probe": probe}, tmp_path) == [EXAMPLE]
    with pytest.raises(NotProbed, match="Train it again"):
        examples({"dataset": folder.name, "probe": probe[1:]}, tmp_path)


def test_a_server_that_is_not_there_is_said() -> None:
    with pytest.raises(NotProbed, match="did not answer the probe"):
        Probe("http://127.0.0.1:9/v1", "", "base").effect("kb-0001-aaaaaaaa", [EXAMPLE])
