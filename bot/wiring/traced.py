"""Settings in, where traces go out: nowhere, unless a collector is named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.settings import Settings
from bot.tracing import Traces
from retrieval.passage import SettingError

if TYPE_CHECKING:
    from bot.meters import Meters
    from bot.tracing.chain import Steps


@contextmanager
def traces(settings: Settings) -> Iterator[Traces]:
    """The traces of rows while the block runs. Raises SettingError where they are wanted and their extra is
    missing."""
    if not settings.otlp_endpoint:
        yield Traces()
        return
    try:
        from bot.tracing.otlp import Collector, headers
    except ImportError:
        raise SettingError(
            "OTEL_EXPORTER_OTLP_ENDPOINT: what sends traces is not installed. Install it with "
            'pip install "footnote[traces]", or unset it.'
        ) from None
    collector = Collector(settings.otlp_endpoint, headers(settings.otlp_headers.get_secret_value()))
    try:
        yield Traces(collector.send)
    finally:
        collector.close()


def steps(settings: Settings, meters: Meters) -> Steps:
    """What is told of the steps of the chain."""
    from bot.tracing.chain import Steps

    return Steps(meters.used, settings.embedder)
