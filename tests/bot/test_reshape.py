"""The last answer in another form: the same facts, the same sources, checked again, and nothing searched."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import cast

import pytest

from bot.answering.reshape import RESERVE_S
from bot.chain import Chain
from bot.play.model import ModelStandIn
from bot.play.model_text import INVENTED
from model.answer import Answer, Citation, Draft, Previous, Question, Status, Writer, WriterUnavailable
from model.checking.citations import cite
from model.quoting.answerability import Answerability
from model.trail import Trail
from model.writing.chat import Chat, Manner
from model.writing.endpoint import Endpoint
from retrieval.passage import Audience, Passage
from retrieval.retriever import FootnoteRetriever

LEAVE = (
    "Parental leave is 26 weeks at full pay. The People Team approves it within 10 days. "
    "It may not be split into more than three parts. Ask Ada Brandt about exceptions."
)
TRAVEL = "Trips over 400 km go by rail. The daily allowance is €38."
PASSAGES = [
    Passage(
        "p1", "leave.md", "handbook", "Parental leave", LEAVE, 0, len(LEAVE), "https://docs.example/leave"
    ),
    Passage("p2", "travel.md", "handbook", "Travel", TRAVEL, 0, len(TRAVEL), "https://docs.example/travel"),
]
WRITTEN = (
    "Parental leave is 26 weeks at full pay. [1] The People Team approves it within 10 days. [1] "
    "It may not be split into more than three parts. [1] The daily allowance is €38. [2]"
)


class Rewrites:
    """A chat model that says what the test wants, one after the other, and remembers what it was asked."""

    name = "rewrites"

    def __init__(self, *said: str) -> None:
        self.said, self.asked, self.within_s = list(said), list[list[dict[str, str]]](), list[float]()

    def write(self, question: str, passages: Sequence[Passage]) -> Draft:
        raise AssertionError("a form is no question")

    def drafted(self, asked: list[dict[str, str]], within_s: float = 20.0) -> Draft:
        self.asked.append(asked)
        self.within_s.append(within_s)
        if not self.said:
            raise WriterUnavailable("The model server does not answer.")
        return Draft(self.said.pop(0), self.name, tokens={"read": 300, "written": 20})


class Extracts:
    """The last rung."""

    name = "extract"

    def write(self, question: str, passages: Sequence[Passage]) -> Draft:
        raise AssertionError("a form is no question")


def previous(text: str = WRITTEN, writer: str = "extract") -> Previous:
    whole = list(cite(Draft(text, writer), PASSAGES))
    assert not any(one.dropped for one in whole)
    said = "".join(one.before + one.text for one in whole)
    citations = tuple(c for one in whole for c in one.citations)
    by_id = {p.id: p for p in PASSAGES}
    answer = Answer("a1", "", Status.ANSWERED, said, citations, writer)
    return Previous(answer, tuple(by_id[c.passage] for c in citations))


SHOWN = SimpleNamespace(still=lambda passages, readers: list(passages), whole=None)


def ask(
    wish: str,
    *writers: Writer,
    about: Previous | None = None,
    locale: str = "",
    by: float | None = None,
    shown: SimpleNamespace = SHOWN,
) -> Answer:
    """Without an index: whatever were searched would fail."""
    nothing = cast(FootnoteRetriever, shown), cast(Answerability, None)
    chain = Chain(*nothing, [*writers, Extracts()], lambda _: "nothing", Trail(days=7)).runnable()
    return chain.invoke(Question(wish, locale=locale, previous=about or previous(), by=by))


def test_models_share_what_is_left_of_the_time_and_without_any_code_does_it() -> None:
    first, second, late = Rewrites(), Rewrites("Parental leave is 26 weeks. [1]"), Rewrites("Six weeks. [1]")

    ask("shorter please", first, second, by=time.time() + RESERVE_S + 6)
    answer = ask("shorter please", late, by=time.time() + RESERVE_S)

    assert 2 < first.within_s[0] <= 3 and 5 < second.within_s[0] <= 6
    assert not late.asked and answer.text.startswith("Parental leave is 26 weeks at full pay. [1]")


def ask_plainly(said: str) -> Answer:
    nothing = cast(FootnoteRetriever, SHOWN), cast(Answerability, None)
    return Chain(*nothing, [Extracts()], lambda _: "nothing", Trail(days=7)).runnable().invoke(said)


def test_shorter_keeps_the_first_sentences_and_their_sources() -> None:
    answer = ask("shorter please")

    assert answer.text.startswith("Parental leave is 26 weeks at full pay. [1]")
    assert "€38" not in answer.text and {c.title for c in answer.citations} == {"Parental leave"}
    assert answer.status is Status.ANSWERED


def test_its_record_says_what_it_came_from_and_for_how_long_words_are_kept() -> None:
    answer, thanked = ask("shorter please"), ask_plainly("thanks!")

    assert answer.trail is not None and [hit.passage.id for hit in answer.trail.hits] == ["p1", "p2"]
    assert thanked.trail is not None and thanked.trail.days == answer.trail.days == 7


def test_a_table_has_a_row_a_sentence_with_its_source() -> None:
    rows = ask("can I get it as a table?").text.splitlines()

    assert len(rows) == 2 + 4
    assert rows[2].startswith("| Parental leave is 26 weeks at full pay. | Parental leave [1]")
    assert rows[-1] == f"| The daily allowance is €38. | Travel [{ask('as a table').citations[-1].number}] |"


def test_json_has_the_answer_and_its_citations_and_only_links_of_the_index() -> None:
    answer = ask("as JSON")

    whole = json.loads(answer.text.removeprefix("```json\n").removesuffix("\n```"))
    assert "26 weeks" in whole["answer"]
    assert [c["url"] for c in whole["citations"]] == [c.url for c in answer.citations]


def test_json_says_that_sources_disagree_and_has_both_of_them() -> None:
    other = "Parental leave is 20 weeks at full pay. Ask early."
    dated = {"leave.md": datetime(2026, 6, 1, tzinfo=UTC), "old.md": datetime(2025, 6, 1, tzinfo=UTC)}
    old = Passage("p0", "old.md", "handbook", "Leave", other, 0, len(other), "https://docs.example/old")
    new, old = (replace(p, updated_at=dated[p.document]) for p in (PASSAGES[0], old))
    (said,) = cite(Draft("Parental leave is 26 weeks at full pay. [1]", "extract"), [new])
    both = (*said.citations, Citation.of(old, 2, (0, 39)))
    shown = Previous(Answer("a1", "", Status.ANSWERED, said.text, both, "extract"), (new, old))

    answer = ask("as JSON", about=shown)

    whole = json.loads(answer.text.removeprefix("```json\n").removesuffix("\n```"))
    assert "says 20 weeks" in whole["notices"][0] and whole["notices"][0] in answer.notice
    assert [c["title"] for c in whole["citations"]] == ["Parental leave", "Leave"]


def test_bullets_and_steps_are_the_same_sentences() -> None:
    assert ask("as bullet points").text.splitlines()[0].startswith("- Parental leave is 26 weeks")
    assert ask("Schritt für Schritt bitte").text.splitlines()[-1].startswith("4. The daily allowance")


def test_only_the_number_is_the_figure_with_its_source() -> None:
    answer = ask("give me only the number")

    assert answer.text == "26 weeks [1]" and len(answer.citations) == 1


def test_where_a_document_no_longer_says_it_the_old_answer_is_not_said_again() -> None:
    text = LEAVE.replace("26 weeks", "20 weeks")
    now = Passage(
        "p1", "leave.md", "handbook", "Parental leave", text, 0, len(text), "https://docs.example/leave"
    )
    about = previous("Parental leave is 26 weeks at full pay. [1]")

    answer = ask("shorter please", about=Previous(about.answer, (now,)))

    assert "26" not in answer.text and answer.status is Status.CLARIFY


@pytest.mark.parametrize(
    ("wish", "begins"),
    [
        ("kürzer bitte", "Elternzeit dauert 26 Wochen"),
        ("als Liste bitte", "- Elternzeit dauert 26 Wochen"),
        ("nur die Zahl", "26 Wochen [1]"),
    ],
)
def test_a_translation_has_other_forms_too_though_its_sources_are_in_another_language(
    wish: str, begins: str
) -> None:
    about = previous("Parental leave is 26 weeks at full pay. [1] The daily allowance is €38. [2]")
    said = "Elternzeit dauert 26 Wochen bei vollem Lohn. [1] Das Tagegeld beträgt €38. [2]"
    german = ask("in German please", Rewrites(said), about=about)
    assert german.trail is not None and german.trail.translated

    listed = ask("als Liste bitte", about=replace(about, answer=german, translated=True))
    answer = ask(wish, Rewrites(), about=replace(about, answer=listed, translated=True), locale="de-DE")

    assert answer.status is Status.ANSWERED and answer.text.startswith(begins)
    assert answer.trail is not None and answer.trail.translated


@pytest.mark.parametrize("wish", ["in German please", "explain simpler"])
def test_what_needs_a_model_is_said_to_need_one(wish: str) -> None:
    answer = ask(wish)

    assert "language model" in answer.text and answer.status is Status.CLARIFY and not answer.citations


def test_a_model_rewrites_and_what_it_writes_is_checked_again() -> None:
    model = Rewrites("Parental leave is 26 weeks, fully paid. [1]")

    answer = ask("in one sentence", model)

    assert answer.text == "Parental leave is 26 weeks, fully paid. [1]"
    assert answer.citations[0].quote == "Parental leave is 26 weeks at full pay."
    assert "<passage" not in json.dumps(model.asked) and answer.writer == "rewrites"


def test_a_fact_that_the_answer_did_not_have_is_struck_out_though_the_passage_has_it() -> None:
    model = Rewrites("Parental leave is 26 weeks. [1] Ask Ada Brandt about exceptions. [1]")

    answer = ask("shorter please", model)

    assert "Brandt" not in answer.text and "26 weeks" in answer.text
    assert [one.what for one in answer.struck] in (["Ada"], ["Brandt"])


def test_an_invented_number_and_a_forged_marker_are_struck_out() -> None:
    true = "Parental leave is 26 weeks. [1] It may not be split into more than three parts. [1]"
    model = Rewrites(f"{true} It is paid at 417 crowns. [1] It is easy. [9]")

    answer = ask("explain simpler", model)

    assert "417" not in answer.text and "[9]" not in answer.text and "26 weeks" in answer.text


def test_where_nothing_of_the_rewriting_stands_the_answer_is_shortened_by_code() -> None:
    answer = ask("shorter please", Rewrites("Parental leave is 52 weeks. [1]"))

    assert "52" not in answer.text and answer.text.startswith("Parental leave is 26 weeks at full pay. [1]")
    assert answer.writer == "extract"


@pytest.mark.parametrize(
    "name", ["lie", "invent", "wrong-number", "forge", "no-marker", "call", "obey", "echo", "negate"]
)
def test_a_model_that_lies_changes_no_fact(name: str) -> None:
    with ModelStandIn() as server:
        model = Chat(Endpoint(server.base_url, ""), name, Manner(10.0))
        answers = [ask(wish, model) for wish in ("shorter please", "explain simpler", "in German please")]

    for answer in answers:
        assert INVENTED not in answer.text and "417" not in answer.text and "evil" not in answer.text
        facts = cite(Draft(answer.text, ""), [_quoting(c.passage) for c in answer.citations])
        assert not answer.citations or not [one for one in facts if one.dropped]


def _quoting(passage: str) -> Passage:
    return next(p for p in PASSAGES if p.id == passage)


ABOUT = "Parental leave is 26 weeks at full pay. [1] The daily allowance is €38. [2]"


def test_a_translation_keeps_figures_and_markers_and_says_what_was_compared() -> None:
    model = Rewrites("Elternzeit dauert 26 Wochen bei vollem Gehalt. [1] Der Tagessatz beträgt 38 €. [2]")

    answer = ask("in German please", model, about=previous(ABOUT))

    assert answer.text == (
        "Elternzeit dauert 26 Wochen bei vollem Gehalt. [1] Der Tagessatz beträgt 38 €. [2]"
    ).replace("] Der", "] Der")
    assert [c.title for c in answer.citations] == ["Parental leave", "Travel"]
    assert "compared one by one" in answer.notice


@pytest.mark.parametrize(
    "said",
    [
        "Elternzeit dauert 28 Wochen bei vollem Gehalt. [1] Der Tagessatz beträgt 38 €. [2]",
        "Elternzeit dauert 26 Wochen bei vollem Gehalt. [2] Der Tagessatz beträgt 38 €. [1]",
        "Elternzeit dauert nicht 26 Wochen bei vollem Gehalt. [1] Der Tagessatz beträgt 38 €. [2]",
        "Elternzeit dauert 26 Wochen bei vollem Gehalt. [1]",
        ABOUT,  # as it was
        "Elternzeit dauert 26 Wochen bei vollem Gehalt, sagt ACME. [1] Der Tagessatz beträgt 38 €. [2]",
        "Elternzeit dauert 26 Wochen bei vollem Gehalt. [1] Der Tagessatz beträgt 38 € und mehr ab 2030. [2]",
    ],
)
def test_a_translation_that_lost_or_gained_something_is_refused(said: str) -> None:
    answer = ask("in German please", Rewrites(said), about=previous(ABOUT), locale="de-DE")

    assert "Übersetzung" in answer.text and not answer.citations


def test_a_wish_can_have_two_parts() -> None:
    model = Rewrites("Elternzeit dauert 26 Wochen bei vollem Gehalt. [1] Der Tagessatz beträgt 38 €. [2]")

    answer = ask("as a table in German", model, about=previous(ABOUT), locale="de-DE")

    assert answer.text.splitlines()[0] == "| Aussage | Quelle |"
    assert "26 Wochen bei vollem Gehalt. | Parental leave [1]" in answer.text


def test_its_record_has_the_tokens_of_every_draft_that_it_is_made_of() -> None:
    shorter, german = "Parental leave is 26 weeks. [1]", "Die Elternzeit dauert 26 Wochen. [1]"
    twice = ask("in one sentence in German", Rewrites(shorter, german))
    by_code = ask("shorter please")

    assert twice.text == german and twice.trail and by_code.trail
    assert twice.trail.tokens == {"read": 600, "written": 40}
    assert by_code.trail.tokens == {}


def test_a_document_that_is_forgotten_while_a_model_rewrites_is_not_quoted() -> None:
    forgotten: list[str] = []

    class Slow(Rewrites):
        def drafted(self, asked: list[dict[str, str]], *within_s: float) -> Draft:
            forgotten.append("leave.md")
            return super().drafted(asked, *within_s)

    def still(passages: Sequence[Passage], readers: Audience) -> list[Passage]:
        return [replace(one, text="") if one.document in forgotten else one for one in passages]

    answer = ask(
        "in simpler words please",
        Slow("You get 26 weeks of parental leave at full pay. [1]"),
        about=previous("Parental leave is 26 weeks at full pay. [1]"),
        shown=SimpleNamespace(still=still, whole=None),
    )

    assert forgotten and (answer.status, answer.citations) == (Status.CLARIFY, ())
    assert "26 weeks" not in answer.text


@pytest.mark.parametrize(
    "text", ["Size: S; Price: 29 EUR [1]", "- Size: S; Price: 29 EUR [1]\n- Size: M [1]"]
)
def test_rows_of_a_table_become_its_rows_with_their_columns_again(text: str) -> None:
    rows = "Size | Price\nS | 29 EUR\nM | "
    page = Passage("t", "boxes.md", "s", "Boxes", rows, 0, len(rows), "https://docs.example/boxes")
    citation = Citation.of(page, 1, (13, len(rows)))
    told = Previous(Answer("a1", "", Status.ANSWERED, text, (citation,), "tables"), (page,))

    lines = ask("as a table please", about=told).text.splitlines()

    assert lines[:3] == [
        "| Size | Price | Source |", "| --- | --- | --- |", "| S | 29 EUR | Boxes [1] |",
    ]  # fmt: skip
    assert lines[3:] == (["| M |  | Boxes [1] |"] if "\n" in text else [])
