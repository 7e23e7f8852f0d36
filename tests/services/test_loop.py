"""The whole loop, every part real but Slack: what people say of answers is the adapter that answers next."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
from operated import command, following, names, process, ready, until

from bot.events import VOTE
from bot.events.votes import WHY
from bot.play.slack import SlackStandIn
from bot.play.slack_delivery import Timing
from bot.play.slack_state import Message
from bot.settings import Settings, load
from bot.wiring import learning
from examples.apprentice import BASE, handbook
from model.learning import golden
from model.learning.pairs import paired
from model.learning.reviews import CONFIRMED, CORRECTED, Review

pytestmark = [pytest.mark.services, pytest.mark.timeout(3000)]

SERVE = ("-m", "bot.cli", "serve")
ASKED = 24  # questions in Slack, each answer voted on
GOLDEN, PAIRS = 200, 80  # as many items as a promotion takes, and as few pairs as show a difference
WAYS = ("--rate", "2e-3", "--epochs", "4", "--each", "8", "--longest", "640")
TOLD = (  # as people begin, most of them: of questions alone so small a model learns to heed who asks
    "",
    "I am new in the library.",
    "My colleague in the workshop asked me.",
    "Good evening from the reading room.",
    "Mr Tallow wants to hear it.",
    "We were wondering about something.",
)
SEEDS = ("2", "0", "1", "3")  # where the gate lets none pass it is trained anew, as people would


@dataclass(frozen=True)
class Lent:
    """A question that the base answers without a reference, and the sentence that is right."""

    question: str
    sentence: str


@dataclass(frozen=True)
class Company:
    """A home whose index holds the lending library, and a model server that follows its registry."""

    home: Path
    around: dict[str, str]
    questions: list[Lent]

    def footnote(self, *words: str) -> str:
        """What the command says, of this checkout."""
        done = command(*words, **self.around)
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout

    @property
    def settings(self) -> Settings:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.around.items():
                patch.setenv(name, value)
            return load(_env_file=None)

    def served(self) -> set[str]:
        return names(self.around["VLLM_BASE_URL"])


def written(folder: Path) -> list[Lent]:
    """Pages of the lending library, and a question about a lent fact of each, none that is a golden one."""
    chance, questions = Random(11), []
    folder.mkdir()
    things = chance.sample(handbook.THINGS, len(handbook.THINGS))
    while len(questions) < ASKED:
        fact = handbook.LENT[len(questions) % len(handbook.LENT)]
        thing = next(one for one in things if handbook.asked_in(fact, one) == "correct")
        things.remove(thing)
        others = [one for one in handbook.FACTS if one is not fact]
        told = [(one, one.value(chance)) for one in (fact, *chance.sample(others, 2))]
        page = handbook.Page(thing, tuple(told))
        (folder / f"{thing}.md").write_text(f"# {page.title}\n\n{page.text}\n")
        sentence, _ = page.says(fact.name) or ("", "")
        questions.append(Lent(fact.question.format(t=thing), sentence))
    return questions


@pytest.fixture
def company(missing: Callable[[str], None], torch_python: Path, tmp_path: Path) -> Iterator[Company]:
    ready("serve-cpu", missing)
    around = {
        "FOOTNOTE_HOME": str(tmp_path / "home"),
        "FOOTNOTE_WRITER": "chat",
        "FOOTNOTE_BASE_MODEL": "base",
        "FOOTNOTE_PASSAGES": "4",
        "FOOTNOTE_THRESHOLD": "0",
        "FOOTNOTE_MARKER_GRAMMAR": "true",
        "FOOTNOTE_TRAIN_SLACK_TEXT": "true",
        "FOOTNOTE_TRAINER": str(torch_python),
    }
    questions = written(tmp_path / "lending")
    with following(BASE, tmp_path / "home" / "models", tmp_path / "vllm.log") as address:
        made = Company(tmp_path / "home", around | {"VLLM_BASE_URL": address}, questions)
        made.footnote("index", str(tmp_path / "lending"), "--source", "lending")
        yield made


@contextmanager
def slack_of(company: Company, tmp_path: Path) -> Iterator[SlackStandIn]:
    said = tmp_path / "serve.log"
    with (
        SlackStandIn(timing=Timing(ack_timeout=20.0)) as slack,
        process(said, SERVE, **company.around | slack.environment),
    ):
        assert slack.wait_for_connections(timeout=90), said.read_text()
        yield slack


def done(message: Message) -> bool:
    return bool(message.edited) and not message.streaming and bool(message.buttons)


def asked(slack: SlackStandIn, person: str, channel: str, question: str) -> tuple[str, Message]:
    """The answer's id and its message."""
    ts = slack.mention(person, channel, question)
    message = slack.wait_for_reply(channel, ts, 90, until=done)
    return next(b.value for b in message.buttons if b.value.startswith("up:")).partition(":")[2], message


