"""Every setting of the pages, once; bot/settings.py has them among all others."""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class Opened(BaseSettings):
    """Where the pages are, and how people sign in there."""

    pages_port: int = Field(
        0,
        validation_alias="FOOTNOTE_PAGES_PORT",
        description="Port of the pages of footnote serve. 0: none.",
        ge=0,
        le=65535,
    )
    pages_url: str = Field(
        "",
        validation_alias="FOOTNOTE_PAGES_URL",
        description="Address at which people open the pages and sign in with Slack, https://... Empty: this "
        "machine only, by a link.",
        pattern=r"^(https?://[^/\s?#@]+/?)?$",
    )
    slack_client_id: str = Field(
        "", validation_alias="SLACK_CLIENT_ID", description="Client ID of the app, for signing in with Slack."
    )
    slack_client_secret: SecretStr = Field(
        SecretStr(""), validation_alias="SLACK_CLIENT_SECRET", description="Client secret, for the same."
    )
