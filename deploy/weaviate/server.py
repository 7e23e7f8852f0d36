"""Starts a real Weaviate on this machine: `python deploy/weaviate/server.py`, or `running()` in tests.

It uses the binary in FOOTNOTE_CACHE/bin; without one, Docker where an engine runs; else Go builds it there.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

VERSION = "1.35.2"
MODULE = f"github.com/weaviate/weaviate/cmd/weaviate-server@v{VERSION}"
IMAGE = f"cr.weaviate.io/semitechnologies/weaviate:{VERSION}"
PATIENCE = 60.0  # seconds until a start counts as failed
_PDEATHSIG = 1  # prctl: the signal that the kernel sends a child when its parent is gone


@dataclass(frozen=True, slots=True)
class Weaviate:
    """A server that answers on loopback."""

    url: str
    grpc_port: int
    process: subprocess.Popen[bytes]
    log: Path


@contextlib.contextmanager
def running(
    folder: Path | None = None, api_key: str | None = None, ports: tuple[int, int] | None = None
) -> Iterator[Weaviate]:
    """A ready server with its data in `folder` (a temporary one by default), on free ports by default.

    Raises RuntimeError with the end of its log where it does not start.
    """
    with contextlib.ExitStack() as stack:
        data = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="footnote-weaviate-")))
        data.mkdir(parents=True, exist_ok=True)
        http, grpc = ports or (_free(), _free())
        name = f"footnote-weaviate-{http}"
        command = _command(data, http, grpc, name)
        environment = _environment(data, grpc, api_key)
        log = data / "weaviate.log"
        process = _start(_with_environment(command, environment, grpc), environment, log)
        stack.callback(_stop, process, name if command[0] == "docker" else None)
        _wait(process, http, grpc, log)
        yield Weaviate(f"http://127.0.0.1:{http}", grpc, process, log)


def binary() -> Path | None:
    """The server in the cache, built there first if need be; None where Docker is to be used instead."""
    cache = Path(os.environ.get("FOOTNOTE_CACHE") or Path.home() / ".cache" / "footnote") / "bin"
    found = cache / "weaviate-server"
    if found.is_file():
        return found
    if _docker():
        return None
    go = shutil.which("go")
    if go is None:
        raise RuntimeError("Weaviate needs Docker, or Go 1.26 or newer to build it. Install one of them.")
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "weaviate-server.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not found.is_file():
            _build(go, cache, found)
    return found


def _build(go: str, cache: Path, found: Path) -> None:
    print(f"Building Weaviate {VERSION} with Go, once; it takes about three minutes.", flush=True)
    with tempfile.TemporaryDirectory(dir=cache) as fresh:
        subprocess.run(
            [go, "install", "-ldflags=-s -w", MODULE], env={**os.environ, "GOBIN": fresh}, check=True
        )
        (Path(fresh) / found.name).replace(found)


def _docker() -> bool:
    docker = shutil.which("docker")
    if docker is None:
        return False
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.run([docker, "info"], timeout=20, check=False, **quiet).returncode == 0


def _command(data: Path, http: int, grpc: int, name: str) -> list[str]:
    server = binary()
    if server is not None:
        return [str(server), "--host", "127.0.0.1", "--port", str(http), "--scheme", "http"]
    published = ["-p", f"127.0.0.1:{http}:8080", "-p", f"127.0.0.1:{grpc}:{grpc}"]
    mounted = ["-v", f"{data.resolve()}:{data.resolve()}"]
    return ["docker", "run", "--rm", "--name", name, *published, *mounted, IMAGE]


def _with_environment(command: list[str], environment: Mapping[str, str], grpc: int) -> list[str]:
    """Docker takes the environment as options; its command line then starts the server inside."""
    if command[0] != "docker":
        return command
    passed = [part for key, value in environment.items() for part in ("-e", f"{key}={value}")]
    return [*command[:-1], *passed, command[-1], "--host", "0.0.0.0", "--port", "8080", "--scheme", "http"]


def _environment(data: Path, grpc: int, api_key: str | None) -> dict[str, str]:
    gossip, raft = _free(pair=True), _free(pair=True)  # a local cluster expects each one's partner next to it
    environment = {
        "PERSISTENCE_DATA_PATH": str(data.resolve()),
        "CLUSTER_HOSTNAME": "node1",
        "CLUSTER_GOSSIP_BIND_PORT": str(gossip),
        "CLUSTER_DATA_BIND_PORT": str(gossip + 1),
        "CLUSTER_ADVERTISE_ADDR": "127.0.0.1",
        "CLUSTER_IN_LOCALHOST": "true",
        "RAFT_PORT": str(raft),
        "RAFT_INTERNAL_RPC_PORT": str(raft + 1),
        "RAFT_JOIN": f"node1:{raft}",
        "RAFT_BOOTSTRAP_EXPECT": "1",
        "GRPC_PORT": str(grpc),
        "GO_PROFILING_PORT": str(_free()),
        "DEFAULT_VECTORIZER_MODULE": "none",
        "ENABLE_MODULES": "",
        "DISABLE_TELEMETRY": "true",
        "AUTOSCHEMA_ENABLED": "false",
        "LOG_LEVEL": "warning",
        "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED": "false" if api_key else "true",
    }
    if api_key:
        environment["AUTHENTICATION_APIKEY_ENABLED"] = "true"
        environment["AUTHENTICATION_APIKEY_ALLOWED_KEYS"] = api_key
        environment["AUTHENTICATION_APIKEY_USERS"] = "footnote"
    return environment


def _start(command: list[str], environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
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


def _wait(process: subprocess.Popen[bytes], http: int, grpc: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        if _ready(http, grpc):
            return
        time.sleep(0.1)
    tail = log.read_text("utf-8", "replace")[-2000:]
    raise RuntimeError(f"Weaviate did not start within {PATIENCE:.0f} s. The end of its log:\n{tail}")


def _ready(http: int, grpc: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{http}/v1/.well-known/ready", timeout=2):
            pass
        socket.create_connection(("127.0.0.1", grpc), timeout=2).close()
    except (OSError, urllib.error.URLError):
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


def _free(*, pair: bool = False) -> int:
    """A port of loopback that nobody listens on now; with `pair` the next one is free as well."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            if not pair:
                return port
            with contextlib.suppress(OSError, OverflowError):
                second.bind(("127.0.0.1", port + 1))
                return port


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--grpc-port", type=int, default=50051)
    parser.add_argument("--data", type=Path, default=Path(".footnote/weaviate"))
    parser.add_argument("--install", action="store_true", help="build the server if need be, start nothing")
    chosen = parser.parse_args()
    try:
        if chosen.install:
            binary()
            return
        with running(
            chosen.data, os.environ.get("WEAVIATE_API_KEY"), (chosen.port, chosen.grpc_port)
        ) as server:
            print(f"Weaviate {VERSION} answers at {server.url}, gRPC at {server.grpc_port}; Ctrl-C ends it.")
            server.process.wait()
    except KeyboardInterrupt:
        pass
    except RuntimeError as e:
        sys.exit(str(e))


if __name__ == "__main__":
    main()
