"""Figures of the whole cluster out of the store (集群指标): each by an index, over minutes and hours, never over all that is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, text

from compliance.store.pages import VISIT
from compliance.store.session import Store
from compliance.store.tables_findings import FindingRow

FINDING = FindingRow.__table__  # type: ignore[attr-defined]
MINUTES = 5  # over which the rate of pages is taken
HOURS = 24  # over which findings are counted


@dataclass(frozen=True, slots=True)
class Recent:
    """What the cluster did of late. `rate`: pages a second over MINUTES; `blocked`: share of the last hour's answers that were walls,
    None when there were none; `findings`: outcome → findings seen within HOURS."""

    rate: float
    hour: int
    blocked: float | None
    findings: dict[str, int]


def recent(store: Store, now: datetime | None = None) -> Recent:
    """The figures as of now."""
    now = now or datetime.now(UTC)
    with store.reading() as connection:
        pages = connection.execute(
            select(func.count()).where(VISIT.c.captured_at > now - timedelta(minutes=MINUTES))
        ).scalar_one()
        hour, walls = connection.execute(
            select(func.count(), func.count(VISIT.c.blocked)).where(VISIT.c.captured_at > now - timedelta(hours=1))
        ).one()
        found = connection.execute(
            select(FINDING.c.outcome, func.count())
            .where(FINDING.c.last_seen > now - timedelta(hours=HOURS))
            .group_by(FINDING.c.outcome)
        )
        findings = {outcome: count for outcome, count in found}
    return Recent(pages / (MINUTES * 60), hour, walls / hour if hour else None, findings)


def server_version(store: Store) -> str:
    """The database's own words: name and version."""
    with store.reading() as connection:
        if store.engine.dialect.name == "sqlite":
            return f"SQLite {connection.execute(text('select sqlite_version()')).scalar()}"
        return f"PostgreSQL {connection.execute(text('show server_version')).scalar()}"
