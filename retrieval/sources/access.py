"""Who may read what of a source: its audience and the narrower ones of paths in, one document's audience out.

A rule is a glob on the path behind the source's name: `*` and `?` stay inside a folder, `**` is any number of
folders, none too, so that `hr/**` is `hr` and all below it. Of the rules that match, the last one holds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from fnmatch import translate
from functools import lru_cache, reduce
from urllib.parse import unquote

from retrieval.passage import EVERYONE, Audience, SettingError
from retrieval.sources import Spec

NOBODY = Audience(frozenset())
_PRINCIPAL = re.compile(r"user:[UW][A-Z0-9]+|channel:[CGD][A-Z0-9]+|group:S[A-Z0-9]+")
_FORM = "write everyone, user:U123, channel:C123 or group:S123, or a list of them"
_UNREAD = re.compile(r"[\[\]{}\\]|[^/]\*\*|\*\*[^/]")
_DEEPEST = 4  # times over that a path may be percent-encoded

Segments = tuple[re.Pattern[str] | None, ...]  # None: any number of folders


def narrowed(one: Audience, other: Audience) -> Audience:
    """Who is meant by both. What two lists of names share, and nobody where that is nothing: whether a
    person is in a channel is not known here."""
    if EVERYONE in one.principals:
        return other
    return one if EVERYONE in other.principals else Audience(one.principals & other.principals)


def audience(value: object) -> Audience:
    """What sources.toml says of readers; an empty list is nobody. Raises SettingError."""
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise SettingError(f"{_FORM}.")
    for name in names:
        if name != EVERYONE and not _PRINCIPAL.fullmatch(name):
            raise SettingError(f"{name!r} is nobody that Slack knows: {_FORM}.")
    if EVERYONE in names and len(names) > 1:
        raise SettingError("everyone and somebody is everyone: keep one of them.")
    return Audience(frozenset(names))


def checked(glob: str, whole: Audience, some: Audience) -> None:
    """Raises SettingError where a rule cannot match, or would let somebody read who may not read the rest."""
    parts = glob.removeprefix("/").removesuffix("/").split("/")
    if _UNREAD.search(glob) or glob != glob.strip() or any(part in ("", ".", "..") for part in parts):
        raise SettingError(
            "it matches nothing: write folders and names as in hr/**, */draft.md or **/*.pdf, with * and ? "
            "inside a name, ** for any number of folders, and ? in place of [ ] { } and \\."
        )
    if EVERYONE not in whole.principals and not some.principals <= whole.principals:
        wider = ", ".join(sorted(some.principals - whole.principals))
        raise SettingError(
            f"it can only narrow audience, which does not name {wider}. Name that in audience and narrow the "
            'rest with a first rule "**".'
        )


def path_of(source: str, uri: str) -> str | None:
    """What follows the source's name in `uri`, without the part behind #; None for a uri of another."""
    path, _, _ = uri.partition("#")
    if path == source:
        return ""
    return path.removeprefix(f"{source}/") if path.startswith(f"{source}/") else None


class Access:
    """The audience of each document that `spec` declares: that of its last rule that matches, and never
    more than that of the whole. A path that can be read in two ways gets what both allow."""

    def __init__(self, spec: Spec) -> None:
        self._source, self._whole = spec.name, spec.audience
        self._rules = [(_segments(glob), some) for glob, some in reversed(spec.access)]

    def of(self, uri: str) -> Audience:
        """Who may read the document at `uri`, as far as sources.toml says."""
        if not self._rules:
            return self._whole
        path = path_of(self._source, uri)
        readings = None if path is None else _readings(path)
        if readings is None:
            return NOBODY
        return reduce(narrowed, map(self._ruled, readings), self._whole)

    def _ruled(self, path: tuple[str, ...]) -> Audience:
        return next((some for rule, some in self._rules if _matches(rule, path)), self._whole)


def matched(glob: str, source: str, uri: str) -> bool:
    """Whether a rule is about the document at `uri`, read in any way."""
    readings = _readings(path_of(source, uri) or "")
    return any(_matches(_segments(glob), path) for path in readings or ())


@lru_cache(maxsize=1024)
def _segments(glob: str) -> Segments:
    plain = unicodedata.normalize("NFC", _decoded(glob))
    plain = plain.strip("/") + ("/**" if plain.endswith("/") else "")
    return tuple(None if part == "**" else re.compile(translate(part)) for part in plain.split("/"))


def _decoded(text: str) -> str:
    while (plain := unquote(text)) != text:
        text = plain
    return text


def _matches(rule: Segments, path: tuple[str, ...]) -> bool:
    """Walks all ways through the rule at once, so that no path makes it slow."""
    at = _skipping(rule, {0})
    for part in path:
        here = [(n, rule[n]) for n in at if n < len(rule)]
        at = _skipping(
            rule, {n if glob is None else n + 1 for n, glob in here if not glob or glob.match(part)}
        )
    return len(rule) in at


def _skipping(rule: Segments, at: set[int]) -> set[int]:
    for n, glob in enumerate(rule):
        if n in at and glob is None:
            at.add(n + 1)
    return at


def _readings(path: str) -> set[tuple[str, ...]] | None:
    """The folders and the name of `path` in each way that a server could take them: percent-encodings
    undone, once or until none is left, and what they hide as a slash or as a letter. None where a way leads
    upwards or does not end: no rule can be sure of that."""
    found: set[tuple[str, ...]] = set()
    for _ in range(_DEEPEST):
        for way in _ways(path):
            parts = tuple(
                part for part in unicodedata.normalize("NFC", way).split("/") if part not in ("", ".")
            )
            if ".." in parts:
                return None
            found.add(parts)
        if (plain := unquote(path)) == path:
            return found
        path = plain
    return None


def _ways(path: str) -> Iterator[str]:
    yield "/".join(unquote(part).replace("/", "\0") for part in path.split("/"))
    yield (whole := unquote(path))
    yield whole.replace("\\", "/")
    yield unquote(path.partition("?")[0])
