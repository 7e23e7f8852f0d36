"""Locks in, a bill of materials out (CycloneDX 1.6, JSON), without a network.

    python deploy/sbom.py                  what the bot runs on: lock/core.txt and lock/minilm.txt
    python deploy/sbom.py core torch       what of other locks

The same locks give the same bytes: it has neither a time nor a number drawn by chance.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BOT = ("core", "minilm")
_LINE = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[^ ;\\]+)(?: ; (?P<when>[^\\]+?))? \\")


@dataclass(frozen=True, order=True)
class Pin:
    """A package at the version that a lock says, where `when` holds; `hashes` (sha256) of all its files."""

    name: str
    version: str
    when: str
    hashes: tuple[str, ...]

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name}@{self.version}"


@cache
def pins(lock: str) -> tuple[Pin, ...]:
    """Of lock/NAME.txt, in its order."""
    blocks = re.split(r"\n(?=\S)", (ROOT / "lock" / f"{lock}.txt").read_text("utf-8"))
    return tuple(_pin(found, block) for block in blocks if (found := _LINE.match(block)))


def _pin(found: re.Match[str], block: str) -> Pin:
    hashes = tuple(re.findall(r"--hash=sha256:(\w+)", block))
    return Pin(found["name"], found["version"], found["when"] or "", hashes)


def bill(locks: Sequence[str] = BOT) -> dict[str, Any]:
    """The whole document, as JSON has it."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    found = {pin.purl: pin for lock in locks for pin in pins(lock)}
    components = [_component(found[purl]) for purl in sorted(found)]
    root = {"type": "application", "bom-ref": "footnote", "name": "footnote", "version": version}
    about = json.dumps([root, components], sort_keys=True)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, about)}",
        "version": 1,
        "metadata": {"component": root},
        "components": components,
    }


def _component(pin: Pin) -> dict[str, Any]:
    """The hashes belong to its files, one of which each machine takes, and so to where they come from."""
    hashes = [{"alg": "SHA-256", "content": one} for one in pin.hashes]
    made = {
        "type": "library",
        "bom-ref": pin.purl,
        "name": pin.name,
        "version": pin.version,
        "purl": pin.purl,
    }
    files = [{"type": "distribution", "url": pin.purl, "hashes": hashes}]
    when = {"properties": [{"name": "footnote:when", "value": pin.when}]} if pin.when else {}
    return made | {"externalReferences": files} | when


def main(locks: Sequence[str]) -> None:
    print(json.dumps(bill(locks or BOT), indent=2))


if __name__ == "__main__":
    main(sys.argv[1:])
