"""How often the rule for thread messages answers people's talk, and how often it misses a question.

python -m docs.threads           both halves of the labelled threads: the one it was written on, the other
python -m docs.threads --wrong   also each message that it gets wrong, with the rule that decided
python -m docs.threads search    what of a follow-up's thread to search, on MTRAG-UN in FOOTNOTE_DATA:
                                 recall@5 by kind of turn, of the half it was chosen on and of the other
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from time import perf_counter

import numpy as np

from bot.events import spoken
from bot.meaning.addressed import Turn, why
from bot.meaning.followup import before, searched
from bot.measuring import evaluate
from docs.bench import DATA as COLLECTIONS
from docs.quality import empty
from model.answer import Question
from retrieval.passage import Audience
from retrieval.search import Beside, Results, Search
from retrieval.sources.files import FileSource

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


@dataclass(frozen=True, slots=True)
class Asked:
    """A last turn of MTRAG-UN. `kind`: first, follow-up, clarification, or vague: it is to be asked back."""

    turns: tuple[str, ...]
    gold: frozenset[str]
    kind: str
    chosen: bool  # whether it is of the half that the rule was chosen on

    @property
    def question(self) -> Question:
        return Question(self.turns[-1], earlier=self.turns[:-1])


def asked_of(path: Path) -> Iterator[Asked]:
    """Those that have passages to be found, by the hash of their conversation in one half or the other."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        turns = tuple(turn["text"] for turn in row["turns"] if turn["speaker"] == "user")
        vague, half = (
            row["answerability"] == "UNDERSPECIFIED",
            int(sha256(row["id"].encode()).hexdigest(), 16),
        )
        kind = "vague" if vague else row["kind"].lower() if len(turns) > 1 else "first"
        if row["gold"]:
            yield Asked(turns, frozenset(row["gold"]), kind, half % 2 == 0)


def _as_it_is(search: Search, asked: Asked) -> Results:
    text, behind = searched(asked.question), before(asked.question)
    return (
        search.follow(text, Beside(behind), Audience(), DEEP)
        if behind
        else search.find(text, Audience(), DEEP)
    )


DEEP = 60
FORMS: dict[str, Callable[[Search, Asked], Results]] = {
    "the last turn": lambda search, asked: search.find(asked.turns[-1], Audience(), DEEP),
    "the last two": lambda search, asked: search.find(" ".join(asked.turns[-2:]), Audience(), DEEP),
    "all turns": lambda search, asked: search.find(" ".join(asked.turns), Audience(), DEEP),
    "as it is": _as_it_is,
}


def recalled() -> Iterator[str]:
    """Recall of the first five documents for last turns of MTRAG-UN, by what is searched and kind of turn."""
    folder = COLLECTIONS / "sets" / "mtrag"
    asked, pool = list(asked_of(folder / "conversations.jsonl")), folder / "corpus.jsonl"
    with empty() as (store, embedder):
        search, _ = evaluate.indexed(FileSource("eval", [pool], pool.stat().st_size), store, embedder)
        for name, form in FORMS.items():
            began = perf_counter()
            found = [(one, _recall(form(search, one), one)) for one in asked]
            spent = (perf_counter() - began) * 1000 / len(found)
            clear = [(one, recall) for one, recall in found if one.kind != "vague"]
            halves = [[r for one, r in clear if one.chosen is chosen] for chosen in (True, False)]
            kinds = {k: [r for one, r in found if one.kind == k] for k in sorted({one.kind for one in asked})}
            parts = {
                "all but vague": [r for _, r in clear],
                "chosen on": halves[0],
                "held out": halves[1],
                **kinds,
            }
            said = ", ".join(f"{part} {np.mean(some):.3f} ({len(some)})" for part, some in parts.items())
            yield f"{name}: recall@5 {said}; {spent:.1f} ms"


def _recall(found: Results, asked: Asked) -> float:
    ranking = dict.fromkeys(hit.passage.document.partition("#")[2] for hit in found.hits)
    return len(asked.gold & set(list(ranking)[:5])) / len(asked.gold)


def main() -> None:
    if "search" in sys.argv:
        for line in recalled():
            print(line, flush=True)
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
