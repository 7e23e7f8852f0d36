"""The address in front of model servers, and what is loaded behind it: nobody who asks notices a change."""

from __future__ import annotations

import errno
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import small_adapter

from bot.play.model import ModelStandIn
from deploy.vllm.front import Front
from deploy.vllm.server import NotStarted, Server, Serving, command
from deploy.vllm.supervisor import Supervisor
from model.answer import WriterUnavailable
from model.learning import preflight
from model.learning.basis import Basis
from model.learning.registry import Registry
from model.writing.chat import Chat, Manner
from model.writing.endpoint import Endpoint
from retrieval.passage import Passage

TEXT = "Each parent gets 20 weeks at full pay."
PASSAGES = [Passage("p", "leave.md", "handbook", "Leave", TEXT, 0, len(TEXT), "u")]


@pytest.fixture
def front() -> Iterator[Front]:
    made = Front(0)
    yield made
    made.close()


@pytest.fixture
def two() -> Iterator[tuple[ModelStandIn, ModelStandIn]]:
    with ModelStandIn() as one, ModelStandIn() as other:
        yield one, other


def port(server: ModelStandIn) -> int:
    return int(server.base_url.split(":")[2].split("/")[0])


def address(front: Front) -> str:
    return f"http://127.0.0.1:{front.port}/v1"


def ask(client: httpx.Client, front: Front, model: str = "good") -> str:
    body = {"model": model, "messages": [{"role": "user", "content": "Hello"}], "stream": True}
    answer = client.post(f"{address(front)}/chat/completions", json=body)
    return answer.raise_for_status().text


def test_a_client_that_keeps_its_connection_reaches_the_new_server_with_its_next_request(
    front: Front, two: tuple[ModelStandIn, ModelStandIn]
) -> None:
    with httpx.Client(trust_env=False) as client:
        for server in (*two, *two):
            front.turn(port(server))
            assert "[DONE]" in ask(client, front)

    assert [len(server.requests) for server in two] == [2, 2]


def test_an_answer_under_way_comes_to_its_end_at_the_old_server(
    front: Front, two: tuple[ModelStandIn, ModelStandIn]
) -> None:
    said: list[str] = []
    front.turn(port(two[0]))
    with httpx.Client(trust_env=False, timeout=30) as client:
        slow = threading.Thread(target=lambda: said.append(ask(client, front, "ttft-2s")))
        slow.start()
        while not two[0].requests:
            time.sleep(0.01)
        front.turn(port(two[1]))
        busy = front.over(port(two[0]), 0.2)
        ask(client, front)
        over = front.over(port(two[0]), 20)
        slow.join()

    assert (busy, over) == (False, True)
    assert "[DONE]" in said[0]
    assert len(two[1].requests) == 1


def test_with_nobody_behind_it_the_next_rung_is_asked(front: Front) -> None:
    chat = Chat(Endpoint(address(front), ""), "good", Manner(timeout_s=5))

    with pytest.raises(WriterUnavailable):
        chat.write("How long?", PASSAGES)


def test_the_bots_own_client_writes_through_it(front: Front, two: tuple[ModelStandIn, ModelStandIn]) -> None:
    front.turn(port(two[0]))

    draft = Chat(Endpoint(address(front), ""), "good").write(
        "How many weeks at full pay does each parent get?", PASSAGES
    )

    assert TEXT in draft.text


def test_a_server_sees_that_whoever_asked_is_gone(front: Front) -> None:
    with socket.create_server(("127.0.0.1", 0)) as backend:
        front.turn(backend.getsockname()[1])
        client = socket.create_connection(("127.0.0.1", front.port))
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n")
        server, _ = backend.accept()
        with server:
            server.settimeout(10)
            heard = server.recv(1000)
            client.close()

            assert server.recv(1000) == b""
    assert b"Connection: close" in heard and b"keep-alive" not in heard


