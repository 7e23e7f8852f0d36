"""A line of a table in, its cells out: between bars, or behind their names."""

from __future__ import annotations

import re

BAR = re.compile(r"(?<!\\)\|")  # not one that is a character of a cell
NAME = re.compile(r"([^:;\n|]{1,60}): (.*)", re.DOTALL)


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
