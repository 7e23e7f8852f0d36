"""A git repository in, its files of known kinds out as documents, each linked to its line at the commit."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from retrieval.loaders import BY_SUFFIX, File
from retrieval.passage import Audience, Document, Loaded, SettingError, SourceUnavailable, Unread
from retrieval.sources import Limits, Spec
from retrieval.sources.access import matched
from retrieval.sources.folders import clip, readable
from retrieval.sources.git.mirror import Blob, Mirror, Remote
from retrieval.sources.git.permalink import Permalink, checked, guessed
from retrieval.sources.git.program import Broken, login
from retrieval.sources.options import Mistakes, Option
from retrieval.sources.web.parsed import Parsed

OPTIONS = (
    Option("branch", "", "The branch that is read; without it the repository's main one."),
    Option("subfolder", "", "Only files below this folder."),
    Option("include", (), "Globs on paths; only files that match one are read.", globs=True),
    Option("exclude", (), "Globs on paths; files that match one are left.", globs=True),
    Option(
        "link", "", "Address of a file with {commit}, {path} and behind # {line}; guessed for known hosts."
    ),
    Option("token", "", "Logs in over https; write `env:NAME`. For ssh the keys of this user are taken."),
    Option(
        "user", "x-access-token", "The name that goes with the token, where the host wants a certain one."
    ),
    Option("history", 500, "How many commits are fetched to know when a file was changed; 0 is all."),
    Option("timeout", 600.0, "Seconds for one fetch.", least=0.1),
)
_LINED = ("markdown", "text")  # kinds whose text has the lines of the file
_LINK, _SUBMODULE = "120000", "160000"
_LFS = b"version https://git-lfs.github.com/spec/"
_BRANCH = re.compile(r"(?!.*(?:\.\.|//|@\{))[^\s~^:?*\[\\\x00-\x1f-][^\s~^:?*\[\\\x00-\x1f]*(?<![./])")
_SSH = re.compile(
    r"(?:[\w.][\w.-]*@)?\w[\w.-]*:(?!//|[:-])\S+|ssh://(?:[\w.][\w.-]*@)?\w[\w.-]*(?::\d+)?/\S+"
)


@dataclass(frozen=True, slots=True)
class Tracked:
    """A file of the branch, as it is at `commit`."""

    uri: str
    digest: str
    path: bytes
    blob: str
    commit: str


def build(spec: Spec, limits: Limits) -> GitSource:
    """Raises SettingError where the location or an option is not right."""
    wrong = Mistakes(spec)
    given = wrong.options(OPTIONS)
    if len(spec.location) == 1:
        _check(spec.location[0], given, wrong)
    else:
        wrong.say("location is one repository; make it a source for each.")
    with wrong.noted():
        _permalink(spec, given["link"])
    wrong.end()
    return GitSource(spec, limits, given)


class GitSource:
    """The files of one branch."""

    def __init__(self, spec: Spec, limits: Limits, given: Mapping[str, Any]) -> None:
        self.name = spec.name
        self._limits = limits
        self._below = given["subfolder"].strip("/")
        self._include, self._exclude = given["include"], given["exclude"]
        self._permalink = _permalink(spec, given["link"])
        self._lines = "" if spec.link else self._permalink.line
        self._local = _local(spec.location[0])
        self._mirror = Mirror(limits.cache.absolute(), _remote(spec, given), given["timeout"])
        self._parsed = Parsed()
        self._dated: dict[str, dict[bytes, int]] = {}
        self._paths: set[bytes] = set()

    def scan(self, known: Mapping[str, str]) -> Iterator[Tracked | Unread]:
        """Every file of a known kind, by path; what is not followed with the reason. Raises
        SourceUnavailable."""
        try:
            commit = self._mirror.fetch()
            blobs = list(self._wanted(commit))
        except Broken:
            commit = self._mirror.renew()
            blobs = list(self._wanted(commit))
        self._paths = {blob.path for blob in blobs}
        for blob in blobs:
            yield self._found(blob, commit)

    def load(self, found: Tracked) -> Loaded:
        """The documents of a file at its commit."""
        try:
            content = self._read(found)
        except (Broken, SourceUnavailable):
            yield Unread(found.uri, "git cannot read it; the next sync fetches all anew.", kept=True)
            return
        if content.startswith(_LFS) and len(content) < 1024:
            yield Unread(found.uri, "It is kept in Git LFS, which is not read.")
            return
        url = self._url(found)
        file = File(found.uri, self.name, url, found.digest, self._date(found), content)
        suffix = _suffix(found.path)
        for one in self._parsed.documents(file, suffix):
            yield self._lined(one, suffix, url) if isinstance(one, Document) else one

    def audience(self, found: Tracked) -> Audience | None:
        """Everyone's: sources.toml says otherwise."""
        return Audience()

    def close(self) -> None:
        """Ends git and the process that reads files."""
        self._mirror.close()
        self._parsed.close()

    def _wanted(self, commit: str) -> Iterator[Blob]:
        """Files of known kinds; names that begin with a dot are passed over, as in any folder."""
        there = False
        for blob in self._mirror.files(commit, self._below):
            there = True
            named = blob.mode in (_LINK, _SUBMODULE) or _suffix(blob.path) in BY_SUFFIX
            if named and not any(part.startswith(b".") for part in blob.path.split(b"/")):
                uri = self._uri(blob.path)
                included = not self._include or any(matched(g, self.name, uri) for g in self._include)
                if included and not any(matched(g, self.name, uri) for g in self._exclude):
                    yield blob
        if self._below and not there:
            raise SourceUnavailable(f"Source {self.name}: its branch has no such subfolder; check it.")

    def _found(self, blob: Blob, commit: str) -> Tracked | Unread:
        uri = self._uri(blob.path)
        if blob.mode == _LINK:
            return Unread(uri, "It is a link and was not followed.")
        if blob.mode == _SUBMODULE:
            return Unread(uri, "It is another repository (a submodule); name it as a source of its own.")
        if blob.size == 0:
            return Unread(uri, "It is empty (0 bytes).")
        if blob.size > self._limits.max_bytes:
            most = clip(self._limits.max_bytes)
            return Unread(uri, f"It is larger than {most} and was left; FOOTNOTE_MAX_FILE_MB sets the limit.")
        kind = BY_SUFFIX[_suffix(blob.path)]
        read = f"{kind.name} {kind.version} {self._permalink.template}\n{blob.hash}"
        return Tracked(uri, hashlib.sha256(read.encode()).hexdigest(), blob.path, blob.hash, commit)

    def _read(self, found: Tracked) -> bytes:
        if not self._mirror.here():
            self._mirror.fetch()
        return self._mirror.read(found.blob)

    def _uri(self, path: bytes) -> str:
        return f"{self.name}/{readable(os.fsdecode(path))}"

    def _url(self, found: Tracked) -> str:
        if self._permalink.template:
            return self._permalink.address(found.commit, found.path)
        there = self._local / os.fsdecode(found.path) if self._local else None
        return there.as_uri() if there and there.is_file() else ""

    def _date(self, found: Tracked) -> datetime:
        """When the file was last changed; asked once for all of a commit."""
        if found.commit not in self._dated:
            try:
                dates = self._mirror.dates(found.commit, self._paths | {found.path})
            except (Broken, ValueError):
                dates = {}
            self._dated = {found.commit: dates}
        return datetime.fromtimestamp(self._dated[found.commit].get(found.path, 0), UTC)

    def _lined(self, document: Document, suffix: str, url: str) -> Document:
        dated = document if document.updated_at != _UNDATED else replace(document, updated_at=None)
        lines = BY_SUFFIX[suffix].name in _LINED and dated.url == url and url
        return replace(dated, line=self._lines) if lines else dated


