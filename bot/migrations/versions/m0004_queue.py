"""Batches that wait to be indexed, and what kind of process a replica is."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column(
        "replicas",
        sa.Column("kind", sa.String(16), nullable=False, server_default="serve"),
    )
    op.create_table(
        "index_batches",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("held_in", sa.String(200), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("executor", sa.String(64)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("kind", sa.String(32)),
        sa.Column("handed_at", sa.Float, nullable=False),
    )
    op.create_index("index_batches_of", "index_batches", ["held_in", "source"])
