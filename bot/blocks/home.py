"""What somebody sees who opens the Home tab: what is known, what they asked, how to ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.blocks.body import Block
from bot.blocks.markup import link, short, words
from bot.memory.recent import Asked, Week
from bot.phrases import say
from bot.shelf import Row
from bot.sources import ago

MOST = 30  # sources that are listed
_STATUS = {
    "answered": "home_answered",
    "partial": "home_answered",
    "degraded": "home_answered",
    "not_found": "home_not_found",
    "failed": "home_failed",
    "waiting": "home_waiting",
}


@dataclass(frozen=True, slots=True)
class Known:
    """A source and how many of its documents the person may read."""

    row: Row
    documents: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What goes onto somebody's tab. `week` is for administrators; `address` that of the workspace; `notice`
    stands in the place of the sources where their rights are not known."""

    known: Sequence[Known]
    asked: Sequence[Asked]
    now: datetime
    locale: str = ""
    week: Week | None = None
    address: str = ""
    notice: str = ""


def home(seen: Seen) -> Block:
    """The view for `views.publish`."""
    blocks = [
        _header(say("home_title", seen.locale)),
        *_section(say("home_knows", seen.locale), list(_sources(seen))),
        *_section(say("home_asked", seen.locale), list(_questions(seen))),
        *_section(say("home_how", seen.locale), list(_how(seen))),
    ]
    if seen.week is not None:
        blocks += _section(say("home_admin", seen.locale), list(_admin(seen, seen.week)))
    return {"type": "home", "blocks": blocks}


def _header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": text, "emoji": False}}


def _section(title: str, lines: list[list[Block]]) -> list[Block]:
    """A heading and a list below it."""
    head = {"type": "rich_text_section", "elements": [{**words(title), "style": {"bold": True}}]}
    items = [{"type": "rich_text_section", "elements": line} for line in lines]
    below = {"type": "rich_text_list", "style": "bullet", "elements": items}
    return [{"type": "divider"}, {"type": "rich_text", "elements": [head, below]}]


def _sources(seen: Seen) -> Iterator[list[Block]]:
    if seen.notice:
        yield [words(seen.notice)]
    elif not seen.known:
        yield [words(say("home_knows_nothing", seen.locale))]
    for one in seen.known[:MOST]:
        yield [
            {**words(short(one.row.name, 80)), "style": {"bold": True}},
            words(f": {' · '.join(_state(one, seen))}"),
        ]
    if len(seen.known) > MOST:
        yield [words(say("home_more", seen.locale, count=len(seen.known) - MOST))]


def _state(one: Known, seen: Seen) -> Iterator[str]:
    if one.row.synced_at:
        since = ago(one.row.synced_at, seen.now, seen.locale)
        yield say("home_source", seen.locale, count=one.documents, ago=since)
    else:
        yield say("home_unread", seen.locale, count=one.documents)
    if one.row.error:
        yield say("home_behind", seen.locale)
    if one.row.failed and seen.week is not None:
        yield say("home_failures", seen.locale, count=one.row.failed)
    if one.row.error and seen.week is not None:
        yield short(one.row.error, 300)


def _questions(seen: Seen) -> Iterator[list[Block]]:
    yield from (_question(asked, seen) for asked in seen.asked)
    if not seen.asked:
        yield [words(say("home_asked_none", seen.locale))]


def _question(asked: Asked, seen: Seen) -> list[Block]:
    status = say(_STATUS.get(asked.status, "home_clarify"), seen.locale)
    place = (
        words(say("home_direct", seen.locale))
        if asked.direct
        else {"type": "channel", "channel_id": asked.channel}
    )
    when = f" · {ago(asked.at, seen.now, seen.locale)} · {status}"
    address = _address(asked, seen.address)
    opened = [words(" · "), link(say("home_open", seen.locale), address)] if address else []
    return [place, words(when), *opened]


def _address(asked: Asked, workspace: str) -> str:
    """Where Slack shows the message."""
    if not workspace or not asked.message_ts:
        return ""
    at = f"{workspace.rstrip('/')}/archives/{asked.channel}/p{asked.message_ts.replace('.', '')}"
    inside = asked.thread_ts not in ("", asked.message_ts)
    return f"{at}?thread_ts={asked.thread_ts}&cid={asked.channel}" if inside else at


def _how(seen: Seen) -> Iterator[list[Block]]:
    for line in say("home_how_lines", seen.locale).split("\n"):
        yield [words(line)]


def _admin(seen: Seen, week: Week) -> Iterator[list[Block]]:
    yield [words(say("home_queue", seen.locale, count=week.waiting))]
    yield [words(say("home_votes", seen.locale, up=week.up, down=week.down))]
    yield [words(say("home_unanswered", seen.locale, count=week.unanswered_in_all))]
    yield from (_question(asked, seen) for asked in week.unanswered)
