"""An environment of its own for a part whose pins disagree with the bot's: a lock in, a ready folder out.

    python deploy/environment.py torch       sentence-transformers, peft and trl (the extras torch and train)
    python deploy/environment.py presidio    what the extra presidio adds
    python deploy/environment.py serve-cpu   vLLM on a CPU
    python deploy/environment.py serve       vLLM on a GPU
    python deploy/environment.py schemathesis   what tries the pages by their description
    python deploy/environment.py where torch  the Python of one that is ready; nothing is made

Folders are named by the digest of their lock and stay in FOOTNOTE_CACHE (default ~/.cache/footnote), so a
second run does nothing. uv (part of the extra dev) makes them in a minute or two and keeps once what two of
them share, which for torch with its CUDA parts is gigabytes; without uv, or where it fails, pip takes longer.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
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
NAMES = ("torch", "presidio", "serve-cpu", "serve", "schemathesis")


@dataclass(frozen=True)
class Environment:
    """A folder with its own Python and the packages of lock/NAME.txt."""

    name: str
    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

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
    if environment.ready:  # before anything is written: an image is read-only
        return environment
    with _alone(environment.folder.with_suffix(".lock")):
        if environment.ready:
            return environment
        shutil.rmtree(environment.folder, ignore_errors=True)
        venv.create(environment.folder, with_pip=True, symlinks=True)
        lock = ROOT / "lock" / f"{name}.txt"
        if not (importlib.util.find_spec("uv") and _uv(environment, lock)):
            _pip(environment, lock)
        (environment.folder / MARKER).touch()
    return environment


def _uv(environment: Environment, lock: Path) -> bool:
    """Whether uv could do it. Its cache lies beside the folders, so that it can link instead of copy."""
    variables = dict(os.environ) | {"UV_CACHE_DIR": str(cache() / "uv"), "UV_NO_CONFIG": "1"}
    for ours, theirs in (("UV_DEFAULT_INDEX", "PIP_INDEX_URL"), ("SSL_CERT_FILE", "PIP_CERT")):
        if theirs in os.environ:
            variables.setdefault(ours, os.environ[theirs])
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", str(environment.python)]
    command += ["--require-hashes", "--no-deps", "--requirements", str(lock)]
    return subprocess.run(command, check=False, env=variables).returncode == 0


def _pip(environment: Environment, lock: Path) -> None:
    command = [str(environment.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-compile", "--require-hashes", "--no-deps", "--requirement", str(lock)]
    subprocess.run(command, check=True)


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def where(name: str) -> int:
    """Says which Python it is; exit code 1 where the environment is not ready."""
    environment = find(name)
    if environment.ready:
        print(environment.python)
    return 0 if environment.ready else 1


def main(names: list[str]) -> int:
    if names[:1] == ["where"] and len(names) == 2 and names[1] in NAMES:
        return where(names[1])
    if not names or set(names) - set(NAMES):
        print(f"usage: python deploy/environment.py [where] {' | '.join(NAMES)}", file=sys.stderr)
        return 2
    for name in names:
        began = time.monotonic()
        environment = install(name)
        print(f"{name}: {environment.folder} ({time.monotonic() - began:.0f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
