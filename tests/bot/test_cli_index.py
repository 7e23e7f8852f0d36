"""The index as its keeper meets it: sources by name, rebuilt, gone back from, forgotten, each a command."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from spoken import footnote

pytestmark = pytest.mark.slow  # builds real indexes

SOURCES = """
[[source]]
name = "people"
kind = "files"
location = "people"
audience = "everyone"
[source.access]
"pay/**" = "user:U024FINANCE"

[[source]]
name = "ops"
kind = "files"
location = "ops"
"""


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with sources.toml and two folders of documents, as working folder and home."""
    for name, text in {
        "people/leave.md": "# Leave\n\nParental leave is 18 weeks.",
        "people/lunch.md": "# Lunch\n\nLunch is free on Thursdays.",
        "people/dogs.md": "# Dogs\n\nDogs may come to the office on Fridays.",
        "people/pay/bands.md": "# Salary bands\n\nThe salary band of engineers begins at 61,000.",
        "ops/queue.md": "# The queue\n\nRestart the queue with the kestrel command.",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "sources.toml").write_text(SOURCES, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path / "home"))
    return tmp_path


def indexed(*words: str) -> dict[str, dict[str, Any]]:
    done = footnote("index", *words, "--json")
    assert done.returncode == 0, done.stderr
    return {one["source"]: one for one in map(json.loads, done.stdout.splitlines())}


def asked(question: str, *words: str) -> str:
    return str(json.loads(footnote("ask", question, "--json", *words).stdout)["text"])


LEAVE, SALARY = "How many weeks is parental leave?", "What is the salary band of engineers?"


def test_all_sources_are_read_without_a_word_and_one_by_its_name(company: Path) -> None:
    first = indexed()
    (company / "people" / "leave.md").write_text("# Leave\n\nParental leave is 20 weeks.", "utf-8")
    second = indexed("people")

    assert (first["people"]["new"], first["ops"]["new"]) == (4, 1)
    assert list(second) == ["people"] and second["people"]["changed"] == 1
    assert "20 weeks" in asked(LEAVE)
    listed = json.loads(footnote("sources", "--json").stdout)
    assert {one["name"]: one["documents"] for one in listed} == {"people": 4, "ops": 1}


def test_a_folder_is_for_those_whom_sources_toml_names(company: Path) -> None:
    indexed()

    assert "61,000" not in asked(SALARY)
    assert "61,000" in asked(SALARY, "--as", "U024FINANCE")
    (company / "sources.toml").write_text(SOURCES.replace("FINANCE", "PEOPLE"), "utf-8")
    assert indexed("people")["people"]["permitted"] == 1
    assert "61,000" not in asked(SALARY, "--as", "U024FINANCE")
    assert "61,000" in asked(SALARY, "--as", "U024PEOPLE")


def test_a_rebuild_takes_over_and_going_back_keeps_what_was_forgotten_out(company: Path) -> None:
    indexed()
    (company / "people" / "leave.md").write_text("# Leave\n\nParental leave is 20 weeks.", "utf-8")

    rebuilt = footnote("index", "--rebuild")

    assert rebuilt.returncode == 0, rebuilt.stderr
    assert "20 weeks" in asked(LEAVE)
    forgotten = footnote("forget", "people/lunch.md")
    assert forgotten.returncode == 0 and "Forgotten" in forgotten.stdout
    assert footnote("index", "--rollback").returncode == 0
    assert "18 weeks" in asked(LEAVE)
    assert "Thursdays" not in asked("When is lunch free?")
    assert indexed("people")["people"]["changed"] == 1
    assert "20 weeks" in asked(LEAVE)
    assert "Thursdays" not in asked("When is lunch free?")
    assert footnote("forget", "people/lunch.md", "--undo").returncode == 0
    indexed("people")
    assert "Thursdays" in asked("When is lunch free?")


def test_what_a_rebuild_finds_gone_stays_gone_after_going_back(company: Path) -> None:
    indexed()
    for name in ("lunch.md", "dogs.md", "leave.md"):
        (company / "people" / name).unlink()

    rebuilt = footnote("index", "--rebuild")

    assert rebuilt.returncode == 0, rebuilt.stderr
    assert "18 weeks" not in asked(LEAVE)
    assert footnote("index", "--rollback").returncode == 0
    assert "18 weeks" not in asked(LEAVE)


def test_a_folder_that_is_not_mounted_touches_nothing_and_is_said(company: Path) -> None:
    indexed()
    (company / "people").rename(company / "elsewhere")

    done = footnote("index")

    assert done.returncode == 1 and "people" in done.stderr
    assert "18 weeks" in asked(LEAVE)
    assert "people" in footnote("sources").stdout


def test_an_index_of_the_release_before_is_named_and_rebuilt(company: Path) -> None:
    indexed()
    index = company / "home" / "index"
    shutil.rmtree(index)
    made = {"name": "passages-1", "embedder": "all-MiniLM-L6-v2 fp32", "dimension": 384, "layout": 1}
    (index / "passages-1.lance").mkdir(parents=True)
    (index / "index.json").write_text(json.dumps({"current": made, "building": None}), "utf-8")

    for words in (("ask", LEAVE), ("index",)):
        done = footnote(*words)
        assert done.returncode == 1 and "index --rebuild" in done.stderr
    assert footnote("sources").returncode == 0
    assert footnote("index", "--rebuild").returncode == 0
    assert "18 weeks" in asked(LEAVE)


def test_what_was_never_there_cannot_be_forgotten_nor_gone_back_to(company: Path) -> None:
    indexed()

    assert footnote("forget", "people/nothing.md").returncode == 1
    gone_back = footnote("index", "--rollback")
    assert gone_back.returncode == 1 and "earlier" in gone_back.stderr


def test_ctrl_c_ends_a_run_with_one_sentence_and_the_next_goes_on_from_there(company: Path) -> None:
    indexed()
    for n in range(700):  # three batches: the last is never under way when the first is there
        (company / "ops" / f"{n:04}.md").write_text(
            f"# Run {n}\n\nRestart host {n} with the red key.", "utf-8"
        )
    command = [sys.executable, "-W", "error", "-m", "bot.cli", "index"]
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # a shell's background is deaf to Ctrl-C
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    running = subprocess.Popen(command, **pipes, text=True, preexec_fn=heard)
    until(lambda: documents(company) > 5)

    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)

    assert running.returncode == 130
    assert "Traceback" not in said and said.strip().splitlines()[-1].startswith("Stopped. What was indexed")
    kept = documents(company)
    assert 5 < kept < 705
    assert indexed("ops")["ops"]["unchanged"] >= kept - 5
    assert documents(company) == 705


def documents(company: Path) -> int:
    with closing(sqlite3.connect(company / "home" / "state.db", timeout=30)) as db:
        return int(db.execute("SELECT count(*) FROM ledger_documents WHERE digest != ''").fetchone()[0])


def until(reached: Callable[[], bool]) -> None:
    ends = time.monotonic() + 200
    while not reached():
        assert time.monotonic() < ends
        time.sleep(0.05)


def test_without_sources_the_next_step_is_named(company: Path) -> None:
    (company / "sources.toml").unlink()

    done = footnote("index")

    assert done.returncode == 2 and "sources.toml" in done.stderr
