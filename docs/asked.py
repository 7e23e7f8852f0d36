"""Whether questions that are made from cited words find the passage that they were made of.

python -m docs.asked            the example handbook
python -m docs.asked xquad_de   a collection, its first 300 passages of those that are indexed
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot import wiring
from bot.settings import Settings, load
from docs.quality import SETS
from model.learning.asked import asked, turned
from model.sentences import sentences
from retrieval.passage import EVERYONE, Audience, Passage
from retrieval.search import Search
from retrieval.sources.files import FileSource

HANDBOOK = Path(__file__).parents[1] / "examples" / "handbook"
MOST = 300  # passages


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    with tempfile.TemporaryDirectory(prefix="footnote-asked-") as home:
        settings = load(home=Path(home))
        wiring.index(settings).sync(_source(name, Path(home), settings))
        search = wiring.search(settings, wiring.embedder_of(settings))
        passages = [p for p in _passages(settings) if p.audience.admits(Audience.of(EVERYONE))][:MOST]
        for line in measured(search, passages):
            print(line)


def _source(name: str, home: Path, settings: Settings) -> FileSource:
    """The handbook, or the texts of a collection as files."""
    if not name:
        return FileSource("handbook", [HANDBOOK], settings.max_file_mb << 20)
    folder = home / "texts"
    folder.mkdir()
    for i, line in enumerate((SETS / name / "corpus.jsonl").open(encoding="utf-8")):
        row = json.loads(line)
        (folder / f"{i}.md").write_text(f"# {row.get('title') or name}\n\n{row['text']}\n", encoding="utf-8")
    return FileSource(name, [folder], settings.max_file_mb << 20)


def _passages(settings: Settings) -> Iterator[Passage]:
    table = wiring.store(settings).live(settings.workspace)
    for found in sorted(wiring.ledger(settings).all(table.name), key=lambda one: one.uri):
        yield from table.around(found.uri, found.revision, 0, 1 << 40)


def measured(search: Search, passages: list[Passage]) -> Iterator[str]:
    """Of every sentence: whether its question finds its passage first, or among the first six."""
    ranks: dict[str, list[int]] = {"turned": [], "others": []}
    for passage in passages:
        for span in sentences(passage.text):
            if len(passage.text[span[0] : span[1]].split()) < 4:
                continue
            results = search.find(asked(passage, span), Audience.of(EVERYONE), 6)
            places = [n for n, hit in enumerate(results.hits, 1) if _of(hit.passage, passage)]
            ranks["turned" if turned(passage, span) else "others"].append(min(places, default=99))
    every = ranks["turned"] + ranks["others"]
    for what, found in {"all": every, **ranks}.items():
        first, six = (sum(rank <= n for rank in found) / max(1, len(found)) for n in (1, 6))
        yield f"{what}: {len(found)} questions, {first:.1%} find it first, {six:.1%} among six"


def _of(found: Passage, passage: Passage) -> bool:
    """Search joins passages that follow each other."""
    return found.document == passage.document and found.start <= passage.start < found.end


if __name__ == "__main__":
    main()
