"""Questions without an answer that somebody said need none."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "closed_gaps",
        sa.Column("answer", sa.String(64), primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
    )
