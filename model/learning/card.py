"""The rows of a dataset in, a page on what they are out: shares by whom, where, what and by which right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from model.learning.row import Row

_MOST = 12  # lines of one table
_RIGHTS = {
    "documents": "the documents' text only",
    "own": "our own answers' text beside it",
    "consented": "text that people gave consent for",
}


def card(manifest: Mapping[str, Any], rows: Sequence[Row]) -> str:
    """Markdown. People are ranks: the ids are nobody's business who reads a card."""
    return "\n".join([*_head(manifest, rows), *_people(rows), *_tables(rows), *_rest(manifest), ""])


def _head(manifest: Mapping[str, Any], rows: Sequence[Row]) -> Iterator[str]:
    count, kto = manifest["rows"], manifest["kto"]
    share = manifest["refusals"] / len(rows) if rows else 0.0
    yield f"# {manifest['name']}-{manifest['digest']}"
    yield ""
    yield (
        f"{len(rows)} rows: {count['train']} to train on, {count['held']} held back, split by what they ask "
        f"({manifest['clusters']} clusters). {share:.0%} of them refuse."
    )
    yield f"General texts, on which the base model's word is to be kept: {manifest['general']}."
    yield f"Judged answers for KTO: {kto['true']} good, {kto['false']} wrong."
    yield f"Prompt {manifest['prompt']}, seed {manifest['seed']}, {manifest['golden']} golden rows kept out."


def _people(rows: Sequence[Row]) -> Iterator[str]:
    had = Counter(one for row in rows for one in set(row.people))
    yield "\n## By person\n"
    if not had:
        yield "No row is of a person."
        return
    yield f"{len(had)} people, most rows first.\n"
    yield from _lines(((f"person {n}", count) for n, (_, count) in enumerate(had.most_common(), 1)), rows)


def _tables(rows: Sequence[Row]) -> Iterator[str]:
    for title, named in (
        ("By channel", [f"channel {n}" if n else "none" for n in _ranks([row.channel for row in rows])]),
        ("By language", [row.language or "not told" for row in rows]),
        ("By topic", [row.topic or "none" for row in rows]),
        ("By origin", [row.origin for row in rows]),
        ("By right: what they hold", [_RIGHTS.get(row.rights, row.rights) for row in rows]),
    ):
        yield f"\n## {title}\n"
        counted = sorted(Counter(named).items(), key=lambda one: (-one[1], one[0]))
        yield from _lines(counted, rows)


def _ranks(names: Sequence[str]) -> list[int]:
    """Each name as its place among the commonest, from 1; 0 for none."""
    counted = sorted(Counter(name for name in names if name).items(), key=lambda one: (-one[1], one[0]))
    place = {name: n for n, (name, _) in enumerate(counted, 1)}
    return [place.get(name, 0) for name in names]


def _lines(counted: Any, rows: Sequence[Row]) -> Iterator[str]:
    yield "| | rows | share |\n| --- | --- | --- |"
    counted = list(counted)
    for name, count in counted[:_MOST]:
        yield f"| {_cell(name)} | {count} | {count / max(1, len(rows)):.1%} |"
    if rest := sum(count for _, count in counted[_MOST:]):
        yield f"| {len(counted) - _MOST} more | {rest} | {rest / max(1, len(rows)):.1%} |"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "/").split())[:80]


def _rest(manifest: Mapping[str, Any]) -> Iterator[str]:
    for title, key, none in (
        ("Left out, by reason", "dropped", "Nothing was left out."),
        ("Redacted, by kind", "redacted", "Nothing was redacted."),
    ):
        yield f"\n## {title}\n"
        found = manifest[key]
        yield "\n".join(f"- {name}: {count}" for name, count in found.items()) if found else none
