"""The settings of what a process tells of itself, once; bot/settings.py has them among all others."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class Observed(BaseSettings):
    """How its log looks, and where traces go."""

    log_format: Literal["text", "json"] = Field(
        "text",
        validation_alias="FOOTNOTE_LOG_FORMAT",
        description="How the log looks: text; or json, an object a line with ids and times as fields.",
    )
    ask_itself: bool = Field(
        False,
        validation_alias="FOOTNOTE_ASK_ITSELF",
        description="Whether footnote serve asks itself a question a minute: inbox, search, model and check.",
    )
    ask_itself_in: str = Field(
        "",
        validation_alias="FOOTNOTE_ASK_ITSELF_IN",
        description="Slack id of a channel where it says how that went, in one message a day. Empty: none.",
        pattern=r"^[CG][A-Z0-9]+$|^$",
    )
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
