"""The Slack side with an answer that is always there: what the crash tests start, kill and start again."""

from __future__ import annotations

import logging
import os
import re
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from slack_sdk import WebClient

from bot import replicas, wiring
from bot.app import Credentials
from bot.failpoint import failpoint
from bot.house import House
from bot.server import Stand, run
from bot.settings import load
from bot.who.door import Rules
from bot.wiring import traced, watched
from model.answer import Answer, Citation, Question, Status

QUOTE = "Parental leave is 26 weeks at full pay."
NAMED = re.compile(
    r"\bQ\d{6}\b"
)  # a question that has a name gets it back: its answer can be told from others


def canned(question: Question) -> Answer:
    time.sleep(float(os.environ.get("CANNED_SECONDS", "0")))
    citation = Citation(
        number=1, passage="p1", document="handbook/leave.md", title="Parental leave",
        url="https://docs.example.com/leave#weeks", heading=("Leave", "Weeks"), page=None, start=10,
        end=10 + len(QUOTE), quote=QUOTE, updated_at=datetime(2026, 9, 1, tzinfo=UTC),
    )  # fmt: skip
    named = NAMED.search(question.text)
    text = "Parental leave is 26 weeks at full pay. [1]" + (f" This answers {named[0]}. [1]" if named else "")
    return Answer(question.id, question.text, Status.ANSWERED, text, (citation,), "canned")


def main() -> None:
    settings = load()
    credentials = Credentials(
        settings.slack_bot_token.get_secret_value(),
        settings.slack_app_token.get_secret_value(),
        settings.slack_signing_secret.get_secret_value(),
        settings.slack_api_url,
    )
    rules, means = Rules(per_person=0, per_channel=0), wiring.means(settings, wiring.engine(settings))
    house = House(lambda question: [canned(question)], rules, means=means, meters=watched.meters(settings))
    stand = Stand(
        settings.home, settings.database_url, port=settings.http_port, metrics_port=settings.metrics_port
    )
    with traced.traces(settings) as traces:
        finished = run(stand, credentials, replace(house, traces=traces), watched.looks(settings))
    if not finished:
        os._exit(0)  # as serve does


def serve() -> None:
    """`main`, with what tests ask for: every commit and every call of Slack a step, a short patience."""
    logging.basicConfig(level=logging.INFO)
    if beat := float(os.environ.get("CANNED_BEAT_S", "0")):
        replicas.BEAT_S, replicas.DEAD_AFTER_S = beat, 4 * beat
    if os.environ.get("CANNED_STEPS"):
        _step_by_step()
    main()


def _step_by_step() -> None:
    """Each commit of a database and each answer of Slack is a step of FOOTNOTE_FAILPOINT, from the moment the
    file `armed` lies in the home; so no step has to be named to be one at which a test kills."""
    call = WebClient.api_call

    def step(*_: Any) -> None:
        if Path("armed").exists():
            failpoint("step")

    def stepping(self: WebClient, *args: Any, **more: Any) -> Any:
        answer = call(self, *args, **more)
        step()
        return answer

    WebClient.api_call = stepping  # type: ignore[method-assign]
    sa.event.listen(sa.Engine, "commit", step)


if __name__ == "__main__":
    serve()
