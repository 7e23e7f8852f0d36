"""The tone, the language and the JSON schema of a channel's answers."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("channels", sa.Column("tone", sa.String(16), nullable=False, server_default=""))
    op.add_column("channels", sa.Column("language", sa.String(8), nullable=False, server_default=""))
    op.add_column("channels", sa.Column("schema", sa.Text, nullable=False, server_default=""))
