"""How soon events are acknowledged, what a question costs beside searching and writing, what a crowd costs.

python -m docs.slack_load                          all of it, on SQLite
python -m docs.slack_load acks --postgres          one part, on PostgreSQL

acks: 50 deliveries a second for 60 seconds, come what may (10 of 5 questions, 10 votes, 10 again what was
delivered before, 20 messages not for us), while an index is built on the same cores. own, streamed: questions
one after the other, in quick succession and as streams. crowd: 60 questions at once, of a writer that takes
five seconds to begin.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from bot.events import VOTE
from bot.play.slack import SlackStandIn
from bot.play.slack_state import Delivery, Message
from deploy.ports import free
from deploy.postgres.server import running
from docs.bench import DATA, DINNER, FOOTNOTE, ROOT, until_listening
from docs.timed_serve import KEPT

WORDS = ("Question", "Anyone for lunch?", "The lift is out of order.", "Thanks!")
QUESTIONS = (
    DINNER,
    "How many weeks of parental leave do I get?",
    "Who approves a trip abroad?",
    "How do I report a lost laptop?",
)


@dataclass
class Place:
    """The product with a database, the model's stand-in and an indexed handbook, as an operator has them."""

    home: Path
    database: str = ""
    model: str = "good"

    def environment(self) -> dict[str, str]:
        own = {"FOOTNOTE_HOME": str(self.home), "FOOTNOTE_QUOTA_PERSON": "0", "FOOTNOTE_QUOTA_CHANNEL": "0"}
        own |= {"FOOTNOTE_LOG_LEVEL": "WARNING", "PYTHONPATH": str(ROOT)}
        return {
            **os.environ,
            **own,
            **({"DATABASE_URL": self.database} if self.database else {}),
        }

    def index(self) -> None:
        handbook = str(ROOT / "examples" / "handbook")
        subprocess.run(
            [*FOOTNOTE, "index", handbook], env=self.environment(), check=True, capture_output=True
        )

    @contextlib.contextmanager
    def building(self) -> Iterator[None]:
        """An index of many pages is being built beside, on the same cores."""
        pages = DATA / "handbook_sourcegraph" / "content"
        if not pages.is_dir():
            raise SystemExit("slack_load: FOOTNOTE_DATA has no handbook_sourcegraph to index meanwhile")
        command = [*FOOTNOTE, "index", str(pages), "--source", "many"]
        with _process(command, self.environment()) as process:
            time.sleep(3.0)
            yield
            if process.poll() is not None:
                raise SystemExit("slack_load: the index was built before the time was over")

    @contextlib.contextmanager
    def serving(self, slack: SlackStandIn) -> Iterator[psutil.Process]:
        """The serving process, ready and warm."""
        port = free()
        chat = {"VLLM_BASE_URL": f"http://127.0.0.1:{port}/v1", "FOOTNOTE_WRITER": "chat"}
        env = self.environment() | slack.environment | chat | {"FOOTNOTE_MODEL": self.model}
        with (
            _process([sys.executable, "-m", "bot.play.model", str(port)], env),
            _process([sys.executable, "-m", "docs.timed_serve"], env) as process,
        ):
            until_listening(port)
            if not slack.wait_for_connections(timeout=120):
                raise SystemExit("slack_load: the service did not start")
            yield psutil.Process(process.pid)


@contextlib.contextmanager
def _process(command: Sequence[str], env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=nowhere, stderr=nowhere)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


class Load:
    """People in a workspace, and what became of what they asked."""

    def __init__(self, slack: SlackStandIn, people: int = 60, channels: int = 20) -> None:
        self.slack, self.rng = slack, random.Random(7)
        self.people = [slack.add_user(f"person{n}") for n in range(people)]
        self.channels = [slack.add_channel(f"channel{n}", *self.people) for n in range(channels)]
        self.asked: list[tuple[str, str, float]] = []
        self.answers: dict[tuple[str, str], Message] = {}

    def ask(self, words: str = "") -> None:
        channel, person = self.rng.choice(self.channels), self.rng.choice(self.people)
        ts = self.slack.mention(person, channel, words or self.rng.choice(QUESTIONS))
        self.asked.append((channel, ts, self.slack.clock.now()))

    def look(self) -> bool:
        """Whether every question has its answer; looks only for those that had none yet."""
        for channel, ts, _ in self.asked:
            if (channel, ts) not in self.answers:
                for message in self.slack.replies_to(channel, ts):
                    if message.streaming != "live" and VOTE in str(message.blocks):
                        self.answers[channel, ts] = message
        return len(self.answers) == len(self.asked)

    def until_answered(self, patience_s: float) -> None:
        end = time.monotonic() + patience_s
        while not self.look() and time.monotonic() < end:
            time.sleep(0.1)

    def fifty(self, second: int) -> list[str]:
        """What happens within a second, in the order drawn; a question in a channel is two deliveries."""
        kinds = ["ask"] * 5 + ["vote"] * 10 + ["again"] * 10 + ["talk"] * 20
        self.rng.shuffle(kinds)
        return kinds

    def happen(self, kind: str) -> None:
        if kind == "ask":
            return self.ask()
        if kind == "again" and self.asked:
            channel, ts, _ = self.rng.choice(self.asked[-50:])
            return self.slack.redeliver(self.rng.choice(self.slack.events_about(channel, ts)))
        voted = list(self.answers.values())[-100:]
        if kind == "vote" and voted:
            message = self.rng.choice(voted)
            self.slack.click(self.rng.choice(self.people), message.channel, message.ts, VOTE)
            return None
        self.slack.say(self.rng.choice(self.people), self.rng.choice(self.channels), self.rng.choice(WORDS))
        return None


