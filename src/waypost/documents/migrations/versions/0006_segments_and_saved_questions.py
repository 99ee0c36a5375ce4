"""Segments and saved questions."""

import sqlalchemy as sa
from alembic import op

from waypost.documents.base import Instant

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make it."""
    op.create_table(
        "saved_questions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("saved_questions_key")),
    )
    with op.batch_alter_table("saved_questions", schema=None) as batch_op:
        batch_op.create_index("saved_questions_by_workspace", ["workspace"], unique=False)
    op.create_table(
        "segments",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", Instant(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("segments_key")),
    )
    with op.batch_alter_table("segments", schema=None) as batch_op:
        batch_op.create_index("segments_by_workspace", ["workspace"], unique=False)


def downgrade() -> None:
    """Undo it."""
    op.drop_table("segments")
    op.drop_table("saved_questions")
