"""What asks several things: each by itself, and what of it no quote answers."""

from __future__ import annotations

import pytest

from model.checking.citations import markers
from model.quoting.extract import Extract
from model.quoting.parts import apart, lines_asked, parts, untold
from model.quoting.siblings import of_the_same
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
        ("Which is dearer, the sail or the mast, and what is the difference?", []),
        ("What is the difference between the sail and the mast?", []),
        ("What is the name of the captain and the mate?", []),
        ("Which ropes and sails are new?", []),
        ("Who stands where?", []),
        (
            "Who repairs masts and how long does it take?",
            ["Who repairs masts?", "Who repairs masts?\nHow long does it take?"],
        ),
        (
            "how much is tea? and cake? and who pays it?",
            ["How much is tea?", "How much is tea?\nAnd cake?", "How much is tea?\nAnd cake?\nWho pays it?"],
        ),
        (
            "What is a berth?\nWho pays it and where is the pier?",
            ["What is a berth?\nWho pays it?", "Where is the pier?"],
        ),
        (
            "How much is the ferry? And is it free for crew?",
            ["How much is the ferry?", "How much is the ferry?\nIs it free for crew?"],
        ),
        (
            "Who steers the boat and was it painted?",
            ["Who steers the boat?", "Who steers the boat?\nWas it painted?"],
        ),
        ("Who steers the boat and how fast?", ["Who steers the boat?", "Who steers the boat?\nHow fast?"]),
        ("May I rent a car? Or A bike?", ["May I rent a car?", "May I rent a car?\nAnd a bike?"]),
        ("How far is Kiel? Lisbon?", ["How far is Kiel?", "How far is Kiel?\nAnd Lisbon?"]),
        (
            "How much is tea? - who approves it? 3) Where is the pier?",
            ["How much is tea?", "How much is tea?\nWho approves it?", "Where is the pier?"],
        ),
        ("How much is tea? ok?", []),
        (
            "How much is tea? Where is the pier? Please answer in one sentence.",
            ["How much is tea?", "Where is the pier?"],
        ),
        ("How much is tea? Why? Where is the pier?", []),
    ],
)
def test_what_asks_several_things_is_taken_apart_where_each_stands_alone(
    question: str, found: list[str]
) -> None:
    assert parts(question) == found


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("how much is tea\n\nand cake\nwho pays", "how much is tea?\nand cake?\nwho pays"),
        ("Who pays?\nand when is it due", "Who pays?\nand when is it due"),
        (
            "Who pays the tea that I drink\nwith a guest from Kiel",
            "Who pays the tea that I drink\nwith a guest from Kiel",
        ),
        ("- how much is tea\n2. who pays\n- or a cake", "how much is tea?\nwho pays?\nor a cake"),
        ("How much is:\n- tea\n- cake", "How much is:\n- tea\n- cake"),
        ("I drink tea\nand who pays", "I drink tea\nand who pays"),
        ("These are mine:\nwho pays", "These are mine:\nwho pays"),
    ],
)
def test_lines_that_ask_are_questions_each(message: str, asked: str) -> None:
    assert lines_asked(message) == asked


def test_a_part_that_leans_on_another_is_named_alone_where_it_is_not_told() -> None:
    asked = "How much is the crane fee and who collects it?"

    assert untold(asked, TEXTS) == ["Who collects it?"]
    assert (
        untold("What is the sail and how long does it last?", ["A sail is cloth, good for six years."]) == []
    )


def test_a_part_that_a_table_answers_is_quoted_with_its_row_alone(minilm: Embedder) -> None:
    rows = "| what | limit | note |\n|---|---|---|\n"
    rows += (
        "| Tea | €4 | only if the berth does not include it |\n| Berth, per night | €14 | tea not counted |\n"
    )
    passage = Passage("p", "d", "s", "Limits", rows, 0, len(rows), "")

    draft = Extract(minilm).write("How much may I spend on a berth and who signs for it?", [passage])

    assert "Berth" in draft.text
    assert "Tea" not in draft.text


def test_each_of_several_things_is_quoted_with_its_passage(minilm: Embedder) -> None:
    passages = [Passage(f"p{n}", f"{n}", "s", "Port", text, 0, len(text), "") for n, text in enumerate(TEXTS)]

    draft = Extract(minilm).write(BOTH, passages)

    assert all(text in draft.text for text in TEXTS)
    assert markers(draft.text) == [1, 2, 3]


