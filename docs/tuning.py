"""What footnote tune makes of a collection with known answers, from a setting that is wrong on purpose.

python -m docs.tuning xquad_de 0.0          alpha 0.0 is set: which does it find, and on the part held back?
python -m docs.tuning xquad_en 1.0 200      with so many of its questions
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot import wiring
from bot.measuring import evaluate
from bot.measuring.tuned import page
from bot.settings import Settings, load
from bot.wiring.tuning import Live, axes, setup
from docs.bench import DATA
from model.learning.row import Row
from model.learning.tuning import tuned
from retrieval.sources.files import FileSource

_END = 1 << 40
MOST = 300


def rows(settings: Settings, given: evaluate.Collection, most: int) -> Iterator[Row]:
    """Questions of the collection as golden ones: the first passage of a document that answers each."""
    ledger, table = wiring.ledger(settings), wiring.store(settings).live(settings.workspace)
    held = {one.uri.partition("#")[2]: one for one in ledger.all(table.name)}
    for name, text in list(given.questions.items())[:most]:
        found = [held[one] for one in given.judged[name] if one in held]
        parts = [p for one in found[:1] for p in table.around(one.uri, one.revision, 0, _END)]
        if parts:
            yield Row(text, (parts[0],), "It is so. [1]", (1,))


def lines(name: str, alpha: float, most: int) -> Iterator[str]:
    """The page that tuning writes."""
    given = evaluate.collection(DATA / "sets" / name)
    with tempfile.TemporaryDirectory(prefix="footnote-tuning-") as place:
        settings = load(home=Path(place), alpha=alpha)
        source = FileSource("eval", [given.corpus], given.corpus.stat().st_size)
        wiring.index(settings).sync(source)
        bench = Live(settings, lambda said: print(json.dumps(said), file=sys.stderr, flush=True))
        golden = list(rows(settings, given, most))
        yield from page(tuned(bench, golden, setup(settings), axes(settings, (), (), answers=False)), {})


if __name__ == "__main__":
    name, alpha, *more = sys.argv[1:]
    for line in lines(name, float(alpha), int(more[0]) if more else MOST):
        print(line, flush=True)
