"""Reranking: what blending does, over a real socket, and that nothing is lost where it fails."""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from retrieval.passage import Hit, Passage, SettingError
from retrieval.rerank import (
    TOP,
    EndpointReranker,
    RerankerUnavailable,
    Reranking,
    blended,
    entailment,
    load,
)

SECRET = "the salary of Ada"


class Server(ThreadingHTTPServer):
    """Serves reranking as vLLM does: best first. A text scores by the number that it ends in."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/v1"
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.code = 200
        self.broken: Any = None
        self.hold = threading.Event()
        self.hold.set()


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(body | {"path": self.path})
        self.server.keys.append(self.headers.get("Authorization", ""))
        self.server.hold.wait(20)
        rows = [
            {"index": n, "document": {"text": text}, "relevance_score": float(text.split()[-1])}
            for n, text in enumerate(body["documents"])
        ]
        best = sorted(rows, key=lambda row: -row["relevance_score"])
        text = json.dumps(self.server.broken or {"id": "r1", "results": best}).encode()
        self.send_response(self.server.code)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield made
        made.hold.set()
        made.shutdown()


class Scores:
    """A reranker that scores each text by the number that it ends in; or fails."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error, self.asked = error, 0

    def scores(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        self.asked += 1
        if self.error:
            raise self.error
        return [float(text.split()[-1]) for text in texts]


def hit(id_: str, score: float, worth: float) -> Hit:
    text = f"{SECRET} {worth}"
    return Hit(Passage(id_, id_, "s", "T", text, 0, len(text), ""), score)


def ids(hits: Sequence[Hit]) -> str:
    return "".join(one.passage.id for one in hits)


HITS = [hit("a", 0.9, 0.1), hit("b", 0.8, 0.2), hit("c", 0.5, 0.9), hit("d", 0.1, 0.3)]


@pytest.mark.parametrize(("weight", "order"), [(0.0, "abcd"), (0.3, "abcd"), (0.6, "cbad"), (1.0, "cdba")])
def test_the_weight_says_how_much_the_reranker_counts(weight: float, order: str) -> None:
    assert ids(blended(HITS, [0.1, 0.2, 0.9, 0.3], weight)) == order


def test_the_scores_stay_in_order_and_ahead_of_what_was_not_read_again() -> None:
    hits = [hit(f"{n:03}", 1 - n / 100, n) for n in range(TOP + 5)]

    found = Reranking(Scores(), weight=1.0).of("?", hits)

    assert [one.passage.id for one in found[:TOP]] == [f"{n:03}" for n in reversed(range(TOP))]
    assert [one.score for one in found] == [one.score for one in hits]
    assert found[TOP:] == hits[TOP:]


def test_a_reranker_that_finds_all_alike_changes_nothing() -> None:
    assert blended(HITS, [3.0, 3.0, 3.0, 3.0], 0.7) == HITS


@pytest.mark.parametrize("hits", [[], HITS[:1]])
def test_nothing_is_asked_about_one_passage_or_none(hits: list[Hit]) -> None:
    reranker = Scores()

    assert Reranking(reranker).of("?", hits) == hits
    assert reranker.asked == 0


def test_where_the_reranker_fails_the_fused_order_stands_and_nobody_asks_again_at_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now = [0.0]
    reranker = Scores(RerankerUnavailable(SECRET))
    reranking = Reranking(reranker, 1.0, clock=lambda: now[0])
    with caplog.at_level(logging.DEBUG):
        first, second = reranking.of(SECRET, HITS), reranking.of(SECRET, HITS)
    asked = reranker.asked
    now[0], reranker.error = 31.0, None

    third = reranking.of(SECRET, HITS)

    assert (first, second, asked, reranking.left) == (HITS, HITS, 1, 2)
    assert ids(third) == "cdba"
    assert len(caplog.records) == 1
    assert SECRET not in caplog.text


@pytest.mark.parametrize("scores", [[1.0], [float("nan")] * 4, ["x"] * 4, None])
def test_scores_that_are_none_change_nothing(scores: Any) -> None:
    class Odd:
        def scores(self, question: str, texts: Sequence[str]) -> Sequence[float]:
            found: Sequence[float] = scores
            return found

    assert Reranking(Odd(), 1.0).of("?", HITS) == HITS


@pytest.mark.slow
def test_an_endpoint_is_asked_in_the_form_of_cohere_and_jina(server: Server) -> None:
    reranker = load("endpoint:bge", url=server.url + "/", api_key="key")

    found = Reranking(reranker, 1.0, deadline_s=20).of("which?", HITS)

    assert ids(found) == "cdba"
    [asked] = server.asked
    assert (asked["path"], asked["model"], asked["query"], asked["top_n"]) == (
        "/v1/rerank",
        "bge",
        "which?",
        4,
    )
    assert asked["documents"] == [one.passage.indexed_text for one in HITS]
    assert server.keys == ["Bearer key"]


@pytest.mark.slow
@pytest.mark.parametrize("broken", [{}, {"results": [{"index": 0}]}, [1], {"results": []}])
def test_an_endpoint_that_says_something_else_is_left_out(server: Server, broken: Any) -> None:
    server.broken = broken or {"object": "list"}
    reranker = EndpointReranker("bge", server.url)

    with pytest.raises(RerankerUnavailable, match="form of Cohere"):
        reranker.scores("?", ["a 1", "b 2"])

    assert Reranking(reranker, 1.0, deadline_s=20).of("?", HITS) == HITS


@pytest.mark.slow
def test_an_endpoint_that_refuses_or_is_not_there_is_named_without_its_words(server: Server) -> None:
    server.code = 503
    with pytest.raises(RerankerUnavailable, match=r"answered 503\. Check FOOTNOTE_RERANK_URL"):
        EndpointReranker("bge", server.url).scores("?", ["a 1"])

    with pytest.raises(RerankerUnavailable, match="could not be reached"):
        EndpointReranker("bge", "http://127.0.0.1:9/v1").scores("?", ["a 1"])


@pytest.mark.slow
def test_a_late_endpoint_costs_no_more_than_the_deadline_and_the_fused_order_stands(server: Server) -> None:
    server.hold.clear()
    reranking = Reranking(EndpointReranker("bge", server.url, timeout_s=20), 1.0, deadline_s=0.05)

    found = reranking.of("?", HITS)

    assert found == HITS
    assert reranking.left == 1


@pytest.mark.parametrize("spec", ["", "bge", "hf:", "endpoint:", "cohere:x"])
def test_a_name_that_names_no_reranker_says_what_does(spec: str) -> None:
    with pytest.raises(SettingError, match="FOOTNOTE_RERANKER is hf:NAME or endpoint:NAME"):
        load(spec)


def test_an_endpoint_without_an_address_says_which_setting_is_missing() -> None:
    with pytest.raises(SettingError, match="FOOTNOTE_RERANK_URL"):
        load("endpoint:bge")


def test_without_the_extra_a_cross_encoder_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    monkeypatch.setitem(sys.modules, "torch", None)

    with pytest.raises(RerankerUnavailable, match=r"pip install footnote\[torch\]"):
        load("hf:cross-encoder/ms-marco-MiniLM-L6-v2")


def test_a_model_of_entailment_is_named_as_a_reranker_is(server: Server) -> None:
    assert isinstance(entailment("endpoint:judge", url=server.url), EndpointReranker)
    with pytest.raises(SettingError, match="FOOTNOTE_ENTAILMENT"):
        entailment("judge")
