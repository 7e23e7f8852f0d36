"""Bytes in, text out, with a note where the encoding had to be guessed."""

from __future__ import annotations

import codecs
import re

from retrieval.passage import DocumentError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNSEEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def decode(content: bytes, declared: str = "") -> tuple[str, tuple[str, ...]]:
    """The text with plain newlines, and notes. Raises DocumentError where it is not text."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _whole(content, name)
    try:
        return clean(content.decode("utf-8")) if not _wide(content) else _wide_text(content), ()
    except UnicodeDecodeError:
        pass
    if declared and _known(declared):
        return clean(content.decode(declared, "replace")), ()
    if sum(content[:8192].count(c) for c in range(9)) > len(content[:8192]) // 50:
        raise DocumentError("It is not text.")
    note = "It is not UTF-8; it was read as Windows-1252, so a few letters may be wrong."
    return clean(content.decode("cp1252", "replace")), (note,)


def clean(text: str) -> str:
    """The same text, control characters as spaces and lone surrogates as U+FFFD: every store can keep it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATES.sub("\ufffd", _UNSEEN.sub(" ", text))


def _whole(content: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    try:
        return clean(content.decode(name)), ()
    except UnicodeDecodeError:
        promised = name.removesuffix("-sig").upper()
        note = f"Some of it is not the {promised} its first bytes promise; those letters are lost."
        return clean(content.decode(name, "replace")), (note,)


def _wide(content: bytes) -> bool:
    """UTF-16 without its mark: text whose every other byte is zero."""
    head = content[:4096]
    zeros = max(head[::2].count(0), head[1::2].count(0))
    return (
        len(head) > 3 and zeros > len(head) // 2 * 0.7 and min(head[::2].count(0), head[1::2].count(0)) == 0
    )


def _wide_text(content: bytes) -> str:
    little = content[1:4096:2].count(0) > content[:4096:2].count(0)
    return clean(content.decode("utf-16-le" if little else "utf-16-be", "replace"))


def _known(encoding: str) -> bool:
    try:
        return codecs.lookup(encoding)._is_text_encoding
    except LookupError:
        return False
