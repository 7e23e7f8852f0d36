"""The embeddings endpoint, over a real socket: order, patience, and what it refuses."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from retrieval import embed
from retrieval.endpoint import EndpointEmbedder
from retrieval.passage import EmbedderUnavailable, SettingError

pytestmark = pytest.mark.slow  # starts servers or processes of its own


class Endpoint(ThreadingHTTPServer):
    """Answers each text with (length, 1, 0). `failures` are answered first, `broken` replaces the vectors."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict[str, Any]] = []
        self.keys: set[str] = set()
        self.failures: list[int] = []
        self.broken: Any = None
        self.url = f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.keys.add(self.headers.get("Authorization", ""))
        if self.server.failures:
            self._answer(self.server.failures.pop(0), {"error": {"message": "not now"}})
            return
        self.server.asked.append(body)
        rows = [{"index": n, "embedding": [len(text), 1.0, 0.0]} for n, text in enumerate(body["input"])]
        self._answer(200, self.server.broken or {"data": rows[::-1]})

    def _answer(self, code: int, body: object) -> None:
        text = ((self.path == "/v1/embeddings" and json.dumps(body)) or "{}").encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def server() -> Iterator[Endpoint]:
    with Endpoint() as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def embedder(server: Endpoint, waits: list[float]) -> Iterator[EndpointEmbedder]:
    made = EndpointEmbedder("bge", server.url, "secret", sleep=waits.append)
    yield made
    made.close()


def test_vectors_come_in_the_order_of_the_texts_with_length_one(
    embedder: EndpointEmbedder, server: Endpoint
) -> None:
    made = embedder.embed(["x" * n for n in range(1, 151)])

    assert embedder.dimension == 3
    assert made.shape == (150, 3)
    assert np.all(np.diff(made[:, 0] / made[:, 1]) > 0.9)
    assert np.allclose(np.linalg.norm(made, axis=1), 1)
    assert [len(body["input"]) for body in server.asked] == [1, 64, 64, 22]
    assert server.keys == {"Bearer secret"}


def test_no_text_is_no_request(embedder: EndpointEmbedder, server: Endpoint) -> None:
    before = len(server.asked)

    assert embedder.embed([]).shape == (0, 3)
    assert len(server.asked) == before


def test_a_busy_endpoint_is_asked_again_after_longer_and_longer_waits(
    embedder: EndpointEmbedder, server: Endpoint, waits: list[float]
) -> None:
    server.failures = [429, 503, 500]

    assert embedder.embed_query("leave").shape == (3,)
    assert waits == sorted(waits) and len(waits) == 3


@pytest.mark.parametrize(("code", "times"), [(401, 0), (404, 0), (500, 4)])
def test_an_endpoint_that_refuses_is_named_without_its_words(
    embedder: EndpointEmbedder, server: Endpoint, waits: list[float], code: int, times: int
) -> None:
    server.failures = [code] * 9

    with pytest.raises(EmbedderUnavailable, match=f"answered {code}.*FOOTNOTE_EMBEDDINGS_URL") as raised:
        embedder.embed(["leave"])

    assert len(waits) == times
    assert "not now" not in str(raised.value) and "secret" not in str(raised.value)


@pytest.mark.parametrize(
    "answer",
    [
        {"data": [{"index": 0, "embedding": [float("nan"), 1.0, 0.0]}]},
        {"data": [{"index": 0, "embedding": [0.0, 0.0, 0.0]}]},
        {"data": [{"index": 0, "embedding": [1.0, 1.0]}]},
        {"data": []},
        {"data": [{"index": 0, "embedding": "base64"}]},
        {"object": "error"},
        ["?"],
    ],
)
def test_what_is_no_vector_is_refused(embedder: EndpointEmbedder, server: Endpoint, answer: Any) -> None:
    server.broken = answer

    with pytest.raises(EmbedderUnavailable):
        embedder.embed(["leave"])


def test_an_endpoint_that_is_away_is_said_to_be() -> None:
    with pytest.raises(EmbedderUnavailable, match="could not be reached"):
        EndpointEmbedder("bge", "http://127.0.0.1:9/v1", sleep=lambda _: None)


def test_a_missing_address_names_the_setting(tmp_path: Any) -> None:
    with pytest.raises(SettingError, match="FOOTNOTE_EMBEDDINGS_URL"):
        embed.load("endpoint:bge", home=tmp_path)


def test_a_model_family_gets_its_words_before_a_question(server: Endpoint) -> None:
    embedder = EndpointEmbedder("BAAI/bge-small-en-v1.5", server.url)

    embedder.embed_query("who pays?")

    assert server.asked[-1]["input"][0].startswith("Represent this sentence")
    embedder.close()
