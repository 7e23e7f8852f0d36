"""What Slack's surface needs: streams, channel settings, switches, the audit, reasons and early votes."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("inbox", sa.Column("payload", sa.Text))
    op.create_index("inbox_thread", "inbox", ["channel", "thread_ts"])
    op.create_index("inbox_person", "inbox", ["person", "received_at"])
    op.add_column("posts", sa.Column("kind", sa.String(8), nullable=False, server_default="message"))
    op.create_index("posts_ts", "posts", ["channel", "ts"], unique=True)
    _settings()
    _votes()


def _settings() -> None:
    op.create_table(
        "channels",
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("sources", sa.Text, nullable=False),
        sa.Column("expert", sa.String(32), nullable=False),
        sa.Column("changed_by", sa.String(32), nullable=False),
        sa.Column("changed_at", sa.Float, nullable=False),
    )
    op.create_table(
        "switches",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("changed_by", sa.String(32), nullable=False),
        sa.Column("changed_at", sa.Float, nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("who", sa.String(32), nullable=False),
        sa.Column("what", sa.String(64), nullable=False),
        sa.Column("about", sa.Text, nullable=False),
    )


def _votes() -> None:
    op.add_column("votes", sa.Column("via", sa.String(16), nullable=False, server_default="button"))
    op.add_column("votes", sa.Column("reasons", sa.Text))
    op.add_column("votes", sa.Column("correction", sa.Text))
    op.create_table(
        "early_votes",
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("ts", sa.String(32), primary_key=True),
        sa.Column("voter", sa.String(64), primary_key=True),
        sa.Column("value", sa.String(8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
