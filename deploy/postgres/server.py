"""Starts a real PostgreSQL on this machine: `python deploy/postgres/server.py`, or `running()` in tests.

It uses the programs that are installed; without them, Docker where an engine runs. `--install` gets them from
Debian's archive where it runs as root and neither is there.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from deploy.ports import free  # noqa: E402

IMAGE = "postgres:17"
USER = "footnote"  # of the server, and the name of its database
PATIENCE = 60.0  # seconds until a start counts as failed
PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
_PDEATHSIG = 1  # prctl: the signal that the kernel sends a child when its parent is gone
_QUIET: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}


@dataclass(frozen=True, slots=True)
class Postgres:
    """A server that answers on loopback; `url` has its password."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def database(self, name: str) -> str:
        """The address of another database of this server, made empty; `name` is a plain word."""
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return f"{self.url.rpartition('/')[0]}/{name}"


@contextlib.contextmanager
def running(folder: Path | None = None, port: int = 0) -> Iterator[Postgres]:
    """A ready server with its data in `folder` (by default a temporary one, then it does not wait for the
    disk), on a free port by default. Raises RuntimeError with the end of its log where it does not start."""
    with contextlib.ExitStack() as stack:
        data = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="footnote-postgres-")))
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        port, password = port or free(), _password(data)
        programs = binaries()
        log = data / "postgres.log"
        if programs:
            command = _local(programs, data, port, durable=folder is not None)
        else:
            command = _container(folder, port, password)
        process = _start(command, log, as_nobody=programs is not None)
        stack.callback(_stop, process, None if programs else _name(port))
        _wait(process, port, password, log)
        yield Postgres(_url(port, password), process, log)


def binaries() -> Path | None:
    """The folder of the newest installed programs; None where Docker is to be used. Raises RuntimeError."""
    found = [path for place in PLACES for path in Path("/").glob(place[1:]) if (path / "initdb").is_file()]
    if found:
        return max(found, key=lambda path: [int(n) for n in "".join(_digits(path)).split()] or [0])
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    if _docker():
        return None
    raise RuntimeError("PostgreSQL is not here. Install it (Debian: apt-get install postgresql), or Docker.")


def install() -> None:
    """Gets the programs where neither they nor Docker are there. Raises RuntimeError where it cannot."""
    try:
        binaries()
    except RuntimeError:
        if os.getuid() != 0 or not shutil.which("apt-get"):
            raise
    else:
        return
    print("Installing PostgreSQL from Debian's archive ...", flush=True)
    config = Path("/etc/postgresql-common/createcluster.conf")
    if not config.exists():  # only the programs are wanted, not a server on port 5432
        config.parent.mkdir(parents=True, exist_ok=True)
        config.write_text("create_main_cluster = false\n", encoding="utf-8")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    got = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "postgresql"]
    for command in (["apt-get", "update", "--quiet"], got):
        subprocess.run(command, env=environment, check=True, **_QUIET)
    binaries()


def _digits(path: Path) -> Iterator[str]:
    return (character if character.isdigit() else " " for character in str(path))


def _docker() -> bool:
    docker = shutil.which("docker")
    if docker is None:
        return False
    asked = subprocess.run([docker, "info"], timeout=20, check=False, stderr=subprocess.DEVNULL, **_QUIET)
    return asked.returncode == 0


def _password(data: Path) -> str:
    """The one this folder was made with, kept beside the data for the next start."""
    kept = data / "password"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_hex(16), encoding="ascii")
    return kept.read_text("ascii").strip()


def _local(programs: Path, data: Path, port: int, *, durable: bool) -> list[str]:
    """Makes the cluster where there is none yet, and says how to start it."""
    cluster = data / "cluster"
    if os.getuid() == 0:
        for path in (data, data / "password"):
            shutil.chown(path, *_nobody())
    if not cluster.exists():
        made = [str(programs / "initdb"), "-D", str(cluster), "-U", USER, "--auth=scram-sha-256"]
        made += [f"--pwfile={data / 'password'}", "--encoding=UTF8", "--locale=C", "--no-sync"]
        done = subprocess.run(made, capture_output=True, text=True, check=False, cwd=data, **_user())
        if done.returncode:
            shutil.rmtree(cluster, ignore_errors=True)
            raise RuntimeError(f"PostgreSQL could not make its folder:\n{done.stderr[-2000:]}")
    settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "max_connections": "200"}
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return [str(programs / "postgres"), "-D", str(cluster), "-p", str(port), *options]


def _container(folder: Path | None, port: int, password: str) -> list[str]:
    mounted = ["-v", f"{(folder / 'cluster').resolve()}:/var/lib/postgresql/data"] if folder else []
    given = {"POSTGRES_USER": USER, "POSTGRES_DB": "postgres", "POSTGRES_PASSWORD": password}
    passed = [part for name, value in given.items() for part in ("-e", f"{name}={value}")]
    published = ["-p", f"127.0.0.1:{port}:5432"]
    return ["docker", "run", "--rm", "--name", _name(port), *published, *mounted, *passed, IMAGE]


def _name(port: int) -> str:
    return f"footnote-postgres-{port}"


def _nobody() -> tuple[int, int]:
    """Whom the server runs as in place of root, whom it refuses."""
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            account = pwd.getpwnam(name)
            return account.pw_uid, account.pw_gid
    raise RuntimeError("PostgreSQL does not run as root, and there is no user postgres or nobody.")


def _user() -> dict[str, Any]:
    if os.getuid() != 0:
        return {}
    user, group = _nobody()
    return {"user": user, "group": group, "extra_groups": ()}


def _start(command: Sequence[str], log: Path, *, as_nobody: bool) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            cwd=log.parent,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=_ends_with_parent() if sys.platform == "linux" else None,
            **(_user() if as_nobody else {}),
        )


def _ends_with_parent():  # type: ignore[no-untyped-def]
    libc = ctypes.CDLL(None)  # loaded here: after the fork nothing may be
    return lambda: libc.prctl(_PDEATHSIG, signal.SIGINT)  # PostgreSQL's "fast shutdown"


def _wait(process: subprocess.Popen[bytes], port: int, password: str, log: Path) -> None:
    import psycopg

    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            psycopg.connect(_url(port, password), connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.1)
    tail = log.read_text("utf-8", "replace")[-2000:]
    raise RuntimeError(f"PostgreSQL did not start within {PATIENCE:.0f} s. The end of its log:\n{tail}")


def _url(port: int, password: str) -> str:
    return f"postgresql://{USER}:{password}@127.0.0.1:{port}/postgres"


def _stop(process: subprocess.Popen[bytes], container: str | None) -> None:
    if container:
        subprocess.run(["docker", "kill", container], capture_output=True, check=False)
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)
        process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=5432)
    parser.add_argument("--data", type=Path, default=Path(".footnote/postgres"))
    parser.add_argument("--install", action="store_true", help="get the programs if need be, start nothing")
    chosen = parser.parse_args()
    try:
        if chosen.install:
            install()
            return
        with running(chosen.data.resolve(), chosen.port) as server:
            print(f"PostgreSQL answers. DATABASE_URL={server.url}\nCtrl-C ends it.", flush=True)
            server.process.wait()
    except KeyboardInterrupt:
        pass
    except PermissionError:
        sys.exit("PostgreSQL does not run as root, and whom it runs as cannot reach --data. Choose another.")
    except (RuntimeError, subprocess.CalledProcessError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
