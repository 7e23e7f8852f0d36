"""A fault of ours, as a person meets it: one sentence; the log is private and holds nobody's words."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import wiring
from bot.cli import table

pytestmark = pytest.mark.slow  # starts servers or processes of its own

FAULT = """
import bot.cli.table
def broken(): raise KeyError("somebody's words")
bot.cli.table.app = broken
bot.cli.main()
"""


def fault(home: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "FOOTNOTE_HOME": str(home)}
    command = [sys.executable, "-W", "error", "-c", FAULT]
    return subprocess.run(command, capture_output=True, text=True, env=env, timeout=60)


@pytest.fixture
def no_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place where no folder can be made, not even by root."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path / "file" / "home"))
    return tmp_path / "file" / "home"


def test_a_fault_is_a_number_and_a_private_log_without_its_words(tmp_path: Path) -> None:
    home = tmp_path / "home"

    done = fault(home)

    log = home / "log" / "footnote.log"
    assert done.returncode == 1
    assert "in FOOTNOTE_HOME/log/footnote.log" in done.stderr and done.stderr.count("\n") == 1
    assert "KeyError at" in log.read_text() and "words" not in log.read_text()
    assert [stat.S_IMODE(p.stat().st_mode) for p in (home, log)] == [0o700, 0o600]


def test_where_no_log_can_be_written_a_fault_is_still_one_sentence(no_home: Path) -> None:
    done = fault(no_home)

    assert done.returncode == 1
    assert "There is no log" in done.stderr and "FOOTNOTE_HOME" in done.stderr
    assert done.stderr.count("\n") == 1 and "words" not in done.stderr


def test_a_fault_in_one_check_of_the_doctor_is_said_and_the_others_go_on(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise KeyError("somebody's words")

    monkeypatch.setattr(wiring, "embedder_of", broken)

    done = CliRunner().invoke(table.app, ["doctor"])

    assert done.exit_code == 1
    assert "FAIL embedder" in done.output and "KeyError" in done.output and "words" not in done.output
    assert "ok   state" in done.output and "slack" in done.output


def test_a_home_that_cannot_be_made_is_named_by_the_doctor(no_home: Path) -> None:
    done = CliRunner().invoke(table.app, ["doctor"])

    assert done.exit_code == 1
    assert "FAIL home" in done.output and "FAIL state" in done.output
    assert str(no_home) not in done.output


def test_a_model_server_that_takes_connections_and_says_nothing_is_named_with_what_to_do(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = f"127.0.0.1:{silent.getsockname()[1]}"
        for name, value in (
            ("FOOTNOTE_WRITER", "chat"),
            ("VLLM_BASE_URL", f"http://someone:secret@{place}/v1"),
            ("FOOTNOTE_MODEL", "house"),
            ("FOOTNOTE_WRITER_SILENCE_S", "0.5"),
            ("COLUMNS", "400"),
        ):
            monkeypatch.setenv(name, value)
        done = CliRunner().invoke(table.app, ["doctor"])

    assert done.exit_code == 1
    assert f"house at {place} gave no token. The model server took too long." in done.output
    assert "VLLM_BASE_URL" in done.output and "restart it" in done.output and "secret" not in done.output
