"""The worker (工作进程): takes due jobs one at a time, keeps their leases, writes down how they ended, tries again what failed.

APScheduler is the clock: one light task looks for due jobs, one renews the lease, and a pool of one thread runs the crawl. What is
due, who holds it and what became of it stand in the store, so that any number of workers may share it and any of them may die.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from compliance.store import jobs
from compliance.store.jobs import Job, JobBusy
from compliance.store.session import Store
from crawler.schedule.calendar import next_after, opening_of
from crawler.schedule.perform import BAD_INPUT, BROKE, CannotRun, Interrupted, Performed, World, head_json, perform
from crawler.schedule.webhook import post_summary
from rules.clock import CHINA

LOOK = 15  # seconds between two looks for due jobs
BEAT = 30  # seconds between two signs of life
LEASE = timedelta(seconds=180)  # a worker silent for so long is taken for dead
BACKOFF = (timedelta(minutes=5), timedelta(minutes=20), timedelta(minutes=60))  # after the 1st, 2nd, 3rd failed try
TRIES = len(BACKOFF) + 1  # then the job waits for its calendar
LATE = timedelta(
    minutes=10
)  # a job that starts later than this was missed: one run catches up, however many times it missed


@dataclass(frozen=True, slots=True)
class Held:
    """A job taken: its lease is ours until the run's end."""

    job: Job
    run_id: int
    cause: str
    attempt: int
    next_at: datetime
    started: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that ended here. `state`: done | stopped | failed | interrupted | lost (another worker has the job now)."""

    job: str
    run_id: int
    state: str
    status: int
    reason: str | None
    summary: dict[str, object]
    retry_at: datetime | None


class Worker:
    """Works on the store's jobs. `clock` gives aware times; `say` takes lines for people; `world` as in crawler.schedule.perform."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        say: Callable[[str], None] = lambda line: None,
        on_end: Callable[[Ended], None] = lambda ended: None,
        world: World | None = None,
    ) -> None:
        self.store, self.clock, self.say, self.on_end, self.world = store, clock, say, on_end, world
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
        self._stop = threading.Event()
        self._held: Held | None = None
        self._lost = False

    def once(self) -> list[Ended]:
        """Everything that is due now, one after the other."""
        ended = []
        with self._beating():
            while not self._stop.is_set() and (held := self.take_due()) is not None:
                ended.append(self.work(held))
        return ended

    def now(self, name: str) -> Ended:
        """One job at once, whatever its calendar says. Raises LookupError, JobBusy."""
        job = jobs.job_of(self.store, name)
        held = self._take(job, cause="hand", attempt=1, next_at=job.next_at, only_due=False)
        if held is None:
            raise JobBusy(f"job {name!r} is being run by {jobs.job_of(self.store, name).lease_owner}; wait for its end")
        with self._beating():
            return self.work(held)

    def forever(self) -> None:
        """Until stop(). Wakes every LOOK seconds; while a run is on, only its lease is looked after."""
        clock = _clock()

        def look() -> None:
            if self._held is None and not self._stop.is_set() and (held := self.take_due()) is not None:
                clock.add_job(self.work, "date", args=[held], executor="crawl", id="crawl")

        clock.add_job(look, "interval", seconds=LOOK, next_run_time=datetime.now(UTC), id="look")
        clock.add_job(self.beat, "interval", seconds=BEAT, id="beat")
        clock.start()
        while not self._stop.wait(1):  # in short steps, so that a signal is heard on every platform
            pass
        clock.shutdown(wait=True)

    def stop(self) -> None:
        """Ends after the page at hand; the run is written down as interrupted and is due again at once."""
        self._stop.set()

    def take_due(self) -> Held | None:
        """Takes the job that waits longest; None when nothing is due. Jobs outside their night window are put off to its opening."""
        now = self.clock()
        for job in jobs.due_jobs(self.store, now):
            opening = opening_of(job.night, now)
            if opening > now:
                jobs.put_off(self.store, job, opening)
                continue
            plan = _plan(job, now)
            if plan is None:
                jobs.give_up(self.store, job, now)
                self.say(f"{job.name}: {TRIES} workers died of it; it waits for its calendar")
                continue
            cause, attempt, next_at = plan
            held = self._take(job, cause=cause, attempt=attempt, next_at=next_at)
            if held is not None:
                return held
        return None

    def beat(self) -> None:
        """A sign of life for the job at hand."""
        held, now = self._held, self.clock()
        if held is not None and not jobs.beat(self.store, held.job.name, held.run_id, now, now + LEASE):
            self._lost = True

    def work(self, held: Held) -> Ended:
        """Runs a job that was taken, writes its end and posts its summary. An error nobody foresaw ends the run as failed and travels on."""
        ended: Ended | None = None
        try:
            done = perform(
                self.store,
                held.job,
                held.run_id,
                cause=held.cause,
                attempt=held.attempt,
                started=held.started,
                clock=self.clock,
                go_on=lambda: not (self._lost or self._stop.is_set()),
                world=self.world,
            )
            ended = self._end(held, done)
        except CannotRun as error:
            ended = self._end(held, self._failed(held, str(error)))
        except Interrupted as error:
            ended = self._end(held, self._failed(held, str(error), "interrupted"))
        finally:
            fault = sys.exception()
            try:
                if ended is None:
                    self._end(held, self._failed(held, f"broke off: {type(fault).__name__}: {fault}; please report it"))
            finally:
                self._held, self._lost = None, False  # whatever happened: the lease is no longer renewed
        self._tell(held, ended)
        return ended

    def _take(self, job: Job, *, cause: str, attempt: int, next_at: datetime, only_due: bool = True) -> Held | None:
        now = self.clock()
        run_id = jobs.take(
            self.store,
            job,
            owner=self.owner,
            cause=cause,
            attempt=attempt,
            next_at=next_at,
            now=now,
            until=now + LEASE,
            only_due=only_due,
        )
        if run_id is None:
            return None
        self._held, self._lost = Held(job, run_id, cause, attempt, next_at, now), False
        self.say(f"{job.name}: run {run_id} begins ({cause}, try {attempt})")
        return self._held

    def _end(self, held: Held, done: Performed) -> Ended:
        now = self.clock()
        retry_at = _retry_at(held, done, now)
        attempt = held.attempt if done.state != "interrupted" else held.attempt - 1  # it is no fault of the job
        ours = jobs.end_run(
            self.store,
            held.job.name,
            held.run_id,
            state=done.state,
            status=done.status,
            reason=done.reason,
            now=now,
            retry_at=retry_at,
            attempt=attempt if retry_at else 0,
            summary=done.summary,
            findings=done.findings,
        )
        state, reason = (done.state, done.reason) if ours else ("lost", "the lease went to another worker")
        return Ended(held.job.name, held.run_id, state, done.status, reason, done.summary, retry_at if ours else None)

    def _failed(self, held: Held, reason: str, state: str = "failed") -> Performed:
        head = head_json(held.job, held.run_id, held.cause, held.attempt, held.started, self.clock())
        status = BROKE if state == "interrupted" else BAD_INPUT
        return Performed(state, status, reason, {**head, "state": state, "reason": reason}, None)

    def _tell(self, held: Held, ended: Ended) -> None:
        if held.job.webhook and ended.state not in ("lost", "interrupted"):
            notice = post_summary(held.job.webhook, ended.summary)
            jobs.save_notice(self.store, held.run_id, notice)
            self.say(f"{held.job.name}: webhook {notice}")
        more = (
            f"; tried again at {ended.retry_at.astimezone(CHINA).isoformat(timespec='seconds')}"
            if ended.retry_at
            else ""
        )
        self.say(f"{held.job.name}: run {held.run_id} {ended.state}{': ' + ended.reason if ended.reason else ''}{more}")
        self.on_end(ended)

    @contextmanager
    def _beating(self) -> Iterator[None]:
        """Renews the lease in the background, for a run in this thread."""
        clock = _clock()
        clock.add_job(self.beat, "interval", seconds=BEAT, id="beat")
        clock.start()
        try:
            yield
        finally:
            clock.shutdown(wait=True)


