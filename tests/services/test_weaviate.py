"""What only a real Weaviate can show: refusals, silence, drift, and what a crash leaves."""

from __future__ import annotations

import contextlib
import http.server
import itertools
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from weaviate.classes.query import Filter

from deploy.weaviate import server
from deploy.weaviate.install import IMAGE
from deploy.weaviate.nodes import Node, environments, placed
from deploy.weaviate.role import grant
from deploy.weaviate.server import Weaviate, running
from retrieval.passage import (
    Audience,
    IndexMismatch,
    IndexMissing,
    Passage,
    SearchUnavailable,
    SettingError,
    Vectors,
)
from retrieval.record import LAYOUT, fingerprint, key
from retrieval.store import Made
from retrieval.weaviate import Cluster, WeaviateStore
from retrieval.weaviate import table as weaviate_table
from retrieval.weaviate.generations import Generations
from retrieval.weaviate.table import WeaviateTable
from retrieval.weaviate.turns import Turns

pytestmark = pytest.mark.services
ROOT = Path(__file__).resolve().parents[2]
DIMENSION = 8
MADE = Made("tiny", DIMENSION, LAYOUT)
EVERYBODY = Audience()
TEAM = "team"
BOUND_S = 8.0
KEYS = {"root": "root-key", "footnote": "right-key", "reader": "reading-key", "guest": "guest-key"}


_stores: list[WeaviateStore] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while _stores:
        _stores.pop().close()


@pytest.fixture
def store(weaviate: Weaviate) -> Iterator[WeaviateStore]:
    fresh = opened(weaviate, "Services")
    yield fresh
    fresh.drop()


@pytest.fixture(scope="module")
def guarded(weaviate: Weaviate) -> Iterator[Weaviate]:
    """A server with RBAC on which `footnote` has the bot's role, `reader` the reading one, `guest` none."""
    with running(keys=KEYS) as server:
        grant(server.url, KEYS["root"], "footnote", "Guarded")
        grant(server.url, KEYS["root"], "reader", "Guarded", reader=True)
        yield server


def opened(server: Weaviate, collection: str, key: str = "", replicas: int = 1) -> WeaviateStore:
    """A store whose first generation answers, empty."""
    store = handle(server, collection, key, replicas)
    store.drop()
    store.build(MADE, TEAM)
    store.swap()
    return store


def handle(server: Weaviate, collection: str, key: str = "", replicas: int = 1) -> WeaviateStore:
    return at(server.url, server.grpc_port, key, collection, Cluster(replicas))


def at(*where: Any) -> WeaviateStore:
    """A store, closed when the test ends."""
    _stores.append(WeaviateStore(*where))
    return _stores[-1]


def passages(document: str, text: str, count: int, revision: str = "r1") -> list[Passage]:
    return [
        Passage(f"{document}#{n}", document, "s", "T", f"{text} {n}", n, n + 1, "u", revision=revision)
        for n in range(count)
    ]


def vectors(count: int) -> Vectors:
    return np.eye(DIMENSION, dtype=np.float32)[[0] * count]


def put(table: WeaviateTable, document: str, text: str, count: int, revision: str = "r1") -> None:
    table.put(passages(document, text, count, revision), vectors(count))
    table.keep({document: revision})


class Died(Exception):
    """Stands for a process that ended here."""


def dying(step: Callable[..., Any], call: int) -> Callable[..., Any]:
    """`step`, but the process ends before its `call`th time."""
    calls = itertools.count(1)

    def die(*given: Any) -> Any:
        if next(calls) == call:
            raise Died
        return step(*given)

    return die


def words_of(table: WeaviateTable) -> set[str]:
    return {hit.passage.text.split()[1] for hit in table.keyword("hello", EVERYBODY, 50)}


def ask(server: Weaviate, method: str, path: str, body: Any = None) -> Any:
    """What an administrator does by hand."""
    request = urllib.request.Request(
        server.url + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read() or "null")


