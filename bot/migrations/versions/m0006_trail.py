"""What an answer came from, what was struck out of it, and the words of the passages it was made from."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("answers", sa.Column("trail", sa.Text))
    op.add_column("answers", sa.Column("struck", sa.Text))
    op.create_table(
        "grounds",
        sa.Column("answer", sa.String(64), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("cited", sa.Boolean, nullable=False),
        sa.Column("passage", sa.Text),
        sa.Column("kept_since", sa.DateTime(timezone=True)),
    )
    op.create_index("grounds_document", "grounds", ["document"])
    op.create_index("grounds_kept_since", "grounds", ["kept_since"])
