"""A question of a thread in, what it asks out: itself, or below the questions before it that it leans on."""

from __future__ import annotations

import re

from model.answer import Question
from model.quoting.parts import apart
from model.sentences import sentences
from retrieval.languages import common
from retrieval.terms import STOP, words

MOST = 3  # questions that go before one: more of them lead away from what was asked last
_ASKED = 3  # words of its own from which a question says itself what it asks
_SEARCHED = 8  # and from which the question before it would no longer help to find it (docs/benchmarks.md)
_LEANS = re.compile(
    r"^\W*(?:and|or|but|also|so|then|what about|how about|same|even|only|except|why|und|oder|aber|auch|dann|"
    r"was ist mit|wie (?:ist|sieht) es|warum|wieso|nur|gilt das|dasselbe|sonst|otherwise|else)\b",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\b(?:it|its|they|them|their|theirs|these|those|this|that one|the same|such|there|he|she|his|her|one|"
    r"ones|else|instead|er|ihn|ihm|ihr|ihre|ihren|es|dies|diese[rsnm]?|jene[rsnm]?|davon|dafür|"
    r"dazu|damit|darauf|"
    r"darin|darüber|daran|dabei|dort|dieselbe[n]?|derselbe[n]?|dasselbe|so etwas|stattdessen)\b"
    r"|\bthat(?=\s*(?:[?.,!]|$|is\b|was\b|does\b|also\b|mean|apply|work|count|include|cover|too\b|cost|take))"
    r"|\b(?:do|does|is|was|did|can|about|for|of|in|with|like|without|after|before|than|on) that\b"
    r"|\b(?:das|die|der|den|dem)(?=\s*(?:[?.,!]|$|(?-i:[a-zäöüß])))",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"^\W*(?:and|or|but|what about|how about|und|oder|aber|was ist mit)\b", re.IGNORECASE)
_MEANT = re.compile(  # what only points says nothing of what it is about: "Who approves it?"
    r"\b(?:it|its|they|them|their|these|those|he|she|him|er|ihn|sie|(?<!gibt )es|davon|dafür|dazu)\b",
    re.IGNORECASE,
)
_BEST = r"(?:(?:most|least) \w+|\w{2,}(?:est|[sß]te[nrs]?))"
# Behind a mere "and" it has to be one of these: "Und die Kosten?", "And the guest?" choose nothing.
_SAID = (
    r"(?:(?:most|least) \w+|worst|(?:b|cheap|dear|larg|bigg|small|long|short|high|low|fast|slow|new|old|eld|"
    r"young|lat|earli|near|clos|far|furth|strict|simpl|easi|hard|heavi|light|great)est|"
    r"(?:teuer|günstig|billig|größ|grös|klein|läng|kürz|höch|niedrig|schnell|langsam|neu|ält|jüng|spät|früh|"
    r"näch|weit|be|schlecht|mei|wenig)(?:e?s)?te[nrs]?)"
)
_WHICH = (
    r"(?:and |und )?(?:which(?: ones?)?(?: of (?:them|these|those|the \w+))? "
    r"(?:is|are|was|were|has|have|costs?|takes?|comes?|came|starts?)|"
    r"welche[rsnm]?(?: davon| von (?:ihnen|denen|diesen))? (?:ist|sind|war|hat|haben|kostet|dauert|kommt))"
)
_THE = r"(?: the| der| die| das| den| am| als)?"
_CHOOSES = re.compile(  # which of those that were told: "Which is the cheapest?"
    rf"^\W*(?:{_WHICH}{_THE} {_BEST}|(?:and|und){_THE} {_SAID})\W*$", re.IGNORECASE
)
_PLACED = re.compile(  # or which of them by its place: "Which of these was the first?", "And the last one?"
    rf"^\W*(?:{_WHICH}|and|und){_THE} (?:(?P<first>first|erste[nrs]?)|last|letzte[nrs]?)(?: ones?)?\W*$",
    re.IGNORECASE,
)
_HOW = re.compile(r"\W*(?:how|when|wie|wann)\b", re.IGNORECASE)
_THAT = re.compile(
    r"\b(?:this|that|these|those|such|diese[rsnm]?|jene[rsnm]?|solche[rsnm]?)\b", re.IGNORECASE
)
_MEASURES = frozenset(
    "many much long often old far soon early late high big days happens happen mean means work works need "
    "get please tell know want more viele viel mehr lange oft alt weit früh spät hoch groß "
    "bitte brauche braucht "
    "gibt gilt geht".split()
)


def asked(question: Question) -> str:
    """What a writer is to answer: the question on the last line, above it those it leans on, one a line."""
    return "\n".join(_lines(question, _ASKED))


def before(question: Question) -> str:
    """What is searched behind: the questions it follows, unless it says much itself, and what is told beside
    it; nothing for a first one that only asks."""
    told, _ = apart(question.text)
    lines = [] if chooses(question.text) else _lines(question, _SEARCHED)[:-1]
    return " ".join((*lines, told) if told else lines)


def searched(question: Question) -> str:
    """What is searched: the question; where it only chooses among what was told, with those before it."""
    return " ".join(_lines(question, _SEARCHED)) if chooses(question.text) else apart(question.text)[1]


def stands_alone(text: str, enough: int = _ASKED) -> bool:
    """Whether it has words enough of its own, and none that point at something said before."""
    if _LEANS.search(text) or _POINTS.search(text):
        return False
    return len(own_words(text)) >= enough


def chooses(text: str) -> bool:
    """Whether it asks for one of those that were told, and does not say of what."""
    return bool(_CHOOSES.search(text) or _PLACED.search(text))


def placed(text: str) -> int | None:
    """Which of those that were told it asks for by its place: 0 for the first, -1 for the last."""
    found = _PLACED.search(text)
    return (0 if found["first"] else -1) if found else None


def hangs(text: str) -> bool:
    """Whether it says nothing without what was said before: "And for lunch?", "Who approves it?"."""
    few = len(own_words(text)) < _ASKED
    return few and bool(_GOES_ON.search(text) or (_MEANT.search(text) and len(own_words(text)) < _ASKED - 1))


def apart_from(told: str, alone: str) -> bool:
    """Whether what is asked says what it is about without what is told beside it: each of its sentences, in
    two words of its own, or one where it asks how much or when of that."""
    asked = [alone[start:end] for start, end in sentences(alone)]
    return (
        bool(told)
        and not any(_THAT.search(one) for one in asked)
        and all(stands_alone(one, 1 if _HOW.match(one) else 2) for one in asked)
    )


def own_words(text: str) -> list[str]:
    """Its words but those that no question does without."""
    empty = STOP | common("german") | _MEASURES
    return [word for word in words(text) if word not in empty]


def _lines(question: Question, enough: int) -> list[str]:
    lines = [question.text]
    if stands_alone(apart(question.text)[1], enough):
        return lines
    for one in reversed([one for one in question.earlier if one][-MOST:]):
        lines.insert(0, one)
        leans = _LEANS.search(one) or (_MEANT.search(one) and len(own_words(one)) < _ASKED)
        if not leans and not chooses(one):
            break
    return lines
