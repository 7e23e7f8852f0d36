"""What a walk over a site did not read in, sentences for a person out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Left:
    """Counts while the walk goes on. `reason`: why some pages could not be met this time; they are kept."""

    pages: int  # that are read at most
    beyond: bool = False
    forbidden: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    reason: str = ""

    def sentences(self) -> str:
        """All of it; empty where everything was read."""
        return " ".join(said for said in (self._beyond(), self._forbidden(), self._kinds()) if said)

    def _beyond(self) -> str:
        if not self.beyond:
            return ""
        return (
            f"There are more than {self.pages} pages; the rest was left. Set `pages` higher, or narrow the "
            "site with `include` and `exclude`."
        )

    def _forbidden(self) -> str:
        if not self.forbidden:
            return ""
        addresses = "1 address" if self.forbidden == 1 else f"{self.forbidden} addresses"
        return f"robots.txt asks not to read {addresses}; that was done."

    def _kinds(self) -> str:
        kinds = ", ".join(f"{kind} ({count})" for kind, count in sorted(self.kinds.items())[:8])
        return f"Some addresses are of a kind that is not read: {kinds}." if kinds else ""
