"""A question's trace: what took how long, from the event to the post, and nobody's words."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest
from bot_process import BotProcess
from collector import Collector, values
from failing import LEAVE, Rig, failing

from bot.play.slack import SlackStandIn
from bot.settings import load
from bot.tracing import ERROR, NONE, Span, Traces, here, span, told
from bot.tracing.chain import Steps
from bot.tracing.otlp import WAITING, headers
from bot.tracing.otlp import Collector as Door
from bot.wiring import traced
from retrieval.passage import SettingError

OF_THE_CHAIN = (
    "understand",
    "retrieve",
    "retrieval",
    "embeddings",
    "clarify",
    "reckon",
    "chat good",
    "check",
)
OF_THE_ROW = ("event", "queue", "place", "write", "brief", "show", "close", "question")


def test_processes_that_follow_one_another_on_a_row_make_one_trace() -> None:
    first: list[Span] = []
    second: list[Span] = []

    with Traces(first.append).step("Ev1", "write"), span("brief"):
        told({"footnote.passages": 3})
    Traces(second.append).whole("Ev1", "question", 1.0, {})

    brief, write, [root] = first[0], first[1], second
    assert {one.trace for one in first} == {root.trace}
    assert (brief.parent, write.parent, root.parent) == (write.id, root.id, "")
    assert brief.attributes == {"footnote.passages": 3}
    assert root.began == 1.0


def test_an_error_is_named_by_its_kind_and_not_by_its_text() -> None:
    spans: list[Span] = []

    with pytest.raises(ValueError, match="secret"), Traces(spans.append).step("Ev1", "write"):
        raise ValueError("secret")

    assert spans[0].attributes == {ERROR: "ValueError"}


def test_a_stream_that_its_reader_closed_was_cut_off() -> None:
    spans: list[Span] = []
    steps, run = Steps(lambda *_: None), uuid4()

    with Traces(spans.append).step("Ev1", "write"):
        steps.on_chat_model_start({}, [], run_id=run, metadata={"ls_model_name": "slow"})
        steps.on_llm_error(GeneratorExit(), run_id=run)

    assert spans[0].attributes[ERROR] == "cut_off"


@pytest.mark.slow
def test_where_traces_are_off_there_are_none_and_nothing_of_them_is_loaded() -> None:
    with NONE.step("Ev1", "write"), span("brief"):
        assert here() is None
    code = (
        "import sys; from bot.cli.serve import serve; from bot.settings import load\n"
        "from bot.wiring import traced\n"
        "with traced.traces(load(_env_file=None)): pass\n"
        "print([one for one in sys.modules if one.startswith('opentelemetry')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_where_what_sends_them_is_missing_a_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "bot.tracing.otlp", None)
    settings = load(_env_file=None, otlp_endpoint="http://127.0.0.1:4318")

    with pytest.raises(SettingError, match=r"footnote\[traces\]"), traced.traces(settings):
        pass


def test_headers_are_read_as_opentelemetry_writes_them() -> None:
    assert headers("Authorization=Basic a=b, x-team = kb ,junk") == {
        "authorization": "Basic a=b",
        "x-team": "kb",
    }


@pytest.mark.slow
@pytest.mark.parametrize("behaviour", ["hang", "refuse"])
def test_what_a_collector_does_not_take_is_dropped_beyond_a_bound(behaviour: str) -> None:
    with Collector() as there:
        there.behaviour = behaviour
        door = Door(there.address, {})
        for number in range(3 * WAITING):
            door.send(Span("1" * 32, f"{number + 1:016x}", "", "question", 1.0, 2.0, {}))
        waiting = door._waiting.qsize()
        there.let_go.set()
        door.close()

    assert waiting <= WAITING
    assert door._dropped >= 3 * WAITING - waiting - 512


@pytest.fixture(scope="module")
def there() -> Iterator[Collector]:
    with Collector() as running:
        yield running


@pytest.fixture(scope="module")
def rig(there: Collector, indexed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    settings = load(_env_file=None, otlp_endpoint=there.address + "/", otlp_headers="x-key=abc")
    with (
        traced.traces(settings) as traces,
        failing(indexed, tmp_path_factory.mktemp("traces"), traces, writer_silence_s=15.0) as made,
    ):
        yield made


@pytest.mark.slow
def test_a_question_is_one_trace_from_the_event_to_the_post(rig: Rig, there: Collector) -> None:
    rig.asked("good")
    found = there.wait_for(*OF_THE_ROW, *OF_THE_CHAIN)
    root, write, chat = found["question"], found["write"], found["chat good"]
    about = values(chat.attributes)

    assert len({span.trace_id for span in found.values()}) == 1
    assert not root.parent_span_id
    assert {found[name].parent_span_id for name in ("event", "queue", "place", "write", "show")} == {
        root.span_id
    }
    assert found["brief"].parent_span_id == found["check"].parent_span_id == write.span_id
    assert found["retrieval"].parent_span_id == found["retrieve"].span_id
    assert found["embeddings"].parent_span_id == found["retrieval"].span_id
    assert values(found["embeddings"].attributes)["gen_ai.request.model"] == "minilm"
    assert all(root.end_time_unix_nano >= found[name].end_time_unix_nano for name in OF_THE_ROW)
    assert all(one.start_time_unix_nano <= one.end_time_unix_nano for one in found.values())
    steps = [found[name] for name in ("understand", "retrieve", "clarify", "check")]
    assert all(a.end_time_unix_nano <= b.start_time_unix_nano for a, b in pairwise(steps))
    posted = [span for name, span in found.items() if name.startswith("slack chat.")]
    assert {one.parent_span_id for one in posted} & {found["place"].span_id, found["show"].span_id}
    assert {values(one.attributes)["footnote.outcome"] for one in posted} == {"ok"}
    assert about["gen_ai.request.model"] == about["gen_ai.response.model"] == "good"
    assert (about["gen_ai.operation.name"], about["gen_ai.response.finish_reasons"]) == ("chat", ["stop"])
    assert about["gen_ai.usage.input_tokens"] > 100 > about["gen_ai.usage.output_tokens"] > 5
    assert about["gen_ai.response.time_to_first_chunk"] > 0
    assert values(write.attributes)["footnote.status"] == "answered"
    assert there.resources[0]["service.name"] == "footnote"
    assert there.headers[0]["x-key"] == "abc"
    assert b'footnote_tokens_total{kind="written",model="good"}' in rig.meters.page()


@pytest.mark.slow
def test_no_word_of_question_answer_or_document_is_in_a_trace(rig: Rig, there: Collector) -> None:
    reply = rig.asked("good")
    there.wait_for(*OF_THE_ROW)
    sent = b" ".join(there.bodies)

    assert "20 weeks" in reply.shown
    for words in (LEAVE, "parental", "20 weeks", "leave.md", rig.ada, "help", "handbook"):
        assert words.encode() not in sent
    assert not re.search(rb"(?<![0-9a-f])ada(?![0-9a-f])", sent)  # in a number that is drawn it may stand


@pytest.mark.slow
def test_a_model_that_fails_leaves_its_kind_of_error_and_the_extract_its_span(
    rig: Rig, there: Collector
) -> None:
    rig.asked("500")
    found = there.wait_for("question", "write", "chat good", "extract")

    assert values(found["chat good"].attributes)[ERROR] == "500"
    assert found["chat good"].status.code == 2 and not found["chat good"].status.message
    assert values(found["write"].attributes)["footnote.status"] == "degraded"


@pytest.mark.slow
@pytest.mark.parametrize("behaviour", ["hang", "refuse"])
def test_a_dead_collector_costs_an_answer_nothing(rig: Rig, there: Collector, behaviour: str) -> None:
    there.behaviour = behaviour
    try:
        assert "20 weeks" in rig.asked("good").shown
    finally:
        there.behaviour = "well"
        there.let_go.set()
        there.let_go = threading.Event()


@pytest.mark.slow
def test_what_another_process_takes_over_after_a_kill_is_in_the_same_trace(tmp_path: Path) -> None:
    with Collector() as there, SlackStandIn() as slack:
        bot = BotProcess(slack, tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=there.address, CANNED_SECONDS="8")
        bot.start(FOOTNOTE_FAILPOINT="answered")
        assert bot.wait_ready(), bot.log
        person = slack.add_user("Ada")
        channel = slack.add_channel("help", person)
        ts = slack.mention(person, channel, "How long is parental leave?")
        bot.wait()
        before = {one.name: one.trace_id for one in there.spans}
        with bot:
            slack.wait_for_reply(channel, ts, until=lambda one: "26 weeks" in one.shown)
            found = there.wait_for("question", "show", "close")
            assert bot.stop() == 0

    assert {"event", "queue", "place"} <= set(before)
    assert {found[name].trace_id for name in ("question", "show", "close")} == set(before.values())
    assert found["place"].parent_span_id == found["show"].parent_span_id == found["question"].span_id
