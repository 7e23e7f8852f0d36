"""What reviewers say of answers, the lessons made of it, and who wants nothing of theirs used for any."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "reviews",
        sa.Column("answer", sa.String(64), primary_key=True),
        sa.Column("turn", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("reviewer", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cause", sa.String(16), nullable=False, server_default=""),
        sa.Column("text", sa.Text),
    )
    op.create_table(
        "lessons",
        sa.Column("answer", sa.String(64), primary_key=True),
        sa.Column("line", sa.Text, nullable=False),
    )
    op.create_table(
        "optouts",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