def test_a_part_of_which_nothing_is_quoted_is_named() -> None:
    assert untold(BOTH, TEXTS) == []
    assert untold(BOTH, TEXTS[:1]) == ["What is the crane fee?", "Who books the slipway?"]
    assert untold("Who books the slipway?", TEXTS[:1]) == []


@pytest.mark.parametrize(
    ("message", "told", "asked"),
    [
        ("I am new here. How long is the probation?", "I am new here.", "How long is the probation?"),
        ("How long is it? My manager did not know.", "My manager did not know.", "How long is it?"),
        ("I'm new. Who pays? And when?", "I'm new.", "Who pays? And when?"),
        ("I asked Dr. Meyer. who repairs the van", "I asked Dr. Meyer.", "who repairs the van"),
        ("Ich bin neu. Wie lange dauert das", "Ich bin neu.", "Wie lange dauert das"),
        ("How long is the probation?", "", "How long is the probation?"),
        ("When I joined nobody told me. Who pays?", "When I joined nobody told me.", "Who pays?"),
        ("Please explain travel. Can I fly?", "", "Please explain travel. Can I fly?"),
        ("I need to know who pays. I fly. And when?", "I fly.", "I need to know who pays. And when?"),
        ("Holiday. Germany.", "", "Holiday. Germany."),
        ("About leave?\nI am new. How long is it?", "I am new.", "How long is it?"),
    ],
)
def test_what_is_told_stands_apart_from_what_is_asked(message: str, told: str, asked: str) -> None:
    assert apart(message) == (told, asked)


def test_what_is_told_is_no_part_of_a_question() -> None:
    assert parts("How long is the probation? My manager did not know.") == []
    assert parts("I'm new. Who pays the rent? And when are wages paid?") == [
        "Who pays the rent?",
        "When are wages paid?",
    ]


LIMITS = """The amounts include tax and tips.

| what | limit | note |
|---|---|---|
| Breakfast | €14 | only if the inn does not include it |
| Lunch | €22 | only on a day away from your pier |
| Dinner | €38 | only with a night away from home |
| Inn, per night | €140 | breakfast not counted |
| Ferry, per ride | €35 | after 21:00 or with heavy nets |
| Charts, per year | €600 | yours to decide, no approval |
"""


def test_a_part_that_leans_on_a_row_looks_up_no_other_row(minilm: Embedder) -> None:
    passage = Passage("p", "d", "s", "Expenses", LIMITS, 0, len(LIMITS), "", ("Limits",))

    leaning = Extract(minilm).write("How much is dinner? Is it per day?", [passage])
    listed = Extract(minilm).write("How much is dinner? And lunch?", [passage])

    assert "Dinner" in leaning.text and "Inn, per night" not in leaning.text
    assert "Dinner" in listed.text and "Lunch" in listed.text


def test_what_is_quoted_for_a_part_that_leans_is_about_the_same_as_the_one_above() -> None:
    texts = ("The warden collects the fee.", "The cook collects the plates.", "The clerk collects it.")
    titles = ("Port", "Mess", "Mooring")
    some = [
        Passage(f"{n}", f"{n}", "s", title, text, 0, len(text), "")
        for n, (title, text) in enumerate(zip(titles, texts, strict=True))
    ]
    told = "\n\n".join(f"{text} [{n}]" for n, text in enumerate(texts, 1))

    kept = of_the_same("How much is the mooring fee?", told, some)

    assert kept == f"{texts[0]} [1]\n\n{texts[2]} [3]"


def test_a_short_part_is_told_by_its_kind_and_a_number_by_what_can_be_dialled() -> None:
    how_fast = "Who do I call when the mast breaks and how fast?"
    number = "Who is the warden and what's her number?"

    assert untold(how_fast, ["Call the warden when the mast breaks."]) == ["How fast?"]
    assert not untold(how_fast, ["When the mast breaks call the warden within one hour."])
    assert untold(number, ["Name: Ada; Role: Warden; Berth: 12"]) == ["What's her number?"]
    assert not untold(number, ["Name: Ada; Role: Warden; Phone: +44 117 555 0105"])
    assert not untold("Who is the warden and what is her email?", ["Name: Ada; Role: Warden; E-mail: a@b.c"])


def test_of_rows_those_that_have_most_of_what_is_leant_on_stay() -> None:
    text = "| Name | Role |\n|---|---|\n| Ada | Slip manager |\n| Bo | Managing owner |"
    page = Passage("p", "d", "s", "Crew", text, 0, len(text), "")
    rows = "Name: Ada; Role: Slip manager [1]\n\nName: Bo; Role: Managing owner [1]"

    assert of_the_same("Who is the slip manager?", rows, [page]) == rows.partition("\n")[0]
