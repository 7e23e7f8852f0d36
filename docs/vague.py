"""How often a question that says what it means is asked back, and how often a vague one is not.

python -m docs.vague           questions of the collections in FOOTNOTE_DATA and of the example handbook
python -m docs.vague --wrong   also each that is got wrong
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.answering.clarifying import asked_back
from bot.answering.understanding import understand
from bot.meaning.readings import vague
from bot.measuring import evaluate
from docs.bench import DATA
from docs.quality import empty
from model.trail import Trail
from retrieval.passage import Audience
from retrieval.search import Search
from retrieval.sources.files import FileSource

ROOT = Path(__file__).resolve().parent.parent
PASSAGES = 6
CLEAR = {
    "kite": DATA / "sets" / "kite" / "answers.jsonl",
    "squad2": DATA / "sets" / "squad2" / "answers.jsonl",
    "anthropic_docs": DATA / "sets" / "anthropic_docs" / "answers.jsonl",
    "xquad_en": DATA / "sets" / "xquad_en" / "queries.jsonl",
    "xquad_de": DATA / "sets" / "xquad_de" / "queries.jsonl",
    "example handbook": ROOT / "examples" / "questions.jsonl",
}
VAGUE = {half: ROOT / "tests" / "bot" / "data" / f"vague_{half}.jsonl" for half in ("written", "held")}


def questions(path: Path) -> list[str]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [row["question"] if "question" in row else row["text"] for row in rows]


def openings(underspecified: bool) -> list[str]:
    """First turns of MTRAG-UN, those that its people called underspecified, or the others."""
    lines = (DATA / "sets" / "mtrag" / "conversations.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if len(row["turns"]) == 1]
    of = [row for row in rows if (row["answerability"] == "UNDERSPECIFIED") is underspecified]
    return [row["turns"][0]["text"] for row in of]


def is_asked_back(search: Search, question: str) -> bool:
    found = search.find(question, Audience(), PASSAGES)
    said = asked_back(understand(question).found(found, (), Trail())).said
    return bool(said)


def lines(show: bool) -> Iterator[str]:
    """A question that is not vague is not asked back whatever is found, so nothing is searched for it."""
    for name, path in CLEAR.items():
        yield from _said(name, questions(path), [text for text in questions(path) if vague(text)], show)
    for kind in (False, True):
        name = f"MTRAG-UN, first turns, {'under' if kind else 'well '}specified"
        yield from _said(name, openings(kind), [text for text in openings(kind) if vague(text)], show)
    with empty() as (store, embedder):
        handbook = FileSource("handbook", [ROOT / "examples" / "handbook"], 50 << 20)
        search, _ = evaluate.indexed(handbook, store, embedder)
        for half, path in VAGUE.items():
            asked = questions(path)
            back = [text for text in asked if is_asked_back(search, text)]
            known = sum(map(vague, asked))
            yield f"vague, {half}: {known} of {len(asked)} known for vague, {len(back)} asked back"
            yield from (f"  not asked back: {text!r}" for text in asked if show and text not in back)


def _said(name: str, asked: Sequence[str], back: Sequence[str], show: bool) -> Iterator[str]:
    yield f"{name}: at most {len(back)} of {len(asked)} asked back"
    yield from (f"  {text!r}" for text in back if show)


if __name__ == "__main__":
    for line in lines("--wrong" in sys.argv):
        print(line, flush=True)
