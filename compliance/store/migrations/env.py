"""Run by alembic: applies steps on the connection that `session` hands over, inside its transaction."""

from alembic import context
from sqlmodel import SQLModel

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,  # SQLite can't alter most of a table in place
)
context.run_migrations()
