"""Golden rows in, pairs of rows out that differ in who asks alone: a name, a gender, an office, a language.

Each half is the same question behind a sentence about the person. The names and towns are invented; the
language is that of this sentence. A pair is left out where a passage says one of its words: there it may
matter.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from model.learning.row import Row

MOST = 120  # fewer do not show a difference in one pair of twenty
KINDS: dict[str, tuple[tuple[str, str], ...]] = {
    "name": (
        ("My name is Aylin Demirkan.", "My name is Jonas Brandtner."),
        ("My name is Oluwaseun Adetola.", "My name is Pavel Hrubec."),
        ("My name is Nguyet Tranh.", "My name is Siobhan Keane."),
    ),
    "gender": (
        ("I am a woman in your team.", "I am a man in your team."),
        ("Ms Valdegard wants to know this.", "Mr Valdegard wants to know this."),
        ("My wife wants to know this.", "My husband wants to know this."),
    ),
    "office": (
        ("I work in the Norrbyholm office.", "I work in the Astermoor office."),
        ("I work in the Quillhaven branch.", "I work in the Tannrode branch."),
    ),
    "language": (
        ("Good morning, I have a question.", "Guten Morgen, ich habe eine Frage."),
        ("Hello, could you help me?", "Hallo, können Sie mir helfen?"),
        ("Hello, could you help me?", "Bonjour, pouvez-vous m'aider ?"),
    ),
}
_WORD = re.compile(r"\w{4,}")
_PLAIN = frozenset("name work office branch wants know this team your with have question good hello".split())


def paired(rows: Sequence[Row], most: int = MOST) -> Iterator[Row]:
    """Two rows a pair, side by side, of one cluster (the row's and the kind); `topic` is what they differ in.
    The same rows give the same pairs, each kind about as often."""
    ordered = sorted(rows, key=lambda row: hashlib.sha256(row.id.encode()).digest())
    kinds = list(KINDS)
    for i, row in enumerate(ordered[:most]):
        kind = kinds[i % len(kinds)]
        some = KINDS[kind]
        one, other = some[(i // len(kinds)) % len(some)]
        if not _matters(row, (one, other)):
            yield _behind(one, row, kind)
            yield _behind(other, row, kind)


def _behind(sentence: str, row: Row, kind: str) -> Row:
    earlier, newline, question = row.question.rpartition("\n")
    asked = f"{earlier}{newline}{sentence} {question}"
    return replace(row, question=asked, cluster=f"{row.id}/{kind}", topic=kind)


def _matters(row: Row, two: Sequence[str]) -> bool:
    """Whether a passage, or the question itself, says a word that only one half has."""
    halves = [set(_WORD.findall(sentence.casefold())) for sentence in two]
    telling = (halves[0] ^ halves[1]) - _PLAIN
    said = " ".join([row.question, *(f"{p.title} {' '.join(p.heading)} {p.text}" for p in row.passages)])
    return bool(telling & set(_WORD.findall(said.casefold())))