def test_the_bots_role_can_do_all_that_a_store_does(guarded: Weaviate) -> None:
    store = opened(guarded, "Guarded", KEYS["footnote"])
    table = store.live(TEAM)
    put(table, "a", "hello", 3)
    table.permit({"a": Audience.of("group:x")})

    store.check()
    assert len(table.keyword("hello", Audience.of("group:x"), 5)) == 3
    assert len(table.vectors([fingerprint(p.indexed_text) for p in passages("a", "hello", 3)])) == 3
    assert len(table.around("a", "r1", 0, 1)) == 2
    store.build(MADE, TEAM, alone=True)
    store.swap(TEAM)
    store.back(TEAM)
    store.build(MADE, TEAM)
    store.discard()
    store.build(MADE, TEAM)
    store.swap()
    store.back()
    assert store.live(TEAM).count() == 3


def test_the_bots_role_reaches_no_other_collection(guarded: Weaviate) -> None:
    store = handle(guarded, "Elsewhere", KEYS["footnote"])

    with pytest.raises(SearchUnavailable, match=r"role\.py"):
        store.build(MADE, TEAM)


def test_a_key_that_may_only_read_searches_and_is_told_that_it_may_not_write(guarded: Weaviate) -> None:
    owner, reader = opened(guarded, "Guarded", KEYS["footnote"]), handle(guarded, "Guarded", KEYS["reader"])
    put(owner.live(TEAM), "a", "hello", 1)
    table = reader.live(TEAM)

    assert len(table.keyword("hello", EVERYBODY, 5)) == 1
    reader.check()
    for change in (
        lambda: put(table, "b", "more", 1),
        lambda: table.keep({"a": ""}),
        lambda: table.permit({"a": Audience.of("group:x")}),
        lambda: reader.build(MADE, TEAM),
        lambda: reader.drop(),
    ):
        with pytest.raises(SearchUnavailable, match="may not change the index"):
            change()
    assert owner.live(TEAM).count() == 1


@pytest.mark.parametrize("key", ["wrong-key", "", KEYS["guest"]])
def test_a_wrong_key_none_and_one_without_rights_are_refused_without_showing_it(
    guarded: Weaviate, key: str
) -> None:
    owner, other = opened(guarded, "Guarded", KEYS["footnote"]), handle(guarded, "Guarded", key)
    name = owner.live(TEAM).name
    table = WeaviateTable(other._server, (name.partition("/")[0], f"{TEAM}_1"), MADE, 1)

    for question in (
        lambda: other.live(TEAM),
        lambda: other.check(),
        lambda: other.tables(TEAM),
        lambda: table.keyword("hello", EVERYBODY, 5),
        lambda: table.vector(vectors(1)[0], EVERYBODY, 5),
    ):
        with pytest.raises(SearchUnavailable, match="WEAVIATE_API_KEY") as refused:
            question()
        assert not key or key not in str(refused.value)


def test_what_was_written_survives_a_killed_server_and_search_is_down_at_once_meanwhile(tmp_path) -> None:
    with running(tmp_path / "data") as server:
        store = opened(server, "Durable")
        table = store.live(TEAM)
        put(table, "a", "hello", 3)
        server.process.kill()
        server.process.wait()

        for question in (
            lambda: table.keyword("hello", EVERYBODY, 5),
            lambda: table.vector(vectors(1)[0], EVERYBODY, 5),
            lambda: table.vectors(["0" * 32]),
            lambda: table.around("a", "r1", 0, 1),
            lambda: table.count(),
            lambda: table.put(passages("b", "more", 3000), vectors(3000)),
            lambda: table.permit({"a": Audience.of("group:x")}),
            lambda: table.keep({"a": ""}),
            lambda: store.tables(TEAM),
        ):
            began = time.monotonic()
            with pytest.raises(SearchUnavailable, match="WEAVIATE_URL"):
                question()
            assert time.monotonic() - began < BOUND_S
        ports = (int(server.url.rpartition(":")[2]), server.grpc_port)
    with running(tmp_path / "data", ports=ports):
        assert table.count() == 3
        assert len(table.keyword("hello", EVERYBODY, 5)) == 3
        assert len(store.live(TEAM).vector(vectors(1)[0], EVERYBODY, 5)) == 3


