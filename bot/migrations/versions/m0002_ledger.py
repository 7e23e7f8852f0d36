"""What is in the index: ledger_index, ledger_files, ledger_documents, ledger_syncs, ledger_names."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "ledger_index",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("passages", sa.Integer),
    )
    op.create_table(
        "ledger_files",
        sa.Column("uri", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("unread", sa.Text, nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
    )
    op.create_index("ix_ledger_files_source", "ledger_files", ["source"])
    _documents()
    op.create_table(
        "ledger_syncs",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
    )
    op.create_table(
        "ledger_names",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("paths", sa.Text, nullable=False),
    )


def _documents() -> None:
    op.create_table(
        "ledger_documents",
        sa.Column("uri", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True)),
        sa.Column("audience", sa.Text, nullable=False),
        sa.Column("passages", sa.Integer, nullable=False),
        sa.Column("indexed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_ledger_documents_source", "ledger_documents", ["source"])
