"""A Slack export in, its threads and days as documents out, each for those who could read it in Slack."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from retrieval.passage import Audience, Document, DocumentError, SourceUnavailable, Unread
from retrieval.sources import Limits, Spec
from retrieval.sources.folders import readable
from retrieval.sources.options import Mistakes, Option
from retrieval.sources.slack.archive import Archive, open_archive
from retrieval.sources.slack.said import profile_name, read
from retrieval.sources.slack.spool import Spool
from retrieval.sources.slack.thread import Channel, Talk, digest, document

OPTIONS = (
    Option("workspace_url", "", "the address of the workspace, which links to messages begin with"),
    Option("channels", (), "names or ids of the channels to read; all that the export has, if empty"),
    Option("direct", False, "whether direct messages are read too, each for the people in it"),
)
_DAY = re.compile(r"([^/]+)/(\d{4}-\d\d-\d\d)\.json")
_ID = re.compile(r"[CG][A-Z0-9]{2,30}")
_LISTS = ("channels.json", "groups.json", "mpims.json", "dms.json")  # the narrower the later: that holds
_DIRECT = ("mpims.json", "dms.json")
_STRANGER = "The export does not say who is in it (no list names this folder), so it was left out."


def build(spec: Spec, limits: Limits) -> ExportSource:
    """Raises SettingError where the location or an option is not right."""
    wrong = Mistakes(spec)
    values = wrong.options(OPTIONS)
    if len(spec.location) != 1:
        wrong.say("location is one ZIP file, or the folder it was unpacked to.")
    url = values["workspace_url"].rstrip("/")
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.path or parts.query or "@" in parts.netloc:
        wrong.say(
            "workspace_url is the address of the Slack workspace, which links to messages begin with, such "
            'as "https://example.slack.com".'
        )
    wrong.end()
    chosen = Chosen(frozenset(name.lstrip("#") for name in values["channels"]), values["direct"])
    return ExportSource(spec.name, Path(spec.location[0]).expanduser(), url, limits, chosen)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What of an export is read: these channels by name or id (none: all); direct messages only if told."""

    channels: frozenset[str] = frozenset()
    direct: bool = False


@dataclass
class People:
    """Names from users.json and the lists of channels. Names of private channels are told to nobody."""

    users: dict[str, str] = field(default_factory=dict)
    bots: set[str] = field(default_factory=lambda: {"USLACKBOT"})
    channels: dict[str, str] = field(default_factory=dict)

    def user(self, id: str) -> str:
        return self.users.get(id, "")

    def bot(self, id: str) -> bool:
        return id in self.bots

    def channel(self, id: str) -> str:
        return self.channels.get(id, "")

    def group(self, id: str) -> str:
        return ""

    def add(self, user: object) -> None:
        id = _id(user)
        if id and isinstance(user, Mapping):
            self.users[id] = profile_name(user)
            if user.get("is_bot"):
                self.bots.add(id)


