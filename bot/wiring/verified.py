"""Settings in, where experts' answers are kept and what of them is in the index out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot.settings import Settings
from model.answer import Answer, Status
from retrieval.passage import VERIFIED, Audience, Document, FootnoteError, IndexMissing

if TYPE_CHECKING:
    import sqlalchemy as sa

    from bot.indexing.schedules import Seldom
    from bot.learning.keeper import Keeper
    from bot.who.audience import Audiences
    from model.learning.row import Row
    from retrieval.sources.given import Given

log = logging.getLogger("footnote.verified")
EVERY_S = 900.0
PLAY = f"{VERIFIED}-play"  # of footnote play, whose state is its own and whose index is not
_PLAYED = "play:"  # how principals begin that nobody has but who is asked in footnote play


def keeper(settings: Settings, state: sa.Engine) -> Keeper:
    """Where verified answers of this state are kept."""
    from bot import wiring
    from bot.learning.keeper import Keeper
    from bot.wiring import learning
    from bot.wiring.models import models_of
    from model.learning import waiting
    from model.learning.golden import every, legible

    name = VERIFIED if state is wiring.engine(settings) else PLAY

    def golden(row: Row) -> None:
        place = models_of(settings) / "golden"
        frozen = (one.id for folder in every(place) for one in legible(folder))  # of all parts
        if name == VERIFIED and row.id not in frozen:
            place.mkdir(parents=True, exist_ok=True)
            waiting.add(place, row, locked=False)

    def ungolden(answer: str) -> None:
        if name == VERIFIED:
            waiting.drop(models_of(settings) / "golden", lambda row: row.answer_id == answer)

    indexing, terms = partial(_index, settings, name), partial(learning.terms, settings)
    return Keeper(state, name, settings.verified_days, indexing, terms, golden, ungolden)


def source(settings: Settings, name: str) -> Given:
    """The verified answers as a source, for rebuilds and footnote index; none of those that are played."""
    from bot import wiring
    from retrieval.sources.given import Given

    return Given(name, keeper(settings, wiring.engine(settings)).documents if name == VERIFIED else ())


def playing(readers: Audience) -> Audience:
    """Who also reads what is verified in footnote play."""
    return Audience(readers.principals | _played(readers).principals)


def named(source: str, audience: Audience) -> Audience:
    """Who may read it, by the names that they have where verified answers are of this source."""
    if source != PLAY:
        return audience
    return Audience.of(*(one.removeprefix(_PLAYED) for one in audience.principals))


def everybody(settings: Settings, table: str) -> Audience:
    """All by whom anything of a table may be read, in the real Slack."""
    from bot import wiring

    every = wiring.ledger(settings).principals(table)
    return Audience(frozenset(one for one in every if not one.startswith(_PLAYED)))


def cleared(settings: Settings) -> None:
    """Takes what was verified in footnote play out of the index, also what one left there that was killed."""
    from bot import wiring
    from bot.wiring.sources import live
    from retrieval.sources.given import Given

    syncs = wiring.syncs(settings)
    syncs.disown(PLAY)
    try:
        left = syncs.states(live(settings)).get(PLAY)
        if left and left.documents:
            wiring.index(settings).sync(Given(PLAY, ()))
    except IndexMissing:
        return  # then there is nothing of it
    except FootnoteError as error:
        log.warning("what was verified in play is still in the index: %s", type(error).__name__)


@contextmanager
def passing(settings: Settings) -> Iterator[None]:
    """What is verified inside is in the index as long as this."""
    cleared(settings)
    try:
        yield
    finally:
        cleared(settings)


def _played(audience: Audience) -> Audience:
    return Audience.of(*(f"{_PLAYED}{one}" for one in audience.principals))


def erase(settings: Settings) -> Callable[[sa.Connection, Sequence[str]], None]:
    """What documents take along as they leave the index: records, lessons, and verified answers the golden
    items that wait."""
    from bot.memory import deleted
    from bot.wiring.models import models_of
    from model.learning import reviews, waiting

    golden = models_of(settings) / "golden"

    def of(connection: sa.Connection, documents: Sequence[str]) -> None:
        reviews.erase(connection, documents)
        deleted.note(connection, deleted.DOCUMENT, documents)
        said = {uri for uri in documents if uri.startswith(f"{VERIFIED}/")}
        if said and golden.is_dir():
            waiting.drop(golden, lambda row: bool(row.documents & said))

    return of


def gist(settings: Settings) -> Callable[[Answer], tuple[str, str] | None]:
    """What a question means that found nothing, behind the one that it leans on; None for all others."""
    from bot import wiring
    from model.learning.gist import gist as bits

    def of(answer: Answer) -> tuple[str, str] | None:
        if answer.status is not Status.NOT_FOUND:
            return None
        earlier = answer.trail.earlier[-1:] if answer.trail else ()
        try:
            embedder = wiring.embedder_of(settings)
            return embedder.name, bits(embedder.embed_query("\n".join((*earlier, answer.question))))
        except FootnoteError:  # then it is a gap by itself
            return None

    return of


def _index(settings: Settings, name: str, documents: Callable[[], Sequence[Document]]) -> None:
    """Brings the live index up to these, and has rebuilds read them; nothing where there never were any. What
    is verified in footnote play is for those in it alone, and no rebuild reads it."""
    from bot import wiring
    from retrieval.sources import Spec
    from retrieval.sources.given import Given

    if name == PLAY:
        if made := [replace(one, audience=_played(one.audience)) for one in documents()]:
            wiring.index(settings).sync(Given(name, made))
        else:
            cleared(settings)
        return
    syncs = wiring.syncs(settings)
    known = any(spec.name == name for spec in syncs.adopted())
    wanted = known or bool(documents())
    if wanted and not known:
        syncs.adopt(Spec(name, VERIFIED, ()))
    if wanted:
        wiring.index(settings).sync(Given(name, documents))


def recheck(settings: Settings) -> Seldom:
    """Looks every quarter of an hour whether the channels of verified answers are still as public or private,
    and which answers are due; nowhere without a token."""
    from bot import wiring
    from bot.indexing.schedules import Seldom

    token = settings.slack_bot_token.get_secret_value()

    def look() -> None:
        kept = keeper(settings, wiring.engine(settings))
        kept.remind()  # first: it needs no index
        kept.recheck(audiences(settings, token).there)

    wrong = partial(log.error, "channels of verified answers are not looked at: %s")
    return Seldom(EVERY_S, look, wrong, lambda: bool(token))


def audiences(settings: Settings, token: str) -> Audiences:
    """Who may read what is said in a channel."""
    from bot.posting.calling import client
    from bot.who.audience import Audiences
    from bot.who.people import People
    from bot.who.readers import Readers

    slack = client(token, settings.slack_api_url)
    people = People(slack)
    return Audiences(slack, people, Readers(slack, people))
