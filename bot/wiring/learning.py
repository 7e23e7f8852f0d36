"""Settings in, what learns from people out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from bot.settings import Settings
from retrieval.passage import EVERYONE, Audience, IndexMismatch, IndexMissing

if TYPE_CHECKING:
    import sqlalchemy as sa

    from bot.learning.desk import Desk
    from bot.measuring.golden import Right
    from model.learning.case import Terms
    from model.learning.redact import Finder
    from model.learning.row import Row


def desk(settings: Settings) -> Desk:
    """Where answers are reviewed."""
    from bot import wiring
    from bot.learning.desk import Desk
    from bot.wiring import verified

    state = wiring.engine(settings)
    return Desk(state, partial(terms, settings), verified.keeper(settings, state).publish)


@lru_cache(maxsize=1)
def redaction(models: tuple[str, ...]) -> Finder:
    """What finds names of people by these language models. Raises SettingError."""
    from model.learning import presidio

    return presidio.finder(models)


def finder(settings: Settings) -> Finder | None:
    """The same as FOOTNOTE_REDACT says, loaded when it first looks: then raises SettingError where it cannot
    be, so that nothing is stored that it has not seen. None where nothing is said."""
    models = settings.redact_models
    return (lambda text: redaction(models)(text)) if models else None


def terms(settings: Settings) -> Terms:
    """What holds for learning, by the index that answers now."""
    from bot import wiring
    from bot.learning.desk import asked
    from model.learning.case import Terms

    weighed = wiring.meaning(settings, wiring.embedder_of(settings))
    everyone = partial(public, settings, _live(settings))
    given = (settings.record_days, settings.train_slack_text, settings.learn_unreviewed)
    return Terms(everyone, asked, *given, weighed, finder(settings))


def item(settings: Settings, answer: str, right: Right, by: str) -> Row:
    """The golden item of an answer, redacted: of what everyone may read now and of nobody who opted out.
    Raises NotAnItem, and Unfit where the passages do not carry the answer that is given."""
    from bot import wiring
    from bot.learning.desk import asked
    from bot.measuring import golden
    from model.learning import optout
    from model.learning.correction import corrected
    from model.learning.redact import Redaction

    kept = wiring.kept(settings, answer)
    with wiring.engine(settings).connect() as connection:
        asker, _ = asked(connection, kept.record.id)
        out = optout.out(connection)
    if out.has(asker) and not right.question:
        raise golden.NotAnItem(golden.OUT)
    people = {one for one in (asker, *(vote.voter for vote in kept.votes)) if one and not out.has(one)}
    shown = public(settings, _live(settings), {one.document for one in kept.words.values()})
    words = {
        place: one if one.document in shown else replace(one, audience=Audience.of())
        for place, one in kept.words.items()
    }
    made = Redaction(finder(settings)).row(golden.item(kept.record, words, right, by, people))
    if right.answer:  # as a reviewer's correction
        corrected(made.answer, made.passages, wiring.meaning(settings, wiring.embedder_of(settings)))
    return made


def forgetting(settings: Settings, state: sa.Engine | None) -> Callable[[], Sequence[str]]:
    """Erases what was learnt from people. `state`: of a workspace that is played, of which no folder has
    anything."""
    from bot import wiring
    from bot.learning import erasing
    from bot.wiring import verified

    def forget() -> Sequence[str]:
        of = state or wiring.engine(settings)
        home = settings.home / "play" if state else settings.home
        return erasing.everyone(of, home, verified.keeper(settings, of).publish)

    return forget


def public(settings: Settings, table: str, documents: Collection[str]) -> frozenset[str]:
    """Of these documents, those that everyone may read now, as the ledger says; without an index, none."""
    from bot import wiring

    shown = wiring.ledger(settings).shown(table, documents) if table else {}
    return frozenset(uri for uri, now in shown.items() if EVERYONE in now.audience.principals)


def closed(settings: Settings, documents: Collection[str]) -> frozenset[str]:
    """Of these documents, those in the index that not everyone may read now."""
    from bot import wiring

    table = _live(settings)
    shown = wiring.ledger(settings).shown(table, documents) if table else {}
    return frozenset(uri for uri, now in shown.items() if EVERYONE not in now.audience.principals)


def _live(settings: Settings) -> str:
    """The table that answers; empty where there is none."""
    from bot.wiring.sources import live

    try:
        return live(settings)
    except (IndexMissing, IndexMismatch):
        return ""
