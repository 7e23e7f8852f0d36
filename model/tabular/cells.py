"""Lines of a table in, their cells out, between bars or behind their names; and whether one names columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

BAR = re.compile(r"(?<!\\)\|")  # not one that is a character of a cell
CALLED = r"(?:[^:;\n|]|(?<=\d):(?=\d)){1,60}"  # a column, such as "Late, 14:00 to 22:00"
NAME = re.compile(rf"({CALLED}): (.*)", re.DOTALL)
NAMED = rf"{CALLED}: [^;\n]*; {CALLED}: "  # how a row begins whose cells stand behind their names


def values(text: str) -> list[tuple[str, str]]:
    """The named values of a line; a part without a name goes on with the value before it."""
    found: list[tuple[str, str]] = []
    for part in text.strip().split("; "):
        if named := NAME.fullmatch(part):
            found.append((named[1].strip(), named[2].strip()))
        elif found:
            found[-1] = found[-1][0], f"{found[-1][1]}; {part}"
        else:
            found.append(("", part))
    return found


def cells(text: str, framed: bool) -> list[str]:
    found = [cell.replace("\\|", "|").strip() for cell in BAR.split(text.strip())]
    return found[1:-1] if framed and text.strip().endswith("|") else found[1:] if framed else found


def names_columns(lines: Sequence[Sequence[str]]) -> bool:
    """Whether the first line surely names columns: words, each another, that no row below has; and below one
    of them stand figures, or the same cell more than once."""
    first, below = lines[0], [line for line in lines[1:] if len(line) == len(lines[0])]
    folded = {cell.casefold() for cell in first}
    if not below or "" in folded or len(folded) < len(first):
        return False
    columns = [[line[n] for line in below if line[n]] for n in range(len(first))]
    if not all(map(_words_over, first, columns)):
        return False
    if any(name in column for name, column in zip(first, columns, strict=True)):
        return False
    return any(column and (figured(column) or len(set(column)) < len(column)) for column in columns)


def _words_over(name: str, column: Sequence[str]) -> bool:
    """Whether a name of words can be that of a column; one with a figure in it ("used by June 2026") only of
    figures alone, which no row above them would say in words."""
    if not any(c.isdigit() for c in name):
        return True
    bare = all(any(c.isdigit() for c in cell) and not any(map(str.isalpha, cell)) for cell in column)
    return name[0].isalpha() and len(column) > 1 and bare


def figured(column: Sequence[str]) -> bool:
    """Whether most of its cells have a figure."""
    return sum(any(c.isdigit() for c in cell) for cell in column) * 2 > len(column)
