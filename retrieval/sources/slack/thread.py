"""What people said in a thread, or in a channel on one day, in; a document that links to each message out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from retrieval.passage import Audience, Block, Document, Heading
from retrieval.sources.slack.said import Said

_VERSION = 1  # rises when messages become text differently
_LONGEST_TITLE = 90


@dataclass(frozen=True, slots=True)
class Channel:
    """A conversation; `label` is what people call it (#general), `audience` who can read it in Slack."""

    id: str
    label: str
    audience: Audience


@dataclass(frozen=True, slots=True)
class Talk:
    """A thread (`part`: the ts of its root), or what was said beside threads on a day (`part`: its date)."""

    uri: str
    digest: str
    channel: Channel
    part: str


def day(ts: str) -> str:
    """The date of a message, in UTC."""
    return datetime.fromtimestamp(int(ts[:10]), UTC).strftime("%Y-%m-%d")


def is_thread(part: str) -> bool:
    return "." in part


def digest(channel: Channel, said: Sequence[Said]) -> str:
    """Changes with everything that the document of these messages says."""
    each = [(one.ts, one.author, one.words.text, one.words.code, one.thread, one.edited) for one in said]
    whole = json.dumps([_VERSION, channel.label, each])
    return hashlib.sha256(whole.encode()).hexdigest()[:32]


def document(talk: Talk, source: str, said: Sequence[Said], workspace_url: str) -> Document:
    """The messages in their order, each under a heading that says who and when, linked to by its address."""
    text = ""
    headings, places, blocks = [], [], []
    for one in said:
        head, start = _head(one), len(text)
        headings.append(Heading(start, 1, head))
        places.append((start, permalink(workspace_url, talk.channel.id, one)))
        text += f"{head}\n"
        blocks += [Block(len(text) + a, len(text) + b, "code") for a, b in one.words.code]
        text += f"{one.words.text}\n\n"
    return Document(
        uri=talk.uri,
        source=source,
        title=_title(talk, said),
        text=text.rstrip(),
        url=places[0][1],
        digest=digest(talk.channel, said),
        updated_at=max(_time(ts) for one in said for ts in (one.ts, one.edited) if ts),
        audience=talk.channel.audience,
        own=Audience(),  # it is the channel that is private: one that opens takes its threads along
        headings=tuple(headings),
        places=tuple(places),
        blocks=tuple(blocks),
    )


def permalink(workspace_url: str, channel: str, said: Said) -> str:
    """The address Slack gives a message; that of a reply opens it in its thread."""
    url = f"{workspace_url}/archives/{channel}/p{said.ts.replace('.', '')}"
    return f"{url}?thread_ts={said.thread}&cid={channel}" if said.thread not in ("", said.ts) else url


def _head(said: Said) -> str:
    return f"{said.author}, {_time(said.ts):%Y-%m-%d %H:%M}"


def _title(talk: Talk, said: Sequence[Said]) -> str:
    """Channel and opening words: what a reply answers is searched and shown with each passage of a thread."""
    if not is_thread(talk.part):
        return f"{talk.channel.label}, {talk.part}"
    opening = said[0].words.text.partition("\n")[0]
    if len(opening) > _LONGEST_TITLE:
        opening = opening[:_LONGEST_TITLE].rpartition(" ")[0] or opening[:_LONGEST_TITLE]
        opening += " …"
    return f"{talk.channel.label}: {opening}"


def _time(ts: str) -> datetime:
    return datetime.fromtimestamp(int(ts[:10]), UTC)