def _clock() -> BackgroundScheduler:
    """APScheduler with one thread for looks and signs of life and one for the crawl; a tick that was missed is made up for once."""
    pools = {"default": ThreadPoolExecutor(1), "crawl": ThreadPoolExecutor(1)}
    defaults = {"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
    return BackgroundScheduler(executors=pools, job_defaults=defaults, timezone=UTC)


def _plan(job: Job, now: datetime) -> tuple[str, int, datetime] | None:
    """Why a due job runs, which try it is, and the next time of its calendar. Times that were missed melt into this one run.

    None: its runs kill their workers again and again; it waits for its calendar.
    """
    if job.lease_owner is not None and job.attempt < TRIES:
        return "taken_up", job.attempt + 1, next_after(job.every, now) if job.next_at <= now else job.next_at
    if job.next_at <= now:
        return "catch_up" if now - job.next_at > LATE else "schedule", 1, next_after(job.every, now)
    if job.lease_owner is not None:
        return None
    return "retry", job.attempt + 1, job.next_at


def _retry_at(held: Held, done: Performed, now: datetime) -> datetime | None:
    """When a run that did not come to its end is tried again; None: not before its calendar says so."""
    if done.state == "interrupted":
        return now
    if done.state == "done":
        return None
    opening = opening_of(held.job.night, now)
    if opening > now:  # the night is over: the run goes on in the next one, and that is no fault
        return opening if opening < held.next_at else None
    if held.attempt >= TRIES:
        return None
    when = now + BACKOFF[held.attempt - 1]
    return when if when < held.next_at else None
