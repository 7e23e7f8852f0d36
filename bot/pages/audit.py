"""The page of the audit: who did what, the newest first."""

from __future__ import annotations

from dataclasses import dataclass

from bot.memory.audit import Audit
from bot.pages.listing import Cell, Listing, Table, when
from bot.pages.visit import Entry, Reply, Visit, admins

HERE, MOST = "/audit", 200
_COLUMNS = ("page_when", "page_by", "page_what", "page_about")


@dataclass(frozen=True, slots=True)
class Trail:
    """The rows of the state; their chain is verified by footnote audit."""

    audit: Audit

    def entries(self) -> list[Entry]:
        return [Entry(HERE, self.shown, may=admins, menu="page_audit")]

    def shown(self, visit: Visit) -> Reply:
        rows = [
            (Cell(when(one.at), "when"), Cell(one.who), Cell(one.what), Cell(one.about, "code"))
            for one in self.audit.latest(MOST)
        ]
        return Listing(HERE, "page_audit", "page_audit_why", (Table("", _COLUMNS, rows),)).page()
