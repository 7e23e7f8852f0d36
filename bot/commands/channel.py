"""/footnote channel, pause and resume: when the bot speaks, from which sources, and who is asked for help."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from difflib import get_close_matches

from bot.answering import schema as schemas
from bot.channels import LANGUAGES, MODES, PAUSED, TONES, Channels, ChannelSetting, Mode, Switches
from bot.commands import MANY, Command, Order, Reply
from bot.phrases import say

_QUOTES = str.maketrans("“”„‟‘’", '""""\'\'')  # as Slack's editors write them
_PERSON = re.compile(r"@([UW][A-Z0-9]{2,})")


@dataclass(frozen=True, slots=True)
class Settings:
    """`sources` are the names there are; `member` says whether an id is somebody of the workspace; `called`
    has the words for a principal."""

    channels: Channels
    switches: Switches
    sources: Callable[[], Collection[str]]
    member: Callable[[str], bool]
    called: Callable[[str], str]

    def commands(self) -> tuple[Command, ...]:
        modes = tuple(Command(f"channel {mode}", self._mode(mode), admin=True) for mode in MODES)
        return (
            Command("channel", self.shown, "channel"),
            *modes,
            Command("channel sources", self.only, "channel sources A,B|all", 1, MANY, admin=True),
            Command("channel expert", self.expert, "channel expert @PERSON|none", 1, 1, admin=True),
            Command("channel tone", self.tone, "channel tone short|friendly|formal|off", 1, 1, admin=True),
            Command("channel language", self.language, "channel language en|de|auto", 1, 1, admin=True),
            Command("channel schema", self.schema, "channel schema JSON|off", 1, MANY, admin=True),
            Command("pause", self.pause, "pause", admin=True),
            Command("resume", self.resume, "resume", admin=True),
        )

    def shown(self, order: Order) -> Reply:
        """How it is set here."""
        if order.direct:
            return Reply(say("channel_direct", order.locale))
        return Reply(self._said(order, self.channels.of(order.channel)))

    def only(self, order: Order) -> Reply:
        """Searches these sources alone for what is asked here."""
        given = [name for name in " ".join(order.words).replace(",", " ").split() if name]
        known = {name.casefold(): name for name in self.sources()}
        strange = [name for name in given if name.casefold() not in known]
        if [name.casefold() for name in given] == ["all"] and "all" not in known:
            return self._changed(order, self.channels.change, sources=())
        if strange or not given:
            near = get_close_matches(strange[0].casefold(), known, 1) if strange else []
            key = "source_unknown_near" if near else "source_unknown"
            values = {"name": strange[0] if strange else "", "near": known[near[0]] if near else ""}
            return Reply(say(key, order.locale, **values))
        chosen = tuple(dict.fromkeys(known[name.casefold()] for name in given))
        return self._changed(order, self.channels.change, sources=chosen)

    def expert(self, order: Order) -> Reply:
        """Whom people may ask where the documents say nothing."""
        given = _PERSON.fullmatch(order.words[0])
        if order.words[0].lower() in ("none", "nobody"):
            return self._changed(order, self.channels.change, expert="")
        if given is None or not self.member(given[1]):
            return Reply(say("expert_unknown", order.locale))
        return self._changed(order, self.channels.change, expert=given[1])

    def tone(self, order: Order) -> Reply:
        """How answers sound here."""
        given = order.words[0].lower()
        if given not in (*TONES, "off"):
            return Reply(say("tone_unknown", order.locale))
        return self._changed(order, self.channels.change, tone="" if given == "off" else given)

    def language(self, order: Order) -> Reply:
        """In which language answers are here, and what we say ourselves."""
        given = order.words[0].lower()
        if given not in (*LANGUAGES, "auto"):
            return Reply(say("language_unknown", order.locale))
        return self._changed(order, self.channels.change, language="" if given == "auto" else given)

    def schema(self, order: Order) -> Reply:
        """The JSON that answers are here."""
        given = " ".join(order.words)
        if given.lower() == "off":
            return self._changed(order, self.channels.change, schema="")
        given = given.translate(_QUOTES).strip("` ").removeprefix("json ")
        try:
            schemas.read(given)
        except schemas.Unfit as why:
            return Reply(say(why.key, order.locale, name=why.name))
        return self._changed(order, self.channels.change, schema=given)

    def pause(self, order: Order) -> Reply:
        """Nobody is answered any more, until `resume`."""
        self.switches.turn(PAUSED, order.person, on=True)
        return Reply(say("paused_now", order.locale), "pause")

    def resume(self, order: Order) -> Reply:
        """Everybody is answered again."""
        self.switches.turn(PAUSED, order.person, on=False)
        return Reply(say("resumed_now", order.locale), "resume")

    def _mode(self, mode: Mode) -> Callable[[Order], Reply]:
        return lambda order: self._changed(order, self.channels.change, mode=mode)

    def _changed(self, order: Order, change: Callable[..., ChannelSetting], **what: object) -> Reply:
        if order.direct:
            return Reply(say("channel_direct", order.locale))
        setting = change(order.channel, order.person, **what)
        about = " ".join([order.channel, *(f"{name}={_noted(name, value)}" for name, value in what.items())])
        return Reply(self._said(order, setting), "channel", about)

    def _said(self, order: Order, setting: ChannelSetting) -> str:
        sources = ", ".join(setting.sources) or say("sources_all", order.locale)
        expert = self.called(f"user:{setting.expert}") if setting.expert else say("expert_none", order.locale)
        lines = [say(f"mode_{setting.mode}", order.locale)]
        lines.append(say("channel_sources", order.locale, sources=sources))
        lines.append(say("channel_expert", order.locale, expert=expert))
        for name in ("tone", "language"):
            if value := getattr(setting, name):
                lines.append(say(f"channel_{name}_{value}", order.locale))
        if setting.schema:
            fields = ", ".join(schemas.read(setting.schema)["properties"])
            lines.append(say("channel_schema", order.locale, fields=fields))
        if self.switches.paused():
            lines.append(say("paused_state", order.locale))
        return "\n".join(lines)


def _noted(name: str, value: object) -> str:
    """As the audit has it: names of ours, and of a schema only that there is one."""
    return ("set" if value else "none") if name == "schema" else _listed(value)


def _listed(value: object) -> str:
    return ",".join(value) or "all" if isinstance(value, tuple) else str(value) or "none"
