"""/footnote forget: a document out of answers at once, and out of every kept index."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from bot.commands import MANY, Command, Order, Reply
from bot.phrases import say
from bot.replies import printable
from retrieval.copied import addresses
from retrieval.rows import Forgotten

YES = "yes"
MOST = 10  # names that a reply shows


@dataclass(frozen=True, slots=True)
class Forget:
    """`forget` takes the documents of a name or address out and returns what they are called; `forgotten`
    are those that were. `lent`: the index is not only that of those who ask here, which is said first."""

    forget: Callable[[str], Collection[str]]
    forgotten: Callable[[], Collection[Forgotten]]
    lent: bool = False

    def commands(self) -> tuple[Command, ...]:
        return (Command("forget", self.run, "forget ADDRESS", 1, MANY, admin=True),)

    def run(self, order: Order) -> Reply:
        """Takes it out. Run again after a crash it finds it forgotten."""
        name, sure = self._name(order)
        if self.lent and not sure:
            return Reply(say("forget_lent", order.locale, name=printable(name)[:300], yes=YES))
        gone = sorted(self.forget(name)) or self._before(order, name)
        if not gone:
            return Reply(say("forget_nothing", order.locale, name=printable(name)[:300]))
        lines = [say("forgotten", order.locale, count=len(gone)), *(f"- {printable(u)}" for u in gone[:MOST])]
        if len(gone) > MOST:
            lines.append(say("and_more", order.locale, count=len(gone) - MOST))
        return Reply("\n".join(lines), "forget", " ".join(gone))

    def _name(self, order: Order) -> tuple[str, bool]:
        """It may have spaces; where the index is lent, a last word says that it is meant."""
        sure = self.lent and len(order.words) > 1 and order.words[-1] == YES
        return " ".join(order.words[:-1] if sure else order.words), sure

    def _before(self, order: Order, name: str) -> list[str]:
        """What was forgotten since it was asked for: by this very command, cut off before it could say so."""
        places = {name, *addresses(name)}
        since = [one for one in self.forgotten() if one.at >= order.at]
        return sorted(one.uri for one in since if places & {one.uri, one.url, one.url.partition("#")[0]})
