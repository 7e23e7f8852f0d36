"""Passage in, flat record out, and back: the columns that both stores keep."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from retrieval.passage import Audience, Hit, Passage
from retrieval.terms import asked, indexed

LAYOUT = 6  # raised whenever the columns or the analysis of `terms` change: older indexes are then refused

TEXTS = (
    "row",  # the passage and its revision: what a store has once
    "id",
    "key",  # of the document: what filters compare
    "revision",
    "print",  # of the indexed text: passages that share it share their vector
    "document",
    "source",
    "title",
    "text",
    "lead",
    "gap",
    "url",
    "places",  # JSON: [[offset, address], ...]; empty where there are none
    "updated_at",
    "terms",  # what the keyword leg searches
)
LISTS = ("heading", "audience")
NUMBERS = ("start", "end", "page")
FOUND = tuple(
    name for name in TEXTS if name not in ("row", "key", "print", "terms")
)  # what from_record reads

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # what hostile file names decode to; no store can keep it


def key(uri: str) -> str:
    """What a document is filtered by: 32 hex digits, so that no store ever parses a uri."""
    return hashlib.sha256(uri.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def row(passage: Passage) -> str:
    """What a store has once: the passage as one reading of its document has it; 32 hex digits."""
    return key(f"{passage.id} {passage.revision}")


def fingerprint(indexed_text: str) -> str:
    """32 hex digits; passages with the same one have the same vector."""
    return key(indexed_text)


def searched(text: str) -> str:
    """A question as both stores are asked for it: its terms, a space between."""
    return " ".join(asked(text))


def to_record(passage: Passage) -> dict[str, Any]:
    """Columns of `passage`, its vector apart. A lone surrogate becomes U+FFFD: offsets stay true."""
    return {
        "row": row(passage),
        "id": _clean(passage.id),
        "key": key(passage.document),
        "revision": passage.revision,
        "print": fingerprint(passage.indexed_text),
        "document": _clean(passage.document),
        "source": _clean(passage.source),
        "title": _clean(passage.title),
        "text": _clean(passage.text),
        "lead": _clean(passage.lead),
        "gap": passage.gap,
        "url": _clean(passage.url),
        "places": _clean(json.dumps(passage.places)) if passage.places else "",
        "heading": [_clean(part) for part in passage.heading],
        "start": passage.start,
        "end": passage.end,
        "page": passage.page,
        "updated_at": passage.updated_at.isoformat() if passage.updated_at else "",
        "audience": sorted(_clean(p) for p in passage.audience.principals),
        "terms": " ".join(indexed(passage.indexed_text)),
    }


def from_record(record: Mapping[str, Any]) -> Passage:
    """The passage that `to_record` flattened."""
    page, updated = record["page"], record["updated_at"]
    return Passage(
        id=record["id"],
        document=record["document"],
        source=record["source"],
        title=record["title"],
        text=record["text"],
        start=int(record["start"]),
        end=int(record["end"]),
        url=record["url"],
        heading=tuple(record["heading"] or ()),
        page=None if page is None else int(page),
        updated_at=datetime.fromisoformat(updated) if updated else None,
        audience=Audience(frozenset(record["audience"] or ())),
        lead=record["lead"],
        revision=record["revision"],
        gap=record["gap"],
        places=tuple((at, url) for at, url in json.loads(record["places"] or "[]")),
    )


def ranked(found: Iterable[tuple[Mapping[str, Any], float]], readers: Audience, leg: str) -> list[Hit]:
    """Hits of `leg` (`keyword` or `vector`), best first, ties by id; what `readers` may not read is left out
    once more, should a store's own filter have let it through."""
    hits = [Hit(from_record(record), float(score), **{leg: float(score)}) for record, score in found]
    admitted = [hit for hit in hits if hit.passage.audience.admits(readers)]
    return sorted(admitted, key=lambda hit: (-hit.score, hit.passage.id))


def distinct(uris: Iterable[str]) -> list[str]:
    """Keys of `uris`, each once, in a steady order."""
    return sorted({key(uri) for uri in uris})


def _clean(text: str) -> str:
    return _LONE_SURROGATE.sub("\ufffd", text)
