"""What stands under a heading that denies: quoted with it, or it would read as a yes."""

from __future__ import annotations

import pytest

from model.checking.citations import cite
from model.quoting.denials import denial
from model.quoting.extract import Extract
from retrieval.passage import Embedder, Passage


def passage(text: str, *heading: str) -> Passage:
    return Passage("p", "rules.md", "s", "Boathouse", text, 0, len(text), "", heading)


def quoted(question: str, one: Passage, embedder: Embedder) -> list[str]:
    checked = list(cite(Extract(embedder).write(question, [one]), [one]))
    assert not [c.dropped for c in checked if c.dropped]
    return [c.text for c in checked]


@pytest.mark.parametrize(
    ("heading", "text", "question"),
    [
        ("What the club does not lend", "Oars, life jackets and trailers of members.", "Are oars lent?"),
        ("Nicht verliehen werden", "Ruder, Schwimmwesten und Anhänger der Mitglieder.", "Sind Ruder dabei?"),
    ],
)
def test_a_sentence_under_a_heading_that_denies_begins_with_it(
    heading: str, text: str, question: str, minilm: Embedder
) -> None:
    assert quoted(question, passage(text, "Lending", heading), minilm) == [f"{heading}: {text} [1]"]


def test_an_item_of_a_list_that_is_led_in_by_a_denial_begins_with_that(minilm: Embedder) -> None:
    text = "The key is in the hall.\n\nGuests may never use:\n\n- the sauna by the lake\n- the workshop"

    (first, *_) = quoted("May guests use the sauna?", passage(text, "Guests"), minilm)

    assert first == "Guests may never use: the sauna by the lake [1]"


def test_a_list_of_all_that_is_under_a_heading_that_denies_begins_with_it(minilm: Embedder) -> None:
    one = passage("- wooden oars\n- old trailers\n- life jackets for children", "Equipment we never lend")

    assert quoted("Which equipment do we have?", one, minilm)[0] == "Equipment we never lend: wooden oars [1]"


@pytest.mark.parametrize(
    "heading", ["Why a boat does not float", "Not only for members", "No. 4 boathouse", "If nobody answers"]
)
def test_a_heading_that_tells_why_or_when_denies_nothing(heading: str) -> None:
    assert denial(passage("Ask the warden.", "Rules", heading)) == ""
