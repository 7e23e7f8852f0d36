"""Sources that disagree, or are over, in the whole chain: the answer says so, with both and their dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from bot import wiring
from bot.answering.dispute import standing
from bot.chain import Chain
from bot.memory.replay import Frozen
from bot.settings import load
from model.answer import Answer, Draft, Question, Writer
from model.checking.citations import markers
from model.quoting.answerability import Answerability
from model.quoting.extract import Extract
from retrieval.passage import Audience, Hit, Passage
from retrieval.retriever import FootnoteRetriever
from retrieval.search import Results

pytestmark = pytest.mark.slow  # loads the embedder

DAYS = "How many vacation days do I get?"
NEW = ("Time off 2025", "Everyone has 28 vacation days a year.", "2025-02-01")
OLD = ("Welcome guide", "All employees have 25 vacation days a year. Ask your lead.", "2022-09-12")


@dataclass(frozen=True)
class Says:
    """A writer that writes what it is told to."""

    text: str
    name: str = "says"

    def write(self, question: str, passages: Sequence[Passage]) -> Draft:
        return Draft(self.text, self.name)


class Forgetting(Frozen):
    """Of what was found, `OLD` is gone once it is looked at again."""

    def still(self, passages: Sequence[Passage], readers: Audience) -> list[Passage]:
        return [replace(one, text="") if one.title == OLD[0] else one for one in passages]


def answer(
    question: Question | str,
    *pages: tuple[str, str, str],
    writer: Writer | None = None,
    search: type[Frozen] = Frozen,
) -> Answer:
    """What comes of a question for which these pages (title, text, date) are found."""
    settings = load(_env_file=None)
    embedder = wiring.embedder_of(settings)
    found = search(wiring.search(settings, embedder), Results(tuple(_hits(pages))))
    sure = Answerability.load(None, embedder).at(0.0)
    retriever = FootnoteRetriever(search=found)
    return Chain(retriever, sure, [writer or Extract(embedder)], lambda _: "").runnable().invoke(question)


def _hits(pages: Sequence[tuple[str, str, str]]) -> list[Hit]:
    hits = []
    for n, (title, text, date) in enumerate(pages):
        at = datetime.fromisoformat(date).replace(tzinfo=UTC)
        where = (0, len(text), f"https://h.example/{n}", (), None, at)
        hits.append(Hit(Passage(f"p{n}", f"doc{n}", "handbook", title, text, *where), 1 - n / 10, 5.0, 0.5))
    return hits


def test_two_sources_that_disagree_are_both_shown_with_what_they_say_and_their_dates() -> None:
    given = answer(DAYS, NEW, OLD)

    new, old = (next(c.number for c in given.citations if c.document == doc) for doc in ("doc0", "doc1"))
    dated = f"[{new}] of 1 February 2025 says 28, [{old}] of 12 September 2022 says 25"
    assert given.notice == f"Two sources disagree: {dated}."
    assert {c.quote for c in given.citations} == {NEW[1], OLD[1].partition(" Ask")[0]}
    assert {new, old} == set(markers(given.text + given.notice)) == {1, 2}


def test_a_model_that_saw_both_and_says_one_is_corrected_by_the_notice() -> None:
    given = answer(DAYS, NEW, OLD, writer=Says("You get 28 vacation days a year. [1] It is a lot. [1]"))

    assert given.text == "You get 28 vacation days a year. [1]"
    assert given.notice.startswith("Two sources disagree: [1]")
    assert [c.number for c in given.citations] == [1, 2]


def test_what_a_page_said_that_is_gone_by_then_is_in_no_notice() -> None:
    said = Says("You get 28 vacation days a year. [1]")
    given = answer(DAYS, NEW, OLD, writer=said, search=Forgetting)

    assert (given.notice, [c.document for c in given.citations]) == ("", ["doc0"])


def test_the_notice_is_in_the_language_of_who_asks() -> None:
    given = answer(Question(DAYS, locale="de-DE"), NEW, OLD)

    assert "Zwei Quellen widersprechen sich: [" in given.notice
    assert "] vom 01.02.2025 sagt 28, [" in given.notice


SPEND = ("Spending", "what | limit\nHotel, per night | €140\nLunch | €22", "2026-06-15")
TRIPS = ("Trips", "what | amount\nOwn car | €0.42\nHotel, per night | €165", "2026-03-16")


@pytest.mark.parametrize("question", ["What is the limit for a hotel?", "What are the spending limits?"])
def test_what_a_row_says_otherwise_than_another_page_is_said_with_both_and_their_dates(question: str) -> None:
    given = answer(question, SPEND, TRIPS)

    assert given.writer == "tables"
    assert "what: Hotel, per night; limit: €140" in given.text
    one, two = (next(c.number for c in given.citations if c.document == doc) for doc in ("doc0", "doc1"))
    assert given.notice.endswith(
        f"Two sources disagree: [{one}] of 15 June 2026 says €140, [{two}] of 16 March 2026 says €165."
    )


def test_sources_that_agree_are_no_news() -> None:
    same = ("Welcome guide", "All employees have twenty-eight vacation days a year.", "2022-09-12")

    assert answer(DAYS, NEW, same).notice == ""


def test_a_document_that_another_replaces_is_not_answered_from() -> None:
    new = (NEW[0], f"This policy replaces the Welcome guide. {NEW[1]}", NEW[2])

    given = answer(DAYS, OLD, new)

    assert ({c.document for c in given.citations}, given.notice) == ({"doc1"}, "")
    assert "25" not in given.text
    assert given.trail is not None and given.trail.superseded == {"doc0": "doc1"}


RECEIPTS = "Hand in receipts within {} days after the trip {}."


@pytest.mark.parametrize(
    ("title", "left"), [("Travel policy 2023", {"doc0"}), ("Travel in 2023, in short", {"doc0", "doc1"})]
)
def test_a_title_that_differs_in_a_year_has_the_whole_page_read_for_what_it_replaces(
    title: str, left: set[str]
) -> None:
    hits = _hits([
        ("Travel policy", RECEIPTS.format(30, "in Tallybox"), "2026-05-04"),
        (title, RECEIPTS.format(60, "by e-mail"), "2023-02-10"),
    ])  # fmt: skip
    new = hits[0].passage
    head = replace(new, id="head", text="This policy replaces the travel policy of 2023.")

    stands = standing(
        "Do I have to hand in receipts within 60 days?",
        Results(tuple(hits)),
        lambda some: {"doc0": [head, new]} if new in some else {},
    )

    assert {hit.passage.document for hit in stands.found.hits} == left


def test_who_asks_for_the_old_rules_may_be_told_them() -> None:
    old = ("Time off 2022", "Everyone had 25 vacation days in 2022.", "2022-09-12")
    new = (NEW[0], f"This policy replaces the 2022 policy. {NEW[1]}", NEW[2])

    given = answer("How many vacation days did I get in 2022?", old, new, writer=Says(f"{old[1]} [1]"))

    assert given.text == "Everyone had 25 vacation days in 2022. [1]"


HOME = "The allowance for working from home is €{} a month."
HOME_NOW = (
    "Home allowance 2026",
    f"This policy replaces the Home allowance 2023. {HOME.format(50)}",
    "2026-01-01",
)
HOME_ONCE = ("Home allowance 2023", HOME.format(30), "2023-01-01")


@pytest.mark.parametrize("year", ["in 2023", "in March 2024", "on 31 December 2025"])
def test_who_names_a_year_is_answered_from_what_held_then_and_told_since_when(year: str) -> None:
    given = answer(f"How much was the home allowance {year}?", HOME_NOW, HOME_ONCE)

    assert given.text == f"{HOME_ONCE[1]} [1]"
    assert given.notice == "[1] is what held then, since 2023; there is a newer document."
    assert given.trail is not None and given.trail.superseded == {"doc0": "doc1"}


@pytest.mark.parametrize("when", ["", " in 2026", " in 2030"])
def test_who_names_no_year_or_a_later_one_is_answered_from_the_newest(when: str) -> None:
    given = answer(f"How much is the home allowance{when}?", HOME_NOW, HOME_ONCE)

    assert HOME.format(50) in given.text and "€30" not in given.text + given.notice


def test_the_date_from_which_a_page_says_to_hold_chooses_it_where_its_title_has_none() -> None:
    new, old = (
        (
            "Homeoffice-Zuschuss",
            f"Gültig ab {day}. Der Zuschuss für zu Hause beträgt {n} € im Monat.",
            "2026-01-05",
        )
        for day, n in (("01.01.2026", 50), ("01.01.2023", 30))
    )

    given = answer(Question("Wie hoch war der Zuschuss im März 2023?", locale="de"), new, old)

    assert "beträgt 30 €" in given.text and "50" not in given.text + given.notice
    assert given.notice == "[1] galt damals, seit 01.01.2023; inzwischen gibt es ein neueres Dokument."


def test_what_says_that_it_is_over_is_said_to_be_where_nothing_took_its_place() -> None:
    over = (
        "Time off 2020",
        "This policy is no longer in force. Everyone has 24 vacation days.",
        "2020-01-01",
    )

    given = answer("How many vacation days does everyone have?", over)

    assert "24" in given.text
    assert "[1] is said to be no longer in force." in given.notice


SENT = "Receipts are sent {} within {} days of the trip."
MEALS = "Meals are reimbursed up to {} EUR a day."
SINCE = {
    year: (f"Expense rules {year}", f"{SENT.format(how, days)} {MEALS.format(euros)}", "2026-11-28")
    for year, how, days, euros in (
        (2023, "by e-mail to the finance team", 60, 35),
        (2024, "by e-mail to the finance team", 45, 38),
        (2026, "in Tallybox", 30, 42),
    )
}


@pytest.mark.parametrize(
    "question",
    ["Must I hand in receipts by e-mail?", "Are receipts sent to the finance team within 60 days?"],
)
def test_of_two_editions_the_newer_leads_and_the_older_is_shown_with_what_it_says(question: str) -> None:
    given = answer(question, SINCE[2023], SINCE[2026])

    assert given.text == f"{SENT.format('in Tallybox', 30)} [1]"
    assert given.notice.endswith(
        "Editions of one page do not say it alike: [1] (2026) of 28 November 2026 says 30 days, "
        "[2] (2023) of 28 November 2026 says 60 days."
    )
    assert [c.document for c in given.citations] == ["doc1", "doc0"]


def test_of_three_editions_all_are_in_one_notice_the_newest_first_as_they_write_it() -> None:
    given = answer("How much are meals reimbursed?", *SINCE.values())

    assert given.text == f"{MEALS.format(42)} [1]"
    at = "of 28 November 2026 says"
    assert given.notice == (
        f"Sources disagree: [1] (2026) {at} 42 EUR, [3] (2024) {at} 38 EUR, [2] (2023) {at} 35 EUR."
    )


def test_who_names_an_edition_is_answered_from_it_without_the_others() -> None:
    given = answer("What do the expense rules 2023 reimburse for meals?", SINCE[2023], SINCE[2026])

    assert given.text.startswith(MEALS.format(35))


def test_what_only_the_older_edition_says_is_said_to_be_from_it() -> None:
    old = ("Receipt rules 2023", "Receipts must be originals.", "2026-11-28")
    new = ("Receipt rules 2026", "Every purchase is booked in the tool.", "2026-11-28")

    given = answer("Must receipts be originals?", old, new)

    assert given.text == "Receipts must be originals. [1]"
    assert given.notice == "[1] is from the edition 2023 of its page, and there is a newer one, 2026."


def test_a_model_that_quotes_the_older_edition_is_followed_by_what_the_newer_says() -> None:
    given = answer(
        "Must I hand in receipts by e-mail?",
        SINCE[2023],
        SINCE[2026],
        writer=Says("Receipts are sent by e-mail to the finance team within 60 days of the trip. [1]"),
    )

    assert given.notice.startswith("Editions of one page do not say it alike: [2] (2026)")
    assert [c.document for c in given.citations] == ["doc0", "doc1"]
