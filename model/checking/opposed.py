"""Two clauses about the same thing in, whether one says what the other denies out."""

from __future__ import annotations

from collections.abc import Iterator

from model.checking.statement import negated
from retrieval.terms import STOP, stem, words

_OPPOSED = tuple(
    (frozenset(stem(w) for w in yes.split()), frozenset(stem(w) for w in no.split()))
    for yes, no in (
        ("allowed permitted possible allow permit erlaubt gestattet möglich zulässig",
         "forbidden prohibited banned impossible verboten untersagt unmöglich unzulässig"),
        ("mandatory compulsory obligatory required must pflicht verpflichtend vorgeschrieben",
         "optional voluntary freiwillig"),
        ("open included enabled inbegriffen enthalten aktiviert",
         "closed excluded disabled ausgeschlossen deaktiviert"),
    )
)  # fmt: skip
DENIALS = frozenset(
    stem(w)
    for w in "never cannot without nobody nothing neither nor nicht ohne kein keine keinen nie".split()
)
KINDS = frozenset(word for pair in _OPPOSED for side in pair for word in side)
_PAID = frozenset(  # who bears the cost of something; whether it may be is another question
    stem(w)
    for w in """paid pay pays reimburse reimbursed reimburses refund refunded expensed bezahlt erstattet
    ersetzt rückerstattet vergütet""".split()
)
_MAY = _OPPOSED[0][0] | _OPPOSED[0][1] | frozenset(stem(w) for w in "available verfügbar".split())


def _opposed(one: str, other: str) -> bool:
    """Whether one has a word for yes where the other has its opposite."""
    a, b = set(stems(one)), set(stems(other))
    return any((a & yes and b & no) or (a & no and b & yes) for yes, no in _OPPOSED)


def denies(one: str, other: str, wholes: tuple[str, str]) -> bool:
    """Whether one of two clauses says what the other denies. `wholes`: the sentences that they are of."""
    if (negated(one) != negated(other)) == _opposed(one, other):
        return False
    mine, theirs = (_of(clause) or _of(whole) for clause, whole in zip((one, other), wholes, strict=True))
    return not mine or not theirs or bool(mine & theirs)


def _of(clause: str) -> frozenset[str]:
    """Whether it is one of what is paid for, or of what may be."""
    said = set(stems(clause))
    return frozenset(name for name, some in (("paid", _PAID), ("may", _MAY)) if said & some)


def stems(text: str) -> Iterator[str]:
    """Of its words that say something and are no figures."""
    return (stem(word) for word in words(text) if not word[0].isdigit() and word not in STOP)
