"""Rows in, those that may be learnt from out, and of every other one why it is not."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from model.checking.citations import markers
from model.checking.support import MARKER
from model.learning.near import clusters, duplicates, normalised
from model.learning.row import Row
from model.writing.prompt import NOT_FOUND
from retrieval.passage import EVERYONE, Audience
from retrieval.terms import words

_GRAM = 13  # words that training and golden rows may not share beside their passage
_RANK = {"correction": 0, "confirmed": 1, "votes": 2, "documents": 3, "augmented": 4}


class Reason(StrEnum):
    """Why a row is in no dataset."""

    CLOSED = "closed"  # a passage of it is not, or no longer, for everyone to read
    ERASED = "erased"  # somebody or something of it was erased
    INVALID = "invalid"  # its markers and passages do not fit each other
    DUPLICATE = "duplicate"  # another row says nearly the same
    GOLDEN = "golden"  # it is in a golden set, or near to what is
    CLUSTER = "cluster"  # enough rows ask the same
    UNREVIEWED = "unreviewed"  # enough rows that nobody has reviewed
    PERSON = "person"  # enough rows of one of its people
    REFUSALS = "refusals"  # enough rows refuse


SAID = {  # of rows, and of votes: "12 rest on ..."
    Reason.CLOSED: "rest on what not everyone may read, or on messages",
    Reason.ERASED: "are of somebody or something that was erased",
    Reason.INVALID: "have markers that do not fit their passages",
    Reason.DUPLICATE: "say nearly what another one says",
    Reason.GOLDEN: "are in a golden set, or near to what is",
    Reason.CLUSTER: "ask what enough others ask",
    Reason.UNREVIEWED: "came without a review, as enough others did",
    Reason.PERSON: "are of somebody of whom there are enough",
    Reason.REFUSALS: "refuse, as enough others do",
}


@dataclass(frozen=True, slots=True)
class Dropped:
    """A row that is left out: no words of it are kept, they may be why."""

    row: str
    reason: Reason
    origin: str = ""
    answer_id: str = ""


@dataclass(frozen=True, slots=True)
class Sifted:
    """What went through a sieve, in its order, and what did not."""

    rows: tuple[Row, ...]
    dropped: tuple[Dropped, ...] = ()


def sifted(rows: Iterable[Row], fault: Callable[[Row], Reason | None]) -> Sifted:
    """Each row by itself."""
    kept, dropped = list[Row](), list[Dropped]()
    for row in rows:
        reason = fault(row)
        if reason is None:
            kept.append(row)
        else:
            dropped.append(left_out(row, reason))
    return Sifted(tuple(kept), tuple(dropped))


def left_out(row: Row, reason: Reason) -> Dropped:
    """`row`, as one that is not learnt from."""
    return Dropped(row.id, reason, row.origin, row.answer_id)


def _without(rows: Sequence[Row], kept: Collection[str], reason: Reason) -> Sifted:
    """Those of `kept`, by id, in the order of `rows`."""
    return sifted(rows, lambda row: None if row.id in kept else reason)


def order(seed: int, key: str) -> str:
    """A place in an order that is nobody's choice and the same each time."""
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()


def closed(row: Row, open_to_all: Collection[str] | None) -> bool:
    """Whether a passage of it is not for everyone. `open_to_all`: documents that are, as the index has them
    now; None where there is no index to ask, and the passages' own word is all there is."""
    everyone = Audience.of(EVERYONE)
    told = all(passage.audience.admits(everyone) for passage in row.passages)
    return not told or (open_to_all is not None and not row.documents <= set(open_to_all))


def broken(row: Row) -> bool:
    """Whether question, passages, markers and gold do not fit each other."""
    if not row.question.strip() or not row.passages:
        return True
    cited = set(markers(row.answer))
    if row.refuses:
        return row.answer != NOT_FOUND
    numbers = set(range(1, len(row.passages) + 1))
    return not (cited and cited <= numbers and set(row.gold) <= numbers and cited & set(row.gold))


def distinct(rows: Sequence[Row], seed: int) -> Sifted:
    """One of those that ask and answer nearly the same: the one that was reviewed, where one was."""
    first = sorted(rows, key=lambda row: (_RANK.get(row.origin, 9), order(seed, row.id)))
    texts = [f"{row.question}\n{MARKER.sub(' ', row.answer)}" for row in first]
    leaders, asked = duplicates(texts), set[tuple[str, bool]]()
    kept, dropped = list[Row](), list[Dropped]()
    for i, row in enumerate(first):
        key = normalised(row.question), row.refuses
        if leaders[i] == i and key not in asked:
            asked.add(key)
            kept.append(row)
        else:
            dropped.append(left_out(row, Reason.DUPLICATE))
    return Sifted(tuple(sorted(kept, key=lambda row: row.id)), tuple(dropped))


