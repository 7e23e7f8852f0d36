"""Spans in, out over HTTP to an OpenTelemetry collector; where it is slow or dead they are dropped."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Mapping, Sequence
from importlib.metadata import version

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from bot.tracing import ERROR, Span

log = logging.getLogger("footnote.traces")

WAITING = 4096  # spans, some hundred questions: what is more is dropped
AT_ONCE = 512
EVERY_S = 1.0
TIMEOUT_S = 5.0
_NAMED = ("chat ", "slack ", "retrieval")  # what calls a server or an index of its own


class Collector:
    """The door to a collector at `endpoint`: a span is put down at once, and a thread of its own sends."""

    def __init__(self, endpoint: str, headers: Mapping[str, str]) -> None:
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # it prints what was refused, and where
        address = endpoint.rstrip("/") + "/v1/traces"
        self._exporter = OTLPSpanExporter(address, headers=dict(headers), timeout=TIMEOUT_S)
        self._waiting: queue.Queue[Span] = queue.Queue(WAITING)
        self._stopping = threading.Event()
        self._dropped = 0
        self._well = True
        self._resource = Resource.create({"service.name": "footnote", "service.version": version("footnote")})
        self._scope = InstrumentationScope("footnote", version("footnote"))
        self._thread = threading.Thread(target=self._run, name="footnote-traces", daemon=True)
        self._thread.start()

    def send(self, span: Span) -> None:
        """Returns at once, whatever becomes of it."""
        try:
            self._waiting.put_nowait(span)
        except queue.Full:
            self._dropped += 1

    def close(self, patience_s: float = 2.0) -> None:
        """Sends what waits, as far as that takes no longer."""
        self._stopping.set()
        self._thread.join(patience_s)
        self._exporter.shutdown()  # type: ignore[no-untyped-call]

    def _run(self) -> None:
        while not self._stopping.wait(EVERY_S):
            self._flush()
        self._flush()

    def _flush(self) -> None:
        while batch := self._batch():
            try:
                well = self._exporter.export(batch) is SpanExportResult.SUCCESS
            except Exception:
                well = False
            self._noted(len(batch), well=well)

    def _batch(self) -> list[ReadableSpan]:
        batch: list[ReadableSpan] = []
        while len(batch) < AT_ONCE and not self._waiting.empty():
            batch.append(self._readable(self._waiting.get_nowait()))
        return batch

    def _noted(self, count: int, *, well: bool) -> None:
        self._dropped += 0 if well else count
        if well is not self._well:
            said = (
                "traces are taken again; dropped meanwhile: %d"
                if well
                else "traces are not taken: %d dropped"
            )
            log.warning(said, self._dropped)
            self._dropped = 0 if well else self._dropped
        self._well = well

    def _readable(self, span: Span) -> ReadableSpan:
        failed = ERROR in span.attributes
        return ReadableSpan(
            span.name,
            _context(span.trace, span.id),
            _context(span.trace, span.parent) if span.parent else None,
            self._resource,
            dict(span.attributes),
            kind=SpanKind.CLIENT if span.name.startswith(_NAMED) else SpanKind.INTERNAL,
            status=Status(StatusCode.ERROR if failed else StatusCode.UNSET),
            start_time=int(span.began * 1e9),
            end_time=int(span.ended * 1e9),
            instrumentation_scope=self._scope,
        )


def _context(trace: str, span: str) -> SpanContext:
    return SpanContext(int(trace, 16), int(span, 16), False, TraceFlags(TraceFlags.SAMPLED))


def headers(given: str) -> dict[str, str]:
    """Of KEY=VALUE,KEY=VALUE, as OTEL_EXPORTER_OTLP_HEADERS has them."""
    pairs: Sequence[tuple[str, str, str]] = [part.partition("=") for part in given.split(",")]
    return {key.strip().lower(): value.strip() for key, equals, value in pairs if equals}
