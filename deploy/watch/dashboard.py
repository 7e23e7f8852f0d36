"""Writes dashboard.json, the page for Grafana: `python deploy/watch/dashboard.py`. A panel a line below."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
WIDE, HIGH = 8, 7  # of a panel, in Grafana's grid of 24 columns
RATE = "[$__rate_interval]"


def quantile(share: float, name: str, by: str = "") -> str:
    """The time below which so many of a histogram's observations lie."""
    labels = f"le, {by}" if by else "le"
    return f"histogram_quantile({share}, sum by ({labels}) (rate({name}_bucket{RATE})))"


PANELS: tuple[tuple[str, str, dict[str, str]], ...] = (  # title, unit, queries by legend
    ("From question to final answer", "s", {
        "half": quantile(0.5, "footnote_final_seconds"), "19 of 20": quantile(0.95, "footnote_final_seconds"),
    }),
    ("First sign of a reply, 19 of 20", "s", {"seen": quantile(0.95, "footnote_first_sign_seconds")}),
    ("Answers by status", "reqps", {"{{status}}": f"sum by (status) (rate(footnote_answers_total{RATE}))"}),
    ("Where the time goes, 19 of 20", "s", {"{{stage}}": quantile(0.95, "footnote_answer_seconds", "stage")}),
    ("Waiting", "s", {"oldest": "max(footnote_oldest_row_seconds)"}),
    ("Not at their end", "short", {"{{state}}": "max by (state) (footnote_rows)"}),
    ("Written down, 99 of 100", "s", {"acknowledged": quantile(0.99, "footnote_ack_seconds")}),
    ("Who wrote", "reqps", {"{{writer}}": f"sum by (writer) (rate(footnote_writers_total{RATE}))"}),
    ("Tokens of models", "cps", {
        "{{model}} {{kind}}": f"sum by (model, kind) (rate(footnote_tokens_total{RATE}))",
    }),
    ("Taken out by the check", "reqps", {"{{fault}}": f"sum by (fault) (rate(footnote_struck_total{RATE}))"}),
    ("Forms taken out of drafts", "reqps", {
        "{{kind}}": f"sum by (kind) (rate(footnote_stripped_total{RATE}))",
    }),
    ("Citations", "reqps", {"citations": f"sum(rate(footnote_citations_total{RATE}))"}),
    ("Questions not taken", "reqps", {
        "{{reason}}": f"sum by (reason) (rate(footnote_refusals_total{RATE}))",
    }),
    ("Requests turned away", "reqps", {
        "{{reason}}": f"sum by (reason) (rate(footnote_turned_away_total{RATE}))",
    }),
    ("Votes that count", "short", {"{{value}}": "max by (value) (footnote_votes)"}),
    ("Slack's answers", "reqps", {
        "{{outcome}}": f"sum by (outcome) (rate(footnote_slack_calls_total{RATE}))",
    }),
    ("Events", "reqps", {"{{result}}": f"sum by (result) (rate(footnote_events_total{RATE}))"}),
    ("In production", "short", {"{{adapter}}": "count by (adapter) (footnote_production)"}),
    ("The index that answers", "short", {"{{table}}": "count by (table) (footnote_index)"}),
    ("Documents that have yet to leave", "short", {"deletions": "max(footnote_deletions_pending)"}),
    ("Documents", "short", {"{{source}}": "max by (source) (footnote_documents)"}),
    ("Passages", "short", {"{{source}}": "max by (source) (footnote_passages)"}),
    ("Since the last whole sync", "s", {"{{source}}": "max by (source) (footnote_sync_age_seconds)"}),
    ("Syncs that failed", "short", {"{{source}}": "max by (source) (footnote_sync_failed)"}),
    ("Batches that wait for workers", "short", {"batches": "max(footnote_batches)"}),
    ("Processes", "short", {"{{kind}}": "max by (kind) (footnote_replicas)"}),
    ("Errors of ours", "short", {"questions": f"sum(increase(footnote_failures_total{RATE}))"}),
    ("Parts that are well", "short", {"{{part}}": "min by (part) (footnote_part_up)"}),
    ("Slack's clock less ours", "s", {"offset": "max(footnote_clock_offset_seconds)"}),
    ("Since the last backup", "s", {"age": "min(footnote_backup_age_seconds)"}),
    ("Room on the disk", "bytes", {"free": "min(footnote_home_free_bytes)"}),
    ("The database answers", "short", {"up": "min(footnote_state_up)"}),
)  # fmt: skip


def dashboard() -> dict[str, Any]:
    """The page, three panels a row."""
    panels = [_panel(number, *panel) for number, panel in enumerate(PANELS)]
    return {
        "title": "Footnote", "uid": "footnote", "schemaVersion": 39, "refresh": "30s", "panels": panels,
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": [{"name": "source", "type": "datasource", "query": "prometheus"}]},
    }  # fmt: skip


def _panel(number: int, title: str, unit: str, queries: dict[str, str]) -> dict[str, Any]:
    place = {"x": number % 3 * WIDE, "y": number // 3 * HIGH, "w": WIDE, "h": HIGH}
    source = {"type": "prometheus", "uid": "${source}"}
    targets = [
        {"refId": chr(ord("A") + n), "expr": expr, "legendFormat": legend, "datasource": source}
        for n, (legend, expr) in enumerate(queries.items())
    ]
    return {
        "id": number + 1, "type": "timeseries", "title": title, "gridPos": place, "datasource": source,
        "targets": targets, "fieldConfig": {"defaults": {"unit": unit}, "overrides": []},
    }  # fmt: skip


if __name__ == "__main__":
    (HERE / "dashboard.json").write_text(json.dumps(dashboard(), indent=1) + "\n", encoding="utf-8")
