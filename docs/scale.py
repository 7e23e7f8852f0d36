"""How fast a store answers over many passages, how well its vectors are found, and what filling it costs.

python -m docs.scale                        100,000 passages in the store that the settings name
python -m docs.scale --count 20000 --at DIR keeps the index in DIR and measures it again when run again

The passages are made by docs/varied.py from collections in FOOTNOTE_DATA (default ../shared/data); questions
are real, the embedder and the ledger are those of the product, readers are in ten of 200 channels.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from docs.bench import DATA
from docs.varied import WORKSPACE, Base, questions, readers, varied
from retrieval.ledger import Ledger
from retrieval.passage import Audience, Document, Embedder, Passage
from retrieval.ranking import DEPTH
from retrieval.record import LAYOUT
from retrieval.rows import Batch, DocumentRow
from retrieval.search import Search
from retrieval.store import Made, Store, Table

QUESTIONS = 200
BATCH = 256


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions, and who asks them."""

    texts: Sequence[str]
    readers: Audience


@dataclass(frozen=True, slots=True)
class Written:
    """Seconds that the store took to put passages in, and to settle, and that all of it took."""

    put: float
    settled: float
    whole: float


def filled(store: Store, ledger: Ledger, made: Made, batches: Iterator[Any]) -> Generator[str, None, Written]:
    """Builds a generation of `batches` and swaps it in, as `footnote index --rebuild` does."""
    store.discard()
    table, done, began, put = store.build(made, WORKSPACE), 0, time.perf_counter(), 0.0
    for passages, vectors in batches:
        from_ = time.perf_counter()
        table.put(passages, vectors)
        put += time.perf_counter() - from_
        rows = _rows(passages)
        ledger.show(table.name, rows)
        ledger.record(Batch(table.name, (table.name,), "scale", tuple(rows), ()))
        done += len(passages)
        if done % 20_480 == 0:
            yield f"{done} passages: {done / put:.0f}/s put, memory {memory()} MB"
    took, began = time.perf_counter() - began, time.perf_counter()
    table.settle()
    yield f"{done} passages put in {put:.1f} s ({took:.1f} s with making them and the ledger)"
    settled = time.perf_counter() - began
    yield f"settled in {settled:.1f} s, peak memory {memory(peak=True)} MB"
    store.swap()
    return Written(put, settled, took + settled)


def timed(store: Store, ledger: Ledger, embedder: Embedder, asked: Asked) -> Iterator[str]:
    """The whole search, then its parts one by one."""
    table, search = store.live(WORKSPACE), Search(store, ledger, embedder, WORKSPACE)
    vectors = {text: embedder.embed_query(text) for text in asked.texts}
    parts: dict[str, Callable[[str], Any]] = {
        "search": lambda text: search.find(text, asked.readers, 10),
        "search once its words are known": lambda text: search.find(text, asked.readers, 10),
        "embedding": embedder.embed_query,
        "keyword": lambda text: table.keyword(text, asked.readers, DEPTH),
        "vector": lambda text: table.vector(vectors[text], asked.readers, DEPTH),
    }
    for name, part in parts.items():
        for text in asked.texts[:20]:
            part(text)
        spent = []
        for text in asked.texts:
            began = time.perf_counter()
            part(text)
            spent.append((time.perf_counter() - began) * 1000)
        p50, p95 = np.percentile(spent, [50, 95])
        yield f"{name}: p50 {p50:.1f} ms, p95 {p95:.1f} ms, n {len(spent)}"


def recalled(table: Table, embedder: Embedder, asked: Asked, batches: Iterator[Any]) -> Iterator[str]:
    """What share of the nearest, by comparing with every vector, the store finds."""
    query = np.stack([embedder.embed_query(text) for text in asked.texts])
    ids: list[str] = []
    scores = []
    for passages, vectors in batches:
        may = np.array([passage.audience.admits(asked.readers) for passage in passages])
        ids += [passage.id for passage in passages]
        scores.append(np.where(may, query @ vectors.T, -1))
    exact = np.argsort(-np.concatenate(scores, axis=1), axis=1)
    shares: dict[int, list[float]] = {10: [], 100: []}
    for vector, order in zip(query, exact, strict=True):
        found = [hit.passage.id for hit in table.vector(vector, asked.readers, 100)]
        for top, share in shares.items():
            share.append(len({ids[n] for n in order[:top]} & set(found[:top])) / top)
    yield ", ".join(f"recall@{top} {np.mean(share):.3f}" for top, share in shares.items())


def _rows(passages: Sequence[Passage]) -> list[DocumentRow]:
    of: dict[str, list[Passage]] = {}
    for passage in passages:
        of.setdefault(passage.document, []).append(passage)
    return [DocumentRow(_document(some[0]), uri, len(some), some[0].revision) for uri, some in of.items()]


def _document(of: Passage) -> Document:
    return Document(
        of.document, of.source, of.title, "", of.url, of.revision, of.updated_at, audience=of.audience
    )


def memory(*, peak: bool = False) -> int:
    """Megabytes of this process."""
    if peak:
        return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) >> 10
    return int(Path("/proc/self/statm").read_text().split()[1]) >> 8


def base_of(home: Path, embedder: Embedder) -> Base:
    """Read and embedded once for each folder."""
    kept = home / f"base-{embedder.dimension}.npy"
    if kept.exists():
        return Base.read(DATA, embedder, vectors=np.load(kept))
    base = Base.read(DATA, embedder)
    np.save(kept, base.vectors)
    return base


def measured(home: Path, count: int) -> Iterator[str]:
    """Every figure, for the store and embedder that the settings name."""
    from bot import wiring
    from bot.settings import load

    settings = load(home=home)
    store, ledger, embedder = wiring.store(settings), wiring.ledger(settings), wiring.embedder_of(settings)
    base = base_of(home, embedder)
    if not store.tables(WORKSPACE) or store.live(WORKSPACE).count() != count:
        made = Made(embedder.name, embedder.dimension, LAYOUT)
        yield from filled(store, ledger, made, varied(base, count, batch=BATCH))
    size = sum(file.stat().st_size for file in (home / "index").rglob("*") if file.is_file())
    if size:
        yield f"on disk: {size / 1e6:.0f} MB"
    for name, who in (("ten channels", readers()), ("one channel", Audience.of("channel:C7"))):
        asked = Asked(questions(DATA, QUESTIONS), who)
        yield from (f"{name}, {line}" for line in timed(store, ledger, embedder, asked))
        found = recalled(store.live(WORKSPACE), embedder, asked, varied(base, count, batch=BATCH))
        yield from (f"{name}, {line}" for line in found)
    yield f"peak memory {memory(peak=True)} MB"
    store.close()


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m docs.scale")
    words.add_argument("--count", type=int, default=100_000)
    words.add_argument("--at", type=Path, help="folder that keeps the index")
    given = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="footnote-scale-") as place:
        home = given.at or Path(place)
        home.mkdir(parents=True, exist_ok=True)
        for line in measured(home, given.count):
            print(f"scale: {line}", flush=True)


if __name__ == "__main__":
    main()
