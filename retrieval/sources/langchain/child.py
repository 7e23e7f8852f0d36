"""Places on standard input, documents on standard output: the process in which a LangChain loader runs."""

from __future__ import annotations

import json
import logging
import os
import queue
import sys
import threading
from collections.abc import Iterator
from typing import IO, Any

from retrieval.loaders.apart import receive
from retrieval.loaders.child import limit
from retrieval.passage import Document, SettingError, Unread
from retrieval.sources.langchain.document import Intake
from retrieval.sources.langchain.failure import STANDS, Swallowed, missing, unread
from retrieval.sources.langchain.loader import Loaders
from retrieval.sources.langchain.process import Call, spoken


def main() -> None:
    limit(int(sys.argv[1]) << 20)
    asked = _asked(os.fdopen(os.dup(0), "rb"))
    said = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for handle in (0, 1):  # what a loader reads or prints must not look like ours
        os.dup2(nothing, handle)
    call: Call = asked.get()
    try:
        loaders = Loaders(call.loader, call.arguments, call.manner.place)
        tried(loaders, call.places)
    except SettingError as refusal:
        _say(said, {"refused": str(refusal)})
        return
    _say(said, {"ready": True})
    while True:
        uri, place = asked.get()
        for one in documents(call, loaders, uri, place):
            _say(said, spoken(one))
        _say(said, {"end": True})


def _asked(stream: IO[bytes]) -> queue.Queue[Any]:
    """What the other process sends; when it is gone this one ends, whatever a loader is doing."""
    waiting: queue.Queue[Any] = queue.Queue()

    def listen() -> None:
        try:
            while True:
                waiting.put(receive(stream))
        except (OSError, EOFError):
            os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    return waiting


def _say(stream: IO[bytes], message: dict[str, object]) -> None:
    stream.write(json.dumps(message).encode("ascii") + b"\n")
    stream.flush()


def tried(loaders: Loaders, places: tuple[str, ...]) -> None:
    """Makes a loader for each place, so that wrong arguments are told before anything is read."""
    for place in places:
        try:
            loaders.made(place)
        except SettingError:
            raise
        except ImportError as error:
            raise SettingError(missing(loaders.name, error)) from None
        except Exception:  # noqa: S112 - told when it is that place's turn
            continue


def documents(call: Call, loaders: Loaders, uri: str, place: str) -> Iterator[Document | Unread]:
    intake = Intake(call.source, uri, place, call.manner.max_bytes, call.manner.readers)
    swallowed = Swallowed(loaders.package)
    logging.getLogger().addHandler(swallowed)
    try:
        for given in loaders.made(place).lazy_load():
            if intake.count == call.manner.documents:
                yield Unread(uri, f"It has more than {intake.count} documents; {STANDS}", kept=True)
                return
            yield intake.take(given.page_content, given.metadata)
    except Exception as error:  # a loader may raise anything
        yield unread(uri, call.loader, error, began=bool(intake.count))
        return
    finally:
        logging.getLogger().removeHandler(swallowed)
    if swallowed.count:
        yield swallowed.unread(uri, call.loader)
    elif not intake.count:
        yield Unread(uri, f"{call.loader} found no document in it.")
