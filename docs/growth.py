"""How index and search grow with the passages: seconds to write, milliseconds to search, memory and disk, at
several sizes in both stores, and the exponents that fit them.

python -m docs.growth                                             10,000 and 100,000 passages, both stores
python -m docs.growth --stores lance --counts 10000 1000000       these

Passages and vectors are made by varying real ones (docs/varied.py), with noise; questions are real, readers
in ten of 200 channels. Each size is written by one process and searched by another: what that one needs more
for having searched is its memory, where the store is no server of its own.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from deploy.weaviate.server import running
from docs.bench import DATA, ROOT
from docs.scale import BATCH, QUESTIONS, WORKSPACE, Written, base_of, filled, memory
from docs.slope import exponent, spread
from docs.varied import questions, readers, varied

STORES = ("lance", "weaviate")
COUNTS = (10_000, 100_000)


@dataclass(frozen=True, slots=True)
class Size:
    """What so many passages cost: seconds to write, milliseconds of a search (beside its embedding), and
    megabytes."""

    store: str
    count: int
    write_s: float
    p50_ms: float
    p95_ms: float
    memory_mb: float
    disk_mb: float

    def __str__(self) -> str:
        each = (1000 * self.memory_mb * 1.048576 / self.count, 1000 * self.disk_mb * 1.048576 / self.count)
        return (
            f"{self.store}, {self.count:,} passages: written in {self.write_s:.0f} s "
            f"({self.count / self.write_s:.0f} a second); search p50 {self.p50_ms:.1f} ms, "
            f"p95 {self.p95_ms:.1f} ms; memory {self.memory_mb:.0f} MB ({each[0]:.2f} kB a passage), "
            f"disk {self.disk_mb:.0f} MB ({each[1]:.2f} kB a passage)"
        )


def fitted(sizes: Sequence[Size]) -> Iterator[str]:
    """b of value = a * passages ** b for each figure, of each store with two sizes or more."""
    for store in dict.fromkeys(one.store for one in sizes):
        of_it = [one for one in sizes if one.store == store]
        if len(of_it) < 2:
            continue
        counts = [one.count for one in of_it]
        found = []
        for name in ("write_s", "p50_ms", "p95_ms", "memory_mb", "disk_mb"):
            values = [max(0.1, float(getattr(one, name))) for one in of_it]
            found.append(f"{name.partition('_')[0]} {exponent(counts, values):.2f}")
        yield f"{store}, exponents from {len(of_it)} sizes: {', '.join(found)}"


def sized(store: str, count: int, at: Path) -> Size:
    """Written and searched, each in a process of its own."""
    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=f"{count}-", dir=at)))
        env = os.environ | {"FOOTNOTE_HOME": str(home), "FOOTNOTE_STORE": store, "PYTHONPATH": str(ROOT)}
        folder, server = home / "index", 0
        if store == "weaviate":
            folder = home / "weaviate"
            started = stack.enter_context(running(folder))
            server = started.process.pid
            env |= {"WEAVIATE_URL": started.url, "WEAVIATE_GRPC_PORT": str(started.grpc_port)}
        before = _resident(server)
        took = _child(env, "write", count, at)["whole_s"]
        looked = _child(env, "look", count, at)
        grown = _resident(server) - before if server else looked["memory_mb"]
        disk = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / (1 << 20)
        return Size(store, count, took, looked["p50_ms"], looked["p95_ms"], grown, disk)


def _resident(process: int) -> float:
    return float(psutil.Process(process).memory_info().rss) / (1 << 20) if process else 0.0


def _child(env: dict[str, str], what: str, count: int, at: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "docs.growth", "--part", what, "--counts", str(count), "--at", str(at)]
    done = subprocess.run(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def written(count: int, at: Path) -> dict[str, float]:
    """Seconds, in the store and the home that the settings name: without making the passages."""
    store, ledger, embedder = _parts()
    from retrieval.record import LAYOUT
    from retrieval.store import Made

    base = base_of(at, embedder)
    made = Made(embedder.name, embedder.dimension, LAYOUT)
    took = _returned(filled(store, ledger, made, varied(base, count, batch=BATCH)))
    store.close()
    return {"whole_s": took.put + took.settled}


def _returned(steps: Generator[str, None, Written]) -> Written:
    """What it returns once all is said, which goes to where errors go."""
    while True:
        try:
            print(next(steps), file=sys.stderr, flush=True)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def looked(count: int, at: Path) -> dict[str, float]:
    """Milliseconds of real questions, one after the other, and by how much the process has grown."""
    from retrieval.search import Search

    store, ledger, embedder = _parts()
    embedder.embed_query("ready?")
    before, search = memory(), Search(store, ledger, embedder, WORKSPACE)
    asked, who = questions(DATA, QUESTIONS), readers()
    for text in asked[:20]:
        search.find(text, who, 10)
    p50, p95, _ = spread([search.find(text, who, 10).search_ms for text in asked])
    grown = memory() - before
    search.close()
    return {"p50_ms": p50, "p95_ms": p95, "memory_mb": grown}


def _parts() -> tuple[Any, Any, Any]:
    from bot import wiring
    from bot.settings import load

    settings = load()
    return wiring.store(settings), wiring.ledger(settings), wiring.embedder_of(settings)


def lines(
    stores: Sequence[str] = STORES, counts: Sequence[int] = COUNTS, at: Path | None = None
) -> Iterator[str]:
    """A line for each store and size, then the exponents."""
    with tempfile.TemporaryDirectory(prefix="footnote-growth-") as place:
        sizes = []
        for store in stores:
            for count in counts:
                sizes.append(sized(store, count, at or Path(place)))
                yield str(sizes[-1])
        yield from fitted(sizes)


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m docs.growth")
    words.add_argument("--stores", nargs="+", choices=STORES, default=STORES)
    words.add_argument("--counts", nargs="+", type=int, default=COUNTS)
    words.add_argument("--at", type=Path, help="folder that keeps the vectors of real passages")
    words.add_argument("--part", choices=("write", "look"), help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.at:
        given.at.mkdir(parents=True, exist_ok=True)
    if given.part:
        done = (written if given.part == "write" else looked)(given.counts[0], given.at)
        print(json.dumps(done), flush=True)
        return
    for line in lines(given.stores, given.counts, given.at):
        print(f"growth: {line}", flush=True)


if __name__ == "__main__":
    main()
