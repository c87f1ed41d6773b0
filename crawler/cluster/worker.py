"""A worker of the queue (集群工作进程): takes sites, `concurrency` at a time, and looks after those whose worker died.

One desk a run: a fetching process and the judging of what it brings. What this process knows can be lost at any moment: the queue gives
its sites to another, and the store says where each of them was.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from compliance.store import queue, runs
from compliance.store.holding import take_site
from compliance.store.plain import plainly
from compliance.store.queue import QUEUE
from compliance.store.session import Store, StoreError
from crawler.cluster.desk import Desk, Event, RunOrder, SiteStopped
from crawler.cluster.tasks import ATTEMPTS, GivenUp, WindowClosed, WorkerEnds, app_of, prepare
from crawler.schedule.calendar import opening_of

BEAT = 5.0  # seconds between two signs of life
SILENT = 30.0  # a worker silent for so long is taken for dead
LOOK = 5.0  # seconds between two looks for the sites of the dead
AGAIN = 3.0  # seconds before the database is tried again


class SiteWorker:
    """Works on the store's queue. `tell(event)`: each page, site, fault as it happens; `result`: each page judged."""

    def __init__(
        self,
        store: Store,
        concurrency: int = 4,
        *,
        tell: Callable[[Event], None] = lambda event: None,
        result: Callable[[Any], None] = lambda result: None,
        say: Callable[[str], None] = lambda line: None,
        silent: float = SILENT,
    ) -> None:
        self.store, self.concurrency, self.tell, self.result, self.say = store, concurrency, tell, result, say
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
        self.beat_at = time.monotonic()  # when the queue was last heard of
        self._silent = silent
        self._url = store.engine.url.render_as_string(hide_password=False)
        self._desks: dict[str, Desk] = {}
        self._orders: dict[str, RunOrder] = {}
        self._stop = False
        self._at_work: Any = None

    def run(self, until: Callable[[], bool] = lambda: False) -> None:
        """Until stop(), or until `until()` says so. A database that goes away is waited for."""
        asyncio.run(self._forever(until))

    def stop(self) -> None:
        """Ends soon: the sites at hand go back into the queue."""
        self._stop = True

    async def _forever(self, until: Callable[[], bool]) -> None:
        from procrastinate.exceptions import ConnectorException
        from psycopg import Error
        from psycopg_pool import PoolTimeout

        while not self._stop:
            try:
                with plainly(self.store):
                    await asyncio.to_thread(prepare, self.store)
                    await self._session(until)
                if until():
                    return
            except (ConnectorException, Error, PoolTimeout, StoreError, OSError) as error:
                self.say(f"the database is away ({_first_line(error)}); trying again")
            finally:
                await asyncio.to_thread(self._clear, "the worker lost the database, or ends")
            if not self._stop:
                await asyncio.sleep(AGAIN)

    async def _session(self, until: Callable[[], bool]) -> None:
        """One stretch of work, until told to end or the database goes away."""
        from procrastinate.worker import Worker

        app = app_of(self.store, self._site)
        async with app.open_async():
            self._at_work = Worker(
                app, queues=[QUEUE], name=self.owner, concurrency=self.concurrency, install_signal_handlers=False,
                update_heartbeat_interval=BEAT, stalled_worker_timeout=self._silent * 10,
                fetch_job_polling_interval=LOOK, abort_job_polling_interval=2.0, shutdown_graceful_timeout=20.0,
            )  # fmt: skip
            watch = asyncio.create_task(self._watch(until))
            try:
                await self._at_work.run()
            finally:
                watch.cancel()
                await asyncio.gather(watch, return_exceptions=True)

    async def _watch(self, until: Callable[[], bool]) -> None:
        """Looks after the dead, idle desks, and whether to end. When the database is away the work ends here, too."""
        looked = 0.0
        try:
            while True:
                await asyncio.sleep(0.5)
                if self._stop or await asyncio.to_thread(until):
                    break
                if time.monotonic() - looked >= LOOK:
                    looked = time.monotonic()
                    saved = await asyncio.to_thread(queue.rescue, self.store, self._silent)
                    self.beat_at = time.monotonic()
                    if saved:
                        self.say(f"{saved} site(s) of workers that fell silent wait again")
                    await asyncio.to_thread(self._clear_idle)
        finally:
            if self._at_work is not None:
                self._at_work.stop()
            await asyncio.to_thread(self._clear, "the worker ends" if self._stop else "the database is away")

    async def _site(self, context: Any, run: str, site: int) -> None:
        """One job: the site's end, or why it stopped."""
        attempts = context.job.attempts
        order = await asyncio.to_thread(self._order, run)
        if order is None:
            return  # the run is over, or was cancelled
        opening = opening_of(order.settings.get("CERTMARK_WINDOW"), datetime.now(UTC))
        if opening > datetime.now(UTC):
            raise WindowClosed(opening)
        if attempts + 1 >= ATTEMPTS:
            await asyncio.to_thread(self._give_up, site, f"given up after {attempts} interrupted attempts")
            raise GivenUp(f"site {site}")
        desk = self._desk(order)
        future = desk.visit(site, f"{self.owner}/{context.job.id}/{attempts}/{uuid4().hex[:6]}", attempts > 0)
        try:
            await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            desk.leave(site, "cancelled")
            raise
        except SiteStopped as error:
            if self._stop:
                raise WorkerEnds(str(error)) from error
            opening = opening_of(order.settings.get("CERTMARK_WINDOW"), datetime.now(UTC))
            raise (WindowClosed(opening) if opening > datetime.now(UTC) else error) from error

    def _order(self, run: str) -> RunOrder | None:
        kept = runs.running_settings(self.store, run)
        if kept is None:
            self._orders.pop(run, None)
            return None
        return self._orders.setdefault(run, RunOrder.of(run, kept))

    def _desk(self, order: RunOrder) -> Desk:
        desk = self._desks.get(order.run)
        if desk is None or desk.closed:
            desk = self._desks[order.run] = Desk(self._url, order, self.tell, self.result)
        return desk

    def _give_up(self, site: int, reason: str) -> None:
        take_site(self.store, site, f"{self.owner}/given-up")  # nobody else changes it from here on
        runs.drop_waiting(self.store, site, reason)
        runs.close_site(self.store, site, "failed", reason)
        self.tell({"event": "site", "id": site, "host": None, "state": "failed", "reason": reason})

    def _clear_idle(self) -> None:
        for run, desk in list(self._desks.items()):
            if desk.closed or desk.idle():
                desk.close("nothing left to do")
                self._desks.pop(run, None)

    def _clear(self, why: str) -> None:
        for run, desk in list(self._desks.items()):
            desk.close(why)
            self._desks.pop(run, None)


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
