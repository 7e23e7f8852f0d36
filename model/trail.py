"""What an answer came from: who read, what was found, how sure it was, who wrote it and with what."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from retrieval.passage import Audience, Hit, Passage


@dataclass(frozen=True, slots=True)
class Trail:
    """What is recorded with an answer and never shown with it.

    `hits` are the passages the writer was given, in its order, the first `attached` of them from files that
    came with the question; `sure` is the probability that they carry an answer, below `threshold` none is
    written. `superseded` are documents that lost to another that was found, `rungs` sentences of writers that
    failed, `tone`, `language` and `schema` what the channel wanted, `setup` settings and versions by name,
    `writer` is what the draft says of itself, `tokens` how many its model `read` and has `written`,
    `translated` whether the answer is in another language than the draft.
    """

    readers: Audience = field(default_factory=Audience)
    sources: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = ()
    attached: int = 0
    sure: float | None = None
    threshold: float = 0.0
    table: str = ""
    superseded: Mapping[str, str] = field(default_factory=dict)
    rungs: tuple[str, ...] = ()
    tone: str = ""
    language: str = ""
    schema: str = ""
    translated: bool = False
    setup: Mapping[str, Any] = field(default_factory=dict)
    writer: Mapping[str, Any] = field(default_factory=dict)
    tokens: Mapping[str, int] = field(default_factory=dict)
    stripped: Mapping[str, int] = field(default_factory=dict)  # forms that were taken out of the draft
    days: int = 0  # for which the words of `hits` are kept


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage was read, what its words were (`digest`, SHA-256) and how it was found."""

    passage: str
    document: str
    revision: str
    start: int
    end: int
    digest: str
    score: float
    keyword: float | None = None
    vector: float | None = None


def place(hit: Hit) -> Place:
    """Of a hit, without its words."""
    one = hit.passage
    where = (one.id, one.document, one.revision, one.start, one.end, digest(one.text))
    return Place(*where, float(hit.score), _plain(hit.keyword), _plain(hit.vector))


def _plain(score: float | None) -> float | None:
    return None if score is None else float(score)  # numpy's own is no JSON


def digest(text: str) -> str:
    """Of a passage's words."""
    return hashlib.sha256(text.encode()).hexdigest()


def names_and_numbers(trail: Trail, timings: Mapping[str, float]) -> str:
    """All of it as JSON but what anybody wrote: neither passages nor earlier questions."""
    kept = {
        "timings": {name: round(spent, 1) for name, spent in timings.items()},
        "readers": sorted(trail.readers.principals),
        "sources": list(trail.sources),
        "places": [asdict(place(hit)) for hit in trail.hits],
        "attached": trail.attached,
        "sure": trail.sure,
        "threshold": trail.threshold,
        "table": trail.table,
        "superseded": dict(trail.superseded),
        "rungs": list(trail.rungs),
        "tone": trail.tone,
        "language": trail.language,
        "schema": trail.schema,
        "translated": trail.translated,
        "setup": dict(trail.setup),
        "writer": dict(trail.writer),
        "tokens": dict(trail.tokens),
    }
    return json.dumps(kept, ensure_ascii=False)


def packed(passage: Passage) -> str:
    """A passage as JSON, to the letter."""
    kept = asdict(passage) | {"audience": sorted(passage.audience.principals)}
    return json.dumps(kept, ensure_ascii=False, default=datetime.isoformat)


def unpacked(kept: str) -> Passage:
    """The passage that `packed` made this of."""
    values = json.loads(kept)
    at = values["updated_at"]
    values["updated_at"] = datetime.fromisoformat(at) if at else None
    values["audience"], values["heading"] = Audience.of(*values["audience"]), tuple(values["heading"])
    values["places"] = tuple((at, url) for at, url in values.get("places", ()))
    return Passage(**values)


def places(kept: Mapping[str, Any]) -> tuple[Place, ...]:
    """Those that `names_and_numbers` put there."""
    return tuple(Place(**one) for one in kept.get("places", ()))
