"""A job started and paused by hand (启动、暂停). Each function is one transaction; `now` is the caller's clock."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from compliance.store.jobs import FREE, JOB, RUN, Job, JobBusy, busy
from compliance.store.session import Store


def start_job(store: Store, name: str, now: datetime) -> None:
    """Due at once, paused or not: the next free worker takes it. Raises LookupError, JobBusy when somebody works on it."""
    with store.writing() as connection:
        job = _job(connection, name)
        if job.held(now):
            raise JobBusy(busy(job))
        connection.execute(
            update(JOB)
            .where(JOB.c.name == name)
            .values(paused_at=None, paused_by=None, next_at=now, retry_at=None, attempt=0)
        )


def pause_job(store: Store, name: str, by: str, now: datetime) -> None:
    """Nobody takes it up until it is started. A run at work loses its lease: its worker hears of it at its next sign of life, stops
    after the pages at hand, and the crawl goes on from there when the job is started. Raises LookupError."""
    with store.writing() as connection:
        job = _job(connection, name)
        connection.execute(update(JOB).where(JOB.c.name == name).values(paused_at=now, paused_by=by, **FREE))
        if job.run_id is not None:
            connection.execute(
                update(RUN)
                .where(RUN.c.id == job.run_id, RUN.c.state == "running")
                .values(state="interrupted", ended_at=now, reason=f"paused by {by}")
            )


def _job(connection: Connection, name: str) -> Job:
    row = connection.execute(select(JOB).where(JOB.c.name == name)).first()
    if row is None:
        raise LookupError(f"no job {name!r}; `certmark schedule list` shows them")
    return Job(**row._mapping)
