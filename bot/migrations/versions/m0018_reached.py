"""How far a sync is, for whoever looks on."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("ledger_syncs", sa.Column("reached", sa.Text))
