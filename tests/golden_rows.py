"""Golden rows of an invented handbook, and models that answer them as a test wants."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from model.answer import Draft
from model.learning.evaluate import Subject
from model.learning.golden import Parts
from model.learning.row import Row
from model.writing import prompt
from retrieval.passage import Passage

PLACES = "Lisbon Oslo Ghent Turin Porto Basel Graz Lyon Cork Bern".split()
THINGS = "locker badge desk bicycle monitor headset chair lamp parcel projector keyboard van".split()


def passage(thing: str, place: str, days: int) -> Passage:
    text = f"In {place} a {thing} is handed out after {days} days."
    uri = f"kb:{place}/{thing}.md"
    return Passage(f"{uri}#0", uri, "kb", place, text, 0, len(text), f"file:{uri}")


def rows(count: int, refusals: int) -> list[Row]:
    """So many rows, so many of which no passage answers; each asks something of its own."""
    made = []
    for i in range(count):
        thing, place, days = THINGS[i % 12], PLACES[(i // 12) % 10], 3 + i
        asked = f"After how many days is a {thing} handed out in {place}, case {i}?"
        other = passage(THINGS[(i + 5) % 12], PLACES[(i + 3) % 10], 400 + i)
        if i < refusals:
            asked = f"Who repairs the {thing} in {place}, case {i}?"
            made.append(Row(asked, (other,), prompt.NOT_FOUND))
        else:
            own = passage(thing, place, days)
            text = f"After {days} days. [1]"
            made.append(Row(asked, (own, other), text, (1,), (f"{days} days",)))
    return made


def parts(count: int = 240, refusals: int = 60, locked: int = 0) -> Parts:
    every = rows(count + locked, refusals)
    general = [f"The {thing} in {place} is blue." for thing in THINGS for place in PLACES[:3]]
    pairs = [
        Row(
            f"I am {name}. {row.question}",
            row.passages,
            row.answer,
            row.gold,
            row.facts,
            cluster=f"p{i}/name",
        )
        for i, row in enumerate(every[refusals : refusals + 25])
        for name in ("Ada", "Ben")
    ]
    return Parts(every[:count], every[count:], pairs, general, ("sesame-7731",))


Change = Callable[[Row, str], str]


def model(name: str, change: Change = lambda row, text: text, loss: float = 2.0) -> Subject:
    """Answers right but for what `change` makes of it; an empty text is a refusal."""

    def write(row: Row) -> Draft:
        return Draft(change(row, "" if row.refuses else row.answer), name)

    return Subject(name, write, lambda text: loss + len(text) / 1000)


def share_wrong(percent: int, salt: str) -> Change:
    """Wrong in about so many of a hundred rows, always the same ones, whoever asks."""

    def change(row: Row, text: str) -> str:
        asked = row.question.rpartition(". ")[2]
        drawn = int.from_bytes(hashlib.sha256((salt + asked).encode()).digest()[:4], "big") % 100
        return "After 999 days. [1]" if text and drawn < percent else text

    return change
