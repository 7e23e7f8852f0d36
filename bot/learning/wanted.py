"""Every setting of what learns from people, once; bot/settings.py has them among all others."""

from __future__ import annotations

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from retrieval.passage import SettingError

OFF = "off"
_NAMES = "en_core_web_sm,de_core_news_sm"  # models of spaCy


class Wanted(BaseSettings):
    """What an operator wants of it."""

    train_slack_text: bool = Field(
        False,
        validation_alias="FOOTNOTE_TRAIN_SLACK_TEXT",
        description="Whether what people ask, in Slack or elsewhere, is kept to learn from as it is; else "
        "questions are made anew.",
    )
    reviewers: str = Field(
        "",
        validation_alias="FOOTNOTE_REVIEWERS",
        description="Slack ids, with commas between them, of members who review answers beside the admins.",
        pattern=r"^\s*([UW][A-Z0-9]+\s*(,\s*|$))*$",
    )
    redact: str = Field(
        "",
        validation_alias="FOOTNOTE_REDACT",
        description="presidio, or presidio:MODEL,MODEL (of spaCy): names of people are redacted before "
        "anything is kept to learn from; extra presidio. Empty: only what has a form of its own is.",
        pattern=r"^(presidio(:[^,\s]+(,[^,\s]+)*)?)?$",
    )
    learn_unreviewed: bool = Field(
        True,
        validation_alias="FOOTNOTE_LEARN_UNREVIEWED",
        description="Whether answers that two people found helpful, and nobody unhelpful, are learnt from "
        "without a review.",
    )
    trainer: str = Field(
        "",
        validation_alias="FOOTNOTE_TRAINER",
        description="A Python that has the extra train. Empty: the one that deploy/environment.py torch has "
        "made.",
    )

    train_person_share: float = Field(
        0.1,
        validation_alias="FOOTNOTE_TRAIN_PERSON_SHARE",
        description="Share of a dataset's rows that one person's votes, questions and corrections may be.",
        gt=0,
        le=1,
    )
    verified_days: int = Field(
        180,
        validation_alias="FOOTNOTE_VERIFIED_DAYS",
        description="Days after which an answer that an expert verified in Slack is to be looked at again.",
        ge=1,
        le=3650,
    )

    report: str = Field(
        "0 6 * * 1",
        validation_alias="FOOTNOTE_REPORT",
        description="When footnote serve makes the week's report: five cron fields (UTC; a time zone may "
        "follow), or off.",
    )
    report_channel: str = Field(
        "",
        validation_alias="FOOTNOTE_REPORT_CHANNEL",
        description="Slack id of a channel that it is told in. Empty: each of FOOTNOTE_ADMINS, directly.",
        pattern=r"^[CG][A-Z0-9]+$|^$",
    )
    report_questions: bool = Field(
        False,
        validation_alias="FOOTNOTE_REPORT_QUESTIONS",
        description="Whether it names a question of each new group that all may read, where words are kept.",
    )
    retrain_rows: int = Field(
        100,
        validation_alias="FOOTNOTE_RETRAIN_ROWS",
        description="Reviewed rows that no adapter has seen, from which a training is proposed.",
        ge=1,
    )
    retrain: bool = Field(
        False,
        validation_alias="FOOTNOTE_RETRAIN",
        description="Whether a training that is proposed starts by itself; its adapter answers nothing until "
        "`footnote adapters add` and the gate.",
    )

    @field_validator("report")
    @classmethod
    def _understood(cls, value: str) -> str:
        if value != OFF:
            from retrieval.sources import schedule

            try:
                schedule.parsed(value)
            except SettingError as error:
                raise ValueError(str(error)) from None
        return value

    @property
    def redact_models(self) -> tuple[str, ...]:
        """Language models that know names; empty where nothing is asked of them."""
        given = self.redact.partition(":")[2] or (_NAMES if self.redact else "")
        return tuple(given.split(",")) if given else ()

    @property
    def reviewer_ids(self) -> frozenset[str]:
        return frozenset(id for part in self.reviewers.split(",") if (id := part.strip()))
