"""Footnote and its peers in turn, round after round: what each took, in rows for tables and plot."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from statistics import mean

import numpy as np

from bot.measuring.evaluate import measures
from deploy.environment import cache as kept
from docs.bench import DATA
from docs.peers.parts import ASKED, MARKER, Asked, Part, asked, part
from docs.peers.run import PEERS, SIDES, imported, place, run
from docs.peers.task import Job
from docs.varied import Base, questions, varied
from retrieval.embed import load

QUESTIONS, FEW = 100, 20
TOP, DEEP = 10, 50  # passages asked for: as somebody who searches, and to have ten documents
KEEPS_NOTHING = "haystack"  # its store is in memory: it is filled in each process that asks
MANY = 10_000  # passages from which on it is asked few questions: each takes it seconds


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of a side, in each round. `how`: own (as its documentation says) or ours (our embedder)."""

    section: str
    about: str  # the collection, or how many passages
    how: str
    side: str
    figure: str
    values: tuple[float, ...]


Measured = dict[tuple[str, str, str], list[float]]  # by how, side, figure


def indexing(name: str, count: int, rounds: int, sides: Sequence[str] = SIDES) -> Iterator[Row]:
    """A first index, the same again, a changed document until it is found; each a process of its own."""
    took: Measured = {}
    with tempfile.TemporaryDirectory(prefix="footnote-peers-") as folder:
        for number in range(rounds):
            for how in ("own", "ours"):
                for side in _turned(sides, number):
                    where = Path(folder) / f"{number}-{how}-{side}"
                    where.mkdir()
                    some = part(name, count, where)
                    job = Job(side, "index", str(where / "home"), str(some.path), how, str(_cache()))
                    for figure, value in (_cycle if how == "own" else _first)(some, job).items():
                        took.setdefault((how, side, figure), []).append(value)
    about = f"{name}, {some.count} of {some.whole} documents"
    yield from _rows("index", about, took)


def _first(_: Part, job: Job) -> dict[str, float]:
    first = run(job)
    passages, seconds = first.said["passages"], first.said["indexed"]
    return {"index s": seconds, "passages": passages, "peak MB": first.megabytes}


def _cycle(some: Part, job: Job) -> dict[str, float]:
    figures, again = _first(some, job), run(job)
    some.change()
    found = run(replace(job, do="found", questions=(ASKED,), marker=MARKER))
    return figures | {
        "unchanged s": again.said["indexed"],
        "unchanged, process s": again.wall,
        "changed s": found.said["found"],
        "changed, process s": found.wall,
    }


def searching(count: int, rounds: int, sides: Sequence[str] = SIDES) -> Iterator[list[Row]]:
    """`count` stored passages, varied from real ones, asked a hundred real questions; after each side of each
    round all rows so far, since a round may take an hour."""
    took: Measured = {}
    with tempfile.TemporaryDirectory(prefix="footnote-peers-") as folder:
        for number in range(rounds):
            for how in ("own", "ours"):
                for side in _turned(sides, number):
                    for figure, value in _search(side, how, count, Path(folder) / side).items():
                        took.setdefault((how, side, figure), []).append(value)
                    yield list(_rows("search", f"{count} passages", took))


def _search(side: str, how: str, count: int, home: Path) -> dict[str, float]:
    filled = home.exists() and side != KEEPS_NOTHING
    stored = ("", "") if filled else tuple(str(file) for file in _varied(count))
    asking = tuple(questions(DATA, FEW if side == KEEPS_NOTHING and count >= MANY else QUESTIONS))
    done = run(Job(side, "ask", str(home), "", how, str(_cache()), asking, "", TOP, *stored))
    p50, p95 = np.percentile(done.said["times"], [50, 95]) * 1000
    kept_s = {} if filled else {"store s": float(done.said["stored"])}
    ready = {"ready s": float(done.said["ready"])}
    return kept_s | ready | {"p50 ms": float(p50), "p95 ms": float(p95), "peak MB": done.megabytes}


def quality(name: str, sides: Sequence[str] = SIDES) -> Iterator[Row]:
    """Whole collections, documents at their best passages; every text embedded once, by the same model."""
    judged = asked(name)
    with tempfile.TemporaryDirectory(prefix="footnote-peers-") as folder:
        some = part(name, 0, Path(folder))
        for side in sides:
            job = Job(side, "index", f"{folder}/{side}", str(some.path), "kept", str(_cache()), top=DEEP)
            run(job)
            found = run(replace(job, do="ask", questions=judged.questions)).said["found"]
            for figure, value in _judged(judged, found).items():
                yield Row("quality", name, "own", side, figure, (value,))


def _judged(given: Asked, found: Sequence[Sequence[str]]) -> dict[str, float]:
    each = [
        measures(list(dict.fromkeys(documents)), grades)
        for documents, grades in zip(found, given.judged, strict=True)
    ]
    return {figure: mean(one[figure] for one in each) for figure in ("ndcg@10", "recall@5")}


def installing(rounds: int, sides: Sequence[str] = SIDES) -> Iterator[Row]:
    """Megabytes and packages, and what it takes to import what searches."""
    took: Measured = {}
    for side in sides:
        where = place(side)
        took["own", side, "install MB"] = [where.megabytes]
        took["own", side, "packages"] = [where.packages]
    for number in range(rounds):
        for side in _turned(sides, number):
            took.setdefault(("own", side, "import s"), []).append(imported(side))
    yield from _rows("install", "", took)


def versions() -> str:
    """What was compared."""
    return "; ".join(" ".join(f"{k} {v}" for k, v in place(side).versions.items()) for side in PEERS)


def keep(rows: Sequence[Row], file: Path) -> list[Row]:
    """These rows in the place of older ones of the same section and collection; all there are then."""
    old = [Row(**row) for row in json.loads(file.read_text("utf-8"))] if file.exists() else []
    new = {(row.section, row.about) for row in rows}
    both = [row for row in old if (row.section, row.about) not in new] + list(rows)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps([asdict(row) for row in both], indent=1), "utf-8")
    return both


def _rows(section: str, about: str, took: Measured) -> Iterator[Row]:
    for (how, side, figure), values in took.items():
        yield Row(section, about, how, side, figure, tuple(values))


def _turned(sides: Sequence[str], number: int) -> list[str]:
    """Another side begins each round."""
    at = number % len(sides)
    return [*sides[at:], *sides[:at]]


@cache
def _cache() -> Path:
    place_ = kept() / "peers"
    place_.mkdir(parents=True, exist_ok=True)
    return place_


def _varied(count: int) -> tuple[Path, Path]:
    """Files of texts and of their vectors, made once."""
    passages, vectors = (_cache() / f"varied-{count}.{kind}" for kind in ("json", "npy"))
    if not vectors.exists():
        embedder, base = load("minilm", home=_cache()), _cache() / "base.npy"
        real = Base.read(DATA, embedder, vectors=np.load(base) if base.exists() else None)
        np.save(base, real.vectors)
        made = [
            (passage.indexed_text, row)
            for some, rows in varied(real, count)
            for passage, row in zip(some, rows, strict=True)
        ]
        passages.write_text(json.dumps([text for text, _ in made]), "utf-8")
        np.save(vectors, np.stack([row for _, row in made]))
        os.sync()
    return passages, vectors
