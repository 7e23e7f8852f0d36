"""Whether more workers index faster: 100,000 passages from a queue in PostgreSQL, by one and by four.

python -m docs.workers                         by one worker, then by four of which one is killed half way
python -m docs.workers --books 40              2,000 passages

All are processes of this machine with one thread each, beside a sync that reads and does its own share. The
embeddings server is a stand-in that takes half a second for 64 texts, whatever the machine does. The exit
status is 1 where a passage is missing or there twice.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import sys
import tempfile
import time
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "services"))

from indexers import Company, Embeddings, started, until

from deploy.postgres.server import Postgres
from deploy.postgres.server import running as postgres
from deploy.weaviate.server import Weaviate
from deploy.weaviate.server import running as weaviate

PAGES = 50  # of a book, each a passage
PAUSE_S = 0.5  # of the embeddings server, for 64 texts
TALES = "and again and again until the evening came over the harbour and all of its boats. " * 3
COUNTED = """
import json
from bot import wiring
from bot.settings import load

settings = load()
table, ledger = wiring.store(settings).live("main"), wiring.ledger(settings)
rows = ledger.all(table.name)
once = len({row.uri for row in rows})
print(json.dumps([len(rows), once, sum(row.passages for row in rows), table.count()]))
"""


def write(folder: Path, books: int) -> None:
    """Books of fifty pages, each under a heading of its own."""
    for n in range(books):
        told = (
            f"## Page {p}\n\nPage {p} of book {n} has {n * p % 97} ships, {TALES}\n" for p in range(PAGES)
        )
        (folder / f"book{n}.md").write_text(f"# Book {n}\n\n" + "\n".join(told))


def indexed(company: Company, database: str, workers: int, books: int) -> float:
    """Seconds of a sync beside so many workers; of several, one is killed half way."""
    write(company.docs, books)
    company.work(workers)
    began = time.monotonic()
    syncing = company.index()
    if workers > 1:
        until(lambda: _shown(database) >= books * PAGES // 2, company.logs, 7200)
        victim = company.workers.pop()
        victim.kill()
        victim.wait()
    code, took = syncing.wait(7200), time.monotonic() - began
    if code:
        raise SystemExit(company.logs()[-2000:])
    return took


def _shown(database: str) -> int:
    """Passages of documents that are answered from."""
    with psycopg.connect(database) as connection:
        query = "SELECT coalesce(sum(passages), 0) FROM ledger_documents WHERE revision <> ''"
        row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def run(servers: tuple[Postgres, Weaviate], name: str, workers: int, books: int) -> tuple[float, bool]:
    """One index, from nothing: seconds, and whether each document and each passage is there once."""
    database = servers[0].database(name)
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="footnote-workers-"))
        company = stack.enter_context(contextlib.contextmanager(started)(database, servers[1], Path(folder)))
        took = indexed(company, database, workers, books)
        found = company.asked(COUNTED)
    once = found == [books, books, books * PAGES, books * PAGES]
    rate = books * PAGES / took
    print(
        f"workers: {workers} beside the sync: {took:.0f} s, {rate:.0f} passages a second, {found}", flush=True
    )
    return took, once


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m docs.workers")
    words.add_argument("--books", type=int, default=2_000)
    words.add_argument("--turns", type=int, default=1)
    given = words.parse_args()
    Embeddings.pause_s = PAUSE_S
    times: dict[int, list[float]] = {1: [], 4: []}
    well = True
    with postgres() as database, weaviate() as store:
        for turn in range(given.turns):
            for count, spent in times.items():
                took, once = run((database, store), f"turn{turn}_{count}", count, given.books)
                spent.append(took)
                well = well and once
    ratio = statistics.median(times[1]) / statistics.median(times[4])
    kept = "nothing" if well else "SOMETHING"
    print(f"workers: four are {ratio:.2f} times as fast as one; {kept} doubled or lost")
    sys.exit(not well)


if __name__ == "__main__":
    main()
