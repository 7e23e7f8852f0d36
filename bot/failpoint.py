"""Steps at which a test kills the process: FOOTNOTE_FAILPOINT is a name, or n for the n-th step reached."""

from __future__ import annotations

import itertools
import os

_reached = itertools.count(1)


def failpoint(name: str) -> None:
    """Dies as `kill -9` would, where FOOTNOTE_FAILPOINT asks for it; otherwise nothing."""
    asked = os.environ.get("FOOTNOTE_FAILPOINT")
    if asked and asked in (name, str(next(_reached))):
        os._exit(137)
