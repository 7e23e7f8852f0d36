"""A hundred answers that went wrong by a planted fault, and how often footnote advise names the fault.

python -m docs.advise [SEED]    over a real index of an invented company, 20 faults of each kind
"""

from __future__ import annotations

import hashlib
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.chain import Chain
from bot.measuring.advise import Bad, Cause, Library, cause
from bot.measuring.evaluate import memory
from model.answer import Answer, Question
from model.quoting.answerability import Answerability
from model.quoting.extract import Extract
from model.trail import place
from retrieval import embed
from retrieval.index import Index
from retrieval.lance import LanceStore
from retrieval.ledger import Ledger
from retrieval.passage import Audience, Document, Hit, Passage
from retrieval.retriever import FootnoteRetriever
from retrieval.search import Search
from retrieval.sources.given import Given

OF_EACH = 20
PLANTED = (Cause.MISSING, Cause.UNFOUND, Cause.MISWRITTEN, Cause.OUTDATED, Cause.RIGHTS)
CORRECTED = 0.6  # of which somebody says what is right
EVERYBODY, BOARD = Audience(), Audience.of("group:board")
THINGS = """sabbatical|bicycle lease|relocation grant|parking permit|guest badge|training budget|
phone contract|meal card|standing desk|home office kit|language course|fitness pass|rail card|
mentoring scheme|study leave|carer leave|night shift|standby duty|lab coat|loan laptop|
key deposit|team outing|farewell party|childcare place|volunteer day|blood donation|eye test|
flu shot|tool rental|pool car|visitor parking|library card|conference trip|poster print|
sample kit|test account|sandbox licence|data export|archive box|courier pick-up|meeting room|
photo studio|greenhouse plot|storage cage|bike repair|shower locker|music room|workshop slot|
3D printer|forklift course""".replace("\n", "").split("|")
# What documents say, and how people ask for it and correct it.
KINDS = (
    (
        "Requests for a {} have to be handed in {} days ahead.",
        "How long before do I apply for a {}?",
        "{} days ahead",
    ),
    (
        "The {} costs every employee {} euros a month.",
        "What do I pay for the {}?",
        "It costs {} euros a month.",
    ),
    ("A {} may be used for {} weeks at most.", "How long can I keep the {}?", "{} weeks at most"),
    (
        "Up to {1} people of a team may have a {0} at once.",
        "How many of us can have a {} together?",
        "Up to {} people",
    ),
)
PADDING = (
    "People Operations keeps the list and answers by mail. Changes are announced in the weekly letter, "
    "and the works council has agreed to the rule. Exceptions are decided by the head of the department."
)


@dataclass(frozen=True)
class Fact:
    """Something that a document says of a thing, with a number, and how it is asked."""

    thing: str
    kind: int
    number: int

    @property
    def sentence(self) -> str:
        return KINDS[self.kind][0].format(self.thing, self.number)

    @property
    def question(self) -> str:
        return KINDS[self.kind][1].format(self.thing)

    def right(self) -> str:
        return KINDS[self.kind][2].format(self.number)

    def document(self, uri: str, others: Sequence[str] = (), year: int = 2026) -> Document:
        text = "\n\n".join([f"About the {self.thing}. {PADDING}", self.sentence, *others])
        at = datetime(year, 3, 1, tzinfo=UTC)
        return Document(
            uri,
            "kb",
            f"{self.thing.capitalize()} {year}",
            text,
            f"https://kb.example/{uri}",
            hashlib.sha256(text.encode()).hexdigest(),
            updated_at=at,
        )


class Corpus:
    """A real index, which is read again as documents change."""

    def __init__(self, home: Path) -> None:
        self._embedder = embed.load("minilm", home=home)
        self._ledger, store = Ledger(memory()), LanceStore(home / "index")
        self._index = Index(store, self._embedder, self._ledger)
        self.search = Search(store, self._ledger, self._embedder)
        sure = Answerability.load(None, self._embedder)
        retriever = FootnoteRetriever(search=self.search)
        ladder = [Extract(self._embedder)]
        self.chain = Chain(retriever, sure, ladder, lambda asked: "the documents").runnable()
        self.documents: dict[str, Document] = {}

    def sync(self) -> None:
        self._index.sync(Given("kb", list(self.documents.values())))

    def library(self) -> Library:
        table = self.search.live().name
        everybody = Audience(self._ledger.principals(table))

        def find(text: str) -> Sequence[Hit]:
            return self.search.find(text, everybody, 12).hits

        def revisions(uris: Sequence[str]) -> Mapping[str, str]:
            return {uri: now.revision for uri, now in self._ledger.shown(table, uris).items()}

        def answer(text: str) -> Answer:
            return self.chain.invoke(Question(text, everybody))

        return Library(find, answer, revisions)


