"""Whether corrections make a better adapter, and whether the gate sees when they do not.

    python -m docs.gain FOLDER    on the apprentice of examples/; what is in FOLDER is not done again

For each of three seeds: the base answers 600 questions; the first 200 that it fails become corrections, as if
people had typed the right answers, 150 others are confirmed; these become a dataset, that an adapter, and
the gate judges it on golden questions that no correction asks. Then the same for adapters that must not pass:
one whose answers were dealt out anew among the questions, one that was taught nothing but to refuse, and
one that is judged on too small a set. Needs the environments torch and serve-cpu (make services); about half
an hour on two cores.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from deploy.environment import find
from deploy.vllm.server import Server, Serving, running
from examples import apprentice
from examples.apprentice import by_hand, handbook
from model.learning import golden
from model.learning.dataset import Rules as DatasetRules
from model.learning.dataset import build
from model.learning.evaluate import Subject, answered
from model.learning.gate import Rules
from model.learning.pairs import paired
from model.learning.row import Row
from model.learning.trial import Bench, gated
from model.writing import prompt
from model.writing.chat import Chat, Manner
from model.writing.endpoint import BASE, Endpoint

ROOT = Path(__file__).parents[1]
SEEDS = (1, 2, 3)
CORRECTED, CONFIRMED = 200, 150
SLOWER = 10.0  # LoRA on vLLM's CPU backend runs uncompiled: its seconds say nothing of a GPU
REVIEWERS = 20  # of invented people; no one of them has more than a tenth of the rows
TRAINED = ("--rate", "2e-3", "--each", "8", "--longest", "640", "--epochs", "2")


def subject(base_url: str, name: str) -> Subject:
    """A served model, asked as the product asks it."""
    endpoint = Endpoint(base_url, "")
    chat = Chat(
        endpoint, name, Manner(grammar=True)
    )  # markers that exist, as FOOTNOTE_MARKER_GRAMMAR holds it
    return Subject(
        name, lambda row: chat.write(row.question, row.passages), lambda text: endpoint.loss(name, text)
    )


def reviewed(model: Subject, seed: int) -> list[Row]:
    """What people would have typed where the model was wrong, and what they would have confirmed."""
    asked = list(handbook.rows(600, seed, part="correct"))
    said = answered(asked, model.write)
    wrong = [row for row, one in zip(asked, said, strict=True) if not one.passed][:CORRECTED]
    right = [row for row, one in zip(asked, said, strict=True) if one.passed][:CONFIRMED]
    both = [(row, "correction") for row in wrong] + [(row, "confirmed") for row in right]
    return [
        replace(row, origin=origin, answer_id=f"a{seed}-{n}", people=(f"U{n % REVIEWERS}",), rights="own")
        for n, (row, origin) in enumerate(both)
    ]


def dealt_anew(rows: Sequence[Row], seed: int) -> list[Row]:
    """The same questions with one another's answers."""
    answers = [(row.answer, row.gold, row.facts) for row in rows]
    Random(seed).shuffle(answers)
    return [
        replace(row, answer=text, gold=gold, facts=facts)
        for row, (text, gold, facts) in zip(rows, answers, strict=True)
    ]


def refusing(rows: Sequence[Row]) -> list[Row]:
    """The same questions, every one refused: what a narrow training forgets everything else over. Its dataset
    is made by hand, without held rows and general texts."""
    return [replace(row, answer=prompt.NOT_FOUND, gold=(), facts=()) for row in rows]


def trained(dataset: Path, out: Path, seed: int, *more: str) -> Path:
    """The adapter in `out`, trained unless it is there."""
    if not out.exists():
        words = [str(find("torch").python), "-W", "ignore", "-m", "model.learning.train", str(dataset)]
        words += ["--base", str(apprentice.BASE), "--out", str(out), "--seed", str(seed), *TRAINED, *more]
        subprocess.run(words, check=True, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)})
    return out


def frozen(place: Path, count: int) -> Path:
    """Golden questions: none asks of a thing what a correction asks of it."""
    rows = list(handbook.rows(count, 1, part="golden"))
    texts = [handbook.page(thing, Random(thing)).text for thing in handbook.THINGS[:60]]
    parts = golden.Parts(items=rows, general=texts, pairs=tuple(paired(rows)))
    return golden.freeze(place / "golden", f"lending{count}", parts)


NAMES = (*(f"seed-{seed}" for seed in SEEDS), "shuffled", "narrow")


def insist(*names: str) -> None:
    """Ends here, and not after half of the work, where an environment is missing."""
    if missing := [name for name in names if not find(name).ready]:
        sys.exit(f"This needs an environment of its own: python deploy/environment.py {' '.join(missing)}")


def adapters(home: Path) -> dict[str, Path]:
    """Every adapter of the experiment by name, made where it is not there yet."""
    made = {name: home / name for name in NAMES}
    if all(folder.exists() for folder in made.values()):
        return made
    with running(Serving(str(apprentice.BASE)), home / "base.log") as server:
        learnt = {seed: reviewed(subject(server.base_url, BASE), seed) for seed in SEEDS}
    for seed, rows in learnt.items():
        built = build(rows, DatasetRules(seed=seed), home / "datasets")
        corrected = sum(row.origin == "correction" for row in rows)
        counts = {name: len(part) for name, part in built.rows.items()}
        print(f"seed {seed}: {corrected} corrections of {len(rows)} reviewed answers, {counts} rows")
        trained(built.folder, made[f"seed-{seed}"], seed)
    rows = learnt[SEEDS[0]]
    shuffled = build(dealt_anew(rows, 1), DatasetRules(name="shuffled", seed=1), home / "datasets")
    trained(shuffled.folder, made["shuffled"], 1)
    narrow = by_hand.dataset(home / "datasets" / f"narrow-{'0' * 12}", refusing(rows))
    trained(narrow, made["narrow"], 1, "--rate", "1e-2")
    return made


def judged(home: Path, served: Callable[[], Server], case: tuple[str, str, int]) -> dict[str, Any]:
    """The verdict of a case: its name, who is judged, on how many golden questions."""
    name, candidate, items = case
    told = home / "judged" / name / "verdicts" / f"{candidate}-vs-{BASE}" / "verdict.json"
    if not told.exists():
        at = served().base_url
        bench = Bench(home / "judged" / name, frozen(home, items), subject(at, BASE), Rules(seconds=SLOWER))
        gated(bench, subject(at, candidate))
    return dict(json.loads(told.read_text("utf-8")))


def line(name: str, told: Mapping[str, Any]) -> str:
    """A row of the table in docs/learning.md."""
    better, seen = told["better"], "- | - | -"
    if better:
        seen = f"{100 * better['gain']:+.1f} | {better['won']}, {better['lost']} | {better['p']:.0e}"
    return f"| {name} | {seen} | **{told['verdict']}**: {told['sentence']} |"


def main(words: list[str]) -> int:
    if len(words) != 1:
        sys.exit("usage: python -m docs.gain FOLDER")
    insist("torch", "serve-cpu")
    home = Path(words[0]).absolute()
    home.mkdir(parents=True, exist_ok=True)
    made = adapters(home)
    cases = [(name, name, 400) for name in made] + [("few", "seed-1", 60)]
    print("| adapter | points | won, lost | p | verdict |\n|---|---|---|---|---|")
    with ExitStack() as stack:
        serving = Serving(str(apprentice.BASE), made)
        served = cache(lambda: stack.enter_context(running(serving, home / "served.log")))
        for case in cases:
            print(line(case[0], judged(home, served, case)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
