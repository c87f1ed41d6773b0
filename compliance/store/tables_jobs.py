"""Tables of the scheduled jobs (定时任务): what is to be crawled when, who works on it now, what each run brought.

The lease (租约) stands in the job's own row: taking it, keeping it and giving it back are one conditional update each, so that two
workers on one store never hold the same job. Times are aware, kept in UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Column, DateTime, Dialect, Index, Text
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel


class Instant(TypeDecorator[datetime]):
    """An aware time, kept in UTC and given back in UTC; SQLite has no zones of its own. A time without zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Into UTC."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Out of the database, with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _when(nullable: bool = True) -> Column[datetime]:
    return Column(Instant(), nullable=nullable)


class JobRow(SQLModel, table=True):
    """定时任务. `targets` is the path of the list, read anew at each run; `next_at`: the next time of its calendar; `retry_at`: earlier
    or later than that, after a run that failed or was put off."""

    __tablename__ = "job"

    name: str = Field(primary_key=True)
    targets: str = Field(sa_column=Column(Text, nullable=False))
    every: str
    register_from: str | None = None
    fail_on: str | None = None
    night: str | None = None
    webhook: str | None = Field(default=None, sa_column=Column(Text))
    created_at: datetime = Field(sa_column=_when(nullable=False))
    next_at: datetime = Field(sa_column=_when(nullable=False))
    retry_at: datetime | None = Field(default=None, sa_column=_when())
    attempt: int = 0  # tries since the calendar's time that is being worked on
    run_id: int | None = None  # the run that the lease is for
    lease_owner: str | None = None
    lease_beat: datetime | None = Field(default=None, sa_column=_when())
    lease_until: datetime | None = Field(default=None, sa_column=_when())
    paused_at: datetime | None = Field(default=None, sa_column=_when())  # nobody takes it up until it is started
    paused_by: str | None = None


class JobRunRow(SQLModel, table=True):
    """One run of a job. `state`: running | done | stopped | failed | interrupted | lost (its worker died)."""

    __tablename__ = "job_run"
    __table_args__ = (Index("ix_job_run_job", "job", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    job: str
    cause: str  # schedule | catch_up | retry | hand | taken_up
    attempt: int = 1
    owner: str
    state: str = "running"
    status: int | None = None  # as the exit status of `certmark crawl`
    reason: str | None = Field(default=None, sa_column=Column(Text))
    started_at: datetime = Field(sa_column=_when(nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=_when())
    summary: str | None = Field(default=None, sa_column=Column(Text))  # JSON
    findings: str | None = Field(default=None, sa_column=Column(Text))  # JSON; kept for the newest runs of a job only
    notice: str | None = Field(default=None, sa_column=Column(Text))  # what became of the webhook
