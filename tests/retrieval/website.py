"""A web site on loopback that does what a test tells it, and remembers what it was asked."""

from __future__ import annotations

import hashlib
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Write = Callable[[bytes], None]


@dataclass
class Reply:
    """What the site says at one address. `tags`: with an ETag, and 304 to whoever has it."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    tags: bool = False
    stream: Callable[[Write], None] | None = None


Page = Reply | Callable[["Asked"], Reply]


@dataclass(frozen=True)
class Asked:
    """A request as the site saw it: path with query, headers in lower case."""

    path: str
    headers: dict[str, str]


def html(body: str, head: str = "", **facts: Any) -> Reply:
    """A web page in UTF-8."""
    page = f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"
    return Reply(page.encode(), headers={"Content-Type": "text/html"}, **facts)


def links(*targets: str) -> str:
    return "".join(f'<p><a href="{target}">to {number}</a></p>' for number, target in enumerate(targets))


class WebSite:
    """Pages by path; `asked` has each request in its order."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[Asked] = []
        self.otherwise: Page = Reply(b"no", 404)
        self.url = ""

    def paths(self) -> list[str]:
        return [one.path for one in self.asked if one.path not in ("/robots.txt", "/sitemap.xml")]

    def reply(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        page = self.pages.get(asked.path, self.otherwise)
        reply = page(asked) if callable(page) else page
        if not reply.tags:
            return reply
        tag = f'"{hashlib.sha256(reply.body).hexdigest()[:16]}"'
        if asked.headers.get("if-none-match") == tag:
            return Reply(status=304, headers={"ETag": tag})
        return Reply(reply.body, reply.status, {**reply.headers, "ETag": tag})


@contextmanager
def running(certificate: tuple[Path, Path] | None = None) -> Iterator[WebSite]:
    """The site, on a free port of this machine; with a certificate and its key by https."""
    site = WebSite()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16  # a head and a body sent apart wait for each other

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = site.reply(Asked(self.path, headers))
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.stream:
                self.close_connection = True
                self.send_header("Connection", "close")
                self.end_headers()
                try:
                    reply.stream(self._write)
                except OSError:
                    return
            else:
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

        def _write(self, block: bytes) -> None:
            self.wfile.write(block)
            self.wfile.flush()

        def log_message(self, *_: object) -> None: ...

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None: ...

    server = Server(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    site.url = f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
