"""The installs of deploy/README.md, followed word for word in a fresh root: `python -m docs.installed`.

    python -m docs.installed machine     "One machine": by the locks, then a backup and its restore
    python -m docs.installed offline     "Without a network": the bundle, in a network that has loopback alone

It takes root, Linux and debootstrap; minutes each, most of them for packages.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from deploy.bundle.pack import SOURCE, pack
from deploy.container.rooted import MACHINE, Builder, Image, able, pip_settings, rooted

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "deploy" / "README.md"
ANSWER = "€38"  # what the handbook says of dinner
RESTORED = "Restored as of"
SHELL = ("/bin/sh", "-e", "-x", "-c")


def block(section: str, number: int = 0) -> str:
    """A block of commands under a heading of the page."""
    text = PAGE.read_text("utf-8").split(f"\n## {section}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"```sh\n(.*?)```", text, re.DOTALL)[number]


def followed(image: Image, script: str, given: Mapping[str, Path], alone: bool = False) -> tuple[str, float]:
    """What the commands said and how long they took, in seconds, in a fresh root that has copies of `given`.
    `alone`: in a network that has loopback and nothing else. Raises CalledProcessError."""
    with tempfile.TemporaryDirectory(dir=image.layers[-1].parent) as folder:
        files = Path(folder) / "files"
        for place, source in given.items():
            _laid(source, files / place.lstrip("/"))
        fresh = replace(image, layers=(*image.layers, files), folder="/")
        began = time.monotonic()
        with rooted(
            fresh, [*SHELL, script], {place: place for place in MACHINE}, {}, building=True
        ) as started:
            command = ["unshare", "--net", *started["args"]] if alone else started["args"]
            done = subprocess.run(
                command,
                env=started["env"],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
        if done.returncode:
            print(done.stdout[-3000:], file=sys.stderr)
        done.check_returncode()
        return done.stdout, time.monotonic() - began


def _laid(source: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, place, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    else:
        shutil.copyfile(source, place)


def machine() -> str:
    """One machine, from nothing but Debian and the source."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "pip.conf"
        certificates, here = (
            MACHINE[1],
            "/etc/machine.crt",
        )  # what this machine trusts, beside what Debian does
        settings.write_text(pip_settings().replace(certificates, here), "utf-8")
        given = {f"/opt/footnote/{name}": ROOT / name for name in SOURCE}
        given |= {"/etc/pip.conf": settings, here: Path(certificates)}
        script = block("One machine") + restored()
        said, seconds = followed(Builder().make("${BASE}"), script, given)
    if RESTORED not in said or said.index(RESTORED) > said.rindex(ANSWER):
        raise SystemExit(f"One machine: after its restore the answer is another:\n{said[-2000:]}")
    return _judged("One machine", said, seconds)


def restored() -> str:
    """Its backup and its restore, then the question again as the user that the service runs as. A root
    without an init has no units: stopping and starting them is left out."""
    backup, restore = block("Restore"), block("Restore", 1)
    file = '"$(basename /var/backups/footnote/*.backup)"'
    asked = block("One machine").splitlines()[-1]
    mine = 'test -z "$(find /var/lib/footnote /var/backups/footnote ! -user footnote)"'
    return f"systemctl() {{ :; }}\n{backup}{restore.replace('FILE', file)}{mine}\n{asked}\n"


def offline() -> str:
    """The bundle, where there is Python and no network."""
    with tempfile.TemporaryDirectory() as folder:
        made = pack((), Path(folder))
        script = "rm -rf /opt/footnote\n" + block(
            "Without a network", 1
        )  # a stage with Python has that folder
        said, seconds = followed(Builder().make("tools"), script, {f"/{made.name}": made}, alone=True)
    return _judged("Without a network", said, seconds)


def _judged(what: str, said: str, seconds: float) -> str:
    if ANSWER not in said:
        raise SystemExit(f"{what}: every command ended well, but the answer is another:\n{said[-2000:]}")
    return f"{what}: as the page says it, from a fresh root to a cited answer in {seconds:.0f} s"


WAYS = {"machine": machine, "offline": offline}


def main(names: Sequence[str]) -> None:
    if not able() or not shutil.which("debootstrap"):
        sys.exit("This takes root on Linux, and debootstrap: python deploy/container/rooted.py --install")
    for name in names or WAYS:
        print(WAYS[name](), flush=True)


if __name__ == "__main__":
    os.nice(5)
    main(sys.argv[1:])
