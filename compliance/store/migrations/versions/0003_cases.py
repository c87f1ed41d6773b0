"""Cases: the facts of findings that are there already, so that the first gathering can compare. The tables themselves are made fresh."""

import json

from alembic import op
from sqlalchemy import Column, Integer, MetaData, String, Table, Text, inspect, text

from compliance.cases.facts import facts_of, mark_of

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Reads each page's result once; a page without findings costs a look."""
    connection = op.get_bind()
    tables = inspect(connection).get_table_names()
    if "finding_facts" not in tables:
        op.create_table(
            "finding_facts",
            Column("finding_id", String, primary_key=True),
            Column("page_key", String, primary_key=True),
            Column("mark", String, nullable=False),
            Column("outcome", String, nullable=False),
            Column("facts", Text, nullable=False),
            Column("gathered", Integer, nullable=False),
        )
        op.create_index("ix_finding_facts_gathered", "finding_facts", ["gathered", "finding_id"])
    if "page_result" not in tables:
        return
    kept = Table("finding_facts", MetaData(), autoload_with=connection)
    for row in connection.execute(text("select page_key, body from page_result")).all():
        page = json.loads(row.body)
        for finding in page["findings"]:
            facts = facts_of(page, finding)
            connection.execute(
                kept.insert().values(
                    finding_id=finding["id"],
                    page_key=row.page_key,
                    mark=mark_of(facts),
                    outcome=finding["outcome"],
                    gathered=0,
                    facts=json.dumps(facts, ensure_ascii=False),
                )
            )
