"""How often a question is taken for small talk, and how often small talk is missed.

python -m docs.smalltalk           both halves of the labelled messages
python -m docs.smalltalk --wrong   also each message that is got wrong
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from bot.meaning.smalltalk import kind

DATA = Path(__file__).resolve().parent.parent / "tests" / "bot" / "data"
HALVES = {"written": "written on", "held": "held out"}


def labelled(half: str) -> Iterator[tuple[str, str]]:
    """Messages and what they are: a kind of small talk, or nothing for a question."""
    for line in (DATA / f"smalltalk_{half}.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield row["text"], row["kind"]


def per_100(half: str) -> tuple[float, float]:
    """Questions taken for small talk per 100 questions, small talk taken for a question per 100 of it."""
    found = list(labelled(half))
    asked, said = [text for text, is_ in found if not is_], [text for text, is_ in found if is_]
    wrong = sum(bool(kind(text)) for text in asked), sum(not kind(text) for text in said)
    return 100 * wrong[0] / len(asked), 100 * wrong[1] / len(said)


def main() -> None:
    for half, name in HALVES.items():
        found, (false, missed) = list(labelled(half)), per_100(half)
        count = sum(bool(is_) for _, is_ in found)
        figures = f"false {false:.1f}, missed {missed:.1f} per 100"
        print(f"{name}: {len(found)} messages, {count} of them small talk: {figures}")
        for text, is_ in found if "--wrong" in sys.argv else ():
            if bool(kind(text)) != bool(is_):
                print(f"  {'missed' if is_ else 'false'}: {text!r}")


if __name__ == "__main__":
    main()
