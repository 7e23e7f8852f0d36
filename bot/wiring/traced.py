"""Settings in, where traces go out: nowhere, unless a collector is named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

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
    ready(settings)
    from bot.tracing.otlp import Collector, headers

    collector = Collector(settings.otlp_endpoint, headers(settings.otlp_headers.get_secret_value()))
    try:
        yield Traces(collector.send)
    finally:
        collector.close()


def ready(settings: Settings) -> str:
    """Where traces go. Raises SettingError where what sends them is missing."""
    try:
        import bot.tracing.otlp  # noqa: F401
    except ImportError:
        raise SettingError(
            "OTEL_EXPORTER_OTLP_ENDPOINT: what sends traces is not installed. Install it with "
            'pip install "footnote[traces]", or unset it.'
        ) from None
    return f"to {urlsplit(settings.otlp_endpoint).hostname}"


def steps(settings: Settings, meters: Meters) -> Steps:
    """What is told of the steps of the chain."""
    from bot.tracing.chain import Steps

    return Steps(meters.used, settings.embedder)
