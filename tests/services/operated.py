"""What an operator starts and types: Footnote's command, a model server that follows a registry, waiting."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.environment import Environment, find
from deploy.ports import free

ROOT = Path(__file__).parents[2]
SERVER = ROOT / "deploy" / "vllm" / "server.py"


def ready(name: str, missing: Callable[[str], None]) -> Environment:
    """The environment of lock/NAME.txt; a run without it says so."""
    environment = find(name)
    if not environment.ready:
        missing(f"there is no {name} environment: run python deploy/environment.py {name}")
    return environment


def command(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """footnote, of this checkout, with these settings and no others."""
    shell = {name: os.environ[name] for name in ("PATH", "HOME")} | {"PYTHONPATH": str(ROOT)}
    run = [sys.executable, "-m", "bot.cli", *words]
    return subprocess.run(run, env=shell | settings, capture_output=True, text=True, check=False)


@contextmanager
def process(said: Path, words: Sequence[str], **settings: str) -> Iterator[None]:
    """A Python process of this checkout that ends with the block; what it says goes into `said`."""
    env = {name: os.environ[name] for name in os.environ if not name.startswith(("FOOTNOTE_", "SLACK_"))}
    with said.open("wb") as sink:
        started = subprocess.Popen(
            [sys.executable, *words], env=env | settings | {"PYTHONPATH": str(ROOT)}, stdout=sink, stderr=sink
        )
    try:
        yield
    finally:
        started.terminate()
        try:
            started.wait(60)
        finally:
            started.kill()


@contextmanager
def following(base: Path, registry: Path, said: Path) -> Iterator[str]:
    """The address of `server.py run --registry` once it serves the base model."""
    port = free()
    address = f"http://127.0.0.1:{port}/v1"
    with process(said, [str(SERVER), "run", str(base), "--port", str(port), "--registry", str(registry)]):
        until(lambda: names(address), said)
        yield address


def names(address: str) -> set[str]:
    """The models that are served there; none while nothing is."""
    try:
        with urllib.request.urlopen(f"{address}/models", timeout=10) as response:
            return {card["id"] for card in json.load(response)["data"]}
    except OSError:
        return set()


def until(true: Callable[[], object], said: Path, patience_s: float = 700.0) -> None:
    """Waits; what was said so far is the failure where it takes too long."""
    end = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < end, said.read_text()[-4000:]
        time.sleep(0.2)
