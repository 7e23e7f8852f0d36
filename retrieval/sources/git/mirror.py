"""A git repository elsewhere in, what its branch holds out: by a bare copy that is fetched."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from threading import Lock

from retrieval.passage import SourceUnavailable
from retrieval.sources.git.program import Broken, Git, end, exactly

_TIP = "refs/footnote/tip"
_SAID = (
    (r"couldn't find remote ref", "It has no such branch, or nothing in it: check `branch`."),
    (r"authentication failed|could not read username|terminal prompts|permission denied|publickey"
     r"|returned error: 40[13]|host key verification",
     "It asks for a login: give a `token`, or a key that ssh can use without asking."),
    (r"redirect|returned error: 30\d", "It has moved: write its new address as `location`."),
    (r"not found|does not exist|does not appear|returned error: 404",
     "There is no repository, or none that may be read without a login: check `location` and `token`."),
    (r"resolve host|unable to access|connection|timed out|could not read from remote|early eof|hung up"
     r"|network|returned error: 5",
     "It cannot be reached; what was read of it before still stands."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Remote:
    """Where a repository is: what git is told (`url`), the branch (none: its main one), how many of its last
    commits are fetched (0: all), and a header with a login."""

    url: str
    branch: str = ""
    history: int = 0
    login: str = ""


@dataclass(frozen=True, slots=True)
class Blob:
    """A file of a commit: its path as git keeps it, and the hash of its bytes. `mode` is git's."""

    mode: str
    hash: str
    size: int
    path: bytes


class Mirror:
    """The copy, in `folder`. Nothing of the repository is ever run, checked out or followed."""

    def __init__(self, folder: Path, remote: Remote, seconds: float) -> None:
        self._folder, self._remote = folder, remote
        self._copy = folder / "mirror.git"
        self._git = Git(folder, remote.url, remote.login, seconds)
        self._reader: subprocess.Popen[bytes] | None = None
        self._turn = Lock()

    def fetch(self) -> str:
        """The commit that the branch is at now. Raises SourceUnavailable where that cannot be had."""
        self._settle()
        if self._copy.exists():
            problem = self._fetched(self._copy)
            if problem is None:
                return self._tip()
            if problem:
                raise SourceUnavailable(problem)
        return self.renew()

    def renew(self) -> str:
        """As `fetch`, into a new copy: the old one is damaged, or there is none."""
        self.close()
        self._settle()
        with tempfile.TemporaryDirectory(prefix="fetched-", dir=self._folder) as work:
            repository = Path(work) / "mirror.git"
            self._git.run(["init", "--quiet", "--bare", str(repository)], repository)
            problem = self._fetched(repository)
            if problem is not None:
                raise SourceUnavailable(problem or "git cannot fetch it; try git fetch by hand.")
            rmtree(self._copy, ignore_errors=True)
            repository.rename(self._copy)
        return self._tip()

    def here(self) -> bool:
        """Whether there is a copy."""
        return self._copy.exists()

    def files(self, commit: str, below: str) -> Iterator[Blob]:
        """What is in a commit, by path, in the folder `below` only. Raises Broken."""
        asked = ["ls-tree", "-r", "-z", "-l", "--full-tree", commit, "--", *([f"{below}/"] if below else [])]
        for line in self._git.told(asked, self._copy):
            facts, _, path = line.partition(b"\t")
            mode, kind, blob, size = facts.decode().split()
            if kind == "blob" and not size.isdecimal():
                raise Broken  # git lists a file whose bytes are lost, and calls its size BAD
            yield Blob(mode, blob, int(size) if size.isdecimal() else 0, path)

    def dates(self, commit: str, paths: set[bytes]) -> dict[bytes, int]:
        """When each of `paths` was last changed (seconds since 1970), as far as the commits are here; what is
        older has the date of the oldest of them."""
        asked = [
            "log",
            "--first-parent",
            "-m",
            "--no-renames",
            "--name-only",
            "-z",
            "--format=%x01%ct",
            commit,
        ]
        found: dict[bytes, int] = {}
        moment = 0
        for line in self._git.told(asked, self._copy):
            if line.startswith(b"\x01"):
                moment = int(line[1:])
            elif (path := line.removeprefix(b"\n")) in paths and path not in found:
                found[path] = moment
                if len(found) == len(paths):
                    break
        return found

    def read(self, blob: str) -> bytes:
        """The bytes of a file. Raises Broken where they are not here."""
        with self._turn:
            child = self._reader = self._reader or self._reading()
            assert child.stdin and child.stdout
            try:
                child.stdin.write(f"{blob}\n".encode())
                child.stdin.flush()
                head = child.stdout.readline().split()
                if len(head) != 3 or head[1] != b"blob":
                    raise Broken
                content = exactly(child.stdout, int(head[2]))
                exactly(child.stdout, 1)
            except OSError:
                raise Broken from None
        return content

    def close(self) -> None:
        with self._turn:
            if self._reader:
                end(self._reader)
            self._reader = None

    def _reading(self) -> subprocess.Popen[bytes]:
        return self._git.started(["cat-file", "--batch"], self._copy, stdin=subprocess.PIPE)

    def _settle(self) -> None:
        """The folder as git needs it; what a killed run left of a new copy is removed."""
        self._git.settle()
        for left in self._folder.glob("fetched-*"):
            rmtree(left, ignore_errors=True)

    def _fetched(self, repository: Path) -> str | None:
        """None where all went well; what is wrong with the other side; empty where it is the copy."""
        whole = ["--unshallow"] if (repository / "shallow").exists() else []
        depth = [f"--depth={self._remote.history}"] if self._remote.history else whole
        wanted = f"refs/heads/{self._remote.branch}" if self._remote.branch else "HEAD"
        options = ["--quiet", "--no-tags", "--no-write-fetch-head", "--force", "--update-shallow", *depth]
        done = self._git.run(["fetch", *options, "--", self._remote.url, f"+{wanted}:{_TIP}"], repository)
        if done.returncode == 0:
            return None
        said = done.stderr.decode("utf-8", "replace").casefold()
        return next((sentence for marks, sentence in _SAID if re.search(marks, said)), "")

    def _tip(self) -> str:
        done = self._git.run(["rev-parse", "--verify", "--quiet", f"{_TIP}^{{commit}}"], self._copy)
        if done.returncode:
            raise SourceUnavailable("git cannot say at which commit it is; try again.")
        return done.stdout.decode().strip()
