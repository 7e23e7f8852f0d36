"""The amount that a question names, held against the limits of sentences: what decides is quoted."""

from __future__ import annotations

import pytest

from model.quoting.extract import Extract
from model.quoting.limits import amount, amounts, decides, goes_on, rules
from retrieval.passage import Embedder, Passage

SKIPPER = "The skipper agrees to repairs up to €500."
BOTH = "Up to 500 euros your lead signs, up to 2,000 euros the head, above that by the owner."
OWNER = "Above that the owner does as well."


@pytest.mark.parametrize(
    ("question", "text", "held"),
    [
        ("Who agrees to a repair of 800 euros?", SKIPPER, False),
        ("Who agrees to a repair of 300 euros?", SKIPPER, True),
        ("Who agrees to a repair of €500?", SKIPPER, True),
        ("Who agrees to a repair of more than €500?", SKIPPER, False),
        ("Who agrees to a repair of 800 euros?", "Ask the owner about repairs above 500 euros.", True),
        ("Who agrees to a repair of 800 euros?", "The owner agrees to repairs of €750 or more.", True),
        ("May I sail if it takes seven hours?", "Sail only when the road takes more than six hours.", True),
        ("May I sail if it takes seven hours?", "Drive when that takes less than six hours.", False),
        ("May I stay for 90 minutes?", "Guests stay for up to two hours.", True),
        ("How long do 30 ropes take?", "Six weeks for up to 20 ropes.", False),
        ("How long do 30 ropes take?", "Six weeks for up to 20 sails.", None),
        ("How much notice do I give for three weeks?", "One week or less needs five days' notice.", False),
        (
            "How much notice for 10 days?",
            "One week or less needs five days, more than a week needs 20.",
            True,
        ),
        ("May I moor for five hours?", "Please leave after four hours at the latest.", False),
        ("Can I be away for 30 days?", "You can be away for up to 25 working days a year.", False),
        ("Wer genehmigt eine Reparatur für 800 Euro?", "Der Eigner genehmigt alles über 500 Euro.", True),
        ("Can I carry over 5 days of leave?", "You may carry over up to 5 days of leave.", True),
        ("Can I carry over 3 days of leave?", "Everyone may carry over 5 days of leave.", None),
        ("May I send 500 MB?", "The limit for a file to the harbour office is 200 MB.", False),
        ("Darf ich 100 Euro zahlen?", "Die Höchstgrenze für Barzahlung liegt bei 50 Euro.", False),
        ("Since we get 30 days of leave, can I carry some over?", "Up to 5 days are carried over.", None),
        ("Weil es 30 Tage gibt, darf ich 3 Tage übertragen?", "Bis zu 5 Tage werden übertragen.", True),
        ("If I take 30 days, can I carry some over?", "Up to 5 days are carried over.", False),
        ("Who signs 30,000 euros?", BOTH, True),
        ("Who signs 1,000 euros?", BOTH, True),
        ("Who signs 30,000 euros?", BOTH.partition(", above")[0], False),
        ("Who signs 300 euros?", "Price: €251 to €1,000; Signed by: the head", True),
        ("Who signs 300 euros?", "Price: €51 - €250; Signed by: the lead", False),
        ("Is a boat for 12 people free?", "The boats carry between 5 and 10 people.", False),
        ("Are two sailors enough for 2,000 euros?", "Price: €251 to €1,000; Signed by: two sailors", False),
        ("May I be away for 3 weeks?", "You can be away for up to 15 working days a year.", None),
        ("May I be away for 5 weeks?", "You can be away for up to 15 working days a year.", False),
        ("May I be away for 3 weeks?", "Sail alone up to three days a week.", None),
        ("May I sail alone 4 days a week?", "Sail alone up to three days a week.", False),
        ("Was passiert bei über 40 Stunden?", "Bis 40 Stunden bleiben; was darüber liegt, verfällt.", True),
        ("Who signs a repair of 300k?", "Price: €251,000 to €1,000,000; Signed by: the head", True),
        ("Who signs a repair of €300k?", "Price: €51,000 to €250,000; Signed by: the lead", False),
        ("Who signs a repair of 300,000?", "Price: €51,000 to €250,000; Signed by: the lead", False),
        ("Can I borrow a drill for 10 days?", "Refunds take 5 to 10 days.", None),
        ("Can I get a refund after 20 days?", "A refund usually takes between 5 and 10 days.", None),
        ("Geht das nach 20 Tagen?", "Eine Erstattung dauert 5 bis 10 Tage.", None),
        ("Can I get a refund after 20 days?", "A refund takes: 5 to 10 days", False),
        ("Can I take 20 days?", "You can take 5 to 10 days.", False),
        ("Is a boat for 12 people free?", "The boats take 5 to 10 people.", False),
        ("Who signs order 4,711?", "Repairs are agreed to up to €1,500.", None),
        ("Who pays from account 11000?", "Repairs are agreed to up to €1,500.", None),
        ("Who signs invoice number 12,000?", "Repairs are agreed to up to €1,500.", None),
        ("Who signs a bid for 300,000?", "Repairs are agreed to up to €1,500.", False),
        ("Who signs an order of 4,711?", "Repairs are agreed to up to €1,500.", False),
        ("May I spend up to 20,000?", "Repairs are agreed to up to €1,500.", False),
        ("Wer genehmigt 20000?", "Reparaturen gehen bis 1500 Euro.", False),
        ("Who leads 2401?", "Repairs are agreed to up to €1,500.", None),
        ("May I be away in 2026 or 2027?", "Repairs are agreed to up to €1,500.", None),
        ("Who agrees to a repair?", SKIPPER, None),
        ("Who agreed to the repair in 2025?", "Up to 2024 the skipper did.", None),
        ("Is a repair of 300 euros dearer than one of 800 euros?", SKIPPER, None),
    ],
)
def test_a_sentence_decides_where_the_amount_asked_about_is_within_its_limit(
    question: str, text: str, held: bool | None
) -> None:
    assert decides(question, text) is held


