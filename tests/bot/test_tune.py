"""footnote tune: what was tried is written down, what is better is taken over when asked, the index stays."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from golden_rows import rows
from spoken import footnote

from bot import wiring
from bot.measuring import tuned
from bot.settings import Settings
from bot.wiring import tuning as wired
from model.learning.guards import Check, State
from model.learning.row import Row
from model.learning.stats import Interval
from model.learning.tuning import Setup, Tuned
from model.learning.tuning import tuned as searched
from model.learning.waiting import add
from tests.bot.conftest import settings_at

QUESTIONS = Path(__file__).parents[2] / "examples" / "questions.jsonl"


class Planted:
    """A bench on which words alone find everything first, and whatever else is set some of it third."""

    def __init__(self, settings: Settings, say: wired.Say) -> None: ...

    def places(self, setup: Setup, rows: Sequence[Row]) -> list[float]:
        return [1.0 if setup.alpha == 0.0 or n % 3 else 1 / 3 for n, _ in enumerate(rows)]

    def answers(self, setup: Setup, rows: Sequence[Row]) -> list[float]:
        return [1.0] * len(rows)

    def close(self) -> None: ...


def golden(home: Path, some: Sequence[Row]) -> None:
    for row in some:
        add(home / "models" / "golden", row, locked=False)


def planted(alpha: float = 0.6, attempt: int = 1) -> Tuned:
    bench = Planted(settings_at(Path("/nowhere")), print)
    axes = {"alpha": [{"alpha": 0.0}, {"alpha": 1.0}]}
    return searched(bench, rows(120, 20), Setup(alpha=alpha), axes, attempt)


def test_a_page_says_what_was_tried_what_to_change_and_how(tmp_path: Path) -> None:
    done = planted()

    folder = tuned.keep(tmp_path, done, {"pieces": "too many passages"})

    page = (folder / "TUNED.md").read_text()
    assert "    FOOTNOTE_ALPHA=0.0" in page and "`footnote tune --write` does it." in page
    assert "| alpha: alpha 0.0, passages 6" in page and "| alpha: alpha 1.0, passages 6" in page
    assert "read the 1. time" in page and "pieces: not tried. too many passages" in page
    told = json.loads((folder / "tuned.json").read_text())
    assert told["settings"] == {"FOOTNOTE_ALPHA": "0.0"} and told["adopted"]
    assert "handed out" not in page + json.dumps(told)  # of the questions


def test_a_page_on_which_nothing_is_better_says_so(tmp_path: Path) -> None:
    done = planted(0.0)

    assert list(tuned.verdict(done)) == ["Nothing is to be changed: no setting is better beyond noise."]
    assert tuned.changed(done) == {}


def test_what_does_not_hold_on_the_part_held_back_is_not_taken_over() -> None:
    done = planted()
    worse = replace(done, held=tuple(replace(one, p=0.5) for one in done.held))

    assert tuned.changed(worse) == {} and "does not hold" in next(tuned.verdict(worse))
    assert "footnote index --rebuild" in "".join(tuned.verdict(replace(done, best=Setup(pieces=110))))


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.FAILED, "answers get worse by it"),
        (State.INSUFFICIENT, "more golden questions are needed"),
        (State.HELD, "Put these lines into .env"),
        (None, "Answers were not judged (--search-only)"),
    ],
)
def test_what_is_taken_over_has_answers_that_are_no_worse_or_says_that_none_were_judged(
    state: State | None, said: str
) -> None:
    found = Interval(-0.1, 0.1)
    guard = Check("wrong", state, 0.1, 0.1, 0.0, found, 0.03, "wrong: as many.") if state else None
    done = replace(planted(), guard=guard)

    assert said in "\n".join(tuned.verdict(done))
    assert bool(tuned.changed(done)) is (state in (State.HELD, None))


def test_each_reading_of_a_held_part_counts_and_another_part_begins_anew(tmp_path: Path) -> None:
    done = planted()
    seen = [tuned.attempt(tmp_path, done.held_rows)]
    tuned.keep(tmp_path, done, {})
    seen.append(tuned.attempt(tmp_path, done.held_rows))
    tuned.keep(tmp_path, planted(0.0), {})  # did not read it
    seen.append(tuned.attempt(tmp_path, done.held_rows))

    assert seen == [1, 2, 2]
    assert tuned.attempt(tmp_path, [f"other{n}" for n in range(40)]) == 1


def test_sizes_are_tried_with_as_much_text_and_rerankers_in_each_weight(tmp_path: Path) -> None:
    settings = settings_at(tmp_path)

    axes = wired.axes(settings, (110, 220), ("hf:some/reranker",), answers=False)

    assert axes["pieces"] == [{"pieces": 110, "passages": 12}]
    assert [one["weight"] for one in axes["reranker"]] == [0.5, 0.25, 0.5, 0.75]
    assert "passages" not in axes and len(axes["alpha"]) == 10
    assert list(wired.axes(settings, (), (), answers=True)) == ["alpha", "passages"]
    assert wired.sizes(settings.model_copy(update={"store": "weaviate"}), (110,)) == ((), wired.ELSEWHERE)


def test_too_few_golden_questions_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path))
    assert "no golden questions" in footnote("tune").stderr
    golden(tmp_path, rows(29, 5))

    done = footnote("tune")

    assert done.returncode == 1 and "There are 29 golden questions; below 30" in done.stderr


@pytest.mark.slow
def test_what_is_better_is_written_to_env_only_when_asked(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    monkeypatch.setattr(wired, "Live", Planted)
    golden(home, rows(120, 20))

    shown = footnote("tune", "--search-only")
    assert (
        "FOOTNOTE_ALPHA=0.0" in shown.stdout and "not judged" in shown.stdout and not (home / ".env").exists()
    )

    (home / ".env").write_text("FOOTNOTE_PASSAGES=6\n")
    assert "Written to .env." in footnote("tune", "--search-only", "--write").stdout
    assert (home / ".env").read_text() == "FOOTNOTE_PASSAGES=6\nFOOTNOTE_ALPHA=0.0\n"


@pytest.mark.slow
def test_settings_are_tried_on_the_index_and_beside_it_and_it_stays_as_it_was(
    home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    settings = settings_at(home)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "trams.md").write_text("# Trams\n\n" + "The tram to Lund leaves at nine. " * 60)
    monkeypatch.chdir(tmp_path)
    assert footnote("index", str(tmp_path / "docs")).returncode == 0
    golden(home, _of_the_handbook(settings))
    before = _digests(home / "index")

    done = footnote("tune", "--size", "110", "--search-only", "--json")

    told = json.loads(done.stdout)
    pieces = [one for one in told["tried"] if one["what"] == "pieces"]
    assert [one["setup"]["pieces"] for one in pieces] == [110] and pieces[0]["by"] == "found"
    assert len(told["tried"]) == 11 and 0.5 < told["tried"][-1]["before"] <= 1
    assert _digests(home / "index") == before and not list((tmp_path / "temporary").iterdir())
    page = (Path(told["folder"]) / "TUNED.md").read_text()
    assert told["now"] == asdict(wired.setup(settings)) and "laptop" not in page
    for name, value in (("FOOTNOTE_WRITER", "chat"), ("VLLM_BASE_URL", "http://127.0.0.1:9/v1")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("FOOTNOTE_MODEL", "away")
    away = footnote("tune", "--size", "220")
    assert away.returncode == 1 and wired.AWAY in away.stderr


def _of_the_handbook(settings: Settings) -> list[Row]:
    """Golden rows of the example questions: the passage that shares most words with the right answer."""
    ledger, table = wiring.ledger(settings), wiring.store(settings).live(settings.workspace)
    made = list[Row]()
    for line in QUESTIONS.read_text().splitlines():
        asked = json.loads(line)
        ends = tuple(f"/{one.partition('#')[0]}" for one in asked.get("gold") or ())
        held = [one for one in ledger.all(table.name) if ends and one.uri.endswith(ends)]
        some = [p for one in held for p in table.around(one.uri, one.revision, 0, 1 << 40)]
        if some:
            words = set(asked["answer"].lower().split())
            best = max(some, key=lambda p: len(words & set(p.text.lower().split())))
            made.append(Row(asked["question"], (best,), f"{asked['answer']} [1]", (1,)))
    return made


def _digests(folder: Path) -> dict[str, str]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(one): hashlib.sha256(one.read_bytes()).hexdigest() for one in files}
