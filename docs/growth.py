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
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from deploy.weaviate.server import running
from docs.bench import DATA, ROOT
from docs.capacity import used
from docs.scale import BATCH, QUESTIONS, Written, base_of, filled, memory
from docs.slope import exponent, slope, spread
from docs.varied import WORKSPACE, questions, readers, varied

STORES = ("lance", "weaviate")
COUNTS = (10_000, 100_000)
KEPT = ("memory", "disk")
KB = 1048.576  # in a MB of 1024 * 1024 bytes
WARM = 20  # questions, before their time counts
OF_WORKSPACE = 64  # passages, where workspaces are counted


@dataclass(frozen=True, slots=True)
class Size:
    """What so many passages cost: seconds to write, milliseconds of a search (beside its embedding) by the
    clock and of the processors, and megabytes."""

    store: str
    count: int
    write_s: float
    p50_ms: float
    p95_ms: float
    cpu_ms: float
    memory_mb: float
    disk_mb: float

    def __str__(self) -> str:
        each = (KB * self.memory_mb / self.count, KB * self.disk_mb / self.count)
        return (
            f"{self.store}, {self.count:,} passages: written in {self.write_s:.0f} s "
            f"({self.count / self.write_s:.0f} a second); search p50 {self.p50_ms:.1f} ms, "
            f"p95 {self.p95_ms:.1f} ms, of CPU {self.cpu_ms:.1f} ms; "
            f"memory {self.memory_mb:.0f} MB ({each[0]:.2f} kB a passage), "
            f"disk {self.disk_mb:.0f} MB ({each[1]:.2f} kB a passage)"
        )


def fitted(sizes: Sequence[Size]) -> Iterator[str]:
    """b of value = a * passages ** b for each figure, of each store with two sizes or more, and what each
    further passage takes: what a process needs before its first is in no exponent of memory."""
    for store in dict.fromkeys(one.store for one in sizes):
        of_it = [one for one in sizes if one.store == store]
        if len(of_it) < 2:
            continue
        counts = [one.count for one in of_it]
        found = []
        for name in ("write_s", "p50_ms", "p95_ms", "cpu_ms", "memory_mb", "disk_mb"):
            values = [max(0.1, float(getattr(one, name))) for one in of_it]
            found.append(f"{name.partition('_')[0]} {exponent(counts, values):.2f}")
        yield f"{store}, exponents from {len(of_it)} sizes: {', '.join(found)}"
        more = {what: slope(counts, [getattr(one, f"{what}_mb") for one in of_it]) for what in KEPT}
        each = ", ".join(f"{what} {KB * grows.grows:.2f} kB" for what, grows in more.items())
        yield f"{store}, each further passage: {each}"


def shared(workspaces: int, at: Path) -> str:
    """What each of so many small workspaces takes of one Weaviate: each is a tenant, a shard of its own."""
    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="workspaces-", dir=at)))
        env, server, _ = _placed(stack, "weaviate", home)
        process = psutil.Process(server)
        before = (_resident(server), process.num_fds(), process.num_threads())
        took = _child(env, "share", workspaces, at)["whole_s"]
        memory = KB * (_resident(server) - before[0]) / workspaces
        files = (process.num_fds() - before[1]) / workspaces
        return (
            f"weaviate, {workspaces} workspaces of {OF_WORKSPACE} passages: "
            f"{1000 * took / workspaces:.0f} ms, {memory:.0f} kB of memory and "
            f"{files:.1f} open files for each"
        )


def sized(store: str, count: int, at: Path) -> Size:
    """Written and searched, each in a process of its own."""
    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=f"{count}-", dir=at)))
        env, server, folder = _placed(stack, store, home)
        before = _resident(server)
        took = _child(env, "write", count, at)["whole_s"]
        busy = used(server) if server else 0.0
        looked = _child(env, "look", count, at)
        cpu = looked["cpu_ms"] + (1000 * (used(server) - busy) / (QUESTIONS + WARM) if server else 0.0)
        grown = _resident(server) - before if server else looked["memory_mb"]
        disk = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / (1 << 20)
        return Size(store, count, took, looked["p50_ms"], looked["p95_ms"], cpu, grown, disk)


