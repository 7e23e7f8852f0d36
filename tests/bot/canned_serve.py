"""The Slack side with an answer that is always there: what the crash tests start, kill and start again."""

from __future__ import annotations

import logging
import os
import time
from datetime import UTC, datetime

from bot.app import Credentials
from bot.server import Stand, run
from bot.settings import load
from model.answer import Answer, Citation, Question, Status

QUOTE = "Parental leave is 26 weeks at full pay."


def canned(question: Question) -> Answer:
    time.sleep(float(os.environ.get("CANNED_SECONDS", "0")))
    citation = Citation(
        number=1, passage="p1", document="handbook/leave.md", title="Parental leave",
        url="https://docs.example.com/leave#weeks", heading=("Leave", "Weeks"), page=None, start=10,
        end=10 + len(QUOTE), quote=QUOTE, updated_at=datetime(2026, 9, 1, tzinfo=UTC),
    )  # fmt: skip
    text = "Parental leave is 26 weeks at full pay. [1]"
    return Answer(question.id, question.text, Status.ANSWERED, text, (citation,), "canned")


def main() -> None:
    settings = load()
    credentials = Credentials(
        settings.slack_bot_token.get_secret_value(),
        settings.slack_app_token.get_secret_value(),
        settings.slack_signing_secret.get_secret_value(),
        settings.slack_api_url,
    )
    run(Stand(settings.home, settings.database_url, port=settings.http_port), credentials, canned)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    main()
