"""What is said where there is no cited sentence, or where a lower rung wrote it."""

from __future__ import annotations

import pytest

from bot.replies import degraded, failure, not_found, searched, struck, unreadable
from model.answer import Draft, Fault, Struck
from retrieval.passage import IndexMissing, SettingError
from retrieval.syncs import Covered


@pytest.mark.parametrize(
    ("writer", "said"),
    [
        ("extract", "It is down. These sentences are taken from the documents as they stand."),
        ("anthropic:claude", "It is down."),
    ],
)
def test_only_the_extract_is_said_to_be_taken_from_the_documents(writer: str, said: str) -> None:
    assert degraded(Draft("A. [1]", writer, degraded="It is down.")) == said


def test_a_german_reader_is_told_in_german() -> None:
    said = degraded(Draft("A. [1]", "extract", degraded="It is down."), "de-DE")

    assert said.startswith("Das Sprachmodell war") and said.endswith("wörtlich so in den Dokumenten.")
    assert "4.001 Zeichen" in unreadable("x" * 4001, "de")


@pytest.mark.parametrize(
    ("covered", "english", "german"),
    [
        (Covered(0, ()), "the index, which has no documents yet", "dem Index, der noch keine Dokumente hat"),
        (
            Covered(0, (), hidden=True),
            "what everybody who reads this may read, which is none of the documents. "
            "Ask me directly, or with /footnote ask",
            "Das ist keines der Dokumente",
        ),
        (Covered(1, ("a",)), "the one document of a", "dem einen Dokument aus a"),
        (Covered(9, ("a", "b", "c")), "the 9 documents of a, b and c", "den 9 Dokumenten aus a, b und c"),
    ],
)
def test_what_was_not_found_says_where_it_was_looked_for(covered: Covered, english: str, german: str) -> None:
    assert english in not_found(searched(covered))
    assert german in not_found(searched(covered, "de"), "de")


def test_where_a_guest_reads_that_is_said_to_be_why_nothing_was_found() -> None:
    nothing, something = Covered(0, (), hidden=True), Covered(1, ("a",))

    assert "A guest or somebody of another company reads here" in searched(nothing, outsiders=True)
    assert "Hier liest ein Gast" in searched(nothing, "de", outsiders=True)
    assert "guest" not in searched(something, outsiders=True) + searched(nothing)


def test_an_error_says_what_to_do_in_the_readers_language() -> None:
    missing = IndexMissing("Nothing is indexed yet. Run footnote index PATH.")

    assert failure(missing) == "Nothing is indexed yet. Run footnote index PATH."
    assert "eingelesen" in failure(missing, "de") and "ein paar Minuten" in failure(SettingError("x"), "de")


def test_an_answer_of_the_first_writer_needs_no_notice() -> None:
    assert degraded(Draft("A. [1]", "extract")) == ""


@pytest.mark.parametrize("fault", list(Fault))
def test_every_reason_to_strike_a_sentence_out_can_be_said(fault: Fault) -> None:
    assert struck(Struck("...", fault, "42")) and struck(Struck("...", fault, "42"), "de")
