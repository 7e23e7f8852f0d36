"""How well search finds what it should, on collections with known answers.

python -m docs.quality                      every collection, in the store that the settings name
python -m docs.quality scifact chunking     these

Collections are read from FOOTNOTE_DATA (default ../shared/data). Vectors are computed once and kept in
FOOTNOTE_CACHE, so that a change of ranking is measured in seconds.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from bot import wiring
from bot.measuring import evaluate
from bot.settings import load
from docs.bench import DATA
from docs.vectors import Kept
from retrieval.embed import minilm
from retrieval.passage import Audience, Embedder, Passage
from retrieval.ranking import Ranking
from retrieval.search import Search
from retrieval.sources.files import FileSource
from retrieval.store import Store

SETS = DATA / "sets"
BEIR = {
    "scifact": DATA / "scifact",
    "vaswani_npl": DATA / "vaswani_npl",
    **{name: SETS / name for name in ("anthropic_docs", "xquad_en", "xquad_de", "xquad_es", "xquad_zh")},
}
CORPORA = DATA / "chroma_chunking_eval" / "corpora"
FIRST = 5  # passages that the span measures look at
Span = tuple[int, int]


@contextmanager
def empty() -> Iterator[tuple[Store, Embedder]]:
    """A store of its own in the server or folder of the settings, and the embedder they name."""
    kept = Path(os.environ.get("FOOTNOTE_CACHE") or Path.home() / ".cache" / "footnote")
    settings = load()
    embedder = Kept(wiring.embedder_of(settings), kept / "quality")
    with tempfile.TemporaryDirectory(prefix="footnote-quality-") as place:
        elsewhere = {"home": Path(place), "collection": f"Quality{secrets.token_hex(6)}"}
        store = wiring.store(settings.model_copy(update=elsewhere))
        try:
            yield store, embedder
        finally:
            store.drop()
            store.close()


def beir(name: str) -> Iterator[str]:
    """nDCG@10, recall and MRR by documents, each at its best passage."""
    with empty() as (store, embedder):
        figures, _ = evaluate.retrieval(evaluate.collection(BEIR[name]), store, embedder)
    for leg, row in figures.items():
        yield f"{leg}: " + ", ".join(f"{figure} {value:.4g}" for figure, value in row.items())


def chunking() -> Iterator[str]:
    """Five texts in one index; what of a question's spans the first five passages hold, in characters."""
    asked = [json.loads(line) for line in (SETS / "chunking" / "questions.jsonl").open(encoding="utf-8")]
    for name, how in {"none joined": Ranking(join=1), "as it is": Ranking()}.items():
        with empty() as (store, embedder):
            search, _ = evaluate.indexed(FileSource("eval", [CORPORA], 50 << 20), store, embedder, how=how)
            found = [[h.passage for h in search.find(q["question"], Audience(), FIRST).hits] for q in asked]
        rows = [
            measured([(s["start"], s["end"]) for s in q["spans"]], some, q["corpus"])
            for q, some in zip(asked, found, strict=True)
        ]
        figures = zip(_SPANS, np.mean(rows, axis=0) * 100, np.std(rows, axis=0) * 100, strict=True)
        parts = ", ".join(
            f"{figure} {mean:.1f} % (deviation {spread:.1f})" for figure, mean, spread in figures
        )
        yield f"{len(rows)} questions, first {FIRST} passages, {name}: {parts}"
        if how.join == 1:
            yield f"longest of them: {max(_pieces(p) for some in found for p in some)} word pieces"


def _pieces(passage: Passage) -> int:
    """As the default embedder counts what it reads of a passage, heading path and all."""
    return len(_tokenizer().encode(passage.indexed_text, add_special_tokens=False).ids)


@cache
def _tokenizer() -> Any:
    from tokenizers import Tokenizer

    made = Tokenizer.from_file(str(minilm() / "tokenizer.json"))
    made.no_padding()
    made.no_truncation()
    return made


_SPANS = ("recall", "precision", "IoU")


def measured(spans: Sequence[Span], found: Sequence[Passage], corpus: str) -> tuple[float, float, float]:
    """Recall, precision and IoU of characters, as Chroma's report on chunking counts them (its word for them
    is tokens): what the passages and the spans share, of the spans, of the passages, of both together."""
    wanted = union(spans)
    here = union([(p.start, p.end) for p in found if p.document.endswith(f"/{corpus}")])
    shared = sum(max(0, min(b, d) - max(a, c)) for a, b in wanted for c, d in here)
    given = sum(p.end - p.start for p in found)
    return shared / _size(wanted), shared / given if given else 0.0, shared / (given + _size(wanted) - shared)


def union(spans: Sequence[Span]) -> list[Span]:
    """The same characters in spans that do not overlap."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _size(spans: Sequence[Span]) -> int:
    return sum(end - start for start, end in spans)


def kite() -> Iterator[str]:
    """Where in the passages of ten questions over 880 pages the first one of a gold page comes."""
    asked = [json.loads(line) for line in (SETS / "kite" / "answers.jsonl").open(encoding="utf-8")]
    pages = DATA / "handbook_sourcegraph" / "content"
    with empty() as (store, embedder):
        search, _ = evaluate.indexed(FileSource("handbook", [pages], 50 << 20), store, embedder)
        places = [_place(search, one["question"], one["gold"]) for one in asked]
    found = sum(0 < place <= FIRST for place in places)
    yield f"a gold page among the first {FIRST} passages: {found} of {len(places)}"
    yield f"place of the first (0: not among 50): {places}"


def _place(search: Search, question: str, gold: Sequence[str]) -> int:
    hits = search.find(question, Audience(), 50).hits
    ends = tuple(f"/{page}" for page in gold)
    return next((n for n, hit in enumerate(hits, 1) if hit.passage.document.endswith(ends)), 0)


OTHERS: dict[str, Callable[[], Iterator[str]]] = {"chunking": chunking, "kite": kite}


def lines(names: Sequence[str]) -> Iterator[str]:
    """What was measured, each line with its collection's name; no names: all."""
    for name in names or (*BEIR, *OTHERS):
        for line in OTHERS[name]() if name in OTHERS else beir(name):
            yield f"{name}: {line}"


if __name__ == "__main__":
    for line in lines(sys.argv[1:]):
        print(line, flush=True)
