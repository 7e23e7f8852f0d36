"""The comparison of docs/peers: what every side is handed, Footnote's own side, and what the tables say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from docs.peers import task
from docs.peers.compare import Row
from docs.peers.parts import ASKED, MARKER, Part
from docs.peers.tables import misses, picture, tables
from docs.peers.task import Job

ROWS = {"1": "Parental leave lasts sixteen weeks.", "2": "Dinner costs at most 38 euros.", "3": "Ask Ada."}


def folder(place: Path) -> Part:
    for name, text in ROWS.items():
        (place / "documents" / name).mkdir(parents=True)
        (place / "documents" / name / "page.md").write_text(f"# Page {name}\n\n{text}\n")
    return Part("handbook", place / "documents", 3, 3)


def lines(place: Path) -> Part:
    rows = [{"_id": f"row-{name}", "title": f"Row {name}", "text": text} for name, text in ROWS.items()]
    file = place / "corpus.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return Part("scifact", file, 3, 3)


@pytest.mark.parametrize("made", [folder, lines])
def test_footnote_finds_what_one_document_says_since_then_under_the_name_all_give_it(
    made: Callable[[Path], Part], tmp_path: Path, graphs: Path, minilm: object
) -> None:
    part = made(tmp_path)
    job = Job("footnote", "index", str(tmp_path / "home"), str(part.path), "ours", str(graphs))
    task.done(job)
    part.change()
    questions = (ASKED, "How much may dinner cost?")
    changed = task.done(
        Job(job.peer, "found", job.home, job.documents, "ours", job.cache, questions, MARKER, top=3)
    )
    asked = task.done(Job(job.peer, "ask", job.home, job.documents, "ours", job.cache, questions, top=1))

    names = [one.id for one in task.read(part.path)]
    assert changed["passages"] == len(names)
    assert asked["found"] == [[names[1]], [names[1]]]


def test_a_side_that_does_not_find_what_was_changed_is_no_figure(
    tmp_path: Path, graphs: Path, minilm: object
) -> None:
    part = folder(tmp_path)
    words = (str(tmp_path / "home"), str(part.path), "ours", str(graphs), (ASKED,), MARKER)

    with pytest.raises(SystemExit, match="does not find"):
        task.done(Job("footnote", "found", *words))


def rows(peer: float, better: float) -> list[Row]:
    return [
        Row("index", "handbook", "own", "footnote", "index s", (4.0, 2.0, 3.0)),
        Row("index", "handbook", "own", "langchain", "index s", (9.0, 9.0, 9.0)),
        Row("index", "handbook", "own", "haystack", "index s", (peer, peer, peer)),
        Row("quality", "scifact", "own", "footnote", "ndcg@10", (0.74,)),
        Row("quality", "scifact", "own", "llamaindex", "ndcg@10", (better,)),
    ]


@pytest.mark.parametrize(
    ("peer", "better", "said"),
    [
        (6.0, 0.7, ["reached", "reached"]),
        (4.2, 0.75, ["missed", "missed"]),
        (6.0, 0.74, ["reached", "missed"]),
    ],
)
def test_goals_are_held_to_the_fastest_peer_and_the_best_one(
    peer: float, better: float, said: list[str]
) -> None:
    assert [line.split(": ")[1] for line in misses(rows(peer, better))] == said


def test_tables_and_picture_have_every_side_with_its_ratio() -> None:
    shown = "\n".join(tables(rows(6.0, 0.7)))
    drawn = ElementTree.fromstring(picture(rows(6.0, 0.7)))

    assert "| 3 (2 to 4) | 9 (9 to 9); 3 × | 6 (6 to 6); 2 × |" in shown
    assert len([one for one in drawn if one.tag.endswith("circle")]) == 2
