"""The queue as the store sees it (任务队列): procrastinate's tables on PostgreSQL, asked for what its own interface asks row by row.

Names and functions are those of procrastinate's schema, which the major version of the extra `cluster` pins; everything that changes a
job goes through procrastinate's own functions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from compliance.store.runs import RUN, SHARED
from compliance.store.session import Store, StoreError

QUEUE = "sites"
LOCK = 7311027  # advisory: one process at a time makes the tables
# procrastinate looks for a job's lock among all waiting ones; with a million of them that needs an index of its own.
EXTRA = (
    "create index if not exists certmark_jobs_lock on procrastinate_jobs (lock, status) where lock is not null "
    "and status in ('todo', 'doing')",
    "create index if not exists certmark_jobs_run on procrastinate_jobs ((args->>'run'), status)",
    "create index if not exists certmark_jobs_due on procrastinate_jobs (scheduled_at) where status = 'todo'",
)


class NoQueue(StoreError):
    """The store can't hold a queue; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Progress:
    """进度 of a run over all workers. `doing`: sites some worker has now; `waiting`: those nobody has yet."""

    run: str
    sites: int
    ended: dict[str, int]  # state → sites
    doing: int
    waiting: int
    pages: int
    requests: int
    blocked: int
    failed: int

    @property
    def done(self) -> int:
        """Sites that came to an end."""
        return sum(self.ended.values())

    def line(self) -> str:
        """For a terminal."""
        return f"{self.done}/{self.sites} sites, {self.doing} at work, {self.pages} pages, {self.blocked} blocked, {self.failed} failed"


def needs_postgres(store: Store) -> None:
    """Raises NoQueue on a store that no second machine can reach."""
    if store.engine.dialect.name != "postgresql":
        raise NoQueue(
            f"{store.url}: a queue for several workers needs PostgreSQL (CERTMARK_DATABASE_URL=postgresql://…); "
            "one machine needs none: certmark crawl, certmark worker"
        )


def has_queue(store: Store) -> bool:
    """Whether the queue's tables are there."""
    if store.engine.dialect.name != "postgresql":
        return False
    with store.reading() as connection:
        return connection.execute(text("select to_regclass('procrastinate_jobs')")).scalar() is not None


def make_queue(store: Store, schema: str) -> None:
    """Makes the queue's tables from procrastinate's own schema when they aren't there, and our indexes beside them."""
    needs_postgres(store)
    with store.writing() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:k)"), {"k": LOCK})
        if connection.execute(text("select to_regclass('procrastinate_jobs')")).scalar() is None:
            driver: Any = connection.connection.driver_connection
            driver.execute(schema)
        for statement in EXTRA:
            connection.execute(text(statement))


def rescue(store: Store, seconds: float) -> int:
    """Jobs whose worker gave no sign of life for so long wait again; how many. Two that look at once don't get in each other's way."""
    with store.writing() as connection:
        found = connection.execute(
            text(
                "select j.id from procrastinate_jobs j left join procrastinate_workers w on w.id = j.worker_id "
                "where j.status = 'doing' and (w.id is null or w.last_heartbeat < now() - make_interval(secs => :s)) "
                "for update of j skip locked"
            ),
            {"s": seconds},
        ).scalars().all()  # fmt: skip
        for job in found:
            connection.execute(text("select procrastinate_retry_job_v2(:i, now(), null, null, null)"), {"i": job})
        connection.execute(text("select procrastinate_prune_stalled_workers_v1(:s)"), {"s": seconds * 10})
    return len(found)


def queued_sites(store: Store, run_id: str) -> set[int]:
    """Sites of the run that have a job waiting or at work."""
    with store.reading() as connection:
        rows = connection.execute(
            text(
                "select (args->>'site')::int from procrastinate_jobs where args->>'run' = :r and status in ('todo', 'doing')"
            ),
            {"r": run_id},
        )
        return set(rows.scalars())


def cancel_jobs(store: Store, run_id: str) -> int:
    """Takes the run's waiting jobs out of the queue and asks those at work to end; how many."""
    with store.writing() as connection:
        rows = connection.execute(
            text(
                "select procrastinate_cancel_job_v1(id, true, false) from procrastinate_jobs "
                "where args->>'run' = :r and status in ('todo', 'doing')"
            ),
            {"r": run_id},
        )
        return len(rows.all())


def due_jobs(store: Store) -> tuple[int, int]:
    """(jobs that may be begun now, jobs at work)."""
    with store.reading() as connection:
        due = connection.execute(
            text(
                "select count(*) from procrastinate_jobs where status = 'todo' and (scheduled_at is null or scheduled_at <= now())"
            )
        ).scalar_one()
        doing = connection.execute(
            text("select count(*) from procrastinate_jobs where status = 'doing' and worker_id is not null")
        ).scalar_one()
    return due, doing


def queue_age(store: Store) -> float:
    """Seconds that the job which waits longest has been due; 0 when none is."""
    with store.reading() as connection:
        # the job that was put in first: events are few a job and indexed by it
        return float(
            connection.execute(
                text(
                    "select coalesce(extract(epoch from now() - greatest(j.scheduled_at, e.at)), 0) from "
                    "(select id, scheduled_at from procrastinate_jobs where status = 'todo' and "
                    " (scheduled_at is null or scheduled_at <= now()) order by priority desc, id limit 1) j "
                    "left join lateral (select max(at) as at from procrastinate_events where job_id = j.id) e on true"
                )
            ).scalar()
            or 0.0
        )


def workers(store: Store, seconds: float) -> tuple[int, int]:
    """(workers with a sign of life within so many seconds, silent ones that are still listed)."""
    with store.reading() as connection:
        row = connection.execute(
            text(
                "select count(*) filter (where last_heartbeat >= now() - make_interval(secs => :s)), "
                "count(*) filter (where last_heartbeat < now() - make_interval(secs => :s)) from procrastinate_workers"
            ),
            {"s": seconds},
        ).one()
    return int(row[0]), int(row[1])


def progress_of(store: Store, run_id: str) -> Progress:
    """How far a run is, over all workers. Reads the run's own sites only."""
    with store.reading() as connection:
        rows = connection.execute(
            text(
                "select state, count(*), sum(pages), sum(requests), sum(blocked), sum(failed) from crawl_site "
                "where run_id = :r group by state"
            ),
            {"r": run_id},
        ).all()
        doing = connection.execute(
            text("select count(*) from procrastinate_jobs where args->>'run' = :r and status = 'doing'"), {"r": run_id}
        ).scalar_one()
    states = {row[0]: row[1] for row in rows}
    open_ = states.pop("waiting", 0)
    total = [sum(int(row[at] or 0) for row in rows) for at in (2, 3, 4, 5)]
    return Progress(run_id, sum(states.values()) + open_, states, doing, max(0, open_ - doing), *total)


def shared_runs(store: Store) -> list[tuple[str, datetime, str]]:
    """(run, when it began, its settings as JSON) of all runs that are in the queue, the newest first."""
    from sqlalchemy import select

    with store.reading() as connection:
        rows = connection.execute(
            select(RUN.c.id, RUN.c.started_at, RUN.c.settings)
            .where(RUN.c.state == "running", RUN.c.machine == SHARED)
            .order_by(RUN.c.started_at.desc())
        ).all()
    return [(row.id, row.started_at, row.settings) for row in rows]
