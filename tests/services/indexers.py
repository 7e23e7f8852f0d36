"""Machines that index together: workers, one that reads a folder, an embeddings server that only waits."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg

COUNTED = """
import json
from bot import wiring
from bot.settings import load
from retrieval.passage import Audience

settings = load()
table, ledger = wiring.store(settings).live("main"), wiring.ledger(settings)
rows = [row.uri for row in ledger.all(table.name)]
found = {hit.passage.document for hit in table.keyword("text", Audience(), 10000)}
held = [one for file in ledger.known(table.name, "docs").documents.values() for one in file.values()]
print(json.dumps([len(rows), len(set(rows)), table.count(), len(found), all(one.digest for one in held)]))
"""


class Embeddings(ThreadingHTTPServer):
    """An embeddings server whose work is done elsewhere: a pause for each call, and vectors out of a hash."""

    daemon_threads = True
    pause_s = 0.15

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/v1"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Embeddings

    def do_POST(self) -> None:
        texts = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["input"]
        time.sleep(self.server.pause_s)
        rows = [{"index": n, "embedding": _vector(text)} for n, text in enumerate(texts)]
        body = json.dumps({"data": rows}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None: ...


def _vector(text: str) -> list[float]:
    return [byte / 255 + 0.01 for byte in hashlib.sha256(text.encode()).digest()]


class Company:
    """Machines that reach one PostgreSQL and one Weaviate: workers, and one that reads the folder."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self.docs, self._folder, self._settings = folder / "docs", folder, settings
        self.docs.mkdir()
        self.workers: list[subprocess.Popen[bytes]] = []
        self._started = 0

    def write(self, count: int, edition: str = "first") -> None:
        for n in range(count):
            (self.docs / f"n{n}.md").write_text(f"# Note {n}\n\nThe {edition} text of note {n}.\n")

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """`footnote WORDS` on a machine of its own."""
        self._started += 1
        home = self._folder / f"home{self._started}"
        shell = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        shell["OMP_NUM_THREADS"] = "1"
        with (self._folder / f"log{self._started}").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "bot.cli", *words],
                env=shell | self._settings | {"FOOTNOTE_HOME": str(home), "PYTHONPATH": os.getcwd()},
                cwd=self._folder,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def work(self, count: int) -> None:
        """Starts workers and waits until they take batches."""
        before = self.said("working:")
        self.workers += [self.start("worker") for _ in range(count)]
        until(lambda: self.said("working:") >= before + count, self.logs)

    def index(self) -> subprocess.Popen[bytes]:
        return self.start("index", str(self.docs), "--source", "docs", "--json")

    def said(self, words: str) -> int:
        return self.logs().count(words)

    def logs(self) -> str:
        return "\n".join(log.read_text() for log in sorted(self._folder.glob("log*")))

    def asked(self, script: str) -> Any:
        """What a script says, as JSON, that runs with these settings."""
        shell = {"PATH": os.environ["PATH"], "PYTHONPATH": os.getcwd(), "PYTHONWARNINGS": "ignore"}
        env = shell | self._settings | {"FOOTNOTE_HOME": str(self._folder / "counting")}
        done = subprocess.run(
            [sys.executable, "-c", script], env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def counted(self) -> dict[str, Any]:
        """What ledger, store and queue have in the end."""
        rows, uris, passages, found, finished = self.asked(COUNTED)
        with psycopg.connect(self._settings["DATABASE_URL"]) as connection:
            waiting = connection.execute("SELECT count(*) FROM index_batches").fetchone()
        assert waiting is not None
        return {
            "rows": rows, "uris": uris, "passages": passages, "found": found, "finished": finished,
            "waiting": waiting[0],
        }  # fmt: skip

    def close(self) -> None:
        for process in self.workers:
            process.kill()
            process.wait()


def complete(count: int) -> dict[str, Any]:
    """What `counted` says when each document is there once and nothing is left to do."""
    return {"rows": count, "uris": count, "passages": count, "found": count, "finished": True, "waiting": 0}


def until(true: Callable[[], bool], log: Callable[[], str], patience_s: float = 90.0) -> None:
    end = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < end, log()
        time.sleep(0.05)


def started(database: str, weaviate: Any, folder: Path) -> Iterator[Company]:
    embeddings = Embeddings()
    made = Company(
        folder,
        {
            "DATABASE_URL": database,
            "FOOTNOTE_STORE": "weaviate",
            "WEAVIATE_URL": weaviate.url,
            "WEAVIATE_GRPC_PORT": str(weaviate.grpc_port),
            "FOOTNOTE_COLLECTION": f"W{hashlib.sha256(database.encode()).hexdigest()[:8]}",
            "FOOTNOTE_EMBEDDER": "endpoint:test",
            "FOOTNOTE_EMBEDDINGS_URL": embeddings.url,
        },
    )
    yield made
    made.close()
    embeddings.shutdown()
    embeddings.server_close()
