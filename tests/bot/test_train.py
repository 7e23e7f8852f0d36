"""footnote train: which dataset, which Python, and what it says where either is missing."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from spoken import footnote
from typer.testing import CliRunner

from bot import wiring
from bot.cli.table import app
from bot.settings import load
from bot.wiring import judging
from bot.wiring.weekly import as_before
from model.learning import erasure, optout
from retrieval.passage import FootnoteError
from tests.model.lessons import lesson

LATE = 4e9  # seconds: newer than what else is in that folder
FAKE = """#!{python}
import json, pathlib, sys
words = sys.argv[1:]
assert words[:2] == ["-m", "model.learning.train"], words
out = pathlib.Path(words[words.index("--out") + 1])
out.mkdir()
(out / "train.json").write_text(json.dumps({{"losses": [[1, 0.9, None]], "words": words}}))
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path))
    for number in (1, 2):
        folder = tmp_path / "models" / "datasets" / f"kb-{number:012d}"
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text("{}")
    return tmp_path


@pytest.fixture
def python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stands in for the Python of the trainer: what it was asked for is kept where the adapter goes."""
    file = tmp_path / "python"
    file.write_text(FAKE.format(python=sys.executable))
    file.chmod(0o755)
    monkeypatch.setenv("FOOTNOTE_TRAINER", str(file))


def test_the_newest_dataset_is_trained_on_and_the_next_step_is_named(home: Path, python: None) -> None:
    done = footnote("train", "--rate", "1e-3", "--qlora")

    made = home / "models" / "trained" / "kb-000000000002-0"
    words = json.loads((made / "train.json").read_text())["words"]
    assert words[2].endswith("datasets/kb-000000000002")
    assert {"--qlora", "0.001", "Qwen/Qwen3-4B-Instruct-2507"} <= set(words)
    assert "--kto" not in words
    assert f"footnote adapters add {made}" in done.stdout.replace("\n", "")
    assert (made / "losses.svg").read_text().startswith("<svg")


def test_the_base_that_is_served_is_trained_on_unless_another_is_named(home: Path, python: None) -> None:
    serve(home, {"base": "Qwen/Qwen3-1.7B"})

    for words in ((), ("--seed", "1", "--base", "Qwen/Qwen3-0.6B")):
        footnote("train", *words)

    made = [home / "models" / "trained" / f"kb-000000000002-{seed}" / "train.json" for seed in (0, 1)]
    given = [json.loads(one.read_text())["words"] for one in made]
    bases = [words[words.index("--base") + 1] for words in given]
    assert bases == ["Qwen/Qwen3-1.7B", "Qwen/Qwen3-0.6B"]


def test_where_the_base_model_answers_no_candidate_says_what_is_trained_on(home: Path, python: None) -> None:
    serve(home, {"base": "Qwen/Qwen3-1.7B"})
    file = home / "models" / "serving.json"
    for seed, role in enumerate(("candidate", "previous")):
        file.write_text(json.dumps({"production": "", role: "kb-0001-aaaaaaaa"}))
        made = home / "models" / "trained" / f"kb-000000000002-{seed}"

        assert footnote("train", "--seed", str(seed)).returncode == 0
        assert "Qwen/Qwen3-4B-Instruct-2507" in json.loads((made / "train.json").read_text())["words"]


def test_a_training_that_starts_by_itself_is_done_as_the_one_in_production_was(home: Path) -> None:
    settings = load(_env_file=None, home=home)
    assert as_before(settings) == []

    serve(
        home, {"settings": {"epochs": 2.0, "rate": 0.001, "each": 4, "rank": 16, "qlora": True, "kto": False}}
    )

    assert as_before(settings) == ["--epochs", "2.0", "--rate", "0.001", "--each", "4", "--qlora"]


def serve(home: Path, training: dict[str, object]) -> None:
    """An adapter of that training is in production."""
    adapter = home / "models" / "adapters" / "kb-0001-aaaaaaaa"
    adapter.mkdir(parents=True)
    (adapter / "train.json").write_text(json.dumps(training))
    (home / "models" / "serving.json").write_text(json.dumps({"production": adapter.name}))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ((3, 0), ["It has 3 rows to train on", "footnote review", "No row is held back"]),
        ((3, 1), ["It has 3 rows to train on"]),
        ((400, 0), ["No row is held back"]),
        ((400, 40), []),
    ],
)
def test_too_little_to_learn_from_is_said_with_what_to_do_and_trained_on_all_the_same(
    home: Path, python: None, rows: tuple[int, int], said: list[str]
) -> None:
    file = home / "models" / "datasets" / "kb-000000000002" / "manifest.json"
    file.write_text(json.dumps({"rows": dict(zip(("train", "held"), rows, strict=True))}))

    done = footnote("train")

    assert done.returncode == 0
    assert [words for words in said if words not in done.stderr] == []
    assert said or not done.stderr


@pytest.mark.parametrize(
    ("trainer", "said"),
    [("/nonexist", "cannot be run"), ("/bin/true", "made no adapter"), ("/tmp", "cannot be")],
)
def test_a_trainer_that_is_none_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch, trainer: str, said: str
) -> None:
    monkeypatch.setenv("FOOTNOTE_TRAINER", trainer)

    done = footnote("train")

    assert done.returncode == 2 and f"{trainer} " in done.stderr and said in done.stderr
    assert "FOOTNOTE_TRAINER has to name a Python" in done.stderr


def test_a_damaged_dataset_is_named_with_what_to_do_and_the_others_are_listed(home: Path) -> None:
    first, second = sorted((home / "models" / "datasets").iterdir())
    told = {"name": "kb", "digest": "000000000001", "rows": {"train": 7, "held": 1}}
    (first / "manifest.json").write_text(json.dumps(told))
    (first / "CARD.md").write_text("# kb\n\n| a | b |\n  - two\x1b[2J\n")

    for text in ("{", "[]", "{}"):
        (second / "manifest.json").write_text(text)
        listed = footnote("dataset", "list")
        assert listed.returncode == 0 and "kb-000000000001  7 to train on" in listed.stdout
        assert f"Remove the folder {second}" in listed.stderr
        shown = footnote("dataset", "show", second.name)
        assert shown.returncode == 1 and f"The dataset {second.name} is damaged" in shown.stderr
    assert footnote("dataset", "show", first.name).stdout == "# kb\n\n| a | b |\n  - two\n"
    (second / "manifest.json").write_text("{")
    assert "is damaged" in footnote("train", second.name).stderr


@pytest.mark.parametrize(
    "text", ["{half a row", "[1]", '{"id": "a"}', '{"id": "a", "passages": ["b"]}', "\xff"]
)
def test_a_dataset_whose_rows_are_damaged_is_named_with_what_to_do(
    home: Path, python: None, text: str
) -> None:
    dataset = home / "models" / "datasets" / "kb-000000000002"
    (dataset / "sft.jsonl").write_bytes(f"{lesson(0).to_line()}\n{text}\n".encode("latin-1"))

    done = footnote("train")

    assert done.returncode == 1 and "kb-000000000002 is damaged: its sft.jsonl" in done.stderr
    assert "footnote dataset build" in done.stderr
    with pytest.raises(FootnoteError, match="kb-000000000002 is damaged"):
        judging.learnt(load(_env_file=None, home=home), dataset.name)


@pytest.mark.parametrize("rows", [{"train": 3}, [3, 0], {"train": "3", "held": 0}])
def test_a_dataset_that_does_not_say_how_many_rows_it_has_is_damaged(home: Path, rows: object) -> None:
    file = home / "models" / "datasets" / "kb-000000000002" / "manifest.json"
    file.write_text(json.dumps({"name": "kb", "digest": "000000000002", "rows": rows}))

    assert "kb-000000000002 is damaged: its manifest.json" in footnote("train").stderr
    listed = footnote("dataset", "list")
    assert listed.returncode == 0 and "kb-000000000002 is damaged" in listed.stderr


def test_a_row_is_asked_again_whatever_marks_its_words_have(home: Path) -> None:
    dataset = home / "models" / "datasets" / "kb-000000000002"
    row = lesson(0, question="What ends\u2028here, and\u0085there?")
    (dataset / "sft.jsonl").write_text(f"{row.to_line()}\n", encoding="utf-8")

    assert judging.learnt(load(_env_file=None, home=home), dataset.name) == (row,)


COMMANDS = ("dataset list", "adapters list", "adapters show kb-0001-aaaaaaaa", "eval list", "eval freeze")


@pytest.mark.parametrize("place", ["", "models"])
@pytest.mark.parametrize(
    "words", [*COMMANDS, "train", "dataset build", "erase --user U0ADA0001", "gate kb-0001-aaaaaaaa"]
)
def test_a_home_that_is_no_folder_is_named_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, words: str
) -> None:
    home = tmp_path / "home"
    (home / place).parent.mkdir(exist_ok=True)
    (home / place).write_text("")
    monkeypatch.setenv("FOOTNOTE_HOME", str(home))

    done = footnote(*words.split())

    assert done.returncode == 2 and "FOOTNOTE_HOME" in done.stderr and "fault of" not in done.stderr
    assert "set another" in done.stderr


def test_a_home_that_cannot_be_made_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", "/proc/x")

    done = footnote("dataset", "build", "--seed-only")

    assert done.returncode == 2 and "cannot be made or written" in done.stderr


@pytest.mark.parametrize("why", ["opted out", "erased"])
def test_what_may_not_be_learnt_from_since_it_was_built_is_not_trained_on(
    home: Path, python: None, why: str
) -> None:
    rows, dataset = [lesson(0), lesson(1)], home / "models" / "datasets" / "kb-000000000002"
    (dataset / "sft.jsonl").write_text("".join(f"{row.to_line()}\n" for row in rows))
    assert footnote("train", "--seed", "1").returncode == 0
    if why == "erased":
        erasure.note(home / "models", [rows[0].answer_id])
    else:
        with wiring.engine(load(_env_file=None, home=home)).begin() as connection:
            optout.leave(connection, rows[0].people[0])

    done = footnote("train")

    assert done.returncode == 1 and "1 of 2 rows of kb-000000000002" in done.stderr
    assert "footnote dataset build" in done.stderr
    assert not (home / "models" / "trained" / "kb-000000000002-0").exists()


def test_where_the_store_cannot_be_reached_it_is_trained_all_the_same(
    home: Path, python: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = home / "models" / "datasets" / "kb-000000000002"
    (dataset / "sft.jsonl").write_text(f"{lesson(0).to_line()}\n")
    monkeypatch.setenv("FOOTNOTE_STORE", "weaviate")
    monkeypatch.setenv("WEAVIATE_URL", "http://127.0.0.1:9")

    done = footnote("train")

    assert done.returncode == 0, done.stderr


def test_a_dataset_is_meant_by_how_its_name_begins_where_one_alone_does(home: Path, python: None) -> None:
    assert "more than one dataset" in footnote("train", "kb").stderr
    assert footnote("train", "kb-000000000001").returncode == 0
    (home / "models" / "datasets" / "kb-000000000001" / "manifest.json").unlink()
    assert footnote("train", "kb", "--seed", "1").returncode == 0
    assert (home / "models" / "trained" / "kb-000000000002-1").is_dir()


def test_a_whole_name_is_meant_before_its_beginning_and_what_is_being_made_never(
    home: Path, python: None
) -> None:
    datasets, settings = home / "models" / "datasets", load(_env_file=None, home=home)
    told = json.dumps({"name": "kb", "digest": "1", "rows": {"train": 1, "held": 1}})
    for number, name in enumerate(("kb-1", "kb-11", ".unfinished-kb-2-1")):
        (datasets / name).mkdir()
        (datasets / name / "manifest.json").write_text(told)
        (datasets / name / "CARD.md").write_text(f"# {name}\n")
        (datasets / name / "sft.jsonl").write_text(f"{lesson(number).to_line()}\n")
        os.utime(datasets / name / "manifest.json", times=(LATE + number,) * 2)

    assert footnote("dataset", "show", "kb-1").stdout == "# kb-1\n"
    assert footnote("train").returncode == 0 and (home / "models" / "trained" / "kb-11-0").is_dir()
    assert judging.learnt(settings, "kb-1") == (lesson(0),)
    for name in ("kb-[1]", ".unfinished-kb-2"):
        with pytest.raises(FootnoteError, match="names no dataset"):
            judging.learnt(settings, name)


def test_a_dataset_that_is_not_there_is_an_error_that_says_what_to_do(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for words, said in ((("kb-9",), "no dataset kb-9"), ((), "No dataset has been built yet")):
        monkeypatch.setenv("FOOTNOTE_HOME", str(home if words else home / "empty"))
        done = footnote("train", *words)

        assert done.returncode == 1
        assert said in done.stderr


def test_an_adapter_is_never_written_over(home: Path, python: None) -> None:
    (home / "models" / "trained" / "kb-000000000002-0").mkdir(parents=True)

    done = footnote("train")

    assert done.returncode == 1
    assert "is there already" in done.stderr


@pytest.mark.parametrize("words", [("--epochs", "-1"), ("--each", "0"), ("--rate", "0"), ("--longest", "0")])
def test_numbers_that_train_nothing_are_wrong_usage(words: tuple[str, str]) -> None:
    done = CliRunner().invoke(app, ["train", *words])

    assert done.exit_code == 2 and words[0] in done.output
