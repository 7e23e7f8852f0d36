"""Every way in which a model can fail, through the whole chain: a lower rung answers, and nothing untrue."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from langchain_core.runnables import Runnable
from lies import FAILING, HALVED, foreign, forged, unsupported

from bot import wiring
from bot.chain import Chain
from bot.memory.explanation import explained
from bot.play.model import NAMES, ModelStandIn
from bot.settings import Settings, load
from model.answer import Answer, Question, Status, Writer
from model.quoting.answerability import Answerability
from model.quoting.extract import Extract
from model.record import Record
from model.trail import names_and_numbers
from model.writing import breaker as breaking
from model.writing import rung as rungs
from model.writing.breaker import Doubt
from model.writing.chat import Chat, Manner, Second
from model.writing.endpoint import Endpoint
from model.writing.rung import Rung
from retrieval.passage import Audience, Passage
from retrieval.retriever import FootnoteRetriever

pytestmark = pytest.mark.slow  # indexes the example handbook, starts servers

LEAVE = "How many weeks of paid parental leave does each parent get?"
ASKED = (LEAVE, "How many days of annual leave do I get?", "Who has to approve a parental leave?")
PATIENCE = Manner(timeout_s=3.0, silence_s=1.0)


@pytest.fixture(scope="module")
def server() -> Iterator[ModelStandIn]:
    with ModelStandIn() as running:
        yield running


@pytest.fixture(scope="module")
def settings(indexed: Path) -> Settings:
    return load(_env_file=None, home=indexed)


@pytest.fixture(scope="module")
def chain(settings: Settings) -> Iterator[object]:
    embedder = wiring.embedder_of(settings)
    retriever = FootnoteRetriever(search=wiring.search(settings, embedder))
    known = Answerability.load(None, embedder)

    def of(*writers: Writer, budget_s: float = 20.0) -> Runnable[Question | str, Answer]:
        ladder = [*writers, Extract(embedder)]
        return Chain(retriever, known, ladder, lambda asked: "the documents", budget_s=budget_s).runnable()

    yield of


def chat(server: ModelStandIn, name: str, manner: Manner = PATIENCE) -> Chat:
    return Chat(Endpoint(server.base_url, ""), name, manner)


def rung(server: ModelStandIn, name: str, doubt: Doubt | None = None) -> Rung:
    return Rung(chat(server, name), doubt or Doubt())


@pytest.mark.parametrize("name", NAMES)
def test_whatever_a_model_does_nothing_untrue_is_answered(server: ModelStandIn, chain, name: str) -> None:
    for question in ASKED[: 1 if name in FAILING else None]:
        answer = chain(rung(server, name)).invoke(question)

        assert [*forged(answer), *foreign(answer), *unsupported(answer)] == []
        assert answer.citations or answer.status is Status.NOT_FOUND
        assert (answer.writer == "extract") == (name in FAILING)
        assert bool(answer.notice) == (name in FAILING)
        if name in FAILING:
            assert answer.status is Status.DEGRADED


def test_half_a_draft_is_never_shown_as_a_whole_one(server: ModelStandIn, chain) -> None:
    whole = chain(rung(server, "good")).invoke(LEAVE)
    extract = chain().invoke(LEAVE)

    for name in sorted(HALVED):
        assert chain(rung(server, name)).invoke(LEAVE).text == extract.text
    assert whole.writer == "good"


def test_each_rung_is_asked_in_its_turn_until_one_writes(server: ModelStandIn, chain) -> None:
    doubt = Doubt()
    adapter, base = rung(server, "500", doubt), rung(server, "good", doubt)
    server.requests.clear()

    answer = chain(adapter, base).invoke(LEAVE)

    assert (answer.status, answer.writer) == (Status.DEGRADED, "good")
    assert "HTTP 500" in answer.notice
    assert [(r["model"], r["max_completion_tokens"]) for r in server.requests] == [
        ("500", 700), ("good", 1), ("good", 700),
    ]  # fmt: skip


def test_the_second_endpoint_is_asked_where_the_first_server_is_away(
    server: ModelStandIn, chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    away = Rung(Chat(Endpoint("http://127.0.0.1:9/v1", ""), "good", PATIENCE), Doubt())
    second = Rung(Second("openai:good", PATIENCE), Doubt())

    answer = chain(away, second).invoke(LEAVE)

    assert (answer.status, answer.writer) == (Status.DEGRADED, "openai:good")
    assert answer.notice == "The model server could not be reached."


def test_a_server_that_hung_is_left_by_all_its_models_after_a_proof_of_life(
    server: ModelStandIn, chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rungs, "PROOF_S", 0.3)
    doubt = Doubt()
    ladder = chain(rung(server, "hang", doubt), rung(server, "ttft-5s", doubt))
    server.requests.clear()

    answer = ladder.invoke(LEAVE)

    assert answer.writer == "extract" and "too long" in answer.notice
    assert [(r["model"], r["max_completion_tokens"]) for r in server.requests] == [
        ("hang", 700),
        ("ttft-5s", 1),
    ]


def test_a_model_that_fails_again_and_again_is_not_asked_and_comes_back_when_it_lives(
    server: ModelStandIn, chain
) -> None:
    class Clock:
        now = 0.0

        def __call__(self) -> float:
            return self.now

    clock = Clock()
    doubt = Doubt(clock)
    ladder = chain(Rung(chat(server, "good"), doubt, breaking.Breaker(clock)))
    server.plays["good"] = "500"
    try:
        for _ in range(breaking.AFTER):
            assert ladder.invoke(LEAVE).status is Status.DEGRADED
        server.requests.clear()
        while_shut = ladder.invoke(LEAVE)
        assert (while_shut.status, server.requests) == (Status.DEGRADED, [])
        assert "HTTP 500" in while_shut.notice
        clock.now += breaking.PAUSE_S
        ladder.invoke(LEAVE)
        assert [r["max_completion_tokens"] for r in server.requests] == [
            1
        ]  # no proof of life: no draft is asked
    finally:
        server.plays.clear()
    clock.now += 2 * breaking.PAUSE_S

    back = ladder.invoke(LEAVE)

    assert (back.status, back.writer, back.notice) == (Status.ANSWERED, "good", "")


def test_questions_at_once_each_get_their_own_answer_while_a_model_fails(server: ModelStandIn, chain) -> None:
    ladder = chain(rung(server, "500"))

    answers = ladder.batch([LEAVE, ASKED[1]] * 8)

    assert {a.status for a in answers} == {Status.DEGRADED}
    assert [a.question for a in answers] == [LEAVE, ASKED[1]] * 8
    assert len({a.text for a in answers}) == 2


def test_what_comes_late_leaves_the_extract_its_time(server: ModelStandIn, chain) -> None:
    late = Question(LEAVE, by=time.time() + 8.5)
    server.requests.clear()

    answer = chain(rung(server, "good")).invoke(late)

    assert (answer.status, answer.writer, server.requests) == (Status.DEGRADED, "extract", [])


def test_where_nothing_is_found_without_the_model_the_answer_says_so(server: ModelStandIn, chain) -> None:
    nobody = replace(Question(LEAVE), readers=Audience())
    answer = chain(rung(server, "not-found")).invoke(nobody)

    assert (answer.status, answer.notice) == (Status.NOT_FOUND, "")


def test_a_context_that_is_too_short_costs_the_worst_passages_and_not_the_question(
    server: ModelStandIn, chain
) -> None:
    server.context = 1100
    server.requests.clear()
    try:
        answer = chain(rung(server, "good")).invoke(LEAVE)
    finally:
        server.context = 8192

    prompt = server.requests[-1]["messages"][-1]["content"]
    assert (answer.status, answer.writer) == (Status.ANSWERED, "good")
    assert LEAVE in prompt
    assert 1 <= prompt.count("<passage number=") < 6
    assert server.requests[-1]["max_completion_tokens"] == 1100 // 3


def test_of_long_files_that_came_with_the_question_what_fits_is_read(server: ModelStandIn, chain) -> None:
    text = "The stand at the Bergen fair costs 8,400 kroner. " + "It is white and has two tables. " * 60
    files = tuple(
        Passage(
            f"a{n}", f"attached/F{n}", "", f"offer{n}.txt", text, 0, len(text), f"https://slack.test/F{n}"
        )
        for n in range(4)
    )
    asked = Question("What does the stand at the Bergen fair cost?", attached=files)
    server.context = 2600
    try:
        answer = chain(rung(server, "good")).invoke(asked)
    finally:
        server.context = 8192

    prompt = server.requests[-1]["messages"][-1]["content"]
    assert (answer.status, answer.writer) == (Status.ANSWERED, "good")
    assert "8,400 kroner" in answer.text
    assert asked.text in prompt and 1 <= prompt.count("<passage number=") < 4


def test_the_draft_says_what_it_was_made_with(server: ModelStandIn, settings: Settings) -> None:
    passages = [
        h.passage
        for h in wiring.search(settings, wiring.embedder_of(settings)).find(LEAVE, Audience(), 6).hits
    ]

    made = chat(server, "good").write(LEAVE, passages).made

    assert (made["model"], made["base"], made["passages"]) == ("good", "", 6)
    assert made["parameters"]["max_completion_tokens"] == 700


def test_what_a_model_read_and_wrote_is_in_the_record_of_its_answer(
    server: ModelStandIn, settings: Settings, chain
) -> None:
    answer = chain(chat(server, "good")).invoke(LEAVE)

    assert answer.trail
    kept = json.loads(names_and_numbers(answer.trail, asdict(answer.timings)))
    assert kept["tokens"]["read"] > 500 and kept["tokens"]["written"] >= len(answer.text.split()) > 3
    assert kept["timings"]["write"] > 0
    record = Record(answer.id, str(answer.status), answer.writer, answer.text, (), 0.0, trail=kept)
    assert f"{kept['tokens']['written']} tokens written" in next(explained(record, {}))


def test_a_writer_without_a_model_is_recorded_without_tokens(settings: Settings, chain) -> None:
    answer = chain().invoke(LEAVE)

    assert answer.trail and answer.trail.tokens == {}


def test_the_grammar_is_sent_where_the_settings_want_it(server: ModelStandIn, settings: Settings) -> None:
    passages = [
        h.passage
        for h in wiring.search(settings, wiring.embedder_of(settings)).find(LEAVE, Audience(), 3).hits
    ]

    chat(server, "good", Manner(grammar=True)).write(LEAVE, passages)
    with_grammar = server.requests[-1]
    chat(server, "good").write(LEAVE, passages)

    assert '("1" | "2" | "3")' in with_grammar["structured_outputs"]["grammar"]
    assert "structured_outputs" not in server.requests[-1]


@pytest.mark.parametrize(("given", "names"), [("", ["adapter-1"]), ("base", ["adapter-1", "base"])])
def test_the_ladder_is_what_the_settings_name(indexed: Path, given: str, names: list[str]) -> None:
    settings = load(
        _env_file=None, home=indexed, writer="chat", vllm_base_url="http://127.0.0.1:9/v1", model="adapter-1",
        base_model=given,
    )  # fmt: skip

    assert [writer.name for writer in wiring.writers(settings, wiring.embedder_of(settings))] == [
        *names,
        "extract",
    ]
