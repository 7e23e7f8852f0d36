"""Packs what a machine without a network installs from: packages by the locks, the source, and a script.

    python deploy/bundle/pack.py                  the bot with its embedder
    python deploy/bundle/pack.py presidio serve   and these environments (presidio, torch, serve, serve-cpu)

It makes dist/footnote-VERSION.tar for machines like this one: the same Python, system and processor. A copy
of it is unpacked there, and `sh install.sh /opt/footnote` installs with no index at all.
"""

from __future__ import annotations

import hashlib
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from deploy.environment import NAMES  # noqa: E402

ALWAYS = ("core", "traces", "minilm")
SOURCE = ("LICENSE", "Makefile", "README.md", "pyproject.toml", "bot", "model", "retrieval", "deploy", "docs",
          "examples", "lock", ".env.example", "CHANGELOG.md", "CONTRIBUTING.md")  # fmt: skip
LEFT = ("__pycache__", "*.pyc", ".env", "footnote.env", "config", "documents", "backups")  # somebody's own


def pack(parts: Sequence[str], target: Path) -> Path:
    """Makes the archive in the folder `target`. Raises CalledProcessError where a package cannot be had."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target) as folder:
        place = Path(folder) / f"footnote-{version}"
        for lock in (*ALWAYS, *parts):
            _packages(lock, place / "packages")
        for name in SOURCE:
            _copied(ROOT / name, place / "source" / name)
        shutil.copy2(Path(__file__).with_name("install.sh"), place)
        (place / "MADE-FOR").write_text(_here() + "\n", "utf-8")
        _sums(place)
        made = target / f"{place.name}.tar"  # wheels are compressed as they are
        with tarfile.open(f"{folder}/made.tar", "w") as archive:
            archive.add(place, place.name, filter=_nobody)
        return Path(f"{folder}/made.tar").replace(made)


def _packages(lock: str, into: Path) -> None:
    """Whatever the lock names for any patch release of this Python: some pins change with it."""
    text = (ROOT / "lock" / f"{lock}.txt").read_text("utf-8")
    pins = [pin for pin in re.split(r"\n(?=\S)", text.strip()) if "==" in pin]
    had: set[str] = set()
    for patch in (*platform.python_version_tuple()[2:], "0", "99"):
        wanted = {name: pin for name, pin in map(plain, pins) if applies(name, patch)}
        fresh = [pin for name, pin in wanted.items() if name not in had]
        had |= wanted.keys()
        if fresh:
            _download("\n".join(fresh), into)


def plain(pin: str) -> tuple[str, str]:
    """A pin's first line, and the pin without the condition in it."""
    line, _, hashes = pin.partition("\n")
    return line.rstrip("\\ "), f"{line.partition(' ;')[0].rstrip(chr(92) + ' ')} \\\n{hashes}"


def applies(line: str, patch: str) -> bool:
    """Whether the pin is for this machine, had its Python that patch number."""
    from packaging.requirements import Requirement

    condition = Requirement(line).marker
    full = ".".join((*platform.python_version_tuple()[:2], patch))
    return condition is None or condition.evaluate({"python_full_version": full})


def _download(pins: str, into: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--dest", str(into)]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(pins + "\n")
        file.flush()
        subprocess.run([*command, "--requirement", file.name], check=True)


def _copied(path: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.copytree(path, to, ignore=shutil.ignore_patterns(*LEFT))
    else:
        shutil.copy2(path, to)


def _here() -> str:
    """What a machine has to be like."""
    return (
        f"Python {'.'.join(platform.python_version_tuple()[:2])}, {platform.system()}, {platform.machine()}"
    )


def _sums(place: Path) -> None:
    """A digest of each file, as sha256sum writes and checks them."""
    files = sorted(path for path in place.rglob("*") if path.is_file())
    lines = []
    for path in files:
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        lines.append(f"{digest}  {path.relative_to(place)}\n")
    (place / "SHA256SUMS").write_text("".join(lines), "utf-8")


def _nobody(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    return entry


def main(parts: list[str]) -> int:
    if unknown := set(parts) - set(NAMES):
        print(
            f"There is no part {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}.", file=sys.stderr
        )
        return 2
    try:
        made = pack(parts, ROOT / "dist")
    except subprocess.CalledProcessError:
        print("A package could not be had; pip says above which and why.", file=sys.stderr)
        return 1
    print(f"{made}: {made.stat().st_size / 1e6:.0f} MB, for {_here()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
