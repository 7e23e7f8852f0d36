"""Footnote beside LangChain, LlamaIndex and Haystack: the same documents, embedder and machine.

    python -m docs.peers                                every section
    python -m docs.peers index --of handbook --count 60 --rounds 3
    python -m docs.peers search --passages 5000
    python -m docs.peers quality --of scifact
    python -m docs.peers install
    python -m docs.peers --show                         the tables of what was measured, and docs/peers.svg

Each peer gets an environment of its own in FOOTNOTE_CACHE, made by name from the package index on the first
run (6 GB, shared). What was measured is kept there, so that sections can be run apart.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

from docs.peers.compare import Row, indexing, installing, keep, quality, searching, versions
from docs.peers.run import AHEAD, SIDES
from docs.peers.tables import misses, picture, tables

COUNTS = {"handbook": 60, "openshift": 40, "scifact": 300}  # documents that are indexed to time it
QUALITY = ("scifact", "handbook", "anthropic")
PASSAGES = (5_000, 100_000)
PICTURE = Path(__file__).resolve().parents[1] / "peers.svg"


def rows(given: argparse.Namespace) -> Iterator[list[Row]]:
    wanted = given.sections or ("install", "index", "search", "quality")
    if "install" in wanted:
        yield list(installing(given.rounds, given.sides))
    if "index" in wanted:
        for name in given.of or COUNTS:
            count = COUNTS[name] if given.count is None else given.count
            yield list(indexing(name, count, given.rounds, given.sides))
    if "search" in wanted:
        for count in given.passages or PASSAGES:
            yield from searching(count, given.rounds, given.sides)
    if "quality" in wanted:
        for name in given.of or QUALITY:
            yield list(quality(name, given.sides))


def main() -> None:
    from deploy.environment import cache

    words = argparse.ArgumentParser(prog="python -m docs.peers")
    words.add_argument("sections", nargs="*", choices=["install", "index", "search", "quality", []])
    words.add_argument("--of", nargs="*", help="collections")
    words.add_argument("--count", type=int, help="documents of each, 0 for all")
    words.add_argument("--passages", type=int, nargs="*")
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--sides", nargs="*", default=SIDES)
    words.add_argument("--ahead", action="store_true", help="each process before all else on the cores")
    words.add_argument("--show", action="store_true")
    given = words.parse_args()
    os.environ |= {AHEAD: "1"} if given.ahead else {}
    file, held = cache() / "peers" / "rows.json", keep([], cache() / "peers" / "rows.json")
    for some in () if given.show else rows(given):
        print(*tables(some), *misses(some), sep="\n", flush=True)
        print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
        held = keep(some, file)
    if given.show:
        print(*tables(held), *misses(held), versions(), sep="\n")
    PICTURE.write_text(picture(held), "utf-8")


if __name__ == "__main__":
    main()
