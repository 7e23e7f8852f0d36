"""The question that the bot asks itself: it goes the way of people's questions, and what fails says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import wiring
from bot.meters import Meters
from bot.play.model import ModelStandIn
from bot.settings import Settings, load
from bot.web.watch import Health
from bot.wiring import itself
from model.answer import Answer, Citation, Question, Status
from retrieval.passage import FootnoteError, SearchUnavailable

Answering = Callable[[Question], Iterator[Answer]]


def answers(question: Question) -> Iterator[Answer]:
    """As the chain does, in two sentences."""
    [passage] = question.attached
    cited = Citation.of(passage, 1, (0, len(passage.text)))
    yield Answer("a", question.text, Status.ANSWERED, "It has 4711 lamps. [1]", (cited,), "kb-0001")
    yield Answer("a", question.text, Status.ANSWERED, " They are counted. [1]", (), "kb-0001")


def changed(**how: object) -> Answering:
    def answer(question: Question) -> Iterator[Answer]:
        for chunk in answers(question):
            yield replace(chunk, **how)  # type: ignore[arg-type]

    return answer


def breaks(question: Question) -> Iterator[Answer]:
    raise SearchUnavailable("The index cannot be reached.")
    yield


def test_an_answer_from_the_document_by_the_model_is_well() -> None:
    assert itself.asked(answers, model=True).startswith("answered by kb-0001 in ")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (changed(text="It has many lamps. [1]"), "not answered from its document"),
        (changed(citations=()), "not answered from its document"),
        (changed(status=Status.DEGRADED), "without the model"),
        (lambda _: iter(()), "not answered from its document: failed"),
        (breaks, "cannot be reached"),
    ],
    ids=["wrong", "uncited", "degraded", "silent", "broken"],
)
def test_whatever_else_comes_is_a_part_that_is_down_in_a_sentence(answer: Answering, why: str) -> None:
    with pytest.raises(FootnoteError, match=why):
        itself.asked(answer, model=True)


def test_it_is_a_part_of_readyz_and_a_figure_only_where_it_is_wanted() -> None:
    wanted = itself.looks(load(_env_file=None, ask_itself=True), breaks)
    health, meters = Health(wanted), Meters()
    meters.looked(health.well)
    health.look()

    assert itself.looks(load(_env_file=None), answers) == []
    assert health.report()["parts"] == {"question": {"state": "down", "says": "The index cannot be reached."}}
    assert b'footnote_part_up{part="question"} 0.0' in meters.page()


@pytest.fixture(scope="module")
def settings(indexed: Path) -> Settings:
    return load(_env_file=None, home=indexed)


@pytest.mark.slow
def test_the_real_chain_answers_it_by_a_model_and_without_one(settings: Settings) -> None:
    with ModelStandIn() as model:
        chat = {"writer": "chat", "vllm_base_url": model.base_url, "model": "good"}
        by_model = wiring.chain(settings.model_copy(update=chat)).stream
        said = itself.asked(by_model, model=True)
        [asked] = [one for one in model.requests if "4711" in str(one)]
        model.plays["good"] = "500"
        with pytest.raises(FootnoteError, match="without the model"):
            itself.asked(by_model, model=True)

    assert said.startswith("answered by good in ")
    assert "parental leave" not in str(asked).casefold()  # nothing of the index is shown to it
    assert itself.asked(wiring.chain(settings).stream, model=False).startswith("answered by extract in ")