def test_a_server_that_hangs_is_said_to_be_silent_within_seconds_and_works_again_afterwards(tmp_path) -> None:
    with running(tmp_path / "data") as server:
        store = opened(server, "Hanging")
        table = store.live(TEAM)
        put(table, "a", "hello", 1)
        os.kill(server.process.pid, signal.SIGSTOP)
        began = time.monotonic()

        try:
            with pytest.raises(SearchUnavailable, match="does not answer"):
                table.keyword("hello", EVERYBODY, 5)
            assert time.monotonic() - began < BOUND_S
        finally:
            os.kill(server.process.pid, signal.SIGCONT)
        assert len(table.keyword("hello", EVERYBODY, 5)) == 1


def test_nobody_listening_is_said_with_the_setting_to_check() -> None:
    store = at("http://127.0.0.1:9", 10, "", "Nobody")

    with pytest.raises(SearchUnavailable, match="WEAVIATE_URL"):
        store.live(TEAM)


@pytest.mark.parametrize("url", ["not an address", "ftp://127.0.0.1", "http://127.0.0.1:50051"])
def test_an_address_that_is_none_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(SettingError, match="WEAVIATE_URL"):
        at(url, 50051, "", "Nobody")


def test_grpc_may_be_on_a_host_of_its_own(store: WeaviateStore, weaviate: Weaviate) -> None:
    put(store.live(TEAM), "a", "hello", 1)
    there, nowhere = (
        at(weaviate.url, weaviate.grpc_port, "", "Services", Cluster(grpc_host=host))
        for host in ("localhost", "grpc.invalid")
    )

    assert len(there.live(TEAM).keyword("hello", EVERYBODY, 5)) == 1
    with pytest.raises(SearchUnavailable, match="WEAVIATE_URL"):
        nowhere.live(TEAM)


def test_a_server_too_old_is_refused_with_the_version_that_is_needed() -> None:
    class Old(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.path.startswith("/v1/meta")
            self.send_response(200 if known else 404)
            self.end_headers()
            self.wfile.write(b'{"version": "1.34.9"}' if known else b"")

        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Old) as server:
        threading.Thread(target=server.serve_forever).start()
        port = server.server_address[1]
        store = at(f"http://127.0.0.1:{port}", port, "", "Old", Cluster(grpc_host="localhost"))
        for _ in range(2):
            with pytest.raises(SearchUnavailable, match=r"1\.34\.9 is too old.*1\.35"):
                store.check()
        server.shutdown()


def test_a_node_that_has_just_started_and_knows_nothing_yet_is_no_empty_index() -> None:
    class Starting(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.path.startswith("/v1/meta")
            self.send_response(200 if known else 503 if "ready" in self.path else 404)
            self.end_headers()
            self.wfile.write(b'{"version": "1.35.2"}' if known else b"")

        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Starting) as server:
        threading.Thread(target=server.serve_forever).start()
        port = server.server_address[1]
        store = at(f"http://127.0.0.1:{port}", port, "", "Starting", Cluster(grpc_host="localhost"))
        with pytest.raises(SearchUnavailable, match="nodes of the cluster"):
            store.live(TEAM)
        with pytest.raises(SearchUnavailable, match="nodes of the cluster"):
            store.build(MADE, TEAM)
        server.shutdown()


