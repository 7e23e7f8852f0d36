"""What questions without an answer mean, as bits that can be compared."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "gists",
        sa.Column("answer", sa.String(64), primary_key=True),
        sa.Column("made", sa.String(200), nullable=False),
        sa.Column("bits", sa.String(64), nullable=False),
    )
