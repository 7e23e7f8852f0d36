"""The ledger by generations of the index: what an older index held is read anew by its rebuild."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    named = op.get_bind().execute(sa.text("SELECT source, paths FROM ledger_names")).all()
    for table in ("ledger_index", "ledger_files", "ledger_documents", "ledger_syncs", "ledger_names"):
        op.drop_table(table)
    _held()
    _documents()
    _syncs()
    rows = [{"name": name, "location": json.dumps(json.loads(paths))} for name, paths in named]
    if rows:
        insert = "INSERT INTO ledger_sources VALUES (:name, 'main', 'files', :location, '{}')"
        op.get_bind().execute(sa.text(insert), rows)


def _held() -> None:
    op.create_table(
        "ledger_files",
        sa.Column("held_in", sa.String(200), primary_key=True),
        sa.Column("uri", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("digest", sa.String(200), nullable=False),
        sa.Column("unread", sa.Text, nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
    )
    op.create_index("ledger_files_source", "ledger_files", ["held_in", "source"])
    op.create_table(
        "ledger_forgotten",
        sa.Column("uri", sa.Text, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )


def _documents() -> None:
    op.create_table(
        "ledger_documents",
        sa.Column("held_in", sa.String(200), primary_key=True),
        sa.Column("uri", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("digest", sa.String(200), nullable=False),
        sa.Column("revision", sa.String(32), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True)),
        sa.Column("audience", sa.Text, nullable=False),
        sa.Column("own", sa.Text, nullable=False),
        sa.Column("untold", sa.Boolean, nullable=False),
        sa.Column("passages", sa.Integer, nullable=False),
        sa.Column("indexed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ledger_documents_source", "ledger_documents", ["held_in", "source"])


def _syncs() -> None:
    op.create_table(
        "ledger_syncs",
        sa.Column("held_in", sa.String(200), primary_key=True),
        sa.Column("source", sa.String(200), primary_key=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("changes", sa.Integer, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
    )
    op.create_table(
        "ledger_sources",
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("workspace", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("location", sa.Text, nullable=False),
        sa.Column("options", sa.Text, nullable=False),
    )
