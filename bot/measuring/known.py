"""Folders of collections in, their documents and questions with known answers out, and a search of each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.measuring.evaluate import memory
from retrieval.index import Index
from retrieval.ledger import Ledger
from retrieval.passage import Document, Embedder, FootnoteError
from retrieval.search import Search
from retrieval.sources.given import Given
from retrieval.store import Store


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a collection. `group` is what is split by: no group is in both halves. `earlier`:
    what was asked before it, newest last."""

    question: str
    answerable: bool
    group: str
    gold: frozenset[str] = frozenset()
    answers: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents whose source is the group of the questions about them, where there is one."""

    name: str
    documents: tuple[Document, ...]
    asked: tuple[Asked, ...]

    @property
    def sources(self) -> list[str]:
        return sorted({document.source for document in self.documents})


def squad(folder: Path) -> Collection:
    """SQuAD 2.0 as a collection; its groups and sources are its articles."""
    asked = [
        Asked(r["question"], r["answerable"], r["article"], _uris("squad2", r["gold"]), tuple(r["answers"]))
        for r in _rows(folder / "answers.jsonl")
    ]
    documents = (replace(d, source=_article(d.uri)) for d in _documents(folder, "squad2"))
    return Collection("squad2", tuple(documents), tuple(asked))


def mtrag(folder: Path) -> Collection:
    """MTRAG's last turns with the questions before them; the half answerable and the vague are left out."""
    asked = []
    for row in _rows(folder / "conversations.jsonl"):
        *earlier, question = (" ".join(t["text"].split()) for t in row["turns"] if t["speaker"] == "user")
        if row["answerability"] in ("ANSWERABLE", "UNANSWERABLE"):
            group, gold = row["id"].split("<::>")[0], _uris("mtrag", row["gold"])
            answerable = row["answerability"] == "ANSWERABLE"
            asked.append(Asked(question, answerable, group, gold, earlier=tuple(earlier)))
    return Collection("mtrag", _documents(folder, "mtrag"), tuple(asked))


READERS: dict[str, Callable[[Path], Collection]] = {"squad2": squad, "mtrag": mtrag}


def collections(folders: Sequence[Path]) -> list[Collection]:
    """The collections in `folders`, known by their folders' names. Raises FootnoteError where one is not."""
    found = []
    for folder in folders:
        if folder.name not in READERS or not (folder / "corpus.jsonl").is_file():
            known = " and ".join(READERS)
            raise FootnoteError(f"{folder} is no collection that can be fitted on; these are: {known}.")
        found.append(READERS[folder.name](folder))
    return found


def searches(found: Iterable[Collection], embedder: Embedder, place: Path) -> dict[str, Search]:
    """An embedded index of each collection in `place`, by its name."""
    from retrieval.lance import LanceStore

    return {one.name: searched(one, LanceStore(place / one.name), embedder) for one in found}


def searched(one: Collection, store: Store, embedder: Embedder) -> Search:
    """A search of a collection, each of its sources by itself."""
    ledger = Ledger(memory())
    index = Index(store, embedder, ledger)
    for source in one.sources:
        index.sync(Given(source, [d for d in one.documents if d.source == source]))
    return Search(store, ledger, embedder)


def _documents(folder: Path, name: str) -> tuple[Document, ...]:
    rows = [r for r in _rows(folder / "corpus.jsonl") if r["text"].strip()]
    return tuple(
        Document(f"{name}/{r['_id']}", name, r.get("title") or "", r["text"], "", "")
        for r in rows
        if r["text"].strip()
    )


def _article(uri: str) -> str:
    """Of which article a paragraph of SQuAD is: squad2/Normans-12."""
    return uri.partition("/")[2].rpartition("-")[0]


def _uris(name: str, ids: Iterable[str]) -> frozenset[str]:
    return frozenset(f"{name}/{i}" for i in ids)


def _rows(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def halves(groups: Iterable[str]) -> dict[str, bool]:
    """Group -> whether it is in the fitted half: every other one in the order of their hashes."""
    ordered = sorted(set(groups), key=digest)
    return {group: i % 2 == 0 for i, group in enumerate(ordered)}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
