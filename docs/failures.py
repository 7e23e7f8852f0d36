"""Every way in which a model can fail, through the whole chain on the example handbook: what became of it.

python -m docs.failures [QUESTIONS]     as many of the handbook's own for each model of the stand-in (10)
python -m docs.failures hanging         what an outage costs each question after the first
python -m docs.failures slack           how soon there is something to be seen in Slack, and the answer

The stand-in is bot/play/model.py; tests/bot/lies.py is the judge, which knows nothing of the product's check.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "bot"))

from failing import LEAVE, failing
from lies import HALVED, foreign, forged, unsupported

from bot import wiring
from bot.chain import Chain
from bot.play.model import NAMES, ModelStandIn
from bot.settings import Settings, load
from model.answer import Answer, Writer
from model.quoting.answerability import Answerability
from model.quoting.extract import Extract
from model.writing.breaker import Doubt
from model.writing.chat import Chat, Manner
from model.writing.endpoint import Endpoint
from model.writing.rung import Rung
from retrieval.retriever import FootnoteRetriever
from retrieval.sources.files import FileSource

ROOT = Path(__file__).resolve().parent.parent
MANNER = Manner(timeout_s=10.0, silence_s=1.0)
Ask = Callable[[list[Writer], str], Answer]


def asking(settings: Settings) -> Ask:
    """The chain over the example handbook, with the writers that it is given before the extract."""
    wiring.index(settings).sync(FileSource("handbook", [ROOT / "examples" / "handbook"], 50 << 20))
    embedder = wiring.embedder_of(settings)
    retriever = FootnoteRetriever(search=wiring.search(settings, embedder))
    known, extract = Answerability.load(None, embedder), Extract(embedder)

    def ask(writers: list[Writer], question: str) -> Answer:
        return (
            Chain(retriever, known, [*writers, extract], lambda asked: "the handbook")
            .runnable()
            .invoke(question)
        )

    return ask


def questions(count: int) -> list[str]:
    """Those that the handbook answers."""
    rows = [
        json.loads(line) for line in (ROOT / "examples" / "questions.jsonl").read_text("utf-8").splitlines()
    ]
    return [row["question"] for row in rows if row["answerable"]][:count]


def judged(name: str, answer: Answer) -> Counter[str]:
    """What became of one question, and what of it should not have."""
    by = "nobody" if not answer.citations else "the model" if answer.writer == name else answer.writer
    wrong = {
        "invalid marker": bool(forged(answer)),
        "foreign form": bool(foreign(answer)),
        "unsupported number": bool(unsupported(answer)),
        "half a draft as a whole one": name in HALVED and answer.writer == name,
    }
    return Counter([by, *(what for what, is_so in wrong.items() if is_so)])


def table(ask: Ask, server: ModelStandIn, count: int) -> Iterator[str]:
    """A line for each model: by whom its questions were answered, and how long that took."""
    total: Counter[str] = Counter()
    for name in NAMES:
        outcome: Counter[str] = Counter()
        seconds = []
        for question in questions(count):
            writer = Rung(Chat(Endpoint(server.base_url, ""), name, MANNER), Doubt())
            began = time.perf_counter()
            outcome += judged(name, ask([writer], question))
            seconds.append(time.perf_counter() - began)
        total += outcome
        yield f"{name}: {dict(outcome)}, p50 {median(seconds):.2f} s, longest {max(seconds):.2f} s"
    yield f"all {total.total()}: {dict(total)}"


def hanging(ask: Ask, server: ModelStandIn) -> Iterator[str]:
    """Adapter and base on a server that hangs: seconds for each question until the extract has answered."""
    endpoint, doubt = Endpoint(server.base_url, ""), Doubt()
    writers: list[Writer] = [Rung(Chat(endpoint, name, MANNER), doubt) for name in ("hang", "ttft-30s")]
    for number, question in enumerate(questions(8), 1):
        began = time.perf_counter()
        answer = ask(writers, question)
        spent = time.perf_counter() - began
        yield f"question {number}: {spent:.2f} s, by the {answer.writer}; {answer.notice[:60]}"


def slack(home: Path) -> Iterator[str]:
    """Seconds from the question to the first sign and to the answer, of a model that begins after 5 s."""
    with failing(home, home / "state") as rig:
        rig.asked("good")
        for behaviour in ("good", "ttft-5s", "hang"):
            replies = [rig.asked(behaviour) for _ in range(5)]
            spent = [(m.history[0].at - float(m.root), m.history[-1].at - float(m.root)) for m in replies]
            first, last = zip(*spent, strict=True)
            answer = f"answer p50 {median(last):.2f} s, longest {max(last):.2f} s"
            yield f"{behaviour}: first sign at the latest after {max(first):.2f} s, {answer}"


def main(words: list[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="footnote-failures-") as home, ModelStandIn() as server:
        ask = asking(load(_env_file=None, home=Path(home)))
        ask([Rung(Chat(Endpoint(server.base_url, ""), "good", MANNER), Doubt())], LEAVE)  # all is loaded
        ways = {"hanging": lambda: hanging(ask, server), "slack": lambda: slack(Path(home))}
        way = words[0] if words else "10"
        lines = ways[way]() if way in ways else table(ask, server, int(way))
        for line in lines:
            print(f"failures: {line}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
