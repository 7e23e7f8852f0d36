"""What happens in this process, counted and timed, for Prometheus to read. No label says what anybody wrote,
nor who or where they are."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from model.answer import Answer
from model.plain import KINDS

TYPE = "text/plain; version=0.0.4; charset=utf-8"  # the form that `Meters.page` has
QUOTAS = ("person", "channel")  # an hour has a number of questions for
RESULTS = ("stored", "duplicate", "not_ours", "lost")  # what becomes of an event
FORGED = ("large", "unsigned", "stale", "forged", "broken")  # why a request was turned away
_ACK_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)  # Slack waits for three seconds
_ANSWER_S = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 75)  # beyond the last one it is overdue
_SIGN_S = (0.1, 0.25, 0.5, 1, 2, 3, 5, 10)
_FINAL_S = (0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 60, 90)


class Meters:
    """The counters of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._events = self._counter(
            "footnote_events", "Events from Slack, by what became of them.", "result"
        )
        for result in RESULTS:  # at zero from the start: of what appears as one, no growth is seen
            self._events.labels(result)
        self._ack = self._times("footnote_ack_seconds", "From an event to its row being on disk.", _ACK_S)
        self._answers = self._counter("footnote_answers", "Answers written, by status.", "status")
        self._stages = self._times("footnote_answer_seconds", "An answer's stages.", _ANSWER_S, "stage")
        self._signs = self._times("footnote_first_sign_seconds", "From an event to a reply's sign.", _SIGN_S)
        self._final = self._times("footnote_final_seconds", "From an event to its visible end.", _FINAL_S)
        self._cited = self._counter("footnote_citations", "Citations of answers that were written.")
        self._struck = self._counter("footnote_struck", "Sentences that the check took out.", "fault")
        self._stripped = self._counter("footnote_stripped", "Forms taken out of drafts.", "kind")
        for kind in KINDS:
            self._stripped.labels(kind)
        self._refused = self._counter("footnote_refusals", "Questions not taken, by why.", "reason")
        for reason in QUOTAS:
            self._refused.labels(reason)
        self._away = self._counter("footnote_turned_away", "HTTP requests not taken as Slack's.", "reason")
        for reason in FORGED:
            self._away.labels(reason)
        self._offset = Gauge(
            "footnote_clock_offset_seconds", "Slack's clock less ours.", registry=self.registry
        )
        self._writers = self._counter("footnote_writers", "Answers by who wrote them.", "writer")
        self._calls = self._counter("footnote_slack_calls", "Calls of Slack's methods.", "method", "outcome")
        self._tokens = self._counter("footnote_tokens", "Tokens of models.", "model", "kind")
        self._failed = self._counter("footnote_failures", "Questions that an error of ours ended.")

    def add(self, more: Collector) -> None:
        """What is looked up when somebody reads the page."""
        self.registry.register(more)

    def page(self) -> bytes:
        """All of it, in Prometheus' text form."""
        return generate_latest(self.registry)

    def looked(self, parts: Callable[[], Mapping[str, bool]]) -> None:
        """The parts that /readyz tells of, and which of them are well, as they were last looked at."""
        self.registry.register(_Parts(parts))

    @contextmanager
    def acknowledging(self) -> Iterator[None]:
        """The time from an event's arrival here until it may be acknowledged."""
        began = time.perf_counter()
        yield
        self._ack.observe(time.perf_counter() - began)

    def received(self, result: str) -> None:
        """An event: stored, duplicate, not_ours, or lost to an error of ours."""
        self._events.labels(result).inc()

    def answered(self, answer: Answer, waited_s: float) -> None:
        """An answer that was written, `waited_s` after its event came."""
        self._answers.labels(str(answer.status)).inc()
        self._cited.inc(len(answer.citations))
        self._writers.labels(answer.writer or "none").inc()
        for sentence in answer.struck:
            self._struck.labels(str(sentence.fault)).inc()
        for kind, count in (answer.trail.stripped if answer.trail else {}).items():
            self._stripped.labels(kind).inc(count)
        self._stages.labels("queue").observe(waited_s)
        for stage in ("embed", "search", "write", "total"):
            self._stages.labels(stage).observe(getattr(answer.timings, stage) / 1000)

    def signed(self, took_s: float) -> None:
        """Somebody who asks sees that it was noticed, so long after their event."""
        self._signs.observe(took_s)

    def refused(self, reason: str) -> None:
        """A question that is not taken: by who asks, or by whose quota is used up."""
        self._refused.labels(reason).inc()

    def turned_away(self, reason: str) -> None:
        """A request at Slack's address that is not taken as Slack's, by why."""
        self._away.labels(reason).inc()

    def offset(self, seconds: float) -> None:
        """How far Slack's clock is before ours."""
        self._offset.set(seconds)

    def ended(self, took_s: float) -> None:
        """A question has its visible end, so long after its event."""
        self._final.observe(took_s)

    def called(self, method: str, outcome: str) -> None:
        """A call of Slack: ok, limited, unclear, or the code with which Slack refused."""
        self._calls.labels(method, outcome).inc()

    def used(self, model: str, read: int, written: int) -> None:
        """What a call of a model took, in tokens."""
        self._tokens.labels(model, "read").inc(read)
        self._tokens.labels(model, "written").inc(written)

    def failed(self) -> None:
        """A question that an error of ours ended."""
        self._failed.inc()

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(name, about, labels, registry=self.registry)

    def _times(self, name: str, about: str, bounds: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(name, about, labels, registry=self.registry, buckets=bounds)


class _Parts(Collector):
    def __init__(self, parts: Callable[[], Mapping[str, bool]]) -> None:
        self._parts = parts

    def collect(self) -> Iterator[Metric]:
        family = GaugeMetricFamily("footnote_part_up", "Whether a part is well.", labels=["part"])
        for part, well in self._parts().items():
            family.add_metric([part], float(well))
        yield family
