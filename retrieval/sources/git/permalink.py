"""Where a repository is in, the address of one of its files at a commit out, as its host writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from string import Formatter
from urllib.parse import quote, urlsplit

from retrieval.passage import SettingError

FIELDS = ("commit", "path", "line")
_SSH = re.compile(r"(?:ssh://)?(?:[\w.-]+@)?([\w.-]+)(?::(?:\d+/)?|/)(.+)")
_STYLES = (
    ("gitlab", "https://{host}/{repo}/-/blob/{commit}/{path}#L{line}", "?plain=1"),
    ("bitbucket.org", "https://{host}/{repo}/src/{commit}/{path}#lines-{line}", ""),
    ("github", "https://{host}/{repo}/blob/{commit}/{path}#L{line}", "?plain=1"),
    ("gitea", "https://{host}/{repo}/src/commit/{commit}/{path}#L{line}", "?display=source"),
    ("forgejo", "https://{host}/{repo}/src/commit/{commit}/{path}#L{line}", "?display=source"),
    ("codeberg.org", "https://{host}/{repo}/src/commit/{commit}/{path}#L{line}", "?display=source"),
)
_RENDERED = (".md", ".markdown", ".mdx", ".rst")


@dataclass(frozen=True, slots=True)
class Permalink:
    """A template with {commit} and {path}, behind # maybe {line}; `plain` is put behind the path of files
    that the host renders, because only their plain form has lines."""

    template: str = ""
    plain: str = ""

    def address(self, commit: str, path: bytes) -> str:
        """What a person opens, without the line; empty where the host is not known."""
        before, mark, behind = self.template.partition("#")
        whole = before if "{line}" in behind else f"{before}{mark}{behind}"
        url = whole.format(commit=commit, path=quote(path, safe="/"))
        return f"{url}{self.plain}" if self.plain and path.lower().endswith(_ENDINGS) else url

    @property
    def line(self) -> str:
        """What follows the # for a line: "L{line}"; empty where the host has no such thing."""
        behind = self.template.partition("#")[2]
        return behind if "{line}" in behind else ""


_ENDINGS = tuple(suffix.encode() for suffix in _RENDERED)


def checked(template: str) -> Permalink:
    """A template that a person wrote. Raises SettingError where no address comes of it."""
    try:
        fields = [part[1:] for part in Formatter().parse(template) if part[1] is not None]
    except ValueError:
        raise SettingError("a { or } stands alone: write {{ or }} for the character.") from None
    before, _, behind = template.partition("#")
    good = all(name in FIELDS and not form and not conversion for name, form, conversion in fields)
    if not good or "{line}" in before or ("{line}" in behind and [f[0] for f in fields].count("line") > 1):
        raise SettingError("it can hold {commit} and {path}, and once behind a # {line}.")
    if not re.fullmatch(r"https?://[^\s<>|\"]+", template) or "{" in urlsplit(template).netloc:
        raise SettingError('it is an address, such as "https://git.example/docs/{path}?at={commit}#L{line}".')
    return Permalink(template)


def guessed(location: str) -> Permalink:
    """As the host of `location` writes them, where its name says what it runs; else without an address."""
    parts = urlsplit(location)
    host, path = (parts.hostname or "", parts.path) if parts.scheme in ("http", "https") else _ssh(location)
    repo = path.strip("/").removesuffix(".git")
    host = f"{host}:{parts.port}" if parts.scheme in ("http", "https") and parts.port else host
    for mark, template, plain in _STYLES:
        if mark in host and repo:
            kept = template.replace("{host}", host).replace("{repo}", quote(repo).replace("{", "{{"))
            return Permalink(kept, plain)
    return Permalink()


def _ssh(location: str) -> tuple[str, str]:
    found = _SSH.fullmatch(location)
    return (found[1].lower(), found[2]) if found else ("", "")
