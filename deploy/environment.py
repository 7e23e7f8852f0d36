"""An environment of its own for a part whose pins disagree with the bot's: a lock in, a ready folder out.

    python deploy/environment.py torch       sentence-transformers, peft and trl (the extras torch and train)
    python deploy/environment.py serve-cpu   vLLM on a CPU
    python deploy/environment.py serve       vLLM on a GPU

Folders are named by the digest of their lock and stay in FOOTNOTE_CACHE (default ~/.cache/footnote), so a
second run does nothing. What another ready folder holds in the same version is linked, not downloaded: torch
with its CUDA parts weighs gigabytes, and the torch and vLLM environments pin the same one.
"""

from __future__ import annotations

import csv
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MARKER = "ready"  # written last: a folder without it is the remains of an interrupted install
NAMES = ("torch", "serve-cpu", "serve")
PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", re.MULTILINE)


@dataclass(frozen=True)
class Environment:
    """A folder with its own Python and the packages of lock/NAME.txt."""

    name: str
    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def packages(self) -> Path:
        return self.folder / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"

    @property
    def lock(self) -> Path:
        """The lock it was made from, kept inside."""
        return self.folder / "lock.txt"

    @property
    def ready(self) -> bool:
        return (self.folder / MARKER).exists()


def cache() -> Path:
    """Where everything that is slow to make is kept between runs."""
    return Path(os.environ.get("FOOTNOTE_CACHE") or Path.home() / ".cache" / "footnote").absolute()


def find(name: str) -> Environment:
    """The environment of lock/NAME.txt as it stands, ready or not."""
    pins = (ROOT / "lock" / f"{name}.txt").read_bytes()
    digest = hashlib.sha256(pins + sys.version.split()[0].encode()).hexdigest()[:12]
    return Environment(name, cache() / f"{name}-{digest}")


def install(name: str) -> Environment:
    """Makes the environment unless it is ready. Two processes that want it at once make it once."""
    environment = find(name)
    with _alone(environment.folder.with_suffix(".lock")):
        if environment.ready:
            return environment
        shutil.rmtree(environment.folder, ignore_errors=True)
        venv.create(environment.folder, with_pip=True, symlinks=True)
        shutil.copyfile(ROOT / "lock" / f"{name}.txt", environment.lock)
        linked = _link(environment)
        missing = environment.folder / "missing.txt"
        missing.write_text(_without(environment.lock.read_text(), linked))
        _pip(environment, "install", "--require-hashes", "--no-deps", "--no-compile", "-r", str(missing))
        (environment.folder / MARKER).touch()
    return environment


def _pip(environment: Environment, *words: str) -> None:
    command = [str(environment.python), "-m", "pip", *words, "--quiet", "--disable-pip-version-check"]
    subprocess.run(command, check=True, cwd=environment.folder)


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _link(environment: Environment) -> set[str]:
    """Takes over what ready neighbours hold in the same version. Returns the names of those packages."""
    wanted = dict(PIN.findall(environment.lock.read_text()))
    linked: set[str] = set()
    for marker in sorted(environment.folder.parent.glob(f"*/{MARKER}")):
        neighbour = Environment(marker.parent.name, marker.parent)
        if not neighbour.lock.exists() or not neighbour.packages.exists():
            continue
        held = dict(PIN.findall(neighbour.lock.read_text()))
        for name in sorted(wanted.keys() - linked):
            if held.get(name) == wanted[name] and _link_package(name, wanted[name], neighbour, environment):
                linked.add(name)
    return linked


def _link_package(name: str, version: str, source: Environment, target: Environment) -> bool:
    """Links one package file by file. One that brings more than entry points from outside is left to pip."""
    records = list(source.packages.glob(f"{name.replace('-', '[-_.]')}-{version}.dist-info/RECORD"))
    if len(records) != 1:
        return False
    with records[0].open(newline="") as rows:
        files = [row[0] for row in csv.reader(rows) if row and "__pycache__" not in row[0]]
    inside = [file for file in files if not file.startswith(("..", "/"))]
    entries = records[0].with_name("entry_points.txt")
    commands = entries.read_text() if entries.exists() else ""
    if any(f"{Path(file).name} = " not in commands for file in set(files) - set(inside)):
        return False
    for file in inside:
        (target.packages / file).parent.mkdir(parents=True, exist_ok=True)
        os.link(source.packages / file, target.packages / file)
    return True


def _without(lock: str, names: set[str]) -> str:
    entries = re.split(r"(?m)^(?=[A-Za-z0-9])", lock)
    return "".join(entry for entry in entries if entry.split("==")[0] not in names)


def main(names: list[str]) -> int:
    if not names or set(names) - set(NAMES):
        print(f"usage: python deploy/environment.py {' | '.join(NAMES)}", file=sys.stderr)
        return 2
    for name in names:
        began = time.monotonic()
        environment = install(name)
        print(f"{name}: {environment.folder} ({time.monotonic() - began:.0f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
