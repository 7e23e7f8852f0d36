"""How often the rule for thread messages answers people's talk, and how often it misses a question.

python -m docs.threads           both halves of the labelled threads: the one it was written on, the other
python -m docs.threads --wrong   also each message that it gets wrong, with the rule that decided
python -m docs.threads search    what of a follow-up's thread is worth searching, on MTRAG-UN in FOOTNOTE_DATA
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.addressed import Turn, why
from bot.events import spoken
from bot.followup import searched
from model.answer import Question

BOT = "U0FOOTNOTE"
DATA = Path(__file__).resolve().parent.parent / "tests" / "bot" / "data"
HALVES = {"written": "written on", "held": "held out"}


@dataclass(frozen=True, slots=True)
class Judged:
    """A message without a mention: whether it is for us, and what the rule says."""

    thread: str
    text: str
    ours: bool
    answered: bool
    rule: str


def judged(half: str) -> Iterator[Judged]:
    """The labelled messages of `threads_HALF.jsonl`, each with the true turns before it."""
    for line in (DATA / f"threads_{half}.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        turns: list[Turn] = []
        for said in row["turns"]:
            turn = _turn(said, len(turns))
            if "to" in said:
                yield Judged(row["thread"], turn.text, said["to"] == "bot", *why(turn, turns, BOT))
            turns.append(turn)


def per_100(found: list[Judged]) -> tuple[float, float]:
    """False replies per 100 messages between people, missed per 100 questions for us."""
    people, ours = [j for j in found if not j.ours], [j for j in found if j.ours]
    wrong = sum(j.answered for j in people), sum(not j.answered for j in ours)
    return 100 * wrong[0] / len(people), 100 * wrong[1] / len(ours)


def _turn(said: dict[str, str], number: int) -> Turn:
    text, who = said["text"], said["who"]
    if who == "bot":
        return Turn(BOT, spoken(text, BOT), "answer", ts=f"{number}")
    return Turn(f"U0{who.upper()}", spoken(text, BOT), asked=f"<@{BOT}>" in text, ts=f"{number}")


FORMS: dict[str, Callable[[list[str]], str]] = {
    "the last turn": lambda turns: turns[-1],
    "the last two": lambda turns: " ".join(turns[-2:]),
    "all turns": " ".join,
    "as it is": lambda turns: searched(Question(turns[-1], earlier=tuple(turns[:-1]))),
}


def search() -> Iterator[str]:
    """Recall and nDCG of the first five documents for the last turns of MTRAG-UN, by what is searched."""
    from bot import evaluate
    from docs.bench import DATA as COLLECTIONS
    from docs.quality import empty
    from retrieval.passage import Audience
    from retrieval.search import Mode
    from retrieval.sources.files import FileSource

    folder = COLLECTIONS / "mtrag"
    asked, judged = _turns(folder / "mtragun-human")
    pool = folder / "mtragun_passages_pool.jsonl"
    with empty() as (store, embedder):
        found, _ = evaluate.indexed(FileSource("eval", [pool], pool.stat().st_size), store, embedder)
        for mode in (Mode.HYBRID, Mode.KEYWORD):
            for name, form in FORMS.items():
                rows = []
                for task, turns in asked.items():
                    hits = found.find(form(turns), Audience(), 60, mode).hits
                    ranking = list(dict.fromkeys(h.passage.document.partition("#")[2] for h in hits))
                    rows.append(evaluate.measures(ranking, judged[task], 5))
                figures = [float(np.mean([row[figure] for row in rows])) for figure in ("recall@5", "ndcg@5")]
                yield f"{mode}, {name}: recall@5 {figures[0]:.3f}, nDCG@5 {figures[1]:.3f} ({len(rows)})"


def _turns(folder: Path) -> tuple[dict[str, list[str]], dict[str, dict[str, int]]]:
    """What a person said so far in each task that has judgements, and these."""
    judged: dict[str, dict[str, int]] = defaultdict(dict)
    for path in sorted((folder / "retrieval_tasks" / "qrels").glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            task, passage, grade = line.split("\t")
            judged[task][passage] = int(grade)
    lines = (folder / "generation_tasks" / "reference.jsonl").read_text(encoding="utf-8").splitlines()
    tasks = [json.loads(line) for line in lines]
    said = {t["task_id"]: [m["text"] for m in t["input"] if m["speaker"] == "user"] for t in tasks}
    return {task: turns for task, turns in said.items() if task in judged}, judged


def main() -> None:
    if "search" in sys.argv:
        for line in search():
            print(line)
        return
    for half, name in HALVES.items():
        found = list(judged(half))
        false, missed = per_100(found)
        ours = sum(j.ours for j in found)
        figures = f"false replies {false:.1f}, missed {missed:.1f} per 100"
        print(f"{name}: {len(found)} messages, {ours} for us: {figures}")
        for one in found if "--wrong" in sys.argv else ():
            if one.ours != one.answered:
                print(f"  {'missed' if one.ours else 'false'} {one.thread} ({one.rule}): {one.text!r}")


if __name__ == "__main__":
    main()
