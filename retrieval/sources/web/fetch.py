"""An address in, what its server says out: a body on disk, bounded in bytes, time and origin."""

from __future__ import annotations

import hashlib
import os
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Lock
from urllib.parse import urlsplit

import httpcore

from retrieval.passage import DocumentError, FootnoteError
from retrieval.sources.folders import clip
from retrieval.sources.web.hosts import Hosts

AGENT = "Footnote"
_BLOCK = 1 << 16
_CONNECT_S, _READ_S = 10.0, 20.0
_LONGEST_WAIT_S = 60.0  # that a server may ask for
_ATTEMPTS = 3
_BUSY = (429, 503)
_ACCEPT = (
    "text/html, application/xhtml+xml, text/markdown, text/plain;q=0.9, application/pdf;q=0.9, */*;q=0.5"
)


class Unreached(FootnoteError):
    """This time there was no whole answer; the text is the reason."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: header names in lower case; the body as a file, None where it was not wanted."""

    status: int
    headers: Mapping[str, str]
    body: Path | None = None
    digest: str = ""

    def header(self, name: str) -> str:
        return self.headers.get(name, "")

    @property
    def kind(self) -> str:
        """The media type, without parameters."""
        return self.header("content-type").partition(";")[0].strip().lower()

    def drop(self) -> None:
        """Removes the body."""
        if self.body:
            self.body.unlink(missing_ok=True)


@dataclass
class Pace:
    """So long between two requests: at least `pause` and as long as the last answer took."""

    pause: float
    sleep: Callable[[float], None] = time.sleep
    _ended: float = field(default=0.0, init=False)
    _took: float = field(default=0.0, init=False)

    def wait(self) -> float:
        """Waits for the next turn; the moment it came."""
        due = self._ended + max(self.pause, min(self._took, _CONNECT_S))
        if (left := due - time.monotonic()) > 0:
            self.sleep(left)
        return time.monotonic()

    def ended(self, began: float) -> None:
        self._ended = time.monotonic()
        self._took = self._ended - began if self.pause else 0.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bytes of one body, seconds for one page, and seconds between two."""

    size: int
    seconds: float
    pause: float


Wanted = Callable[[Answer], bool]


def context(ca: str = "") -> ssl.SSLContext:
    """The authorities that are trusted: the usual ones, those of this machine, and `ca`."""
    if not ca:
        return _usual()
    trust = httpcore.default_ssl_context()
    trust.load_verify_locations(ca)
    return trust


@cache
def _usual() -> ssl.SSLContext:
    """Read once a process: that takes as long as a page does."""
    return httpcore.default_ssl_context()


class Fetch:
    """Asks one after the other. `folder` is where bodies are put; they belong to the caller."""

    def __init__(
        self, hosts: Hosts, bounds: Bounds, folder: Path, headers: Mapping[str, str], trust: ssl.SSLContext
    ) -> None:
        self.folder = folder
        self.pace = Pace(bounds.pause)
        self._bounds = bounds
        self._headers = {"User-Agent": AGENT, "Accept": _ACCEPT, "Accept-Encoding": "gzip", **headers}
        self._door = _Door(hosts)
        self._pool = httpcore.ConnectionPool(
            ssl_context=trust, max_connections=2, keepalive_expiry=30, network_backend=self._door
        )
        self._turn = Lock()

    def get(self, url: str, headers: Mapping[str, str], wanted: Wanted) -> Answer:
        """The answer, redirects not followed, its body if it is 200 and `wanted`. Raises Unreached, and
        DocumentError where the body is too large."""
        with self._turn:
            for attempt in range(_ATTEMPTS):
                answer = self._asked(url, headers, wanted)
                wait = _asked_to_wait(answer)
                if not wait or attempt == _ATTEMPTS - 1:
                    break
                self.pace.sleep(wait)
        return answer

    def close(self) -> None:
        self._pool.close()

    def _asked(self, url: str, headers: Mapping[str, str], wanted: Wanted) -> Answer:
        began = self.pace.wait()
        self._door.until = began + self._bounds.seconds
        said = {"Host": urlsplit(url).netloc, **self._headers, **headers}
        sent = [(name.encode(), value.encode()) for name, value in said.items()]
        limits = {"connect": _CONNECT_S, "read": _READ_S, "write": _READ_S, "pool": _READ_S}
        try:
            with self._pool.stream("GET", url, headers=sent, extensions={"timeout": limits}) as response:
                return self._taken(response, wanted)
        except httpcore.TimeoutException:
            raise Unreached("It took too long to answer.") from None
        except httpcore.ConnectError as error:
            raise Unreached(_refusal(error)) from None
        except (httpcore.NetworkError, httpcore.ProtocolError, zlib.error):
            raise Unreached("The connection broke off, or what came is no web page.") from None
        finally:
            self.pace.ended(began)

    def _taken(self, response: httpcore.Response, wanted: Wanted) -> Answer:
        headers: dict[str, str] = {}
        for name, value in response.headers:
            headers.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
        answer = Answer(response.status, headers)
        said = answer.header("content-length")
        if response.status != 200 or not wanted(answer):
            if said.isdecimal() and int(said) < _BLOCK:
                response.read()  # or the connection could not be used again
            return answer
        if said.isdecimal() and int(said) > self._bounds.size:
            raise DocumentError(_too_large(self._bounds.size))
        body, digest = self._spooled(_plain(response.iter_stream(), answer.header("content-encoding")))
        return Answer(response.status, headers, body, digest)

    def _spooled(self, blocks: Iterable[bytes]) -> tuple[Path, str]:
        whole, size = hashlib.sha256(), 0
        with NamedTemporaryFile(dir=self.folder, delete=False) as file:
            try:
                for block in blocks:
                    size += len(block)
                    if size > self._bounds.size:
                        raise DocumentError(_too_large(self._bounds.size))
                    whole.update(block)
                    file.write(block)
            except BaseException:
                os.unlink(file.name)
                raise
        return Path(file.name), whole.hexdigest()


class _Door(httpcore.NetworkBackend):
    """Connects only to addresses that were checked, the very ones, and lets no answer last beyond `until`."""

    def __init__(self, hosts: Hosts) -> None:
        self._hosts = hosts
        self._sync = httpcore.SyncBackend()
        self.until = 0.0

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failed: Exception = httpcore.ConnectError()
        try:
            addresses = self._hosts.addresses(host, port)
        except OSError as error:
            raise httpcore.ConnectError(error) from None
        for address in addresses:
            try:
                stream = self._sync.connect_tcp(
                    address, port, self.left(timeout), local_address, socket_options
                )
                return _Timed(stream, self)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed

    def left(self, timeout: float | None) -> float:
        """Seconds that one step may take."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return min(left, timeout or left)


