"""The figures of docs/benchmarks.md, each from a fresh run: names of sections in, lines of figures out, and
their parts of that page with its pictures written anew.

python -m docs.bench                     every section
python -m docs.bench ask index slack     these
python -m docs.bench ask --runs 5        each so often; `--only-say` leaves the page as it is

Collections are read from FOOTNOTE_DATA (default ../shared/data); a section without its collection says so.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.ports import free
from docs import fresh

if TYPE_CHECKING:
    from bot.play.slack import SlackStandIn

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("FOOTNOTE_DATA", ROOT.parent / "shared" / "data"))
FOOTNOTE = [sys.executable, "-m", "bot.cli"]
DINNER = "How much may I spend on dinner?"


def footnote(home: Path, *words: str) -> str:
    """Standard output of a command of its own."""
    env = {**os.environ, "FOOTNOTE_HOME": str(home)}
    return subprocess.run([*FOOTNOTE, *words], env=env, capture_output=True, text=True, check=False).stdout


def milliseconds(times: list[float]) -> str:
    """p50 and p95 of seconds."""
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, round(len(ordered) * 0.95))]
    return f"p50 {statistics.median(ordered) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, n {len(ordered)}"


def ask(home: Path) -> Iterator[str]:
    """Process start to printed answer."""
    footnote(home, "index", str(ROOT / "examples" / "handbook"))
    footnote(home, "ask", DINNER)
    times = []
    for _ in range(15):
        began = time.perf_counter()
        footnote(home, "ask", DINNER)
        times.append(time.perf_counter() - began)
    yield f"footnote ask, start to printed answer: {milliseconds(times)}"


def scifact(home: Path) -> Iterator[str]:
    """nDCG@10 by words, by vectors, by both."""
    for embedder in ("minilm", "minilm-float"):
        os.environ["FOOTNOTE_EMBEDDER"] = embedder
        figures = json.loads(footnote(home, "eval", "retrieval", str(DATA / "scifact"), "--json"))
        for leg, row in figures.items():
            yield f"SciFact {embedder} {leg}: " + ", ".join(f"{k} {v:.4g}" for k, v in row.items())
    del os.environ["FOOTNOTE_EMBEDDER"]


def index(home: Path) -> Iterator[str]:
    """880 pages: passage rate against the bare embedder's, alternating; the unchanged run; memory."""
    import resource

    from bot import wiring
    from bot.settings import load
    from retrieval.passage import Document
    from retrieval.sources.files import FileSource
    from retrieval.split import split

    settings = load(home=home, embedder=os.environ.get("FOOTNOTE_EMBEDDER", "minilm"))
    pages = DATA / "handbook_sourcegraph" / "content"
    embedder = wiring.embedder_of(settings)
    files = FileSource("handbook", [pages], settings.max_file_mb << 20)
    read = (one for found in files.scan({}) for one in files.load(found))  # type: ignore[arg-type]
    texts = [p.indexed_text for d in read if isinstance(d, Document) for p in split(d)]
    chunks = [texts[i : i + 256] for i in range(0, len(texts), 256)]

    def bare(some: list[list[str]]) -> float:
        began = time.perf_counter()
        for chunk in some:
            embedder.embed(chunk)
        return sum(map(len, some)) / (time.perf_counter() - began)

    before = bare(chunks[::10])
    began = time.perf_counter()
    done = wiring.index(settings).sync(FileSource("handbook", [pages], settings.max_file_mb << 20), None)
    rate = done.passages / (time.perf_counter() - began)
    after = bare(chunks[5::10])
    share = rate / ((before + after) / 2)
    yield f"{embedder.name}: {done.documents} pages, {done.passages} passages at {rate:.1f}/s"
    yield f"the bare embedder before and after: {before:.1f}/s, {after:.1f}/s; share {share:.0%}"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield f"peak memory of the process: {peak:.0f} MB"
    began = time.perf_counter()
    again = json.loads(footnote(home, "index", str(pages), "--source", "handbook", "--json"))
    took = time.perf_counter() - began
    yield f"unchanged run: {took:.1f} s from process start, {again['unchanged']} unchanged"


def kite(home: Path) -> Iterator[str]:
    """Ten questions over the handbook of 880 pages."""
    footnote(home, "index", str(DATA / "handbook_sourcegraph" / "content"), "--source", "handbook")
    yield from _answers(home, DATA / "sets" / "kite" / "answers.jsonl")


def anthropic(home: Path) -> Iterator[str]:
    """A hundred questions over 232 pages."""
    own, folder = home / "anthropic", DATA / "sets" / "anthropic_docs"
    footnote(own, "index", str(folder / "corpus.jsonl"))
    yield from _answers(own, folder / "answers.jsonl")


def handbook(home: Path) -> Iterator[str]:
    """The questions about the example handbook."""
    footnote(home / "handbook", "index", str(ROOT / "examples" / "handbook"))
    yield from _answers(home / "handbook", ROOT / "examples" / "questions.jsonl")


def _answers(home: Path, questions: Path) -> Iterator[str]:
    """Figures of `footnote eval answers`, without its rows."""
    made = json.loads(footnote(home, "eval", "answers", str(questions), "--json"))
    for name, value in made.items():
        if not isinstance(value, list):
            yield f"{name.replace('_', ' ')}: {value}"


def quality(home: Path) -> Iterator[str]:
    """What search finds, on every collection; `python -m docs.quality NAME` measures one."""
    from docs import quality as collections

    yield from collections.lines(())


