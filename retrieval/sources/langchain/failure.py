"""What a LangChain loader raised or logged in, a sentence out without its words: they may hold secrets."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence

from retrieval.passage import Unread

STANDS = "what was read of it before still stands."
_PACKAGE = re.compile(r"pip3? install (?:(?:-[\w-]+|langchain-community) +)*([A-Za-z0-9][\w.-]*\w)")
_AWAY = re.compile(
    r"Connect|Timeout|Network|Unavailable|Throttl|RateLimit|ProxyError|SSLError|gaierror|RemoteDis"
)
_SAID = re.compile(r"(?i)error|unable|fail|problem")
_REFUSED, _GONE, _LATER = (401, 403), (404, 410), (429, *range(500, 600))


def unread(uri: str, loader: str, error: BaseException, *, began: bool) -> Unread:
    """Only an error that says nothing is there makes documents leave; `began`: some of them came."""
    status = _status(error)
    if not began and (status in _GONE or any(isinstance(one, FileNotFoundError) for one in _causes(error))):
        code = f"HTTP {status}" if status in _GONE else type(error).__name__
        return Unread(uri, f"{loader} found nothing there ({code}): see that the place is written right.")
    return Unread(uri, f"{_reason(loader, error, status)}; {STANDS}", kept=True)


def _reason(loader: str, error: BaseException, status: int) -> str:
    if isinstance(error, ImportError):
        return missing(loader, error).removesuffix(".")
    if isinstance(error, MemoryError):
        return f"{loader} needed more memory than it may; memory_mb sets the limit"
    if status in _REFUSED:
        return f"{loader} was refused (HTTP {status}): see that its credentials are right and still valid"
    if status in _LATER:
        return f"{loader} was told to come later (HTTP {status})"
    if kind := next((name for name in map(_name, _causes(error)) if _AWAY.search(name)), ""):
        return f"{loader} reached no server that answers ({kind})"
    code = f"{_name(error)}, HTTP {status}" if status else _name(error)
    return f"{loader} failed on it ({code}): see that it is there, and that the arguments fit it"


def _name(error: BaseException) -> str:
    return type(error).__name__


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__


def _status(error: BaseException) -> int:
    """The HTTP status in an error of requests, httpx, aiohttp, urllib, boto, Google or the like; 0: none."""
    return next((code for one in _causes(error) for code in _codes(one)), 0)


def _codes(error: BaseException) -> Iterator[int]:
    response = getattr(error, "response", None)
    if isinstance(response, dict):  # boto
        response = response.get("ResponseMetadata") or {}
        yield from _codes_of((response.get("HTTPStatusCode"),))
    for held in (response, getattr(error, "resp", None), error):
        yield from _codes_of([getattr(held, name, None) for name in ("status_code", "status", "code")])


def _codes_of(values: Sequence[object]) -> Iterator[int]:
    yield from (value for value in values if type(value) is int and 400 <= value < 600)


def missing(loader: str, error: ImportError) -> str:
    """Which package to install; of the error's own words only its name is used. A module may be in a package
    of another name, which is not guessed."""
    if said := _PACKAGE.search(str(error)):
        return f"{loader} needs the Python package {said[1]}: run `pip install {said[1]}` and try again."
    if error.name:
        return (
            f"{loader} needs the Python module {error.name}: install the package that has it and try again."
        )
    return f"{loader} needs a Python package that is not installed; LangChain's page about it says which."


class Swallowed(logging.Handler):
    """Counts what a loader logs instead of raising it: that a page of it could not be read."""

    def __init__(self, package: str) -> None:
        super().__init__(logging.WARNING)
        self.count = 0
        self._packages = ("langchain", package)

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(self._packages) and "etrying" not in str(record.msg):
            self.count += record.levelno >= logging.ERROR or bool(_SAID.search(str(record.msg)))

    def unread(self, uri: str, loader: str) -> Unread:
        """What is said of the place at the end."""
        times = "once" if self.count == 1 else f"{self.count} times"
        return Unread(uri, f"{loader} logged {times} that it could not read something; {STANDS}", kept=True)
