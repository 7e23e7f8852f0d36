"""A source in, what it finds and what is wrong with it out: tried before anything of it goes live."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from retrieval.passage import Audience, FootnoteError, Unread
from retrieval.sources import Source, Spec
from retrieval.sources.access import matched

SAMPLE, SECONDS = 25, 20.0  # of each source, unless all of it is asked for


@dataclass
class Looked:
    """What came of trying a source: files found, counted by their readers and by the rules that match, and
    the sentence that ended it."""

    found: int = 0
    first: str = ""
    unread: list[Unread] = field(default_factory=list)
    readers: Counter[Audience] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    whole: bool = False
    problem: str = ""


def look(build: Callable[[Spec], Source[Any]], spec: Spec, *, whole: bool = False) -> Looked:
    """Builds the source and lets it find a little, or all there is; loads nothing."""
    looked = Looked()
    try:
        source = build(spec)
        try:
            _scan(source, spec, looked, whole=whole)
        finally:
            source.close()
    except FootnoteError as error:
        looked.problem = str(error)
    except Exception as error:
        looked.problem = (
            f"Trying it failed ({type(error).__name__}); that is a fault of Footnote. Please report it."
        )
    if not looked.problem and not looked.found:
        said = looked.unread[0].reason if looked.unread else "Nothing is there to read."
        looked.problem = f"It finds nothing to index. {said}"
    return looked


def _scan(source: Source[Any], spec: Spec, looked: Looked, *, whole: bool) -> None:
    ends = time.monotonic() + SECONDS
    scanned = source.scan({})
    for one in scanned if whole else islice(scanned, SAMPLE):
        if isinstance(one, Unread):
            looked.unread.append(one)
        else:
            looked.found, looked.first = looked.found + 1, looked.first or one.uri
            looked.readers[source.audience(one) or spec.audience] += 1
            looked.rules.update(glob for glob, _ in spec.access if matched(glob, spec.name, one.uri))
        if not whole and time.monotonic() > ends:
            return
    looked.whole = next(scanned, None) is None
