"""A job can be paused: since when, and by whom."""

from alembic import op
from sqlalchemy import Column, String, inspect

from compliance.store.tables_jobs import Instant

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Adds the columns; a store in which the table is missing gets it as it is now."""
    if "job" in inspect(op.get_bind()).get_table_names():
        op.add_column("job", Column("paused_at", Instant, nullable=True))
        op.add_column("job", Column("paused_by", String, nullable=True))
