"""Broken files made by chance in, what a source says of each out; and those that are broken on purpose.

Each is drawn from one seed: a good file of some kind cut off, overwritten, repeated, under another kind's
name, or bytes with the beginning of a kind and nothing of it behind.
"""

from __future__ import annotations

import io
import json
import os
import random
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from retrieval.loaders import BY_SUFFIX
from retrieval.passage import Document, Unread
from retrieval.sources.files import FileSource, Found
from retrieval.split import split

HANDBOOK = Path(__file__).parents[2] / "examples" / "handbook"
SECRET = "canary-of-a-file-nobody-named"
DEEP = 20_000
HEADS = (
    b"%PDF-1.7\n",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"<?xml version='1.0'?>",
    b"\xff\xfe",
    b"",
)
NAMES = (
    b"a\nb",
    b"\xff\xfe",
    "‮fdp".encode(),
    b"-rf",
    b" ",
    b"%2e%2e%2f",
    b"x" * 200,
    "🦔".encode(),
    b"CON",
    b"~$x",
)
PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
LAUGHS = (
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a '{filler}'>"
    + "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]><x>&j;</x>"
)


def seeds() -> dict[str, list[bytes]]:
    """Good files by suffix: those of the handbook, and rows for the kind that it has none of."""
    found: dict[str, list[bytes]] = {".jsonl": [b'{"_id": "1", "title": "T", "text": "one"}\n' * 20]}
    for path in sorted(HANDBOOK.rglob("*")):
        if path.suffix in BY_SUFFIX:
            found.setdefault(path.suffix, []).append(path.read_bytes())
    return found


def drawn(drawn: random.Random, count: int) -> Iterator[tuple[bytes, bytes]]:
    """Names and contents."""
    good = seeds()
    everything = [content for some in good.values() for content in some]
    for number in range(count):
        suffix = drawn.choice(sorted(BY_SUFFIX))
        own = drawn.choice(good.get(suffix, everything))
        content = drawn.choice(_WAYS)(drawn, own, drawn.choice(everything))
        name = drawn.choice(NAMES) if drawn.random() < 0.1 else b"file"
        yield b"%s-%d%s" % (name, number, suffix.encode()), content


def _cut(drawn: random.Random, own: bytes, other: bytes) -> bytes:
    return own[: drawn.randrange(len(own))]


def _overwritten(drawn: random.Random, own: bytes, other: bytes) -> bytes:
    made = bytearray(own)
    for _ in range(drawn.choice((1, 3, 30, 300))):
        made[drawn.randrange(len(made))] = drawn.randrange(256)
    return bytes(made)


def _repeated(drawn: random.Random, own: bytes, other: bytes) -> bytes:
    at, length = drawn.randrange(len(own)), drawn.choice((1, 10, 1000))
    return own[:at] + own[at : at + length] * drawn.choice((2, 50, 500)) + own[at:]


def _spliced(drawn: random.Random, own: bytes, other: bytes) -> bytes:
    return own[: drawn.randrange(len(own))] + other[drawn.randrange(len(other)) :]


def _renamed(drawn: random.Random, own: bytes, other: bytes) -> bytes:
    return other


def _noise(drawn: random.Random, own: bytes, other: bytes) -> bytes:
    return drawn.choice(HEADS) + drawn.randbytes(drawn.choice((1, 50, 5000)))


_WAYS = (_cut, _overwritten, _repeated, _spliced, _renamed, _noise)


