"""What is quoted for something else than is asked, or for a part of it, is said to be that."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot import wiring
from bot.answering.caveats import Told, caveats, elsewhere
from bot.chain import Chain
from bot.memory.replay import Frozen
from bot.settings import load
from model.answer import Answer, Citation, Question
from model.quoting.answerability import Answerability
from model.quoting.extract import Extract
from retrieval.passage import VERIFIED, Hit, Passage
from retrieval.retriever import FootnoteRetriever
from retrieval.search import Results

PERHAPS_MORE = "This is what I found in the passages, and it may not be all."
UNCOUNTED = "No passage that I found says how many: this is what they name, and it may not be all."
LIST = "Our offices are:\n\n- Oslo\n- Bergen\n- Kiel\n- Malmö\n- Lund\n- Vejle\n\nEach has a kitchen."
PROSE = "The Oslo office has a kitchen. The Bergen office has a garden. The Kiel office is new."


def answer(
    question: Question | str, text: str, heading: tuple[str, ...] = (), threshold: float = 0.0
) -> Answer:
    """What the extract answers, where a page with this text is found; with a heading, a verified answer."""
    settings = load(_env_file=None)
    embedder = wiring.embedder_of(settings)
    page = Passage("p", "doc", "handbook", "Guide", text, 0, len(text), "https://h.example/p")
    page = replace(page, document=f"{VERIFIED}/Ev1", heading=heading) if heading else page
    found = Frozen(wiring.search(settings, embedder), Results((Hit(page, 1.0, 5.0, 0.5),)))
    sure = Answerability.load(None, embedder).at(threshold)
    retriever = FootnoteRetriever(search=found)
    return Chain(retriever, sure, [Extract(embedder)], lambda _: "").runnable().invoke(question)


def test_what_is_about_another_thing_than_is_asked_about_is_said_to_be_related() -> None:
    text = "You may claim 20 cents a kilometre for your own bicycle."

    other, same = answer("May I claim for a motorbike?", text), answer("May I claim for a bicycle?", text)

    assert other.notice == "No passage that I found names “motorbike”: what I quote is only related to it."
    assert same.notice == ""


def test_what_is_of_another_year_than_is_asked_about_is_said_to_be() -> None:
    text = "PAY DATES 2026\nAs of December 2025\n\nSalaries are paid on the 25th of each month."

    notices = {
        year: answer(Question(f"When is the salary paid in {year}?", locale="en"), text).notice
        for year in (2025, 2026, 2027)
    }

    assert notices == {2025: "[1] is of 2026, not of 2025.", 2026: "", 2027: "[1] is of 2026, not of 2027."}


def test_how_many_there_are_is_led_by_the_sentence_that_counts_them() -> None:
    given = answer("How many offices are there?", f"{PROSE} We have twelve offices.")

    assert (given.text.partition("\n")[0], given.notice) == ("We have twelve offices. [1]", "")


def test_where_nothing_counts_them_the_list_is_shown_and_said_to_be_perhaps_not_all() -> None:
    counted, named = answer("How many offices are there?", LIST), answer("Which offices do we have?", LIST)

    lines = ["Our offices are:", "- Oslo", "- Bergen", "- Kiel", "- Malmö", "- Lund", "- Vejle"]
    assert counted.text == named.text == "\n".join(f"{line} [1]" for line in lines)
    assert (counted.notice, named.notice) == (UNCOUNTED, PERHAPS_MORE)


def test_where_there_is_no_list_each_sentence_that_names_one_is_shown() -> None:
    given = answer(Question("How many offices are there?", locale="de"), PROSE)

    assert sorted(given.text.replace(" [1]", "").split("\n\n")) == sorted(
        f"{s.strip('.')}." for s in PROSE.split(". ")
    )
    assert given.notice.startswith("Keine gefundene Stelle sagt, wie viele")


def test_a_verified_answer_whose_day_of_review_has_passed_says_so() -> None:
    text = "You may claim 20 cents a kilometre for your own bicycle."

    late = answer("May I claim for a bicycle?", text, ("Eve Stone (2020-01-31)",))
    young = answer("May I claim for a bicycle?", text, ("Eve Stone (2999-01-31)",))

    assert late.notice == (
        "What Eve Stone verified was to be looked at again by 2020-01-31: it may be out of date."
    )
    assert young.notice == ""


def test_what_of_several_things_is_not_answered_is_named() -> None:
    made = answer("What is the mooring fee and who feeds the swans?", "The mooring fee is €14 a night.")

    assert made.text == "The mooring fee is €14 a night. [1]"
    assert made.notice == (
        "You ask several things. Nothing that I quote answers “Who feeds the swans?”: ask that by itself."
    )


def test_a_question_of_the_page_says_what_the_sentence_behind_it_is_about() -> None:
    both = "How long is the probation period and when is salary paid?"
    faq = "The probation period is six months.\n\n**When is salary paid?** On the 27th of each month."

    made = answer(both, faq)

    assert "On the 27th" in made.text and made.notice == ""


def test_a_heading_says_what_the_sentence_below_it_is_about() -> None:
    both = "When is the winter freeze and who feeds the swans?"
    text = "Between 14 December and 6 January nothing is released, and Eve feeds the swans."

    made = answer(both, text, ("How we release", "Winter freeze"))

    assert "winter freeze" not in made.notice


def test_an_amount_outside_the_limit_that_is_quoted_is_said_to_be() -> None:
    short = "Ropes take six weeks for up to 20 ropes."
    whole = f"{short} Above that they take three months."

    notices = [
        answer(question, text).notice
        for question, text in (
            ("How long do 30 ropes take?", short),
            ("How long do 12 ropes take?", short),
            ("How long do 30 ropes take?", whole),
        )
    ]

    assert notices == ["Mind the limit: what I quote does not hold for 30 ropes.", "", ""]
    assert "three months" in answer("How long do 30 ropes take?", whole).text


def test_of_several_things_each_that_nobody_names_is_said_to_be_unnamed() -> None:
    given = answer(
        "What does the ferry cost and can I bring my dog?", "The ferry costs €9. You can bring a bike."
    )

    assert given.notice == "No passage that I found names “dog”: what I quote is only related to it."


def test_why_without_a_reason_in_what_is_quoted_is_said_to_have_none() -> None:
    freeze = "When is the release freeze in winter?"
    held = "Between 14 December and 6 January nothing is released in the winter freeze"

    told = [
        answer(Question("Why?", locale="en", earlier=(freeze,)), text).notice
        for text in (f"{held}.", f"{held} because nobody is there to repair it.")
    ]

    assert told == ["What I quote says what holds, and not why.", ""]


def test_what_is_told_beside_a_question_and_nothing_answers_with_is_said_to_be_left_out() -> None:
    text = "Probation lasts six months. Contractors have none."
    told = "I joined on Monday, nobody in the whole depot could tell me, and I asked the lady at the desk."
    aside = "I looked for what you ask, and not for what you told beside it."

    given = answer(f"{told} How long is the probation?", text, threshold=0.3)

    assert (given.text, given.notice) == ("Probation lasts six months. [1]", aside)
    assert answer("How long is the probation?", text, threshold=0.3).notice == ""


def test_what_is_told_counts_where_it_is_answered_with() -> None:
    text = "Everybody may work nights. Workers younger than eighteen must not work at night."

    given = answer("I'm under 18. May I work nights?", text)

    assert "younger than eighteen" in given.text
    assert given.notice == ""


def test_a_word_that_is_read_as_another_is_said_to_be() -> None:
    given = answer("How many hollidays do I get?", "You get 28 holidays a year.")

    assert (given.text, given.notice) == (
        "You get 28 holidays a year. [1]",
        "I read “hollidays” as “holidays”.",
    )


def test_how_a_word_was_read_is_said_under_the_message_that_has_it_alone() -> None:
    asked = Question("And how many do temps get?", earlier=("How many hollidays do I get?",))

    given = answer(asked, "You get 28 holidays a year. Temps get 20 holidays.")

    assert "20 holidays" in given.text
    assert "I read" not in given.notice


def test_each_line_of_a_message_is_answered_or_said_not_to_be() -> None:
    text = "The crane fee is €90 a lift. The slip fee is €40 a day. The pier closes at ten."

    given = answer("how much is the crane fee\nand the slip fee?\n\nand who collects it?", text)

    assert "€90" in given.text
    assert "€40" in given.text
    assert given.notice == (
        "You ask several things. Nothing that I quote answers “Who collects it?”: ask that by itself."
    )


@pytest.mark.parametrize("question", ["Is 20 cents right for a bicycle?", "Is the bicycle rate correct?"])
def test_what_only_asks_whether_it_is_so_names_nothing(question: str) -> None:
    assert "only related" not in answer(question, "You may claim 20 cents for your own bicycle.").notice


ASKED = "Gibt es in der Firma denn auch {} für mich?"


def test_a_german_compound_is_named_by_its_parts() -> None:
    text = (
        "Jeder Mitarbeiter hat im Jahr Anspruch auf 30 Tage Urlaub. Die Probezeit ist mit dem Chef zu klären."
    )

    named, other = answer(ASKED.format("Urlaubstage"), text), answer(ASKED.format("Urlaubsgeld"), text)

    assert "Urlaubstage" not in named.notice
    assert "Urlaubsgeld" in other.notice


def test_what_a_page_in_another_language_calls_otherwise_is_not_said_to_be_unnamed() -> None:
    text = "Exception: security fixes, with the approval of the head of engineering, when they cannot wait."
    urlaub = "Der Urlaub ist im Portal zu beantragen, und das mit Frist."
    german = Passage("g", "g", "s", "Urlaub", urlaub, 0, len(urlaub), "")
    english = Passage("e", "e", "s", "Deploy freeze", text, 0, len(text), "")
    pages = [german, english]
    asked = "Gibt es eine Ausnahme vom Deploy Freeze für mich?"

    assert not any("Ausnahme" in one for one in caveats(asked, Told([f"{text} [2]"], pages), "de"))
    assert any("Ausnahme" in one for one in caveats(asked, Told([f"{german.text} [1]"], pages), "de"))


def test_a_row_of_a_range_gets_a_notice_about_the_limit_only_where_the_amount_is_outside() -> None:
    text = "| Fee | Signed by |\n|---|---|\n| up to €500 | lead |\n| €501 to €900 | head |"

    notices = [answer(f"Who signs a fee of {fee}?", text).notice for fee in ("€700", "€2,000")]

    assert notices == ["", "Mind the limit: what I quote does not hold for €2,000."]


def test_how_many_there_are_is_not_said_to_be_missing_where_it_is_quoted() -> None:
    told = answer("How many Rhino licences are there?", "Rhino licences are floating; there are 12.")

    assert told.notice == ""


def test_a_thing_in_another_word_is_not_said_to_be_unnamed() -> None:
    text = "Bicycles are kept in the shed and may not be taken into the office."
    page = Passage("p", "doc", "handbook", "Guide", text, 0, len(text), "")
    told = Told([text], [page], embedder=wiring.embedder_of(load(_env_file=None)))

    assert not [*caveats("May I take my bike into the office?", told, "en")]
    assert "motorbike" in "".join(caveats("May I take my motorbike into the office?", told, "en"))


def test_what_the_row_of_somebody_has_is_told_with_them() -> None:
    rows = "| Ada Lind | HR manager | +44 117 555 0105 |\n| Bo Kerr | Cook | +44 117 555 0123 |"
    text = f"| Name | Role | Phone |\n|---|---|---|\n{rows}"

    told = answer("Who is our HR manager and what's her number?", text)

    assert "555 0105" in told.text and "0123" not in told.text
    assert told.notice == ""


def test_a_place_that_another_page_is_about_is_said_not_to_be_named_by_what_is_quoted() -> None:
    here = Passage("h", "h", "s", "Leave", "The office is closed from 24 December.", 0, 38, "", ("Leave",))
    there = "Im Büro Lund ist am 24. Dezember ab 12 Uhr frei."
    other = Passage("o", "o", "s", "Urlaub Lund", there, 0, len(there), "")
    see = replace(here, id="s", text="For Lund see another page.", start=100)
    cited = [Citation.of(here, 1, (0, 38))]
    said = ["Another page is about “Lund”: what I quote does not name it."]

    def told(question: str, *passages: Passage) -> list[str]:
        return [*elsewhere(question, cited, passages, "en")]

    assert told("is the office open on 24 december in Lund", here, other) == said
    assert told("is the office open on 24 december in Lund?", here, see) == said
    assert not told("is the office open on 24 december in Bristol", here, other)
    assert not told("is the office open in December", here, other)
    assert not told("is the office open in Lund", replace(here, heading=("Lund",)), other)
    assert not told("how is it in office", here, replace(other, title="Office"))
    assert not told("is the office open in general?", here, replace(other, title="General terms"))
    assert not told("Is It Open In General?", here, replace(other, title="General terms"))
    assert not told("geht das in Ordnung?", here, replace(other, title="Ordnung am Arbeitsplatz"))


def test_a_slip_of_spelling_that_is_told_is_not_said_to_be_unnamed() -> None:
    text = "A timesheet can be corrected until the month is closed."
    page = Passage("p", "doc", "handbook", "Guide", text, 0, len(text), "")
    told = Told([text], [page], worded="can i correct my timesheet?")

    assert not [*caveats("can i correct my timsheet?", told, "en")]


def test_days_of_what_is_asked_about_are_counted_and_a_difference_is_one_of_figures() -> None:
    leave = answer("Wie viele Tage Sonderurlaub gibt es für die Hochzeit?", "Eigene Hochzeit: 3 Tage")
    terms = "| Term | Meaning |\n|---|---|\n| TQ | a query; the same as an RFI |\n| RFI | a request |"

    assert "wie viele" not in leave.notice and "how many" not in leave.notice
    assert "By how much" not in answer("What is the difference between RFI and TQ?", terms).notice
