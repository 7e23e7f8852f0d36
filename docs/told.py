"""Questions beside something that is told ("I am new here."): what is refused, and what the extract says.

python -m docs.told [COUNT]     so many of SQuAD 2's answerable questions (300), of articles that nothing was
                                fitted on

Each is asked as it is, behind a sentence of the list and before one, through the whole chain with the extract
as its writer. The sentences are invented, say nothing of what is asked, and were written before the rule was.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator

from bot.chain import Chain
from bot.measuring import known
from docs.extract import says
from docs.quality import SETS, empty
from model.answer import Question, Status
from model.quoting.answerability import Answerability
from model.quoting.extract import Extract
from retrieval.passage import Audience
from retrieval.retriever import FootnoteRetriever

SEED = 20261127
TOLD = (
    "Hi all, I'm new here and still finding my way around.",
    "My manager asked me to look this up before Friday.",
    "I searched the wiki for an hour and got nowhere.",
    "We had a discussion about this at lunch and nobody was sure.",
    "Sorry if this was asked before.",
    "I am working on a slide for the Monday meeting.",
    "A customer just called me and I did not know what to say.",
    "Somebody in my team mentioned this yesterday.",
    "Not urgent, just curious.",
    "I've been in the London office since March and never had to deal with it.",
)


def measured(most: int) -> Iterator[str]:
    given = known.squad(SETS / "squad2")
    halves, sources = known.halves(a.group for a in given.asked), given.sources
    asked = [a for a in given.asked if a.answerable and not halves[a.group]]
    random.Random(SEED).shuffle(asked)
    with empty() as (store, embedder):
        search = known.searched(given, store, embedder)
        retriever = FootnoteRetriever(search=search)
        writers = [Extract(embedder)]
        chain = Chain(retriever, Answerability.load(None, embedder), writers, lambda _: "it").runnable()
        for sort in ("as it is", "behind what is told", "before what is told"):
            refused = within = first = absent = 0
            for n, one in enumerate(asked[:most]):
                told = TOLD[n % len(TOLD)]
                asks = f"{one.question.strip(' ?')}?"
                text = {"as it is": asks, "behind what is told": f"{told} {asks}"}.get(sort, f"{asks} {told}")
                others = tuple(name for name in sources if name != one.group)
                gone = chain.invoke(Question(text, Audience(), sources=others))
                absent += gone.status is not Status.ANSWERED
                answer = chain.invoke(Question(text, Audience()))
                refused += answer.status is not Status.ANSWERED
                within += says(answer.text, one.answers)
                first += bool(answer.citations) and says(answer.citations[0].quote, one.answers)
            count = len(asked[:most])
            of = {"refused": refused, "with the answer": within, "in the first sentence": first}
            of["refused where its article is not there"] = absent
            yield f"{sort}, {count}: " + ", ".join(f"{n / count:.1%} {what}" for what, n in of.items())


def main() -> None:
    for line in measured(int(sys.argv[1]) if len(sys.argv) > 1 else 300):
        print(line, flush=True)


if __name__ == "__main__":
    main()
