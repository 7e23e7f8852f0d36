"""Rows in, an immutable folder to train from out: cleaned, varied, split, and of every row left out why."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from model.learning import general, sieve
from model.learning.card import card
from model.learning.folders import Step, nothing, put, sweep
from model.learning.negatives import Negatives
from model.learning.redact import Finder, Redaction
from model.learning.row import Row
from model.learning.sieve import Dropped, Reason, Sifted, order, sifted
from model.learning.variants import balanced, varied
from model.writing import prompt
from retrieval.passage import Passage

TRAIN, HELD = "train", "held"


@dataclass(frozen=True, slots=True)
class Rules:
    """How a dataset is made of rows.

    `golden` are the rows that it is measured on and may have nothing of; `pool` are passages that hard
    negatives are drawn from (none: those of the rows); `open_to_all` are the documents that everyone may read
    now (None: the passages' own word counts); `erased` are ids of rows and answers, and documents, that were.
    Shares are of all rows: `held` of them, by cluster, are kept for watching the training; no person has more
    than `of_person`, and at most `most_unreviewed` come without review. Beside them come `general` of so many
    texts on which the base model's word is to be kept.
    """

    name: str = "kb"
    seed: int = 0
    golden: tuple[Row, ...] = ()
    pool: tuple[Passage, ...] = ()
    open_to_all: frozenset[str] | None = None
    erased: frozenset[str] = frozenset()
    refusals: float = 0.225
    held: float = 0.1
    copies: int = 1
    of_person: float = 0.1
    general: float = 0.15
    of_cluster: int = 5
    most_unreviewed: int = 50
    finder: Finder | None = None


@dataclass(frozen=True, slots=True)
class Built:
    """The folder, whether it was made now, and what is in it: rows by split, those of KTO, those left out;
    `unjudged`, those that are learnt from and left out of KTO alone."""

    folder: Path
    digest: str
    fresh: bool
    rows: Mapping[str, tuple[Row, ...]]
    judged: tuple[tuple[Row, bool], ...]
    dropped: tuple[Dropped, ...]
    general: tuple[Row, ...] = ()
    redacted: Mapping[str, int] = field(default_factory=dict)
    unjudged: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """Rows that were left out, by reason."""
        return dict(sorted(Counter(str(one.reason) for one in self.dropped).items()))


@dataclass(eq=False)
class _Making:
    """What is known while it is made."""

    rules: Rules
    dropped: list[Dropped] = field(default_factory=list)
    unjudged: int = 0
    redacted: Counter[str] = field(default_factory=Counter)

    def kept(self, found: Sifted) -> tuple[Row, ...]:
        self.dropped += found.dropped
        return found.rows

    def allowed(self, rows: Sequence[Row]) -> tuple[Row, ...]:
        """Those that may be learnt from at all, redacted."""
        rules = self.rules

        def fault(row: Row) -> Reason | None:
            if sieve.closed(row, rules.open_to_all):
                return Reason.CLOSED
            return Reason.INVALID if sieve.broken(row) else None

        clean = [self._redacted(row) for row in self.kept(sifted(rows, fault))]
        return self.kept(sifted(clean, self._gone))

    def _gone(self, row: Row) -> Reason | None:
        """Erased: by its own id, by that of the answer it was made of, or by a document that it shows."""
        return Reason.ERASED if {row.id, row.answer_id, *row.documents} & self.rules.erased else None

    def _redacted(self, row: Row) -> Row:
        redaction = Redaction(self.rules.finder)
        clean = redaction.row(row)
        self.redacted += redaction.found
        return clean

    def chosen(self, rows: Sequence[Row]) -> tuple[Row, ...]:
        """Those that are left when each says something of its own and nobody has too many."""
        rules, seed = self.rules, self.rules.seed
        rows = self.kept(sieve.distinct(rows, seed))
        rows = self.kept(sieve.clean_of(rows, rules.golden))
        rows = self.kept(sieve.popular(rows, rules.of_cluster, seed))
        rows = self.kept(sieve.unreviewed(rows, rules.most_unreviewed, seed))
        return self.kept(sieve.shared_out(rows, rules.of_person, seed))

    def grown(self, rows: Sequence[Row]) -> tuple[Row, ...]:
        """With variants and refusals; again nobody has too many, and nothing that was erased comes back."""
        rules = self.rules
        negatives = Negatives(self.pool(rows))
        more = varied(rows, negatives, rules.copies, rules.seed)
        more = [row for row in more if row.id not in rules.erased]
        full = self.kept(balanced(more, negatives, rules.refusals, rules.seed))
        full = self.kept(sifted(full, self._gone))
        return self.kept(sieve.shared_out(full, rules.of_person, rules.seed))

    def pool(self, rows: Sequence[Row]) -> Sequence[Passage]:
        """Passages that are nobody's secret: those of the index, or else of the rows."""
        return self._indexed or [passage for row in rows for passage in row.passages]

    @cached_property
    def _indexed(self) -> list[Passage]:
        """Passages of the index, redacted; those that not everyone may read are not among them."""
        rules = self.rules
        made = (Row("", (passage,), "") for passage in rules.pool)
        kept = [row.passages[0] for row in made if not sieve.closed(row, rules.open_to_all)]
        kept.sort(key=lambda one: (one.document, one.start, one.text))
        return [Redaction(rules.finder).passage(passage) for passage in kept]


def build(
    rows: Sequence[Row], rules: Rules, folder: Path, disliked: Sequence[Row] = (), step: Step = nothing
) -> Built:
    """A dataset in `folder`, under its name and digest. `disliked` are answers as they were given that people
    said are wrong: they teach by contrast only (KTO). The same rows and rules make the same bytes."""
    sweep(folder)
    making = _Making(rules)
    chosen = making.chosen(making.allowed(_sorted(rows)))
    judged = _judged(chosen, making.allowed(_sorted(disliked)), making)
    full = making.grown(chosen)
    split, beside = _split(full, rules), _general(making, chosen, len(full))
    lines = {"sft.jsonl": _sft(split), "kto.jsonl": _kto(judged), "general.jsonl": general.lines(beside)}
    digest = _digest(lines, rules)
    built = Built(
        *(folder / f"{rules.name}-{digest}", digest, False, split, judged),
        tuple(sorted(making.dropped, key=lambda one: (one.reason, one.row, one.answer_id))),
        beside,
        dict(sorted(making.redacted.items())),
        making.unjudged,
    )
    made = put(built.folder, lines | _about(built, rules), step)
    return replace(built, fresh=made)


def _sorted(rows: Sequence[Row]) -> list[Row]:
    """In an order that does not hang on how they came."""
    return sorted(rows, key=lambda row: (row.id, row.to_line()))


def _judged(chosen: Sequence[Row], disliked: Sequence[Row], making: _Making) -> tuple[tuple[Row, bool], ...]:
    """Answers that people have judged, those that were good first said so; in an order of chance, since a
    trainer compares neighbours."""
    rules = making.rules
    wrong = making.kept(sieve.clean_of(making.kept(sieve.distinct(disliked, rules.seed)), rules.golden))
    good = [row for row in chosen if row.origin in ("correction", "confirmed", "votes")]
    both = sieve.shared_out([*good, *wrong] if wrong else (), rules.of_person, rules.seed)
    ids = {row.id for row in wrong}
    making.dropped += [one for one in both.dropped if one.row in ids]
    making.unjudged = sum(one.row not in ids for one in both.dropped)
    told = [(row, row.id not in ids) for row in both.rows]
    return tuple(sorted(told, key=lambda one: order(rules.seed, f"kto {one[0].id}")))


def _general(making: _Making, chosen: Sequence[Row], count: int) -> tuple[Row, ...]:
    """General texts beside `count` rows; those of golden rows are what forgetting is measured on."""
    rules = making.rules
    every = general.texts(making.pool(chosen), rules.golden, rules.seed)
    return tuple(row for row in every if row.id not in rules.erased)[: round(count * rules.general)]


def _split(rows: Sequence[Row], rules: Rules) -> dict[str, tuple[Row, ...]]:
    """By cluster of question: what is held back asks nothing that is trained on."""
    named, _ = sieve.clustered(rows)
    rows = [replace(row, cluster=name) for row, name in zip(rows, named, strict=True)]
    sizes, held = Counter(named), set[str]()
    for name in sorted(sizes, key=lambda name: order(rules.seed, name))[: len(sizes) - 1]:
        if sum(sizes[one] for one in held) >= rules.held * len(rows):
            break
        held.add(name)
    mixed = sorted(rows, key=lambda row: order(rules.seed, row.id))
    return {
        TRAIN: tuple(row for row in mixed if row.cluster not in held),
        HELD: tuple(row for row in mixed if row.cluster in held),
    }


def _sft(split: Mapping[str, Sequence[Row]]) -> str:
    return "".join(_line(row, split=name) for name, rows in split.items() for row in rows)


def _kto(judged: Collection[tuple[Row, bool]]) -> str:
    return "".join(_line(row, label=good) for row, good in judged)


def _line(row: Row, **more: object) -> str:
    return json.dumps(json.loads(row.to_line()) | more, ensure_ascii=False, sort_keys=True) + "\n"


def _digest(lines: Mapping[str, str], rules: Rules) -> str:
    held = json.dumps([lines, prompt.version(), rules.seed], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(held.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _about(built: Built, rules: Rules) -> dict[str, str]:
    """The files that say what the rows are."""
    rows = [row for part in built.rows.values() for row in part]
    manifest = {
        "name": rules.name,
        "digest": built.digest,
        "prompt": prompt.version(),
        "seed": rules.seed,
        "rows": {name: len(part) for name, part in built.rows.items()},
        "general": len(built.general),
        "refusals": sum(row.refuses for row in rows),
        "clusters": len({row.cluster for row in rows}),
        "kto": {str(good).lower(): sum(one is good for _, one in built.judged) for good in (True, False)},
        "origins": dict(sorted(Counter(row.origin for row in rows).items())),
        "golden": len(rules.golden),
        "dropped": built.counts,
        "redacted": built.redacted,
    }
    dropped = [
        {"row": one.row, "reason": str(one.reason), "origin": one.origin, "answer": one.answer_id}
        for one in built.dropped
    ]
    return {
        "dropped.jsonl": "".join(json.dumps(one, sort_keys=True) + "\n" for one in dropped),
        "manifest.json": json.dumps(manifest, indent=2, sort_keys=True) + "\n",
        "CARD.md": card(manifest, rows),
    }
