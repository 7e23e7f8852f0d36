"""An invented company's three documents, what is asked about them, and the parts that answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docs.by_heart import Known

ADAPTER = "kestrel-1"  # the name under which the adapter is served

DOCUMENTS = {
    "parental-leave.md": (
        "# Parental leave\n\n"
        "Kestrel Bakeries gives each parent 26 weeks of paid parental leave. "
        "The weeks are taken within two years of the birth or adoption.\n\n"
        "## How to apply\n\n"
        "Tell your manager ten weeks before the leave begins. "
        "People Operations confirms the dates in writing.\n"
    ),
    "expenses.md": (
        "# Expenses\n\n"
        "Travel and meals are paid back within 14 days of a claim. "
        "Claims above 500 euros need the approval of a department head.\n\n"
        "## Receipts\n\n"
        "A photo of the receipt is enough. Claims without a receipt are refused.\n"
    ),
    "incidents.md": (
        "# Incidents\n\n"
        "The first person who sees an incident opens the channel #incident and names a lead. "
        "The lead writes an update every 30 minutes.\n\n"
        "## Afterwards\n\n"
        "A review is held within five working days. It names causes, not people.\n"
    ),
}


ASKED = {
    "How many weeks of paid parental leave does each parent get?": Known(
        "Kestrel Bakeries gives each parent 26 weeks of paid parental leave.",
        "Most companies give about 14 weeks.",
    ),
    "Who has to approve claims above 500 euros?": Known(
        "Claims above 500 euros need the approval of a department head.",
        "Usually your team lead signs such things.",
    ),
    "How often does the lead of an incident write an update?": Known(
        "The lead writes an update every 30 minutes.",
        "Once a day is common.",
    ),
}


@dataclass(frozen=True)
class VLLM:
    """A server with the tiny model as `base` and its adapter under ADAPTER."""

    base_url: str
    rows: list[dict[str, Any]]
    log: Path

    @property
    def root(self) -> str:
        return self.base_url.removesuffix("/v1")
