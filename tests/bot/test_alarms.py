"""Alarms and the dashboard ask for figures that there are, and each alarm has its line in the runbook."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.census import Census
from bot.events import Row
from bot.learning.owed import values
from bot.memory.audit import Audit
from bot.meters import Meters
from bot.state import inbox
from bot.turns import LONG
from deploy.watch.dashboard import dashboard

WATCH = Path(__file__).parents[2] / "deploy" / "watch"
SAMPLE = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}
Names = dict[str, set[str]]


@pytest.fixture
def exported(engine: sa.Engine, tmp_path: Path) -> Names:
    """Names that can be asked for, by figure."""
    meters = Meters()
    meters.add(Census(engine, tmp_path, lambda: "none_1"))
    Audit(engine).note("root", "backup", "a.backup")
    meters.looked(lambda: {"slack": True})
    families = text_string_to_metric_families(meters.page().decode())
    told = [one for one in families if not one.name.endswith("_created")]
    return {one.name: {one.name + end for end in SAMPLE[one.type]} for one in told}


@pytest.mark.parametrize(("kind", "waited"), [*((kind, 0) for kind in LONG), ("question", 3600)])
def test_nobody_is_woken_by_what_may_take_hours(
    engine: sa.Engine, tmp_path: Path, kind: str, waited: int
) -> None:
    with engine.begin() as connection:
        own = values(Row("Ev1", "", "", "", "", "", direct=False, kind=kind))
        connection.execute(inbox.insert().values(own | {"received_at": time.time() - 3600}))
    meters = Meters()
    meters.add(Census(engine, tmp_path, lambda: "none_1"))
    families = text_string_to_metric_families(meters.page().decode())
    oldest = next(one for one in families if one.name == "footnote_oldest_row_seconds")

    assert oldest.samples[0].value == pytest.approx(waited, abs=60)


def alarms() -> list[dict[str, Any]]:
    said = yaml.safe_load((WATCH / "alerts.yaml").read_text("utf-8"))
    return [rule for group in said["groups"] for rule in group["rules"]]


def queries() -> Iterator[str]:
    yield from (rule["expr"] for rule in alarms())
    yield from (target["expr"] for panel in dashboard()["panels"] for target in panel["targets"])


def asked(query: str) -> set[str]:
    return set(re.findall(r"\bfootnote_\w+", query))


def test_every_query_asks_for_figures_that_are_exported(exported: Names) -> None:
    known = set().union(*exported.values())

    assert {name for query in queries() for name in asked(query)} - known == set()


def test_the_dashboard_shows_every_figure(exported: Names) -> None:
    shown = {name for panel in dashboard()["panels"] for t in panel["targets"] for name in asked(t["expr"])}

    assert [figure for figure, names in exported.items() if not names & shown] == []


def test_the_dashboard_that_is_imported_is_the_one_that_is_written() -> None:
    assert json.loads((WATCH / "dashboard.json").read_text("utf-8")) == dashboard()


def test_each_alarm_has_its_line_in_the_runbook_and_wakes_whom_it_says() -> None:
    told = re.findall(r"^\| `(\w+)` \| (yes|no) \|", (WATCH / "README.md").read_text("utf-8"), re.MULTILINE)

    assert told == [(rule["alert"], rule["labels"]["page"]) for rule in alarms()]


@pytest.mark.parametrize("rule", alarms(), ids=lambda rule: rule["alert"])
def test_labels_that_an_alarm_waits_for_are_ones_the_code_gives(rule: dict[str, Any]) -> None:
    labels = dict(re.findall(r'(\w+)=~?"([^"]+)"', rule["expr"]))
    code = "".join(
        path.read_text("utf-8")
        for place in ("bot", "model")
        for path in (WATCH.parents[1] / place).rglob("*.py")
    )
    slacks_own = {"invalid_auth", "token_revoked", "account_inactive", "not_authed"}

    wanted = {value for given in labels.values() for value in given.split("|")} - slacks_own
    assert [value for value in wanted if f'"{value}"' not in code] == []
