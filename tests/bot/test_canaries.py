"""Nobody's words are in a log, a span or a figure: all is asked at DEBUG, and a lot of it fails."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from failing import Rig, failing

from bot import wiring
from bot.app import silence
from bot.events import VOTE
from bot.events.votes import WHY
from bot.log import OURS, to_terminal
from bot.play.slack_faults import How
from bot.settings import load
from bot.tracing import Span, Traces
from retrieval.sources.files import FileSource

pytestmark = pytest.mark.slow  # indexes, starts servers

CANARIES = {
    "question": "quincecanary",
    "document": "damsoncanary",
    "title": "Titlemedlarcanary",
    "file name": "figcanary",
    "attached file": "attachedpearcanary",
    "words attached": "inattachedpearcanary",
    "person": "Personplumcanary",
    "channel": "channelcherrycanary",
    "correction": "correctionapplecanary",
}
ASKED = f"How many weeks of leave does the {CANARIES['question']} policy of {CANARIES['document']} give?"
BEHAVIOURS = (
    "good", "obey", "lie", "echo", "over-long", "think", "cut", "no-finish", "sse-error", "bytes", "page",
    "empty", "wrong-model", "not-found", "400", "401", "500", "stall-3",
)  # fmt: skip
FAULTS: tuple[How, ...] = (
    {"error": "fatal_error"}, {"status": 500, "body": CANARIES["document"]}, {"cut": "after"},
)  # fmt: skip
METHODS = ("chat.postMessage", "chat.update", "users.info", "conversations.replies", "*")


@dataclass
class Told:
    """What a process tells of itself."""

    text: io.StringIO = field(default_factory=io.StringIO)
    lines: io.StringIO = field(default_factory=io.StringIO)
    spans: list[Span] = field(default_factory=list)


@pytest.fixture(scope="module")
def told() -> Iterator[Told]:
    """As `footnote serve` logs at DEBUG, in both forms; of foreign libraries more than it ever asks for."""
    made, root = Told(), logging.getLogger()
    before = root.handlers[:], root.level, {name: logging.getLogger(name).level for name in OURS}
    to_terminal("DEBUG", "json", made.lines)
    [lines] = root.handlers
    to_terminal("DEBUG", "text", made.text)
    root.addHandler(lines)
    root.setLevel(logging.DEBUG)
    yield made
    logging.captureWarnings(capture=False)
    root.handlers[:], level, levels = before
    root.setLevel(level)
    for name, one in levels.items():
        logging.getLogger(name).setLevel(one)


@pytest.fixture(scope="module")
def home(told: Told, graphs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of a document with canaries, and of one that is broken."""
    home, folder = tmp_path_factory.mktemp("canaries"), tmp_path_factory.mktemp("documents")
    policy = f"# {CANARIES['title']}\n\nThe {CANARIES['document']} policy gives 20 weeks of leave.\n"
    (folder / f"{CANARIES['file name']}.md").write_text(policy, "utf-8")
    (folder / f"broken-{CANARIES['file name']}.pdf").write_bytes(b"%PDF-1.4 " + policy.encode())
    (folder / f"broken-{CANARIES['file name']}.docx").write_bytes(b"PK\x03\x04 " + policy.encode())
    settings = load(_env_file=None, home=home)
    wiring.index(settings).sync(FileSource("handbook", [folder], settings.max_file_mb << 20))
    return home


@pytest.fixture(scope="module")
def rig(told: Told, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with failing(home, tmp_path_factory.mktemp("state"), Traces(told.spans.append)) as made:
        person = made.slack.add_user(CANARIES["person"], real_name=CANARIES["person"], locale="en-GB")
        made.ada, made.channel = person, made.slack.add_channel(CANARIES["channel"], person)
        for name in ("slack_bolt", "slack_sdk", "dbos"):  # which the service has quietened
            logging.getLogger(name).setLevel(logging.DEBUG)
        yield made
        silence()


@pytest.fixture(scope="module")
def said(rig: Rig, told: Told) -> Told:
    """Everything that goes well, and a lot that does not."""
    slack = rig.slack
    for behaviour in BEHAVIOURS:
        rig.model.plays["good"] = behaviour
        slack.mention(rig.ada, rig.channel, ASKED)
        assert slack.settled(60)
    rig.model.plays["good"] = "good"
    for method in METHODS:
        for how in FAULTS:
            slack.fail(method, times=2, **how)
            slack.mention(rig.ada, rig.channel, ASKED)
            assert slack.settled(60)
            slack.heal()
    kinds = (("pdf", b"%PDF-1.4 nope "), ("txt", b""), ("docx", b"PK\x03\x04 "))
    for kind, head in kinds:
        content = head + CANARIES["words attached"].encode()
        file = slack.add_file(rig.ada, f"{CANARIES['attached file']}.{kind}", content)
        slack.share(rig.ada, slack.dm_channel(rig.ada), ASKED, file)
        assert slack.settled(60)
    reply = rig.asked("good")
    value = next(button.value for button in reply.buttons if button.value.startswith("down:"))
    slack.click(rig.ada, rig.channel, reply.ts, VOTE, value)
    assert slack.wait_until(lambda: slack.modal(rig.ada) is not None)
    slack.submit(rig.ada, WHY, {"reasons": ["outdated"], "correction": CANARIES["correction"]})
    slack.drop_connections()
    assert slack.wait_for_connections()
    ts = slack.mention(rig.ada, rig.channel, ASKED)
    slack.wait_for_reply(rig.channel, ts, 60, until=lambda one: bool(one.edited) and not one.streaming)
    return told


def test_a_lot_is_told_in_both_forms(said: Told) -> None:
    lines = [json.loads(line) for line in said.lines.getvalue().splitlines()]
    answered = [line for line in lines if "status" in line and "event" in line]
    foreign = {line["logger"].partition(".")[0] for line in lines} - set(OURS)

    assert {"degraded", "answered", "failed"} & {line["status"] for line in answered}
    assert all(isinstance(line["total_ms"], int) for line in answered)
    assert {"openai", "slack_sdk"} <= foreign
    assert len(said.text.getvalue().splitlines()) >= len(lines)  # somebody may be logging still
    assert {"question", "write", "chat good"} <= {span.name for span in said.spans}


@pytest.mark.parametrize("what", [*CANARIES, "bot token", "app token", "signing secret", "person's id"])
def test_nobodys_words_are_in_logs_spans_and_figures(said: Told, rig: Rig, what: str) -> None:
    tokens = {
        "bot token": rig.slack.bot_token,
        "app token": rig.slack.app_token,
        "signing secret": rig.slack.signing_secret,
        "person's id": rig.ada,
    }
    canary = (CANARIES | tokens)[what].casefold()
    told = {
        "log": said.text.getvalue(),
        "log as JSON": said.lines.getvalue(),
        "spans": repr(said.spans),
        "figures": rig.meters.page().decode(),
    }

    found = [
        f"{where}: {line[:300]}"
        for where in told
        for line in told[where].splitlines()
        if canary in line.casefold()
    ]
    assert found == []
