"""Follows the container file without a container engine: its own commands, run in a fresh Debian root.

    python deploy/container/rooted.py bot --version         makes the target `bot` and runs it with --version
    python deploy/container/rooted.py vllm SERVE=serve-cpu  makes the target `vllm` with that --build-arg
    python deploy/container/rooted.py --install             gets debootstrap, and makes what seldom changes

It needs Linux, root and debootstrap. A stage is a layer (overlayfs) in FOOTNOTE_CACHE/rooted, named by the
digest of all it is made from. pip is given this machine's own configuration as the secret that the container
file asks for; nothing of it stays in a layer. What runs sees a read-only root, an empty /tmp and the folders
it is given, as its user, with the variables of the image and those it is given.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FILE = Path(__file__).with_name("Dockerfile")
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from deploy.container.layers import copied, files, linked  # noqa: E402
from deploy.environment import cache as kept  # noqa: E402

SUITE = "bookworm"
MACHINE = ("/etc/resolv.conf", "/etc/ssl/certs/ca-certificates.crt")  # what a build sees of this machine
SECRET = re.compile(r"--mount=type=secret,id=\w+,target=(\S+)\s+")
PIP = re.compile(
    r"^(?:global|:env:)\.(cert|index-url|extra-index-url|proxy|trusted-host)='(.*)'$", re.MULTILINE
)
INSIDE = """
set -e
mount -t overlay overlay -o "$LAYERS" "$MERGED"
mount -t proc proc "$MERGED/proc"
mount --rbind /dev "$MERGED/dev"
mount -t tmpfs -o mode=1777 tmpfs "$MERGED/tmp"
for pair in $BINDS; do
    if test -e "$MERGED${pair#*=}"; then mount --bind "${pair%%=*}" "$MERGED${pair#*=}"; fi
done
exec chroot $WHO "$MERGED" /usr/bin/env -i "$@"
"""


class NotMade(RuntimeError):
    """A command of the container file failed; the text has the end of what it said."""


@dataclass(frozen=True)
class Stage:
    """From FROM to the next: its instructions, each a word and the rest of its line."""

    base: str
    steps: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Image:
    """What a stage has become: layers, the lowest first, and what a process in it starts with."""

    layers: tuple[Path, ...] = ()
    environment: Mapping[str, str] = field(default_factory=lambda: {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
    user: str = "0:0"
    folder: str = "/"
    volumes: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    health: tuple[str, ...] = ()


def stages(text: str) -> dict[str, Stage]:
    """The stages by name; an argument before the first FROM stands for the root that debootstrap makes."""
    found: dict[str, Stage] = {}
    last = ""
    for word, rest in _lines(text):
        if word == "FROM":
            base, _, last = rest.partition(" AS ")
            found[last] = Stage(base)
        elif last:
            found[last] = replace(found[last], steps=(*found[last].steps, (word, rest)))
    return found


def _lines(text: str) -> Iterator[tuple[str, str]]:
    plain = "\n".join(line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    for line in re.sub(r"\s*\\\n\s*", " ", plain).splitlines():
        word, _, rest = line.partition(" ")
        yield word, rest


class Builder:
    """Makes stages, each once. `arguments` are those of --build-arg."""

    def __init__(self, file: Path = FILE, arguments: Mapping[str, str] | None = None) -> None:
        self._stages = stages(file.read_text("utf-8"))
        self._arguments = dict(arguments or {})
        self._place = kept() / "rooted"

    def make(self, name: str) -> Image:
        """The image of a stage, after those it is made from. Raises NotMade."""
        if name not in self._stages:
            return Image() if name == "scratch" else Image((_debian(self._place),))
        stage = self._stages[name]
        layer = self._place / f"{name}-{self._digest(stage)}"
        image = self.make(stage.base)
        image = replace(image, layers=(*image.layers, layer / "files"))
        fresh = not (layer / "ready").exists()
        if fresh:
            _forget(self._place, name)
            shutil.rmtree(layer, ignore_errors=True)
            (layer / "files").mkdir(parents=True)
        arguments = dict(self._arguments)
        for word, rest in stage.steps:
            image = _described(image, word, rest, arguments)
            if fresh:
                self._act(image, word, rest, arguments)
        (layer / "ready").touch()  # also of one that was used again: it is the newest then
        return image

    def _act(self, image: Image, word: str, rest: str, arguments: Mapping[str, str]) -> None:
        """What touches files."""
        if word == "WORKDIR":
            (image.layers[-1] / rest[1:]).mkdir(parents=True, exist_ok=True)
        elif word == "RUN":
            _run(image, rest, arguments)
        elif word == "COPY":
            *sources, last = shlex.split(rest)
            target = image.layers[-1] / os.path.join(image.folder, last).lstrip("/")
            if sources[0].startswith("--from="):
                _taken(self.make(sources[0].removeprefix("--from=")), sources[1], target)
            else:
                copied([ROOT / one for one in sources], target, into=last.endswith("/"))

    def _digest(self, stage: Stage) -> str:
        """Of all that the layer is made from: its instructions, files and other stages."""
        told = sha256(f"{SUITE} {sorted(self._arguments.items())}".encode())
        others = [stage.base]
        for word, rest in stage.steps:
            told.update(f"{word} {rest}\n".encode())
            sources = shlex.split(rest)[:-1] if word == "COPY" else []
            if sources and sources[0].startswith("--from="):
                others.append(sources[0].removeprefix("--from="))
                sources = []
            for path in (one for source in sources for one in files(ROOT / source)):
                told.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
        for name in others:
            told.update((self._digest(self._stages[name]) if name in self._stages else name).encode())
        return told.hexdigest()[:16]


def _forget(place: Path, name: str) -> None:
    """Layers of a stage but its newest: each may have a gigabyte, and another run may stand on that one."""
    made = [path for path in place.glob(f"{name}-*/ready") if len(path.parent.name) == len(name) + 17]
    for path in sorted(made, key=lambda path: path.stat().st_mtime)[:-1]:
        shutil.rmtree(path.parent)


def _debian(place: Path) -> Path:
    """What debian:bookworm-slim stands for: the smallest Debian there is."""
    made = place / SUITE
    if not (place / f"{SUITE}.ready").exists():
        shutil.rmtree(made, ignore_errors=True)
        place.mkdir(parents=True, exist_ok=True)
        _told(["debootstrap", "--variant=minbase", SUITE, str(made)])  # from its own archive of that name
        (place / f"{SUITE}.ready").touch()
    return made


def _taken(image: Image, source: str, target: Path) -> None:
    """Files of another stage, as they are: linked, because a layer that is made never changes."""
    for layer in image.layers:
        linked(layer / source.lstrip("/"), target)


def _described(image: Image, word: str, rest: str, arguments: dict[str, str]) -> Image:
    """What touches no file."""
    if word == "ARG":
        arguments.setdefault(*rest.split("=", 1))
        return image
    if word == "ENV":
        pairs = dict(part.split("=", 1) for part in shlex.split(rest))
        return replace(image, environment={**image.environment, **pairs})
    if word in ("USER", "WORKDIR"):
        return replace(image, **{"user" if word == "USER" else "folder": rest})
    named = {"VOLUME": "volumes", "ENTRYPOINT": "entrypoint", "CMD": "words", "HEALTHCHECK": "health"}
    if word in named:
        return replace(image, **{named[word]: tuple(json.loads(rest[rest.index("[") :]))})
    if word not in ("RUN", "COPY", "EXPOSE"):
        raise NotMade(f"{word} is not known to deploy/container/rooted.py.")
    return image


def _run(image: Image, rest: str, arguments: Mapping[str, str]) -> None:
    """A RUN, with the network and the certificates of this machine."""
    with tempfile.TemporaryDirectory() as folder:
        secret = Path(folder) / "pip.conf"
        secret.write_text(pip_settings(), "utf-8")
        binds = {place: place for place in MACHINE} | {target: str(secret) for target in SECRET.findall(rest)}
        shadows = [image.layers[-1] / target.lstrip("/") for target in SECRET.findall(rest)]
        for shadow in shadows:  # a mount needs something to lie on
            shadow.parent.mkdir(parents=True, exist_ok=True)
            shadow.touch()
        words = ["/bin/sh", "-c", SECRET.sub("", rest)]
        with rooted(image, words, binds, arguments, building=True) as started:
            _told(started["args"], started["env"])
        for shadow in shadows:
            shadow.unlink()


def pip_settings() -> str:
    """This machine's own settings for pip, as a file."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return "[global]\n" + "".join(f"{name} = {value}\n" for name, value in dict(PIP.findall(listed)).items())