class _Timed(httpcore.NetworkStream):
    """A connection whose every step ends in time, also where a byte comes now and then."""

    def __init__(self, stream: httpcore.NetworkStream, door: _Door) -> None:
        self._stream, self._door = stream, door

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._door.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._door.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._door.left(timeout))
        return _Timed(stream, self._door)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _plain(blocks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The body without its compression, in small blocks: a bomb is met one block at a time."""
    if encoding.strip().lower() in ("", "identity"):
        yield from blocks
        return
    if encoding.strip().lower() not in ("gzip", "x-gzip", "deflate"):
        raise DocumentError("It is compressed in a way that was not asked for.")
    inflater = zlib.decompressobj(47)  # gzip or zlib, as its first bytes say
    for block in blocks:
        while not inflater.eof:
            plain = inflater.decompress(block, _BLOCK)
            yield plain
            block = inflater.unconsumed_tail
            if not block and len(plain) < _BLOCK:
                break
    if not inflater.eof:
        raise Unreached("The connection broke off.")


def _asked_to_wait(answer: Answer) -> float:
    """Seconds after which a busy server wants to be asked again; 0 where it says nothing or too much."""
    said = answer.header("retry-after").strip()
    if answer.status not in _BUSY or not said:
        return 0.0
    if said.isdecimal():
        seconds = float(said)
    else:
        try:
            seconds = parsedate_to_datetime(said).timestamp() - time.time()
        except (ValueError, TypeError, OverflowError):
            return 0.0
    return max(seconds, 0.1) if seconds <= _LONGEST_WAIT_S else 0.0


def _too_large(limit: int) -> str:
    return f"It is larger than {clip(limit)} and was left; FOOTNOTE_MAX_FILE_MB sets the limit."


def _refusal(error: httpcore.ConnectError) -> str:
    cause = error.args[0] if error.args else None
    if isinstance(cause, ssl.SSLCertVerificationError):
        return (
            "Its certificate is not trusted. If your company signs its own, name its certificate as `ca` of "
            "this source."
        )
    return "It could not be reached."
