"""What is installed is what the locks say, wherever the packages come from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = sorted((ROOT / "lock").glob("*.txt"))
PIN = re.compile(r"^([a-z0-9-]+)==(\S+)( ; [^\\]+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def pinned(name: str) -> set[str]:
    text = (ROOT / "lock" / f"{name}.txt").read_text()
    pins = (found for line in text.splitlines() if (found := PIN.match(line)))
    return {found[1] for found in pins if "sys_platform ==" not in (found[3] or "")}  # not for Linux


def named(requirements: list[str]) -> set[str]:
    return {re.split(r"[^A-Za-z0-9-]", need)[0].lower() for need in requirements}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_has_a_version_and_a_hash_for_each_package_and_no_address(lock: Path) -> None:
    lines = lock.read_text().splitlines()
    pins = [number for number, line in enumerate(lines) if PIN.match(line)]

    assert pins
    assert [line for line in lines if not PIN.match(line) and not HASH.match(line)] == []
    assert [lines[number] for number in pins if not HASH.match(lines[number + 1])] == []


def test_the_locks_cover_every_extra_and_keep_torch_out_of_the_core() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]

    assert named(project["dependencies"]) <= pinned("core")
    assert named(extras["dev"]) | pinned("core") <= pinned("dev")
    assert named([*project["dependencies"], *extras["torch"], *extras["train"]]) <= pinned("torch")
    assert named(extras["serve"]) <= pinned("serve")
    assert "torch" not in pinned("core") | pinned("dev")
