"""The measure of chunking in docs/quality.py, by hand."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from docs.quality import measured, union
from docs.vectors import Kept
from retrieval.passage import Passage
from tests.retrieval.test_remembered import Counted


def passage(corpus: str, start: int, end: int) -> Passage:
    return Passage(f"{corpus}{start}", f"/here/{corpus}", "s", "T", "x" * (end - start), start, end, "")


def test_spans_that_overlap_or_touch_are_counted_once() -> None:
    assert union([(5, 9), (0, 3), (3, 4), (6, 12)]) == [(0, 4), (5, 12)]


@pytest.mark.parametrize(
    ("found", "figures"),
    [
        ([("a.md", 0, 100)], (1.0, 0.2, 0.2)),
        ([("a.md", 15, 55)], (0.75, 15 / 40, 15 / 45)),
        ([("b.md", 0, 100)], (0.0, 0.0, 0.0)),
        ([("a.md", 0, 100), ("b.md", 0, 100)], (1.0, 0.1, 0.1)),
        ([("a.md", 10, 30), ("a.md", 20, 40)], (1.0, 0.5, 0.5)),
        ([], (0.0, 0.0, 0.0)),
    ],
)
def test_recall_precision_and_their_union_count_characters_of_the_right_text(
    found: list[tuple[str, int, int]], figures: tuple[float, float, float]
) -> None:
    passages = [passage(*one) for one in found]

    assert measured([(10, 20), (20, 30)], passages, "a.md") == pytest.approx(figures)


def test_vectors_are_kept_by_threads_that_ask_beside_each_other(tmp_path: Path) -> None:
    texts = [f"{'x' * n}?" for n in range(200)]
    kept = Kept(Counted(), tmp_path)
    with ThreadPoolExecutor(8) as threads:
        vectors = list(threads.map(kept.embed_query, texts))

    assert np.array(vectors)[:, 0].tolist() == [len(text) for text in texts]
    assert Kept(Counted(), tmp_path).embed_query(texts[7])[0] == 8
