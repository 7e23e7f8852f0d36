"""What a question of yes or no is about, and whether any passage names it."""

from __future__ import annotations

import pytest

from model.quoting.things import unnamed
from retrieval.passage import Passage

BICYCLE = "You may claim 20 cents a kilometre for your own bicycle, and park it in the shed of the office."
FAHRRAD = (
    "Für das eigene Fahrrad gibt es 20 Cent je Kilometer, und es darf im Schuppen neben dem Büro stehen."
)


@pytest.mark.parametrize(
    ("question", "text", "things"),
    [
        ("May I claim for a motorbike?", BICYCLE, ["motorbike"]),
        ("May I claim for a bicycle?", BICYCLE, []),
        ("Can I bring my dog to the office?", BICYCLE, ["dog"]),
        ("Are there lockers?", BICYCLE, ["lockers"]),
        ("Are there offices?", BICYCLE, []),
        ("Is parking allowed?", BICYCLE, []),
        ("What is claimed for a motorbike?", BICYCLE, []),
        ("Darf ich für ein Motorrad etwas abrechnen?", FAHRRAD, ["Motorrad"]),
        ("Darf ich für mein Fahrrad etwas abrechnen?", FAHRRAD, []),
        ("Darf ich für ein Motorrad etwas abrechnen?", BICYCLE, []),  # another language
        ("May I claim for a motorbike?", "", []),
    ],
)
def test_what_is_asked_about_and_named_nowhere(question: str, text: str, things: list[str]) -> None:
    assert unnamed(question, [Passage("a", "a", "hb", "", text, 0, len(text), "")]) == things


def test_a_word_that_no_sentence_does_without_is_no_form_of_a_thing() -> None:
    text = "What do we bring? We do bring a rope."

    assert unnamed("Can I bring my dog?", [Passage("a", "a", "hb", "", text, 0, len(text), "")]) == ["dog"]