def clustered(rows: Sequence[Row], golden: Sequence[Row] = ()) -> tuple[list[str], set[str]]:
    """For each row what it is grouped under, by what it asks, and the groups that hold a golden row."""
    found = clusters([row.question for row in (*golden, *rows)])
    names = {i: hashlib.sha256(normalised(row.question).encode()).hexdigest()[:12]
             for i, row in enumerate((*golden, *rows)) if found[i] == i}  # fmt: skip
    named = [names[leader] for leader in found]
    return named[len(golden) :], set(named[: len(golden)])


def clean_of(rows: Sequence[Row], golden: Sequence[Row]) -> Sifted:
    """Those that ask what no golden row asks, and share no thirteen words with one on the same passage."""
    if not golden:
        return Sifted(tuple(rows))
    named, held = clustered(rows, golden)
    near = {row.id for row, name in zip(rows, named, strict=True) if name in held}
    shared = _by_passage(golden)

    def fault(row: Row) -> Reason | None:
        mine = _grams(row)
        found = any(mine & shared[key] for key in _gold(row) if key in shared)
        return Reason.GOLDEN if found or row.id in near else None

    return sifted(rows, fault)


def _by_passage(golden: Sequence[Row]) -> dict[str, set[tuple[str, ...]]]:
    shared: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for row in golden:
        for key in _gold(row):
            shared[key] |= _grams(row)
    return shared


def _gold(row: Row) -> set[str]:
    """The passages that carry the answer, by their words: a new reading of a document has other ids."""
    return {normalised(row.passages[number - 1].text) for number in row.gold if number <= len(row.passages)}


def _grams(row: Row) -> set[tuple[str, ...]]:
    """Runs of thirteen words of its question and of its answer; of a shorter answer, all of it."""
    found = set[tuple[str, ...]]()
    for text in (row.question, MARKER.sub(" ", row.answer)):
        said = words(text)
        found |= {tuple(said[i : i + _GRAM]) for i in range(len(said) - _GRAM + 1)}
    answer = words(MARKER.sub(" ", row.answer))
    return found | ({tuple(answer)} if 4 <= len(answer) < _GRAM else set())


def unreviewed(rows: Sequence[Row], most: int, seed: int) -> Sifted:
    """At most so many that nobody has reviewed, in turns of their people: who votes most has no more."""
    votes = sorted((row for row in rows if row.origin == "votes"), key=lambda row: order(seed, row.id))
    turns, had = list[tuple[int, int]](), Counter[str]()
    for i, row in enumerate(votes):
        had.update(row.people)
        turns.append((max((had[one] for one in row.people), default=0), i))
    taken = {votes[i].id for _, i in sorted(turns)[:most]}
    rest = {row.id for row in rows if row.origin != "votes"}
    return _without(rows, taken | rest, Reason.UNREVIEWED)


def popular(rows: Sequence[Row], most: int, seed: int) -> Sifted:
    """At most so many that ask the same; those that were reviewed first."""
    named, _ = clustered(rows)
    of = {row.id: name for row, name in zip(rows, named, strict=True)}
    had, kept = Counter[str](), set[str]()
    for row in sorted(rows, key=lambda row: (_RANK.get(row.origin, 9), order(seed, row.id))):
        had[of[row.id]] += 1
        if had[of[row.id]] <= most:
            kept.add(row.id)
    return _without(rows, kept, Reason.CLUSTER)


def shared_out(rows: Sequence[Row], share: float, seed: int) -> Sifted:
    """No person has more than that share of the rows that are left. Reviewed rows go first, variants last."""
    ranked = sorted(rows, key=lambda row: (_RANK.get(row.origin, 9), order(seed, row.id)))
    most, kept = len(ranked), set[str]()
    while True:
        limit, had = int(share * most + 1e-9), Counter[str]()
        kept = set()
        for row in ranked:
            if all(had[one] < limit for one in set(row.people)):
                had.update(set(row.people))
                kept.add(row.id)
        if len(kept) == most:
            return _without(rows, kept, Reason.PERSON)
        most = len(kept)
