"""Every chain of the audit log in one pass (审计日志校验): the cases' and that of the lines about no case."""

from __future__ import annotations

from sqlalchemy import select

from compliance.store.audit import AUDIT, chained
from compliance.store.session import Store


def broken_lines(store: Store) -> list[int]:
    """The first line of each chain that doesn't fit the one before it; empty when the whole log holds."""
    before: dict[str | None, str] = {}
    broken: dict[str | None, int] = {}
    with store.reading() as connection:
        for row in connection.execution_options(yield_per=1000).execute(select(AUDIT).order_by(AUDIT.c.id)):
            if chained(before.get(row.case_id, ""), row._asdict()) != row.chain:
                broken.setdefault(row.case_id, row.id)
            before[row.case_id] = row.chain
    return sorted(broken.values())
