"""What Footnote says in Slack, in each of its languages."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from bot.phrases import ENGLISH, GERMAN, german, numbers, say

BOT = Path(__file__).parents[2] / "bot"


def values(phrase: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(phrase) if name}


def test_every_sentence_is_there_in_both_languages() -> None:
    assert list(ENGLISH) == list(GERMAN)


def test_a_sentence_takes_the_same_values_in_both() -> None:
    other = [k for k in ENGLISH if values(ENGLISH[k]) - {"count"} != values(GERMAN[k]) - {"count"}]

    assert other == []
    assert all(phrase.strip() for phrase in (*ENGLISH.values(), *GERMAN.values()))


def written() -> tuple[set[str], tuple[str, ...]]:
    """Every text in the code that could be a key, and what those that are put together begin with."""
    files = [file for file in BOT.rglob("*.py") if "phrases" not in file.parts]
    code = "\n".join(file.read_text("utf-8") for file in files)
    whole = set(re.findall(r"[\"'](\w+)[\"']", code))
    words = set(re.findall(r"\bf[\"'](\w+)\{", code))
    templates = "".join(file.read_text("utf-8") for file in BOT.rglob("*.html"))
    whole |= {
        text for one in re.findall(r"\bsay\(([^)]*)", templates) for text in re.findall(r'"(\w+)"', one)
    }
    words |= set(re.findall(r'\bsay\("(\w+_)" ~', templates))
    return whole, tuple(word for word in words if word.endswith("_"))


def test_every_sentence_is_said_somewhere() -> None:
    whole, begun = written()

    keys = [key.removesuffix("_one") for key in ENGLISH]
    assert [key for key in keys if key not in whole and not key.startswith(begun)] == []


def test_a_form_for_one_belongs_to_a_form_for_many() -> None:
    assert [k for k in ENGLISH if k.endswith("_one") and k.removesuffix("_one") not in ENGLISH] == []


@pytest.mark.parametrize(
    ("locale", "word"), [("de-DE", "Quellen"), ("de_AT", "Quellen"), ("DE", "Quellen"), ("en-GB", "Sources"),
                         ("", "Sources"), ("den", "Sources"), ("fr-FR", "Sources")],
)  # fmt: skip
def test_german_is_for_whoever_reads_it_and_english_for_all_others(locale: str, word: str) -> None:
    assert say("sources", locale) == word


def test_one_is_said_in_its_own_form() -> None:
    assert say("ago_days", count=1) == "1 day ago"
    assert say("ago_days", "de", count=2) == "vor 2 Tagen"


def test_numbers_are_written_as_the_language_writes_them() -> None:
    assert (numbers(12345), numbers(12345, "de-DE")) == ("12,345", "12.345")
    assert german("de") and not german("nl-NL")
