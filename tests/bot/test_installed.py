"""The command as it is installed: from any folder, with nothing of the checkout on the path."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # starts processes of its own
ROOT = Path(__file__).parents[2]
RUN = "from bot.cli import main; main()"
STOPPED = """
import os, signal, sys
class Stops:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}: os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Stops())
signal.signal(signal.SIGINT, signal.default_int_handler)
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Of somebody in another folder, who has the packages that pyproject.toml names and nothing else."""
    installed = tmp_path / "installed"
    installed.mkdir()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for name in project["tool"]["setuptools"]["packages"]["find"]["include"]:
        (installed / name.rstrip("*")).symlink_to(ROOT / name.rstrip("*"))
    own = {"PYTHONPATH": str(installed), "FOOTNOTE_HOME": str(tmp_path / "home")}
    return {**os.environ, **own, "FOOTNOTE_CACHE": str(tmp_path / "cache")}


def run(
    code: str, words: list[str], environment: dict[str, str], at: Path
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *words]
    return subprocess.run(command, cwd=at, env=environment, capture_output=True, text=True, timeout=120)


def test_training_without_its_environment_says_what_to_run_from_any_folder(
    environment: dict[str, str], tmp_path: Path
) -> None:
    dataset = tmp_path / "home" / "models" / "datasets" / "kb-000000000001"
    dataset.mkdir(parents=True)
    (dataset / "manifest.json").write_text("{}")

    done = run(RUN, ["train"], environment, tmp_path)

    assert done.returncode == 1
    assert "Run python deploy/environment.py torch" in done.stderr


@pytest.mark.parametrize(
    ("module", "words"),
    [("typer", ["ask", "When?"]), ("bot.cli.index", ["index"]), ("bot.wiring", ["ask", "When?"])],
)
def test_ctrl_c_while_a_command_still_starts_ends_it_without_a_traceback(
    module: str, words: list[str], environment: dict[str, str], tmp_path: Path
) -> None:
    done = run(STOPPED.format(module=module) + RUN, words, environment, tmp_path)

    assert (done.returncode, done.stdout, done.stderr) == (128 + signal.SIGINT, "", "")


def test_what_is_piped_into_setup_needs_no_terminal_and_warns_of_none(
    environment: dict[str, str], tmp_path: Path
) -> None:
    command, nobody = [sys.executable, "-c", RUN, "setup"], {"SLACK_API_URL": "http://127.0.0.1:9/api/"}
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=environment | nobody,
        input="xoxb-a\nxapp-b\n",
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "SLACK_APP_TOKEN=xapp-b" in (tmp_path / ".env").read_text()
