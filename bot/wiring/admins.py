"""Settings in, the pages of admins and reviewers out; what they show of the settings is redacted here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from bot.settings import Settings
from bot.who.access import Named, plain
from bot.wiring.disclosed import disclosed
from retrieval.passage import EVERYONE, Audience, IndexMismatch, IndexMissing

if TYPE_CHECKING:
    import sqlalchemy as sa

    from bot.commands.table import Means
    from bot.learning.gaps import Missed
    from bot.pages.entrance import Slack
    from bot.pages.setup import Value
    from bot.pages.visit import Entry
    from retrieval.rows import Found

_MOST = 50  # documents that are looked for by a part of their title


@dataclass(frozen=True, slots=True)
class Around:
    """What Slack says, or what can be said without it: what somebody may read, who may read what is said in a
    channel, the words for a principal, and where a question was asked."""

    readers: Callable[[str], Audience] = lambda user: Audience.of(EVERYONE, f"user:{user}")
    there: Callable[[str], Audience] = lambda _: Audience.of()
    named: Named = plain
    address: Callable[[Missed], str] = lambda _: ""

    @classmethod
    def of(cls, slack: Slack | None) -> Self:
        """By whom people sign in, where they do with Slack."""
        if slack is None:
            return cls()
        from bot.posting.post import Place
        from bot.threads import Threads
        from bot.who.audience import Audiences
        from bot.who.names import Names

        web = slack.openid.slack
        threads, audiences = Threads(web), Audiences(web, slack.people, slack.readers)

        def address(one: Missed) -> str:
            return threads.address(Place(one.channel, one.thread_ts), one.message_ts)

        return cls(slack.readers.of, audiences.there, Names(web).of, address)


def entries(settings: Settings, state: sa.Engine, means: Means, around: Around) -> list[Entry]:
    """In the order of the menu."""
    from bot.commands.gaps import Gaps
    from bot.inbox import Inbox
    from bot.indexing.queue import Queue
    from bot.memory.audit import Audit
    from bot.memory.tallies import Tallies
    from bot.pages.adapters import Adapters
    from bot.pages.audit import Trail
    from bot.pages.gaps import Unanswered
    from bot.pages.reviews import Reviews
    from bot.pages.rights import Rights
    from bot.pages.setup import Setup
    from bot.pages.sources import Sources
    from bot.pages.votes import Votes
    from bot.wiring.models import registry

    audit = Audit(state)
    found: list[Entry] = []
    found += Sources(means.shelf, means.sync, audit, Inbox(state).waiting, Queue(state).handed).entries()
    if means.keeper is not None:
        asked = (around.readers, around.there, means.found, around.address)
        found += Unanswered(Gaps(means.keeper, lambda _, admin: admin, *asked)).entries()
    if means.desk is not None:
        found += Reviews(means.desk).entries()
    found += Votes(Tallies(state)).entries()
    found += Adapters(registry(settings)).entries()
    found += Rights(means.shelf, lambda name: _named(settings, name), around.readers, around.named).entries()
    found += Trail(audit).entries()
    found += Setup(lambda: redacted(settings)).entries()
    return found


def _named(settings: Settings, name: str) -> Sequence[Found]:
    """Documents of the live index of that address or name, or else with that in their title."""
    from bot import wiring
    from bot.wiring.sources import live
    from retrieval.rows import titled

    try:
        table = live(settings)
    except (IndexMissing, IndexMismatch):
        return ()
    if exact := wiring.ledger(settings).find(table, name):
        return exact
    with wiring.engine(settings).connect() as connection:
        return titled(connection, table, name, _MOST)


def redacted(settings: Settings) -> list[Value]:
    """Every setting by its variable, as a page may show it."""
    from bot.pages.setup import Value

    found = []
    for name, field in type(settings).model_fields.items():
        given = getattr(settings, name)
        variable, about = str(field.validation_alias), field.description or ""
        found.append(Value(variable, disclosed(settings, name), about, given != field.default))
    return found
