"""Addresses of web pages in, one spelling of each out, and which of them belong to a site."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from retrieval.sources.access import matched

_LONGEST = 2000  # characters of an address
_DEEPEST = 40  # folders of a path: below that is a loop of relative links
_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|[0-9a-f:.]*:[0-9a-f:.]*")
_ENCODED = re.compile(r"%([0-9A-Fa-f]{2})")
_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_INDEX = re.compile(r"(?<=/)(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE)
_SESSION = re.compile(r";jsessionid=[^/?]*", re.IGNORECASE)
_TRACKING = re.compile(
    r"utm_\w+|mtm_\w+|pk_\w+|hsa_\w+|[gdmy]clid|gbraid|wbraid|fbclid|msclkid|mc_[ce]id|_ga|_gl|_hs\w+|igshid"
    r"|phpsessid|jsessionid|aspsessionid\w*",
    re.IGNORECASE,
)


def normal(address: str, base: str = "") -> str | None:
    """The address in one spelling: absolute, without fragment, default port, tracking; its percent-encoding
    as it has to be. None where it is not of http or https, holds a password or is none at all."""
    try:
        parts = urlsplit(urljoin(base, "".join(address[: _LONGEST * 2].split())))
        port = parts.port
        host = (
            (parts.hostname or "").rstrip(".").encode("idna" if not address.isascii() else "ascii").decode()
        )
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in _PORTS or "@" in parts.netloc or not _HOST.fullmatch(host):
        return None
    host = f"[{host}]" if ":" in host else host
    place = host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}"
    path = _path(parts.path)
    found = urlunsplit((parts.scheme, place, path, _query(parts.query), ""))
    return found if len(found) <= _LONGEST and path.count("/") <= _DEEPEST else None


def untracked(address: str) -> str:
    """As it is written, without what only follows people around."""
    whole, sign, fragment = address.partition("#")
    place, _, query = whole.partition("?")
    kept = "&".join(part for part in query.split("&") if part and not _tracks(part))
    return f"{place}?{kept}{sign}{fragment}" if kept else f"{place}{sign}{fragment}"


def name(url: str) -> str:
    """What a normal address is called in its site, the same for /a/ and /a/index.html: path and query."""
    parts = urlsplit(url)
    return _INDEX.sub("", parts.path) + (f"?{parts.query}" if parts.query else "")


def ending(url: str) -> str:
    """The suffix of an address's file, in lower case; empty where it has none."""
    last = unquote(urlsplit(url).path).rpartition("/")[2]
    return f".{last.rpartition('.')[2].lower()}" if "." in last[1:] else ""


def _path(path: str) -> str:
    """Encoded once, without . and .. and empty folders."""
    kept: list[str] = []
    parts = _SESSION.sub("", _percent(path, "/:@!$&'()*+,;=~")).split("/")
    for part in parts:
        if part == "..":
            del kept[-1:]
        elif part not in ("", "."):
            kept.append(part)
    whole = "/" + "/".join(kept)
    return f"{whole}/" if kept and parts[-1] in ("", ".", "..") else whole


def _query(query: str) -> str:
    """Without what only follows people around, in a fixed order."""
    parts = (_percent(part, "/:@!$'()*+,;=~?") for part in query.split("&"))
    return "&".join(
        sorted(
            (p for p in parts if p and not _tracks(p)),
            key=lambda part: part.partition("=")[0],
        )
    )


def _tracks(part: str) -> bool:
    return bool(_TRACKING.fullmatch(part.partition("=")[0]))


def _percent(text: str, safe: str) -> str:
    """Encodes what has to be, and nothing else."""

    def once(found: re.Match[str]) -> str:
        character = chr(int(found[1], 16))
        return character if _UNRESERVED.match(character) else found[0].upper()

    whole = _STRAY.sub("%25", text)
    return quote(_ENCODED.sub(once, whole), safe=f"{safe}%", errors="replace")


@dataclass(frozen=True, slots=True)
class Site:
    """One host, and what of it is wanted: the folders (`below`, none is all), and the globs on paths that
    have to match one (`include`, none is all) and must match none (`exclude`)."""

    source: str
    start: str
    below: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def url(self, address: str, base: str = "") -> str | None:
        """The address in one spelling, if it is of this host. A site of https is asked by https only."""
        found = normal(address, base)
        if found is None or not same_host(found, self.start):
            return None
        return found.replace("http://", "https://", 1) if self.start.startswith("https:") else found

    def wants(self, url: str) -> bool:
        """Whether a page of the host is to be read."""
        uri = f"{self.source}{name(url)}"
        path = urlsplit(url).path
        return (
            any(path.startswith(folder) or f"{path}/" == folder for folder in self.below or ("/",))
            and (not self.include or any(matched(glob, self.source, uri) for glob in self.include))
            and not any(matched(glob, self.source, uri) for glob in self.exclude)
        )


def same_host(one: str, other: str) -> bool:
    """Whether two normal addresses are of one host: its name and port, http and https alike."""
    return urlsplit(one).netloc == urlsplit(other).netloc


def folder(url: str) -> str:
    """The folder below which a site begins that was named by this address."""
    path = urlsplit(url).path
    return path.rpartition("/")[0] + "/" if ending(url) else path.rstrip("/") + "/"
