"""Document loaders as a company may have of its own."""

from __future__ import annotations

import logging
import os
import pickle
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from langchain_core.document_loaders import BaseLoader
from langchain_core.documents import Document as Given

BOOK = "COMPANY_BOOK"  # names the file that Wiki reads: pages by place


class Wiki(BaseLoader):
    """Pages by place."""

    def __init__(self, space: str, *, token: str = "") -> None:
        if space == "closed":
            raise ConnectionRefusedError(f"token {token} refused")
        self.space = space

    def lazy_load(self) -> Iterator[Given]:
        for text, metadata in pickle.loads(Path(os.environ[BOOK]).read_bytes())[self.space]:
            if text == "broken":
                raise ValueError("secret text of a page")
            yield Given(text, metadata=metadata)


class Issues(BaseLoader):
    """Takes its arguments by name only, the place not first."""

    def __init__(self, *, access_token: str, repo: str) -> None:
        self.said = f"{access_token} reads {repo}"

    def load(self) -> list[Given]:
        return [Given(self.said)]


class Whole(BaseLoader):
    """Needs no place."""

    def __init__(self, *, count: int = 1) -> None:
        self.count = count

    def lazy_load(self) -> Iterator[Given]:
        for n in range(self.count):
            yield Given(f"Text {n}.", metadata={"id": n, "name": f"Note {n}"})


class Hungry(BaseLoader):
    """Needs a package, when it is made or when it loads, and says so in words of its own."""

    def __init__(self, said: str, late: bool = False) -> None:
        self.said = said
        if not late:
            raise ImportError(said)

    def lazy_load(self) -> Iterator[Given]:
        raise ImportError(self.said)


class Poison(BaseLoader):
    """Gives one document, then does what its place says."""

    def __init__(self, what: str) -> None:
        self.what = what

    def lazy_load(self) -> Iterator[Given]:
        print("noise on the way out")
        yield Given("One.", metadata={"source": "one"})
        if self.what == "hang":
            time.sleep(600)
        if self.what == "swell":
            held = bytearray(8 << 30)
            yield Given(str(len(held)))
        if self.what == "die":
            os._exit(9)
        if self.what == "ask":
            yield Given(f"said {sys.stdin.read()!r}", metadata={"source": "two"})
        if self.what == "swallow":
            logging.getLogger("langchain_community.x").warning("Error fetching %s, skipping", "https://x")
        if self.what == "log":
            logging.getLogger("pypdf").error("an odd object")
            logging.getLogger("langchain_community.x").warning("Error fetching it. Retrying...")
        yield Given("Last.", metadata={"source": "last"})


class Nosy(BaseLoader):
    """Says what it sees of the environment."""

    def __init__(self, name: str) -> None:
        self.name = name

    def lazy_load(self) -> Iterator[Given]:
        yield Given(f"{self.name} is {os.environ.get(self.name)}")


class NotALoader: ...
