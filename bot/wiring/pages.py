"""Settings in, the pages out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.settings import Settings

if TYPE_CHECKING:
    from bot.listeners.question import Answering
    from bot.pages.entrance import Link
    from bot.pages.site import Site
    from model.answer import Vote


def here(settings: Settings, answer: Answering, link: Link, port: int) -> Site:
    """The pages of this machine, for whoever has the link."""
    from bot import wiring
    from bot.pages.chat import Chat
    from bot.pages.questions import Questions
    from bot.pages.sessions import Sessions
    from bot.pages.site import Place, Site

    state = wiring.engine(settings)
    questions = Questions(state, answer, gist=wiring.verified.gist(settings))
    means = wiring.means(settings, state)
    chat = Chat(questions, means.recall, _counted(settings), settings.suggestions)
    hosts = frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]"))
    return Site(Place(hosts), link, Sessions(state), chat.entries())


def _counted(settings: Settings) -> Callable[[Vote], object]:
    """Counts a vote; two first ones of one person at once are one after the other."""
    import sqlalchemy as sa

    from bot import wiring
    from model import feedback

    def count(vote: Vote) -> bool:
        for last in (False, True):
            try:
                with wiring.engine(settings).begin() as connection:
                    return feedback.vote(connection, vote)
            except sa.exc.IntegrityError:
                if last:
                    raise
        raise AssertionError

    return count
