"""The sentences of an answer and their citations in, the same as a table, bullets, steps or prose out."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answering.tabled import WRITER as TABLES
from bot.phrases import say
from model.answer import Citation
from model.checking.citations import markers
from model.checking.support import MARKER
from model.tabular.cells import values


def laid_out(
    sentences: Sequence[str], citations: Sequence[Citation], writer: str, layout: str, locale: str
) -> str:
    """Rows of a table that `writer` told become its rows again, with their columns."""
    if layout == "table":
        source, rows = say("table_source", locale), _cells(sentences, 1 if writer == TABLES else 2)
        columns = list(dict.fromkeys(name for cells in rows for name in cells)) or [say("table_said", locale)]
        said = [[cells.get(name, "") for name in columns] for cells in rows] or [
            [_bare(one)] for one in sentences
        ]
        lines = [[*columns, source], ["---"] * (len(columns) + 1)]
        lines += [[*some, _sources(one, citations)] for some, one in zip(said, sentences, strict=True)]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)
    if layout == "bullets":
        return "\n".join(f"- {sentence}" for sentence in sentences)
    if layout == "steps":
        return "\n".join(f"{number}. {sentence}" for number, sentence in enumerate(sentences, 1))
    apart = "\n\n" if writer == "extract" and layout != "prose" else " "
    return apart.join(sentences)


def _bare(sentence: str) -> str:
    return MARKER.sub("", sentence).strip().removeprefix("- ").replace("|", "/")


def _sources(sentence: str, citations: Sequence[Citation]) -> str:
    titles = {c.number: c.title for c in citations}
    return ", ".join(f"{titles.get(n, '')} [{n}]".replace("|", "/") for n in dict.fromkeys(markers(sentence)))


def _cells(sentences: Sequence[str], least: int) -> list[dict[str, str]]:
    """The cells of each sentence by their columns; nothing where one is no row of `least` such cells."""
    found = [values(_bare(one)) for one in sentences]
    rows = all(len(some) >= least and all(name for name, _ in some) for some in found)
    return [dict(some) for some in found] if rows else []
