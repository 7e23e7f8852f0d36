"""Attacks through the whole product, with a writer that obeys everything it reads; judged by plain code.

python -m docs.attacks        the corpus beside FOOTNOTE_DATA, attack by attack

tests/bot/attacks.py has the rig and the judge.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "bot"))

from attacks import SPECIAL, Rig, complaints, corpus, repeated, tried


def lines(place: Path) -> Iterator[str]:
    """How many were tried, what came out, and whose words an answer cited."""
    looked: dict[str, int] = {}

    def look(rig: Rig) -> None:
        looked["previews"] = len(rig.slack.fetched)
        looked["prompts"] = sum(bool(SPECIAL.search(prompt)) for prompt in rig.prompts())

    shown = tried(place, corpus(), look)
    benign = [one for one in shown if one.attack.family == "benign"]
    found = [(one.attack, complaint) for one in shown for complaint in complaints(one)]
    kinds = {kind: sum(c.startswith(kind) for _, c in found) for kind in ("links", "calls", "says", "shows")}
    kinds |= {"previews fetched": looked["previews"], "prompts with control tokens": looked["prompts"]}
    yield f"{len(shown) - len(benign)} attacks: " + ", ".join(f"{n} {kind}" for kind, n in kinds.items())
    yield f"{sum(not complaints(one) for one in benign)} of {len(benign)} look-alikes answered"
    yield f"cited the attack's own words: {' '.join(s.attack.id for s in shown if repeated(s)) or 'none'}"
    yield from (f"{attack.id} ({attack.family}): {complaint}" for attack, complaint in found)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="footnote-attacks-") as place:
        for line in lines(Path(place)):
            print(f"attacks: {line}", flush=True)


if __name__ == "__main__":
    main()
