"""A job in, what it took out: in a process of its own in the environment of its peer, memory and all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docs.peers.places import Place, install, ours
from docs.peers.task import Job, sent

ROOT = Path(__file__).resolve().parents[2]
FOOTNOTE, PEERS = "footnote", ("langchain", "llamaindex", "haystack")
SIDES = (FOOTNOTE, *PEERS)
AHEAD = "FOOTNOTE_PEERS_AHEAD"  # set by --ahead
# Nothing is fetched, nothing is reported to anybody, and one word of the job alone chooses the embedder.
QUIET = {
    "HF_HUB_OFFLINE": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "false",
    "TOKENIZERS_PARALLELISM": "true",
    "PYTHONPATH": str(ROOT),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the job said of itself, seconds from the start of its process to its end, its peak of memory."""

    said: dict[str, Any]
    wall: float
    megabytes: float


def place(side: str) -> Place:
    return ours() if side == FOOTNOTE else install(side)


def run(job: Job) -> Outcome:
    """Raises RuntimeError with the end of what the process said, where it fails."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(sent(job).encode())
        given.seek(0)
        command = [*_ahead(), str(_python(job.peer)), "-m", "docs.peers.task"]
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | QUIET, stdin=given, stdout=out, stderr=err
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - began
        if process.returncode:
            err.seek(0)
            raise RuntimeError(f"{job.peer}, {job.do}: {err.read().decode()[-2000:]}")
        out.seek(0)
        said = json.loads(out.read().decode().splitlines()[-1])
    _rest(wall)
    return Outcome(said, wall, used.ru_maxrss / 1024)


def imported(side: str) -> float:
    """Seconds of a process that imports what the side needs to search, and does nothing."""
    command = [*_ahead(), str(_python(side)), "-c", f"import docs.peers.{side}"]
    began = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env=os.environ | QUIET, check=True, capture_output=True)
    took = time.perf_counter() - began
    _rest(took)
    return took


def _ahead() -> list[str]:
    return ["chrt", "-r", "10"] if os.environ.get(AHEAD) else []


def _rest(seconds: float) -> None:
    """Where each process goes ahead of all else on the machine, the others get as long after it."""
    time.sleep(seconds if os.environ.get(AHEAD) else 0)


def _python(side: str) -> Path:
    return Path(sys.executable) if side == FOOTNOTE else install(side).python
