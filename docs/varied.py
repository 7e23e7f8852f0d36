"""Any number of passages, made by varying real ones: what docs/scale.py fills a store with.

Half of a passage's sentences are its own, the rest those of others; its vector is the mix of theirs, with
noise. So words have the frequencies and vectors the neighbourhoods of real text, at thousands a second.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from retrieval.passage import Audience, Document, Embedder, Passage, Vectors
from retrieval.sources.files import FileSource
from retrieval.split import split

COLLECTIONS = ("scifact/corpus.jsonl", "handbook_sourcegraph/content")
QUESTIONS = ("scifact/queries.jsonl", "sets/kite/answers.jsonl")
CHANNELS = 200  # every second document is for one of them, the other for everyone
OF_DOCUMENT = 8  # passages
WORKSPACE = "scale"  # that holds them
NOISE = 0.45  # length of what is added to a vector of length one
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Base:
    """Real passages and their real vectors."""

    passages: tuple[Passage, ...]
    vectors: Vectors

    @classmethod
    def read(cls, data: Path, embedder: Embedder, count: int = 2_000, vectors: Vectors | None = None) -> Base:
        """`count` passages, evenly drawn from the collections in `data`. Embeds them, which takes a minute or
        two, unless their `vectors` are at hand."""
        found = [passage for name in COLLECTIONS for passage in _passages(data / name)]
        drawn = found[:: max(1, len(found) // count)][:count]
        if vectors is None or len(vectors) != len(drawn):
            vectors = embedder.embed([passage.indexed_text for passage in drawn])
        return cls(tuple(drawn), vectors)


def varied(
    base: Base, count: int, seed: int = 7, batch: int = 256
) -> Iterator[tuple[list[Passage], Vectors]]:
    """`count` passages in batches with their vectors; the same for the same `base` and `seed`."""
    draw = np.random.default_rng(seed)
    cut = [_SENTENCE.split(passage.text) for passage in base.passages]
    for first in range(0, count, batch):
        made = [_variant(base, cut, n, draw) for n in range(first, min(count, first + batch))]
        mixed = np.stack([vector for _, vector in made])
        mixed += draw.normal(scale=NOISE / mixed.shape[1] ** 0.5, size=mixed.shape)
        mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)
        yield [passage for passage, _ in made], mixed.astype(np.float32)


def questions(data: Path, count: int) -> list[str]:
    """Real questions about the collections, evenly drawn."""
    rows = [json.loads(line) for name in QUESTIONS for line in (data / name).read_text("utf-8").splitlines()]
    asked = [row.get("text") or row["question"] for row in rows]
    return asked[:: max(1, len(asked) // count)][:count]


def readers(seed: int = 7) -> Audience:
    """A person in ten of the channels."""
    drawn = np.random.default_rng(seed).choice(CHANNELS, 10, replace=False)
    return Audience.of("everyone", "user:U1", *(f"channel:C{n}" for n in drawn))


def audience(document: int) -> Audience:
    """Who may read a document."""
    return Audience.of(f"channel:C{document // 2 % CHANNELS}") if document % 2 else Audience()


def _variant(
    base: Base, cut: Sequence[Sequence[str]], number: int, draw: np.random.Generator
) -> tuple[Passage, Vectors]:
    """Passage `number`: every second sentence of a real one is another's, in words and in meaning."""
    own = number % len(cut)
    others = draw.integers(len(cut), size=3)
    sentences = [
        str(draw.choice(cut[draw.choice(others)])) if n % 2 else sentence
        for n, sentence in enumerate(cut[own])
    ]
    share = 0.5 * (len(sentences) // 2) / len(sentences)
    vector = (1 - share) * base.vectors[own] + share * base.vectors[others].mean(axis=0)
    document, place = divmod(number, OF_DOCUMENT)
    uri, text = f"scale/{document}", " ".join(sentences)
    passage = replace(
        base.passages[own],
        id=f"{uri}#{place}",
        document=uri,
        source="scale",
        title=f"{base.passages[own].title} ({document})",
        text=text,
        start=place * 10_000,
        end=place * 10_000 + len(text),
        url=f"https://docs.example.com/{document}",
        audience=audience(document),
        revision=hashlib.sha256(uri.encode()).hexdigest()[:16],
    )
    return passage, vector / np.linalg.norm(vector)


def _passages(path: Path) -> Iterator[Passage]:
    files = FileSource("base", [path], path.stat().st_size if path.is_file() else 1 << 24)
    for found in files.scan({}):
        for one in files.load(found):  # type: ignore[arg-type]
            if isinstance(one, Document):
                yield from split(one)
