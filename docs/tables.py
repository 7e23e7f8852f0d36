"""Questions about tables, with their answers: companies are invented, their files made and really read.

python -m docs.tables                 150 questions for each of the seeds that figures are reported on
python -m docs.tables 1               those of one seed; 1 is what was developed on
python -m docs.tables 1 --wrong       and each that was not answered right
python -m docs.tables --otherwise     the same questions in words that are not those of the table
python -m docs.tables --listed        "Which offices does NAME have?": all of it, or said to be a part

A look-up is right where the answer has the right cell, none of another row, and cites the row. A count, a
sum, a mean, a maximum is right where the figure is; no answer is a refusal; anything else is wrong.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from docs.companies import Sheet, sheets, write
from docs.reworded import reworded
from docs.table_questions import Asked, asked

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from model.answer import Answer, Question

SEEDS = (2, 3, 4)


def judged(one: Asked, answer: Answer) -> str:
    """right, refused or wrong; where a figure is asked for, words without one are no wrong number."""
    text = re.sub(r"\s*\[\d+\]", "", answer.text)
    if not answer.citations:
        return "refused"
    if one.figure:
        said = [float(n.replace(",", "")) for n in re.findall(r"\d[\d,]*(?:\.\d+)?", text)]
        if one.refuse or not said:
            return "wrong" if said else "refused"
        return "right" if abs(said[0] - round(float(one.right), 2)) < 0.006 else "wrong"
    quotes = " ".join(c.quote for c in answer.citations)
    has = one.right in text and all(part in quotes for part in one.row)
    others = any(re.search(rf"(?<![\w.]){re.escape(other)}(?!\w|\.\d)", text) for other in one.wrong)
    return "right" if has and not others else "wrong"


def chain(made: Sequence[Sheet], place: Path) -> Runnable[Question | str, Answer]:
    """The whole chain over the files of these tables, the extract its writer."""
    from bot import wiring
    from bot.settings import load
    from retrieval.sources.files import FileSource

    folder = place / "files"
    folder.mkdir()
    for sheet in made:
        write(sheet, folder)
    settings = load(home=place / "home")
    wiring.index(settings).sync(FileSource("files", [folder], 50 << 20))
    return wiring.chain(settings)


def measure(seed: int, *, wrong: bool = False, otherwise: bool = False) -> Iterator[str]:
    """The questions of a seed, asked and judged."""
    made, draw = sheets(seed), random.Random(seed)
    questions = asked(made, seed)
    if otherwise:
        questions = [other for one in questions if (other := reworded(draw, one))]
    found: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory(prefix="footnote-tables-") as place:
        asking = chain(made, Path(place))
        for one in questions:
            answer = asking.invoke(one.question)
            verdict = judged(one, answer)
            found[one.kind, verdict] += 1
            if wrong and verdict != ("refused" if one.refuse else "right"):
                where = f"{one.sheet.kind} {one.sheet.trap}" if one.sheet else ""
                yield f"{verdict}: {one.question} [{one.right}; {where}] -> {answer.text[:300]!r}"
    for kind in ("look-ups", "figures", "to be refused"):
        row = {verdict: found[kind, verdict] for verdict in ("right", "refused", "wrong")}
        said = ", ".join(f"{n} {verdict}" for verdict, n in row.items())
        yield f"seed {seed}, {sum(row.values())} {kind}: {said}"


def listings(seed: int) -> Iterator[str]:
    """Of every table all rows are asked for: whether all are named, or the answer says that it is a part."""
    made, found = sheets(seed), Counter[str]()
    with tempfile.TemporaryDirectory(prefix="footnote-tables-") as place:
        asking = chain(made, Path(place))
        for sheet in made:
            answer = asking.invoke(f"Which {sheet.about.lower()} does {sheet.company} have?")
            left = [row[0] for row in sheet.rows if row[0] not in answer.text]
            told = "said to be a part" if answer.notice else "silently short"
            found["not answered" if not answer.citations else told if left else "whole"] += 1
    yield f"seed {seed}, {len(made)} tables: " + ", ".join(f"{n} {what}" for what, n in found.items())


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:] if word.isdigit()]
    for number in given or SEEDS:
        for line in (
            listings(number)
            if "--listed" in sys.argv
            else measure(number, wrong="--wrong" in sys.argv, otherwise="--otherwise" in sys.argv)
        ):
            print(line, flush=True)
