"""A question in another language than the pages: that is said, in words that its person reads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.answering.tongue import abroad, elsewhere, spoken
from bot.answering.understanding import understand
from bot.phrases import say
from model.answer import Citation, Question
from retrieval.passage import Hit, Passage
from retrieval.search import Results

ENGLISH = "You can take the boat home if it is not needed for the next day. The key is at the desk."
GERMAN = "Sie können das Boot mit nach Hause nehmen, wenn es nicht für den nächsten Tag gebraucht wird."
ROWS = "boat | place\nOtter | Kiel\nMole | Lund"
ASK_IN_ENGLISH = "Gefundene Seiten sind auf Englisch: auf Englisch gefragt sagen sie es vielleicht."


def page(text: str) -> Passage:
    return Passage("p", "doc", "handbook", "Boats", text, 0, len(text), "https://h.example/boats")


@pytest.mark.parametrize(
    "question", ["Wie viele Boote gibt es?", "Darf ich ein Boot mitnehmen?", "Wo ist das Boot?"]
)
def test_a_german_question_over_english_pages_is_told_so_in_german(question: str) -> None:
    assert elsewhere(question, [page(ENGLISH), page(ROWS)], "de") == ASK_IN_ENGLISH


@pytest.mark.parametrize("texts", [[ENGLISH, GERMAN, GERMAN], [GERMAN, ENGLISH], [ROWS, ENGLISH]])
def test_it_is_said_where_the_best_page_or_half_of_them_is_in_another_language(texts: list[str]) -> None:
    assert elsewhere("Wie viele Boote gibt es?", [page(text) for text in texts], "de") == ASK_IN_ENGLISH


def test_an_english_question_over_german_pages_is_told_so() -> None:
    assert elsewhere("How many boats are there?", [page(GERMAN)], "").startswith(
        "Pages that I found are in German"
    )


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        ("Wie viele Boote gibt es?", [GERMAN]),
        ("Wie viele Boote gibt es?", [GERMAN, GERMAN, ENGLISH]),
        ("How many boats are there?", [ENGLISH]),
        ("Is boat hire allowed?", [ENGLISH]),
        ("What does *die der das* mean?", [ENGLISH]),
        ("What does _Wo ist das Boot_ mean?", [ENGLISH]),
        ("Otter", [GERMAN]),
        ("Wie viele Boote gibt es?", [ROWS]),
        ("Wie viele Boote gibt es?", []),
    ],
)
def test_nothing_is_said_where_most_pages_speak_the_same_or_cannot_be_told(
    question: str, texts: list[str]
) -> None:
    assert elsewhere(question, [page(text) for text in texts], "") == ""


def test_it_stands_beside_the_pages_that_come_nearest() -> None:
    one = page(ENGLISH)
    work = replace(understand(Question("Wie viele Boote gibt es?")), results=Results((Hit(one, 1.0),)))

    given = work.unanswered(lambda _: "the 3 documents", [one])

    assert (given.notice, [near.title for near in given.nearest]) == (ASK_IN_ENGLISH, ["Boats"])


@pytest.mark.parametrize(
    ("question", "locale", "hers", "said", "hint"),
    [
        ("Wie viele Boote gibt es?", "en-GB", "", "Dazu habe ich", "Gefundene Seiten"),
        ("Wie viele Boote gibt es?", "en", "en", "I did not find", "Pages that I found"),
        ("¿Cuántos barcos hay en la casa?", "en", "", "I did not find", "Pages that I found"),
        ("¿Cuántos barcos hay en la casa?", "de", "", "Dazu habe ich", "Gefundene Seiten"),
    ],
)
def test_what_is_not_found_is_said_with_its_hint_in_one_language(
    question: str, locale: str, hers: str, said: str, hint: str
) -> None:
    work = understand(Question(question, locale=locale, language=hers))
    work = replace(work, results=Results((Hit(page(ENGLISH), 1.0),)))

    given = work.unanswered(lambda asked: say("searched_one", asked.locale, sources="x"), [page(ENGLISH)])

    assert given.text.startswith(said)
    assert given.notice.startswith(hint)


def test_what_is_quoted_in_another_language_than_the_question_is_said_to_be() -> None:
    one = page(ENGLISH)
    cited = [Citation.of(one, 1, (0, len(ENGLISH)))]

    assert [*abroad("Darf ich das Boot mitnehmen?", cited, "de")] == [
        "Was ich zitiere, ist auf Englisch: auf Englisch gefragt finde ich vielleicht mehr."
    ]
    assert not [*abroad("May I take the boat home?", cited, "")]


@pytest.mark.parametrize("question", ["Wie lange dauert die Regatta?", "Wie hoch ist die Gebühr?"])
def test_words_that_german_shares_with_other_languages_are_taken_for_german(question: str) -> None:
    assert elsewhere(question, [page(ENGLISH)], "de") == ASK_IN_ENGLISH


@pytest.mark.parametrize(
    "question",
    [
        "war room",
        "Man, all die hard fans",
        "Was Anna hired in Zürich?",
        "Is the van der Berg account open?",
        "Otto von Bismarck",
        "How do I book Überstunden for next Woche?",
        "Is the Büro open heute?",
    ],
)
def test_words_and_names_that_english_has_as_well_make_no_question_german(question: str) -> None:
    assert spoken(question, "en-GB") == "en-GB"


@pytest.mark.parametrize(
    "question",
    [
        "Wie viele Urlaubstage habe ich?",
        "Wer genehmigt Spesen über 500 Euro?",
        "Wer genehmigt Spesen?",
        "Wann öffnet das Büro?",
        "Wie lange dauert die Elternzeit?",
        "Was ist die Probezeit?",
        "In welchem Jahr war die Regatta?",
        "Darf ich ein Boot mitnehmen?",
    ],
)
def test_what_is_asked_in_german_is_answered_in_german_whatever_somebody_reads(question: str) -> None:
    assert spoken(question, "en-GB") == spoken(question) == "de"


def test_a_question_that_opens_as_german_ones_do_and_has_an_umlaut_is_german() -> None:
    assert spoken("Was passiert mit Zeitguthaben über 40 Stunden?") == "de"
    assert spoken("45 Stunden Zeitguthaben, was passiert damit?") == "de"
    assert spoken("Was the Zürich office open?") == ""
