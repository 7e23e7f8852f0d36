"""What a server said of a page in, what that means out: its kind, whether it is refused, how old it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from retrieval.loaders import BY_SUFFIX
from retrieval.loaders.declared import date
from retrieval.passage import Unread
from retrieval.sources.web.addresses import Site, ending, name
from retrieval.sources.web.fetch import Answer

_PLAIN = (".md", ".markdown", ".mdx", ".rst", ".csv", ".tsv", ".jsonl", ".ndjson")
_OFFICE = "application/vnd.openxmlformats-officedocument"
_KINDS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
    "text/csv": ".csv",
    "application/pdf": ".pdf",
    f"{_OFFICE}.wordprocessingml.document": ".docx",
    f"{_OFFICE}.spreadsheetml.sheet": ".xlsx",
    f"{_OFFICE}.presentationml.presentation": ".pptx",
}
_VAGUE = ("", "application/octet-stream", "binary/octet-stream", "application/x-download")
_BESIDE = frozenset(  # what pages are made of or offer to take along; not worth a request each
    """
    .png .jpg .jpeg .gif .svg .webp .avif .ico .bmp .tif .tiff .mp3 .mp4 .m4a .webm .mov .avi .wav .ogg .css
    .js .mjs .map .json .woff .woff2 .ttf .otf .eot .zip .gz .tgz .bz2 .xz .7z .rar .tar .exe .msi .dmg .pkg
    .deb .rpm .iso .jar .whl .apk
    """.split()
)
_LOGIN = re.compile(
    r"/(?:[\w-]*(?:log|sign)[-_]?(?:in|on)|sso|saml\d?|oauth2?|auth)(?:[/.]|$)", re.IGNORECASE
)
_TRANSIENT = (408, 421, 425, 429)
_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:-]{2,30})", re.IGNORECASE)


def kind_of(answer: Answer, url: str) -> str:
    """The suffix of the kind of file that it is; empty where that is not read."""
    by_name = ending(url)
    if answer.kind == "text/plain":
        return by_name if by_name in _PLAIN else ".txt"
    if answer.kind in _VAGUE:
        return by_name if by_name in BY_SUFFIX else ""
    suffix = _KINDS.get(answer.kind, "")
    return suffix if suffix in BY_SUFFIX else ""


def wanted(url: str) -> Callable[[Answer], bool]:
    """Whether the body of an answer about `url` is worth taking."""
    return lambda answer: bool(kind_of(answer, url))


def linked(url: str) -> bool:
    """Whether an address can be a page, as far as its name says."""
    return ending(url) not in _BESIDE


def charset(answer: Answer) -> str:
    """In what a text is written, as the server says."""
    found = (
        _CHARSET.search(answer.header("content-type"))
        if answer.kind not in _KINDS or "tml" in answer.kind
        else None
    )
    return found[1].lower() if found else ""


def since(answer: Answer, changed: str) -> str:
    """When it last changed, as the server says, else its sitemap; empty where neither does."""
    moment = date(answer.header("last-modified")) or date(changed)
    return moment.isoformat() if moment else ""


def refused(answer: Answer) -> Unread | None:
    """Why there is no page this time (`kept`) or any more; None where there is one, or it is gone."""
    status = answer.status
    if status in (401, 403, 407):
        return Unread("", "It asks for a login; `headers` can carry what the site asks for.")
    if status >= 500 or status in _TRANSIENT:
        return Unread("", f"Its server could not give it this time ({status}).", kept=True)
    return Unread("", f"Its server refuses it ({status}).") if status >= 400 and not gone(answer) else None


def gone(answer: Answer) -> bool:
    return answer.status in (404, 410)


def away(answer: Answer, url: str, site: Site) -> str:
    """Why a redirect is not followed; empty where it is."""
    target = site.url(answer.header("location"), url)
    if target is None:
        return "It leads to another host, maybe to log in; if it has moved there, name that address."
    if _LOGIN.search(urlsplit(target).path) and not _LOGIN.search(name(url)):
        return "It leads to a page to log in at; `headers` can carry what the site asks for."
    return ""
