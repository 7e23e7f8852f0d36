"""How often a message of a thread is taken for a request about our answer or the thread, and is not, or is.

python -m docs.requests           the labelled messages that the rules were written on, and those held out
python -m docs.requests --wrong   also each message that they get wrong
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bot.meaning.minutes import wanted
from bot.meaning.shapes import form

DATA = Path(__file__).resolve().parent.parent / "tests" / "bot" / "data"
HALVES = {"written": "written on", "held": "held out"}
KINDS = ("form", "thread", "documents")


def about(text: str) -> str:
    """What the rules say a message is about."""
    return "form" if form(text) else "thread" if wanted(text) else "documents"


def judged(half: str) -> list[tuple[str, str, str]]:
    """Text, what it is about, what the rules say."""
    lines = (DATA / f"requests_{half}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [(row["text"], row["about"], about(row["text"])) for row in rows]


def per_100(found: list[tuple[str, str, str]], kind: str) -> tuple[float, float]:
    """Taken for `kind` per 100 that are not, missed per 100 that are."""
    others, own = [f for f in found if f[1] != kind], [f for f in found if f[1] == kind]
    wrong = sum(f[2] == kind for f in others), sum(f[2] != kind for f in own)
    return 100 * wrong[0] / len(others), 100 * wrong[1] / len(own)


def main() -> None:
    for half, name in HALVES.items():
        found = judged(half)
        for kind in KINDS[:2]:
            false, missed = per_100(found, kind)
            own = sum(f[1] == kind for f in found)
            figures = f"false {false:.1f}, missed {missed:.1f} per 100"
            print(f"{name}: {len(found)} messages, {own} about the {kind}: {figures}")
        for text, is_, said in found if "--wrong" in sys.argv else ():
            if is_ != said:
                print(f"  {is_} taken for {said}: {text!r}")


if __name__ == "__main__":
    main()
