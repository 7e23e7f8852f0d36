"""Who and what is erased is in no dataset any more, nor in the next, and adapters that saw them are named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from model.learning import erasure
from model.learning.dataset import Built, Rules, build
from model.learning.erasure import Erased, begun, erased, note, seen
from tests.model.lessons import lesson, passage

ROWS = [lesson(i, people=(f"U{i % 6:03}PERSON",)) for i in range(12)]
ADA = "U003PERSON"


def made(root: Path, rows: list[object] | None = None, **more: object) -> Built:
    given = {"of_person": 1.0, **more}
    return build(rows or ROWS, Rules(**given), root / "datasets")  # type: ignore[arg-type]


def erase(root: Path, **meant: object) -> Erased:
    gone = begun(root, **meant)  # type: ignore[arg-type]
    erasure.erase(root, gone)
    return gone


def said(root: Path) -> str:
    return "".join(one.read_text(encoding="utf-8") for one in sorted(root.rglob("*")) if one.is_file())


def test_nothing_of_a_person_is_found_in_any_file_and_the_next_dataset_is_without_them(
    tmp_path: Path,
) -> None:
    theirs, other = made(tmp_path), made(tmp_path, [r for r in ROWS if ADA not in r.people], name="other")

    gone = erase(tmp_path, people=[ADA])

    assert gone.datasets == (theirs.folder.name,)
    assert other.folder.is_dir()
    assert ADA not in said(tmp_path)
    again = made(tmp_path, erased=erased(tmp_path))
    assert again.counts == {"erased": 2}
    assert ADA not in said(tmp_path)


def test_nothing_of_a_document_is_left(tmp_path: Path) -> None:
    document = ROWS[5].passages[1].document
    made(tmp_path)

    erase(tmp_path, documents=[document])
    made(tmp_path, erased=erased(tmp_path))

    assert document not in said(tmp_path)
    assert ROWS[5].passages[1].text[:40] not in said(tmp_path)


def test_a_document_that_is_only_a_general_text_is_erased_as_well(tmp_path: Path) -> None:
    pool = tuple(passage(i) for i in range(100, 200))
    built = made(tmp_path, pool=pool)
    shown = {one.document for part in built.rows.values() for row in part for one in row.passages}
    beside = next(row for row in built.general if not row.documents & shown)

    gone = erase(tmp_path, documents=beside.documents)
    again = made(tmp_path, pool=pool, erased=erased(tmp_path))

    assert gone.rows == (beside.id,)
    assert beside not in again.general and beside.passages[0].text not in said(tmp_path)


def test_adapters_that_were_trained_with_erased_rows_are_named(tmp_path: Path) -> None:
    rows = [row.id for part in made(tmp_path).rows.values() for row in part if ADA in row.people]
    for name, ids in {"kb-1": rows[:1], "kb-2": ["0" * 16], "kb-3": rows}.items():
        (tmp_path / "adapters" / name).mkdir(parents=True)
        (tmp_path / "adapters" / name / "train.json").write_text(json.dumps({"row_ids": ids}))

    assert erase(tmp_path, people=[ADA]).adapters == ("kb-1", "kb-3")


def test_adapters_are_named_whose_rows_were_made_of_an_erased_answer_that_no_dataset_has(
    tmp_path: Path,
) -> None:
    for name, made in {"kb-1": {"r1": "Ev1"}, "kb-2": {"r1": "Ev2"}}.items():
        (tmp_path / "adapters" / name).mkdir(parents=True)
        told = {"row_ids": ["r1", "r2"], "answers": made}
        (tmp_path / "adapters" / name / "train.json").write_text(json.dumps(told))

    assert erase(tmp_path, answers=["Ev1"]).adapters == ("kb-1",)
    assert seen(told | {"answers": {"r2": "Ev1"}}, erased(tmp_path)) == ["r2"]


def test_a_dataset_with_a_row_of_an_erased_answer_goes_also_where_the_answer_was_noted_before_a_crash(
    tmp_path: Path,
) -> None:
    theirs = made(tmp_path, [lesson(i, answer_id=f"Ev{i}") for i in range(6)])
    note(tmp_path, ["Ev3"])

    assert erase(tmp_path, people=["U404"]).datasets == (theirs.folder.name,)
    assert made(tmp_path, [lesson(3, answer_id="Ev3"), lesson(4)], erased=erased(tmp_path)).counts == {
        "erased": 1
    }


def test_who_is_nowhere_changes_nothing(tmp_path: Path) -> None:
    made(tmp_path)
    before = said(tmp_path)

    assert not erase(tmp_path, people=["U404"], documents=["kb:none.md"]).datasets
    assert said(tmp_path) == before


KILLED = """
import os, sys
from pathlib import Path
from model.learning.erasure import begun, erase
def step(name):
    if name == sys.argv[1]: os._exit(137)
erase(Path(sys.argv[2]), begun(Path(sys.argv[2]), people=[sys.argv[3]]), step)
"""


@pytest.mark.slow
@pytest.mark.parametrize("step", ["erase-noted", "folder-going", "erase-removed"])
def test_an_erasure_that_is_killed_goes_on_where_it_was(step: str, tmp_path: Path) -> None:
    made(tmp_path)
    made(tmp_path, name="second", seed=2)

    command = [sys.executable, "-c", KILLED, step, str(tmp_path), ADA]
    assert subprocess.run(command, env=dict(os.environ), check=False).returncode == 137
    erase(tmp_path, people=[ADA])

    assert ADA not in said(tmp_path)
    assert made(tmp_path, erased=erased(tmp_path)).counts == {"erased": 2}


def test_a_note_that_a_crash_cut_off_does_not_swallow_the_next(tmp_path: Path) -> None:
    made(tmp_path)
    (tmp_path / "erased.jsonl").write_text(
        '{"row": "0123456789abcdef", "answer": "a", "at": "x"}\n{"row": "89'
    )

    gone = erase(tmp_path, people=[ADA])

    assert erased(tmp_path) >= {"0123456789abcdef", *gone.rows}
