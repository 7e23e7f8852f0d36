"""What pages look for among many answers: by when, and by what became of a question."""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_index("answers_created_at", "answers", ["created_at"])
    op.create_index("answers_asked", "answers", ["question_ref", "status"])
    op.create_index("inbox_received", "inbox", ["received_at", "kind"])