def test_passages_that_the_server_does_not_take_are_counted(store: WeaviateStore) -> None:
    table = store.live(TEAM)
    put(table, "a", "hello", 1)
    mixed = np.empty(450, dtype=object)
    mixed[:] = [[1.0] * DIMENSION] * 450
    mixed[7] = mixed[201] = mixed[449] = [1.0]

    with pytest.raises(SearchUnavailable, match="did not store 3 of 450 passages"):
        table.put(passages("b", "more", 450), mixed)
    with pytest.raises(SearchUnavailable, match="did not store 2 of 2 passages"):
        table.put(passages("c", "more", 2), np.ones((2, 3), np.float32))


def test_a_tenant_or_collection_that_was_removed_is_no_empty_index(
    store: WeaviateStore, weaviate: Weaviate
) -> None:
    table = store.live(TEAM)
    put(table, "a", "hello", 1)
    collection = table.name.partition("/")[0]
    questions = (
        lambda: table.keyword("hello", EVERYBODY, 5),
        lambda: table.vector(vectors(1)[0], EVERYBODY, 5),
        lambda: table.vectors(["0" * 32]),
        lambda: table.around("a", "r1", 0, 1),
        lambda: table.count(),
        lambda: table.keep({"a": ""}),
        lambda: table.permit({"a": EVERYBODY}),
        lambda: table.put(passages("a", "hello", 1), vectors(1)),
    )

    ask(weaviate, "DELETE", f"/v1/schema/{collection}/tenants", [f"{TEAM}_1"])

    for question in questions:
        with pytest.raises(IndexMissing):
            question()
    ask(weaviate, "DELETE", f"/v1/schema/{collection}")
    for question in questions:
        with pytest.raises(IndexMissing):
            question()


def test_answers_come_from_one_generation_while_it_is_swapped_again_and_again(
    store: WeaviateStore, weaviate: Weaviate
) -> None:
    put(store.live(TEAM), "a", "hello number0", 20)
    reader, done, seen = handle(weaviate, "Services"), threading.Event(), []

    def read() -> None:
        while not done.is_set():
            table = reader.live(TEAM)
            legs = (table.keyword("hello", EVERYBODY, 50), table.vector(vectors(1)[0], EVERYBODY, 50))
            seen.append([{hit.passage.text.split()[1] for hit in hits} for hits in legs])

    thread = threading.Thread(target=read)
    thread.start()
    for n in range(1, 4):
        put(store.build(MADE, TEAM), "a", f"hello number{n}", 20)
        store.swap()
        time.sleep(1)
    done.set()
    thread.join()

    assert all(words == near and len(words) == 1 for words, near in seen)
    assert {*seen[0][0], *seen[-1][0]} == {"number0", "number3"}


