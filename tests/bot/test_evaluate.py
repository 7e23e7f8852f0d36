"""The figures of search: against figures worked out by hand, and on a small collection from end to end."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from memory_store import MemoryStore
from numpy.typing import NDArray
from typer.testing import CliRunner

from bot import wiring
from bot.cli.evaluate import evaluate as command
from bot.measuring import evaluate
from retrieval.passage import Embedder, Vectors

CORPUS = [
    {"_id": "a", "title": "Leave", "text": "Parental leave is 18 weeks, paid in full."},
    {"_id": "b", "title": "Pay", "text": "Pay day is the 25th of each month."},
    {"_id": "c", "title": "Lunch", "text": "Lunch is free on Fridays."},
    {"_id": "d 4", "title": "", "text": "Expenses are paid within ten days."},
]
QUERIES = [
    {"_id": "1", "text": "parental leave weeks"},
    {"_id": "2", "text": "expenses"},
    {"_id": "3", "text": "nobody judged this"},
]


class Letters:
    """Counts letters: near enough to meaning for four sentences."""

    name, dimension = "letters", 32

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self.embed_query(text) for text in texts])

    def embed_query(self, text: str) -> NDArray[np.float32]:
        counts = np.zeros(self.dimension, np.float32)
        for word in text.casefold().split():
            counts[hashlib.sha256(word.encode()).digest()[0] % self.dimension] += 1
        return np.asarray(counts / np.linalg.norm(counts), np.float32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "beir"
    (made / "qrels").mkdir(parents=True)
    (made / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in CORPUS))
    (made / "queries.jsonl").write_text("".join(json.dumps(row) + "\n" for row in QUERIES))
    (made / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n1\ta\t1\n1\tb\t0\n2\td 4\t2\n")
    return made


def test_figures_are_those_of_trec_eval() -> None:
    ranking, grades = ["x", "b", "y", "a", *"cdefgh", "late"], {"a": 2, "b": 1, "late": 1}

    figures = evaluate.measures(ranking, grades)

    best = 2 + 1 / math.log2(3) + 1 / math.log2(4)
    assert figures["ndcg@10"] == pytest.approx((1 / math.log2(3) + 2 / math.log2(5)) / best)
    assert figures["mrr@10"] == 0.5
    assert [figures[f"recall@{cut}"] for cut in (3, 5, 10, 100)] == pytest.approx([1 / 3, 2 / 3, 2 / 3, 1])


def test_a_perfect_ranking_is_one_and_an_empty_one_is_zero() -> None:
    assert set(evaluate.measures(["a", "b"], {"a": 3, "b": 1}).values()) == {1.0}
    assert set(evaluate.measures([], {"a": 3}).values()) == {0.0}


def test_each_way_of_searching_gets_its_figures(folder: Path) -> None:
    figures, summary = evaluate.retrieval(evaluate.collection(folder), MemoryStore(), Letters())

    assert list(figures) == ["keyword", "vector", "hybrid"]
    named = ["ndcg@10", "recall@3", "recall@5", "recall@10", "recall@100", "mrr@10", "p50_ms", "p95_ms"]
    assert [list(row) for row in figures.values()] == [named] * 3
    assert figures["keyword"]["ndcg@10"] == figures["hybrid"]["ndcg@10"] == 1.0
    assert summary.documents == len(CORPUS)


def test_a_document_counts_by_its_best_passage_and_a_hundred_are_fetched(folder: Path) -> None:
    long = [f"Leave paragraph {n} about leave of absence. " * 30 + "\n\n" for n in range(150)]
    rows = [{"_id": f"n{n}", "title": "Other", "text": f"Leave note {n}."} for n in range(120)]
    rows += [
        {"_id": "long", "title": "Leave", "text": "".join(long)},
        {"_id": "z", "title": "", "text": "Far leave away."},
    ]
    (folder / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "qrels" / "test.tsv").write_text("".join(f"1\tn{n}\t1\n" for n in range(100)))

    figures, _ = evaluate.retrieval(evaluate.collection(folder), MemoryStore(), Letters())

    assert figures["keyword"]["recall@100"] >= 0.8


@pytest.mark.parametrize("missing", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_a_folder_that_is_no_collection_is_wrong_usage_with_the_missing_file(
    folder: Path, missing: str
) -> None:
    (folder / missing).unlink()

    result = CliRunner().invoke(command, ["retrieval", str(folder), "--json"])

    assert result.exit_code == 2
    assert missing in result.output.replace("\n", "")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("queries.jsonl", "no json\n"),
        ("queries.jsonl", '{"_id": "9", "text": "never judged"}\n'),
        ("qrels/test.tsv", "1\ta\tmuch\n2\tb\tlittle\n"),
        ("queries.jsonl", b"\xff\xfe\x00".decode("latin-1")),
    ],
)
def test_a_collection_that_cannot_be_used_says_why(folder: Path, name: str, content: str) -> None:
    (folder / name).write_text(content, encoding="latin-1")

    with pytest.raises(evaluate.NotACollection):
        evaluate.collection(folder)


def test_the_command_prints_one_json_object_and_leaves_the_index_alone(
    folder: Path, tmp_path: Path, minilm: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "embedder_of", lambda settings: minilm)

    result = CliRunner().invoke(command, ["retrieval", str(folder), "--json", "--top", "3"])

    figures = json.loads(result.stdout)
    assert result.exit_code == 0
    assert figures["hybrid"]["ndcg@3"] == figures["keyword"]["mrr@3"] == 1.0
    assert not (tmp_path / "footnote-home" / "index").exists()
