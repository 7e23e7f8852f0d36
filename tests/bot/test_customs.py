"""What a channel wants of answers: a tone, a language, a JSON schema that they fit or are shown without."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.answering.customs import Customs
from bot.answering.reshape import RESERVE_S
from bot.answering.schema import Unfit, filled, read
from model.answer import Answer, Citation, Draft, Question, Status, WriterUnavailable
from model.trail import Trail
from model.writing import prompt

TEXT = "Parental leave is 26 weeks at full pay. [1] Ask the People Team before you go. [2]"
CITED = tuple(
    Citation(n, f"p{n}", f"d{n}", title, f"https://docs.example/{n}", (), page, 0, 5, "quote")
    for n, title, page in ((1, "Leave", None), (2, "People Team", 4))
)
ANSWER = Answer("q1", "how long?", Status.ANSWERED, TEXT, CITED, "extract")
SCHEMA = {
    "type": "object",
    "properties": {
        "answer": {"type": "string"},
        "points": {"type": "array", "items": {"type": "string"}},
        "number": {"type": "number"},
        "found": {"type": "boolean"},
        "sources": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"title": {"type": "string"}, "url": {"type": "string"}},
            },
        },
    },
    "required": ["answer", "sources"],
}


class Translates:
    """A chat model that says what the test wants, if it is there."""

    name = "translates"

    def __init__(self, said: str = "") -> None:
        self.said, self.within_s = said, 0.0

    def write(self, question: str, passages: Sequence[object]) -> Draft:
        raise AssertionError("it is written already")

    def drafted(self, asked: list[dict[str, str]], within_s: float = 20.0) -> Draft:
        self.within_s = within_s
        if not self.said:
            raise WriterUnavailable("The model server does not answer.")
        return Draft(self.said, self.name)


def shown(answer: Answer = ANSWER, *writers: Translates, language: str = "", schema: object = None) -> Answer:
    wanted = json.dumps(schema) if schema else ""
    question = Question("how long?", locale="en", language=language, schema=wanted)
    return list(Customs(writers).kept(question, [answer]))[-1]


def unblocked(text: str) -> dict[str, object]:
    return dict(json.loads(text.removeprefix("```json\n").removesuffix("\n```")))


def test_an_answer_is_json_that_fits_the_schema_and_has_only_what_was_checked() -> None:
    answer = shown(schema=SCHEMA)

    assert unblocked(answer.text) == {
        "answer": TEXT,
        "points": ["Parental leave is 26 weeks at full pay. [1]", "Ask the People Team before you go. [2]"],
        "number": 26,
        "found": True,
        "sources": [
            {"title": "Leave", "url": "https://docs.example/1"},
            {"title": "People Team", "url": "https://docs.example/2"},
        ],
    }
    assert answer.citations == CITED


@pytest.mark.parametrize(
    "limit",
    [
        {"answer": {"type": "string", "maxLength": 20}},
        {"points": {"type": "array", "items": {"type": "string"}, "minItems": 3}},
        {"number": {"type": "integer", "maximum": 20}},
        {"status": {"type": "string", "enum": ["partial"]}},
    ],
)
def test_an_answer_that_does_not_fit_is_shown_as_usual_with_a_word_on_it(limit: dict[str, object]) -> None:
    answer = shown(schema={"type": "object", "properties": limit})

    assert answer.text == TEXT and "does not fit the JSON schema" in answer.notice


def test_a_number_is_left_out_where_the_answer_has_several_and_asked_for_where_it_must_be_there() -> None:
    several = Answer("q1", "", Status.ANSWERED, "It is 26 weeks, or 30 with twins. [1]", CITED[:1])
    schema = {"type": "object", "properties": {"number": {"type": "number"}, "answer": {"type": "string"}}}

    assert "number" not in unblocked(shown(several, schema=schema).text)
    assert shown(several, schema={**schema, "required": ["number"]}).notice


def test_what_has_no_sources_stays_a_sentence() -> None:
    nothing = Answer("q1", "", Status.NOT_FOUND, "I did not find an answer to that in the documents.")

    assert shown(nothing, schema=SCHEMA) == nothing


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ("no json", "schema_json"),
        ("[1]", "schema_object"),
        ('{"type": "object"}', "schema_object"),
        ('{"type": "object", "properties": {"mood": {"type": "string"}}}', "schema_field"),
        ('{"type": "object", "properties": {"answer": {"type": "number"}}}', "schema_field"),
        ('{"type": "object", "properties": {"answer": {"type": "text"}}}', "schema_keyword"),
        (
            '{"type": "object", "properties": {"answer": {"type": "string", "pattern": "x"}}}',
            "schema_keyword",
        ),
        (
            '{"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["a"]}',
            "schema_field",
        ),
        ('{"type": "object", "properties": {"answer": {"type": "string"}}}' + " " * 4000, "schema_long"),
        ("[" * 3000, "schema_json"),
    ],
)
def test_a_schema_that_cannot_be_kept_is_refused_with_the_reason(given: str, key: str) -> None:
    with pytest.raises(Unfit) as caught:
        read(given)

    assert caught.value.key == key


def test_a_schema_may_ask_for_titles_alone() -> None:
    schema = read(
        '{"type": "object", "properties": {"sources": {"type": "array", "items": {"type": "string"}}}}'
    )

    assert unblocked(filled(schema, ANSWER)) == {"sources": ["Leave", "People Team"]}


GERMAN = "Elternzeit dauert 26 Wochen bei vollem Gehalt. [1] Fragen Sie das People Team, bevor Sie gehen. [2]"


def test_an_answer_is_in_the_language_of_the_channel_and_says_how_it_came_there() -> None:
    answer = shown(replace(ANSWER, trail=Trail()), Translates(GERMAN), language="de")

    assert answer.text == GERMAN and "Translated by a language model" in answer.notice
    assert answer.citations == CITED and answer.trail is not None and answer.trail.translated


@pytest.mark.parametrize("writers", [(), (Translates(),), (Translates(GERMAN.replace("26", "28")),)])
def test_without_a_translation_that_holds_it_stays_in_the_language_of_its_sources(
    writers: tuple[Translates, ...],
) -> None:
    answer = shown(ANSWER, *writers, language="de")

    assert answer.text == TEXT and "language of its sources" in answer.notice


def test_a_translation_has_what_is_left_of_the_time_and_none_is_begun_without_any() -> None:
    soon, late = Translates(GERMAN), Translates(GERMAN)
    wanted = Question("how long?", locale="en", language="de")

    [there] = Customs([soon]).kept(replace(wanted, by=time.time() + RESERVE_S + 6), [ANSWER])
    [not_there] = Customs([late]).kept(replace(wanted, by=time.time() + RESERVE_S), [ANSWER])

    assert there.text == GERMAN and 5 < soon.within_s <= 6
    assert not_there.text == TEXT and "language of its sources" in not_there.notice and not late.within_s


def test_an_answer_that_is_in_that_language_is_left_alone() -> None:
    assert shown(ANSWER, language="en") == ANSWER


def test_where_nothing_is_set_sentences_go_through_as_they_come() -> None:
    chunks = [ANSWER, Answer("q1", "", Status.ANSWERED, " More. [1]")]

    assert list(Customs(()).kept(Question("how long?"), chunks)) == chunks


def test_a_tone_is_added_behind_what_every_prompt_begins_with() -> None:
    [plain, _], [formal, user] = prompt.messages("Q?", []), prompt.messages("Q?", [], "formal")

    assert formal["content"].startswith(plain["content"]) and "formal tone" in formal["content"]
    assert "tone" not in user["content"]
