"""A line that we did not write in, its runs out, and each run as Slack's three notations take it: safely.

Rich text elements are literal. `text` is mrkdwn, where a bracketed token or a bare address is live. Streams
take Markdown, where links have a form of their own and what is escaped may be read once more. The only links
are markers whose number is in the table, number -> address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Element = dict[str, Any]
Table = Mapping[int, str]

_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
_ADDRESS = (
    r"[a-z][a-z0-9+.-]{0,20}://[^\s`<>|]*"  # with a scheme
    r"|(?:mailto|tel|slack|data|javascript):[^\s`<>|]+"
    r"|(?<![\w+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,10}[\w-]+"  # a mailbox
    r"|(?<![\w@-])(?:[\w-]{1,63}\.){1,10}[a-z]{2,}(?!\w)(?:[:/?#][^\s`<>|]*)?"  # a host, as clients know one
)
_RUN = re.compile(rf"`(?P<code>[^`\n]+)`|\[(?P<marker>\d{{1,3}})\]|(?P<address>{_ADDRESS})", re.IGNORECASE)
_SCHEME = re.compile(r"(?:[a-z][a-z0-9+.-]*)?:/{2,}|^(?:mailto|tel|slack|data|javascript):", re.IGNORECASE)
_LINKABLE = re.compile(r"https?://[^\s<>|\"`\\]+")
_TAIL = ".,;:!?)]}'\"*_"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a line that is shown alike."""

    kind: Literal["words", "code", "marker", "address"]
    text: str
    bold: bool = False


def clean(text: str) -> str:
    """Without what nobody sees."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def short(text: str, limit: int) -> str:
    """On one line, and no longer than `limit`."""
    return cut_off(" ".join(clean(text).split()) or "…", limit)


def cut_off(text: str, limit: int) -> str:
    """No longer than `limit`, and marked where it was."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def escape(text: str) -> str:
    """Words in mrkdwn to the letter: no mention and no command can be in them."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mrkdwn(text: str) -> str:
    """Words as `escape` has them, in which an address leads nowhere."""
    return escape(text.replace("://", ": //"))


def linkable(url: str) -> bool:
    """Whether a browser can follow it; a file's path is words."""
    return bool(_LINKABLE.fullmatch(url)) and len(url) <= 3000 and not _CONTROL.search(url)


def runs(line: str) -> list[Run]:
    """Bold, code, markers and addresses of a line, and the words between them."""
    found: list[Run] = []
    at = 0
    for match in _BOLD.finditer(line):
        found += [*_plain(line[at : match.start()], bold=False), *_plain(match[1], bold=True)]
        at = match.end()
    return [*found, *_plain(line[at:], bold=False)]


def _plain(line: str, *, bold: bool) -> Iterator[Run]:
    at = 0
    for match in _RUN.finditer(line):
        if match["code"]:
            kind, text, end = "code", match["code"], match.end()
        elif match["marker"]:
            kind, text, end = "marker", match["marker"], match.end()
        else:
            kind, text = "address", match["address"].rstrip(_TAIL) or match["address"]
            end = match.start() + len(text)
        if match.start() > at:
            yield Run("words", line[at : match.start()], bold)
        yield Run(kind, text, bold)  # type: ignore[arg-type]
        at = end
    if at < len(line):
        yield Run("words", line[at:], bold)


def rich(line: Sequence[Run], table: Table) -> list[Element]:
    """Elements of a rich text section; never none, which Slack would refuse."""
    return [_element(run, table) for run in line] or [words(" ")]


def _element(run: Run, table: Table) -> Element:
    element = words(run.text)
    if run.kind == "marker":
        element = link(f"[{run.text}]", table.get(int(run.text), ""))
    style = {name: True for name, on in (("bold", run.bold), ("code", run.kind == "code")) if on}
    return {**element, "style": style} if style else element


def words(text: str) -> Element:
    """A literal text."""
    return {"type": "text", "text": text}


def link(text: str, url: str) -> Element:
    """A link where the address is one that a browser can follow, else its words."""
    return {"type": "link", "url": url, "text": text} if linkable(url) else words(text)


def spoken(line: Sequence[Run]) -> str:
    """The line in mrkdwn: for screen readers, notifications and as what is left where blocks are refused."""
    return "".join(_spoken(run) for run in line)


def _spoken(run: Run) -> str:
    if run.kind == "marker":
        return f"[{run.text}]"
    if run.kind == "words":
        return mrkdwn(run.text)
    return f"`{escape(_unlinked(run.text))}`"


def _unlinked(text: str) -> str:
    """An address without what would make it one."""
    before = ""
    while before != text:
        before, text = text, _SCHEME.sub("", text)
    return text or "…"


def marked(line: Sequence[Run], table: Table) -> str:
    """The line in Markdown."""
    return "".join(_marked(run, table) for run in line)


def _marked(run: Run, table: Table) -> str:
    if run.kind == "marker":
        url = table.get(int(run.text), "")
        return f"[[{run.text}]]({_destination(url)})" if linkable(url) else f"[{run.text}]"
    if run.kind == "words":
        text = _inert(run.text)
    else:  # in code nothing is unescaped, so that brackets are replaced
        text = f"`{_unlinked(run.text).replace('<', '‹').replace('>', '›')}`"
    return f"**{text.strip()}**" if run.bold and text.strip() else text


def _inert(text: str) -> str:
    """Words that stay words in Markdown, and even where they are unescaped first: behind each bracket that
    could open a token, and between brackets that would make a link, a space."""
    text = text.replace("\\", "\\\\").replace("`", "'").replace("~~~", "~").replace("://", ": //")
    text = re.sub(r"\](?=[(\[:])", "] ", re.sub(r"<(?! )", "< ", text))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _destination(url: str) -> str:
    return url.replace("&", "&amp;").replace("(", "%28").replace(")", "%29")
