"""A message of a thread in which we answered in, whether it is meant for us out: a rule, no model. Pure.

To answer what people say to each other is worse than to need a mention: what is not clearly ours is theirs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.meaning import speech
from bot.meaning.shapes import form
from bot.meaning.smalltalk import disagrees
from bot.phrases import said
from retrieval.languages import common
from retrieval.terms import STOP, stem, words

LONGEST = 2000  # characters of a message that are looked at


@dataclass(frozen=True, slots=True)
class Turn:
    """What somebody said in a thread, as it was typed. `kind`: person, answer or notice (both ours), app.
    `asked`: it mentions us."""

    person: str
    text: str
    kind: str = "person"
    asked: bool = False
    ts: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message and what of its thread decides. `said` is it without quotation, emoji and addresses."""

    said: str
    quoted: str
    next: bool  # whether nobody else has said anything since our answer
    alone: bool  # nor more than a word of cheer or pity
    answer: str  # our last one
    theirs: bool  # whether that answered them
    asker: bool  # whether they have asked us here before
    about: frozenset[str]  # stems of what we were asked here and answered

    @property
    def asks(self) -> bool:
        """Whether it asks or wants something, or says that our answer leaves them stuck."""
        ways = (speech.ASKS, speech.REQUESTS, speech.GOES_ON, speech.STUCK)
        return not self.is_(speech.SURPRISE) and ("?" in self.said or any(self.is_(way) for way in ways))

    @property
    def touches(self) -> bool:
        """Whether it is a question that shares a telling word with what we were asked or answered."""
        return self.is_(speech.ASKS) and not self.about.isdisjoint(_stems(self.said))

    def is_(self, way: re.Pattern[str]) -> bool:
        return bool(way.search(self.said))


Test = Callable[[Heard], bool]
RULES: tuple[tuple[str, bool, Test], ...] = (  # the first that applies decides
    ("speaks to others by name", False, lambda h: h.is_(speech.MENTION) or _named(h.said)),
    ("quotes somebody else", False, lambda h: bool(h.quoted) and not _within(h.quoted, h.answer)),
    ("wants our answer in another form", True, lambda h: h.next and form(h.said) is not None),
    ("answers what we asked back", True, lambda h: h.next and h.theirs and said(h.answer, "ask_back")),
    ("says that our answer is wrong", True, lambda h: h.next and bool(disagrees(h.said))),
    ("asks nothing", False, lambda h: not h.asks),
    ("calls us by name", True, lambda h: h.is_(speech.CALLED)),
    ("quotes our answer", True, lambda h: bool(h.quoted)),
    ("asks us back", True, lambda h: h.alone and h.theirs and h.is_(speech.TO_US)),
    ("speaks to a person", False, lambda h: h.is_(speech.TO_SOMEBODY)),
    ("goes on with what they asked", True, lambda h: h.alone and h.theirs),
    ("joins in on our answer", True, lambda h: h.next and "?" in h.said and _joins(h)),
    ("comes back to what they asked", True, lambda h: h.asker and _comes_back(h)),
    ("asks what a handbook says", True, lambda h: len(words(h.said)) > 4 and h.is_(speech.GENERAL)),
)


def addressed(message: Turn, turns: Sequence[Turn], bot_user: str) -> bool:
    """Whether `message` is for us; `turns` are those of its thread before it, oldest first."""
    return why(message, turns, bot_user)[0]


def why(message: Turn, turns: Sequence[Turn], bot_user: str) -> tuple[bool, str]:
    """The same, and the rule that decides."""
    if message.person == bot_user or message.kind != "person":
        return False, "no person"
    if message.asked:
        return True, "mentions us"
    if not any(turn.kind == "answer" for turn in turns):
        return False, "we have not answered here"
    heard = _heard(message, turns)
    return next(((yes, name) for name, yes, test in RULES if test(heard)), (False, "unclear"))


def asks(text: str) -> bool:
    """Whether a message that nobody answered yet is a whole question, to nobody by name."""
    said = " ".join(speech.NOISE.sub(" ", text[:LONGEST]).split())
    whole = "?" in said and len(words(said)) > 3 and bool(speech.ASKS.search(said))
    return whole and not (speech.MENTION.search(said) or _named(said))


def questions(turns: Sequence[Turn]) -> list[Turn]:
    """What we were asked in a thread, oldest first: what mentions us, or has our answer right below it."""
    below = [before for before, after in pairwise(turns) if after.kind == "answer"]
    return [turn for turn in turns if turn.kind == "person" and (turn.asked or turn in below)]


def _heard(message: Turn, turns: Sequence[Turn]) -> Heard:
    last = max(n for n, turn in enumerate(turns) if turn.kind == "answer")
    text = message.text[:LONGEST]
    quoted = found[0] if (found := speech.QUOTE.match(text)) else ""
    asked = questions(turns)
    others = [t for t in turns[last + 1 :] if t.person != message.person and t.kind == "person"]
    ours = [turn.text for turn in (*asked, *turns) if turn.kind == "answer" or turn in asked]
    return Heard(
        said=" ".join(speech.NOISE.sub(" ", text[len(quoted) :]).split()),
        quoted=" ".join(re.sub(r"^>\s?", "", quoted, flags=re.MULTILINE).split()),
        next=not others,
        alone=not any(_speaks(turn) for turn in others),
        answer=turns[last].text,
        theirs=bool(asked) and asked[-1].person == message.person,
        asker=any(turn.person == message.person for turn in asked),
        about=frozenset(_stems(" ".join(ours))),
    )


def _speaks(turn: Turn) -> bool:
    return "?" in turn.text or len(words(speech.NOISE.sub(" ", turn.text))) > 3


def _named(said: str) -> bool:
    found = speech.NAMED.match(said)
    return found is not None and found[1].casefold() not in speech.NO_NAME


def _joins(heard: Heard) -> bool:
    """Whether somebody whom we did not answer asks about what we said."""
    closed = len(words(heard.said)) > 2 and heard.is_(speech.CLOSED) and not heard.is_(speech.STATE)
    ways = (speech.GOES_ON, speech.OF_DOCUMENTS, speech.OR)
    return closed or any(heard.is_(way) for way in ways)


def _comes_back(heard: Heard) -> bool:
    """Whether, after others spoke, it goes on from our answer or is a whole question for documents."""
    whole = any(heard.is_(way) for way in (speech.OF_DOCUMENTS, speech.RULE)) or heard.touches
    general = heard.is_(speech.CLOSED) and not heard.is_(speech.STATE) and not heard.is_(speech.POINTS)
    goes_on = heard.is_(speech.GOES_ON) and "?" in heard.said
    return goes_on or (len(words(heard.said)) > 2 and (whole or general))


def _within(quoted: str, answer: str) -> bool:
    return quoted.casefold() in " ".join(answer.split()).casefold()


def _stems(text: str) -> set[str]:
    empty = STOP | common("german")
    return {stem(w) for w in words(text) if w.partition("'")[0] not in empty and len(w) > 2}
