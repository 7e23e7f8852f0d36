"""What tuning has come to in, a page with all that was tried and how to take it over out; kept, counted."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from model.learning.folders import put
from model.learning.guards import State
from model.learning.tuning import ERROR, Setup, Tried, Tuned

NAMES = {
    "alpha": "FOOTNOTE_ALPHA",
    "passages": "FOOTNOTE_PASSAGES",
    "pieces": "FOOTNOTE_PASSAGE_PIECES",
    "reranker": "FOOTNOTE_RERANKER",
    "weight": "FOOTNOTE_RERANK_WEIGHT",
}
SHARED = 0.5  # of held questions: a part that has as many in common with an older one is that part again
UNJUDGED = (
    "Answers were not judged (--search-only): whether they get worse by it is not known. "
    "footnote tune without that option asks for them."
)
_BY = {
    "places": "how early what carries the answer comes (one divided by its place)",
    "found": "questions for which the writer is given what carries the answer",
    "answers": "answers that are right",
}


def attempt(place: Path, held: Collection[str]) -> int:
    """How often the held part, or one that is much the same, has been read, the next time included."""
    told = [json.loads(file.read_text(encoding="utf-8")) for file in place.glob("*/tuned.json")]
    mine, count = set(held), 1
    for one in told:
        theirs = set(one["held_rows"])
        count += one["read"] and len(mine & theirs) >= SHARED * max(1, min(len(mine), len(theirs)))
    return count


def keep(place: Path, tuned: Tuned, left_out: Mapping[str, str]) -> Path:
    """The folder with the page and the same as JSON. There are ids of questions in it, and no words."""
    folder = place / datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    told = json.dumps(to_json(tuned, left_out), indent=1, ensure_ascii=False) + "\n"
    put(folder, {"tuned.json": told, "TUNED.md": "\n".join(page(tuned, left_out)) + "\n"})
    return folder


def to_json(tuned: Tuned, left_out: Mapping[str, str]) -> dict[str, Any]:
    """All of it, for scripts."""
    more = {"read": tuned.read, "adopted": tuned.adopted, "settings": changed(tuned), "left_out": left_out}
    return asdict(tuned) | more


def changed(tuned: Tuned) -> dict[str, str]:
    """The settings that are to be taken over, by name; none where nothing is better beyond noise."""
    return _unlike(tuned.best, tuned.now) if tuned.adopted else {}


def _unlike(one: Setup, other: Setup) -> dict[str, str]:
    given, before = asdict(one), asdict(other)
    return {NAMES[name]: str(value) for name, value in given.items() if value != before[name]}


def page(tuned: Tuned, left_out: Mapping[str, str]) -> Iterator[str]:
    """What a person reads of it."""
    yield from ("# Tuning", "", *verdict(tuned), "", "## What was tried", "")
    yield f"Settings now: {_said(asdict(tuned.now))}."
    yield (
        f"On {tuned.rows} golden questions, each beside the best so far; {tuned.of} settings share an error "
        f"of {ERROR:.0%}, so a p of {ERROR / max(1, tuned.of):.2g} is needed."
    )
    yield from ("", *_table(tuned.tried))
    yield from (f"\n{what}: not tried. {why}" for what, why in left_out.items())
    if tuned.read:
        yield from ("", "## On the part that was held back", "")
        yield (
            f"{len(tuned.held_rows)} questions, read the {tuned.attempt}. time; p may be "
            f"{tuned.alpha / len(tuned.held):.2g}."
        )
        yield from ("", *_table(tuned.held))
    if tuned.guard:
        yield f"\n{tuned.guard.state}: {tuned.guard.sentence}"


def verdict(tuned: Tuned) -> Iterator[str]:
    """What is to be done, line by line."""
    if not tuned.read:
        yield "Nothing is to be changed: no setting is better beyond noise."
        return
    unlike = _unlike(tuned.best, tuned.now)
    if not tuned.adopted:
        yield f"Nothing is to be changed: {_said(unlike)} looked better, and {_why(tuned)}."
        return
    yield "Better beyond noise, on questions that nothing was chosen by. Put these lines into .env:"
    yield from ("", *(f"    {name}={value}" for name, value in unlike.items()), "")
    index = ", then run footnote index --rebuild" if NAMES["pieces"] in unlike else ""
    yield f"`footnote tune --write` does it. Start footnote serve again{index}."
    if tuned.guard is None:
        yield UNJUDGED


def _why(tuned: Tuned) -> str:
    """What stands against what looked better."""
    if not tuned.holds or tuned.guard is None:
        return "that does not hold on the part held back"
    if tuned.guard.state is State.FAILED:
        return "answers get worse by it"
    return "whether answers get worse by it is not known: more golden questions are needed"


def _table(tried: Collection[Tried]) -> Iterator[str]:
    yield "| tried | by | before | then | difference | won, lost | p |"
    yield "|---|---|---|---|---|---|---|"
    for one in tried:
        setup = _said(asdict(one.setup))
        near = f"{one.now - one.before:+.3f} ({one.interval.low:+.3f} to {one.interval.high:+.3f})"
        figures = f"{one.before:.3f} | {one.now:.3f} | {near} | {one.won}, {one.lost} | {one.p:.2g}"
        yield f"| {one.what}: {setup} | {one.by} | {figures} |"
    yield ""
    yield from (f"*{name}*: {said}." for name, said in _BY.items() if any(one.by == name for one in tried))


def _said(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items() if value != "")
