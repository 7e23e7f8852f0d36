"""How footnote serve ends."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot import server, wiring
from bot.cli.serve import serve


@pytest.mark.parametrize("finished", [False, True])
def test_what_was_begun_beside_slack_ends_before_a_process_that_threads_would_keep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, finished: bool
) -> None:
    ended: list[str] = []

    @contextmanager
    def schedules(*_: object, **__: object) -> Iterator[None]:
        yield
        ended.append("syncs")

    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path))
    monkeypatch.setattr(wiring, "schedules", schedules)
    monkeypatch.setattr(server, "run", lambda *_: finished)
    monkeypatch.setattr(os, "_exit", lambda _: ended.append("process"))
    serve()

    assert ended == ["syncs", "process"]


STUCK = """
import logging, signal, threading, time
from bot.cli.latest import Latest

logging.basicConfig()
last = Latest(0.5)
signal.signal(signal.SIGTERM, lambda *_: last.told())
threading.Thread(target=time.sleep, args=(60,), name="stuck").start()
print("up", flush=True)
time.sleep(60)
"""


def test_a_process_that_was_told_to_stop_ends_whatever_does_not_end_in_it_and_names_that() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STUCK], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout and process.stdout.readline() == "up\n"
        time.sleep(1)
        running = process.poll()
        process.terminate()
        _, said = process.communicate(timeout=30)

    assert (running, process.returncode) == (None, 0)
    assert "still at work: MainThread, stuck" in said
