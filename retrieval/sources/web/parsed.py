"""Bytes from anywhere in, their Documents out; whatever is wrong with them is said of them and ends there."""

from __future__ import annotations

from retrieval.loaders import BY_SUFFIX, File
from retrieval.loaders.apart import Apart
from retrieval.passage import Document, DocumentError, Loaded, Unread

_BROKEN = (ArithmeticError, LookupError, RecursionError, TypeError, ValueError, AttributeError)


class Parsed:
    """Runs the loaders, those of hostile formats in a process of their own."""

    def __init__(self) -> None:
        self.apart = Apart()

    def documents(self, file: File, suffix: str) -> Loaded:
        """The documents of a file that is called by this suffix, and what of it cannot be read."""
        kind = BY_SUFFIX[suffix]
        try:
            for one in self.apart.load(kind, file) if kind.apart else kind.load(file):
                yield _checked(one)
        except DocumentError as reason:
            yield Unread(file.uri, str(reason))
        except _BROKEN:
            yield Unread(file.uri, f"It is broken, or not what its name says ({suffix}).")

    def close(self) -> None:
        """Ends the process; it ends by itself with this one."""
        self.apart.close()


def _checked(one: Document | Unread) -> Document | Unread:
    if isinstance(one, Document) and not one.text.strip():
        return Unread(one.uri, " ".join(one.notes) or "It has no text.")
    return one
