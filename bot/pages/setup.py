"""The page of settings: what is set, and what is as it comes; of secrets only that they are there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.pages.listing import Cell, Listing, Table
from bot.pages.visit import Entry, Reply, Visit, admins
from bot.phrases import say

HERE = "/settings"
_COLUMNS = ("page_setting", "page_value", "page_about")


@dataclass(frozen=True, slots=True)
class Value:
    """A setting as anybody may see it: `shown` is no secret; `changed`: it is not the default."""

    name: str
    shown: str
    about: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Setup:
    """`values` was redacted before it came here."""

    values: Callable[[], Sequence[Value]]

    def entries(self) -> list[Entry]:
        return [Entry(HERE, self.shown, may=admins, menu="page_settings")]

    def shown(self, visit: Visit) -> Reply:
        locale, every = visit.who.locale, self.values()
        tables = [
            Table(say(title, locale), _COLUMNS, [_row(one) for one in every if one.changed is changed])
            for title, changed in (("page_set", True), ("page_default", False))
        ]
        return Listing(HERE, "page_settings", "page_settings_why", tables).page()


def _row(one: Value) -> tuple[Cell, ...]:
    return Cell(one.name, "code"), Cell(one.shown, "code"), Cell(one.about, "soft")