def acks(place: Place, seconds: int = 60) -> Iterator[str]:
    """Deliveries at a fixed rate, whatever becomes of them, while an index is built."""
    with SlackStandIn() as slack, place.serving(slack) as process, place.building():
        load = Load(slack)
        for _ in range(3):
            load.ask()
        load.until_answered(60)
        warm, began = len(slack.deliveries), time.monotonic()
        for second in range(seconds):
            kinds = load.fifty(second)
            for number, kind in enumerate(kinds):
                due = began + second + number / len(kinds)
                time.sleep(max(0.0, due - time.monotonic()))
                load.happen(kind)
            threading.Thread(target=load.look, daemon=True).start()
        late = time.monotonic() - began - seconds
        load.until_answered(90)
        slack.settled(30)
        yield f"{_acknowledged(slack.deliveries[warm:])}; the driver ended {max(late, 0.0):.1f} s late"
        yield _answered(load)
        yield f"beside search and writer, under this load: {_spread(_own(place, load))}"
        yield f"memory {process.memory_info().rss >> 20} MB"


def streamed(place: Place) -> Iterator[str]:
    """The same at the pace at which each reply is a stream: twelve a minute."""
    yield from own(place, 15, 5.5, 3)


def own(place: Place, count: int = 60, pause_s: float = 0.1, warm: int = 20) -> Iterator[str]:
    """One question after the other: from the event to the final post, less search and writer."""
    with SlackStandIn() as slack, place.serving(slack):
        load = Load(slack, people=5, channels=3)
        for number in range(count + warm):
            if number == warm:  # known people in known channels, a loaded model
                load.asked.clear()
                load.answers.clear()
            load.ask()
            load.until_answered(30)
            time.sleep(pause_s)
        calls = [call.method for call in slack.calls if call.started >= load.asked[0][2]]
        yield f"event to final post: {_spread(took(load))}"
        yield f"without search and writer: {_spread(_own(place, load))}"
        yield f"calls of Slack a question: {_calls(calls, count)}"


def crowd(place: Place, count: int = 60) -> Iterator[str]:
    """Questions at once, of a writer that takes five seconds to begin."""
    place.model = "ttft-5s"
    with SlackStandIn() as slack, place.serving(slack) as process:
        load, peak = Load(slack), 0
        for _ in range(count):
            load.ask()
        end = time.monotonic() + 120
        while not load.look() and time.monotonic() < end:
            peak = max(peak, process.memory_info().rss)
            time.sleep(0.1)
        slack.settled(30)
        yield _answered(load)
        yield f"{_acknowledged(slack.deliveries)}; memory at most {peak >> 20} MB"


def _acknowledged(deliveries: Sequence[Delivery]) -> str:
    known = sorted(d.acked_ms for d in deliveries if d.acked_ms is not None)
    at = [known[min(len(known) - 1, int(len(known) * share))] for share in (0.5, 0.99, 0.999)]
    unacked = len(deliveries) - len(known)
    return (
        f"{len(deliveries)} deliveries, {unacked} not acknowledged: p50 {at[0]:.0f} ms, p99 {at[1]:.0f} ms, "
        f"p99.9 {at[2]:.0f} ms, longest {known[-1]:.0f} ms"
    )


def _answered(load: Load) -> str:
    waits = took(load)
    text = (
        f"{len(load.answers)} of {len(load.asked)} questions answered, longest {max(waits, default=0):.1f} s"
    )
    return f"{text}, p50 {statistics.median(waits or [0]):.1f} s"


def _calls(methods: Sequence[str], count: int) -> str:
    found = sorted(set(methods), key=lambda method: -methods.count(method))
    return ", ".join(f"{methods.count(method) / count:.1f} {method}" for method in found)


def took(load: Load) -> list[float]:
    """Seconds from the question to its final version."""
    at = {(channel, ts): asked for channel, ts, asked in load.asked}
    return [message.history[-1].at - at[place] for place, message in load.answers.items()]


def _own(place: Place, load: Load) -> list[float]:
    """The same, less what search and the writer took."""
    lines = (place.home / KEPT).read_text("utf-8").splitlines()
    spent = {event: (search + write) / 1000 for event, search, write in map(json.loads, lines)}
    whole = dict(zip(load.answers, took(load), strict=True))
    return [
        whole[at] - spent[event]
        for at in load.answers
        for event in load.slack.events_about(*at)
        if event in spent
    ]


def _spread(seconds: Sequence[float]) -> str:
    ordered = sorted(seconds)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return f"p50 {statistics.median(ordered) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, n {len(ordered)}"


PARTS = {"own": own, "streamed": streamed, "acks": acks, "crowd": crowd}


def lines(names: Sequence[str], *, postgres: bool = False) -> Iterator[str]:
    """The figures of these parts, each from a fresh place."""
    for name in names or PARTS:
        with contextlib.ExitStack() as stack:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="footnote-load-")))
            database = stack.enter_context(running()).database("load") if postgres else ""
            place = Place(home, database)
            place.index()
            for line in PARTS[name](place):
                yield f"{name}, {'PostgreSQL' if postgres else 'SQLite'}: {line}"


def main() -> None:
    words = argparse.ArgumentParser(prog="python -m docs.slack_load")
    words.add_argument("parts", nargs="*", choices=[[], *PARTS])
    words.add_argument("--postgres", action="store_true")
    given = words.parse_args()
    for line in lines(given.parts, postgres=given.postgres):
        print(f"slack_load: {line}", flush=True)


if __name__ == "__main__":
    main()