def test_what_took_the_place_of_a_removed_generation_is_found_at_once(
    store: WeaviateStore, weaviate: Weaviate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.weaviate._FRESH_S", 60.0)
    reader = handle(weaviate, "Services")
    old = reader.live(TEAM)
    for n in range(2):
        put(store.build(MADE, TEAM), "a", f"hello number{n}", 5)
        store.swap()

    assert reader.live(TEAM) is old
    with pytest.raises(IndexMissing):
        old.keyword("hello", EVERYBODY, 5)
    assert words_of(reader.live(TEAM)) == {"number1"}


@pytest.mark.parametrize("step", ["_name", "remove"])
@pytest.mark.parametrize("call", [1, 2])
def test_a_swap_or_a_way_back_that_ends_half_way_leaves_one_whole_index_and_can_be_done_again(
    store: WeaviateStore, weaviate: Weaviate, monkeypatch: pytest.MonkeyPatch, step: str, call: int
) -> None:
    for n in range(3):
        put(store.build(MADE, TEAM), "a", f"hello number{n}", 5)
        if n < 2:
            store.swap()

    with monkeypatch.context() as broken:
        broken.setattr(Generations, step, dying(getattr(Generations, step), call))
        with contextlib.suppress(Died):
            store.swap()
    other = handle(weaviate, "Services")
    with contextlib.suppress(IndexMissing):  # it had got to its end
        other.swap()
    assert words_of(other.live(TEAM)) == {"number2"}
    assert [words_of(other.table(name)) for name in other.tables(TEAM)] == [{"number2"}, {"number1"}]

    with monkeypatch.context() as broken:
        broken.setattr(Generations, step, dying(getattr(Generations, step), call))
        with contextlib.suppress(Died):
            other.back()
    last = handle(weaviate, "Services")
    assert words_of(last.live(TEAM)) in ({"number1"}, {"number2"})
    assert {*map(frozenset, (words_of(last.table(name)) for name in last.tables(TEAM)))} == {
        frozenset({"number1"}),
        frozenset({"number2"}),
    }


@pytest.mark.parametrize("call", [1, 2])
def test_a_swap_of_one_workspace_that_ends_half_way_can_be_done_again(
    store: WeaviateStore, weaviate: Weaviate, monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    for n in range(3):
        put(store.build(MADE, TEAM, alone=True), "a", f"hello number{n}", 5)
        if n < 2:
            store.swap(TEAM)

    with monkeypatch.context() as broken:
        broken.setattr(Turns, "tidy", dying(Turns.tidy, call))
        with contextlib.suppress(Died):
            store.swap(TEAM)
    other = handle(weaviate, "Services")

    assert words_of(other.live(TEAM)) == {"number2"}
    assert other.build(MADE, TEAM, alone=True).count() == 0
    other.swap(TEAM)
    assert [other.table(name).count() for name in other.tables(TEAM)] == [0, 5]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"invertedIndexConfig": {"stopwords": {"preset": "en"}}}, "stopwords"),
        ({"multiTenancyConfig": {"enabled": True, "autoTenantCreation": True}}, "autoTenantCreation"),
        (None, "properties.colour is not one of its columns"),
    ],
)
def test_an_index_changed_by_hand_is_searched_and_cleaned_but_not_written(
    store: WeaviateStore, weaviate: Weaviate, change: dict[str, Any] | None, said: str
) -> None:
    put(store.live(TEAM), "a", "hello", 2)
    at = f"/v1/schema/{store.live(TEAM).name.partition('/')[0]}"
    if change:
        ask(weaviate, "PUT", at, {**ask(weaviate, "GET", at), **change})
    else:
        ask(weaviate, "POST", f"{at}/properties", {"name": "colour", "dataType": ["text"]})
    other = handle(weaviate, "Services")

    with pytest.raises(IndexMismatch, match=rf"{said}.*--rebuild"):
        other.check()
    with pytest.raises(IndexMismatch, match="Nothing is written"):
        put(other.live(TEAM), "b", "more", 1)
    assert len(other.live(TEAM).keyword("hello", EVERYBODY, 5)) == 2
    other.live(TEAM).keep({"a": ""})
    assert other.live(TEAM).count() == 0
    put(other.build(MADE, TEAM), "a", "hello", 2)
    other.swap()
    other.check()


def test_another_number_of_replicas_is_said_with_its_setting(
    store: WeaviateStore, weaviate: Weaviate
) -> None:
    other = handle(weaviate, "Services", replicas=3)

    with pytest.raises(IndexMismatch, match=r"1 replicas, not 3.*FOOTNOTE_WEAVIATE_REPLICAS"):
        other.check()


def test_an_index_of_the_previous_release_is_recognised_and_replaced(
    store: WeaviateStore, weaviate: Weaviate
) -> None:
    store.drop()
    said = {"name": "Services_1", "embedder": "tiny", "dimension": 8, "layout": 1, "complete": True}
    column = {"name": "terms", "dataType": ["text"], "tokenization": "whitespace"}
    ask(
        weaviate,
        "POST",
        "/v1/schema",
        {"class": "Services_1", "description": json.dumps(said), "properties": [column]},
    )

    for question in (lambda: store.live(TEAM), lambda: store.check()):
        with pytest.raises(IndexMismatch, match="--rebuild"):
            question()
    table = store.build(MADE, TEAM)
    put(table, "a", "hello", 1)
    store.swap()
    assert store.live(TEAM).count() == 1
    assert store.tables(TEAM) == [table.name]
    assert "Services_1" not in {each["class"] for each in ask(weaviate, "GET", "/v1/schema")["classes"]}


