"""Lines of Markdown in, where code that stands between fences begins and ends in them."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Behind backticks there is none more in the line: else it is code within a paragraph.
FENCE = re.compile(r"\s{0,3}(?P<mark>`{3,}(?=[^`]*$)|~{3,})(?P<rest>.*)")


def closes(text: str, mark: str) -> bool:
    """Whether the line ends code that began with that mark."""
    found = FENCE.fullmatch(text)
    return bool(found and found["mark"].startswith(mark) and not found["rest"].strip())


def cut_into(lines: Sequence[str]) -> int:
    """The line that ends code of which the beginning is not here; -1 where there is none."""
    first = next((n for n, line in enumerate(lines) if FENCE.fullmatch(line)), -1)
    if first < 0 or lines[first].strip("`~ ") or not _open(lines):
        return -1
    behind = lines[first + 1 :]
    return -1 if any(line.strip() for line in behind[:1]) or _open(behind) else first


def _open(lines: Sequence[str]) -> bool:
    """Whether code that begins in them does not end there."""
    mark = ""
    for line in lines:
        if mark and closes(line, mark):
            mark = ""
        elif not mark and (fence := FENCE.fullmatch(line)):
            mark = fence["mark"]
    return bool(mark)
