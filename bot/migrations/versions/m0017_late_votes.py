"""Votes by when they were cast: few of them are of the last weeks."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_index("votes_at", "votes", ["at", "value"])
