"""`footnote serve` that writes down what searching and writing took for each question.

docs/slack_load.py starts it, so that the rest of a question's time can be told apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from bot import wiring
from bot.app import Credentials
from bot.server import Stand, run
from bot.settings import load
from model.answer import Answer, Question

KEPT = "timings.jsonl"  # in the home: event, and milliseconds of search with its embedding, and of the writer


def main() -> None:
    settings = load()
    chain = wiring.chain(settings)

    def answer(question: Question) -> Iterator[Answer]:
        search, write = 0.0, 0.0
        for chunk in chain.stream(question):
            search, write = chunk.timings.embed + chunk.timings.search, chunk.timings.write
            yield chunk
        with (settings.home / KEPT).open("a", encoding="utf-8") as kept:
            kept.write(json.dumps([question.id, search, write]) + "\n")

    credentials = Credentials(
        settings.slack_bot_token.get_secret_value(),
        settings.slack_app_token.get_secret_value(),
        settings.slack_signing_secret.get_secret_value(),
        settings.slack_api_url,
    )
    stand = Stand(settings.home, settings.database_url, settings.http_host, settings.http_port)
    run(stand, credentials, wiring.house(settings, answer))


if __name__ == "__main__":
    main()
