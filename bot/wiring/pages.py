"""Settings in, the pages out."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.settings import Settings
from retrieval.passage import SettingError

if TYPE_CHECKING:
    import threading

    import sqlalchemy as sa

    from bot.commands.table import Means
    from bot.events import Row
    from bot.listeners.question import Answering
    from bot.meters import Meters
    from bot.pages.entrance import Link, Slack
    from bot.pages.questions import Questions
    from bot.pages.site import Site
    from bot.pages.visit import Entry, Visitor
    from model.answer import Vote

PORT = 3002  # where none is set


@dataclass(frozen=True, slots=True)
class Opened:
    """Pages that are served by `thread`; `link` opens them where nobody signs in with Slack."""

    thread: threading.Thread
    link: str
    command: str = ""  # prints another link


@contextmanager
def opened(
    settings: Settings, answer: Answering, meters: Meters | None = None, port: int = 0
) -> Iterator[Opened]:
    """The pages as long as this, where the settings have them. Raises SettingError."""
    from bot.meters import Meters
    from bot.pages.serving import served

    at, counted = port or settings.pages_port or PORT, meters or Meters()
    if settings.pages_url:
        with served(team(settings, answer, counted), settings.http_host, at) as thread:
            yield Opened(thread, "")
        return
    link = _link(settings, at)
    with served(here(settings, answer, link, at, counted), "127.0.0.1", at) as thread:
        yield Opened(thread, _address(link, at), link.command)


def again(settings: Settings, port: int = 0) -> tuple[str, str]:
    """A new link to the pages that run on this machine, and what prints another; empty where people sign in
    with Slack. Raises SettingError where none run."""
    at = port or settings.pages_port or PORT
    if settings.pages_url:
        return "", ""
    with socket.socket() as looking:
        looking.settimeout(2)
        if looking.connect_ex(("127.0.0.1", at)):
            raise SettingError(
                f"No pages run on port {at} of this machine. Where they run on another, name it: footnote "
                "pages --link --port PORT. footnote pages starts them; beside footnote serve they run where "
                "FOOTNOTE_PAGES_PORT is set."
            )
    link = _link(settings, at)
    return _address(link, at), link.command


def _link(settings: Settings, port: int) -> Link:
    from bot import wiring
    from bot.pages.entrance import Link
    from bot.pages.sessions import Sessions

    usual = port == (settings.pages_port or PORT)
    return Link(Sessions(wiring.engine(settings)), "" if usual else f" --port {port}")


def _address(link: Link, port: int) -> str:
    return f"http://127.0.0.1:{port}/in?key={link.key()}"


def here(settings: Settings, answer: Answering, link: Link, port: int, meters: Meters | None = None) -> Site:
    """The pages of this machine, for whoever has the link."""
    from bot import wiring
    from bot.meters import Meters
    from bot.pages.questions import Questions
    from bot.pages.sessions import Sessions
    from bot.pages.site import Place, Site

    state = wiring.engine(settings)
    questions = Questions(state, answer, gist=wiring.verified.gist(settings), meters=meters or Meters())
    hosts = frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]"))
    means = wiring.means(settings, state)
    entries = _entries(settings, means, questions)
    return Site(Place(hosts), link, Sessions(state), entries, means.stop)


def team(settings: Settings, answer: Answering, meters: Meters | None = None) -> Site:
    """The pages of a workspace, for whoever signs in with Slack. Raises SettingError."""
    from bot import wiring
    from bot.learning.desk import may_be_learnt
    from bot.meters import Meters
    from bot.pages.questions import Questions
    from bot.pages.sessions import Sessions
    from bot.pages.site import Place, Site

    state, at = wiring.engine(settings), urlsplit(settings.pages_url)
    entrance = _entrance(settings, state)
    questions = Questions(
        state,
        answer,
        _refused(settings, state, entrance),
        lambda who: entrance.readers.of(who.id),
        may_be_learnt if settings.train_slack_text else lambda *_: False,
        wiring.verified.gist(settings),
        meters=meters or Meters(),
    )
    place = Place(frozenset({at.netloc.lower()}), at.scheme == "https")
    means = wiring.means(settings, state)
    entries = _entries(settings, means, questions, entrance)
    return Site(place, entrance, Sessions(state), entries, means.stop)


def _entrance(settings: Settings, state: sa.Engine) -> Slack:
    from bot import wiring
    from bot.pages.entrance import Slack
    from bot.posting.calling import client
    from bot.who.door import Door
    from bot.who.openid import OpenId
    from bot.who.people import People
    from bot.who.readers import Readers

    token, secret = (
        one.get_secret_value() for one in (settings.slack_bot_token, settings.slack_client_secret)
    )
    if not (token and secret and settings.slack_client_id):
        raise SettingError(
            "FOOTNOTE_PAGES_URL is set: people sign in with Slack. That takes SLACK_BOT_TOKEN, and from the "
            "app's page, Basic Information, SLACK_CLIENT_ID and SLACK_CLIENT_SECRET."
        )
    web = client(token, settings.slack_api_url)
    people = People(web, settings.admin_ids)
    back = f"{settings.pages_url.rstrip('/')}/in"
    openid = OpenId(web, settings.slack_client_id, secret, back)
    door = Door(state, wiring.rules(settings))
    return Slack(openid, people, Readers(web, people), door.stranger, settings.reviewer_ids)


def _refused(settings: Settings, state: sa.Engine, entrance: Slack) -> Callable[[Row, Visitor], str]:
    """Why somebody is not answered now, in words, as in Slack: paused, or a quota."""
    from bot import wiring
    from bot.channels import Switches
    from bot.phrases import say
    from bot.who.door import Door

    door, switches = Door(state, wiring.rules(settings)), Switches(state)

    def refused(row: Row, who: Visitor) -> str:
        if switches.paused():
            return say("paused", who.locale)
        words = door.words(row, entrance.people.about(who.id))
        return say("no_rights", who.locale) if words is None else words

    return refused


def _entries(
    settings: Settings, means: Means, questions: Questions, slack: Slack | None = None
) -> list[Entry]:
    """All pages, in the order of the menu."""
    from bot.pages.chat import Chat
    from bot.wiring.admins import Around, entries

    chat = Chat(questions, means.recall, _counted(settings), settings.suggestions)
    return [*chat.entries(), *entries(settings, questions.engine, means, Around.of(slack))]


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