def test_a_layout_of_another_release_is_refused_with_what_to_do(store: WeaviateStore) -> None:
    store.build(Made("tiny", DIMENSION, LAYOUT + 1), TEAM)
    store.swap()

    with pytest.raises(IndexMismatch, match="--rebuild"):
        store.check()


def test_a_half_built_generation_of_another_embedder_is_begun_anew(store: WeaviateStore) -> None:
    put(store.build(Made("other", DIMENSION, LAYOUT), TEAM), "a", "half", 1)

    fresh = store.build(MADE, TEAM)

    assert (fresh.made, fresh.count()) == (MADE, 0)
    assert store.tables(TEAM) == [store.live(TEAM).name, fresh.name]


def test_a_workspace_that_could_be_no_tenant_is_a_wrong_setting(store: WeaviateStore) -> None:
    with pytest.raises(SettingError, match="FOOTNOTE_WORKSPACE"):
        store.build(MADE, "our team")


def test_more_than_one_message_takes_is_written_changed_and_removed_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("QUERY_MAXIMUM_RESULTS", "100")
    monkeypatch.setattr(weaviate_table, "_MOST", 100)
    finance = Audience.of("group:finance")
    with running() as server:
        table = opened(server, "Many").live(TEAM)
        table.put(passages("a", "hello", 450), vectors(450))
        table.put(passages("b", "world", 250), vectors(250))
        same = [Passage(f"c#{n}", f"c{n}", "s", "T", "same", 0, 1, "u", revision="r1") for n in range(150)]
        table.put(same, vectors(150))

        table.permit({"a": finance, "b": finance})

        assert len(table.keyword("hello world", EVERYBODY, 100)) == 0
        wanted = [fingerprint(p.indexed_text) for p in [*same, *passages("a", "hello", 450)]]
        assert set(table.vectors(wanted)) == set(wanted)
        table.keep({"a": "", "b": "r2"})
        assert table.count() == 150


def test_a_passage_that_a_replica_is_still_indexing_is_not_taken_for_an_old_one(store: WeaviateStore) -> None:
    """There "not of this revision" finds passages that are of it: here, every one."""
    table = store.live(TEAM)
    put(table, "a", "hello", 450, "r1")
    table.put(passages("a", "hello", 450, "r2"), vectors(450))

    table._delete(Filter.by_property("key").equal(key("a")), "r2")

    assert {hit.passage.revision for hit in table.keyword("hello", EVERYBODY, 900)} == {"r2"}
    assert table.count() == 450


WRITER = """
import sys
sys.path.insert(0, "tests/services")
from test_weaviate import WeaviateStore, put, TEAM
store = WeaviateStore(sys.argv[1], int(sys.argv[2]), "", "Services")
n = 0
while True:
    n += 1
    put(store.live(TEAM), "a", "version", 300, f"r{n}")
    print("wrote", flush=True)
"""


def test_after_kill_nine_while_writing_a_whole_reading_is_there_and_the_next_mends_it(
    store: WeaviateStore, weaviate: Weaviate
) -> None:
    table = store.live(TEAM)
    put(table, "a", "before", 300, "r0")
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

    assert table.count() >= 300
    put(table, "a", "after", 20, "last")
    assert table.count() == 20


