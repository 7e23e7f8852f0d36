"""/footnote reindex: a source, or all, brought up to date in a process of its own, as schedules do it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from bot.commands import MANY, Command, Order, Reply
from bot.phrases import say
from bot.replies import printable
from bot.shelf import BY_HAND, Shelf, tried
from retrieval.sources import Spec
from retrieval.turns import Busy

SAID_AT_S = (5.0, 60.0, 600.0)  # seconds after which it is said how far it is: an address takes few answers


@dataclass(frozen=True, slots=True)
class Reindex:
    """`sync` runs the sync of the named source to its end and calls its second argument every second."""

    shelf: Shelf
    sync: Callable[[str, Callable[[], None]], object]
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def commands(self) -> tuple[Command, ...]:
        return (Command("reindex", self.run, "reindex [SOURCE]", 0, MANY, admin=True),)

    def run(self, order: Order) -> Reply:
        """Reads what changed. Run again after a crash it goes on with the sources that are left."""
        specs = self.shelf.specs()
        known = {name.casefold(): name for name in specs}
        chosen = [known.get(word.casefold(), "") for word in order.words] or list(specs)
        if not chosen or "" in chosen:
            return self._unknown(order, known, chosen)
        try:
            with self.shelf.turns.take(BY_HAND, wait=False):
                return self._all([specs[name] for name in dict.fromkeys(chosen)], order)
        except Busy:
            return Reply(say("reindex_busy", order.locale))

    def _unknown(self, order: Order, known: dict[str, str], chosen: Sequence[str]) -> Reply:
        if not known:
            return Reply(say("sources_empty", order.locale))
        strange = order.words[chosen.index("")]
        near = get_close_matches(strange.casefold(), known, 1)
        key = "source_unknown_near" if near else "source_unknown"
        return Reply(
            say(key, order.locale, name=printable(strange)[:100], near=known[near[0]] if near else "")
        )

    def _all(self, specs: Sequence[Spec], order: Order) -> Reply:
        began, lines = self.clock(), list[str]()
        left = list(SAID_AT_S)

        def watch(spec: Spec) -> None:
            if left and self.clock() - began >= left[0]:
                left.pop(0)
                order.progress(self._so_far(spec, len(lines) + 1, len(specs), order))

        order.progress(say("reindex_begun", order.locale, sources=", ".join(spec.name for spec in specs)))
        for spec in specs:
            lines.append(self._one(spec, order, lambda spec=spec: watch(spec)))  # type: ignore[misc]
        text = "\n".join([say("reindex_done", order.locale), *(f"- {line}" for line in lines)])
        return Reply(text, "reindex", ",".join(spec.name for spec in specs), late=True)

    def _one(self, spec: Spec, order: Order, watch: Callable[[], None]) -> str:
        """Reads a source, unless that was done since it was asked for; what came of it."""
        if not tried(self.shelf.state(spec), order.at):
            with self.shelf.alone(spec, watch, self.sleep):
                self.sync(spec.name, watch)
        state = self.shelf.state(spec)
        if state.error:
            return f"{spec.name}: {printable(state.error)}"
        if state.finished_at is None or state.finished_at < order.at:
            return say("reindex_cut_off", order.locale, name=spec.name)
        counts = {"count": state.documents, "passages": state.passages, "failed": state.failed}
        key = "reindexed_failed" if state.failed else "reindexed"
        return say(key, order.locale, name=spec.name, **counts)

    def _so_far(self, spec: Spec, number: int, of: int, order: Order) -> str:
        key = "reindex_waits" if not self.shelf.busy(spec) else "reindex_at"
        count = self.shelf.state(spec).documents
        return say(key, order.locale, name=spec.name, number=number, of=of, count=count)
