"""Golden sets go on without what was erased: in their order, with no word of it, on no page of a verdict."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path

from golden_rows import model, parts, rows, share_wrong

from bot.learning import erasing
from bot.state import connect, upgrade
from model.learning import dataset, golden, waiting
from model.learning.erasure import trained_with
from model.learning.folders import alone, still
from model.learning.gate import Rules
from model.learning.thaw import thaw
from model.learning.trial import Bench, gated
from tests.model.lessons import lesson

ADA = "U0ADA00001"


def test_the_newest_set_is_the_newest_after_an_erasure(tmp_path: Path) -> None:
    place, some = tmp_path / "golden", rows(5, 0)
    waiting.add(place, replace(some[0], people=(ADA,)), locked=False)
    for row in some[1:4]:
        waiting.add(place, row, locked=False)
        waiting.frozen(place, "team")
    before = [golden.manifest(one)["made_at"] for one in golden.folders(place)]

    assert len(thaw(tmp_path, [ADA]).gone) == 3

    left = golden.folders(place)
    assert [len(golden.opened(one).items) for one in left] == [3, 2, 1]
    assert [golden.manifest(one)["made_at"] for one in left] == before
    waiting.add(place, some[4], locked=False)
    assert len(golden.opened(waiting.frozen(place, "team")).items) == 4


def test_a_damaged_set_stops_no_erasure_and_goes_where_it_names_the_person(tmp_path: Path) -> None:
    place, some = tmp_path / "golden", rows(3, 0)
    for row, who in zip(some, (ADA, ADA, "U0BEN00002"), strict=True):
        golden.freeze(place, f"of{who}", golden.Parts([replace(row, people=(who,))]))
    first, second, others = golden.every(place)
    (first / "manifest.json").write_text("{")
    (others / "locked.jsonl").write_text("{")

    thawed = thaw(tmp_path, [ADA])

    assert set(thawed.gone) == {first.name, second.name} and thawed.unread == (others.name,)
    left = golden.every(place)
    assert others in left and len(left) == 2
    assert not [one for one in place.rglob("*.jsonl") if ADA in one.read_text()]


def test_no_general_text_is_of_an_erased_document(tmp_path: Path) -> None:
    place, some = tmp_path / "golden", rows(4, 0)
    for row in some:
        waiting.add(place, row, locked=False)
    waiting.frozen(place, "team")
    gone = some[0].passages[0]

    thaw(tmp_path, documents=[gone.document])

    assert golden.opened(golden.newest(place)).general
    assert not [file for file in tmp_path.rglob("*") if file.is_file() and gone.text in file.read_text()]


def test_what_was_asked_leaves_the_pages_of_verdicts_and_what_was_counted_stays(tmp_path: Path) -> None:
    given = parts(60, 20)
    theirs = [replace(row, people=(ADA,)) for row in given.items]
    golden.freeze(tmp_path / "golden", "team", replace(given, items=theirs))
    bench = Bench(
        tmp_path,
        golden.newest(tmp_path / "golden"),
        model("base", share_wrong(40, "a")),
        Rules(items=60, refusals=20),
    )
    _, folder = gated(bench, model("kb-0001-aaaaaaaa", share_wrong(5, "b")))
    page, told = folder / "VERDICT.md", (folder / "verdict.json").read_text()
    assert "After how many days" in page.read_text()

    thaw(tmp_path, ["U0NOBODY01"])
    assert "After how many days" in page.read_text()
    thaw(tmp_path, [ADA])

    assert "After how many days" not in page.read_text() and "| gain |" in page.read_text()
    assert "## What it rests on" in page.read_text() and (folder / "verdict.json").read_text() == told


def test_a_set_whose_words_name_the_person_is_frozen_anew_and_stays_whole(tmp_path: Path) -> None:
    place, some = tmp_path / "models" / "golden", rows(3, 0)
    named = replace(some[0], question=f"What does <@{ADA}> say of it?")
    before = golden.freeze(place, "team", golden.Parts((named, *some[1:]), (), (), [f"{ADA} is here."]))
    learnt = [*map(lesson, range(4)), lesson(9, channel=f"of {ADA}")]
    dataset.build(learnt, dataset.Rules(of_person=1.0, refusals=0.0), place.parent / "datasets")
    (place.parent / "events.jsonl").write_text(json.dumps({"who": ADA}) + "\n")
    engine = connect(tmp_path)
    upgrade(engine)

    with alone(place.parent):
        thread = threading.Thread(target=erasing.person, args=(engine, tmp_path, ADA))
        thread.start()
        thread.join(1)
        with (place.parent / "events.jsonl").open("a") as log:
            log.write('{"who": "U0BEN00002"}\n')
    thread.join()

    left = golden.newest(place)
    assert left != before and list(golden.opened(left).items) == some[1:] and not golden.opened(left).general
    assert list((place.parent / "datasets").glob("*/manifest.json")) == []
    assert [json.loads(line)["who"] for line in (place.parent / "events.jsonl").read_text().splitlines()] == [
        "erased",
        "U0BEN00002",
    ]


def test_what_is_made_of_rows_and_what_erases_them_wait_for_each_other(tmp_path: Path) -> None:
    place, engine = tmp_path / "models" / "golden", connect(tmp_path)
    upgrade(engine)
    waiting.add(place, replace(rows(1, 0)[0], people=(ADA,)), locked=False)
    jobs = [
        threading.Thread(target=waiting.frozen, args=(place, "team")),
        threading.Thread(target=erasing.person, args=(engine, tmp_path, ADA)),
    ]
    with still(place.parent):
        for job in jobs:
            job.start()
            job.join(0.5)
        assert len(waiting.waiting(place)) == 1 and golden.folders(place) == []
    for job in jobs:
        job.join()

    assert waiting.waiting(place) == []
    assert [golden.opened(one).items for one in golden.folders(place)] == [()]


def test_what_was_trained_and_not_added_yet_is_named_too(tmp_path: Path) -> None:
    for name in ("adapters/kb-0001-aaaaaaaa", "trained/kb-1"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "train.json").write_text(json.dumps({"row_ids": ["r1"]}))

    assert trained_with(tmp_path, ["r1"]) == ("kb-0001-aaaaaaaa", "trained/kb-1")
