"""How often questions in another language over pages in it are refused: rightly, and wrongly.

python -m docs.foreign xquad_de xquad_es    of each collection's first 400: asked of all there is, of all but
                                            the paragraphs that answer, of all but their article
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from bot.measuring import evaluate
from docs.quality import SETS, empty
from model.quoting.answerability import Answerability
from retrieval.passage import Audience
from retrieval.sources.files import FileSource

QUESTIONS, PASSAGES, DEEP = 400, 6, 40


def lines(name: str) -> Iterator[str]:
    given = evaluate.collection(SETS / name)
    corpus = map(json.loads, given.corpus.read_text(encoding="utf-8").splitlines())
    titles = {str(row["_id"]): str(row["title"]) for row in corpus}
    asked = list(given.questions.items())[:QUESTIONS]
    sure: dict[str, list[float]] = {"own": [], "deleted": [], "absent": []}
    with empty() as (store, embedder):
        source = FileSource("eval", [given.corpus], given.corpus.stat().st_size)
        search, _ = evaluate.indexed(source, store, embedder)
        model = Answerability.load(None, embedder)
        for name_of, question in asked:
            hits, gold = search.find(question, Audience(), DEEP).hits, given.judged[name_of]
            articles = {titles[one] for one in gold}
            left = {
                "own": hits,
                "deleted": [h for h in hits if h.passage.document.rpartition("#")[2] not in gold],
                "absent": [h for h in hits if h.passage.title not in articles],
            }
            for kind, some in left.items():
                sure[kind].append(model.probability(question, some[:PASSAGES]))
    for kind, found in sure.items():
        refused = sum(one < model.threshold for one in found)
        yield f"{name}, {kind}: {refused} of {len(found)} refused ({100 * refused / len(found):.1f} %)"


if __name__ == "__main__":
    for name in sys.argv[1:]:
        for line in lines(name):
            print(line, flush=True)
