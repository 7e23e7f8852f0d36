"""/footnote gaps: what was asked and found no answer, for those who may answer it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.commands import Command, Order, Reply
from bot.learning.gaps import Gap, Missed
from bot.learning.keeper import Keeper
from bot.phrases import say
from bot.replies import printable
from bot.sources import ago
from bot.who.asking import everyone_reads
from retrieval.passage import EVERYONE, Audience
from retrieval.rows import Found

DAYS = 30
CODE = 16  # characters of an answer's id by which a gap is closed
MOST, THREADS, WORDS = 15, 3, 200  # gaps that are shown, threads of each, characters of a question


@dataclass(frozen=True, slots=True)
class Gaps:
    """`may` says who may see them, by id and as an admin or not; `readers` what somebody may read, `there`
    who may read what is said in a channel; `found` a document of the index by its name, `address` the link
    of what was asked."""

    keeper: Keeper
    may: Callable[[str, bool], bool]
    readers: Callable[[str], Audience]
    there: Callable[[str], Audience]
    found: Callable[[str], Found | None]
    address: Callable[[Missed], str]

    def commands(self) -> tuple[Command, ...]:
        return (
            Command("gaps", self.run, "gaps"),
            Command("gaps close", self.close, "gaps close CODE", 1, 1),
        )

    def close(self, order: Order) -> Reply:
        """The gap needs no answer; run again after a crash it is closed again."""
        if not self.may(order.person, order.admin):
            return Reply(say("gaps_not_you", order.locale))
        done = self.keeper.close(order.person, order.words[0])
        return Reply(say("gaps_closed" if done else "gaps_no_such", order.locale))

    def run(self, order: Order) -> Reply:
        """Shows them with counts of people and no names; of what was asked where they cannot read, and in
        direct messages, no words."""
        if not self.may(order.person, order.admin):
            return Reply(say("gaps_not_you", order.locale))
        readers, every = self.readers(order.person), self.keeper.gaps(DAYS)
        title = "gaps_title" if every else "gaps_none"
        lines, links = [say(title, order.locale, count=len(every), days=DAYS)], list[tuple[int, str, str]]()
        for gap in every[:MOST]:
            links += [(len(lines), *link) for link in self.threads(gap, readers, order.locale)]
            lines.append(self._line(gap, readers, order.locale))
        if len(every) > MOST:
            lines.append(say("and_more", order.locale, count=len(every) - MOST))
        late = [one for one in self.keeper.overdue() if one.audience.admits(readers)]
        lines += [say("gaps_late", order.locale)] if late else []
        for one in late[:MOST]:
            links.append((len(lines), say("gaps_thread", order.locale), one.url))
            told = {"title": printable(one.document().title)[:WORDS], "name": one.name, "due": one.due}
            lines.append(say("gaps_due", order.locale, **told))
        return Reply("\n".join(lines), links=links)

    def _line(self, gap: Gap, readers: Audience, locale: str) -> str:
        since = ago(datetime.fromtimestamp(gap.asked[0].at, UTC), datetime.now(UTC), locale)
        people = say("gaps_people", locale, count=gap.people)
        times = say("gaps_times", locale, count=len(gap.asked))
        return say(
            "gaps_line", locale, what=self.what(gap, readers, locale), people=people, times=times, ago=since,
            code=gap.asked[0].answer[:CODE],
        )  # fmt: skip

    def what(self, gap: Gap, readers: Audience, locale: str) -> str:
        """What was asked, where they may read that; else what came near, or that nothing can be said."""
        words = (one.question for one in gap.asked if one.question and self._reads(one, readers))
        if asked := next(words, ""):
            return f"“{printable(asked)[:WORDS]}”"
        near = self.found(gap.near) if gap.near else None
        if near is None or not near.audience.admits(readers):
            return say("gaps_unknown", locale)
        return say("gaps_near", locale, title=printable(near.title)[:WORDS])

    def threads(self, gap: Gap, readers: Audience, locale: str) -> Iterator[tuple[str, str]]:
        """Where it can be answered: links with their words."""
        there = [one for one in gap.asked if one.message_ts and self._reads(one, readers)]
        for one in there[:THREADS]:
            yield say("gaps_thread", locale), self.address(one)

    def _reads(self, one: Missed, readers: Audience) -> bool:
        """Whether who may read that much may read what was said where it was asked."""
        if one.direct:
            return False
        if f"channel:{one.channel}" in readers.principals:
            return True
        return EVERYONE in readers.principals and everyone_reads(one.channel, self.there)
