"""Which change another one takes back."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make it."""
    with op.batch_alter_table("map_changes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("undoes", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    """Undo it."""
    with op.batch_alter_table("map_changes", schema=None) as batch_op:
        batch_op.drop_column("undoes")