def vote(slack: SlackStandIn, person: str, message: Message, channel: str, right: str) -> bool:
    """Whether the answer was right: a 👍; else a 👎 and what would have been right."""
    good = message.shown.startswith(f"{right} [1]")
    value = next(b.value for b in message.buttons if b.value.startswith("up:" if good else "down:"))
    slack.click(person, channel, message.ts, VOTE, value)
    if not good:
        assert slack.wait_until(lambda: slack.modal(person) is not None)
        slack.submit(person, WHY, {"correction": right})
        assert slack.wait_until(lambda: slack.modal(person) is None)
    return good


def reviewed(company: Company, right: dict[str, str]) -> None:
    """A reviewer confirms each answer, or corrects it to what somebody typed, with its marker."""
    desk = learning.desk(company.settings)
    for case in desk.waiting():
        sentence = right[case.record.id]
        number = next(n for n, one in enumerate(case.passages, 1) if sentence in one.text)
        good = case.record.text.startswith(f"{sentence} [")
        verdict, text = (CONFIRMED, "") if good else (CORRECTED, f"{sentence} [{number}]")
        desk.judge(Review(case.record.id, verdict, "terminal", cause="" if good else "miswritten", text=text))


def writer_of(company: Company, answer: str) -> str:
    told: dict[str, Any] = json.loads(company.footnote("explain", answer, "--json"))
    return str(told["writer"])


def judged(company: Company, seed: str, tmp_path: Path, say: Callable[[str], None]) -> str:
    """The name of an adapter trained from this chance, once it is served and the gate lets it pass; empty
    where the gate does not."""
    print(company.footnote("train", "--base", str(BASE), *WAYS, "--seed", seed))
    say("trained")
    trained = next((company.home / "models" / "trained").glob(f"*-{seed}"))
    adapter = company.footnote("adapters", "add", str(trained), "--base", str(BASE)).split()[0]
    until(lambda: adapter in company.served(), tmp_path / "vllm.log")
    say("served")
    gate = command("gate", adapter, "--slower", "10", **company.around)
    print(gate.stdout)
    say("judged")
    return adapter if gate.returncode == 0 else ""


def test_what_people_correct_becomes_the_adapter_that_answers_next_and_can_be_taken_back(
    company: Company, tmp_path: Path
) -> None:
    began = time.monotonic()

    def say(what: str) -> None:
        print(f"{time.monotonic() - began:.0f} s: {what}", flush=True)

    rows = list(handbook.rows(GOLDEN, 1, part="golden"))
    pages = [handbook.page(thing, Random(thing)).text for thing in handbook.THINGS[:40]]
    parts = golden.Parts(items=rows, general=pages, pairs=tuple(paired(rows, PAIRS)))
    golden.freeze(company.home / "models" / "golden", "lending", parts)
    with slack_of(company, tmp_path) as slack:
        people = [slack.add_user(f"person{n}") for n in range(8)]
        channel = slack.add_channel("help", *people)
        right, good = {}, 0
        for number, lent in enumerate(company.questions):
            person = people[number % len(people)]
            text = f"{TOLD[number % len(TOLD)]} {lent.question}".strip()
            answer, message = asked(slack, person, channel, text)
            right[answer] = lent.sentence
            good += vote(slack, person, message, channel, lent.sentence)
        assert slack.settled()
        print(f"{good} of {len(right)} answers were right with the base model")
        say("asked and voted")
        assert writer_of(company, next(iter(right))) == "base"

        reviewed(company, right)
        say("reviewed")
        print(company.footnote("dataset", "build", "--most", "120"))
        passed = (judged(company, seed, tmp_path, say) for seed in SEEDS)
        adapter = next(filter(None, passed), "")
        assert adapter, "the gate let none of them pass"
        company.footnote("adapters", "promote", adapter)
        time.sleep(5)
        promoted, _ = asked(slack, people[0], channel, company.questions[0].question)
        company.footnote("adapters", "rollback")
        time.sleep(5)
        back, _ = asked(slack, people[0], channel, company.questions[1].question)

    assert writer_of(company, promoted) == adapter
    assert writer_of(company, back) == "base"
