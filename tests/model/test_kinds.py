"""What a question asks for, and where a sentence has such a thing."""

from __future__ import annotations

import pytest

from model.quoting.kinds import holds, places, wanted
from model.quoting.traits import Said


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When was the bridge built?", "time"),
        ("In which year did it open?", "time"),
        ("Wann schließt das Büro?", "time"),
        ("How many weeks of leave do I get?", "amount"),
        ("What is the limit for dinner?", "amount"),
        ("Wie lange dauert die Probezeit?", "amount"),
        ("Why do we write things down?", "reason"),
        ("Who approves travel?", "person"),
        ("Where do visitors sign in?", "place"),
        ("How do I book a room?", "way"),
        ("May I bring a dog?", "decision"),
        ("Darf ich einen Hund mitbringen?", "decision"),
        ("What is a mission?", "thing"),
    ],
)
def test_a_question_asks_for_one_kind_of_thing(question: str, kind: str) -> None:
    assert wanted(question) == kind


@pytest.mark.parametrize(
    ("kind", "text", "has"),
    [
        ("time", "It opened in 1987.", True),
        ("time", "It opened late.", False),
        ("amount", "You get three weeks.", True),
        ("amount", "You get leave.", False),
        ("person", "It was built by Vera Ohm.", True),
        ("person", "There were fewer in September.", False),
        ("place", "It was shut in October.", False),
        ("person", "It was built by hand.", False),
        ("place", "It stands in Corvo.", True),
        ("place", "It stands.", False),
        ("reason", "It closed because of rain.", True),
        ("decision", "Dogs must not come in.", True),
    ],
)
def test_a_sentence_has_something_of_that_kind_or_not(kind: str, text: str, has: bool) -> None:
    said = frozenset({"bridge"})

    assert holds(kind, text, places(kind, Said(0, 0, text).tokens, said), said) is has


def test_what_the_question_itself_names_is_no_answer_to_it() -> None:
    assert places("person", ["the", "keeper", "Vera"], frozenset({"vera"})) == []
    assert places("amount", ["Room", "12", "has", "7", "seats"], frozenset({"12"})) == [3]
