"""The question that the bot asks itself: it goes the way of people's questions, and what fails says so."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from slack_sdk import WebClient

from bot import wiring
from bot.inbox import Inbox
from bot.listeners.itself import Asking, Itself, passed
from bot.memory.itself import Outcome, Outcomes
from bot.play.model import ModelStandIn
from bot.play.slack import SlackStandIn
from bot.posting.post import Posts
from bot.settings import Settings, load
from bot.state import inbox
from bot.wiring import itself
from deploy.ports import free
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


def through(engine: sa.Engine, end: Callable[[Itself, str], None], ask: Callable[[], str] = str) -> str:
    """What whoever put it into the inbox reads, while `end` is done to the row by whoever takes it out."""
    with ThreadPoolExecutor(1) as pool:
        said = pool.submit(passed, Inbox(engine), Outcomes(engine))
        while not (rows := Inbox(engine).open(1)):
            time.sleep(0.01)
        end(Itself(Outcomes(engine), Posts(engine, WebClient()), Asking(ask)), rows[0].event_id)
        return said.result()


def test_it_goes_through_the_inbox_where_it_leaves_nothing(anywhere: sa.Engine) -> None:
    said = through(anywhere, Itself.answer, lambda: "answered by kb-0001 in 20 ms")

    assert said == "answered by kb-0001 in 20 ms"
    with anywhere.connect() as connection:
        assert connection.execute(sa.select(inbox)).all() == []


def test_whatever_else_came_of_it_is_said_in_a_sentence_and_so_is_that_nobody_took_it(
    engine: sa.Engine,
) -> None:
    def down() -> str:
        raise FootnoteError("The index cannot be reached.")

    with pytest.raises(FootnoteError, match="cannot be reached"):
        through(engine, Itself.answer, down)
    with pytest.raises(FootnoteError, match="the log has why: 4F2A"):
        through(engine, lambda itself, event: itself.fail(event, "4F2A"))
    with pytest.raises(FootnoteError, match="not through after 0 s"):
        passed(Inbox(engine), Outcomes(engine), 0.2)


def rows(engine: sa.Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(sa.select(inbox.c.event_id)))


def test_what_is_not_through_in_time_leaves_nothing_whether_somebody_has_taken_it_or_not(
    anywhere: sa.Engine,
) -> None:
    store, taken = Inbox(anywhere), list[str]()
    with pytest.raises(FootnoteError, match="not through"):
        passed(store, Outcomes(anywhere), 0.1)
    assert rows(anywhere) == []

    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(passed, store, Outcomes(anywhere), 5.0)
        while not (found := store.open(1)):
            time.sleep(0.01)
        assert store.take(found[0], "slow")
        taken += [found[0].event_id]
        with pytest.raises(FootnoteError, match="not through"):
            late.result()
    assert store.waiting() == 0
    Itself(Outcomes(anywhere), Posts(anywhere, WebClient()), Asking(lambda: "at last")).answer(taken[0])
    assert rows(anywhere) == []


def test_a_replica_that_knows_no_such_questions_is_passed_over(engine: sa.Engine) -> None:
    store = Inbox(engine)
    with ThreadPoolExecutor(1) as pool:
        said = pool.submit(passed, store, Outcomes(engine))
        for end in (
            store.close,
            Itself(Outcomes(engine), Posts(engine, WebClient()), Asking(lambda: "well")).answer,
        ):
            while not (found := store.open(1)):
                time.sleep(0.01)
            end(found[0].event_id)
        assert said.result() == "well"

    assert rows(engine) == []


def test_what_a_process_left_that_ended_meanwhile_goes_with_the_next_question(engine: sa.Engine) -> None:
    Inbox(engine).plan("itself", "old")
    Outcomes(engine).put("itself-old", Outcome("well", well=True))
    with engine.begin() as connection:
        connection.execute(inbox.update().values(received_at=time.time() - 3600))

    through(engine, Itself.answer)

    assert rows(engine) == []


def test_what_went_wrong_is_said_in_the_channel_too(engine: sa.Engine) -> None:
    def down() -> str:
        raise FootnoteError("The index cannot be reached.")

    with SlackStandIn() as slack:
        given, channel = slack.environment, slack.add_channel("watch")
        posts = Posts(engine, WebClient(given["SLACK_BOT_TOKEN"], base_url=given["SLACK_API_URL"]))
        step = Itself(Outcomes(engine), posts, Asking(down, channel))
        step.answer("itself-1")
        [message] = slack.messages(channel)
        assert message.shown.endswith("The index cannot be reached.")
        step.fail("itself-2", "4F2A")
        [message] = slack.messages(channel)
        assert message.shown.endswith("the log has why: 4F2A.")


def test_it_is_asked_and_a_part_of_readyz_only_where_it_is_wanted() -> None:
    wanted, none = load(_env_file=None, ask_itself=True), load(_env_file=None)

    assert [one.part for one in itself.looks(wanted)] == ["question"]
    assert (itself.looks(none), itself.asking(none, answers)) == ([], None)


@pytest.mark.slow
def test_a_running_bot_shows_it_in_readyz_and_in_one_message_of_a_channel(home: Path) -> None:
    port = free()
    with SlackStandIn() as slack:
        channel = slack.add_channel("watch")
        settings = {"FOOTNOTE_ASK_ITSELF": "true", "FOOTNOTE_ASK_ITSELF_IN": channel}
        around = os.environ | slack.environment | settings | {"FOOTNOTE_METRICS_PORT": str(port)}
        with subprocess.Popen([sys.executable, "-m", "bot.cli", "serve"], env=around) as process:
            try:
                found = looked(port, "question")
            finally:
                process.terminate()
        [message] = slack.messages(channel)

    assert found["state"] == "ok" and found["says"].startswith("answered by extract in ")
    assert message.shown.endswith(f"a question of my own: {found['says']}")


def looked(port: int, part: str) -> dict[str, str]:
    """What /readyz says of a part once it was looked at."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        with suppress(httpx.TransportError):
            found = httpx.get(f"http://127.0.0.1:{port}/readyz").json()["parts"].get(part)
            if found and found["state"] != "unknown":
                return dict(found)
        time.sleep(0.2)
    raise AssertionError(f"{part} was not looked at")


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
