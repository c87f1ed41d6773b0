"""The queue's one task and how a site gets into it (站点任务). The queue itself is procrastinate's, on the store's own PostgreSQL.

A host is its jobs' lock: of all workers one at a time visits it, so that politeness needs nothing further. Priorities are the targets';
a job that must wait for the night is put in with the hour at which its window opens.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from compliance.store.queue import QUEUE, make_queue, needs_postgres
from compliance.store.session import Store, StoreError
from crawler.cluster.desk import SiteStopped
from crawler.schedule.calendar import opening_of

TASK = "certmark.site"
ATTEMPTS = 25  # of a site, its workers' deaths included; then it has failed. An address that kills is given up long before (runs.TRIES)
PAUSES = (5, 30, 120, 600, 1800)  # seconds before the next attempt
AT_ONCE = 2_000  # jobs put in by one statement


class NeedsExtra(StoreError):
    """procrastinate isn't installed."""


class WorkerEnds(SiteStopped):
    """The worker was told to end: the site goes back at once."""


class WindowClosed(SiteStopped):
    """The night is over: the site waits for the next one."""

    def __init__(self, opening: datetime) -> None:
        self.opening = opening
        super().__init__(f"waits until {opening.isoformat(timespec='minutes')}")


def strategy() -> Any:
    """When a site that was stopped is tried again."""
    from procrastinate import BaseRetryStrategy, RetryDecision

    class Again(BaseRetryStrategy):
        def get_retry_decision(self, *, exception: BaseException, job: Any) -> Any:
            if isinstance(exception, WindowClosed):
                return RetryDecision(retry_at=exception.opening)
            if isinstance(exception, WorkerEnds):
                return RetryDecision(retry_at=datetime.now(UTC))
            if isinstance(exception, GivenUp) or job.attempts + 1 >= ATTEMPTS:
                return None
            return RetryDecision(retry_in={"seconds": PAUSES[min(job.attempts, len(PAUSES) - 1)]})

    return Again()


class GivenUp(RuntimeError):
    """The site has failed for good; it is written down as such."""


def app_of(store: Store, run_site: Callable[[Any, str, int], Awaitable[None]] | None = None, sync: bool = False) -> Any:
    """procrastinate's app over the store's database. `run_site(context, run, site)` does the work, in a worker.

    Raises NeedsExtra, NoQueue.
    """
    needs_postgres(store)
    try:
        import procrastinate
    except ImportError as error:
        raise NeedsExtra("the queue needs an extra: pip install '.[cluster]'") from error
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)  # what happens to a site is told by us
    url = store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    if sync:
        connector: Any = procrastinate.SyncPsycopgConnector(conninfo=url)
    else:
        connector = procrastinate.PsycopgConnector(conninfo=url, min_size=1, max_size=8)
    app = procrastinate.App(connector=connector)

    async def visit(context: Any, run: str, site: int) -> None:
        if run_site is not None:
            await run_site(context, run, site)

    app.task(name=TASK, queue=QUEUE, pass_context=True, retry=strategy())(visit)
    return app


def prepare(store: Store) -> None:
    """Makes the queue's tables in the store's database where they are missing. Raises NeedsExtra, NoQueue."""
    app = app_of(store, sync=True)
    make_queue(store, app.schema_manager.get_schema())


def put_in(store: Store, run: str, sites: Sequence[tuple[int, str, int]], night: str | None = None) -> int:
    """One job for each (site, host, priority); how many are new. A site that has a job already gets no second one."""
    from procrastinate.exceptions import AlreadyEnqueued

    now = datetime.now(UTC)
    opening = opening_of(night, now)
    app, new = app_of(store, sync=True), 0
    with app.open():

        def job(host: str, priority: int, site: int) -> Any:
            given: dict[str, Any] = {"lock": host, "queueing_lock": f"{run}/{site}", "priority": priority}
            if opening > now:
                given["schedule_at"] = opening
            return app.configure_task(TASK, allow_unknown=False, **given)

        manager = app.job_manager
        for at in range(0, len(sites), AT_ONCE):
            some = [
                job(host, priority, site).job.evolve(task_kwargs={"run": run, "site": site})
                for site, host, priority in sites[at : at + AT_ONCE]
            ]
            try:
                new += len(manager.batch_defer_jobs(some))
            except AlreadyEnqueued:
                for one in some:
                    try:
                        manager.defer_job(one)
                        new += 1
                    except AlreadyEnqueued:
                        continue
    return new
