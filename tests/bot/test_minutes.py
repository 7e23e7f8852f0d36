"""Which messages want to know of their thread, and what is quoted of it."""

from __future__ import annotations

from typing import cast

import pytest

from bot.answering.digest import MOST, Digest, passages, telling
from bot.chain import Chain
from bot.meaning.addressed import Turn
from bot.meaning.minutes import Wanted, wanted
from bot.play.model import ModelStandIn
from docs.requests import judged, per_100
from model.answer import Answer, Question, Status, Writer
from model.checking.citations import cite
from model.quoting.answerability import Answerability
from model.quoting.extract import Extract
from model.writing.chat import Chat, Manner
from model.writing.endpoint import Endpoint
from retrieval.passage import Embedder, Passage
from retrieval.retriever import FootnoteRetriever

SAID = (
    ("ada", "We need a venue for the summer party. Ideas?"),
    ("ben", "The boat house or the old brewery. The boat house costs €900"),
    ("cem", "I like the boat house, but is it free on 12 June?"),
    ("ada", "Can someone call them? @U0BEN maybe"),
    ("ben", "I'll do it"),
    ("ben", "Called: free on 12 June :tada:"),
    ("ada", "Great. Let's go with the boat house then. We have not decided on the music."),
    ("cem", "I'll send the invitations by Friday. Who does the music?"),
    ("dee", "Das Essen ist noch offen"),
)


@pytest.mark.parametrize(
    ("said", "of"),
    [
        ("summarise this thread", Wanted("summary", pointed=True)),
        ("what was decided?", Wanted("decisions", pointed=False)),
        ("who said they would do it?", Wanted("tasks", pointed=False)),
        ("fasse den Thread zusammen", Wanted("summary", pointed=True)),
        ("Was ist hier noch offen?", Wanted("open", pointed=True)),
        ("what was decided about the canteen last year?", None),
        ("who decides on promotions?", None),
        ("", None),
    ],
)
def test_what_is_wanted_of_a_thread_is_read_from_the_message(said: str, of: Wanted | None) -> None:
    assert wanted(said) == of


def test_the_rules_seldom_take_a_question_for_one_about_the_thread() -> None:
    false, missed = per_100(judged("held"), "thread")

    assert false <= 3 and missed <= 20  # docs/benchmarks.md has the figures


def messages(*said: tuple[str, str]) -> tuple[Passage, ...]:
    turns = [
        Turn(f"U0{who.upper()}", text, ts=f"17956900{n:02}.000100") for n, (who, text) in enumerate(said)
    ]
    return passages(
        turns, lambda who: who.removeprefix("user:U0").title(), lambda ts: f"https://s.example/{ts}"
    )


def points(topic: str) -> list[str]:
    given = messages(*SAID)
    draft = Digest(topic).write("", given)
    assert not [one for one in cite(draft, given) if one.dropped]
    return [line.removeprefix("- ").rpartition(" [")[0] for line in draft.text.splitlines()]


def test_a_message_is_a_passage_of_who_said_it_with_its_link() -> None:
    called = messages(*SAID)[3]

    assert called.text == "Ada: Can someone call them?\n\nAda: @Ben maybe"
    assert called.title.startswith("Ada, 2026-11-26 ") and called.url == "https://s.example/1795690003.000100"


def test_a_decision_is_what_was_settled_and_not_what_was_asked_or_left_open() -> None:
    assert points("decisions") == ["Ada: Let's go with the boat house then."]


def test_a_promise_comes_with_what_it_answers() -> None:
    assert points("tasks") == [
        "Ada: Can someone call them?",
        "Ben: I'll do it",
        "Cem: I'll send the invitations by Friday.",
    ]


def test_what_is_open_is_said_to_be_or_was_asked_last() -> None:
    assert points("open") == ["Cem: Who does the music?", "Dee: Das Essen ist noch offen"]


def test_a_summary_begins_with_what_the_thread_began_with() -> None:
    summary = points("summary")

    assert summary[0] == "Ada: We need a venue for the summer party."
    assert "Ada: Let's go with the boat house then." in summary and len(summary) <= 7


def test_of_a_long_thread_a_writer_gets_what_decides_and_the_last() -> None:
    chatter = [("ada", f"And another remark about chair number {n}") for n in range(200)]
    given = messages(*chatter[:90], ("ben", "Decided: the red chairs."), *chatter[90:])

    told = telling(given, "decisions")

    assert len(told) == MOST and told[0] == given[0] and told[-1] == given[-1]
    assert "Ben: Decided: the red chairs." in [one.text for one in told]


class Still:
    """A retriever of which nothing is asked but what it shows."""

    whole = None

    def still(self, shown: list[Passage], readers: object) -> list[Passage]:
        return list(shown)


def ask(text: str, topic: str, *writers: Writer, said: tuple[tuple[str, str], ...] = SAID) -> Answer:
    parts = cast(FootnoteRetriever, Still()), cast(Answerability, None)
    ladder = [*writers, Extract(cast(Embedder, None))]
    chain = Chain(*parts, ladder, lambda _: "nothing").runnable()
    return chain.invoke(Question(text, attached=messages(*said), thread=topic))


def test_nothing_is_searched_and_each_point_has_its_message() -> None:
    answer = ask("what was decided?", "decisions")

    assert answer.text == "- Ada: Let's go with the boat house then. [1]"
    assert answer.citations[0].url == "https://s.example/1795690006.000100"


def test_where_nobody_decided_anything_it_says_so_and_how_much_it_read() -> None:
    answer = ask("what was decided?", "decisions", said=(("ada", "Should we?"), ("ben", "Hm, no idea")))

    assert answer.status is Status.NOT_FOUND and "2 messages of this thread" in answer.text
    assert not answer.citations and not answer.nearest


def test_where_a_model_finds_nothing_in_a_thread_its_own_sentences_are_quoted() -> None:
    with ModelStandIn() as server:
        model = Chat(Endpoint(server.base_url, ""), "not-found", Manner(10.0))
        answer = ask("what was decided?", "decisions", model)

    assert answer.text == "- Ada: Let's go with the boat house then. [1]" and answer.writer == "extract"


@pytest.mark.parametrize("name", ["good", "lie", "invent", "forge", "wrong-number"])
def test_what_a_model_makes_of_a_thread_is_checked_against_its_messages(name: str) -> None:
    with ModelStandIn() as server:
        model = Chat(Endpoint(server.base_url, ""), name, Manner(10.0))
        answer = ask("who sends invitations by Friday?", "tasks", model)

    assert "Halvorsen" not in answer.text and "417" not in answer.text and "[97]" not in answer.text
    assert answer.citations and answer.status is Status.ANSWERED
    assert (name != "good") or "Cem: I'll send the invitations by Friday. [" in answer.text
