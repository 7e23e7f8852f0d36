"""A file of JSON lines in, one Document a row out: _id, title, text and, where given, url, date, audience."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace

from retrieval.loaders import BY_SUFFIX, File
from retrieval.loaders.declared import address, audience, date
from retrieval.loaders.decoding import clean, decode
from retrieval.passage import Document, DocumentError, Unread


def load(file: File) -> Iterator[Document | Unread]:
    text, notes = decode(file.content)
    seen: set[str] = set()
    if not text.strip():
        raise DocumentError("It has no text.")
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            document = _document(file, line)
            if document.uri in seen:
                raise DocumentError("its _id was used by an earlier line.")
        except DocumentError as reason:
            yield Unread(file.uri, f"Line {number}: {reason}")
            continue
        seen.add(document.uri)
        yield replace(document, notes=notes)


def _document(file: File, line: str) -> Document:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise DocumentError("it is not JSON.") from None
    if not isinstance(row, dict):
        raise DocumentError("it is not a JSON object.")
    name, text, title = row.get("_id"), row.get("text"), row.get("title") or ""
    if not isinstance(name, str | int) or isinstance(name, bool) or not str(name).strip():
        raise DocumentError("it has no _id.")
    if not isinstance(text, str) or not isinstance(title, str):
        raise DocumentError("its text or title is missing or is not text.")
    if not text.strip():
        raise DocumentError("its text is empty.")
    name = clean(str(name)).replace("\n", " ")
    return replace(
        file.document(clean(text), clean(title).replace("\n", " ").strip() or name),
        uri=f"{file.uri}#{name}",
        url=address(row.get("url"), f"{file.url}#{name}"),
        digest=hashlib.sha256(f"{BY_SUFFIX['.jsonl'].version}\n{line}".encode()).hexdigest(),
        updated_at=date(row.get("updated_at")) or file.modified,
        audience=audience(row["audience"]) if "audience" in row else file.document("").audience,
    )
