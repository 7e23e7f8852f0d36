"""/footnote help, and what is said of a command that there is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.commands import Command, Order, Reply, meant, wordy
from bot.phrases import say


@dataclass(frozen=True, slots=True)
class Help:
    """Of these commands, by name."""

    known: Mapping[str, Command]

    def commands(self) -> tuple[Command, ...]:
        return (Command("help", self.run, "help"),)

    def run(self, order: Order) -> Reply:
        """What can be typed, to admins also what only they may."""
        lines = [say("help_title", order.locale), _line("ask", "ask", order)]
        ours = [one for one in self.known.values() if one.usage and not one.admin]
        lines += [_line(one.usage, one.name, order) for one in ours]
        if order.admin:
            lines.append(say("help_admins", order.locale))
            lines.append(_line("channel mentions|engaged|auto|off", "channel mode", order))
            lines += [
                _line(one.usage, one.name, order) for one in self.known.values() if one.usage and one.admin
            ]
        return Reply("\n".join(lines))

    def unknown(self, order: Order, typed: tuple[str, ...]) -> Reply:
        """What may have been meant, or what is one word too few or too many, and how to find out."""
        known, over = wordy(typed, self.known)
        near = meant(typed, [*self.known, "ask"])
        if known and (over < 0 or near in ("", known.name)):
            return self._wordy(known, over, order)
        found = self.known.get(near)
        if not near:
            return Reply(say("command_unknown", order.locale))
        shown = (found.usage or near) if found else "ask QUESTION"
        return Reply(say("command_near", order.locale, command=shown))

    def _wordy(self, command: Command, over: int, order: Order) -> Reply:
        if command.admin and not order.admin:
            return Reply(say("command_admins", order.locale))
        name, usage = command.name, command.usage or command.name
        if over > 0:
            return Reply(say("command_wordy", order.locale, name=name, command=usage))
        what = usage.removeprefix(name).strip()
        return Reply(say("command_lacks", order.locale, name=name, what=what, command=usage))


def _line(usage: str, name: str, order: Order) -> str:
    shown = "ask QUESTION" if usage == "ask" else usage
    key = f"help_{name.replace(' ', '_')}"
    return f"- `/footnote {shown}` {say(key, order.locale)}"
