"""The first tables: inbox, posts, replicas, answers, votes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _inbox()
    op.create_table(
        "posts",
        sa.Column("key", sa.String(80), primary_key=True),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("thread_ts", sa.String(32), nullable=False),
        sa.Column("ts", sa.String(32)),
    )
    op.create_table(
        "replicas",
        sa.Column("executor", sa.String(64), primary_key=True),
        sa.Column("beats", sa.Integer, nullable=False),
    )
    _feedback()


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("event_id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("message_ts", sa.String(32)),
        sa.Column("thread_ts", sa.String(32)),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("direct", sa.Boolean, nullable=False),
        sa.Column("text", sa.Text),
        sa.Column("outcome", sa.Text),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("executor", sa.String(64)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("received_at", sa.Float, nullable=False),
        sa.UniqueConstraint("team", "channel", "message_ts", name="inbox_one_per_message"),
    )
    op.create_index("inbox_state", "inbox", ["state", "received_at"])


def _feedback() -> None:
    op.create_table(
        "answers",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("question_ref", sa.String(80), nullable=False),
        sa.Column("question", sa.Text),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("writer", sa.String(120), nullable=False),
        sa.Column("text", sa.Text),
        sa.Column("citations", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_answers_question_ref", "answers", ["question_ref"])
    op.create_table(
        "votes",
        sa.Column("answer", sa.String(64), primary_key=True),
        sa.Column("voter", sa.String(64), primary_key=True),
        sa.Column("value", sa.String(8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
