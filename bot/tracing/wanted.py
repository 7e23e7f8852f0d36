"""The settings of traces, once; bot/settings.py has them among all others."""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class Traced(BaseSettings):
    """Where traces go."""

    otlp_endpoint: str = Field(
        "",
        validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT",
        description="Address of an OpenTelemetry collector that takes traces over HTTP, such as "
        "http://127.0.0.1:4318; extra traces. Empty: no traces are made.",
        pattern=r"^(https?://\S+)?$",
    )
    otlp_headers: SecretStr = Field(
        SecretStr(""),
        validation_alias="OTEL_EXPORTER_OTLP_HEADERS",
        description="Headers for that collector, KEY=VALUE with commas between them.",
    )
