"""A job can be paused: since when, and by whom."""

from alembic import op
from sqlalchemy import Column, String, inspect

from compliance.store.tables_jobs import Instant

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Adds the columns; a store in which the table is missing gets it as it is now, and one that has them keeps them."""
    store = inspect(op.get_bind())
    if "job" not in store.get_table_names():
        return
    there = {column["name"] for column in store.get_columns("job")}
    for column in (Column("paused_at", Instant, nullable=True), Column("paused_by", String, nullable=True)):
        if column.name not in there:
            op.add_column("job", column)
