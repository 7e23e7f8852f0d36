"""The pages of adapters: which of them answers, what each was trained on, the gate's verdicts and plots."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.pages.listing import Cell, Listing, Table, when
from bot.pages.visit import Entry, NotThere, Page, Picture, Reply, Visit, admins
from bot.phrases import say
from model.learning.pointer import RegistryError, Serving
from model.learning.registry import Registry

HERE, EVENTS = "/adapters", 30
PICTURES = ("gain", "shares", "ratios")  # as model.learning.page names them
_COLUMNS = ("page_adapter", "page_role", "page_base", "page_dataset", "page_rows", "page_verdict")
_EVENTS = ("page_when", "page_by", "page_what", "page_adapter", "page_reason")
_LARGEST = 1_000_000  # bytes of a verdict or a picture of one


@dataclass(frozen=True, slots=True)
class Adapters:
    """What footnote train, gate and adapters have left in the home."""

    registry: Registry

    def entries(self) -> list[Entry]:
        return [
            Entry(HERE, self.shown, may=admins, menu="page_adapters"),
            Entry(f"{HERE}/{{verdict}}", self.verdict, may=admins),
            Entry(f"{HERE}/{{verdict}}/{{picture}}.svg", self.picture, may=admins),
        ]

    def shown(self, visit: Visit) -> Reply:
        locale, serving = visit.who.locale, self.registry.serving()
        rows = [row for one in reversed(self.registry.adapters()) for row in self._rows(one, serving, locale)]
        events = [
            (
                Cell(when(one.at), "when"),
                Cell(one.who),
                Cell(one.what),
                Cell(one.adapter, "code"),
                Cell(one.why),
            )
            for one in list(self.registry.events())[-EVENTS:][::-1]
        ]
        tables = [Table("", _COLUMNS, rows, "page_adapters_none")]
        tables += [Table(say("page_events", locale), _EVENTS, events)] if events else []
        now = say("page_serving", locale, name=serving.production or say("page_base_model", locale))
        return Listing(HERE, "page_adapters", "page_adapters_why", tables, (now,)).page()

    def verdict(self, visit: Visit) -> Reply:
        """What the gate said of a candidate: the sentence, the checks and their pictures."""
        folder = self._folder(visit)
        told = json.loads(_read(folder / "verdict.json"))
        there = [name for name in PICTURES if (folder / f"{name}.svg").is_file()]
        shown = {"here": HERE, "name": folder.name, "told": told, "pictures": there}
        return Page("verdict.html", shown | {"checks": list(_checks(told))})

    def picture(self, visit: Visit) -> Reply:
        if visit.path["picture"] not in PICTURES:
            raise NotThere
        return Picture(_read(self._folder(visit) / f"{visit.path['picture']}.svg"))

    def _rows(self, adapter: str, serving: Serving, locale: str) -> Iterator[tuple[Cell, ...]]:
        """A row for each verdict on it; one where there is none."""
        try:
            training = self.registry.training(adapter)
        except RegistryError:
            training = {}
        roles = ("production", "candidate", "previous")
        role = ", ".join(say(f"page_role_{one}", locale) for one in roles if getattr(serving, one) == adapter)
        about = (Cell(training.get("base", "")), Cell(training.get("dataset", ""), "code"))
        first = (Cell(adapter, "code"), Cell(role), *about, Cell(training.get("rows", ""), "number"))
        verdicts = self.registry.verdicts(adapter)
        for name, verdict in verdicts.items():
            look = "good" if verdict == "pass" else "bad" if verdict == "fail" else "soft"
            yield (*first, Cell(verdict, look, f"{HERE}/{name}"))  # type: ignore[arg-type]
        if not verdicts:
            yield (*first, Cell(say("page_not_judged", locale), "soft"))

    def _folder(self, visit: Visit) -> Path:
        """Of a verdict that there is: no other name leads anywhere."""
        known = {name for one in self.registry.adapters() for name in self.registry.verdicts(one)}
        if visit.path["verdict"] not in known:
            raise NotThere
        return self.registry.folder / "verdicts" / visit.path["verdict"]


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise NotThere
        return path.read_text(encoding="utf-8")
    except OSError:
        raise NotThere from None


def _checks(told: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Each check's name, state and sentence."""
    for one in told.get("checks") or ():
        yield str(one.get("name", "")), str(one.get("state", "")), str(one.get("sentence", ""))
