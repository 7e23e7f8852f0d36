"""A collection with known answers in (BEIR form), figures of search out: nDCG, recall, MRR, milliseconds."""

from __future__ import annotations

import json
import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from retrieval.index import Index
from retrieval.ledger import Ledger
from retrieval.passage import Audience, Embedder, FootnoteError
from retrieval.ranking import Ranking
from retrieval.rows import metadata
from retrieval.search import Mode, Search
from retrieval.sources import Source
from retrieval.sources.files import FileSource
from retrieval.store import Store
from retrieval.sync import Progress, Summary

DISTINCT = 100  # documents fetched for each question
RECALLS = (3, 5, 10, 100)

Show = Callable[[Progress], None]
Judged = Mapping[str, Mapping[str, int]]  # grades above zero of documents, by question
Measured = dict[str, dict[str, float]]  # figures by name, by mode


class NotACollection(FootnoteError):
    """The folder is not a collection in BEIR form."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Questions that have judgements, and the file of documents."""

    corpus: Path
    questions: Mapping[str, str]
    judged: Judged


def collection(folder: Path) -> Collection:
    """The collection in `folder`. Raises NotACollection that names what is missing."""
    corpus, questions, judged = (
        folder / "corpus.jsonl",
        folder / "queries.jsonl",
        folder / "qrels" / "test.tsv",
    )
    for path in (corpus, questions, judged):
        if not path.is_file():
            wanted = "corpus.jsonl, queries.jsonl and qrels/test.tsv"
            raise NotACollection(f"There is no {path.relative_to(folder)} in that folder; it needs {wanted}.")
    grades = _judged(judged)
    asked = {name: text for name, text in _questions(questions) if grades.get(name)}
    if not asked:
        raise NotACollection("No question of queries.jsonl has a relevant document in qrels/test.tsv.")
    return Collection(corpus, asked, grades)


def retrieval(
    given: Collection, store: Store, embedder: Embedder, show: Show | None = None, *, top: int = 10
) -> tuple[Measured, Summary]:
    """Figures for words, vectors and both; and what was indexed into `store`, which is empty before."""
    source = FileSource("eval", [given.corpus], given.corpus.stat().st_size)  # as large as it is: trusted
    search, summary = indexed(source, store, embedder, show)
    if not summary.documents:
        raise NotACollection(f"No document of corpus.jsonl can be read. {summary.failed[0].reason}")
    search.find(next(iter(given.questions.values())), Audience(), DISTINCT)  # the first one opens files
    return {str(mode): _figures(given, search, mode, top) for mode in Mode}, summary


def indexed(
    source: Source[Any],
    store: Store,
    embedder: Embedder,
    show: Show | None = None,
    how: Ranking | None = None,
) -> tuple[Search, Summary]:
    """A search of `source` alone, in `store`, with a ledger that goes with it."""
    ledger = Ledger(memory())
    summary = Index(store, embedder, ledger).sync(source, show)
    return Search(store, ledger, embedder, how=how), summary


def memory() -> sa.Engine:
    """A database that is gone with its engine, with the tables of a ledger. Threads take turns at its one
    connection: shared, they would be in one transaction."""
    thread = {"check_same_thread": False}
    engine = sa.create_engine(
        "sqlite://", poolclass=sa.QueuePool, pool_size=1, max_overflow=0, connect_args=thread
    )
    metadata.create_all(engine)
    return engine


def _figures(given: Collection, search: Search, mode: Mode, top: int) -> dict[str, float]:
    scores: dict[str, list[float]] = defaultdict(list)
    spent: list[float] = []
    for name, text in given.questions.items():
        began = time.perf_counter()
        hits = search.find(text, Audience(), DISTINCT, mode).hits
        spent.append((time.perf_counter() - began) * 1000)
        ranking = _documents(hit.passage.document for hit in hits)
        limit = DISTINCT
        while len(ranking) < DISTINCT and len(hits) >= limit:
            limit *= 2
            hits = search.find(text, Audience(), limit, mode).hits
            ranking = _documents(hit.passage.document for hit in hits)
        for figure, value in measures(ranking, given.judged[name], top).items():
            scores[figure].append(value)
    figures = {figure: round(float(np.mean(values)), 4) for figure, values in scores.items()}
    p50, p95 = np.percentile(spent, [50, 95])
    return figures | {"p50_ms": round(float(p50), 2), "p95_ms": round(float(p95), 2)}


def _documents(uris: Iterator[str]) -> list[str]:
    """Ids of documents, each at its best passage."""
    return list(dict.fromkeys(uri.partition("#")[2] for uri in uris))[:DISTINCT]


def measures(ranking: Sequence[str], grades: Mapping[str, int], top: int = 10) -> dict[str, float]:
    """The figures of one question, as trec_eval computes them: gains are the grades themselves."""
    found = [rank for rank, name in enumerate(ranking, 1) if grades.get(name, 0) > 0]
    gained, best = [grades.get(name, 0) for name in ranking], sorted(grades.values(), reverse=True)
    figures = {f"ndcg@{top}": _gain(gained[:top]) / _gain(best[:top])}
    for cut in RECALLS:
        figures[f"recall@{cut}"] = sum(rank <= cut for rank in found) / len(best)
    figures[f"mrr@{top}"] = 1 / found[0] if found and found[0] <= top else 0.0
    return figures


def _gain(grades: Sequence[int]) -> float:
    return sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))


def _questions(path: Path) -> Iterator[tuple[str, str]]:
    for number, line in _lines(path):
        try:
            row = json.loads(line)
            yield str(row["_id"]), str(row["text"])
        except (ValueError, KeyError, TypeError):
            raise NotACollection(
                f"Line {number} of {path.name} is not an object with _id and text."
            ) from None


def _judged(path: Path) -> Judged:
    """Grades above zero. Each line is question, document, grade; the first may be a heading."""
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for number, line in _lines(path):
        cells = line.split("\t") if "\t" in line else line.split()
        if number == 1 and not cells[-1].strip().lstrip("-").isdigit():
            continue
        try:
            question, document, grade = cells[0], cells[-2], int(cells[-1])
        except (ValueError, IndexError):
            wanted = "question, document and grade"
            raise NotACollection(f"Line {number} of qrels/{path.name} is not {wanted}.") from None
        if grade > 0:
            grades[question][document] = grade
    return grades


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Lines that are not empty, with their numbers."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError):
        raise NotACollection(f"{path.name} is not a text in UTF-8, or may not be read.") from None
    return ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())
