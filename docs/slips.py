"""What a slip of spelling costs a search: each question with one, beside the same without.

python -m docs.slips [COLLECTION]     500 questions of XQuAD in English, or of another of docs/quality.py

One word of a question, of six small letters at least, loses a letter, gets one twice, one for another, or two
in each other's place; the first stays. Collections are read from FOOTNOTE_DATA, vectors kept as by
docs/quality.py.
"""

from __future__ import annotations

import random
import re
import sys
from string import ascii_lowercase

from bot.measuring import evaluate
from docs.quality import BEIR, empty
from model.quoting.answerability import Answerability
from retrieval.passage import Audience
from retrieval.search import Search
from retrieval.slips import mended
from retrieval.sources.files import FileSource
from retrieval.terms import STOP

SEED = 20261127
MOST = 500  # questions
_WORD = re.compile(r"(?<![\w'’-])[a-z]{6,}(?![\w'’-])")


def slipped(question: str, chance: random.Random) -> str:
    """`question` with a slip in one word; as it is where none is long enough."""
    words = [m for m in _WORD.finditer(question) if m[0] not in STOP]
    if not words:
        return question
    meant = chance.choice(words)
    word, at = meant[0], chance.randrange(1, len(meant[0]) - 1)
    typed = chance.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + chance.choice(ascii_lowercase) + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        ]
    )
    return question[: meant.start()] + typed + question[meant.end() :]


def main() -> None:
    given = evaluate.collection(BEIR["xquad_en" if len(sys.argv) < 2 else sys.argv[1]])
    chance = random.Random(SEED)
    asked = list(given.questions.items())
    chance.shuffle(asked)
    with empty() as (store, embedder):
        source = FileSource("eval", [given.corpus], given.corpus.stat().st_size)
        search, _ = evaluate.indexed(source, store, embedder)
        known = Answerability.load(None, embedder)
        for sort in ("as typed", "with a slip"):
            rows = []
            for name, text in asked[:MOST]:
                said = text if sort == "as typed" else slipped(text, random.Random(f"{SEED}{name}"))
                rows.append(_found(search, known, said, given.judged[name]))
            first, five, refused = (f"{sum(column) / len(rows):.1%}" for column in zip(*rows, strict=True))
            print(f"{sort}: {first} find it first, {five} among five, {refused} are refused of {len(rows)}")


def _found(search: Search, known: Answerability, text: str, grades: dict[str, int]) -> tuple[bool, ...]:
    hits = search.find(text, Audience(), 6).hits
    names = [hit.passage.document.partition("#")[2] for hit in hits]
    gold = [grades.get(name, 0) > 0 for name in names]
    read = mended(text, [hit.passage for hit in hits], known.embedder.spells)  # type: ignore[attr-defined]
    sure = max(known.probability(one, hits) for one in {text, read})
    return any(gold[:1]), any(gold[:5]), sure < known.threshold


if __name__ == "__main__":
    main()
