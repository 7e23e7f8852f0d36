"""What only a real Weaviate can show: refusals, silence, and what a crash leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import numpy as np
import pytest

from deploy.weaviate.server import Weaviate, running
from retrieval.passage import Audience, Passage, SearchUnavailable, SettingError
from retrieval.weaviate import WeaviateStore

pytestmark = pytest.mark.services
DIMENSION = 8
EVERYBODY = Audience()
BOUND_S = 8.0


@pytest.fixture
def store(weaviate: Weaviate) -> Iterator[WeaviateStore]:
    fresh = WeaviateStore(weaviate.url, weaviate.grpc_port, "", "Services")
    fresh.open("tiny", DIMENSION, create=True)
    yield fresh
    fresh.drop()
    fresh.close()


def passages(document: str, text: str, count: int) -> list[Passage]:
    return [
        Passage(f"{document}#{text}{n}", document, "s", "T", f"{text} {n}", 0, 1, "u") for n in range(count)
    ]


def put(store: WeaviateStore, document: str, text: str, count: int) -> None:
    store.replace(
        [document], passages(document, text, count), np.eye(DIMENSION, dtype=np.float32)[[0] * count]
    )


def test_a_key_is_asked_for_and_a_wrong_one_is_refused_without_showing_it(tmp_path) -> None:
    with running(tmp_path / "data", api_key="right-key") as server:
        right = WeaviateStore(server.url, server.grpc_port, "right-key", "Keyed")
        wrong = WeaviateStore(server.url, server.grpc_port, "wrong-key", "Keyed")
        right.open("tiny", DIMENSION, create=True)
        put(right, "a", "hello", 1)

        with pytest.raises(SearchUnavailable, match="WEAVIATE_API_KEY") as refused:
            wrong.open("tiny", DIMENSION)
        assert "wrong-key" not in str(refused.value)
        assert right.count() == 1
        wrong.close()
        right.close()


def test_what_was_written_survives_a_killed_server(tmp_path) -> None:
    with running(tmp_path / "data") as server:
        store = WeaviateStore(server.url, server.grpc_port, "", "Durable")
        store.open("tiny", DIMENSION, create=True)
        put(store, "a", "hello", 3)
        server.process.kill()
        server.process.wait()

        began = time.monotonic()
        with pytest.raises(SearchUnavailable, match="WEAVIATE_URL"):
            store.keyword("hello", EVERYBODY, 5)
        assert time.monotonic() - began < BOUND_S
        store.close()
    with running(tmp_path / "data") as server:
        store = WeaviateStore(server.url, server.grpc_port, "", "Durable")
        store.open("tiny", DIMENSION)

        assert store.count() == 3
        assert len(store.keyword("hello", EVERYBODY, 5)) == 3
        store.close()


def test_a_server_that_hangs_is_said_to_be_silent_within_seconds_and_works_again_afterwards(tmp_path) -> None:
    with running(tmp_path / "data") as server:
        store = WeaviateStore(server.url, server.grpc_port, "", "Hanging")
        store.open("tiny", DIMENSION, create=True)
        put(store, "a", "hello", 1)
        os.kill(server.process.pid, signal.SIGSTOP)
        began = time.monotonic()

        try:
            with pytest.raises(SearchUnavailable, match="does not answer"):
                store.keyword("hello", EVERYBODY, 5)
            assert time.monotonic() - began < BOUND_S
        finally:
            os.kill(server.process.pid, signal.SIGCONT)
        assert len(store.keyword("hello", EVERYBODY, 5)) == 1
        store.close()


def test_nobody_listening_is_said_with_the_setting_to_check() -> None:
    store = WeaviateStore("http://127.0.0.1:9", 10, "", "Nobody")

    with pytest.raises(SearchUnavailable, match="WEAVIATE_URL"):
        store.open("tiny", DIMENSION, create=True)
    store.close()


def test_an_address_that_is_none_is_a_wrong_setting() -> None:
    with pytest.raises(SettingError, match="WEAVIATE_URL"):
        WeaviateStore("not an address", 50051, "", "Nobody")


def test_more_objects_than_one_message_takes_are_replaced_whole(store: WeaviateStore) -> None:
    put(store, "a", "old", 450)

    put(store, "a", "fresh", 210)

    assert store.count() == 210
    assert store.keyword("old", EVERYBODY, 5) == []


WRITER = """
import sys, numpy as np
sys.path.insert(0, "tests/services")
from test_weaviate import WeaviateStore, put, DIMENSION
store = WeaviateStore(sys.argv[1], int(sys.argv[2]), "", "Services")
store.open("tiny", DIMENSION, create=True)
n = 0
while True:
    n += 1
    put(store, "a", f"version{'abcdefghij'[n % 10]}", 300)
    print("wrote", flush=True)
"""


def test_after_kill_nine_while_writing_a_document_is_never_missing_and_mends_at_its_next_replace(
    store: WeaviateStore, weaviate: Weaviate
) -> None:
    put(store, "a", "before", 300)
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, weaviate.url, str(weaviate.grpc_port)], stdout=subprocess.PIPE
    )
    assert writer.stdout is not None
    while writer.stdout.readline() != b"wrote\n":
        assert writer.poll() is None
    time.sleep(0.15)
    writer.kill()
    writer.wait()
    writer.stdout.close()

    assert store.count() >= 300
    put(store, "a", "after", 20)
    assert store.count() == 20
