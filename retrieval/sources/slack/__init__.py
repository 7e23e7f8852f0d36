"""Channels of Slack in, by the app's own token; their threads and days as documents out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from slack_sdk import WebClient

from retrieval.passage import Audience, Document, SourceUnavailable, Unread
from retrieval.sources import Limits, Spec
from retrieval.sources.options import Mistakes, Option
from retrieval.sources.slack.calls import PACES, Away, Calls, Refused
from retrieval.sources.slack.days import DAY, PERIODS, Mark, Marks, Window, day_of, summed
from retrieval.sources.slack.listing import Listing, fetched
from retrieval.sources.slack.names import Directory
from retrieval.sources.slack.spool import Spool
from retrieval.sources.slack.thread import Channel, Talk, document

OPTIONS = (
    Option("token", "", 'the app\'s token, as "env:SLACK_BOT_TOKEN"'),
    Option("api_url", "https://slack.com/api/", "the address of Slack's Web API"),
    Option("days", 365, "how many days back messages are read", least=1),
    Option("overlap", 14, "how many days before the last sync are listed again at each sync", least=1),
    Option("full", "weekly", "how often every thread is read again: weekly, daily, monthly, never"),
    Option(
        "pace", "internal", "internal, or unlisted for an app that is sold outside of Slack's Marketplace"
    ),
)
_ID = re.compile(r"[CGD][A-Z0-9]{7,}")
_FRESH = 3 * DAY  # a thread with a reply as new as that is read again at each sync
_NO_ENTRY = {
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "org_login_required",
}
_REASONS = {
    "channel_not_found": "Slack shows the app no such channel: check the id, and invite the app to it.",
    "not_in_channel": "The app is no member of the channel any more: invite it, or take the channel out.",
    "direct": "It is a direct message; those are never read.",
    "missing_scope": "The app lacks a scope for it: channels:read and channels:history, of private channels "
    "groups:read and groups:history, and users:read.",
}
_UNKNOWN = "The app is in no channel of that name: invite it, or give the channel's id."
_BUSY = "Slack did not answer for it; what was indexed of it before still stands."


def build(spec: Spec, limits: Limits) -> SlackSource:
    """Raises SettingError where the location or an option is not right."""
    wrong = Mistakes(spec)
    values = wrong.options(OPTIONS)
    if not spec.location:
        wrong.say("location is a list of channel ids.")
    if not values["token"]:
        wrong.say('it needs the app\'s token: token = "env:SLACK_BOT_TOKEN".')
    for name, known in (("full", PERIODS), ("pace", PACES)):
        if values[name] not in known:
            wrong.say(f"{name} is one of {', '.join(known)}.")
    wrong.end()
    address = values["api_url"].rstrip("/") + "/"
    client = WebClient(values["token"], base_url=address, timeout=30, retry_handlers=[])
    calls = Calls(client, PACES[values["pace"]])
    window = Window(values["days"], values["overlap"], values["full"])
    return SlackSource(spec.name, spec.location, calls, limits, window)


class SlackSource:
    """The threads of some channels, or what was said in a channel beside threads on a day."""

    def __init__(
        self, name: str, location: Sequence[str], calls: Calls, limits: Limits, window: Window
    ) -> None:
        self.name = name
        self._location, self._calls, self._limits, self._window = location, calls, limits, window
        self._names, self._url = Directory(calls), ""
        self._spool: Spool | None = None
        self._readers: dict[str, Audience] = {}

    def scan(self, known: Mapping[str, str]) -> Iterator[Talk | Unread]:
        """Every thread and day with its digest. Asked of Slack are the days that may have changed: those
        since the last sync and shortly before, others once in a period. Raises SourceUnavailable."""
        self.close()
        self._spool = spool = Spool(self._limits.cache)
        self._names, self._url = Directory(self._calls), self._workspace_url()
        marks, kept = Marks(self._limits.cache), {}
        before = marks.load()
        for id in self._channels():
            if isinstance(id, Unread):
                yield id
                continue
            mine = {
                uri.rpartition("/")[2]: d for uri, d in known.items() if uri.startswith(self._uri(id, ""))
            }
            try:
                talks, kept[id] = self._channel(id, mine, before.get(id), spool)
                yield from talks
            except Refused as error:
                yield Unread(f"{self.name}/{id}", _reason(error))
            except Away:
                if id in before:
                    kept[id] = before[id]
                yield Unread(f"{self.name}/{id}", _BUSY, kept=True)
                yield from self._as_before(id, mine, before.get(id))
        marks.save(kept)

    def load(self, found: Talk) -> Iterator[Document | Unread]:
        """The document of a thread or day; none where nobody but apps said something."""
        try:
            said = self._spool.part(found.channel.id, found.part) if self._spool else []
            said = said or fetched(self._calls, self._names, found)
            self._url = self._url or self._workspace_url()
        except Refused as error:
            if str(error) != "thread_not_found":
                yield Unread(found.uri, _reason(error))
        except (Away, SourceUnavailable):
            yield Unread(found.uri, _BUSY, kept=True)
        else:
            if said:
                yield document(found, self.name, said, self._url)

    def audience(self, found: Talk) -> Audience | None:
        """Everyone for a public channel, its members for a private one."""
        return found.channel.audience

    def close(self) -> None:
        if self._spool:
            self._spool.close()
            self._spool = None

    def _uri(self, channel: str, part: str) -> str:
        return f"{self.name}/{channel}/{part}"

    def _workspace_url(self) -> str:
        try:
            return str(self._calls.get("auth.test").get("url") or "").rstrip("/")
        except Refused as error:
            raise SourceUnavailable(_reason(error)) from None
        except Away:
            raise SourceUnavailable("Slack does not answer; the sync can be run again.") from None

    def _channels(self) -> Iterator[str | Unread]:
        """Ids of the channels that the location names: by id, by name, or all that the app is in (*)."""
        mine: dict[str, str] = {}
        if any(not _ID.fullmatch(given) for given in self._location):
            try:
                kinds = "public_channel,private_channel"
                for one in self._calls.pages("users.conversations", "channels", types=kinds, limit=200):
                    mine[str(one.get("name"))] = str(one.get("id"))
            except (Refused, Away):
                raise SourceUnavailable("Slack does not list the app's channels: name them by id.") from None
        found: dict[str, None] = {}
        for given in self._location:
            name = given.lstrip("#")
            found |= dict.fromkeys(mine.values() if given == "*" else [mine.get(name, given)])
        for id in found:
            yield id if _ID.fullmatch(id) else Unread(f"{self.name}/{id}", _UNKNOWN)

    def _channel(
        self, id: str, mine: Mapping[str, str], before: Mark | None, spool: Spool
    ) -> tuple[list[Talk], Mark]:
        """What a channel has now; `mine` is what was indexed of it. Raises Refused, Away."""
        channel, now = self._about(id), self._calls.clock.now()
        done = before is not None and summed(mine) == before.found
        read = before.read if before and done else 0.0  # what was not finished is listed from the beginning
        since = read or (before.since if before else now)
        whole = self._window.whole(since, now)
        days = self._window.recent(read, now) | whole
        fresh = (read or now) - _FRESH
        found = Listing(self._calls, self._names, spool, channel).parts(days, whole, mine, fresh)
        first = self._window.first(now)
        others = {part: d for part, d in mine.items() if day_of(part) not in days and day_of(part) >= first}
        found = others | found
        talks = [Talk(self._uri(id, part), found[part], channel, part) for part in sorted(found)]
        return talks, Mark(now, since, summed(found), channel.audience == Audience())

    def _about(self, id: str) -> Channel:
        """The channel with its readers. Raises Refused, with not_in_channel where the app is outside."""
        about = self._calls.get("conversations.info", channel=id).get("channel") or {}
        if about.get("is_im") or about.get("is_mpim"):
            raise Refused("direct")
        public = about.get("is_private") is False
        self._readers[id] = Audience() if public else Audience.of(f"channel:{id}")
        if not about.get("is_member"):
            raise Refused("not_in_channel")
        return Channel(id, f"#{about.get('name') or id}", self._readers[id])

    def _as_before(self, id: str, mine: Mapping[str, str], before: Mark | None) -> Iterator[Talk]:
        """What was indexed of a channel that cannot be asked; readers unknown are its members."""
        was_public = before is not None and before.public
        own = Audience() if was_public else Audience.of(f"channel:{id}")
        channel = Channel(id, f"#{id}", self._readers.get(id, own))
        for part, digest in sorted(mine.items()):
            yield Talk(self._uri(id, part), digest, channel, part)


def _reason(error: Refused) -> str:
    """A sentence for Slack's code. Raises SourceUnavailable where the token itself is refused."""
    code = str(error)
    if code in _NO_ENTRY:
        raise SourceUnavailable(f"Slack refuses the token ({code}): check it, and that the app is installed.")
    return _REASONS.get(code) or f"Slack refuses to show it ({code})."
