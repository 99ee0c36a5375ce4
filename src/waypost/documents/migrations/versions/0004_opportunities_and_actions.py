"""Opportunities and actions."""

import sqlalchemy as sa
from alembic import op

from waypost.documents.base import Instant

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make it."""
    op.create_table(
        "work_links",
        sa.Column("work", sa.String(), nullable=False),
        sa.Column("map", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("element", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("work", "map", "kind", "element", name=op.f("work_links_key")),
    )
    with op.batch_alter_table("work_links", schema=None) as batch_op:
        batch_op.create_index("work_links_by_map", ["map"], unique=False)
    op.create_table(
        "work_steps",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("work", sa.String(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("was", sa.Text(), nullable=False),
        sa.Column("became", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("work_steps_key")),
    )
    with op.batch_alter_table("work_steps", schema=None) as batch_op:
        batch_op.create_index("work_steps_by_work", ["work", "number"], unique=False)
    op.create_table(
        "opportunities",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("value_minor", sa.BigInteger(), nullable=True),
        sa.Column("value_low", sa.BigInteger(), nullable=True),
        sa.Column("value_high", sa.BigInteger(), nullable=True),
        sa.Column("value_origin", sa.String(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=True),
        sa.Column("severity", sa.Integer(), nullable=True),
        sa.Column("reach", sa.Integer(), nullable=True),
        sa.Column("confidence", sa.Integer(), nullable=True),
        sa.Column("effort", sa.Integer(), nullable=True),
        sa.Column("strategic", sa.Integer(), nullable=True),
        sa.Column("owner", sa.Integer(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("dismissed_because", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", Instant(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"], ["users.id"], name=op.f("opportunities_owner_of_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("opportunities_key")),
    )
    with op.batch_alter_table("opportunities", schema=None) as batch_op:
        batch_op.create_index(
            "opportunities_by_workspace", ["workspace", "changed_at"], unique=False
        )
    op.create_table(
        "actions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("opportunity", sa.String(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("owner", sa.Integer(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("effort", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("verdict_note", sa.Text(), nullable=False),
        sa.Column("done_at", Instant(timezone=True), nullable=True),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", Instant(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["opportunity"],
            ["opportunities.id"],
            name=op.f("actions_opportunity_of_opportunities"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["owner"], ["users.id"], name=op.f("actions_owner_of_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("actions_key")),
    )
    with op.batch_alter_table("actions", schema=None) as batch_op:
        batch_op.create_index(
            "actions_by_workspace", ["workspace", "status", "place"], unique=False
        )


def downgrade() -> None:
    """Undo it."""
    op.drop_table("actions")
    op.drop_table("opportunities")
    op.drop_table("work_steps")
    op.drop_table("work_links")
