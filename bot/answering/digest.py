"""The messages of a thread in, passages of them out; and of those, the sentences that say what is asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.meaning import talk
from bot.meaning.addressed import Turn
from model.answer import Draft
from model.sentences import sentences
from retrieval.passage import Passage
from retrieval.terms import terms

# A topic is one of bot.meaning.minutes.
SOURCE = "thread"  # of passages that are messages: their words are kept nowhere
MOST = 40  # messages that are made passages
_POINTS = {"summary": 7, "decisions": 5, "tasks": 7, "open": 6}
_MENTION = re.compile(r"@([UW][A-Z0-9]{2,})\b")
_SIGNS = re.compile(r":[a-z0-9_+-]+:")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of a message: the place of its message among those given, and its own in the thread."""

    message: int
    order: int
    text: str  # "Ada: We go with the second offer."

    @property
    def speaker(self) -> str:
        return self.text.partition(": ")[0]

    @property
    def words(self) -> str:
        return self.text.partition(": ")[2]


def passages(
    turns: Sequence[Turn], called: Callable[[str], str], link: Callable[[str], str]
) -> tuple[Passage, ...]:
    """Each message of a person a passage, each of its sentences behind their name. `called` has the name of a
    principal, `link` the address of the message with a ts."""
    found = []
    for turn in turns:
        name = _name(called(f"user:{turn.person}")) if turn.person else ""
        text = _SIGNS.sub(" ", _MENTION.sub(lambda m: "@" + _name(called(f"user:{m[1]}")), turn.text))
        lines = [" ".join(text[start:end].split()) for start, end in sentences(text)]
        whole = "\n\n".join(f"{name or '…'}: {line}" for line in lines)
        if turn.kind == "person" and whole:
            at = datetime.fromtimestamp(float(turn.ts), UTC)
            where = (f"{SOURCE}/{turn.ts}", f"{SOURCE}/{turn.ts}", SOURCE, f"{name}, {at:%Y-%m-%d %H:%M} UTC")
            found.append(Passage(*where, whole, 0, len(whole), link(turn.ts)))
    return tuple(found)


def telling(messages: Sequence[Passage], topic: str) -> tuple[Passage, ...]:
    """Those that a writer is given, at most MOST: the first, those that say what is asked, the last."""
    if len(messages) <= MOST:
        return tuple(messages)
    chosen = {said.message for said in _chosen(messages, topic)}
    rest = [n for n in (0, *reversed(range(len(messages)))) if n not in chosen]
    return tuple(messages[n] for n in sorted({*chosen, *rest[: MOST - len(chosen)]}))


@dataclass(frozen=True, slots=True)
class Digest:
    """A Writer that quotes the sentences of a thread that decide, promise or ask; no model needed."""

    topic: str
    name: str = "extract"

    def write(self, question: str, passages: Sequence[Passage]) -> Draft:
        """A point a line, in the order in which they were said; empty where nobody said such a thing."""
        lines = (f"- {said.text} [{said.message + 1}]" for said in _chosen(passages, self.topic))
        return Draft("\n".join(lines), self.name)


def _chosen(messages: Sequence[Passage], topic: str) -> list[Said]:
    said = list(_sentences(messages))
    picked = {
        "decisions": _decisions,
        "tasks": _tasks,
        "open": _open,
        "summary": _summary,
    }[topic](said)
    most = _POINTS[topic]
    return sorted({one.order: one for one in picked[-most:]}.values(), key=lambda one: one.order)


def _sentences(messages: Sequence[Passage]) -> Iterator[Said]:
    order = 0
    for message, passage in enumerate(messages):
        for start, end in sentences(passage.text):
            yield Said(message, order, " ".join(passage.text[start:end].split()))
            order += 1


def _decisions(said: Sequence[Said]) -> list[Said]:
    return [one for one in said if talk.DECIDED.search(one.words) and _certain(one)]


def _tasks(said: Sequence[Said]) -> list[Said]:
    """Promises; before one that only points ("I'll do it"), what it was said to."""
    found: list[Said] = []
    for one in said:
        if talk.PROMISED.search(one.words) and not _asks(one):
            found += [*_antecedent(one, said), one]
    return list(dict.fromkeys(found))


def _antecedent(one: Said, said: Sequence[Said]) -> list[Said]:
    other = [s for s in said if s.message == one.message - 1 and s.speaker != one.speaker]
    before = [s for s in other if _asks(s)] or [s for s in other if len(set(terms(s.words))) > 2]
    points = talk.POINTS.search(one.words) or len(set(terms(one.words))) < 3
    own = any(other.message == one.message and other.order < one.order for other in said)
    return before[-1:] if points and not own else []


def _open(said: Sequence[Said]) -> list[Said]:
    """What is said to be open, and questions of which nobody else spoke after them."""
    return [one for one in said if talk.OPEN.search(one.words) or (_asks(one) and not _taken_up(one, said))]


def _taken_up(one: Said, said: Sequence[Said]) -> bool:
    own = set(terms(one.words))
    later = (s for s in said if s.order > one.order and s.speaker != one.speaker)
    return len(one.words.split()) < 3 or any(own & set(terms(s.words)) for s in later)


def _summary(said: Sequence[Said]) -> list[Said]:
    """What it began with, what was decided, promised and left open; where that is little, what most of the
    thread is about."""
    opens = [one for one in said if one.message == 0][:1]
    found = [*_open(said)[-2:], *_decisions(said)[-2:], *_tasks(said)[-3:]]
    common = Counter(term for one in said for term in set(terms(one.words)))
    worth = sorted((one for one in said if one not in found), key=lambda one: -_weight(one, common))
    return list(dict.fromkeys([*found, *worth[: max(0, 3 - len(set(found)))], *opens]))


def _weight(one: Said, common: Counter[str]) -> float:
    own = set(terms(one.words))
    return sum(common[term] - 1 for term in own) / (4 + len(own))


def _certain(one: Said) -> bool:
    return not _asks(one) and not talk.UNDECIDED.search(one.words)


def _asks(one: Said) -> bool:
    return one.words.rstrip(" \"')").endswith("?")


def _name(name: str) -> str:
    """A name that can stand before a colon."""
    return " ".join(re.sub(r"[\[\]:\n*_`|<>]", " ", name).split())
