"""How fast a model server writes: to one asker and to eight at once, under several names in turn.

    python -m docs.askers ADDRESS=MODEL [ADDRESS=MODEL ...] [--rounds 9]

ADDRESS ends in /v1; the first is what the others are compared with, so that what an adapter costs is seen:

    python -m docs.askers http://127.0.0.1:8000/v1=base http://127.0.0.1:8001/v1=base http://127.0.0.1:8001/v1=NAME

Each prompt is five passages and a question, about what Footnote sends, and no two are alike: of a prompt
before, a server has the instructions and no more. Each answer is 150 tokens long, whatever they say, so a
model of random weights can be measured as well.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random
from statistics import median

from examples.apprentice import handbook
from model.writing.prompt import messages
from retrieval.passage import Passage

CROWDS = (1, 8)
PASSAGES, PAGES = 5, 10  # a page is about 30 tokens
TOKENS = 150
PATIENCE_S = 120.0


@dataclass(frozen=True)
class Served:
    """A model by its name at a server's address."""

    address: str
    model: str


@dataclass(frozen=True)
class Written:
    """One answer: tokens read and written, seconds to the first of these and from it to the last."""

    read: int
    wrote: int
    first_s: float
    rest_s: float

    @property
    def rate(self) -> float:
        """Tokens a second behind the first, as the one who asked sees them come."""
        return (self.wrote - 1) / self.rest_s


@dataclass(frozen=True)
class Round:
    """What askers at once got: medians of seconds to the first token and of tokens a second of one answer;
    tokens a second of all together, from the first question to the last token."""

    read: float
    first_s: float
    rate: float
    together: float


def prompt(chance: Random) -> list[dict[str, str]]:
    """The messages of a question over passages that are drawn anew each time."""
    passages = []
    for number in range(PASSAGES):
        pages = [handbook.page(chance.choice(handbook.THINGS), chance) for _ in range(PAGES)]
        text = " ".join(page.text for page in pages)
        name = f"{pages[0].title} {chance.randrange(10**6)}"
        passages.append(Passage(str(number), name, "lending", name, text, 0, len(text), name))
    return messages(f"How much does a {chance.choice(handbook.THINGS)} cost?", passages)


def asked(served: Served, question: list[dict[str, str]], tokens: int = TOKENS) -> Written:
    """One answer, streamed. Raises ValueError where it is not of so many tokens."""
    body = {"model": served.model, "messages": question, "temperature": 0, "max_tokens": tokens}
    body |= {"ignore_eos": True, "stream": True, "stream_options": {"include_usage": True}}
    request = urllib.request.Request(
        f"{served.address}/chat/completions", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    began, at, usage = time.perf_counter(), list[float](), None
    with direct.open(request, timeout=PATIENCE_S) as response:
        for line in response:
            if not line.startswith(b"data: {"):
                continue
            said = json.loads(line[6:])
            usage = said.get("usage") or usage
            if said.get("choices"):
                at.append(time.perf_counter())
    if not usage or usage["completion_tokens"] != tokens:
        raise ValueError(f"{served.model} at {served.address} wrote {usage}, not {tokens} tokens.")
    return Written(usage["prompt_tokens"], usage["completion_tokens"], at[0] - began, at[-1] - at[0])


def crowd(served: Served, askers: int, chance: Random) -> Round:
    """So many who ask at the same moment."""
    questions = [prompt(chance) for _ in range(askers)]
    began = time.perf_counter()
    with ThreadPoolExecutor(askers) as pool:
        answers = list(pool.map(lambda question: asked(served, question), questions))
    spent = time.perf_counter() - began
    return Round(
        median(one.read for one in answers),
        median(one.first_s for one in answers),
        median(one.rate for one in answers),
        sum(one.wrote for one in answers) / spent,
    )


def compared(all_served: Sequence[Served], askers: int, rounds: int, chance: Random) -> dict[Served, Round]:
    """The medians of each over its rounds; they take turns, and one round before is for warming up."""
    got: dict[Served, list[Round]] = {served: [] for served in all_served}
    for turn in range(rounds + 1):
        for served in all_served:
            one = crowd(served, askers, chance)
            if turn:
                got[served].append(one)
    return {
        served: Round(
            *(median(getattr(one, name) for one in got[served]) for name in Round.__dataclass_fields__)
        )
        for served in all_served
    }


def told(served: Served, askers: int, seen: Round, than: Round) -> str:
    """One line: what was measured, and the rates as a part of those of the first."""
    name = f"{served.model} at {served.address}"
    return (
        f"{askers} at once, {name}: {seen.read:.0f} tokens read, first token {seen.first_s * 1000:.0f} ms, "
        f"{seen.rate:.0f} tokens/s each ({seen.rate / than.rate:.2f}), "
        f"{seen.together:.0f} tokens/s in all ({seen.together / than.together:.2f})"
    )


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Measures model servers.")
    parser.add_argument("served", nargs="+", metavar="ADDRESS=MODEL")
    parser.add_argument("--rounds", type=int, default=9)
    given = parser.parse_args(words)
    all_served = [Served(*one.split("=", 1)) for one in given.served]
    chance = Random()
    for askers in CROWDS:
        seen = compared(all_served, askers, given.rounds, chance)
        for served, one in seen.items():
            print(told(served, askers, one, seen[all_served[0]]), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
