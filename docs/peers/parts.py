"""The collections, or evenly drawn parts of them, as folders and files that every side is handed alike."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.measuring import evaluate
from docs.bench import DATA

MARKER = "Marisol Quillfeather"
CHANGE = f"The wombat ledger is audited by {MARKER} every second Thursday."
ASKED = "Who audits the wombat ledger?"
FOLDERS = {"handbook": "handbook_sourcegraph/content", "openshift": "openshift_docs/4.16"}
ROWS = {"scifact": "scifact", "anthropic": "sets/anthropic_docs"}
KITE = "sets/kite/answers.jsonl"


@dataclass(frozen=True, slots=True)
class Part:
    """Documents in `path`, a folder of texts or a file of JSON lines; `count` of the `whole`."""

    name: str
    path: Path
    count: int
    whole: int

    def change(self) -> None:
        """One document says one thing more."""
        if self.path.is_dir():
            file = sorted(file for file in self.path.rglob("*") if file.is_file())[self.count // 2]
            file.write_text(f"{file.read_text('utf-8')}\n\n{CHANGE}\n", "utf-8")
            return
        rows = self.path.read_text("utf-8").splitlines()
        row = json.loads(rows[len(rows) // 2])
        rows[len(rows) // 2] = json.dumps(row | {"text": f"{row['text']}\n\n{CHANGE}"})
        self.path.write_text("\n".join(rows) + "\n", "utf-8")


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions with the documents that answer them, by the names that every side gives documents."""

    questions: tuple[str, ...]
    judged: tuple[Mapping[str, int], ...]


def part(name: str, count: int, place: Path) -> Part:
    """A copy in `place` of `count` documents, 0 for all."""
    if name in FOLDERS:
        source = DATA / FOLDERS[name]
        files = sorted(file for file in source.rglob("*") if file.is_file())
        kept = _drawn(files, count)
        for file in kept:
            target = place / name / file.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
        return Part(name, place / name, len(kept), len(files))
    rows = (DATA / ROWS[name] / "corpus.jsonl").read_text("utf-8").splitlines()
    drawn = _drawn(rows, count)
    file = place / f"{name}.jsonl"
    file.write_text("\n".join(drawn) + "\n", "utf-8")
    return Part(name, file, len(drawn), len(rows))


def asked(name: str) -> Asked:
    """The test questions of a collection, and what answers them."""
    if name in ROWS:
        given = evaluate.collection(DATA / ROWS[name])
        return Asked(tuple(given.questions.values()), tuple(given.judged[one] for one in given.questions))
    rows = [json.loads(line) for line in (DATA / KITE).read_text("utf-8").splitlines()]
    return Asked(tuple(row["question"] for row in rows), tuple(dict.fromkeys(row["gold"], 1) for row in rows))


def _drawn(some: list, count: int) -> list:  # type: ignore[type-arg]
    step = len(some) / (count or len(some))
    return [some[int(n * step)] for n in range(min(count or len(some), len(some)))]
