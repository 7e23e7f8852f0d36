"""How often sources that disagree are found, and how often an answer says so where they do not.

python -m docs.disputes                     pairs that were written for it, both halves
python -m docs.disputes squad2 scifact      answers over a collection: how many are said to be disputed
python -m docs.disputes squad2 --shown      also each of them, to be read by hand
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from bot.answering.dispute import disputed, standing
from bot.measuring import evaluate
from docs.quality import BEIR, SETS, empty
from model.answer import Citation
from model.checking.citations import cite
from model.checking.conflict import conflicts
from model.checking.editions import differing
from model.checking.succession import in_force
from model.quoting.extract import Extract
from model.sentences import sentences
from retrieval.passage import Audience, Passage
from retrieval.sources.files import FileSource

PAIRS = Path(__file__).resolve().parent.parent / "tests" / "model" / "data"
FOLDERS = {**BEIR, "squad2": SETS / "squad2"}
QUESTIONS, PASSAGES = 400, 6  # of a collection, and for each


def pairs() -> Iterator[str]:
    """Shares found and falsely found, of each half."""
    for half in ("written", "held"):
        counts = Counter((label, told) for label, told in _told(f"conflicts_{half}.jsonl", _conflict))
        lost = Counter((label, told) for label, told in _told(f"succession_{half}.jsonl", _lost))
        yield f"{half}: {_share(counts, 'conflict')} conflicts found, {_share(counts, 'none')} falsely"
        yield f"{half}: {_share(lost, 'superseded')} successors found, {_share(lost, 'current')} falsely"
    counts = Counter(_told("editions.jsonl", _edition))
    yield f"editions: {_share(counts, 'differ')} differences found, {_share(counts, 'none')} falsely"
    yield f"editions that say the same: {_share(counts, 'alike')} falsely"


def _told(name: str, of: Any) -> Iterator[tuple[str, bool]]:
    for line in (PAIRS / name).read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        both = [_passage(n, one) for n, one in enumerate(row["passages"])]
        yield row["label"], bool(of(row.get("question", ""), both))


def _conflict(_: str, both: list[Passage]) -> object:
    return conflicts([Citation.of(both[0], 1, sentences(both[0].text)[0])], both)


def _edition(_: str, both: list[Passage]) -> object:
    cited = [Citation.of(both[0], 1, sentences(both[0].text)[0])]
    return conflicts(cited, both) or differing(cited, both)


def _lost(question: str, both: list[Passage]) -> object:
    return in_force(question, both)


def _passage(n: int, one: dict[str, str]) -> Passage:
    at = datetime.fromisoformat(one["updated"]).replace(tzinfo=UTC)
    text = one["text"]
    return Passage(f"p{n}", f"d{n}", "pairs", one["title"], text, 0, len(text), "", (), None, at)


def _share(counts: Counter[tuple[str, bool]], label: str) -> str:
    return f"{counts[(label, True)]} of {counts[(label, True)] + counts[(label, False)]}"


def answers(name: str, *, shown: bool = False) -> Iterator[str]:
    """How many answers of the extract over a collection say that sources disagree, or are over."""
    given, spent, said, left = evaluate.collection(FOLDERS[name]), [], 0, 0
    with empty() as (store, embedder):
        source = FileSource("eval", [given.corpus], given.corpus.stat().st_size)
        search, _ = evaluate.indexed(source, store, embedder)
        extract = Extract(embedder)
        for question in list(given.questions.values())[:QUESTIONS]:
            stands = standing(question, search.find(question, Audience(), PASSAGES))
            passages = [hit.passage for hit in stands.found.hits]
            checked = cite(extract.write(question, passages), passages)
            cited = [c for one in checked if not one.dropped for c in one.citations]
            began = time.perf_counter()
            notices, more = disputed(question, cited, passages, "en")
            spent.append((time.perf_counter() - began) * 1000)
            said, left = said + bool(notices), left + bool(stands.lost)
            if shown and (notices or stands.lost):
                quotes = " | ".join(" ".join(c.quote.split()) for c in (*cited, *more))
                yield f"{question}: {' '.join(notices)} {stands.lost or ''} {quotes}"
    told = f"{said} said to be disputed, {left} with a document left out"
    yield f"{len(spent)} answers, {told}, {median(spent):.1f} ms"


def main(words: list[str]) -> None:
    names = [word for word in words if not word.startswith("-")]
    for line in pairs() if not names else ():
        print(line)
    for name in names:
        for line in answers(name, shown="--shown" in words):
            print(f"{name}: {line}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
