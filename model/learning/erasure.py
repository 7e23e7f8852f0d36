"""People and documents in, datasets without anything of them out; of the rows only ids stay."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from model.learning.folders import Step, nothing, remove, sweep

HERE = "local"  # the id of who sits at the machine of the pages
_FILE = "erased.jsonl"
_ROWS = ("sft.jsonl", "kto.jsonl", "general.jsonl")  # of a dataset
# It is a word of any text, so it stands for them only where an id does: of a reader, or in a row of ours.
_IDS = ("user:", "expert=", '"who": "', '"by": "', '"reviewer": "')
_HERE = re.compile(f"(?:{'|'.join(f'(?<={re.escape(one)})' for one in _IDS)}){HERE}(?![A-Za-z0-9_.-])")


@dataclass(frozen=True, slots=True)
class Erased:
    """Names of the datasets that are gone, ids of the rows in them that were meant, and the adapters that
    were trained with some of those: each is to be replaced by one that is trained anew. `unread` are datasets
    that are damaged: what cannot be read of them may be of the same people."""

    datasets: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    adapters: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def begun(
    root: Path,
    people: Collection[str] = (),
    documents: Collection[str] = (),
    answers: Collection[str] = (),
) -> Erased:
    """What is to go from `root` (the folder models): the datasets with rows of these people or documents, or
    made of these `answers`, which the database had. All of them are there yet.

    What is noted first is that the rows are erased: after a crash in between, the same call goes on.
    """
    sweep(root / "datasets")
    note(root, answers)
    gone = erased(root)
    every = {folder: _meant(folder, people, documents, gone) for folder in _datasets(root)}
    found = {folder: rows for folder, rows in every.items() if rows}
    unread = [folder.name for folder, rows in every.items() if not rows and _damaged(folder)]
    ids = {row for rows in found.values() for row in rows if row}
    _note(root / _FILE, {(row, rows[row]) for rows in found.values() for row in rows if row})
    named = trained_with(root, {*ids, *answers})
    return Erased(tuple(sorted(one.name for one in found)), tuple(sorted(ids)), named, tuple(unread))


def erase(root: Path, gone: Erased, step: Step = nothing) -> None:
    """Removes the datasets. Who calls this has kept what is to go: after a crash it is found no more."""
    step("erase-noted")
    for name in gone.datasets:
        remove(root / "datasets" / name, step)
        step("erase-removed")


def note(root: Path, answers: Collection[str]) -> None:
    """Answers that no row is made of any more. Whoever erases them elsewhere notes them before it is done."""
    _note(root / _FILE, {("", answer) for answer in answers})


def word(name: str) -> re.Pattern[str]:
    """The name, where it is not the beginning or the end of another."""
    if name == HERE:
        return _HERE
    return re.compile(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])")


def erased(root: Path) -> frozenset[str]:
    """Ids of rows, and of the answers they were made of, that are in no dataset any more."""
    return frozenset(
        given for line in _lines(root / _FILE) for given in (line["row"], line["answer"]) if given
    )


def seen(training: Mapping[str, Any], gone: Collection[str]) -> list[str]:
    """Ids of the rows among those that a train.json names that are in `gone`, themselves or by the answer
    that they were made of."""
    of = training.get("answers")
    answers, meant = of if isinstance(of, dict) else {}, set(gone)
    rows = map(str, training.get("row_ids", ()))
    return sorted(row for row in rows if row in meant or answers.get(row) in meant)


def trained_with(root: Path, gone: Collection[str]) -> tuple[str, ...]:
    """Adapters that saw one of these rows, or one made of these answers, by what their train.json says: of
    the registry, and folders of a trainer that are not in it yet."""
    held = list[str]()
    for path in sorted((*root.glob("adapters/*/train.json"), *root.glob("trained/*/train.json"))):
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if seen(told, gone):
            held.append(path.parent.name if path.parts[-3] == "adapters" else f"trained/{path.parent.name}")
    return tuple(held)


def _datasets(root: Path) -> list[Path]:
    place = root / "datasets"
    every = sorted(place.iterdir()) if place.is_dir() else []
    return [one for one in every if one.is_dir() and not one.name.startswith(".")]


def _meant(
    folder: Path, people: Collection[str], documents: Collection[str], gone: Collection[str]
) -> dict[str, str]:
    """Ids of its rows that are of one of them, or gone already, and the answers those were made of. A line
    that is no row any more has no id, and is meant where it names one of them."""
    who, what, named, left = set(people), set(documents), [word(name) for name in people], set(gone)
    found = dict[str, str]()
    for line in (one for name in _ROWS for one in _held(folder / name)):
        if isinstance(line, str):
            if any(n.search(line) for n in named) or any(one in line for one in what):
                found[""] = ""
        else:
            of = {*line.get("people", ()), line.get("reviewer", "")}
            held = {passage["document"] for passage in line["passages"]}
            said = json.dumps(line, ensure_ascii=False) if named else ""
            made = line.get("answer_id", "")
            if of & who or held & what or {line["id"], made} & left or any(n.search(said) for n in named):
                found[line["id"]] = made
    return found


def _damaged(folder: Path) -> bool:
    """Whether some of it cannot be read."""
    return any(isinstance(line, str) for name in _ROWS for line in _held(folder / name))


def _held(path: Path) -> Iterator[dict[str, Any] | str]:
    """The rows of a dataset's file; of a line that is none, its text."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError:
        lines = [b"it cannot be read"] if path.exists() or path.name == _ROWS[0] else []
    for line in filter(None, lines):
        said = line.decode(errors="replace")
        try:
            row = json.loads(said)
        except ValueError:
            row = None
        whole = isinstance(row, dict) and "id" in row and isinstance(row.get("passages"), list)
        yield row if whole else said


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """Its lines; one that a crash cut off is no line."""
    if not path.is_file():
        return
    with path.open(encoding="utf-8") as file:
        for line in file:
            try:
                yield json.loads(line)
            except ValueError:
                continue


def _note(path: Path, rows: set[tuple[str, str]]) -> None:
    known = {(line["row"], line["answer"]) for line in _lines(path)}
    at = datetime.now(UTC).isoformat(timespec="seconds")
    new = [{"row": row, "answer": answer, "at": at} for row, answer in sorted(rows - known)]
    if not new:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        file.seek(0)
        file.truncate(file.read().rfind(b"\n") + 1)  # a line that a crash cut off
        file.write("".join(json.dumps(one, sort_keys=True) + "\n" for one in new).encode())
        file.flush()
        os.fsync(file.fileno())