@contextmanager
def rooted(
    image: Image,
    words: Sequence[str],
    binds: Mapping[str, str],
    more: Mapping[str, str],
    *,
    building: bool = False,
) -> Iterator[dict[str, Any]]:
    """What subprocess.Popen needs to run `words` in the image while the block lasts. `binds` are files and
    folders of this machine by the place where they appear; only what is being built can be written."""
    with tempfile.TemporaryDirectory(dir=image.layers[-1].parent) as folder:
        merged, work = Path(folder) / "merged", Path(folder) / "work"
        merged.mkdir()
        work.mkdir()
        lower = [str(layer) for layer in reversed(image.layers)]
        upper = f",upperdir={lower.pop(0)},workdir={work}" if building else ""
        variables = {
            "PATH": os.environ["PATH"],
            "LAYERS": f"lowerdir={':'.join(lower)}{upper}",
            "MERGED": str(merged),
            "BINDS": " ".join(f"{source}={place}" for place, source in binds.items()),
            "WHO": f"--userspec={image.user}",
        }
        inside = [f"--chdir={image.folder}", *(f"{k}={v}" for k, v in {**image.environment, **more}.items())]
        command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "/bin/sh", "-c", INSIDE, "sh"]
        yield {"args": [*command, *inside, *words], "env": variables}


def _told(command: Sequence[str], env: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        raise NotMade(f"status {done.returncode}:\n{done.stdout[-3000:]}")


def able() -> bool:
    """Whether this machine can: it needs to mount and to change its root."""
    return sys.platform == "linux" and os.getuid() == 0 and shutil.which("unshare") is not None


def install() -> int:
    """Gets debootstrap from Debian's archive, and makes the stages that hold no code of ours."""
    if not shutil.which("debootstrap"):
        for words in (["update"], ["install", "--yes", "--no-install-recommends", "debootstrap"]):
            _told(["apt-get", "--quiet", *words], {**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
    Builder().make("bot-packages")
    return 0


def main(words: list[str]) -> int:
    if not words or not able():
        print("usage, as root on Linux: rooted.py TARGET [NAME=VALUE] [WORDS]", file=sys.stderr)
        return 0 if words == ["--install"] else 2
    given = dict(one.split("=", 1) for one in words[1:2] if re.fullmatch(r"[A-Z]+=.+", one))
    try:
        if words == ["--install"]:
            return install()
        image = Builder(arguments=given).make(words[0])
    except (NotMade, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 1
    if not (inside := words[1 + len(given) :]):
        print("\n".join(map(str, image.layers)))
        return 0
    with rooted(image, [*image.entrypoint, *inside], {}, {}) as started:
        return subprocess.run(**started, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
