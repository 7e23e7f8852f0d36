"""A verdict in, what a person reads of it out: a page, its pictures, and the same as JSON."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from math import isnan
from pathlib import Path
from typing import Any

from model.learning.folders import synced
from model.learning.gate import Outcome, Verdict
from model.learning.guards import Check, State
from model.learning.plot import BAD, GOOD, QUIET, UNSURE, Bar, drawn

_COLOURS = {State.HELD: GOOD, State.FAILED: BAD, State.INSUFFICIENT: UNSURE, State.UNJUDGED: QUIET}
_OTHERWISE, _RESTS = "## What came out otherwise", "## What it rests on"
_HEADS = {
    Outcome.PASS: "may be promoted",
    Outcome.FAIL: "is not promoted",
    Outcome.INSUFFICIENT: "cannot be judged yet",
}


def keep(
    place: Path, verdict: Verdict, changed: Sequence[str] = (), more: dict[str, Any] | None = None
) -> Path:
    """Writes verdict.json, VERDICT.md and its pictures in the verdict's folder below `place`, whole or not
    at all; what an earlier attempt said stays beside. `changed` are lines on rows that came out otherwise."""
    folder = place / f"{verdict.candidate}-vs-{verdict.production}"
    begun, old = place / f".{folder.name}.part", place / f".{folder.name}.old"
    if old.exists() and not folder.exists():  # a process died between the two renames below
        os.replace(old, folder)
    shutil.rmtree(begun, ignore_errors=True)
    begun.mkdir(parents=True)
    for earlier in folder.glob("verdict*.json"):
        told = json.loads(earlier.read_text(encoding="utf-8"))
        shutil.copy(earlier, begun / f"verdict-{told['at'].replace(':', '')}.json")
    said = to_json(verdict) | (more or {})
    (begun / "verdict.json").write_text(
        json.dumps(said, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    for name, picture in pictures(verdict).items():
        (begun / name).write_text(picture, encoding="utf-8")
    (begun / "VERDICT.md").write_text(page(verdict, changed, said), encoding="utf-8")
    for one in (*begun.iterdir(), begun):
        synced(one)
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        os.replace(folder, old)
    os.replace(begun, folder)
    synced(place)
    shutil.rmtree(old, ignore_errors=True)
    return folder


def blank(place: Path, golden: Collection[str]) -> None:
    """Takes the words of items off the pages whose golden set is not among these any more; what was counted
    stays."""
    for told in place.glob("*/verdict.json"):
        try:
            over = json.loads(told.read_text(encoding="utf-8"))["golden"]
        except (OSError, ValueError, KeyError):
            over = ""
        shown = told.with_name("VERDICT.md")
        if over in golden or not shown.is_file():
            continue
        before, found, after = shown.read_text(encoding="utf-8").partition(f"\n{_OTHERWISE}\n")
        if found:
            rest = after.rpartition(f"\n{_RESTS}\n")
            fresh = shown.with_name(".VERDICT.md")
            fresh.write_text(before + "".join(rest[1:] if rest[1] else ()), encoding="utf-8")
            os.replace(fresh, shown)


def to_json(verdict: Verdict) -> dict[str, Any]:
    """All of it; what is no number is null."""
    said: dict[str, Any] = json.loads(json.dumps(asdict(verdict)), parse_constant=lambda _: None)
    said["verdict"] = said.pop("outcome")
    return said


def pictures(verdict: Verdict) -> dict[str, str]:
    """By file name: the gain, and the guards on shares and on ratios."""
    found = {}
    if verdict.better:
        one = verdict.better
        gain = Bar("gain", one.interval.low, one.gain, one.interval.high, f"{100 * one.gain:+.1f}", None)
        noise = Bar("production again", one.aa, one.aa, one.aa, f"{100 * one.aa:+.1f}", None, QUIET)
        found["gain.svg"] = drawn("Share of items passed, candidate less production", [gain, noise], 0.0)
    for unit, title, zero in (
        ("share", "More wrongs than production", 0.0),
        ("ratio", "Times production's", 1.0),
    ):
        bars = [_bar(check) for check in verdict.checks if check.unit == unit and not isnan(check.seen)]
        if bars:
            found[f"{unit}s.svg"] = drawn(title, bars, zero)
    return found


def _bar(check: Check) -> Bar:
    seen = f"{100 * check.seen:+.1f}" if check.unit == "share" else f"{check.seen:.2f}"
    where = (check.interval.low, check.seen, check.interval.high)
    return Bar(check.name, *where, seen, check.margin, _COLOURS[check.state])


def page(verdict: Verdict, changed: Sequence[str], said: dict[str, Any]) -> str:
    """The page, as Markdown."""
    head = f"# {verdict.candidate} {_HEADS[verdict.outcome]}: {verdict.outcome}"
    return (
        "\n".join([head, "", verdict.sentence, "", *_body(verdict), *_rows(changed), *_inputs(said)]) + "\n"
    )


def _body(verdict: Verdict) -> Iterator[str]:
    one = verdict.better
    if one is None:
        return
    yield f"Measured against {verdict.production} on {verdict.items} items of {verdict.golden}, attempt "
    yield f"{verdict.attempt} on it: p may be {one.alpha:.2g}, so that all attempts together err with 5 %."
    yield ""
    yield "| | |\n|---|---|"
    low, high = 100 * one.interval.low, 100 * one.interval.high
    yield f"| gain | {100 * one.gain:+.1f} points, {low:+.1f} to {high:+.1f} |"
    yield f"| won, lost | {one.won}, {one.lost} of {one.clusters} groups of items |"
    yield f"| p, one-sided sign test | {one.p:.3g} |"
    yield f"| production on itself | {one.flips} items differ, {100 * one.aa:+.1f} points |"
    yield "\n![gain](gain.svg)\n\n## What may not be worse\n"
    yield "| check | says | production | candidate | difference | allowed |\n|---|---|---|---|---|---|"
    yield from (_check(check) for check in verdict.checks)
    yield ""
    yield from (f"![{name}]({name})\n" for name in pictures(verdict) if name != "gain.svg")


def _check(check: Check) -> str:
    if isnan(check.seen):
        return f"| {check.name} | {check.state} | | | | {check.sentence.partition(': ')[2]} |"
    two = (
        f"{100 * v:.1f} %" if check.unit == "share" else f"{v:.3g}"
        for v in (check.production, check.candidate)
    )
    where = (check.seen, check.interval.low, check.interval.high)
    if check.unit == "share":
        seen, low, high = (f"{100 * v:+.1f}" for v in where)
        allowed = f"{100 * check.margin:+.1f} points"
    else:
        seen, low, high = (f"{v:.3g}" for v in where)
        allowed = f"{check.margin:g}"
    return f"| {check.name} | {check.state} | {' | '.join(two)} | {seen} ({low} to {high}) | {allowed} |"


def _rows(changed: Sequence[str]) -> list[str]:
    return ["", _OTHERWISE, "", *(f"- {line.replace('<', '&lt;')}" for line in changed)] if changed else []


def _inputs(said: dict[str, Any]) -> list[str]:
    inputs = said.get("inputs", {})
    return ["", _RESTS, "", *(f"- {name}: `{value}`" for name, value in inputs.items())] if inputs else []
