"""A plain text file in, one Document out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from retrieval.loaders import File
from retrieval.loaders.decoding import decode
from retrieval.passage import Document


def load(file: File) -> Iterator[Document]:
    text, notes = decode(file.content)
    yield replace(file.document(text), notes=notes)
