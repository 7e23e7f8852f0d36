"""Every setting of how long things are kept, once; bot/settings.py has them among all others."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings

_LONGEST = 36_500


class Kept(BaseSettings):
    """Days for each kind of what is kept."""

    record_days: int = Field(
        30,
        validation_alias="FOOTNOTE_RECORD_DAYS",
        description="Days for which the record of an answer keeps words: of its passages (0: never), asked "
        "and answered.",
        ge=0,
        le=_LONGEST,
    )
    event_days: int = Field(
        90,
        validation_alias="FOOTNOTE_EVENT_DAYS",
        description="Days for which it is known what came from Slack and which of our messages answers it, "
        "without words; votes on older messages do not count any more.",
        ge=7,
        le=_LONGEST,
    )
    figure_days: int = Field(
        365,
        validation_alias="FOOTNOTE_FIGURE_DAYS",
        description="Days for which it is known what became of an answer, without words, and its votes.",
        ge=7,
        le=_LONGEST,
    )
    week_days: int = Field(
        1095,
        validation_alias="FOOTNOTE_WEEK_DAYS",
        description="Days for which the figures of a week are kept.",
        ge=7,
        le=_LONGEST,
    )
    audit_days: int = Field(
        90,
        validation_alias="FOOTNOTE_AUDIT_DAYS",
        description="Days for which it is known who did what.",
        ge=7,
        le=_LONGEST,
    )
