"""Maps, their changes, versions, comments, shares and notices."""

import sqlalchemy as sa
from alembic import op

from waypost.documents.base import Instant

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make it."""
    op.create_table(
        "map_images",
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "id", name=op.f("map_images_key")),
    )
    op.create_table(
        "maps",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("happenings", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("next_review_on", sa.String(), nullable=False),
        sa.Column("parent_map", sa.String(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=True),
        sa.Column("known", sa.String(), nullable=False),
        sa.Column("is_template", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=False),
        sa.Column("changed_by_name", sa.String(), nullable=False),
        sa.Column("changed_at", Instant(timezone=True), nullable=False),
        sa.Column("archived_at", Instant(timezone=True), nullable=True),
        sa.Column("deleted_at", Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("maps_key")),
    )
    with op.batch_alter_table("maps", schema=None) as batch_op:
        batch_op.create_index("maps_by_workspace", ["workspace", "changed_at"], unique=False)
    op.create_table(
        "notices",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("user", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("map", sa.String(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("once", sa.String(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("read_at", Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("notices_key")),
        sa.UniqueConstraint("workspace", "user", "once", name="notices_once"),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index("notices_by_user", ["workspace", "user", "read_at"], unique=False)
    op.create_table(
        "map_changes",
        sa.Column("map", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("ops", sa.Text(), nullable=False),
        sa.Column("undo", sa.Text(), nullable=False),
        sa.Column("undoes", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["map"], ["maps.id"], name=op.f("map_changes_map_of_maps"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("map", "revision", name=op.f("map_changes_key")),
        sa.UniqueConstraint("map", "id", name="map_changes_once"),
    )
    with op.batch_alter_table("map_changes", schema=None) as batch_op:
        batch_op.create_index("map_changes_by_workspace", ["workspace", "at"], unique=False)
    op.create_table(
        "map_comments",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("map", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("anchor_kind", sa.String(), nullable=False),
        sa.Column("anchor_id", sa.String(), nullable=False),
        sa.Column("anchor_text", sa.Text(), nullable=False),
        sa.Column("parent", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("mentions", sa.Text(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("share", sa.String(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("edited_at", Instant(timezone=True), nullable=True),
        sa.Column("removed_at", Instant(timezone=True), nullable=True),
        sa.Column("resolved_at", Instant(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["map"], ["maps.id"], name=op.f("map_comments_map_of_maps"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("map_comments_key")),
    )
    with op.batch_alter_table("map_comments", schema=None) as batch_op:
        batch_op.create_index("map_comments_by_map", ["map", "at"], unique=False)
    op.create_table(
        "map_happenings",
        sa.Column("map", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["map"], ["maps.id"], name=op.f("map_happenings_map_of_maps"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("map", "number", name=op.f("map_happenings_key")),
    )
    op.create_table(
        "map_presence",
        sa.Column("map", sa.String(), nullable=False),
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("user", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("seen_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["map"], ["maps.id"], name=op.f("map_presence_map_of_maps"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("map", "client", name=op.f("map_presence_key")),
    )
    op.create_table(
        "map_roles",
        sa.Column("map", sa.String(), nullable=False),
        sa.Column("user", sa.Integer(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["map"], ["maps.id"], name=op.f("map_roles_map_of_maps"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("map", "user", name=op.f("map_roles_key")),
    )
    op.create_table(
        "map_shares",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("map", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("rights", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("origins", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_by_name", sa.String(), nullable=False),
        sa.Column("created_at", Instant(timezone=True), nullable=False),
        sa.Column("expires_at", Instant(timezone=True), nullable=True),
        sa.Column("revoked_at", Instant(timezone=True), nullable=True),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("last_visit_at", Instant(timezone=True), nullable=True),
        sa.Column("wrong_passwords", sa.Integer(), nullable=False),
        sa.Column("blocked_until", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["map"], ["maps.id"], name=op.f("map_shares_map_of_maps"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("map_shares_key")),
        sa.UniqueConstraint("secret_hash", name="map_shares_by_secret"),
    )
    op.create_table(
        "map_verdicts",
        sa.Column("map", sa.String(), nullable=False),
        sa.Column("proposal", sa.String(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["map"], ["maps.id"], name=op.f("map_verdicts_map_of_maps"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("map", "proposal", name=op.f("map_verdicts_key")),
    )
    op.create_table(
        "map_versions",
        sa.Column("map", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("workspace", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["map"], ["maps.id"], name=op.f("map_versions_map_of_maps"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("map", "number", name=op.f("map_versions_key")),
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_table("map_versions")
    op.drop_table("map_verdicts")
    op.drop_table("map_shares")
    op.drop_table("map_roles")
    op.drop_table("map_presence")
    op.drop_table("map_happenings")
    op.drop_table("map_comments")
    op.drop_table("map_changes")
    op.drop_table("notices")
    op.drop_table("maps")
    op.drop_table("map_images")
