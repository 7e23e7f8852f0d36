"""footnote serve: answers in Slack, over Socket Mode or HTTP."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.cli.pages import beside
from bot.cli.resting import resting
from retrieval.passage import FootnoteError

if TYPE_CHECKING:
    from bot.meters import Meters
    from bot.settings import Settings
    from model.answer import Answer, Question


@resting
def serve() -> None:
    """Answer in Slack: over Socket Mode with SLACK_APP_TOKEN, else over HTTP with SLACK_SIGNING_SECRET."""
    from bot import wiring
    from bot.app import Credentials
    from bot.cli.latest import Latest
    from bot.log import to_terminal
    from bot.server import Stand, run
    from bot.settings import load
    from bot.wiring import itself, traced, watched

    settings = load()
    to_terminal(settings.log_level, settings.log_format)
    ports = (settings.http_port, settings.metrics_port)
    stand = Stand(settings.home, settings.database_url, settings.http_host, *ports, told=Latest().told)
    credentials = Credentials(
        settings.slack_bot_token.get_secret_value(),
        settings.slack_app_token.get_secret_value(),
        settings.slack_signing_secret.get_secret_value(),
        settings.slack_api_url,
    )
    watched.started(settings)
    meters = watched.meters(settings)
    with traced.traces(settings) as traces, wiring.schedules(settings, reports=True):
        answer = answering(settings, meters)
        own = itself.asking(settings, answer)
        house = replace(wiring.house(settings, answer), meters=meters, traces=traces, itself=own)
        looks = [*watched.looks(settings), *itself.looks(settings)]
        with beside(settings, answer, meters):
            run(stand, credentials, house, looks)
    # All that was begun has its end, also the syncs of schedules and pages. Threads that still wait for Slack
    # or a model would keep the process, and to take it apart object by object takes seconds.
    os._exit(0)


def answering(settings: Settings, meters: Meters) -> Callable[[Question], Iterator[Answer]]:
    """The chain, loaded while Slack connects; before there is an index, each question is told so."""
    from bot import wiring
    from bot.wiring import traced

    lock = threading.Lock()
    built: list[Callable[[Question], Iterator[Answer]]] = []

    def chain() -> Callable[[Question], Iterator[Answer]]:
        with lock:
            if not built:
                told = traced.steps(settings, meters)
                built.append(wiring.chain(settings).with_config(callbacks=[told]).stream)
        return built[0]

    def warm() -> None:
        with suppress(FootnoteError):  # each question is told what is wrong
            chain()
            wiring.embedder_of(settings).embed_query("ready?")

    threading.Thread(target=warm, name="footnote-warm", daemon=True).start()
    return lambda question: chain()(question)