def _placed(stack: contextlib.ExitStack, store: str, home: Path) -> tuple[dict[str, str], int, Path]:
    """The settings of a store of its own, its server's process if it is one, and the folder it writes to."""
    env = os.environ | {"FOOTNOTE_HOME": str(home), "FOOTNOTE_STORE": store, "PYTHONPATH": str(ROOT)}
    if store != "weaviate":
        return env, 0, home / "index"
    started = stack.enter_context(running(home / "weaviate"))
    own = {"WEAVIATE_URL": started.url, "WEAVIATE_GRPC_PORT": str(started.grpc_port)}
    return env | own, started.process.pid, home / "weaviate"


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


def split_among(count: int, at: Path) -> dict[str, float]:
    """Seconds to write some passages into each of so many workspaces."""
    from retrieval.record import LAYOUT
    from retrieval.store import Made

    store, _, embedder = _parts()
    made, passages = Made(embedder.name, embedder.dimension, LAYOUT), base_of(at, embedder)
    store.discard()
    began = time.perf_counter()
    for number, (some, vectors) in enumerate(varied(passages, count * OF_WORKSPACE, batch=OF_WORKSPACE)):
        store.build(made, f"w{number}").put(some, vectors)
    store.swap()
    took = time.perf_counter() - began
    store.close()
    return {"whole_s": took}


def _returned(steps: Generator[str, None, Written]) -> Written:
    """What it returns once all is said, which goes to where errors go."""
    while True:
        try:
            print(next(steps), file=sys.stderr, flush=True)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def looked(count: int, at: Path) -> dict[str, float]:
    """Milliseconds of real questions, one after the other, and by how much the process has grown. Their
    vectors are known before."""
    from retrieval.remembered import Remembered
    from retrieval.search import Search

    store, ledger, embedder = _parts()
    asked, who, known = questions(DATA, QUESTIONS), readers(), Remembered(embedder)
    for text in asked:
        known.embed_query(text)
    before, search = memory(), Search(store, ledger, known, WORKSPACE)
    for text in asked[:WARM]:
        search.find(text, who, 10)
    began = time.process_time()
    p50, p95, _ = spread([search.find(text, who, 10).search_ms for text in asked])
    cpu, grown = time.process_time() - began, memory() - before
    search.close()
    return {"p50_ms": p50, "p95_ms": p95, "cpu_ms": 1000 * cpu / len(asked), "memory_mb": grown}


PARTS = {"write": written, "look": looked, "share": split_among}


def _parts() -> tuple[Any, Any, Any]:
    from bot import wiring
    from bot.settings import load

    settings = load()
    return wiring.store(settings), wiring.ledger(settings), wiring.embedder_of(settings)


def lines(
    stores: Sequence[str] = STORES,
    counts: Sequence[int] = COUNTS,
    at: Path | None = None,
    workspaces: int = 100,
) -> Iterator[str]:
    """A line for each store and size, then the exponents, then what a workspace takes."""
    with tempfile.TemporaryDirectory(prefix="footnote-growth-") as place:
        sizes = []
        for store in stores:
            for count in counts:
                sizes.append(sized(store, count, at or Path(place)))
                yield str(sizes[-1])
        yield from fitted(sizes)
        if workspaces and "weaviate" in stores:
            yield shared(workspaces, at or Path(place))


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m docs.growth")
    words.add_argument("--stores", nargs="+", choices=STORES, default=STORES)
    words.add_argument("--counts", nargs="+", type=int, default=COUNTS)
    words.add_argument("--at", type=Path, help="folder that keeps the vectors of real passages")
    words.add_argument("--workspaces", type=int, default=100, help="small ones in one Weaviate; 0: none")
    words.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.at:
        given.at.mkdir(parents=True, exist_ok=True)
    if given.part:
        done = PARTS[given.part](given.counts[0], given.at)
        print(json.dumps(done), flush=True)
        return
    for line in lines(given.stores, given.counts, given.at, given.workspaces):
        print(f"growth: {line}", flush=True)


if __name__ == "__main__":
    main()
