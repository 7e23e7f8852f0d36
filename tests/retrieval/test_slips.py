"""Slips of spelling in a question, mended by the words of what it found."""

from __future__ import annotations

import pytest

from retrieval.passage import Passage
from retrieval.remembered import Remembered
from retrieval.slips import guessed, mended
from tests.retrieval.test_remembered import Counted

TEXT = (
    "You have 28 days of paid holidays. Your salary is paid on the 25th. Meyer runs the garage; "
    "those who are insured pay nothing.\nHotel | 140 euros\n"
)
PASSAGES = [Passage("p", "d", "s", "Parental leave", TEXT, 0, len(TEXT), "", ("Probation", "Harbour"))]
WORDS = frozenset(
    "many holidays salary when where much paid is does have police parental weeks lunch probation".split()
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("how many hollidays do i get", "how many holidays do i get"),
        ("Hollidays are paid?", "holidays are paid?"),
        ("when is the slaary paid", "when is the salary paid"),
        ("parental leeve weeks", "parental leave weeks"),
        ("the garrage's owner", "the garage's owner"),
        ("probaton", "probation"),  # stands there as a heading only
    ],
)
def test_what_is_no_word_is_the_word_of_the_pages_that_it_nearly_is(typed: str, meant: str) -> None:
    assert mended(typed, PASSAGES, WORDS.__contains__) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "does the police have keys",  # a word
        "is it paid by who is uninsured",  # no slip: it begins otherwise
        "when does Gerage open",  # a name
        "where is mayer",  # Meyer is a name, and may be another one
        "harbaur",  # a heading, and no word: a name
        "when is the stipend paid",  # nothing there is near it
        "wie viele holidys habe ich",  # not English
    ],
)
def test_what_is_a_word_a_name_or_far_from_any_is_left(typed: str) -> None:
    assert mended(typed, PASSAGES, WORDS.__contains__) == typed


def test_an_embedder_without_words_of_its_own_knows_them_all() -> None:
    assert mended("how many hollidays", PASSAGES, Remembered(Counted()).spells) == "how many hollidays"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("How long is the probaton?", "How long is the probation?"),
        ("how many polcie cars", "how many police cars"),
        ("Wekes of lunch", "Wekes of lunch"),  # two slips
        ("does the garge open", "does the garge open"),  # no word that is known is near it
        ("where is the holidas", "where is the holidas"),  # what was found has it, as "holidas"
        ("where is the probaton in Harbaur", "where is the probation in Harbaur"),  # a name
        ("does it salery", "does it salery"),  # salary, or celery: as it is
    ],
)
def test_what_stands_nowhere_is_the_only_known_word_that_it_nearly_is(typed: str, meant: str) -> None:
    known = WORDS | {"salery".replace("e", letter) for letter in "ao"}
    found = [Passage("p", "d", "s", "Holidas", "Of them.", 0, 8, "")]

    assert guessed(typed, found, known.__contains__) == meant


def test_a_word_that_begins_a_sentence_of_prose_is_no_name() -> None:
    text = "Weekly pay. Holiday is four weeks.\nAsk Salery or Harbour."
    pages = [Passage("p", "d", "s", "", text, 0, len(text), "")]
    known = {"holiday", "harbour"}

    assert mended("how long is hollday", pages, known.__contains__) == "how long is holiday"
    assert mended("where is the harbuor", pages, known.__contains__) == "where is the harbuor"


@pytest.mark.parametrize(
    "text",
    [
        "Name | Mobile\nKatrina Bell | 555 from noon\nMaria | none yet",
        "| Katrina | 555 from noon |\n| Maria | none yet |",
        "Katrina: mobile 555; Maria: none yet",
        "name: Katrina; mobile: 555\nname: Maria; mobile: none",
        "Staff\n- Katrina\n- Maria",
        "Katrina Bell has a mobile. Maria Lund has none.",
        "Katrina has a mobile. Maria has none. Ask Katrina or Maria.",
        "Lead: Katrina of sales\nDeputy: Maria of support",
    ],
)
def test_a_cell_and_who_is_named_elsewhere_are_names(text: str) -> None:
    known = {"katrina", "maria", "mobile"}
    pages = [Passage("p", "d", "s", "", text, 0, len(text), "")]

    assert mended("What is katrin's mobile?", pages, known.__contains__) == "What is katrin's mobile?"
    assert mended("and marea", pages, known.__contains__) == "and marea"
