"""Rows in, more of the same out: passages in another order, other passages beside them, the answer gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from model.checking.citations import markers
from model.checking.support import MARKER
from model.learning.negatives import Negatives, carries
from model.learning.row import Row
from model.learning.sieve import Reason, Sifted, order, sifted
from model.writing.prompt import NOT_FOUND
from retrieval.passage import Passage

_LEAST = 3  # passages beside those with the answer, where there are as many


def arranged(row: Row, passages: Sequence[Passage]) -> Row:
    """The row with these passages, in this order, its markers and gold counted anew. All of its gold is among
    them; markers of what is not are gone."""
    places = {(p.document, p.text): n for n, p in enumerate(passages, 1)}
    new = {
        number: places[key]
        for number, p in enumerate(row.passages, 1)
        if (key := (p.document, p.text)) in places
    }
    answer = MARKER.sub(lambda m: "".join(f"[{new[n]}]" for n in markers(m[0]) if n in new), row.answer)
    gold = tuple(sorted({new[number] for number in row.gold}))
    return replace(row, passages=tuple(passages), answer=answer, gold=gold)


def shuffled(row: Row, negatives: Negatives, seed: int) -> Row:
    """The same question on the same evidence, in another order, beside what else comes near it."""
    gold = [row.passages[n - 1] for n in row.gold]
    cited = [row.passages[n - 1] for n in markers(row.answer) if n <= len(row.passages)]
    kept = list({(p.document, p.text): p for p in (*gold, *cited)}.values())
    count = max(len(row.passages), len(kept) + _LEAST)
    others = list(islice(negatives.beside(row.question, row.answer, gold), count - len(kept)))
    held = {(p.document, p.text) for p in (*kept, *others)}
    rest = [p for p in row.passages if (p.document, p.text) not in held]
    passages = [*kept, *others, *rest][:count]
    mixed = sorted(passages, key=lambda p: order(seed, f"{row.id}{p.document}{p.text}"))
    return replace(arranged(row, mixed), origin="augmented")


def refused(row: Row, negatives: Negatives) -> Row | None:
    """The same question where nothing that is shown carries its answer. None where nothing else is near."""
    gold = [row.passages[n - 1] for n in row.gold]
    held = {(p.document, p.text) for p in gold}
    rest = [p for p in row.passages if (p.document, p.text) not in held and not carries(p, row.answer, gold)]
    known = {(p.document, p.text) for p in rest}
    more = (p for p in negatives.beside(row.question, row.answer, gold) if (p.document, p.text) not in known)
    passages = (*rest, *islice(more, len(row.passages) - len(rest)))
    if not passages:
        return None
    return replace(row, passages=passages, answer=NOT_FOUND, gold=(), facts=(), origin="augmented")


def varied(rows: Sequence[Row], negatives: Negatives, copies: int, seed: int) -> list[Row]:
    """The rows, and of each that answers so many copies in another order."""
    more = [
        shuffled(row, negatives, seed + turn) for row in rows if not row.refuses for turn in range(copies)
    ]
    known = {row.id for row in rows}
    return [*rows, *{row.id: row for row in more if row.id not in known}.values()]


def balanced(rows: Sequence[Row], negatives: Negatives, share: float, seed: int) -> Sifted:
    """The rows with as many refusals that they are that share of all: made where there are too few, left out
    where there are too many."""
    answering = [row for row in rows if not row.refuses]
    wanted = round(len(answering) * share / (1 - share))
    refusing = sorted((row for row in rows if row.refuses), key=lambda row: order(seed, row.id))
    kept = {row.id for row in refusing[:wanted]}
    chosen = sifted(rows, lambda row: Reason.REFUSALS if row.refuses and row.id not in kept else None)
    made = {row.id: row for row in islice(_refusals(answering, negatives, seed), max(0, wanted - len(kept)))}
    return Sifted((*chosen.rows, *(row for key, row in made.items() if key not in kept)), chosen.dropped)


def _refusals(rows: Sequence[Row], negatives: Negatives, seed: int) -> Iterator[Row]:
    seen = set[str]()
    for row in sorted(rows, key=lambda row: (row.origin == "augmented", order(seed, row.id))):
        found = refused(row, negatives)
        if found and found.id not in seen:
            seen.add(found.id)
            yield found
