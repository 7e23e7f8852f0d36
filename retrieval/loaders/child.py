"""Files on standard input, Documents on standard output: the process in which hostile formats are parsed."""

from __future__ import annotations

import os
import sys

from retrieval.loaders import File, Kind
from retrieval.loaders.apart import receive, send
from retrieval.passage import Document, DocumentError, Unread


def main() -> None:
    limit(int(sys.argv[1]))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not look like an answer
    while True:
        try:
            kind, file = receive(sys.stdin.buffer)
        except EOFError:
            return
        send(answers, _read(kind, file))


def _read(kind: Kind, file: File) -> list[Document | Unread] | str:
    try:
        return list(kind.load(file))
    except DocumentError as reason:
        return str(reason)
    except MemoryError:
        return "It needed too much memory to read."
    except Exception:  # a parser of a hostile format may raise anything
        return f"It is broken, or not what its name says ({kind.suffixes[0]})."


def limit(memory: int) -> None:
    """Ends this process's growth at so many bytes, and keeps it from writing a core."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
