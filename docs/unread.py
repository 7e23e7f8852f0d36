"""Collections on which no rule of the check was written, sentences with what they cite out."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

from docs.bench import DATA
from docs.claims import Case, cases, passage, rows, scifact, told
from model.sentences import sentences
from retrieval.passage import Passage
from retrieval.terms import terms

COPIED = 250  # sentences of each collection that are copied
TITLES = 300
_RATED = "mtrag/mtrag-human/evaluations/reference_subset_with_human_evaluations.json"
_FULLY = "4"  # of 4: how faithful people called an answer to its passages
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|can|does|do|not|\w+(?:ates|izes|ises|ifies|uces|uires|eases|ulates|otes|ains|"
    r"ides|ents|ects|ibits|ances|oves|erves|ishes|ers|ives|ows|ends|aves|olls?))\b"
)


def rated() -> Iterator[Case]:
    """Sentences of MTRAG-human's answers, which three people each have rated: `faithful` those of answers
    that all of them called wholly so, `rated` the others'."""
    kept = json.loads((DATA / _RATED).read_text(encoding="utf-8"))
    texts = {
        d["document_id"]: passage(d["document_id"], d.get("title", ""), d["text"]) for d in kept["documents"]
    }
    marks = {e["task_id"]: _marks(e) for e in kept["evaluations"] if e["model_id"] == "reference"}
    for task in kept["tasks"]:
        cited = tuple(texts[c["document_id"]] for c in task["contexts"])
        if task["Answerability"] == ["ANSWERABLE"] and cited:
            kind = "faithful" if marks[task["task_id"]] == {_FULLY} else "rated"
            yield from told(kind, task["targets"][0]["text"], cited, False)


def _marks(evaluation: dict[str, Any]) -> set[str]:
    return {str(mark["value"]) for mark in evaluation["annotations"]["faithfulness"].values()}


def anthropic() -> Iterator[Case]:
    """Sentences of the reference answers about Anthropic's pages."""
    corpus = {
        str(r["_id"]): passage(str(r["_id"]), str(r["title"]), str(r["text"]))
        for r in rows("sets/anthropic_docs/corpus.jsonl")
    }
    for row in rows("sets/anthropic_docs/answers.jsonl"):
        cited = tuple(corpus[g] for g in row["gold"])  # type: ignore[attr-defined]
        yield from told("anthropic", str(row["answer"]), cited, False)


def titles() -> Iterator[Case]:
    """Titles of abstracts that say something, cited to an abstract that no claim of SciFact cites."""
    claimed = {p.id for c in scifact() for p in c.passages}
    found = 0
    for row in _shuffled("scifact/corpus.jsonl"):
        id, title = str(row["_id"]), str(row["title"]).strip()
        if id in claimed or len(set(terms(title))) < 5 or ":" in title or not _VERB.search(title):
            continue
        if not title.endswith("?") and found < TITLES:
            found += 1
            yield Case("title", title, (passage(id, "", str(row["text"])),), False)


def copied() -> Iterator[Case]:
    """Sentences word for word: of Wikipedia, a handbook, pages about a platform; each with its neighbour."""
    for name, found in (
        ("squad2", [(str(r["title"]), str(r["text"])) for r in _shuffled("sets/squad2/corpus.jsonl")]),
        ("handbook", list(_pages("handbook_sourcegraph/content", "*.md"))),
        ("openshift", list(_pages("openshift_docs/4.16", "*.txt"))),
    ):
        some = [case for i, (title, text) in enumerate(found) for case in _of(f"{name}-{i}", title, text)]
        yield from some[:COPIED]


def _of(id: str, title: str, text: str) -> Iterator[Case]:
    """Two sentences of its first 3,000 characters, cited to the half they stand in and the other."""
    text = text[:3000]
    spans = sentences(text)
    middle = spans[len(spans) // 2][0] if spans else 0
    halves = (Passage(f"{id}a", id, "eval", title, text[:middle], 0, middle, ""),
              Passage(f"{id}b", id, "eval", title, text[middle:], middle, len(text), ""))  # fmt: skip
    for start, end in spans[1:3]:
        said = " ".join(text[start:end].split())
        if len(set(terms(said))) >= 4 and 40 < len(said) < 400 and middle > end:
            yield Case("verbatim", said, halves, False)


def _pages(folder: str, pattern: str) -> Iterator[tuple[str, str]]:
    files = (DATA / folder).rglob(pattern)
    for file in sorted(files, key=lambda f: hashlib.sha256(str(f.relative_to(DATA)).encode()).hexdigest())[
        :400
    ]:
        yield file.stem, file.read_text(encoding="utf-8", errors="replace")


def _shuffled(path: str) -> list[dict[str, object]]:
    return sorted(rows(path), key=lambda r: hashlib.sha256(str(r["_id"]).encode()).hexdigest())


def unread() -> list[Case]:
    """All of them but for sentences that the halves have, too."""
    seen = {case.text for half in (True, False) for case in cases(half)}
    return [c for c in (*rated(), *anthropic(), *titles(), *copied()) if c.text not in seen]
