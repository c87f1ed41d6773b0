"""For a hundred million pages: 64-bit numbers of addresses and visits, indexes for a run's visits by what became of them, an address as
asked, captures and findings by time."""

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, inspect, text

revision = "0005"
down_revision = "0004"
_WHERE = {"ix_crawl_visit_claims": text("claims > 0"), "ix_crawl_visit_packed": text("packed is not null")}
_GONE = {
    "crawl_site": ("ix_crawl_site_run_id",),
    "crawl_visit": ("ix_crawl_visit_run_id", "ix_crawl_visit_judged"),
}
_NEW = {
    "crawl_run": {"ix_crawl_run_state": ["state"]},
    "crawl_site": {"ix_crawl_site_run_state": ["run_id", "state"]},
    "crawl_visit": {
        "ix_crawl_visit_run_judged": ["run_id", "judged", "id"],
        "ix_crawl_visit_asked": ["asked"],
        "ix_crawl_visit_captured": ["captured_at"],
        "ix_crawl_visit_claims": ["site_id", "url", "id"],
        "ix_crawl_visit_packed": ["packed"],
    },
    "crawl_known": {"ix_crawl_known_sha256": ["sha256"]},
    "crawl_rendering": {"ix_crawl_rendering_screenshot": ["screenshot"]},
    "finding": {"ix_finding_last_seen": ["last_seen", "outcome"]},
}

_WIDE = (
    ("crawl_request", "id"),
    ("crawl_visit", "id"),
    ("crawl_visit", "request_id"),
    ("crawl_rendering", "request_id"),
)


def upgrade() -> None:
    """Makes the new indexes, then drops those that they stand in for. A table that is missing is made as it is now."""
    connection = op.get_bind()
    look = inspect(connection)
    tables = set(look.get_table_names())
    for table, indexes in _NEW.items():
        if table not in tables:
            continue
        there = {index["name"] for index in look.get_indexes(table)}
        for name, columns in indexes.items():
            some: Any = _WHERE.get(name)
            where: Any = {} if some is None else {"sqlite_where": some, "postgresql_where": some}
            if name not in there:
                op.create_index(name, table, columns, **where)
        for name in set(_GONE.get(table, ())) & there:
            op.drop_index(name, table)
    if connection.dialect.name == "postgresql":  # SQLite's numbers have 64 bits
        for table, column in _WIDE:
            if table in tables:
                op.alter_column(table, column, type_=BigInteger)
                if column == "id":
                    op.execute(f"alter sequence if exists {table}_id_seq as bigint")