class ExportSource:
    """The threads of an export, or what was said beside threads in a channel on a day."""

    def __init__(self, name: str, path: Path, workspace_url: str, limits: Limits, chosen: Chosen) -> None:
        self.name = name
        self._path, self._url, self._limits, self._chosen = path, workspace_url, limits, chosen
        self._spool: Spool | None = None

    def scan(self, known: Mapping[str, str]) -> Iterator[Talk | Unread]:
        """Every thread and day with its digest; files of the export that cannot be read with the reason.
        Raises SourceUnavailable where it is no whole export."""
        self.close()
        self._spool = spool = Spool(self._limits.cache)
        with closing(open_archive(self._path, self._limits.max_bytes)) as archive:
            people = People()
            yield from self._people(archive, people)
            channels, private = self._channels(archive, people)
            yield from private
            yield from self._messages(archive, channels, people, spool)
        by_id = {channel.id: channel for channel in channels.values() if channel}
        for id, channel in sorted(by_id.items()):
            for part, said in spool.parts(id):
                yield Talk(f"{self.name}/{id}/{part}", digest(channel, said), channel, part)

    def load(self, found: Talk) -> Iterator[Document | Unread]:
        """The document of a thread or day."""
        said = self._spool.part(found.channel.id, found.part) if self._spool else []
        if said:
            yield document(found, self.name, said, self._url)
        else:
            yield Unread(
                found.uri, "The export was closed before it was read; run the sync again.", kept=True
            )

    def audience(self, found: Talk) -> Audience | None:
        """Everyone for a public channel, else those who are in the conversation."""
        return found.channel.audience

    def close(self) -> None:
        if self._spool:
            self._spool.close()
            self._spool = None

    def _people(self, archive: Archive, people: People) -> Iterator[Unread]:
        names = set(archive.names())
        for name in ("users.json", "org_users.json"):
            try:
                for user in archive.read(name) if name in names else ():
                    people.add(user)
            except DocumentError as reason:
                yield Unread(f"{self.name}/{name}", f"{reason} Some people are without their names.")

    def _channels(self, archive: Archive, people: People) -> tuple[dict[str, Channel | None], list[Unread]]:
        """The conversations by their folder, None for one that is left out on purpose. Raises
        SourceUnavailable where channels.json is not whole: a channel is public only if that says so."""
        found: dict[str, Channel | None] = {}
        problems: list[Unread] = []
        names = set(archive.names())
        if not names & {"channels.json", "groups.json"}:
            raise SourceUnavailable("It is no Slack export: it has no channels.json.")
        for name in (name for name in _LISTS if name in names):
            try:
                for one in archive.read(name):
                    if folder := _folder(one, name):
                        found[folder] = self._chosen_of(_channel(one, name, people), name)
            except DocumentError as reason:
                if name == "channels.json":
                    raise SourceUnavailable(f"channels.json of the export: {reason}") from None
                problems.append(Unread(f"{self.name}/{name}", str(reason)))
        return found, problems

    def _chosen_of(self, channel: Channel, listed: str) -> Channel | None:
        if listed in _DIRECT:
            return channel if self._chosen.direct else None
        wanted = self._chosen.channels
        return channel if not wanted or wanted & {channel.id, channel.label.lstrip("#")} else None

    def _messages(
        self, archive: Archive, channels: dict[str, Channel | None], people: People, spool: Spool
    ) -> Iterator[Unread]:
        strangers: set[str] = set()
        for name in archive.names():
            found = _DAY.fullmatch(name)
            if not found:
                continue
            folder = found[1]
            if folder not in channels and not self._adopted(folder, channels):
                strangers.add(folder)
            elif channel := channels.get(folder):
                try:
                    for message in archive.read(name):
                        if one := read(message, people):
                            spool.put(channel.id, one)
                except DocumentError as reason:
                    yield Unread(f"{self.name}/{channel.id}/{found[2]}.json", str(reason))
        for folder in sorted(strangers):
            yield Unread(f"{self.name}/{readable(folder)}", _STRANGER)

    def _adopted(self, folder: str, channels: dict[str, Channel | None]) -> bool:
        """A folder that no list names but that is called by a channel's id: read as a private channel."""
        if _ID.fullmatch(folder):
            own = Channel(folder, f"#{folder}", Audience.of(f"channel:{folder}"))
            channels[folder] = self._chosen_of(own, "groups.json")
        return folder in channels


def _folder(listed: object, where: str) -> str:
    """The folder of a conversation in a list; empty where the entry is none."""
    name = listed.get("name") if isinstance(listed, Mapping) and _id(listed) else ""
    return _id(listed) if where == "dms.json" else name if isinstance(name, str) else ""


def _channel(listed: object, where: str, people: People) -> Channel:
    about = listed if isinstance(listed, Mapping) else {}
    id, name = _id(about), str(about.get("name", ""))
    if where in _DIRECT:
        listed_members = about.get("members")
        members = (
            [m for m in listed_members if isinstance(m, str)] if isinstance(listed_members, list) else []
        )
        label = ", ".join(sorted(people.user(m) or "Someone" for m in members))
        return Channel(id, label, Audience.of(*(f"user:{m}" for m in members)))
    if where == "channels.json" and not about.get("is_private"):
        people.channels[id] = name
        return Channel(id, f"#{name}", Audience())
    people.channels.pop(id, None)
    return Channel(id, f"#{name}", Audience.of(f"channel:{id}"))


def _id(about: object) -> str:
    id = about.get("id") if isinstance(about, Mapping) else ""
    return id if isinstance(id, str) and id.isalnum() and id.isascii() else ""
