"""The program git, run so that it asks nobody, follows nothing and ends in time."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from retrieval.passage import SourceUnavailable

_PASSED = """
PATH HOME USER TMPDIR SYSTEMROOT SSH_AUTH_SOCK LD_LIBRARY_PATH GIT_SSL_CAINFO GIT_EXEC_PATH SSL_CERT_FILE
SSL_CERT_DIR http_proxy https_proxy HTTPS_PROXY no_proxy NO_PROXY all_proxy ALL_PROXY
""".split()
_SETTINGS = """\
[safe]
	directory = *
[core]
	hooksPath = /dev/null
	fsmonitor = false
[credential]
	helper =
[http]
	followRedirects = false
	lowSpeedLimit = 1000
	lowSpeedTime = 60
[gc]
	autoDetach = false
[fetch]
	recurseSubmodules = false
"""
_LATE = "git took longer than {seconds:g} s; `timeout` sets the limit."


class Broken(Exception):
    """The copy is damaged and has to be made anew."""


def login(user: str, token: str) -> str:
    """The header that a server of git understands."""
    return f"Authorization: Basic {base64.b64encode(f'{user}:{token}'.encode()).decode()}"


class Git:
    """Runs git in `folder`, with settings in the place of the machine's and the person's own."""

    def __init__(self, folder: Path, url: str, header: str, seconds: float) -> None:
        self._folder, self._url, self._header, self._seconds = folder, url, header, seconds

    def settle(self) -> None:
        """Makes the folder, with the settings in it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / "gitconfig").write_text(_SETTINGS, encoding="utf-8")

    def run(self, words: list[str], repository: Path) -> subprocess.CompletedProcess[bytes]:
        """Git once, to its end. Raises SourceUnavailable where that takes too long."""
        with self.started(words, repository, stderr=subprocess.PIPE) as child:
            try:
                said, complained = child.communicate(timeout=self._seconds)
            except subprocess.TimeoutExpired:
                end(child)
                raise SourceUnavailable(_LATE.format(seconds=self._seconds)) from None
            except BaseException:
                end(child)
                raise
        return subprocess.CompletedProcess(words, child.returncode, said, complained)

    def told(self, words: list[str], repository: Path) -> Iterator[bytes]:
        """The lines that git says, ended by NUL, one at a time. Raises Broken where it fails."""
        with self.started(words, repository) as child:
            assert child.stdout
            try:
                yield from _lines(child.stdout)
            except BaseException:
                end(child)
                raise
        if child.returncode:
            raise Broken

    def started(
        self,
        words: list[str],
        repository: Path,
        stdin: int = subprocess.DEVNULL,
        stderr: int = subprocess.DEVNULL,
    ) -> subprocess.Popen[bytes]:
        """Git at work on a repository. Raises SourceUnavailable where there is no git."""
        try:
            return subprocess.Popen(
                ["git", f"--git-dir={repository}", *words],
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=self._environment(),
                cwd=self._folder,
                start_new_session=True,
            )
        except FileNotFoundError:
            raise SourceUnavailable("The program git is not installed: install it and try again.") from None

    def _environment(self) -> dict[str, str]:
        """Nothing of ours but what git needs. The login is here, where other people's `ps` does not see it,
        and for the one host only."""
        passed = {name: os.environ[name] for name in _PASSED if name in os.environ}
        transport = self._url.partition(":")[0] if "://" in self._url else "ssh"
        return {
            **passed,
            "LC_ALL": "C",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": str(self._folder / "gitconfig"),
            "GIT_ALLOW_PROTOCOL": transport,
            "GIT_LITERAL_PATHSPECS": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_SSH_COMMAND": "ssh -o BatchMode=yes -o ConnectTimeout=20",
            **self._login(),
        }

    def _login(self) -> dict[str, str]:
        if not self._header:
            return {}
        parts = urlsplit(self._url)
        key = f"http.{parts.scheme}://{parts.netloc}/.extraHeader"
        return {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": key, "GIT_CONFIG_VALUE_0": self._header}


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while block := stream.read(1 << 16):
        *lines, rest = (rest + block).split(b"\0")
        yield from lines
    if rest:
        yield rest


def exactly(stream: IO[bytes], size: int) -> bytes:
    content = stream.read(size)
    if len(content) != size:
        raise Broken
    return content


def end(child: subprocess.Popen[bytes]) -> None:
    """Ends git and what it started: it runs helpers for https and ssh."""
    with suppress(OSError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for stream in (child.stdin, child.stdout, child.stderr):
        if stream:
            with suppress(OSError):
                stream.close()
