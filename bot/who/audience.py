"""Where a reply will stand in, who will be able to read it out: what it may be made of."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from slack_sdk import WebClient

from bot.who.asking import Json, ReadersUnknown, next_cursor
from bot.who.people import People
from bot.who.readers import Readers
from retrieval.passage import EVERYONE, Audience, FootnoteError

log = logging.getLogger("footnote.audience")

_MEMBER_PAGES = 20  # of 1000 people each; in a larger channel only its own documents are used


class ReadersChanged(FootnoteError):
    """Somebody reads there now who may not read what the answer was made of."""


@dataclass(frozen=True, slots=True)
class Room:
    """A channel: whether others of the workspace can look in, and whether other companies can."""

    open: bool
    shared: bool


@dataclass(frozen=True, slots=True)
class _Inside:
    """The people of a channel; `complete`: all of them."""

    people: frozenset[str]
    complete: bool


class Audiences:
    """Who will read a reply. Everything is asked of Slack at most once a minute; what is not known for sure
    makes the audience smaller, or is an error."""

    def __init__(self, slack: WebClient, people: People, readers: Readers) -> None:
        self._slack, self._people, self._readers = slack, people, readers
        self._asking = people.asking

    def of(self, channel: str, person: str, *, direct: bool) -> Audience:
        """Principals that every reader of the reply holds: a document is used where it is for one of them.

        A direct or ephemeral reply is the asker's alone. A reply in a channel is read by all who are there:
        `channel:` always; `everyone` where nobody is a guest or from elsewhere; `group:` in a private channel
        all of whose people are in the group. Apps and deactivated accounts are no readers.
        Raises ReadersUnknown.
        """
        with self._asking.lookup():
            if direct:
                return self._readers.of(person)
            place, own = self._room(channel), f"channel:{channel}"
            if place.shared:
                return Audience.of(own)
            inside = self._inside(channel)
            if not inside.complete:
                log.warning("channel %s has more people than are looked at: only its own documents", channel)
                return Audience.of(own)
            return Audience(frozenset({own} | self._common(inside.people | {person}, place)))

    def there(self, channel: str) -> Audience:
        """Who may read what is said in a channel: everyone where whoever works here can look in and nobody
        else can, else its people. Raises ReadersUnknown."""
        with self._asking.lookup():
            place = self._room(channel)
        return Audience() if place.open and not place.shared else Audience.of(f"channel:{channel}")

    def colleagues(self, channel: str) -> bool:
        """Whether nobody reads there who is a guest or from elsewhere, as far as Slack says."""
        try:
            with self._asking.lookup():
                place, inside = self._room(channel), self._inside(channel)
                all_ours = EVERYONE in self._common(inside.people, place)
        except ReadersUnknown:
            return False
        return inside.complete and not place.shared and all_ours

    def outsiders(self, channel: str) -> bool:
        """Whether somebody reads there who is a guest or from elsewhere, and is known to. After `of` it costs
        no call."""
        try:
            with self._asking.lookup():
                if self._room(channel).shared:
                    return True
                inside = self._inside(channel)
                kinds = self._people.kinds(inside.people) if inside.complete else {}
        except ReadersUnknown:
            return False
        return not {"guest", "stranger"}.isdisjoint(kinds.values())

    def _common(self, inside: frozenset[str], place: Room) -> set[str]:
        """What all of these people hold beside the channel."""
        kinds = self._people.kinds(inside)
        readers = {user for user in inside if kinds[user] not in ("bot", "gone")}
        common = {EVERYONE} if all(kinds[user] == "member" for user in readers) else set[str]()
        if place.open:  # whoever works here can look into a public channel without joining it
            return common
        groups = self._readers.groups()
        return common | {f"group:{id}" for id, people in groups.items() if readers and readers <= people}

    def _room(self, channel: str) -> Room:
        ask = partial(self._slack.conversations_info, channel=channel)
        about = self._asking.once(f" room {channel}", lambda: self._asking.call(ask).get("channel") or {})
        if about.get("id") != channel:
            raise ReadersUnknown("Slack did not say what this channel is; try again in a minute.")
        return room(about)

    def _inside(self, channel: str) -> _Inside:
        ask = partial(self._slack.conversations_members, channel=channel, limit=1000)
        return self._asking.once(
            f" inside {channel}", lambda: _inside(list(self._asking.pages(ask, most=_MEMBER_PAGES)))
        )


def _inside(pages: Sequence[Json]) -> _Inside:
    people = frozenset(str(user) for page in pages for user in page.get("members") or ())
    return _Inside(people, complete=bool(people) and not next_cursor(pages[-1]))


def room(about: Json) -> Room:
    """What conversations.info tells of a channel; whoever is invited from elsewhere counts already."""
    shared = about.get("is_shared") and not about.get("is_org_shared")
    invited = about.get("is_pending_ext_shared") or about.get("pending_shared")
    private = about.get("is_private") or about.get("is_mpim") or about.get("is_im")
    return Room(open=not private, shared=bool(about.get("is_ext_shared") or invited or shared))
