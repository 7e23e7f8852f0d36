"""footnote eval freeze and list, of items that wait already: which set goes on, and what is damaged."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from golden_rows import rows
from spoken import footnote

from bot import wiring
from bot.settings import load
from bot.wiring import judging, verified
from model.learning import golden, optout, waiting


@pytest.fixture
def place(tmp_path: Path) -> Path:
    found = tmp_path / "footnote-home" / "models" / "golden"
    for row in rows(3, 0)[:1]:
        waiting.add(found, row, locked=False)
    return found


def test_what_waits_goes_into_the_newest_set_and_another_one_is_said_to_begin(place: Path) -> None:
    first = footnote("eval", "freeze", "gold")
    waiting.add(place, rows(3, 0)[1], locked=False)

    again = footnote("eval", "freeze")

    assert again.stdout.startswith("gold-") and "2 items" in again.stdout
    assert "begins anew" not in first.stdout + again.stdout
    waiting.add(place, rows(3, 0)[2], locked=False)
    other = footnote("eval", "freeze", "team")
    assert "team begins anew" in other.stdout and "footnote eval freeze gold goes on" in other.stdout


def test_a_file_without_a_line_is_not_replaced_in_silence_and_one_item_is_one(
    place: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty.txt").write_text("\n \n")

    for option in ("--general", "--canaries"):
        done = footnote("eval", "freeze", option, str(tmp_path / "empty.txt"))
        assert done.returncode == 2 and "no line of text" in " ".join(done.stderr.split())
    assert footnote("eval", "list").stdout == "1 item waits to be frozen, 0 of them locked.\n"
    assert footnote("eval", "freeze").stdout.endswith(": 1 item, 0 locked.\n")


@pytest.mark.parametrize("name", ["../x", "a b/../c", "/tmp/x", "x" * 300])
def test_a_name_that_is_a_path_is_refused_and_nothing_is_lost(place: Path, name: str) -> None:
    done = footnote("eval", "freeze", name)

    assert done.returncode == 2 and "letters, digits and hyphens" in done.stderr
    assert len(waiting.waiting(place)) == 1 and [*place.parent.rglob("manifest.json")] == []


def test_a_damaged_set_is_named_once_and_the_others_are_listed(place: Path) -> None:
    footnote("eval", "freeze", "gold")
    whole, cut = golden.newest(place), golden.freeze(place, "cut", golden.Parts(rows(1, 0)))
    (cut / "manifest.json").write_text("{")

    listed, told = footnote("eval", "list"), footnote("eval", "list", "--json")

    assert listed.returncode == 0 and listed.stdout.startswith(whole.name) and cut.name not in listed.stdout
    assert listed.stderr.count(cut.name) == 2 and f"Put the folder {cut} back" in listed.stderr
    assert json.loads(told.stdout)["damaged"] == [cut.name]
    assert "damaged" in footnote("eval", "freeze", "cut").stderr


def test_without_a_name_nothing_is_frozen_where_a_damaged_set_may_be_the_newest(place: Path) -> None:
    gold, newer = (golden.freeze(place, name, golden.Parts(rows(2, 0))) for name in ("gold", "newer"))
    (newer / "manifest.json").write_text("{")

    done = footnote("eval", "freeze")

    assert done.returncode == 1 and newer.name in done.stderr and "footnote eval freeze NAME" in done.stderr
    assert golden.every(place) == [gold, newer] and len(waiting.waiting(place)) == 1
    assert footnote("eval", "freeze", "gold").stdout.startswith("gold-")


def test_nobody_is_judged_by_locked_items_of_who_opted_out_since(place: Path) -> None:
    theirs, other = (
        replace(row, people=(who,)) for row, who in zip(rows(2, 0), ("U0ADA", "U0BEN"), strict=True)
    )
    folder = golden.freeze(place, "gold", golden.Parts([other], [theirs]))
    settings = load(_env_file=None, home=place.parents[1])
    assert judging.permitted(settings, folder) == folder
    with wiring.engine(settings).begin() as db:
        optout.leave(db, "U0ADA")

    with pytest.raises(golden.NotGolden, match="1 of the 2 golden items are of people who opted out"):
        judging.permitted(settings, folder)


def test_what_an_expert_verified_waits_no_more_once_it_is_frozen_in_whatever_part_of_whatever_set(
    place: Path,
) -> None:
    opened, locked, fresh = rows(4, 0)[1:]
    golden.freeze(place, "gold", golden.Parts([opened], [locked]))
    golden.freeze(place, "newer", golden.Parts(rows(1, 0)))
    settings = load(_env_file=None, home=place.parents[1])
    keeper = verified.keeper(settings, wiring.engine(settings))

    for row in (opened, locked, fresh):
        keeper.golden(row)

    assert [row for row, _ in waiting.waiting(place)] == [rows(1, 0)[0], fresh]