def meant(secret: Path) -> Iterator[tuple[str, bytes]]:
    """Those that somebody makes on purpose; `secret` is a file that an entity names."""
    outside = f"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY s SYSTEM '{secret.as_uri()}'>]><x>&s;</x>"
    for kind, part in PARTS.items():
        yield f"laughs.{kind}", _packed({part: LAUGHS.format(filler="lol" * 9)})
        yield f"outside.{kind}", _packed({part: outside})
        yield f"deep.{kind}", _packed({part: "<x>" * DEEP + "</x>" * DEEP})
        yield f"many.{kind}", _packed({f"{n}.xml": "" for n in range(10_001)})
        yield f"up.{kind}", _packed({"../../outside.xml": outside, part: "<x/>"})
        yield f"bomb.{kind}", _packed({part: bytes(310_000_000)})
        yield (
            f"liar.{kind}",
            _packed({part: bytes(310_000_000)}).replace(
                (310_000_000).to_bytes(4, "little"), (99).to_bytes(4, "little")
            ),
        )
    yield "laughs.xhtml", LAUGHS.format(filler="lol").encode()
    yield "outside.xhtml", outside.encode()
    yield "deep.html", b"<div>" * DEEP + b"x" + b"</div>" * DEEP
    yield "cells.html", b"<table>" * DEEP
    yield "wide.html", b"<table><tr><td colspan=999999999 rowspan=999999999>x</table>"
    yield "deep.md", b"> " * DEEP + b"x\n" + b"- " * DEEP + b"y\n" + b"[" * DEEP + b"](" * DEEP
    yield "head.md", b"---\n" + b"a: {" * DEEP + b"\n---\ntext"
    yield "fence.md", b"```\n" * DEEP + b"| a |\n|---|\n" * DEEP
    yield "deep.jsonl", b'{"_id": "1", "text": ' + b"[" * DEEP + b"]" * DEEP + b"}\n"
    yield (
        "number.jsonl",
        b'{"_id": ' + b"9" * 6000 + b', "text": "x"}\n{"_id": NaN, "text": Infinity}\n[]\n1\n',
    )
    yield "half.jsonl", json.dumps({"_id": "\ud800", "text": "\udfff", "url": "http://[::1"}).encode()
    yield "wide.csv", b"," * 500_000 + b"\n" + b'"a' * DEEP
    yield "nul.csv", b"a,b\n\x001,2\n" * 99
    yield "odd.txt", b"\xff\xfea"
    yield "mark.txt", b"\xef\xbb\xbf"
    yield "lines.txt", b"\n" * 500_000 + "\u2028".encode() * 9999
    yield "bomb.pdf", _pdf(zlib.compress(zlib.compress(bytes(200_000_000))), b"[/FlateDecode /FlateDecode]")
    yield "loop.pdf", _pdf(b"q", b"/None", kids=b"2 0 R")
    yield "length.pdf", _pdf(zlib.compress(b"BT (x) Tj ET"), b"/FlateDecode", length=1 << 62)


def _packed(parts: dict[str, str | bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def _pdf(stream: bytes, filters: bytes, kids: bytes = b"3 0 R", length: int = 0) -> bytes:
    """A page with this stream; `kids` may be the pages themselves."""
    return (
        b"%%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Count 1/Kids[%s]>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Length %d/Filter%s>>stream\n%s\nendstream endobj\ntrailer<</Root 1 0 R>>"
    ) % (kids, length or len(stream), filters, stream)


def put(folder: Path, name: bytes, content: bytes) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(content)


def complaints(source: FileSource, made: int) -> list[str]:
    """What is wrong with what is said of the files: anything raised, nothing said, words of another file,
    text that cannot be cut or written, an error's own words in the place of a reason."""
    found, wrong = list(source.scan({})), []
    for one in found:
        try:
            said = [one] if isinstance(one, Unread) else list(source.load(one))
            wrong += [f"{one.uri}: {why}" for each in said for why in _wrong(each)]
            wrong += [] if said else [f"{one.uri}: nothing is said of it"]
        except Exception as error:
            wrong.append(f"{one.uri}: {type(error).__name__}: {error}")
    seen = [one for one in found if isinstance(one, Found) or one.uri.partition("/")[2]]
    return wrong + ([] if len(seen) >= made else [f"{made} files, {len(seen)} spoken of"])


def _wrong(said: Document | Unread) -> Iterator[str]:
    if isinstance(said, Unread):
        if not said.reason.endswith((".", "!")) or "Error" in said.reason or "Traceback" in said.reason:
            yield f"no sentence: {said.reason!r}"
        return
    said.text.encode()
    said.uri.encode()
    for passage in split(said):
        passage.text.encode()
        if SECRET in passage.text:
            yield "has words of a file that it was not given"
