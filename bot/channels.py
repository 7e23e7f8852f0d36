"""What admins set for a channel and for the whole bot: in the database, so that every replica soon knows."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import sqlalchemy as sa

from bot.state import channels, switches

Mode = Literal["mentions", "engaged", "auto", "off"]
MODES: tuple[Mode, ...] = get_args(Mode)
TONES = ("short", "friendly", "formal")
LANGUAGES = ("en", "de")
PAUSED, GONE = "paused", "gone"  # stopped by an admin; removed from the workspace, as Slack says
KEPT_S = 2.0  # what was read is true for so long: what one replica changes all know within 5 s
_MOST_KEPT = 5000


@dataclass(frozen=True, slots=True)
class ChannelSetting:
    """How the bot is in a channel. `sources`: those that are searched for it, none for all; `expert`: the id
    of who is asked where the documents say nothing, or empty; `tone`, `language` and `schema` of its answers:
    empty where nothing is set."""

    mode: Mode = "engaged"
    sources: tuple[str, ...] = ()
    expert: str = ""
    tone: str = ""
    language: str = ""
    schema: str = ""


_DEFAULT = ChannelSetting()


class Channels:
    """The settings, by channel id: a channel that is renamed keeps them."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine, self._clock = engine, clock
        self._kept: dict[str, tuple[float, ChannelSetting]] = {}

    def of(self, channel: str) -> ChannelSetting:
        """How it is there now, or was two seconds ago."""
        known, now = self._kept.get(channel), self._clock()
        if known and now - known[0] < KEPT_S:
            return known[1]
        if len(self._kept) >= _MOST_KEPT:
            self._kept = {}
        found = self._read(channel)
        self._kept[channel] = (now, found)
        return found

    def change(
        self,
        channel: str,
        by: str,
        *,
        mode: Mode | None = None,
        sources: tuple[str, ...] | None = None,
        **more: str | None,
    ) -> ChannelSetting:
        """Sets what is given and keeps the rest, `more` being the rest of ChannelSetting; how it is then."""
        given = {"mode": mode, "sources": None if sources is None else json.dumps(sources), **more}
        said = {name: value for name, value in given.items() if value is not None}
        values = said | {"changed_by": by, "changed_at": time.time()}
        others = {"mode": _DEFAULT.mode, "sources": "[]", "expert": ""}
        _put(self._engine, channels, {"channel": channel}, values, others)
        self._kept.pop(channel, None)
        return self.of(channel)

    def _read(self, channel: str) -> ChannelSetting:
        query = sa.select(channels).where(channels.c.channel == channel)
        with self._engine.connect() as db:
            row = db.execute(query).first()
        if row is None:
            return _DEFAULT
        manner = (row.tone, row.language, row.schema)
        return ChannelSetting(row.mode, tuple(json.loads(row.sources)), row.expert, *manner)


class Switches:
    """What holds for the bot everywhere, on or off."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine, self._clock = engine, clock
        self._kept: tuple[float, frozenset[str]] | None = None

    def paused(self) -> bool:
        """Whether an admin has stopped the answering."""
        return PAUSED in self._on()

    def gone(self) -> bool:
        """Whether Slack has said that the app was removed, or its token withdrawn."""
        return GONE in self._on()

    def turn(self, name: str, by: str, *, on: bool) -> None:
        """Turns it on or off. It is so here at once, and everywhere within five seconds."""
        values = {"value": "on" if on else "", "changed_by": by, "changed_at": time.time()}
        _put(self._engine, switches, {"name": name}, values, {})
        self._kept = None

    def _on(self) -> frozenset[str]:
        now = self._clock()
        if self._kept is None or now - self._kept[0] >= KEPT_S:
            with self._engine.connect() as db:
                names = db.execute(sa.select(switches.c.name).where(switches.c.value != "")).scalars()
                self._kept = (now, frozenset(names))
        return self._kept[1]


def _put(
    engine: sa.Engine,
    table: sa.Table,
    key: Mapping[str, str],
    values: Mapping[str, Any],
    others: Mapping[str, Any],
) -> None:
    """Changes the row, or makes it with `others` beside."""
    mine = sa.and_(*(table.c[name] == value for name, value in key.items()))
    for last in (False, True):
        try:
            with engine.begin() as db:
                if not db.execute(table.update().where(mine).values(**values)).rowcount:
                    db.execute(table.insert().values(**{**others, **values, **key}))
            return
        except sa.exc.IntegrityError:  # somebody else made it at the same moment: now it is to be changed
            if last:
                raise