@pytest.mark.parametrize(("years", "held"), [("3 years", True), ("1 year", False)])
def test_what_is_so_after_two_years_is_so_of_three_and_no_better_an_answer_for_it(
    years: str, held: bool
) -> None:
    asked, text = f"I sail here since {years}, may I be away?", "Up to 3 months are possible after two years."

    assert rules(amounts(asked)[0], text, after=True) is held
    assert decides("How long is leave after 30 years?", "What is left lapses after two years.") is None


def test_a_sentence_that_goes_on_at_a_limit_holds_beyond_it() -> None:
    assert goes_on("Who agrees to a repair of 800 euros?", SKIPPER, OWNER)
    assert not goes_on("Who agrees to a repair of 300 euros?", SKIPPER, OWNER)
    assert not goes_on("Who agrees to a repair of 800 euros?", SKIPPER, "Nobody agrees to their own.")
    assert decides("Who agrees to a repair of 800 euros?", SKIPPER, OWNER)
    assert decides("Who agrees to a repair of 800 euros?", OWNER, ahead=SKIPPER)
    below = ("Ropes of 20 metres or more are cut by the rigger.", "Shorter ones you cut yourself.")
    assert goes_on("Who cuts a rope of 12 metres?", *below)


def test_the_amount_is_told_as_the_question_writes_it() -> None:
    asked = ("Who pays 800 euros?", "Can I be away for 30 working days?", "When in 2026?")

    found = map(amount, asked)

    assert [one.spelling if one else "" for one in found] == ["800 euros", "30 working days", ""]


def quoted(question: str, text: str, embedder: Embedder) -> list[str]:
    one = Passage("p", "repairs.md", "s", "Repairs", text, 0, len(text), "", ("Repairs",))
    return Extract(embedder).write(question, [one]).text.split("\n\n")


def test_what_holds_beyond_a_limit_is_quoted_with_it(minilm: Embedder) -> None:
    text = f"Repairs are done in the dry dock. {SKIPPER} {OWNER} Nobody agrees to their own repair."

    told = quoted("Who must agree to a repair of 800 euros?", text, minilm)

    assert f"{SKIPPER} [1] {OWNER} [1]" in " ".join(told)
    assert OWNER not in " ".join(quoted("Who must agree to a repair of 300 euros?", text, minilm)[:1])


SHOP = "The shop is shut in July. Sails are mended within two weeks of the order. Sails are white."


@pytest.mark.parametrize(
    "question",
    ["Are sails mended within 60 days of the order?", "Are sails mended within 5 weeks of the order?"],
)
def test_a_figure_that_differs_is_answered_with_the_sentence_that_has_the_figure(
    question: str, minilm: Embedder
) -> None:
    assert quoted(question, SHOP, minilm) == ["Sails are mended within two weeks of the order. [1]"]


def test_a_number_with_its_unit_is_no_name_of_something_else(minilm: Embedder) -> None:
    text = "Everyone gets 28 vacation days. Report a lost key within 24 hours. Berth 12 costs 90 euros."

    assert quoted("Do I get 40 vacation days?", text, minilm)[0].startswith("Everyone gets 28")
    assert quoted("Must I report a lost key within 48 hours?", text, minilm)[0].startswith("Report a lost")
    assert "Berth 12" not in " ".join(quoted("What does berth 13 cost?", text, minilm))
