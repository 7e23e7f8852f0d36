"""Collections with known claims in, sentences with what they cite out: written, and copied; by halves."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from docs.bench import DATA
from model.checking.support import Evidence
from model.sentences import sentences
from retrieval.passage import Passage
from retrieval.terms import terms

VERBATIM = 600  # sentences of passages that are copied, of each half
_META = re.compile(
    r"\b(?:I(?:['’]m| am)? "
    r"(?:sorry|apologi[sz]e|could not|couldn|cannot|can['’]t|do not|don['’]t|was not|hope|can)\b"
    r"|apologi|let me know|the (?:provided |given )?(?:passage|document|context|information provided)s?\b"
    r"|you(?:['’]re| are) (?:welcome|right|correct))",
    re.IGNORECASE,
)
_CORPUS = "sets/mtrag/corpus.jsonl"


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence and what it cites. `kind`: mtrag, scifact, contradict, verbatim."""

    kind: str
    text: str
    passages: tuple[Passage, ...]
    fitted: bool


def passage(id: str, title: str, text: str) -> Passage:
    return Passage(id, id, "eval", title, text, 0, len(text), "")


def rows(path: str) -> Iterator[dict[str, object]]:
    with (DATA / path).open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines)


def _fitted(group: str) -> bool:
    return hashlib.sha256(group.encode()).hexdigest()[0] in "01234567"


def mtrag() -> Iterator[Case]:
    """Sentences of the targets of answerable turns."""
    corpus = {str(r["_id"]): passage(str(r["_id"]), str(r["title"]), str(r["text"])) for r in rows(_CORPUS)}
    for row in rows("sets/mtrag/conversations.jsonl"):
        gold = tuple(corpus[g] for g in row["gold"] if g in corpus)  # type: ignore[attr-defined]
        if row["answerability"] == "ANSWERABLE" and gold:
            fitted, target = _fitted(str(row["id"]).split("<::>")[0]), str(row["target"])
            yield from told("mtrag", target, gold, fitted)


def told(kind: str, answer: str, passages: tuple[Passage, ...], fitted: bool) -> Iterator[Case]:
    """The sentences of an answer that state something; those that stand in a passage so are `verbatim`."""
    evidence = [Evidence(p) for p in passages]
    for start, end in sentences(answer):
        text = " ".join(answer[start:end].split())
        if text.endswith("?") or len(set(terms(text))) < 3 or _META.search(text):
            continue
        copied = any(e.verbatim(text) for e in evidence)
        yield Case("verbatim" if copied else kind, text, passages, fitted)


def scifact() -> Iterator[Case]:
    """Claims with an abstract that supports or contradicts them."""
    docs = {
        str(r["_id"]): passage(str(r["_id"]), str(r["title"]), str(r["text"]))
        for r in rows("scifact/corpus.jsonl")
    }
    seen: set[tuple[str, str]] = set()
    for half in ("train", "validation"):
        with (DATA / "scifact" / f"claims_{half}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                doc, label = row["evidence_doc_id"], row["evidence_label"]
                if label and doc in docs and (row["claim"], doc) not in seen:
                    seen.add((row["claim"], doc))
                    kind = "scifact" if label == "SUPPORT" else "contradict"
                    yield Case(kind, row["claim"], (docs[doc],), _fitted(doc))


def copied() -> Iterator[Case]:
    """Sentences of passages, word for word."""
    every = [*rows(_CORPUS), *rows("scifact/corpus.jsonl")]
    for row in sorted(every, key=lambda r: hashlib.sha256(str(r["_id"]).encode()).hexdigest()):
        own = passage(str(row["_id"]), str(row["title"]), str(row["text"]))
        for start, end in sentences(own.text)[1:3]:
            text = " ".join(own.text[start:end].split())
            if len(set(terms(text))) >= 4 and 40 < len(text) < 400:
                yield Case("verbatim", text, (own,), _fitted(own.id))


def cases(fitted: bool) -> list[Case]:
    """All of one half; of copied sentences the first VERBATIM."""
    own = [c for c in (*mtrag(), *scifact()) if c.fitted == fitted and c.kind != "verbatim"]
    return own + [c for c in (*mtrag(), *copied()) if c.fitted == fitted and c.kind == "verbatim"][:VERBATIM]
