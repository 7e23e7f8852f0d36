"""Starts a real Weaviate on this machine: `python deploy/weaviate/server.py`, or `running()` in tests.

It uses the binary in FOOTNOTE_CACHE/bin; without one, Docker where an engine runs; else Go builds it there.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from deploy.weaviate.install import IMAGE, VERSION, binary  # noqa: E402
from deploy.weaviate.nodes import ROOT_USER, Node, environments, placed  # noqa: E402
from deploy.weaviate.role import grant  # noqa: E402

PATIENCE = 60.0  # seconds until a start counts as failed
_PDEATHSIG = 1  # prctl: the signal that the kernel sends a child when its parent is gone
_TAKEN = "address already in use"


@dataclass(frozen=True, slots=True)
class Weaviate:
    """A server that answers on loopback; `peers` are the other nodes of its cluster."""

    url: str
    grpc_port: int
    process: subprocess.Popen[bytes]
    log: Path
    start: Callable[[], subprocess.Popen[bytes]]
    peers: tuple[Weaviate, ...] = ()

    def again(self) -> Weaviate:
        """The same node after it was killed, once it answers. Raises RuntimeError."""
        made = replace(self, process=self.start())
        _wait([made], lambda: _ready(made))
        return made


@contextlib.contextmanager
def running(
    folder: Path | None = None,
    keys: Mapping[str, str] | None = None,
    ports: tuple[int, int] | None = None,
    nodes: int = 1,
) -> Iterator[Weaviate]:
    """A ready server with its data in `folder` (a temporary one by default), on free ports by default.

    `keys`: the key of each user; with a user `root`, the others may do what their roles say.
    Raises RuntimeError with the end of its log where it does not start.
    """
    with contextlib.ExitStack() as stack:
        data = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="footnote-weaviate-")))
        started = _placed(stack, lambda: placed(data, nodes, ports), keys or {})
        yield replace(started[0], peers=tuple(started[1:]))
        if folder is None:  # nothing to keep, so nothing to wait for
            for one in started:
                one.process.kill()


def _placed(
    stack: contextlib.ExitStack, place: Callable[[], list[Node]], keys: Mapping[str, str]
) -> list[Weaviate]:
    """Nodes that are ready; elsewhere where somebody took one of their ports before they had it."""
    for last in (False, False, True):
        nodes = place()
        try:
            return stack.enter_context(_cluster(nodes, environments(nodes, keys)))
        except RuntimeError as error:
            if last or _TAKEN not in str(error):
                raise
    raise AssertionError


@contextlib.contextmanager
def _cluster(nodes: Sequence[Node], environments: Sequence[Mapping[str, str]]) -> Iterator[list[Weaviate]]:
    server = binary()
    if server is None and len(nodes) > 1:
        raise RuntimeError("Several nodes need the binary: `python deploy/weaviate/server.py --install`.")
    started: list[Weaviate] = []
    with contextlib.ExitStack() as stack:
        for node, environment in zip(nodes, environments, strict=True):
            started.append(_started(stack, server, node, environment))
            if node is not nodes[-1]:  # a node ends at once if the first does not take its call
                _wait(started, lambda node=node: _listening(node.gossip))
        _wait(started, lambda: all(map(_ready, started)))
        yield started


def _started(
    stack: contextlib.ExitStack, server: Path | None, node: Node, environment: Mapping[str, str]
) -> Weaviate:
    node.data.mkdir(parents=True, exist_ok=True)
    container = f"footnote-weaviate-{node.http}"
    command = _command(server, node) if server else _in_docker(node, environment, container)
    log = node.data / "weaviate.log"

    def start() -> subprocess.Popen[bytes]:
        process = _start(command, environment, log)
        stack.callback(_stop, process, None if server else container)
        return process

    return Weaviate(node.url, node.grpc, start(), log, start)


def _command(server: Path, node: Node) -> list[str]:
    return [str(server), "--host", "127.0.0.1", "--port", str(node.http), "--scheme", "http"]


def _in_docker(node: Node, environment: Mapping[str, str], name: str) -> list[str]:
    """Docker takes the environment as options; what follows the image starts the server inside."""
    published = ["-p", f"127.0.0.1:{node.http}:8080", "-p", f"127.0.0.1:{node.grpc}:{node.grpc}"]
    mounted = ["-v", f"{node.data.resolve()}:{node.data.resolve()}"]
    passed = [part for key, value in environment.items() for part in ("-e", f"{key}={value}")]
    inside = ["--host", "0.0.0.0", "--port", "8080", "--scheme", "http"]
    return ["docker", "run", "--rm", "--name", name, *published, *mounted, *passed, IMAGE, *inside]


def _start(command: Sequence[str], environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=_die_with_parent() if sys.platform == "linux" else None,
        )


def _die_with_parent():  # type: ignore[no-untyped-def]
    libc = ctypes.CDLL(None)  # loaded here: after the fork nothing may be
    return lambda: libc.prctl(_PDEATHSIG, signal.SIGKILL)


def _wait(servers: Sequence[Weaviate], ready: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and all(server.process.poll() is None for server in servers):
        if ready():
            return
        time.sleep(0.1)
    failed = next((server for server in servers if server.process.poll() is not None), servers[0])
    tail = failed.log.read_text("utf-8", "replace")[-2000:]
    raise RuntimeError(f"Weaviate did not start within {PATIENCE:.0f} s. The end of its log:\n{tail}")


def _ready(server: Weaviate) -> bool:
    try:
        with urllib.request.urlopen(f"{server.url}/v1/.well-known/ready", timeout=2):
            return _listening(server.grpc_port)
    except (OSError, urllib.error.URLError):
        return False


def _listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


def _stop(process: subprocess.Popen[bytes], container: str | None) -> None:
    if container:
        subprocess.run(["docker", "kill", container], capture_output=True, check=False)
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _keys() -> dict[str, str]:
    """The bot's key and, where rights are to be told apart, the key of the user that gives them."""
    named = {ROOT_USER: "WEAVIATE_ROOT_KEY", "footnote": "WEAVIATE_API_KEY"}
    return {user: key for user, name in named.items() if (key := os.environ.get(name))}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--grpc-port", type=int, default=50051)
    parser.add_argument("--data", type=Path, default=Path(".footnote/weaviate"))
    parser.add_argument("--nodes", type=int, default=1, help="servers of one cluster, to try replicas")
    parser.add_argument("--install", action="store_true", help="build the server if need be, start nothing")
    chosen = parser.parse_args()
    try:
        if chosen.install:
            binary()
            return
        _serve(chosen, _keys())
    except KeyboardInterrupt:
        pass
    except RuntimeError as e:
        sys.exit(str(e))


def _serve(chosen: argparse.Namespace, keys: Mapping[str, str]) -> None:
    with running(chosen.data, keys, (chosen.port, chosen.grpc_port), chosen.nodes) as server:
        if len(keys) > 1:
            grant(server.url, keys[ROOT_USER], "footnote", os.environ.get("FOOTNOTE_COLLECTION", "Footnote"))
        for one in (server, *server.peers):
            print(f"Weaviate {VERSION} answers at {one.url}, gRPC at {one.grpc_port}; Ctrl-C ends it.")
        server.process.wait()


if __name__ == "__main__":
    main()