def test_a_connection_that_could_not_be_taken_or_got_no_thread_does_not_end_it(
    front: Front, two: tuple[ModelStandIn, ModelStandIn], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = [OSError(errno.EMFILE, "Too many open files"), ConnectionAbortedError()]
    crowded = [RuntimeError("can't start new thread")]
    accept, start = socket.socket.accept, threading.Thread.start

    def accepted(self: socket.socket) -> tuple[socket.socket, object]:
        if wrong and self.getsockname()[1] == front.port:
            raise wrong.pop()
        return accept(self)

    def started(self: threading.Thread) -> None:
        if crowded and self.name == "front-request":
            raise crowded.pop()
        start(self)

    monkeypatch.setattr(socket.socket, "accept", accepted)
    monkeypatch.setattr(threading.Thread, "start", started)
    front.turn(port(two[0]))
    with httpx.Client(trust_env=False, timeout=20) as client:
        with pytest.raises(httpx.TransportError):
            ask(client, front)

        assert "[DONE]" in ask(client, front)
    assert not wrong and not crowded


class Starts:
    """In the place of vLLM: a stand-in for each start; `fails` has the names that none starts with."""

    def __init__(self) -> None:
        self.started: list[frozenset[str]] = []
        self.fails: set[str] = set()
        self.alive = 0
        self.meanwhile: Callable[[], object] = lambda: None

    @contextmanager
    def __call__(self, serving: Serving, log: Path) -> Iterator[Server]:
        self.started.append(frozenset(serving.adapters))
        self.log = log
        if self.fails & set(serving.adapters):
            raise NotStarted("vLLM ended with status 1; the reason is in the log.")
        with ModelStandIn() as server:
            server.plays.update(dict.fromkeys(("base", *serving.adapters), "good"))
            process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
            self.alive += 1
            try:
                self.meanwhile()
                yield Server(server.base_url, process, log, 0.1)
            finally:
                process.kill()
                process.wait()
                self.alive -= 1


@pytest.fixture
def starts() -> Starts:
    return Starts()


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return small_adapter.base(tmp_path / "base")


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models")


@pytest.fixture
def ids(registry: Registry, base: Path, tmp_path: Path) -> list[str]:
    folders = [small_adapter.adapter(tmp_path / str(n), base, n) for n in (1, 2)]
    return [registry.add(folder, Basis.of(str(base)), "ada") for folder in folders]


@pytest.fixture
def supervisor(base: Path, registry: Registry, front: Front, starts: Starts) -> Iterator[Supervisor]:
    made = Supervisor(Serving(str(base)), registry, front, start=starts)
    yield made
    made.end()


def test_a_candidate_costs_one_restart_during_which_the_old_server_answers(
    supervisor: Supervisor, registry: Registry, ids: list[str], front: Front, starts: Starts
) -> None:
    registry.promote(ids[0], "ada", "the first")
    supervisor.look()
    supervisor.look()
    heard: list[str] = []
    with httpx.Client(trust_env=False) as client:
        starts.meanwhile = lambda: heard.append(ask(client, front, ids[0]))
        registry.propose(ids[1], "ada")
        supervisor.look()
        after = ask(client, front, ids[1])
        registry.promote(ids[1], "ada", "better")
        supervisor.look()
        registry.rollback("ada")
        supervisor.look()

    assert starts.started == [{ids[0]}, {*ids}]
    assert len(heard) == 1 and "[DONE]" in heard[0] and "[DONE]" in after
    assert starts.alive == 1


def test_a_bad_adapter_is_left_out_with_its_sentence_and_the_others_are_served(
    supervisor: Supervisor,
    registry: Registry,
    ids: list[str],
    starts: Starts,
    capfd: pytest.CaptureFixture[str],
) -> None:
    registry.promote(ids[0], "ada", "the first")
    registry.propose(ids[1], "ada")
    (registry.path(ids[1]) / "adapter_model.safetensors").write_bytes(b"PK")

    supervisor.look()
    supervisor.look()

    assert starts.started == [{ids[0]}]
    told = capfd.readouterr().err
    assert told.count(f"{ids[1]} is left out: adapter_model.safetensors is broken") == 1


def test_what_a_server_does_not_start_with_does_not_stop_the_one_that_answers(
    supervisor: Supervisor, registry: Registry, ids: list[str], front: Front, starts: Starts
) -> None:
    registry.promote(ids[0], "ada", "the first")
    supervisor.look()
    starts.fails = {ids[1]}
    registry.propose(ids[1], "ada")
    for _ in range(3):
        supervisor.look()

    with httpx.Client(trust_env=False) as client:
        assert "[DONE]" in ask(client, front, ids[0])
    assert starts.started == [{ids[0]}, {*ids}]  # and is not tried again and again
    starts.fails = set()  # it was for want of memory, say
    for candidate in ("", ids[1]):
        registry.propose(candidate, "ada")
        supervisor.look()
    assert starts.started == [{ids[0]}, {*ids}, {*ids}]


def test_a_candidate_that_stops_the_server_keeps_no_good_adapter_from_being_loaded(
    supervisor: Supervisor, registry: Registry, ids: list[str], base: Path, tmp_path: Path, starts: Starts
) -> None:
    good = registry.add(small_adapter.adapter(tmp_path / "3", base, 3), Basis.of(str(base)), "ada")
    registry.promote(ids[0], "ada", "the first")
    supervisor.look()
    starts.fails = {ids[1]}
    registry.propose(ids[1], "ada")
    registry.promote(good, "ada", "better")
    for _ in range(3):
        supervisor.look()

    assert starts.started == [{ids[0]}, {good, *ids}, {good, ids[0]}]
    assert supervisor.loaded and set(supervisor.loaded.adapters) == {good, ids[0]}
    assert starts.alive == 1


def test_production_is_served_alone_before_it_is_given_up_for_the_base_model(
    supervisor: Supervisor, registry: Registry, ids: list[str], base: Path, tmp_path: Path, starts: Starts
) -> None:
    other = registry.add(small_adapter.adapter(tmp_path / "3", base, 3), Basis.of(str(base)), "ada")
    registry.promote(ids[0], "ada", "the first")
    registry.promote(ids[1], "ada", "the second")
    registry.propose(other, "ada")
    starts.fails = {ids[0], other}

    supervisor.look()

    assert supervisor.loaded and set(supervisor.loaded.adapters) == {ids[1]}


def test_an_adapter_is_read_once_and_again_when_it_has_changed(
    supervisor: Supervisor,
    registry: Registry,
    ids: list[str],
    starts: Starts,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    read: list[str] = []
    check = preflight.check
    monkeypatch.setattr(preflight, "check", lambda at, of: read.append(at.name) or check(at, of))
    registry.promote(ids[0], "ada", "the first")
    for _ in range(3):
        supervisor.look()
    once = list(read)
    registry.propose(ids[1], "ada")
    other = small_adapter.safetensors(small_adapter.weights(9))  # fit, but not what was added
    (registry.path(ids[1]) / preflight.WEIGHTS).write_bytes(other)
    supervisor.look()

    assert (once, read) == ([ids[0]], ids)
    assert starts.started == [{ids[0]}]
    assert f"{ids[1]} is left out: The files of {ids[1]} are not" in capfd.readouterr().err


def test_a_disk_that_fails_for_a_moment_ends_nothing(
    supervisor: Supervisor, registry: Registry, ids: list[str], starts: Starts
) -> None:
    registry.promote(ids[0], "ada", "the first")
    supervisor.look()
    said = registry.pointer.read_bytes()
    registry.pointer.unlink()
    registry.pointer.mkdir()
    supervisor.look()
    registry.pointer.rmdir()
    registry.pointer.write_bytes(said)
    supervisor.look()

    assert starts.started == [{ids[0]}] and starts.alive == 1


def test_at_the_first_start_a_candidate_that_stops_the_server_is_left_out(
    supervisor: Supervisor, registry: Registry, ids: list[str], starts: Starts
) -> None:
    registry.promote(ids[0], "ada", "the first")
    registry.propose(ids[1], "ada")
    starts.fails = {ids[1]}
    supervisor.look()
    starts.fails = {*ids}
    registry.propose("", "ada")
    supervisor.look()

    assert starts.started == [{*ids}, {ids[0]}]


@pytest.mark.parametrize("aside", [True, False])
def test_a_production_that_stops_the_server_is_tried_again_when_others_are_named_and_not_at_each_look(
    aside: bool, base: Path, registry: Registry, ids: list[str], front: Front, starts: Starts
) -> None:
    supervisor = Supervisor(Serving(str(base)), registry, front, aside, start=starts)
    registry.promote(ids[0], "ada", "the first")
    starts.fails = {ids[0]}
    for _ in range(3):
        supervisor.look()
    at_first = list(starts.started)
    starts.fails = set()
    registry.rollback("ada")
    supervisor.look()
    registry.promote(ids[0], "ada", "again")
    supervisor.look()
    supervisor.end()

    assert at_first == [{ids[0]}, frozenset()]
    assert starts.started == [*at_first, {ids[0]}]


def test_where_the_old_server_runs_on_what_failed_is_tried_again_after_an_hour(
    supervisor: Supervisor, registry: Registry, ids: list[str], starts: Starts
) -> None:
    registry.promote(ids[0], "ada", "the first")
    starts.fails = {ids[0]}  # memory was short, say
    supervisor.look()
    supervisor.again_s = 0.0
    starts.fails = set()
    supervisor.look()

    assert starts.started == [{ids[0]}, frozenset(), {ids[0]}]


def test_where_memory_is_for_one_the_old_server_ends_first(
    base: Path, registry: Registry, ids: list[str], front: Front, starts: Starts
) -> None:
    alive: list[int] = []
    starts.meanwhile = lambda: alive.append(starts.alive)
    supervisor = Supervisor(Serving(str(base)), registry, front, aside=False, start=starts)
    supervisor.look()
    registry.propose(ids[0], "ada")
    supervisor.look()
    supervisor.end()

    assert starts.started == [frozenset(), {ids[0]}]
    assert alive == [1, 1]


def test_a_server_that_died_is_started_again(
    supervisor: Supervisor, registry: Registry, ids: list[str], front: Front, starts: Starts
) -> None:
    supervisor.pause_s = 0.0
    supervisor.look()
    assert supervisor.loaded is not None
    supervisor.loaded.server.process.kill()
    supervisor.loaded.server.process.wait()
    supervisor.look()

    with httpx.Client(trust_env=False) as client:
        assert "[DONE]" in ask(client, front, "base")
    assert len(starts.started) == 2


def test_in_a_container_it_listens_for_others_and_writes_its_logs_where_it_may(
    supervisor: Supervisor, starts: Starts, tmp_path: Path, base: Path
) -> None:
    supervisor.logs = tmp_path / "elsewhere"
    supervisor.look()
    words = command(Serving(str(base)), 8000, "0.0.0.0")
    listening = Front(0, "0.0.0.0")
    listening.close()

    assert starts.log.parent == tmp_path / "elsewhere"
    assert words[words.index("--host") + 1] == "0.0.0.0"
    assert listening.port
