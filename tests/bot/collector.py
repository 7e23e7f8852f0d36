"""A small OpenTelemetry collector: it takes traces by OTLP over HTTP, as protobuf, and keeps the spans."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span


class Collector:
    """`with Collector() as there:`; `there.address` is the endpoint, `behaviour` well, hang or refuse."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.resources: list[dict[str, Any]] = []
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.behaviour = "well"
        self.let_go = threading.Event()
        outer = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.take(self)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def take(self, asked: BaseHTTPRequestHandler) -> None:
        """One request of an exporter."""
        body = asked.rfile.read(int(asked.headers["Content-Length"]))
        if self.behaviour == "hang":
            self.let_go.wait(60)
            return
        if self.behaviour == "refuse" or asked.path != "/v1/traces":
            asked.send_error(400)
            return
        assert asked.headers["Content-Type"] == "application/x-protobuf"
        self.headers.append({name.lower(): value for name, value in asked.headers.items()})
        self.bodies.append(body)
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            self.resources.append(values(resource.resource.attributes))
            self.spans += [span for scope in resource.scope_spans for span in scope.spans]
        asked.send_response(200)
        asked.send_header("Content-Type", "application/x-protobuf")
        asked.end_headers()
        asked.wfile.write(ExportTraceServiceResponse().SerializeToString())

    def wait_for(self, *names: str, seconds: float = 20) -> dict[str, Span]:
        """The spans of the first trace that has them all, by name."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            traces: dict[bytes, dict[str, Span]] = {}
            for span in list(self.spans):
                traces.setdefault(span.trace_id, {})[span.name] = span
            if whole := next((found for found in traces.values() if set(names) <= set(found)), None):
                return whole
            time.sleep(0.05)
        raise AssertionError(sorted({span.name for span in self.spans}))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.let_go.set()
        self._server.shutdown()
        self._server.server_close()


def values(attributes: Any) -> dict[str, Any]:
    """Attributes as they are meant."""
    found = {}
    for one in attributes:
        kind = one.value.WhichOneof("value")
        value = getattr(one.value, kind)
        found[one.key] = [v.string_value for v in value.values] if kind == "array_value" else value
    return found
