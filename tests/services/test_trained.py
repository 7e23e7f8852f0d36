"""What only a real training shows: it learns, goes on after a kill, stops before it teaches nonsense."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from examples.apprentice import BASE, handbook
from examples.apprentice.by_hand import dataset
from model.learning.basis import Basis
from model.learning.general import texts
from model.learning.preflight import check

pytestmark = pytest.mark.services

ROOT = Path(__file__).parents[2]
OPTIONS = ("--rate", "3e-3", "--each", "8", "--longest", "512")
GENERAL = 12  # texts


@pytest.fixture
def lent(tmp_path: Path) -> Path:
    """Forty corrections of what the base does not cite, eight that are held back, and general texts."""
    topics = {fact.name for fact in handbook.LENT}
    rows = [row for row in handbook.rows(120, 7, part="correct") if row.topic in topics]
    shown = [passage for row in rows for passage in row.passages]
    return dataset(tmp_path / "kb-0123456789ab", rows[:40], rows[40:48], texts(shown, (), 7)[:GENERAL])


def trainer(python: Path, *words: object) -> list[str]:
    return [str(python), "-W", "ignore", "-m", "model.learning.train", *map(str, words), *OPTIONS]


def ran(words: list[str]) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(words, capture_output=True, text=True, env=env, cwd=ROOT)


@pytest.fixture
def killed(torch_python: Path, lent: Path, tmp_path: Path) -> Iterator[tuple[list[str], Path]]:
    """The words of a training that was killed after its first checkpoint, and where its adapter goes."""
    out = tmp_path / "adapter"
    words = trainer(torch_python, lent, "--base", BASE, "--out", out, "--epochs", 3)
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    states = tmp_path / ".adapter.partial" / "sft"
    end = time.monotonic() + 240
    while not list(states.glob("checkpoint-*/trainer_state.json")) and time.monotonic() < end:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    yield words, out


def told(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "train.json").read_text())
    return found


@pytest.mark.timeout(600)
def test_a_training_that_was_killed_goes_on_and_its_adapter_is_fit_to_be_served(
    killed: tuple[list[str], Path],
) -> None:
    words, out = killed
    assert not out.exists()
    again = ran(words)

    assert again.returncode == 0, again.stderr
    assert "step 1 of" not in again.stdout
    losses = [loss for _, loss, _ in told(out)["losses"] if loss is not None]
    assert losses[-1] < losses[0]
    assert all(one["adapter"] > one["base"] for one in told(out)["probe"])
    assert told(out)["drift"] > 0 and told(out)["rows"] == 40 + 8 + GENERAL
    assert not check(out, Basis.of(str(BASE))).refusals
    assert not (out.parent / ".adapter.partial").exists()


def test_a_row_that_would_be_cut_stops_the_training_before_it_begins(
    torch_python: Path, lent: Path, tmp_path: Path
) -> None:
    words = trainer(torch_python, lent, "--base", BASE, "--out", tmp_path / "adapter")

    stopped = ran([*words, "--longest", "100"])

    assert stopped.returncode == 2
    assert "rows have more than 100 tokens" in stopped.stderr
    assert not (tmp_path / "adapter").exists()


def test_rows_of_another_prompt_are_not_trained_on(torch_python: Path, lent: Path, tmp_path: Path) -> None:
    (lent / "manifest.json").write_text(json.dumps({"digest": "0123456789ab", "prompt": "older"}))

    stopped = ran(trainer(torch_python, lent, "--base", BASE, "--out", tmp_path / "adapter"))

    assert stopped.returncode == 2
    assert "another version of the prompt" in stopped.stderr
