"""The audit as a chain: each row carries the digest of the one before it; rows that are there are chained."""

import hashlib
import json
import secrets

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_DIGESTS = ("content", "before", "digest")


def upgrade() -> None:
    op.add_column("audit", sa.Column("salt", sa.String(32), nullable=False, server_default=""))
    for name in _DIGESTS:
        op.add_column("audit", sa.Column(name, sa.String(64), nullable=False, server_default=""))
    ends = op.create_table(
        "audit_ends",
        sa.Column("name", sa.String(8), primary_key=True),
        sa.Column("row", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )
    id, digest = _chained(op.get_bind())
    op.bulk_insert(
        ends,
        [{"name": "cut", "row": 0, "digest": ""}, {"name": "head", "row": id, "digest": digest}],
    )


def _chained(connection: sa.Connection) -> tuple[int, str]:
    """Chains the rows that are there; the newest one's id and digest."""
    names = ("id", "at", "who", "what", "about", "salt", *_DIGESTS)
    table = sa.table("audit", *(sa.column(name) for name in names))
    last, before = 0, ""
    for row in connection.execute(sa.select(table).order_by(table.c.id)).all():
        salt = secrets.token_hex(16)
        content = _digest([salt, row.who, row.what, row.about])
        digest = _digest([before, row.at, content])
        values = {"salt": salt, "content": content, "before": before, "digest": digest}
        connection.execute(table.update().where(table.c.id == row.id).values(**values))
        last, before = row.id, digest
    return last, before


def _digest(parts: list[object]) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
