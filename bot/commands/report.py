"""/footnote report: the newest report of a week, once more, for admins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.blocks.weekly import lines
from bot.commands import Command, Order, Reply
from bot.memory.weeks import Weeks
from bot.phrases import say


@dataclass(frozen=True, slots=True)
class Report:
    """`words` has what was asked for an answer, where that may be told; `starts`: what is proposed begins by
    itself."""

    weeks: Weeks
    words: Callable[[str], str] = lambda _: ""
    starts: bool = False

    def commands(self) -> tuple[Command, ...]:
        return (Command("report", self.run, "report", admin=True),)

    def run(self, order: Order) -> Reply:
        """Shows it to who asks alone."""
        newest = next(iter(self.weeks.latest(1)), None)
        if newest is None:
            return Reply(say("report_none", order.locale))
        return Reply("\n".join(lines(newest, order.locale, self.words, starts=self.starts)))
