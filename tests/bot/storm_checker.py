"""Questions that were asked and a workspace in, what is wrong with it out.

It knows nothing of the product: it reads what the stand-in received, and a question is told from others by
the name that its answer repeats, or by whatever else whoever asks it can tell.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from bot.play.slack import SlackStandIn
from bot.play.slack_state import Message

WITHIN_S = 90.0  # from the last fault, or from being asked: then every question has its end
REFERENCE = re.compile(r"\b(?:Reference|Referenz) [0-9A-F]{8}\b")
Names = Callable[[Message], set[str]]  # of the questions that a message answers


@dataclass(frozen=True)
class Asked:
    """A question: `name` stands in it, `root` is the thread it lies in, `at` when it was asked."""

    name: str
    channel: str
    ts: str
    root: str
    at: float
    way: str = "mention"
    person: str = ""


@dataclass(frozen=True)
class Verdict:
    """Complaints, each a sentence; and seconds to the end of each question that has one: since it was asked
    (`took`), and since the last fault was over if that was later (`waits`). `failed` of these are a sentence
    with a reference, `alone` of them were said to their person alone. `left`: messages without a mention that
    were let be, as they may where Slack does not show the thread."""

    complaints: tuple[str, ...]
    waits: tuple[float, ...]
    took: tuple[float, ...]
    failed: int = 0
    alone: int = 0
    left: int = 0

    def __str__(self) -> str:
        return "\n".join(self.complaints[:20]) or "nothing to complain of"


def repeated(message: Message) -> set[str]:
    """Names that it repeats."""
    return set(re.findall(r"\bQ\d{6}\b", f"{message.shown} {message.text}"))


def judged(
    slack: SlackStandIn, asked: Sequence[Asked], calm: float = 0.0, answers: Names = repeated
) -> Verdict:
    """Whether each question has exactly one visible result, in its thread, with an end; `calm` is when the
    last fault was over, by the stand-in's clock."""
    written = _written(slack)
    complaints: list[str] = []
    waits: list[float] = []
    took: list[float] = []
    failed = alone = left = 0
    threads: dict[tuple[str, str], list[Asked]] = defaultdict(list)
    for question in asked:
        threads[question.channel, question.root].append(question)
    named = _named(written, {question.name for question in asked}, answers)
    for place, questions in threads.items():
        results = written.get(place, [])
        complaints += _about_thread(slack, place, questions, results)
        complaints += _about_ends(questions, results, answers)
        known = {q.name: named.get(q.name, []) for q in questions}
        sorry = [m for m in results if not any(m in found for found in known.values()) and _sorry(m)]
        failed += len(sorry)
        spare = iter(sorry)
        for question in questions:
            found = known[question.name] or [m for m in (next(spare, None),) if m]
            if not found and question.way == "unmentioned":
                left += 1
                continue
            if not found and (told := _told(slack, question)):
                alone, found = alone + 1, told
            complaints += _about_question(slack, question, found)
            took += [_end(m) - question.at for m in found[:1]]
            waits += [_end(m) - max(question.at, calm) for m in found[:1]]
    complaints += [f"an end came {wait:.0f} s after the last fault" for wait in waits if wait > WITHIN_S]
    strangers = set(written) - set(threads)
    complaints += [f"{len(written[place])} messages where nobody asked: {place}" for place in strangers]
    return Verdict(tuple(complaints), tuple(waits), tuple(took), failed, alone, left)


def ended(slack: SlackStandIn, asked: Iterable[Asked]) -> set[str]:
    """Names of the questions that seem to be over: a cheap look, for whoever waits."""
    over = set()
    for question in asked:
        seen = [m for m in slack.thread(question.channel, question.root) if m.bot and not m.ephemeral_to]
        sorry = bool(_told(slack, question)) or any(m.ts > question.ts and _sorry(m) for m in seen)
        if sorry or any(question.name in m.shown and m.streaming != "live" for m in seen):
            over.add(question.name)
    return over


def _written(slack: SlackStandIn) -> dict[tuple[str, str], list[Message]]:
    """All that the app ever put where everybody there sees it, by thread; what it deleted again too."""
    found: dict[tuple[str, str], list[Message]] = defaultdict(list)
    with slack.workspace.lock:
        for channel, messages in slack.workspace.messages.items():
            for message in messages.values():
                if message.bot and not message.ephemeral_to:
                    found[channel, message.root].append(message)
    return found


def _named(
    written: dict[tuple[str, str], list[Message]], names: set[str], answers: Names
) -> dict[str, list[Message]]:
    found: dict[str, list[Message]] = defaultdict(list)
    for messages in written.values():
        for message in messages:
            for name in answers(message) & names:
                found[name].append(message)
    return found


def _end(message: Message) -> float:
    """Since when it says what it says now."""
    same = takewhile(lambda version: version.shown == message.shown, reversed(message.history))
    return [version.at for version in same][-1]


def _delivered(slack: SlackStandIn, question: Asked) -> str:
    """What came of each time that Slack brought it: whether the app ever took it."""
    about = set(slack.events_about(question.channel, question.ts))
    came = [one.reason or "acked" for one in slack.deliveries if one.id in about]
    return f"brought {len(came)} times: {', '.join(came)}" if came else "never brought"


def _told(slack: SlackStandIn, question: Asked) -> list[Message]:
    """What only who asked was shown in the thread since: why there is no answer."""
    thread = slack.thread(question.channel, question.root)
    return [m for m in thread if question.person and m.ephemeral_to == question.person and m.ts > question.ts]


def _sorry(message: Message) -> bool:
    return bool(REFERENCE.search(message.shown))


def _about_thread(
    slack: SlackStandIn, place: tuple[str, str], questions: list[Asked], results: list[Message]
) -> list[str]:
    names = " ".join(q.name for q in questions)
    found = []
    if len(results) > len(questions):
        shown = [f"{'(deleted) ' if m.deleted else ''}{m.shown[:60]!r}" for m in results]
        found.append(f"{names}: {len(questions)} asked, {len(results)} messages: {shown}")
    if slack.status(*place) == "processing" or slack.status_line(*place):
        found.append(f"{names}: the status says that it is still at work")
    return found


def _about_ends(questions: list[Asked], results: list[Message], answers: Names) -> list[str]:
    names = {q.name for q in questions}
    over = [m for m in results if m.streaming != "live" and (_sorry(m) or answers(m) & names)]
    open_ = [m for m in results if m not in over]
    return [f"{' '.join(names)}: without an end: {m.streaming} {m.shown[:80]!r}" for m in open_]


def _about_question(slack: SlackStandIn, question: Asked, found: list[Message]) -> list[str]:
    if not found:
        return [f"{question.name}: lost ({question.way}), {_delivered(slack, question)}"]
    wrong = [m for m in found if (m.channel, m.root) != (question.channel, question.root)]
    complaints = [f"{question.name}: answered elsewhere, in {m.channel}" for m in wrong]
    if len(found) > 1:
        complaints.append(f"{question.name}: doubled, {len(found)} messages")
    return complaints + [f"{question.name}: its result was deleted" for m in found if m.deleted]
