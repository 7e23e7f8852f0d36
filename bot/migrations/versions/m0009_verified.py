"""What experts replied to questions without an answer, and confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "verified",
        sa.Column("answer", sa.String(64), primary_key=True),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("thread", sa.String(32), nullable=False),
        sa.Column("reply", sa.String(32), nullable=False),
        sa.Column("expert", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("asker", sa.String(64), nullable=False, server_default=""),
        sa.Column("question", sa.Text, nullable=False, server_default=""),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.Date, nullable=False),
    )
    op.create_index("verified_reply", "verified", ["channel", "reply"])
