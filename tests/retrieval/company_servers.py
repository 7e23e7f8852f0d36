"""Servers on loopback that speak as much of a product's API as LangChain's loader for it asks for."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

KEY = "s3cret-key"
Answer = tuple[int, dict[str, str], object]


class Product:
    """Pages by number, and what goes wrong: `faults` is the status of the n-th request, `away` hangs up."""

    loader = ""
    page_size = 2

    def __init__(self) -> None:
        self.pages: dict[int, str] = {}
        self.faults: dict[int, int] = {}
        self.broken: set[int] = set()
        self.away = False
        self.key = KEY
        self.asked: list[str] = []
        self.url = ""

    def options(self) -> dict[str, object]:
        """The arguments of its loader, beside the place."""
        raise NotImplementedError

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        raise NotImplementedError

    @contextmanager
    def served(self) -> Iterator[None]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        product = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                product.asked.append(self.path)
                if product.away:
                    self.close_connection = True
                    return
                parts = urlsplit(self.path)
                query = {key: values[0] for key, values in parse_qs(parts.query).items()}
                status, headers, body = product.faults.get(len(product.asked), 0), {}, {"message": KEY}
                if self.headers["Authorization"] != f"Bearer {product.key}":
                    status = 401
                if not status:
                    status, headers, body = product.answer(parts.path, query)
                content = json.dumps(body).encode()
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None: ...

        return Handler

    def listed(self, first: int, size: int) -> list[int]:
        return sorted(self.pages)[first : first + size]


class Confluence(Product):
    """A space of Confluence Server; a broken page comes without its body."""

    loader = "ConfluenceLoader"
    place = "HR"

    def options(self) -> dict[str, object]:
        more = {"number_of_retries": 1, "cloud": False, "limit": self.page_size}
        return {"place": "space_key", "url": self.url, "token": self.key_given, **more}

    key_given = KEY

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        if path.endswith("/restriction/byOperation"):
            nobody = {"restrictions": {kind: {"results": []} for kind in ("user", "group")}}
            return 200, {}, {"read": nobody}
        if path != "/rest/api/content" or query.get("spaceKey") != self.place:
            return 404, {}, {"message": "No space"}
        numbers = self.listed(int(query.get("start", 0)), int(query["limit"]))
        return 200, {}, {"results": [self._page(number) for number in numbers]}

    def _page(self, number: int) -> dict[str, object]:
        body = {} if number in self.broken else {"storage": {"value": f"<p>{self.pages[number]}</p>"}}
        return {
            "id": str(number),
            "title": f"Page {number}",
            "status": "current",
            "body": body,
            "_links": {"webui": f"/display/HR/{number}"},
            "version": {"when": "2026-03-01T10:00:00.000Z"},
        }


class GitHub(Product):
    """The issues of a repository; a broken one is no issue at all."""

    loader = "GitHubIssuesLoader"
    place = "kestrel/app"

    def options(self) -> dict[str, object]:
        return {"github_api_url": self.url, "access_token": self.key_given}

    key_given = KEY

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        if path != f"/repos/{self.place}/issues":
            return 404, {}, {"message": "Not Found"}
        number = int(query.get("page", 1))
        shown = self.listed((number - 1) * self.page_size, self.page_size)
        more = len(self.pages) > number * self.page_size
        link = {"Link": f'<{self.url}{path}?page={number + 1}>; rel="next"'} if more else {}
        return 200, link, [self._issue(one) for one in shown]

    def _issue(self, number: int) -> dict[str, object]:
        if number in self.broken:
            return {"message": KEY}
        return {
            "html_url": f"https://github.example/{self.place}/issues/{number}",
            "title": f"Page {number}",
            "body": self.pages[number] or None,
            "user": {"login": "ada"},
            "created_at": "2026-03-01T10:00:00Z",
            "comments": 0,
            "state": "open",
            "labels": [],
            "assignee": None,
            "milestone": None,
            "locked": False,
            "number": number,
        }
