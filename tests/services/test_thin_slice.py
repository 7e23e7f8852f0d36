"""The card's shape, every part real but Slack: a question in a channel, a cited answer in its thread."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from kestrel import ADAPTER, ASKED, VLLM

from bot.play.slack import SlackStandIn
from bot.play.slack_state import Message

pytestmark = pytest.mark.services
PATIENCE_S = 90.0


@contextmanager
def serving(slack: SlackStandIn, folder: Path, **settings: str) -> Iterator[Path]:
    """A running `footnote serve` with a home of its own that knows the index; yields its log."""
    log = folder / "serve.log"
    home = shutil.copytree(settings["FOOTNOTE_HOME"], folder / "home")
    shell = {"PATH": "/usr/bin:/bin", "HOME": str(folder)}
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [str(Path(sys.executable).with_name("footnote")), "serve"],
            env=shell | slack.environment | settings | {"FOOTNOTE_HOME": str(home)},
            cwd=folder,
            stdout=sink,
            stderr=sink,
        )
    try:
        assert slack.wait_for_connections(timeout=PATIENCE_S), log.read_text()
        yield log
    finally:
        process.terminate()
        try:
            process.wait(60)  # it lets what is under way come to its end first
        finally:
            process.kill()


def final(message: Message) -> bool:
    """Whether it is said whole, as it stays: a stream is ended and then updated."""
    return bool(message.edited) and not message.streaming


def completed(server: VLLM) -> int:
    """Requests that vLLM has answered to the end of the turn."""
    with urllib.request.urlopen(server.root + "/metrics", timeout=10) as response:
        text = response.read().decode()
    pattern = r'^vllm:request_success_total\{[^}]*finished_reason="stop"[^}]*\} ([0-9.]+)'
    return int(sum(float(n) for n in re.findall(pattern, text, re.MULTILINE)))


def test_a_question_in_slack_gets_the_models_cited_answer_in_its_thread(
    team: dict[str, str], indexed: dict[str, Any], vllm: VLLM, tmp_path: Path
) -> None:
    settings = team | {"VLLM_BASE_URL": vllm.base_url, "FOOTNOTE_MODEL": ADAPTER}
    before = completed(vllm)
    with SlackStandIn() as slack, serving(slack, tmp_path, **settings) as log:
        ada = slack.add_user("ada")
        channel = slack.add_channel("help", ada)
        for question, known in ASKED.items():
            ts = slack.mention(ada, channel, question)

            reply = slack.wait_for_reply(channel, ts, PATIENCE_S, until=final)

            assert reply.shown.startswith(f"{known.sentence} [1]")
            assert [r.root for r in slack.replies_to(channel, ts)] == [ts]
            assert reply.buttons
        assert slack.settled()
        for secret in (*ASKED, slack.bot_token, slack.app_token):
            assert secret not in log.read_text()
    assert indexed["documents"] == 3
    assert completed(vllm) - before == len(ASKED)


def test_what_the_model_says_and_no_passage_carries_is_not_posted(
    team: dict[str, str], indexed: dict[str, Any], vllm: VLLM, tmp_path: Path
) -> None:
    settings = team | {"VLLM_BASE_URL": vllm.base_url, "FOOTNOTE_MODEL": "base"}
    question, known = next(iter(ASKED.items()))
    before = completed(vllm)
    with SlackStandIn() as slack, serving(slack, tmp_path, **settings):
        ada = slack.add_user("ada")
        channel = slack.add_channel("help", ada)
        ts = slack.mention(ada, channel, question)

        reply = slack.wait_for_reply(channel, ts, PATIENCE_S, until=final)

        assert known.guess not in reply.shown
        assert reply.shown.startswith("What the model wrote about that is not in the documents")
    assert completed(vllm) - before == 1


def test_the_command_line_names_the_adapter_as_the_writer(
    team: dict[str, str], indexed: dict[str, Any], vllm: VLLM, footnote: Any
) -> None:
    question, known = next(iter(ASKED.items()))
    settings = team | {"VLLM_BASE_URL": vllm.base_url, "FOOTNOTE_MODEL": ADAPTER}

    done = footnote("ask", question, "--json", **settings)

    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["status"], answer["writer"]) == ("answered", ADAPTER)
    assert [c["quote"] for c in answer["citations"]] == [known.sentence]
