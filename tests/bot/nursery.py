"""Serving processes at the price of a fork: one process that has imported everything, and its children.

`Nursery` is what tests hold; run as a script, this file is the process that forks.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parents[2]


class Child:
    """A forked process, used as a subprocess.Popen is."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self._nursery, self.pid = nursery, pid

    def poll(self) -> int | None:
        return self._nursery.ended.get(self.pid)

    def wait(self, timeout: float = 30.0) -> int:
        with self._nursery.changed:
            if not self._nursery.changed.wait_for(lambda: self.pid in self._nursery.ended, timeout):
                raise subprocess.TimeoutExpired("serve", timeout)
            return self._nursery.ended[self.pid]

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(9)


class Nursery:
    """`with Nursery() as nursery: BotProcess(slack, home, nursery=nursery)`."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.ended: dict[int, int] = {}
        self._born: list[int] = []

    def __enter__(self) -> Self:
        env = {k: v for k, v in os.environ.items() if not k.startswith(("FOOTNOTE_", "SLACK_"))}
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__))],
            env=env | {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"},  # a fork copies one thread
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self._read, name="nursery", daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def start(self, env: Mapping[str, str], home: Path) -> Child:
        """A child with these settings beside the shell's, in `home`, where its log lies."""
        assert self._process.stdin
        with self.changed:
            self._process.stdin.write(json.dumps({"env": dict(env), "home": str(home)}) + "\n")
            self._process.stdin.flush()
            assert self.changed.wait_for(lambda: bool(self._born), 60), "the nursery forks nothing"
            return Child(self, self._born.pop())

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            word, pid, *status = line.split()
            with self.changed:
                if word == "born":
                    self._born.append(int(pid))
                else:
                    self.ended[int(pid)] = int(status[0])
                self.changed.notify_all()


def main() -> None:
    """Forks a child for each line of standard input; says who was born and who ended, and how."""
    import alembic.command  # noqa: F401 - what a process would import when it starts
    import canned_serve
    import psycopg  # noqa: F401
    import uvicorn  # noqa: F401

    import bot.web.slack
    import bot.web.socket  # noqa: F401

    children: set[int] = set()
    buffer, standing = b"", True
    while standing or children:
        if standing and select.select([0], [], [], 0.01)[0]:
            read = os.read(0, 65536)
            standing, buffer = bool(read), buffer + read
            if not standing:
                for pid in children:
                    os.kill(pid, 9)
        while b"\n" in buffer:
            line, _, buffer = buffer.partition(b"\n")
            children.add(_fork(json.loads(line), canned_serve.serve))
        if not standing:
            time.sleep(0.01)
        for pid in list(children):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                children.discard(pid)
                print("ended", pid, os.waitstatus_to_exitcode(status), flush=True)


def _fork(asked: dict, serve) -> int:  # type: ignore[no-untyped-def,type-arg]
    pid = os.fork()
    if pid:
        print("born", pid, flush=True)
        return pid
    status = 1
    try:
        os.environ.update(asked["env"])
        os.chdir(asked["home"])
        with open("log", "ab", buffering=0) as log, open(os.devnull, "rb") as nothing:
            for source, target in ((nothing.fileno(), 0), (log.fileno(), 1), (log.fileno(), 2)):
                os.dup2(source, target)
        serve()
        status = 0
    except SystemExit as end:
        status = int(end.code or 0)
    finally:
        sys.stderr.flush()
        os._exit(status)
    return 0


if __name__ == "__main__":
    main()
