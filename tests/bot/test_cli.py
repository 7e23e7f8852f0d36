"""The command as people and scripts meet it: its own process, its output, its exit code."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import spoken

from model.answer import Answer, Status

pytestmark = pytest.mark.slow  # starts servers or processes of its own

HANDBOOK = Path(__file__).parents[2] / "examples" / "handbook"
DINNER = "How much may I spend on dinner?"

# Runs the command and counts what reaches, or looks up, anything beyond this machine.
WATCHED = """
import sys
outside = []
def watch(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
        place = arguments[0] if event.startswith("socket.get") else arguments[1]
        host = place[0] if isinstance(place, tuple) else place
        local = ("127.", "::1", "localhost")
        if isinstance(place, (bytes, str)) and event == "socket.connect": return
        if not str(host or "localhost").startswith(local): outside.append(str(host))
sys.addaudithook(watch)
from bot.cli import main
try:
    main()
finally:
    if outside: sys.stderr.write("REACHED OUT: %s" % outside); sys.stderr.flush(); import os; os._exit(99)
"""


def footnote(*words: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **environment}
    command = [sys.executable, "-W", "error", "-c", WATCHED, *words]
    done = subprocess.run(command, capture_output=True, text=True, input=stdin, env=env, timeout=120)
    assert "Traceback" not in done.stdout + done.stderr
    assert done.returncode != 99, done.stderr
    return done


def test_a_german_question_is_refused_in_german(home: Path) -> None:
    done = footnote("ask", "Wer ist der König von Schweden?")

    assert done.returncode == 3
    assert "keine Antwort gefunden" in done.stdout and "Die nächstliegenden Seiten" in done.stdout


def asked(question: str) -> dict[str, Any]:
    done = footnote("ask", question, "--json")
    return {"code": done.returncode, **json.loads(done.stdout)}


def test_an_answer_as_json_has_the_shape_that_scripts_rely_on(home: Path) -> None:
    answer = asked(DINNER)

    assert answer["code"] == 0
    assert answer["status"] == "answered"
    assert {"id", "question", "status", "text", "citations", "writer", "timings_ms"} <= answer.keys()
    assert answer["timings_ms"].keys() == {"embed", "search", "write", "total"}
    keys = {"number", "title", "url", "heading", "page", "start", "end", "quote", "updated_at"}
    assert answer["citations"][0].keys() == keys
    text = (HANDBOOK / "money" / "expenses.md").read_text(encoding="utf-8")
    first = answer["citations"][0]
    assert text[first["start"] : first["end"]] == first["quote"]


def test_a_shell_in_which_langchain_is_traced_sends_no_question_to_its_makers(home: Path) -> None:
    done = footnote(
        "ask", DINNER, LANGSMITH_TRACING="true", LANGCHAIN_TRACING_V2="true", LANGSMITH_API_KEY="k"
    )

    assert done.returncode == 0, done.stderr


def test_what_the_documents_do_not_say_is_exit_code_3(home: Path) -> None:
    answer = asked("Who won the chess world championship in 1972?")

    assert (answer["code"], answer["status"], answer["citations"]) == (3, "not_found", [])
    assert "22 documents of handbook" not in answer["text"]  # one of them is not for everyone
    assert "21 documents of handbook" in answer["text"]


def test_the_terminal_shows_quote_place_and_age_and_no_control_characters(home: Path) -> None:
    done = footnote("ask", DINNER)

    assert done.returncode == 0
    assert "[1]" in done.stdout
    assert "updated" in done.stdout
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize(
    ("said", "told"), [("That's wrong", "cannot see on which"), ("Das ist falsch", "nach welcher")]
)
def test_who_says_that_something_is_wrong_is_told_how_a_terminal_takes_it(
    home: Path, said: str, told: str
) -> None:
    alone, behind = (
        spoken.footnote("ask", said, "--json"),
        spoken.footnote("ask", said, "--json", "--after", DINNER),
    )

    assert told in alone.stdout
    assert "--after" in alone.stdout
    assert "--after" not in behind.stdout


def test_what_the_chain_says_else_to_such_a_word_is_shown_as_it_is(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = Answer("a1", "That's wrong", Status.FAILED, "It cannot be reached.")
    monkeypatch.setattr("bot.wiring.chain", lambda _: SimpleNamespace(invoke=lambda _: failed))

    done = spoken.footnote("ask", "That's wrong", "--json")

    assert done.returncode == 1 and json.loads(done.stdout)["text"] == "It cannot be reached."


def test_without_an_index_the_next_step_is_named(tmp_path: Path) -> None:
    done = spoken.footnote("ask", DINNER)

    assert done.returncode == 1
    assert "footnote index" in done.stderr


@pytest.mark.parametrize("question", ["", "   ", "?!", "x" * 40_000])
def test_a_question_that_cannot_be_asked_is_wrong_usage_with_a_sentence(home: Path, question: str) -> None:
    done = spoken.footnote("ask", question)

    assert done.returncode == 2
    assert "question" in done.stderr


def test_a_wrong_setting_is_named_with_the_fix(tmp_path: Path) -> None:
    done = footnote("ask", DINNER, FOOTNOTE_ALPHA="7")

    assert done.returncode == 2
    assert "FOOTNOTE_ALPHA" in done.stderr


def test_quotation_marks_may_be_left_out(home: Path) -> None:
    done = spoken.footnote("ask", *DINNER.split(), "--json")

    assert (done.returncode, json.loads(done.stdout)["question"]) == (0, DINNER)


def test_control_characters_in_a_question_do_no_harm(home: Path) -> None:
    done = footnote("ask", "How much may I spend\x07 on \x1b[31mdinner\x1b[0m?")

    assert done.returncode == 0
    assert "€38" in done.stdout


def test_an_empty_folder_is_named_and_exit_code_1(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()

    done = spoken.footnote("index", str(tmp_path / "nothing"))

    assert done.returncode == 1
    assert "Nothing could be indexed" in done.stderr
    assert ".jsonl" in done.stderr


def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    done = spoken.footnote("index", str(tmp_path / "nowhere"))

    assert done.returncode == 2
    assert "nowhere" in done.stderr


def test_a_folder_that_is_gone_leaves_the_index_where_others_of_its_source_are_there(tmp_path: Path) -> None:
    for name in ("kept", "named", "gone"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "page.md").write_text(f"# {name}\nThe {name} page says something.")
    both = (str(tmp_path / "kept"), str(tmp_path / "gone"))
    named = (str(tmp_path / "named"), "--source", "other")
    spoken.footnote("index", *both)
    spoken.footnote("index", *named)
    shutil.rmtree(tmp_path / "gone")
    shutil.rmtree(tmp_path / "named")

    second = spoken.footnote("index", *both, "--json")
    third = spoken.footnote("index", *named)
    typo = spoken.footnote("index", str(tmp_path / "nmaed"), "--source", "other")
    alone = spoken.footnote("index", str(tmp_path / "gone"))

    assert (second.returncode, third.returncode) == (0, 2)
    summary = json.loads(second.stdout)
    assert (summary["removed"], summary["unchanged"]) == (1, 1)
    assert f"{tmp_path / 'gone'} is gone: its documents leave the index" in " ".join(second.stderr.split())
    said = " ".join(re.sub(r"[^\w.:;/-]", " ", third.stderr).split())  # a disk that is not mounted looks so
    assert "Nothing was removed; footnote forget --source other takes its documents out" in said
    assert (typo.returncode, alone.returncode) == (2, 2)  # nobody knows them


def test_a_document_loader_of_langchain_reads_what_it_is_given(tmp_path: Path) -> None:
    notes = tmp_path / "notes.org"
    notes.write_bytes("The café opens at nine.".encode("utf-16"))
    words = ("index", "--loader", "TextLoader", "--with", "encoding=utf-16", "--json")

    done = footnote(*words, str(notes), str(tmp_path / "gone.org"))

    summary = json.loads(done.stdout)
    assert (done.returncode, summary["documents"], len(summary["failed"])) == (0, 1, 1)
    assert "TextLoader found nothing there" in summary["failed"][0]["reason"]
    assert done.stderr == ""


def test_a_loader_that_finds_nothing_is_not_told_about_kinds_of_file(tmp_path: Path) -> None:
    (tmp_path / "empty.org").write_text(" ")

    done = spoken.footnote("index", "--loader", "TextLoader", str(tmp_path / "empty.org"))

    assert done.returncode == 1
    assert "TextLoader found no document" in " ".join(done.stderr.split()) and ".docx" not in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--with", "encoding=utf-8"), "--loader"),
        (("--loader", "TextLoader", "--with", "encoding"), "KEY=VALUE"),
        (("--loader", "TextLoder"), "did you mean TextLoader"),
        (("--loader", "TextLoader", "--with", "colour=3"), "It takes file_path"),
    ],
)
def test_a_loader_that_is_asked_for_wrongly_is_wrong_usage(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    done = spoken.footnote("index", *words, str(tmp_path))

    assert done.returncode == 2
    assert said in " ".join(done.stderr.replace("│", " ").split())


@pytest.mark.slow
def test_a_changed_a_deleted_and_an_unreadable_document_show_in_the_next_answer(tmp_path: Path) -> None:
    folder = tmp_path / "handbook"
    shutil.copytree(HANDBOOK, folder)
    first = json.loads(spoken.footnote("index", str(folder), "--json").stdout)
    page = folder / "money" / "expenses.md"
    page.write_text(page.read_text("utf-8").replace("| Dinner | €38 |", "| Dinner | €41 |"), "utf-8")
    (folder / "work" / "parking.txt").unlink()
    (folder / "empty.md").touch()
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    os.mkfifo(folder / "pipe.md")

    second = json.loads(spoken.footnote("index", str(folder), "--json").stdout)

    assert (first["new"], first["failed"]) == (22, [])
    assert (second["new"], second["changed"], second["unchanged"], second["removed"]) == (0, 1, 20, 1)
    assert {f["document"] for f in second["failed"]} == {
        "handbook/empty.md",
        "handbook/broken.pdf",
        "handbook/pipe.md",
    }
    assert "€41" in asked(DINNER)["text"]
    assert asked("How much does charging an electric car cost?")["status"] == "not_found"


def test_the_help_fits_one_screen_and_names_every_command() -> None:
    shown = footnote("--help", COLUMNS="100").stdout

    assert len(shown.strip().splitlines()) <= 44
    for command in ("index", "ask", "serve", "setup", "doctor", "eval", "fit", "play"):
        assert f" {command} " in shown


def test_the_version_is_the_packages() -> None:
    assert footnote("--version").stdout.strip() == "footnote 0.1.0"


def test_the_doctor_says_what_is_well_and_what_is_not(home: Path) -> None:
    well = footnote("doctor")
    ill = footnote(
        "doctor", FOOTNOTE_WRITER="chat", VLLM_BASE_URL="http://127.0.0.1:9/v1", FOOTNOTE_MODEL="m"
    )

    assert well.returncode == 0, well.stdout
    assert "passages in lance" in well.stdout
    assert ill.returncode == 1
    assert "FAIL writer" in ill.stdout


def test_a_fault_of_ours_is_a_reference_number_and_the_rest_is_in_the_log(home: Path) -> None:
    (home / "index" / "index.json").write_text('{"oops": ')  # what no Footnote ever writes

    done = footnote("ask", DINNER)

    assert done.returncode == 1
    assert done.stderr.strip()