_UNDATED = datetime.fromtimestamp(0, UTC)


def _suffix(path: bytes) -> str:
    return PurePosixPath(os.fsdecode(path)).suffix.lower()


def _local(location: str) -> Path | None:
    path = Path(location).expanduser()
    named = location.startswith(("/", "./", "../", "~")) or (location and path.is_dir())
    return path.absolute() if named else None


def _permalink(spec: Spec, template: str) -> Permalink:
    if not template:
        return guessed(next(iter(spec.location), ""))
    try:
        return checked(template)
    except SettingError as error:
        raise SettingError(f"link: {error}") from None


def _check(location: str, given: Mapping[str, Any], wrong: Mistakes) -> None:
    parts = urlsplit(location)
    web = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    if not (_local(location) or web or _SSH.fullmatch(location)):
        wrong.say(
            "location is an address that begins with https:// or ssh://, the form git@host:owner/repository, "
            "or a path; a login in it belongs into `token`."
        )
    if given["token"] and parts.scheme != "https":
        wrong.say("a token is sent by https only; check location.")
    if given["branch"] and not _BRANCH.fullmatch(given["branch"]):
        wrong.say("branch is no name that a branch can have.")


def _remote(spec: Spec, given: Mapping[str, Any]) -> Remote:
    location, token = spec.location[0], given["token"]
    local = _local(location)
    url = local.as_uri() if local else location
    return Remote(url, given["branch"], given["history"], login(given["user"], token) if token else "")
