"""The record of an answer in, a golden item out: its question, the passages it had, what is right."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from model.answer import Status
from model.checking.figures import figures
from model.checking.support import MARKER
from model.learning.row import Row
from model.learning.scored import says
from model.record import Record
from model.writing.prompt import NOT_FOUND
from retrieval.passage import EVERYONE, FootnoteError, Passage

MOST_FACTS = 5
NO_WORDS = "The words of that question are not kept. Give them: footnote eval add ID --question WORDS."
NO_PASSAGES = (
    "The words of the passages it was made from are not kept any more (FOOTNOTE_RECORD_DAYS). Ask it again "
    "and add the new answer."
)
CLOSED = "It rests on a passage that not everyone may read: a golden item may hold no such words."
OUT = "Who asked it wants nothing of theirs used. Give other words: footnote eval add ID --question WORDS."
REFUSED = "--refuse says that no passage answers it, --answer and --fact that one does. Give one of the two."
UNCARRIED = "That answer found nothing. Say which passages carry what is right: --gold 1,3."
UNSAID = "What is right does not say {facts}: {text} Give other words for it (--answer), or another --fact."
_NUMBER = re.compile(r"\d+")


class NotAnItem(FootnoteError):
    """The answer cannot become a golden item."""


@dataclass(frozen=True, slots=True)
class Right:
    """What a person says is right, where it is not what was answered: the words of the question, the numbers
    of the passages that carry the answer (none: none does), what every right answer says."""

    question: str = ""
    gold: tuple[int, ...] | None = None
    facts: tuple[str, ...] | None = None
    answer: str = ""


def item(
    record: Record, words: Mapping[int, Passage], right: Right, by: str, people: Collection[str] = ()
) -> Row:
    """The golden item, with the ids of those whose question or vote it is. Raises NotAnItem where words are
    missing, or where not everyone may read what carries it."""
    asked = right.question or "\n".join((*record.earlier, record.question)).strip()
    if not asked:
        raise NotAnItem(NO_WORDS)
    if record.places and not words:
        raise NotAnItem(NO_PASSAGES)
    places = [n for n, one in sorted(words.items()) if EVERYONE in one.audience.principals]
    renumbered = {place: i for i, place in enumerate(places, 1)}
    told = _cited(record, words) if right.gold is None else right.gold
    if any(place not in renumbered for place in told):
        raise NotAnItem(CLOSED if all(place in words for place in told) else _no_such(words))
    if not told and (right.answer or right.facts):
        raise NotAnItem(REFUSED if right.gold == () else UNCARRIED)
    gold = tuple(sorted(renumbered[place] for place in told))
    text = _text(record, words, renumbered, right) if gold else NOT_FOUND
    facts = (_facts(text) if right.facts is None else right.facts) if gold else ()
    if unsaid := [one for one in facts if not says(text, one)]:
        raise NotAnItem(UNSAID.format(facts=", ".join(unsaid), text=text))
    origin = "confirmed" if right.gold is None and not right.answer else "correction"
    return Row(
        *(asked, tuple(words[place] for place in places), text, gold, facts, origin, record.id),
        people=tuple(sorted(people)),
        reviewer=by,
        rights="consented",
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _no_such(words: Mapping[int, Passage]) -> str:
    return f"It was made from passages {', '.join(map(str, sorted(words)))}: --gold takes some of these."


def _cited(record: Record, words: Mapping[int, Passage]) -> tuple[int, ...]:
    """Numbers of the passages that its answer cites; none where it found nothing."""
    if record.status == Status.NOT_FOUND:
        return ()
    cited = {(one.passage, one.document) for one in record.citations}
    found = tuple(n for n, place in enumerate(record.places, 1) if (place.passage, place.document) in cited)
    if not found:
        raise NotAnItem(
            "That answer cites no passage. Say which carry what is right: --gold 1,3, or --refuse."
        )
    return found


def _text(record: Record, words: Mapping[int, Passage], renumbered: Mapping[int, int], right: Right) -> str:
    """The right answer, its markers counting the item's passages."""
    if right.answer:
        return right.answer
    numbers = {(p.id, p.document): renumbered[n] for n, p in words.items() if n in renumbered}
    of = {one.number: numbers.get((one.passage, one.document)) for one in record.citations}

    def new(found: re.Match[str]) -> str:
        given = (of.get(int(number)) for number in _NUMBER.findall(found[0]))
        return "".join(f"[{number}]" for number in dict.fromkeys(given) if number)

    return MARKER.sub(new, record.text)


def _facts(text: str) -> tuple[str, ...]:
    """The figures that it says: what a right answer cannot do without, as far as code can tell."""
    said = figures(MARKER.sub(" ", text))
    return tuple(dict.fromkeys(one.spelling.strip() for one in said if not one.loose))[:MOST_FACTS]


def shown(row: Row) -> Sequence[str]:
    """The item as its lines are shown to whoever confirms it."""
    lines = [f"Question: {row.question}", f"Right: {row.answer}"]
    lines += [f"Facts: {', '.join(row.facts)}"] if row.facts else []
    for i, passage in enumerate(row.passages, 1):
        mark = "*" if i in row.gold else " "
        lines.append(f"{mark}[{i}] {passage.title}: {passage.text}")
    return lines
