"""Alembic runs this file. The connection, with its transaction open, is handed in by store.migrate."""

from alembic import context

from reelmill.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
