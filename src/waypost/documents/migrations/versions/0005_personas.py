"""Personas."""

import sqlalchemy as sa
from alembic import op

from waypost.documents.base import Instant

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make it."""
    op.create_table(
        "personas",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("segment", sa.Text(), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("colour", sa.String(), nullable=False),
        sa.Column("is_pinned", sa.Boolean(), nullable=False),
        sa.Column("made_from", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", Instant(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", Instant(timezone=True), nullable=False),
        sa.Column("removed_at", Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("personas_key")),
    )
    with op.batch_alter_table("personas", schema=None) as batch_op:
        batch_op.create_index("personas_by_workspace", ["workspace"], unique=False)


def downgrade() -> None:
    """Undo it."""
    op.drop_table("personas")