def planted(corpus: Corpus, seed: int) -> list[tuple[Cause, Bad]]:
    """The faults, each with the answer that came of it; the index afterwards is as it is today."""
    rng = random.Random(seed)
    things = rng.sample([(t, k) for t in THINGS for k in range(len(KINDS))], 5 * OF_EACH)
    numbers = rng.sample(range(11, 990), 10 * OF_EACH)
    facts = [Fact(thing, kind, numbers[i]) for i, (thing, kind) in enumerate(things)]
    causes = [PLANTED[i % len(PLANTED)] for i in range(len(facts))]
    stale = {i: replace(fact, number=numbers[-1 - i]) for i, fact in enumerate(facts)}
    for i, (fact, why) in enumerate(zip(facts, causes, strict=True)):
        _written(corpus, i, fact, why, stale[i])
    corpus.sync()
    bad = [
        _answered(corpus, i, fact, why, rng) for i, (fact, why) in enumerate(zip(facts, causes, strict=True))
    ]
    for i, (fact, why) in enumerate(zip(facts, causes, strict=True)):
        if why is Cause.OUTDATED and i % 2:
            corpus.documents[f"kb/{i}.md"] = fact.document(f"kb/{i}.md")
    corpus.sync()
    return list(zip(causes, bad, strict=True))


def _written(corpus: Corpus, i: int, fact: Fact, why: Cause, stale: Fact) -> None:
    """The documents on it as they were when it was asked."""
    uri = f"kb/{i}.md"
    if why is Cause.MISSING:
        other = replace(fact, kind=(fact.kind + 1) % len(KINDS), number=stale.number)
        corpus.documents[uri] = other.document(uri)
    elif why is Cause.RIGHTS:
        corpus.documents[uri] = replace(fact.document(uri), audience=BOARD)
    elif why is Cause.OUTDATED:
        corpus.documents[uri] = stale.document(uri, year=2026 if i % 2 else 2023)
        if not i % 2:
            corpus.documents[f"kb/{i}-new.md"] = fact.document(f"kb/{i}-new.md")
    else:
        corpus.documents[uri] = fact.document(uri)


def _answered(corpus: Corpus, i: int, fact: Fact, why: Cause, rng: random.Random) -> Bad:
    """The record of the answer: what the writer was given and what it cited."""
    hits = list(corpus.search.find(fact.question, EVERYBODY, 12).hits)
    own = [hit for hit in hits if hit.passage.document == f"kb/{i}.md"]
    others = [hit for hit in hits if not hit.passage.document.startswith((f"kb/{i}.", f"kb/{i}-"))]
    struck = False
    if why is Cause.UNFOUND:
        given, cited = others[:6], frozenset(hit.passage.document for hit in others[: i % 2])
    elif why is Cause.MISWRITTEN:  # it cites what is beside the point, or wrote what the check struck out
        given, struck = [*own[:2], *others[:4]], i % 2 == 0
        cited = frozenset() if struck else frozenset({others[0].passage.document})
    else:
        said = corpus.chain.invoke(fact.question)
        given = hits[:6] if why is not Cause.OUTDATED or i % 2 else [*own[:2], *others[:4]]
        cited = frozenset(one.document for one in said.citations)
        if why is Cause.OUTDATED:
            cited |= {f"kb/{i}.md"}
    words: dict[int, Passage] = {n: hit.passage for n, hit in enumerate(given, 1)}
    told = fact.right() if rng.random() < CORRECTED else ""
    return Bad(fact.question, EVERYBODY, tuple(place(hit) for hit in given), words, cited, struck, told)


def confusion(corpus: Corpus, seed: int) -> Counter[tuple[Cause, Cause]]:
    """How often each planted cause was named as each."""
    library: Library | None = None
    found: Counter[tuple[Cause, Cause]] = Counter()
    for why, bad in planted(corpus, seed):
        library = library or corpus.library()
        found[why, cause(bad, library)] += 1
    return found


def main() -> None:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    with tempfile.TemporaryDirectory() as home:
        found = confusion(Corpus(Path(home)), seed)
    print(f"| planted | {' | '.join(Cause)} |\n|---|{'---|' * len(Cause)}")
    for why in PLANTED:
        print(f"| {why} | {' | '.join(str(found[why, named]) for named in Cause)} |")
    print(f"\n{sum(found[why, why] for why in Cause)} of {found.total()} named")


if __name__ == "__main__":
    main()
