"""A candidate, production and a golden set in, a verdict in its folder out: both are asked, one at a time."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from model.learning import evaluate, golden, page
from model.learning.attempts import attempt
from model.learning.evaluate import Run, Subject, answered, losses
from model.learning.gate import SEED, Evidence, Outcome, Rules, Verdict, judge, known, too_small
from model.learning.golden import Golden, unsealed
from model.learning.guards import Check, State, signs
from model.learning.row import Row
from model.learning.scored import Scored
from model.learning.stats import differences, resampled, sign_test

SHOWN = 30  # rows that came out otherwise, on the page


@dataclass(frozen=True, slots=True)
class Bench:
    """Where models are measured: the folder of all that is learnt, the golden set, and who is production."""

    place: Path
    folder: Path
    production: Subject
    rules: Rules = Rules()

    def golden(self) -> Golden:
        """What may be looked at of it."""
        return golden.opened(self.folder)

    def counted(self, candidate: str, *, by: str, again: bool = False) -> int:
        """The attempt that looking at this candidate is; production itself is none."""
        if candidate == self.production.name:
            return 1
        pair = (candidate, self.production.name)
        return attempt(self.place, self.golden(), pair, by=by, again=again).number


def run(subject: Subject, over: Golden, trained: Sequence[Row] = ()) -> Run:
    """What a model makes of the open part of a golden set, and of rows it has learnt from."""
    items = answered(over.items, subject.write, over.canaries)
    pairs = answered(over.pairs, subject.write, over.canaries)
    general = losses(over.general, subject.loss) if subject.loss else ()
    return Run(subject.name, items, pairs, general, answered(trained, subject.write))


def kept(place: Path, over: Golden, one: Run) -> Path:
    """Writes a run to evals/<golden>/<model>/<run>/ and says where."""
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
    folder = place / "evals" / over.name / one.model / stamp
    evaluate.keep(folder, one)
    return folder


def unasked(bench: Bench, candidate: str, learnt: Collection[str] = ()) -> tuple[Verdict, Path] | None:
    """The verdict, and its folder, where there is one before anybody is asked: the set is too small, or was
    learnt from."""
    over, pair = bench.golden(), (candidate, bench.production.name)
    early = too_small(over, pair, bench.rules) or known(over, pair, learnt)
    return (early, _written(bench, early, (), over)) if early else None


def gated(
    bench: Bench, candidate: Subject, *, learnt: Collection[str] = (), again: bool = False
) -> tuple[Verdict, Path]:
    """The verdict on a candidate, and its folder. Production is asked before it and after it, in the same
    session: the second time for its noise. `learnt` are ids of the rows that it was trained on. Raises
    NotEvaluated, NotGolden."""
    over = bench.golden()
    if early := unasked(bench, candidate.name, learnt):
        return early
    number = bench.counted(candidate.name, by="gate", again=again)
    first = run(bench.production, over)
    ours = run(candidate, over)
    second = Run(first.model, answered(over.items, bench.production.write, over.canaries))
    runs = [str(kept(bench.place, over, one).relative_to(bench.place)) for one in (first, ours, second)]
    verdict = judge(Evidence(over.name, ours, first, second, number), bench.rules)
    if verdict.outcome is Outcome.PASS and over.sealed:
        verdict = _confirmed(bench, candidate, verdict)
    changed = list(_changed(over, ours, first))
    return verdict, _written(bench, verdict, changed, over, runs)


def _confirmed(bench: Bench, candidate: Subject, verdict: Verdict) -> Verdict:
    """The same verdict, where the locked part does not speak against it. Nothing has been chosen by it."""
    rows = unsealed(bench.folder)
    theirs, ours = answered(rows, bench.production.write), answered(rows, candidate.write)
    check = locked(ours, theirs)
    outcome = {State.HELD: Outcome.PASS, State.FAILED: Outcome.FAIL}.get(check.state, Outcome.INSUFFICIENT)
    return replace(
        verdict,
        outcome=outcome,
        sentence=f"{verdict.sentence} On the locked part, {check.sentence}",
        checks=(*verdict.checks, check),
    )


def locked(ours: Sequence[Scored], theirs: Sequence[Scored]) -> Check:
    """Whether a gain on the open part is none on the locked one."""
    values = [float(b.passed) - float(a.passed) for a, b in zip(ours, theirs, strict=True)]
    clusters = [one.cluster for one in ours]
    loss = sum(values) / len(values)
    by_chance = sign_test(*signs(values, clusters))
    state = State.HELD if loss <= 0 else State.FAILED if by_chance <= 0.05 else State.INSUFFICIENT
    was, now = (sum(not one.passed for one in some) / len(some) for some in (theirs, ours))
    where = resampled(differences(values, clusters), seed=SEED, confidence=0.90)
    said = f"{1 - was:.1%} pass with production and {1 - now:.1%} with the candidate."
    return Check("locked items not passed", state, was, now, loss, where, 0.0, said)


def _written(
    bench: Bench, verdict: Verdict, changed: Sequence[str], over: Golden, runs: Sequence[str] = ()
) -> Path:
    inputs = {
        "golden": over.name,
        "seed": SEED,
        "rules": str(bench.rules),
        **{f"run {i}": run for i, run in enumerate(runs, 1)},
    }
    small = too_small(over, (verdict.candidate, verdict.production), Rules())  # whatever was asked for here
    more: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="microseconds"),
        "lowered": small.sentence if small else "",
        "inputs": inputs,
    }
    return page.keep(bench.place / "verdicts", verdict, changed, more)


def _changed(over: Golden, ours: Run, theirs: Run) -> Iterator[str]:
    """A line for each row that came out otherwise, what was lost first."""
    rows = {row.id: row for row in over.items}
    pairs = zip(ours.items, theirs.items, strict=True)
    lost = [(a, b) for a, b in pairs if a.passed < b.passed]
    won = [(a, b) for a, b in zip(ours.items, theirs.items, strict=True) if a.passed > b.passed]
    for what, some in (("lost", lost), ("won", won)):
        for a, b in some[:SHOWN]:
            asked = rows[a.row].question.splitlines()[-1]
            yield f"{what} ({a.row}): {asked} Production: {_short(b)} Candidate: {_short(a)}"


def _short(one: Scored) -> str:
    text = " ".join(one.text.split()) or (one.failed or "no answer found.")
    return text if len(text) <= 160 else f"{text[:159]}…"
