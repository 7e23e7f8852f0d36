"""footnote fit answerability: what is fitted, on which half, and what the rule of the threshold promises."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.fit import fit as command
from bot.measuring import fit, known
from model.quoting.answerability import FEATURES, Answerability
from retrieval.embed import load

pytestmark = pytest.mark.slow  # starts servers or processes of its own

TOWNS = ("Arlen", "Brill", "Corvo", "Dunmor", "Elst", "Farrow", "Grell", "Hovland")
TOPICS = ("tram", "harbour", "museum", "bridge")


@pytest.fixture
def collections(tmp_path: Path) -> list[Path]:
    """Two small collections in the form of the real ones."""
    squad, mtrag = tmp_path / "squad2", tmp_path / "mtrag"
    corpus, asked = [], []
    for i, town in enumerate(TOWNS):
        for j, topic in enumerate(TOPICS):
            name, year = f"{town}-{j}", 1800 + 10 * i + j
            text = f"The {topic} of {town} was opened in {year}. It is blue and closes at noon."
            corpus.append({"_id": name, "title": town, "text": text})
            question, answers = f"When was the {topic} of {town} opened?", [str(year)]
            asked.append((question, town, True, name, answers))
            asked.append((f"Who designed the {topic} of {town}?", town, False, name, []))
    _write(squad / "corpus.jsonl", corpus)
    keys = ("question", "article", "answerable", "gold", "answers")
    rows = [dict(zip(keys, (q, a, ok, [g], s), strict=True)) for q, a, ok, g, s in asked]
    _write(squad / "answers.jsonl", rows)
    foods = ("bread", "soup", "cake", "cheese", "salad", "pasta", "curry", "stew")
    texts = [
        {"_id": f, "title": "", "text": f"To make {f} you need two hours and a warm oven."} for f in foods
    ]
    _write(mtrag / "corpus.jsonl", texts)
    turns = [_talk(f"How long does it take to make {f}?", f, "ANSWERABLE") for f in foods]
    turns += [_talk(f"Which country invented {f} for sailors?", f, "UNANSWERABLE") for f in foods]
    turns += [_talk("And how about that one then?", "bread", "ANSWERABLE", turns=3)]
    turns += [_talk("How long does the thing take?", "soup", "UNDERSPECIFIED")]
    _write(mtrag / "conversations.jsonl", turns)
    return [squad, mtrag]


def _talk(text: str, food: str, kind: str, turns: int = 1) -> dict[str, object]:
    said = [{"speaker": "user", "text": "Hello"}] * (turns - 1) + [{"speaker": "user", "text": text}]
    return {"id": f"{food}<::>{turns}", "turns": said, "answerability": kind, "gold": [food]}


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")


def test_turns_come_with_what_was_asked_before_and_vague_ones_are_left_out(collections: list[Path]) -> None:
    asked = known.mtrag(collections[1]).asked

    assert len(asked) == 17
    assert not any("the thing" in a.question for a in asked)
    assert [len(a.earlier) for a in asked if "that one" in a.question] == [2]


def test_the_command_fits_on_half_of_each_collection_and_shows_both_halves(
    collections: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("FOOTNOTE_HOME", str(home))

    result = CliRunner().invoke(command, ["answerability", *map(str, collections), "--json"])

    assert result.exit_code == 0, result.output
    assert re.search(r"questions asked: (\d+) of \1, about 0 min left", result.stderr)
    assert result.stderr.rstrip().endswith("answerability.json.")
    made = json.loads(result.stdout)
    written = json.loads((home / "answerability.json").read_text())
    assert set(written["features"]) == set(FEATURES)
    assert written["threshold"] == made["threshold"]
    assert made["auroc"]["held_out"]["elsewhere"] > 0.95
    answered = {
        (s["half"], s["collection"], s["kind"], s["answerable"]): s["answered"] for s in made["shares"]
    }
    both = [answered["fitted", name, "own", True] for name in ("squad2", "mtrag")]
    assert sum(both) / 2 >= 1 - fit.REFUSED
    assert {half for half, *_ in answered} == {"fitted", "held out"}
    absent = next(c for c in made["curves"] if c["kind"] == "absent")
    assert absent["collection"] == "squad2" and absent["refused"] == sorted(absent["refused"])


def test_no_article_is_in_both_halves(collections: list[Path]) -> None:
    found = known.collections(collections)
    embedder = load("minilm", home=collections[0].parent)
    searches = known.searches(found, embedder, collections[0].parent / "indexes")
    groups = {a.question: a.group for c in found for a in c.asked}

    cases = list(fit.cases(fit.posed(found, most=50), searches, embedder))

    halves = {kind: {groups[c.question] for c in cases if c.fitted == kind} for kind in (True, False)}
    assert halves[True] and halves[False]
    assert halves[True].isdisjoint(halves[False])
    deleted = [c for c in cases if c.kind == "deleted"]
    assert deleted and not any(c.answerable for c in deleted)
    made = fit.fitted(cases, embedder)
    assert Answerability.parsed(made, embedder).threshold == made["threshold"]


def test_a_folder_that_cannot_be_fitted_on_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["answerability", str(tmp_path / "nothing")])

    assert result.exit_code == 1
    assert "squad2 and mtrag" in str(result.exception)


@pytest.mark.parametrize(
    ("positive", "negative", "area"),
    [([0.9, 0.8], [0.1, 0.2], 1.0), ([0.1], [0.9], 0.0), ([0.5, 0.5], [0.5], 0.5), ([0.9, 0.3], [0.5], 0.5)],
)
def test_auroc_is_the_chance_that_an_answerable_one_ranks_above_another(
    positive: list[float], negative: list[float], area: float
) -> None:
    assert fit.auroc(positive, negative) == pytest.approx(area)
