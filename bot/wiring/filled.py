"""Settings in, what looks for gaps that documents have filled since out."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing, suppress
from functools import partial
from typing import TYPE_CHECKING

from bot.settings import Settings
from retrieval.passage import IndexMissing

if TYPE_CHECKING:
    from bot.indexing.schedules import Seldom
    from bot.learning.filled import Today
    from bot.learning.gaps import Missed
    from model.answer import Question
    from retrieval.passage import Hit
    from retrieval.search import Search

EVERY_S = 900.0
TURN = "filled"
ATTEMPTS = 2  # at reading a thread: nobody waits for it
log = logging.getLogger("footnote.filled")


def look(settings: Settings) -> Seldom:
    """Looks every quarter of an hour, where a source has brought something since, whether the index answers
    today what found nothing; nowhere without a token, as Slack says who reads along."""
    from bot import wiring
    from bot.indexing.schedules import Seldom
    from bot.learning.filled import Filled
    from bot.learning.keeper import ASKED_WITHIN
    from bot.wiring.verified import keeper
    from retrieval.turns import Busy, Turns

    token, done = settings.slack_bot_token.get_secret_value(), set[str]()
    of = {"seen": "", "begun": ""}  # the index that was looked at to the end, and that of which `done` are

    def work() -> None:
        engine = wiring.engine(settings)
        with suppress(Busy, IndexMissing), Turns(engine).take(TURN, wait=False):
            now, kept = _brought(settings), keeper(settings, engine)
            if now == of["seen"]:
                return
            if now != of["begun"]:
                of["begun"] = now
                done.clear()
            if not kept.gaps(ASKED_WITHIN):
                of["seen"] = now
                return
            # Its own search is closed after each look: it would hold an index that was replaced since.
            with closing(wiring.search(settings, wiring.embedder_of(settings))) as search:
                if Filled(kept, _today(settings, token, search)).look(done):
                    of["seen"] = now

    return Seldom(EVERY_S, work, partial(log.error, "gaps are not looked at: %s"), lambda: bool(token))


def _brought(settings: Settings) -> str:
    """What changes whenever a source has brought something, or the index is another. Raises IndexMissing."""
    from bot import wiring
    from bot.wiring.sources import live

    table = live(settings)
    runs = wiring.syncs(settings).runs(table)
    return f"{table} {sorted((name, run.changes) for name, run in runs.items())}"


def _today(settings: Settings, token: str, search: Search) -> Today:
    from bot import wiring
    from bot.channels import Channels
    from bot.learning.filled import Today
    from bot.listeners.verify import asked_in
    from bot.posting.calling import client
    from bot.posting.post import Posts
    from bot.wiring.sources import live
    from bot.wiring.verified import audiences
    from model.answer import Question

    engine = wiring.engine(settings)
    readers, channels = audiences(settings, token), Channels(engine)
    posts = Posts(engine, client(token, settings.slack_api_url), attempts=ATTEMPTS)

    def question(one: Missed, words: str) -> Question:
        alone = one.direct or not one.message_ts
        who = readers.of(one.channel, one.person, direct=alone)
        sources = () if one.direct else channels.of(one.channel).sources
        return Question(words, who, sources=sources)

    def find(asked: Question) -> Sequence[Hit]:
        return search.find(asked.text, asked.readers, settings.passages, sources=asked.sources).hits

    def since(pages: Collection[str]) -> Mapping[str, float]:
        table, ledger = live(settings), wiring.ledger(settings)
        every = (one for page in sorted(pages) for one in ledger.find(table, page))
        return {one.uri: one.indexed_at.timestamp() for one in every}

    def words(one: Missed) -> str:
        return one.question or asked_in(posts, one)

    return Today(words, question, find, wiring.chain(settings, searching=search).invoke, since)
