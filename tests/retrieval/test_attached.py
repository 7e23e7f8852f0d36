"""The files that come with a question: their best passages, by the same measures as those of the index."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.attached import BEST, attached
from retrieval.passage import Passage, Vectors


class Letters:
    """An embedder by the letters of a text; it counts what it embeds."""

    name, dimension = "letters", 26

    def __init__(self) -> None:
        self.embedded = 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += len(texts)
        counts = np.array([[t.lower().count(chr(97 + n)) for n in range(26)] for t in texts], np.float32)
        return counts / np.linalg.norm(counts, axis=1, keepdims=True)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        row: NDArray[np.float32] = self.embed([text])[0]
        return row


def passages(*texts: str) -> list[Passage]:
    return [
        Passage(f"p{n}", "attached/notes.txt", "attached", "notes", text, 0, len(text), "u")
        for n, text in enumerate(texts)
    ]


def test_the_passage_that_says_it_comes_first() -> None:
    found = attached(
        "When is the deadline for the tender?",
        passages("Lunch is at noon.", "The tender has its deadline on 4 May.", "Bring a pen."),
        Letters(),
    )

    assert found[0].passage.text == "The tender has its deadline on 4 May."
    assert found[0].keyword and found[0].vector and found[0].keyword > 0


def test_no_more_are_embedded_and_given_than_a_question_can_wait_for() -> None:
    embedder = Letters()

    found = attached("deadline?", passages(*(f"Line {n} on the deadline." for n in range(500))), embedder)

    assert len(found) == BEST
    assert embedder.embedded < 30


def test_a_question_without_a_word_of_the_file_still_has_its_first_passages() -> None:
    found = attached("Worum geht es?", passages("The tender ends in May.", "Bring a pen."), Letters())

    assert {hit.passage.text for hit in found} == {"The tender ends in May.", "Bring a pen."}
    assert all(hit.keyword is None for hit in found)


def test_without_files_nothing_is_read() -> None:
    assert attached("deadline?", (), Letters()) == ()