def squad(home: Path) -> Iterator[str]:
    """The extract, and what is answered and refused, on the articles that no fit saw."""
    from docs import extract

    yield from extract.lines(())
    yield from extract.lines(("times",))
    yield footnote(home, "fit", "answerability", "--out", str(home / "fit.json"))


def slack(home: Path) -> Iterator[str]:
    """Question posted to answer visible, through the stand-in, by the real `footnote serve`."""
    from bot.play.slack import SlackStandIn

    footnote(home, "index", str(ROOT / "examples" / "handbook"))
    with SlackStandIn("socket") as workspace, serving(home, workspace.environment):
        workspace.wait_for_connections(timeout=60)
        yield f"Socket Mode: {milliseconds(list(answered(workspace)))}"
    with SlackStandIn("http") as workspace:
        port = free()
        workspace.events_url = f"http://127.0.0.1:{port}/slack/events"
        with serving(home, {**workspace.environment, "SLACK_APP_TOKEN": "", "FOOTNOTE_HTTP_PORT": str(port)}):
            until_listening(port)
            yield f"HTTP events: {milliseconds(list(answered(workspace)))}"


def attacks(home: Path) -> Iterator[str]:
    """What comes out where a writer obeys everything it reads."""
    from docs import attacks as tried

    yield from tried.lines(home)


def storm(home: Path) -> Iterator[str]:
    """Questions while Slack and the processes fail at random; `python -m docs.storm` is the long form."""
    yield from (line.removeprefix("storm: ") for line in printed("docs.storm", "--questions", "1000"))


def load(_: Path) -> Iterator[str]:
    """Five questions a second for ten minutes while an index is built and questions are asked again."""
    from docs import load as steady

    yield from steady.lines([])


def growth(_: Path) -> Iterator[str]:
    """Writing, searching and memory at two sizes in both stores, and the exponents."""
    from docs import growth as sizes

    yield from sizes.lines()


def burst(_: Path) -> Iterator[str]:
    """Acknowledgements while an index is built, what a question costs, what a crowd costs."""
    from docs import slack_load

    for postgres in (False, True):
        yield from slack_load.lines((), postgres=postgres)


@contextmanager
def serving(home: Path, settings: dict[str, str]) -> Iterator[None]:
    """A running `footnote serve`."""
    # One person asks all of it.
    env = {**os.environ, "FOOTNOTE_QUOTA_PERSON": "0", **settings, "FOOTNOTE_HOME": str(home)}
    process = subprocess.Popen(
        [*FOOTNOTE, "serve"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


def until_listening(port: int) -> None:
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)


def answered(workspace: SlackStandIn, count: int = 30) -> Iterator[float]:
    """Seconds from each mention to its answer, one after the other; the first, which loads, is left out."""
    person = workspace.add_user("ada")
    channel = workspace.add_channel("help", person)
    for number in range(count + 1):
        began = time.perf_counter()
        ts = workspace.mention(person, channel, DINNER)
        workspace.wait_for_reply(channel, ts, 90, until=lambda m: "[1]" in m.shown)
        if number:
            yield time.perf_counter() - began


def runbook(_: Path) -> Iterator[str]:
    """The installs of the runbook, word for word in fresh roots, and what a whole stack reaches for."""
    for module in ("docs.installed", "docs.offline"):
        yield from printed(module)


def peers(_: Path) -> Iterator[str]:
    """Beside LangChain, LlamaIndex and Haystack, each in an environment of its own that this makes."""
    yield from printed("docs.peers")


def printed(module: str, *words: str) -> list[str]:
    """What a module of these says, and the end of what it complains of."""
    command = [sys.executable, "-m", module, *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr[-500:] * bool(done.returncode)).splitlines()


SECTIONS: dict[str, fresh.Section] = {
    section.__name__: section
    for section in (
        ask, slack, attacks, storm, burst, load, growth, index, kite,
        anthropic, handbook, scifact, quality, squad, runbook, peers,
    )
}  # fmt: skip
NEEDS = dict.fromkeys(("index", "burst", "load", "peers"), "handbook_sourcegraph")
NEEDS |= dict.fromkeys(("kite", "anthropic", "quality", "squad"), "sets")
NEEDS |= dict.fromkeys(("scifact", "growth"), "scifact")


RUNS = {"ask": 3, "slack": 3, "index": 3}  # short ones that a clock measures; the others say their spread


def main(words: list[str] | None = None) -> None:
    known = argparse.ArgumentParser(prog="python -m docs.bench")
    known.add_argument("names", nargs="*", metavar="section", help=", ".join(SECTIONS))
    known.add_argument("--runs", type=int, help="of each; as often as it says itself, if left out")
    known.add_argument("--only-say", action="store_true", help="the page stays as it is")
    given = known.parse_args(words)
    if unknown := sorted(set(given.names) - set(SECTIONS)):
        sys.exit(f"There is no section {unknown[0]}; these are: {', '.join(SECTIONS)}.")
    with tempfile.TemporaryDirectory(prefix="footnote-bench-") as place:
        for name in given.names or SECTIONS:
            if name in NEEDS and not (DATA / NEEDS[name]).is_dir():
                print(f"{name}: left out, FOOTNOTE_DATA has no {NEEDS[name]}")
                continue
            lines, took = fresh.measured(name, SECTIONS[name], given.runs or RUNS.get(name, 1), Path(place))
            if not given.only_say:
                fresh.write(name, lines, took)


if __name__ == "__main__":
    main()
