"""What asks several things: each by itself, and what of it no quote answers."""

from __future__ import annotations

import pytest

from model.checking.citations import markers
from model.quoting.extract import Extract
from model.quoting.parts import parts, untold
from retrieval.passage import Embedder, Passage

BOTH = "What is the mooring fee and the crane fee, and who books the slipway?"
TEXTS = (
    "The mooring fee is €14 a night.",
    "The crane fee is €90 a lift.",
    "The warden books the slipway for you.",
)


@pytest.mark.parametrize(
    ("question", "found"),
    [
        (BOTH, ["What is the mooring fee?", "What is the crane fee?", "Who books the slipway?"]),
        ("When does the ferry go? Where is the pier?", ["When does the ferry go?", "Where is the pier?"]),
        (
            "Wann fährt die Fähre und wer steuert das Boot?",
            ["Wann fährt die Fähre?", "Wer steuert das Boot?"],
        ),
        ("when does the ferry go & where is the pier", ["When does the ferry go?", "Where is the pier?"]),
        ("Who steers, as well as who cooks?", ["Who steers?", "Who cooks?"]),
        ("Who repairs masts and how long does it take?", []),
        ("What is the difference between the sail and the mast?", []),
        ("What is the name of the captain and the mate?", []),
        ("Which ropes and sails are new?", []),
        ("Who stands where?", []),
    ],
)
def test_what_asks_several_things_is_taken_apart_where_each_stands_alone(
    question: str, found: list[str]
) -> None:
    assert parts(question) == found


def test_each_of_several_things_is_quoted_with_its_passage(minilm: Embedder) -> None:
    passages = [Passage(f"p{n}", f"{n}", "s", "Port", text, 0, len(text), "") for n, text in enumerate(TEXTS)]

    draft = Extract(minilm).write(BOTH, passages)

    assert all(text in draft.text for text in TEXTS)
    assert markers(draft.text) == [1, 2, 3]


def test_a_part_of_which_nothing_is_quoted_is_named() -> None:
    assert untold(BOTH, TEXTS) == []
    assert untold(BOTH, TEXTS[:1]) == ["What is the crane fee?", "Who books the slipway?"]
    assert untold("Who books the slipway?", TEXTS[:1]) == []
