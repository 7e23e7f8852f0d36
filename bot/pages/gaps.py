"""The page of gaps: what was asked and found no answer, what asks the same together, and never who asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from bot.commands.gaps import DAYS, Gaps
from bot.pages.listing import Cell, Listing, Press, Table, when
from bot.pages.visit import Entry, Go, Reply, Visit, reviewers
from bot.phrases import say

HERE, MOST = "/gaps", 100
_COLUMNS = ("page_gap", "page_people", "page_times", "page_last", "page_where", "")
_LATE = ("page_answer", "page_by", "page_due", "page_where")


@dataclass(frozen=True, slots=True)
class Unanswered:
    """As `/footnote gaps` shows it, with the links of the threads in which an expert can answer."""

    gaps: Gaps

    def entries(self) -> list[Entry]:
        return [
            Entry(HERE, self.shown, may=reviewers, menu="page_gaps"),
            Entry(f"{HERE}/close", self.close, "POST", may=reviewers),
        ]

    def close(self, visit: Visit) -> Reply:
        """It needs no answer."""
        self.gaps.keeper.close(visit.who.id, visit.said("gap", 64))
        return Go(HERE)

    def shown(self, visit: Visit) -> Reply:
        who, gaps = visit.who, replace(self.gaps, found=cache(self.gaps.found))  # many are near the same
        every, rows = self.gaps.keeper.gaps(DAYS), list[tuple[Cell | Press, ...]]()
        for gap in every[:MOST]:
            what = gaps.what(gap, who.readers, who.locale)
            link = next((url for _, url in gaps.threads(gap, who.readers, who.locale)), "")
            counts = (Cell(gap.people, "number"), Cell(len(gap.asked), "number"))
            open_ = Cell(say("gaps_thread", who.locale), href=link) if link else Cell("")
            close = Press(say("page_close", who.locale), f"{HERE}/close", "gap", gap.asked[0].answer)
            rows.append((Cell(what), *counts, Cell(when(gap.asked[0].at), "when"), open_, close))
        late = [one for one in self.gaps.keeper.overdue() if one.audience.admits(who.readers)]
        due = [
            (
                Cell(one.document().title),
                Cell(one.name),
                Cell(one.due.isoformat(), "bad"),
                _link(one.url, who.locale),
            )
            for one in late
        ]
        tables = [Table("", _COLUMNS, rows, "page_gaps_none")]
        tables += [Table(say("gaps_late", who.locale), _LATE, due)] if due else []
        return Listing(HERE, "page_gaps", "page_gaps_why", tables).page()


def _link(url: str, locale: str) -> Cell:
    return Cell(say("gaps_thread", locale), href=url) if url else Cell("")
