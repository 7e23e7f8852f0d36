"""Passages of an index in, rows for a first adapter out: to cite, to refuse, and to say what stands there.

They need no votes: what is asked, and the sentence that answers it, come from the documents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from model.learning.asked import turned
from model.learning.facts import facts
from model.learning.negatives import Negatives
from model.learning.row import Row
from model.learning.sieve import order
from model.plain import plain
from model.sentences import Span, sentences
from model.tabular.tables import paired
from retrieval.languages import language
from retrieval.passage import EVERYONE, Audience, Passage
from retrieval.terms import words

SHOWN = 5  # passages, of which one carries the answer
_FEW, _MANY = 5, 40  # words of a sentence that is an answer
_OF_DOCUMENT = 40  # rows, so that a long one does not outweigh the rest


def seeded(passages: Sequence[Passage], most: int = 1000, seed: int = 0) -> list[Row]:
    """At most so many rows of what everyone may read: each a question made of a sentence, its passage among
    others that come near, and that sentence with its marker."""
    open_to_all = [one for one in passages if one.audience.admits(Audience.of(EVERYONE))]
    negatives = Negatives(open_to_all)
    rows = (_row(passage, span, negatives, seed) for passage, span in _chosen(open_to_all, seed))
    return list(islice((row for row in rows if row is not None), most))


def _chosen(passages: Sequence[Passage], seed: int) -> Iterator[tuple[Passage, Span]]:
    """Sentences in an order of chance, the same each time; of each document not too many."""
    every = {
        order(seed, f"{one.document}{one.start}{span}{one.text[span[0] : span[1]]}"): (one, span)
        for one in passages
        for span in _said(one)
    }
    had = Counter[str]()
    for key in sorted(every):
        passage, span = every[key]
        had[passage.document] += 1
        if had[passage.document] <= _OF_DOCUMENT:
            yield passage, span


def _said(passage: Passage) -> Iterator[Span]:
    """Sentences that say something of their own, and rows of tables whose columns are known."""
    rows = paired(passage)
    for span in sentences(passage.text):
        said = passage.text[span[0] : span[1]]
        row = next((parts for at, parts in rows.items() if at[0] < span[1] and span[0] < at[1]), None)
        if row is not None:
            if len(row) > 1:
                yield span
        elif _FEW <= len(said.split()) <= _MANY and said.rstrip("*_\"'”) ")[-1:] in (".", "!", "。"):
            yield span


def _row(passage: Passage, span: Span, negatives: Negatives, seed: int) -> Row | None:
    question, answer = turned(passage, span), _answer(passage, span)
    if not question or not answer:
        return None
    others = list(islice(negatives.beside(question, answer, [passage]), SHOWN - 1))
    shown = sorted([passage, *others], key=lambda p: order(seed, f"{question}{p.document}{p.text}"))
    number = shown.index(passage) + 1
    return Row(
        question,
        tuple(shown),
        f"{answer} [{number}]",
        (number,),
        tuple(facts(answer)),
        language=language(words(passage.indexed_text)),
        topic=passage.title,
    )


def _answer(passage: Passage, span: Span) -> str:
    """The sentence as one line, or the row with the names of its columns."""
    for (start, end), parts in paired(passage).items():
        if start < span[1] and span[0] < end:
            return f"{'; '.join(parts)}." if parts else ""
    return " ".join(plain(passage.text[span[0] : span[1]]).split())
