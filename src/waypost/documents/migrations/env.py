"""What Alembic runs: the migrations on the connection that the caller holds."""

from alembic import context

from waypost.documents.base import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
    transaction_per_migration=False,
)
context.run_migrations()