@pytest.mark.slow
def test_three_nodes_answer_when_one_is_killed_and_say_so_when_a_shard_has_none_left() -> None:
    with running(nodes=3) as server:
        store = opened(server, "Threefold", replicas=3)
        put(store.live(TEAM), "a", "hello", 50)
        while len(store.live(TEAM).keyword("hello", EVERYBODY, 100)) < 50:  # two of three have it
            time.sleep(0.1)
        alone = opened(server, "Onefold")
        teams = [f"T{n}" for n in range(12)]  # so that some lie on each node
        tables = [alone.build(MADE, team) for team in teams]
        for table in tables:
            put(table, "a", "hello", 1)
        alone.swap()
        gone = _holding_most(server, "Onefold", len(teams)).process
        gone.kill()
        gone.wait()

        killed, answered, told = time.monotonic(), 0, 0
        while time.monotonic() < killed + 10 or answered < 5:
            try:
                table = store.live(TEAM)
                by_words, by_vector = (
                    table.keyword("hello", EVERYBODY, 100),
                    table.vector(vectors(1)[0], EVERYBODY, 100),
                )
            except SearchUnavailable:  # while the others agree on who leads: a sentence, never a part
                assert time.monotonic() < killed + 60
                told += 1
                continue
            assert (len(by_words), len(by_vector)) == (50, 50)
            answered += 1
        print(f"{answered} searches answered with a node of three killed, {told} told that search is down")
        assert _found_or_down(tables) == {1, None}


def _holding_most(server: Weaviate, collection: str, count: int) -> Weaviate:
    """The peer on which most of so many tenants of the collection lie."""
    tenants: dict[str, list[str]] = {}
    while sum(map(len, tenants.values())) < count:  # a node that is slow to say so is listed without any
        time.sleep(0.1)
        nodes = ask(server, "GET", "/v1/nodes?output=verbose")["nodes"]
        for n in nodes:
            tenants[n["name"]] = [s["name"] for s in n["shards"] or () if s["class"].startswith(collection)]
    return max(zip(server.peers, ("node2", "node3"), strict=True), key=lambda p: len(tenants[p[1]]))[0]


def _found_or_down(tables: list[WeaviateTable]) -> set[int | None]:
    """Numbers of hits; None where search is down. Tenants of one replica lie on three nodes."""
    found: set[int | None] = set()
    for table in tables:
        try:
            found.add(len(table.keyword("hello", EVERYBODY, 5)))
        except SearchUnavailable as e:
            assert "all nodes of the cluster" in str(e)
            found.add(None)
    return found


def test_the_compose_file_starts_the_tested_version_as_the_tests_do_but_for_its_keys() -> None:
    said = (ROOT / "deploy" / "weaviate" / "compose.yaml").read_text(encoding="utf-8")
    settings = dict(re.findall(r'^      ([A-Z_]+): "?(.*?)"?$', said, re.MULTILINE))
    node = placed(Path("data"), 1, None)
    (tested,) = environments(node, {"root": "a", "footnote": "b"})

    assert f"image: {IMAGE}\n" in said
    local = ("CLUSTER_", "RAFT_", "GRPC_", "PERSISTENCE_", "AUTHENTICATION_APIKEY_ALLOWED")
    assert {k: v for k, v in settings.items() if not k.startswith(local)} == {
        k: v for k, v in tested.items() if not k.startswith(local)
    }
    assert all(port.startswith("127.0.0.1:") for port in re.findall(r'- "(.*:\d+)"', said))


def test_a_server_starts_elsewhere_where_one_of_its_ports_was_taken_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = list[int]()

    def placed_on_a_taken_one(*given: Any) -> list[Node]:
        (node,) = placed(*given)
        made.append(node.raft)
        if len(made) == 1:
            taken.bind(("127.0.0.1", node.raft))
            taken.listen()
        return [node]

    monkeypatch.setattr(server, "placed", placed_on_a_taken_one)
    with socket.socket() as taken, running(tmp_path) as started:
        assert started.process.poll() is None
    assert len(made) == 2
