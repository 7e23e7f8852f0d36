"""An embedder that remembers its latest texts, so that one question is embedded once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.passage import Vectors
from retrieval.remembered import Remembered


class Counted:
    """An embedder that notes what it is asked for; a question is not a passage."""

    name = "counted"
    dimension = 2

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.array([[len(text), 1] for text in texts], np.float32)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        self.asked.append(f"? {text}")
        return np.array([len(text), 2], np.float32)


def test_a_text_is_embedded_once_and_its_vector_stays_in_its_place() -> None:
    inner = Counted()
    embedder = Remembered(inner)
    embedder.embed(["one", "three"])

    again = embedder.embed(["three", "seventy", "one", "seventy"])

    assert inner.asked == ["one", "three", "seventy"]
    assert again[:, 0].tolist() == [5, 7, 3, 7]


def test_a_question_and_a_sentence_of_the_same_words_are_two_things() -> None:
    inner = Counted()
    embedder = Remembered(inner)

    both = embedder.embed_query("one")[1], embedder.embed(["one"])[0][1], embedder.embed_query("one")[1]

    assert both == (2, 1, 2)
    assert inner.asked == ["? one", "one"]


def test_what_was_not_asked_for_in_a_while_is_forgotten_first() -> None:
    inner = Counted()
    embedder = Remembered(inner, latest=2)
    embedder.embed(["one", "three"])
    embedder.embed(["one", "seventy"])
    inner.asked.clear()

    embedder.embed(["seventy", "one"])
    embedder.embed(["three"])

    assert inner.asked == ["three"]


def test_more_texts_at_once_than_it_remembers_all_come_back() -> None:
    texts = [str(10**i) for i in range(6)]

    vectors = Remembered(Counted(), latest=2).embed(texts)

    assert vectors[:, 0].tolist() == [1, 2, 3, 4, 5, 6]


def test_no_texts_are_no_vectors_of_the_right_width() -> None:
    embedder = Remembered(Counted())

    assert embedder.embed([]).shape == (0, 2)
    assert (embedder.name, embedder.dimension) == ("counted", 2)
