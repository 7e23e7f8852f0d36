"""How well questions that mean the same are found to be one gap, by their bits alone.

python -m docs.gaps           both halves of the labelled questions
python -m docs.gaps --wrong   also the groups that are not as they are labelled
"""

from __future__ import annotations

import json
import sys
from itertools import combinations
from pathlib import Path

from bot import wiring
from bot.settings import load
from model.learning.gist import SAME, gist, grouped

DATA = Path(__file__).resolve().parent.parent / "tests" / "bot" / "data"
HALVES = {"written": "chosen on", "held": "held out"}


def labelled(half: str) -> list[tuple[str, int]]:
    """Questions and the number of the gap that each belongs to."""
    lines = (DATA / f"gaps_{half}.jsonl").read_text(encoding="utf-8").splitlines()
    return [(row["question"], row["group"]) for row in map(json.loads, lines)]


def shares(found: list[int], meant: list[int]) -> tuple[float, float]:
    """Of pairs that are put together those that belong together, and of those that belong those that are."""
    pairs = [(found[a] == found[b], meant[a] == meant[b]) for a, b in combinations(range(len(meant)), 2)]
    both = sum(put and belong for put, belong in pairs)
    put, belong = sum(one for one, _ in pairs), sum(one for _, one in pairs)
    return both / put if put else 1.0, both / belong


def main() -> None:
    embedder = wiring.embedder_of(load(_env_file=None))
    for half, name in HALVES.items():
        rows = labelled(half)
        found = grouped([gist(embedder.embed_query(text)) for text, _ in rows])
        right, whole = shares(found, [group for _, group in rows])
        gaps = len({group for _, group in rows})
        told = f"put together rightly {right:.3f}, of those that belong together {whole:.3f}"
        print(f"{name}: {len(rows)} questions, {gaps} gaps, {len(set(found))} found at {SAME}: {told}")
        for number in sorted(set(found)) if "--wrong" in sys.argv else ():
            members = [row for row, at in zip(rows, found, strict=True) if at == number]
            if len({group for _, group in members}) > 1:
                print(f"  together: {[text for text, _ in members]}")


if __name__ == "__main__":
    main()
