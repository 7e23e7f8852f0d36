"""A job as JSON in, what it took as JSON out: run in the environment of the peer that it names.

    echo JOB | python -m docs.peers.task

Imports what every environment has; a peer is a module beside this one that has `peer(home, embedder)`.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
Shown = tuple[str, str]  # id of the document, text of the passage


@dataclass(frozen=True, slots=True)
class Job:
    """`do`: index, found (index, then ask the first question until `marker` is shown) or ask; before, where
    `passages` and `vectors` are named, these are stored without being embedded.

    `embedder`: own (as its documentation says), ours, or kept (ours, each text embedded once)."""

    peer: str
    do: str
    home: str
    documents: str = ""  # a folder of texts, or a file of JSON lines with _id, title, text
    embedder: str = "own"
    cache: str = ""  # folder of our graph and of kept vectors
    questions: tuple[str, ...] = ()
    marker: str = ""
    top: int = 10
    passages: str = ""
    vectors: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A document as everybody is handed it."""

    id: str
    text: str


class Embeds(Protocol):
    """Our embedder, as the wrappers of the peers see it."""

    def embed(self, texts: Sequence[str]) -> Vector: ...

    def embed_query(self, text: str) -> Vector: ...


class Peer(Protocol):
    """What a side of the comparison can do. Built once a process, on what earlier ones left in its home."""

    def index(self, documents: Path) -> int:
        """Brings the index up to these documents, whatever was there; passages that it holds."""
        ...

    def store(self, texts: Sequence[str], vectors: Vector) -> None:
        """Passages that were cut and embedded elsewhere, each a document of its own."""
        ...

    def ready(self) -> None:
        """All that is done once before the first question."""
        ...

    def search(self, question: str, top: int) -> list[Shown]:
        """By words and meaning, best first."""
        ...


class Given:
    """Vectors that are known already; questions are embedded."""

    def __init__(self, embedder: Embeds | None, texts: Sequence[str], vectors: Vector) -> None:
        self._embedder = embedder
        self._known = dict(zip(texts, vectors, strict=True))

    def embed(self, texts: Sequence[str]) -> Vector:
        return np.stack([self._known[text] for text in texts])

    def embed_query(self, text: str) -> Vector:
        assert self._embedder
        return self._embedder.embed_query(text)


def read(documents: Path) -> list[Text]:
    """The documents: every file below a folder, or every row of a file."""
    if documents.is_dir():
        files = sorted(path for path in documents.rglob("*") if path.is_file())
        return [Text(str(path.relative_to(documents)), path.read_text("utf-8")) for path in files]
    rows = (json.loads(line) for line in documents.read_text("utf-8").splitlines())
    return [Text(row["_id"], f"{row['title']}\n\n{row['text']}") for row in rows]


def weights() -> str:
    """The folder of all-MiniLM-L6-v2, which sentence-transformers can load: nothing is fetched."""
    from retrieval.embed import minilm

    return str(minilm())


def _embedder(job: Job) -> Embeds | None:
    if job.embedder == "own":
        return None
    from retrieval.embed import load

    ours = load("minilm", home=Path(job.cache))
    if job.embedder == "ours":
        return ours
    from docs.vectors import Kept

    return Kept(ours, Path(job.cache).parent / "quality")  # beside what docs/quality.py keeps


def done(job: Job) -> dict[str, Any]:
    """Does the job; seconds of its parts, and what was found."""
    began = time.perf_counter()
    module = importlib.import_module(f"docs.peers.{job.peer}")
    side: Peer = module.peer(Path(job.home), _embedder(job))
    took: dict[str, Any] = {"loaded": time.perf_counter() - began}
    if job.passages:
        texts = json.loads(Path(job.passages).read_text("utf-8"))
        began = time.perf_counter()
        side.store(texts, np.load(job.vectors))
        took["stored"] = time.perf_counter() - began
    if job.do in ("index", "found"):
        began = time.perf_counter()
        took["passages"] = side.index(Path(job.documents))
        took["indexed"] = time.perf_counter() - began
    if job.do == "found":
        side.ready()
        shown = side.search(job.questions[0], job.top)
        took["found"] = time.perf_counter() - began
        if not any(job.marker in text for _, text in shown):
            raise SystemExit(f"{job.peer} does not find what was changed: {[text[:80] for _, text in shown]}")
    if job.do == "ask":
        took |= _asked(side, job)
    return took


def _asked(side: Peer, job: Job) -> dict[str, Any]:
    began = time.perf_counter()
    side.ready()
    for question in job.questions[:10]:
        side.search(question, job.top)
    ready, spent, found = time.perf_counter() - began, [], []
    for question in job.questions:
        began = time.perf_counter()
        shown = side.search(question, job.top)
        spent.append(time.perf_counter() - began)
        found.append([document for document, _ in shown])
    return {"ready": ready, "times": spent, "found": found}


def sent(job: Job) -> str:
    return json.dumps(asdict(job))


if __name__ == "__main__":
    given = json.loads(sys.stdin.read())
    given["questions"] = tuple(given["questions"])
    print(json.dumps(done(Job(**given))))
