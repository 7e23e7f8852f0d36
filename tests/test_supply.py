"""What is installed: a bill of it, what is known against it, and below which version nothing may fall."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from deploy.advisories import ACCEPTED, advisories, affected, findings
from deploy.sbom import BOT, Pin, bill, pins

ROOT = Path(__file__).parents[1]
LOCKS = sorted(file.stem for file in (ROOT / "lock").glob("*.txt"))
FLOOR = re.compile(r"^\| ([a-z0-9-]+) \| >= (\d[\d.]*) \| .+ \|$", re.MULTILINE)
_, _, TABLE = (ROOT / "docs/dependencies.md").read_text("utf-8").partition("## Floors\n")
FLOORS = {name: Version(version) for name, version in FLOOR.findall(TABLE.partition("\n## ")[0])}


def fixes() -> list[tuple[str, str, str]]:
    """Each advisory, the package that it is about, and each version that mended it."""
    parts = [(record["id"], part) for record in advisories() for part in record["affected"]]
    events = [(id, part, event) for id, part in parts for one in part["ranges"] for event in one["events"]]
    return [(id, part["package"]["name"], event["fixed"]) for id, part, event in events if "fixed" in event]


def test_the_bill_has_each_package_of_the_lock_with_its_hashes_and_is_the_same_each_time() -> None:
    command = [sys.executable, "deploy/sbom.py"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    made = json.loads(said)
    named = {(part["name"], part["version"]) for part in made["components"]}

    assert made == bill() and made["specVersion"] == "1.6"
    for lock in BOT:
        lines = re.findall(r"^([a-z0-9-]+)==([^ ;]+)", (ROOT / "lock" / f"{lock}.txt").read_text(), re.M)
        assert lines and set(lines) <= named
    assert all(part["externalReferences"][0]["hashes"] for part in made["components"])
    assert len({part["bom-ref"] for part in made["components"]}) == len(made["components"])


@pytest.mark.parametrize("lock", LOCKS)
def test_nothing_of_a_lock_is_affected_by_an_advisory_that_has_no_reason_to_stay(lock: str) -> None:
    found = list(findings(lock, pins(lock), advisories()))

    assert [str(one) for one in found if one.id not in ACCEPTED] == []


def test_what_is_said_to_stay_is_there_to_stay() -> None:
    found = {one.id for lock in LOCKS for one in findings(lock, pins(lock), advisories())}

    assert found == set(ACCEPTED)


@pytest.mark.parametrize(("id", "package", "fixed"), fixes())
def test_the_version_that_mends_is_let_be_and_one_just_before_it_is_caught(
    id: str, package: str, fixed: str
) -> None:
    pin = Pin(package, f"{fixed}.dev0", "", ())

    caught = {one.id for one in findings("x", [pin], advisories())}
    let_be = {one.id for one in findings("x", [replace(pin, version=fixed)], advisories())}

    assert id in caught and id not in let_be


@pytest.mark.parametrize(
    ("version", "events", "is_affected"),
    [
        ("1.0", [{"introduced": "0"}], True),
        ("1.0", [{"introduced": "0"}, {"last_affected": "1.0"}], True),
        ("1.0.1", [{"introduced": "0"}, {"last_affected": "1.0"}], False),
        ("1.10", [{"introduced": "1.9"}, {"fixed": "1.11"}], True),
        ("1.5", [{"introduced": "2"}, {"fixed": "2.1"}, {"introduced": "0"}, {"fixed": "1.1"}], False),
        ("2.0.5", [{"introduced": "2"}, {"fixed": "2.1"}, {"introduced": "0"}, {"fixed": "1.1"}], True),
        ("3.0", [{"introduced": "0"}, {"fixed": "a commit"}], True),
    ],
)
def test_ranges_are_read_as_osv_reads_them(
    version: str, events: list[dict[str, str]], is_affected: bool
) -> None:
    assert affected(version, {"ranges": [{"type": "ECOSYSTEM", "events": events}]}) is is_affected


def test_a_folder_of_osvs_files_is_read_too_and_an_affected_package_ends_in_an_error(tmp_path: Path) -> None:
    about = {"package": {"ecosystem": "PyPI", "name": "PyPDF"}, "versions": [p.version for p in pins("core")]}
    (tmp_path / "PYSEC-1.json").write_text(json.dumps({"id": "PYSEC-1", "affected": [about]}))
    gone = {"id": "PYSEC-2", "withdrawn": "2026-01-01T00:00:00Z", "affected": [about]}
    (tmp_path / "PYSEC-2.json").write_text(json.dumps(gone))

    command = [sys.executable, "deploy/advisories.py", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 3 and "PYSEC-1" in done.stdout and "PYSEC-2" not in done.stdout


@pytest.mark.parametrize("name", FLOORS)
def test_no_lock_and_no_requirement_is_below_a_floor(name: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [need for needs in project["optional-dependencies"].values() for need in needs]
    needs = [Requirement(need) for need in [*project["dependencies"], *extras]]
    least = [part.version for n in needs if n.name == name for part in n.specifier]
    locked = [pin.version for lock in LOCKS for pin in pins(lock) if pin.name == name]

    assert locked and [version for version in [*locked, *least] if Version(version) < FLOORS[name]] == []


def test_a_floor_is_not_below_what_mends_a_known_fault() -> None:
    low = [
        one
        for name, floor in FLOORS.items()
        for one in findings("floor", [Pin(name, str(floor), "", ())], advisories())
    ]

    assert FLOORS and [str(one) for one in low if one.id not in ACCEPTED] == []
