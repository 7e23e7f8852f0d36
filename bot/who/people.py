"""Somebody's Slack id in, what they are here out: member, guest, stranger, bot or gone; admin; language."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from slack_sdk import WebClient

from bot.who.asking import KEPT_S, Asking, Json, NobodyKnown, next_cursor, nobody

log = logging.getLogger("footnote.people")

Kind = Literal["member", "guest", "stranger", "bot", "gone"]

_FEW = 8  # up to so many are asked for one by one, each with the Tier 4 budget of users.info
_LEFT_OUT = 50  # so many that users.list does not know are asked for; the rest count as strangers
_LIST_PAGES = 20
_LIST_S = 30.0  # two pages of users.list a minute: each takes about a second, and Tier 2 gives 20
_LIST_LONGEST_S = 600.0
_HOME_S = 3600.0


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in Slack. A guest is restricted to some channels, a stranger works elsewhere, gone is
    deactivated. `locale` is Slack's, such as de-DE, or empty."""

    id: str
    kind: Kind
    admin: bool = False
    locale: str = ""


class People:
    """What people are, as Slack says; nobody's answer is older than a minute where `about` gives it."""

    def __init__(
        self,
        slack: WebClient,
        admins: Iterable[str] = (),
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.asking = Asking(slack, clock, sleep)
        self._admins = frozenset(admins)
        self._pages = 1
        self._locales: dict[str, str] = {}

    def about(self, user: str) -> Person:
        """Who they are. Raises NobodyKnown for an id that Slack does not know, else ReadersUnknown."""
        if not (user.isascii() and user.isalnum()):
            raise nobody(user)
        ask = partial(self.asking.slack.users_info, user=user, include_locale=True)
        about = self.asking.once(user, lambda: self.asking.call(ask, user).get("user") or {})
        if about.get("id") != user:
            raise nobody(user)
        return self._person(about)

    def kinds(self, users: Collection[str]) -> dict[str, Kind]:
        """What each of many is, with few calls; whom Slack does not show is a stranger.

        Up to eight are asked for by themselves. Of more, what the list says may be a minute old in a
        workspace of up to 2,000 accounts, half a minute more for each thousand beyond, ten minutes at most.
        Raises ReadersUnknown.
        """
        with self.asking.lookup():
            known = self._listed() if len(users) > _FEW else dict[str, Kind]()
            known[str(self._home().get("user_id"))] = "bot"
            found: dict[str, Kind] = {user: known[user] for user in users if user in known}
            rest = [user for user in users if user not in known]
            if len(rest) > _LEFT_OUT:
                log.warning("Slack's list of people leaves out %d of %d", len(rest), len(users))
            asked = {user: self._kind(user) for user in rest[:_LEFT_OUT]}
            return found | dict.fromkeys(rest, "stranger") | asked

    def _kind(self, user: str) -> Kind:
        try:
            return self.about(user).kind
        except NobodyKnown:
            return "stranger"

    def _listed(self) -> dict[str, Kind]:
        """Everybody of users.list, its pages kept for as long as Slack's limit asks for."""
        found, home = dict[str, Kind](), self._home()
        keep_s = min(max(KEPT_S, self._pages * _LIST_S), _LIST_LONGEST_S)
        cursor, pages = "", 0
        while pages < _LIST_PAGES:
            following, page = self.asking.once(f" list {cursor}", partial(self._page, cursor, home), keep_s)
            found |= page
            pages += 1
            if following in ("", cursor):
                break
            cursor = following
        self._pages = pages
        return found

    def _page(self, cursor: str, home: Json) -> tuple[str, dict[str, Kind]]:
        ask = partial(self.asking.slack.users_list, limit=1000, cursor=cursor or None)
        page = self.asking.call(ask)
        members = page.get("members") or ()
        return next_cursor(page), {str(one.get("id")): kind(one, home) for one in members}

    def _person(self, about: Json) -> Person:
        id, home = str(about["id"]), self._home()
        what = kind(about, home)
        runs_it = any(about.get(flag) for flag in ("is_admin", "is_owner", "is_primary_owner"))
        # What somebody of another workspace is there means nothing here.
        admin = (runs_it and about.get("team_id") == home.get("team_id")) or id in self._admins
        self._locales[id] = str(about.get("locale") or "")
        return Person(id, what, admin and what == "member", self._locales[id])

    def locale(self, user: str) -> str:
        """Theirs as it was last seen, without asking; empty where it was not seen yet."""
        return self._locales.get(user, "")

    def _home(self) -> Json:
        """The app's own workspace and organisation."""
        return self.asking.once(" home", lambda: self.asking.call(self.asking.slack.auth_test), _HOME_S)


def kind(about: Json, home: Json) -> Kind:
    """What somebody is for the app of the workspace `home`; `about` as users.info tells of them."""
    if about.get("deleted"):
        return "gone"
    if about.get("is_bot") or about.get("id") == "USLACKBOT":
        return "bot"
    team, company = home.get("team_id"), home.get("enterprise_id")
    works_for = (about.get("enterprise_user") or {}).get("enterprise_id")
    ours = bool((team and about.get("team_id") == team) or (company and works_for == company))
    if about.get("is_stranger") or not ours:
        return "stranger"
    return "guest" if about.get("is_restricted") or about.get("is_ultra_restricted") else "member"
