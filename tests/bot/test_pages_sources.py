"""The page of sources while they are read: how far each sync is, and what workers have to do."""

from __future__ import annotations

import re

import sqlalchemy as sa

from bot.indexing.queue import Queue
from bot.memory.audit import Audit
from bot.pages.sources import Sources
from bot.shelf import Shelf
from bot.state import batches
from retrieval.sources import Spec
from retrieval.syncs import Reached, Syncs
from retrieval.turns import Turns, sync_of
from tests.bot.test_pages_admin import at


def test_how_far_a_sync_is_stands_there_while_it_runs_and_of_the_one_before_nothing(
    engine: sa.Engine,
) -> None:
    syncs, turns = Syncs(engine), Turns(engine)
    shelf = Shelf(lambda: [Spec("wiki", "files", ("/x",))], lambda _: "t", syncs, turns, "main")
    page = at(engine, Sources(shelf, lambda *_: None, Audit(engine), lambda: 0).entries())
    with turns.take(sync_of("main", "wiki")):
        syncs.began("t", "wiki")
        begun = page.get("/sources").text
        syncs.reached("t", "wiki", Reached(1_200, 8_800, 90))
        on_its_way = page.get("/sources").text
        syncs.began("t", "wiki")
        again = page.get("/sources").text
    syncs.finished("t", "wiki", {}, changed=True)
    done = page.get("/sources").text

    assert "being read now" in begun and "<progress" not in begun
    assert (
        '<progress value="1200" max="8800" aria-label="being read now: 1,200 of 8,800 files">' in on_its_way
    )
    assert "being read now" in again and "<progress" not in again
    assert "<progress" not in done


def test_batches_that_were_handed_to_workers_are_counted_by_source(engine: sa.Engine) -> None:
    shelf = Shelf(lambda: [], lambda _: "t", Syncs(engine), Turns(engine), "main")
    page = at(
        engine, Sources(shelf, lambda *_: None, Audit(engine), lambda: 0, Queue(engine).handed).entries()
    )
    before = page.get("/sources").text
    common = {"held_in": "t", "about": "{}", "payload": b"", "attempts": 0, "handed_at": 0.0}
    with engine.begin() as connection:
        for word in ("wiki", "wiki", "wiki one", "wiki one failed", "code one failed"):
            source, executor, error = (*word.split(), None, None)[:3]
            values = {**common, "source": source, "executor": executor, "error": error}
            connection.execute(batches.insert().values(**values))
    text = page.get("/sources").text

    assert "in batches" not in before
    counted = dict(re.findall(r"<td[^>]*>(wiki|code)</td>\s*((?:<td[^>]*>\d+</td>\s*){3})", text))
    assert {name: re.findall(r">(\d+)<", cells) for name, cells in counted.items()} == {
        "wiki": ["2", "1", "1"],
        "code": ["0", "0", "1"],
    }


def test_each_cell_names_its_column_which_a_phone_shows_in_the_place_of_the_head(engine: sa.Engine) -> None:
    syncs, turns = Syncs(engine), Turns(engine)
    shelf = Shelf(lambda: [Spec("wiki", "files", ("/x",))], lambda _: "t", syncs, turns, "main")
    text = (
        at(engine, Sources(shelf, lambda *_: None, Audit(engine), lambda: 0).entries()).get("/sources").text
    )

    head, row = re.findall(r"<tr>(.*?)</tr>", text, re.DOTALL)[:2]
    columns = re.findall(r"<th[^>]*>([^<]+)</th>", head)
    assert len(columns) > 3 and re.findall(r'<td data-label="([^"]+)"', row) == columns
