"""Scheduled jobs in the store: add, remove, take with a lease, keep it, end a run. Every function is one transaction.

A job is worked on by whoever holds its lease. A lease that is not renewed ends by itself: the next worker takes the job up.
`now` is always the caller's clock (aware), so that nothing here depends on the machine's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, update

from compliance.store.pages import carried_visits
from compliance.store.session import Store
from compliance.store.tables_crawl import CrawlRequest, CrawlSite, Visit
from compliance.store.tables_findings import ResultRow
from compliance.store.tables_jobs import JobRow, JobRunRow

JOB = JobRow.__table__  # type: ignore[attr-defined]
RUN = JobRunRow.__table__  # type: ignore[attr-defined]
VISIT = Visit.__table__  # type: ignore[attr-defined]
REQUEST = CrawlRequest.__table__  # type: ignore[attr-defined]
RESULT = ResultRow.__table__  # type: ignore[attr-defined]
SITE = CrawlSite.__table__  # type: ignore[attr-defined]
COMPARED = ("done", "stopped")  # states of runs whose findings the next run is compared with
KEPT_FINDINGS = 2  # newest runs of a job whose list of findings is kept
FREE = {"run_id": None, "lease_owner": None, "lease_beat": None, "lease_until": None}
CHUNK = 400  # addresses in one question


class JobExists(ValueError):
    """A job of that name is there already."""


class JobBusy(RuntimeError):
    """Somebody works on the job; the message says who and since when."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as stored; fields as in tables_jobs.JobRow. Times are aware, in UTC."""

    name: str
    targets: str
    every: str
    register_from: str | None
    fail_on: str | None
    night: str | None
    webhook: str | None
    created_at: datetime
    next_at: datetime
    retry_at: datetime | None = None
    attempt: int = 0
    run_id: int | None = None
    lease_owner: str | None = None
    lease_beat: datetime | None = None
    lease_until: datetime | None = None
    paused_at: datetime | None = None
    paused_by: str | None = None

    def held(self, now: datetime) -> bool:
        """Whether a lease is alive."""
        return self.lease_owner is not None and self.lease_until is not None and self.lease_until > now

    def due_at(self) -> datetime:
        """When it is to run next: the retry or the calendar, whichever comes first."""
        return min(self.next_at, self.retry_at) if self.retry_at else self.next_at


@dataclass(frozen=True, slots=True)
class JobRun:
    """One run of a job as stored. `summary` as crawler.schedule.summary makes it."""

    id: int
    job: str
    cause: str
    attempt: int
    owner: str
    state: str
    status: int | None
    reason: str | None
    started_at: datetime
    ended_at: datetime | None
    summary: dict[str, Any] | None
    notice: str | None


def add_job(store: Store, job: Job) -> None:
    """A new job. Raises JobExists."""
    with store.writing() as connection:
        if connection.execute(select(JOB.c.name).where(JOB.c.name == job.name)).first():
            raise JobExists(f"job {job.name!r} is there already; remove it first or choose another name")
        connection.execute(insert(JOB).values(**{f.name: getattr(job, f.name) for f in fields(Job)}))


def jobs(store: Store) -> list[Job]:
    """All jobs by name."""
    with store.reading() as connection:
        return [Job(**row._mapping) for row in connection.execute(select(JOB).order_by(JOB.c.name))]


def job_of(store: Store, name: str) -> Job:
    """One job. Raises LookupError."""
    with store.reading() as connection:
        row = connection.execute(select(JOB).where(JOB.c.name == name)).first()
    if row is None:
        raise LookupError(f"no job {name!r}; `certmark schedule list` shows them")
    return Job(**row._mapping)


def remove_job(store: Store, name: str, now: datetime) -> None:
    """Takes a job away; its history stays. Raises LookupError, JobBusy."""
    with store.writing() as connection:
        row = connection.execute(select(JOB).where(JOB.c.name == name)).first()
        if row is None:
            raise LookupError(f"no job {name!r}; `certmark schedule list` shows them")
        gone = connection.execute(delete(JOB).where(JOB.c.name == name, _free(now))).rowcount
        if not gone:
            raise JobBusy(busy(Job(**row._mapping)))
        if row.run_id is not None:
            _lose(connection, row.run_id, row.lease_owner, now)


def due_jobs(store: Store, now: datetime) -> list[Job]:
    """Jobs to be worked on now, the longest overdue first: their time has come, or their worker died."""
    with store.reading() as connection:
        found = [Job(**row._mapping) for row in connection.execute(select(JOB).where(_free(now), _due(now)))]
    return sorted(found, key=lambda job: (job.due_at(), job.name))


def put_off(store: Store, job: Job, until: datetime) -> None:
    """A due job waits until then (night window); one that was taken or changed meanwhile stays as it is."""
    with store.writing() as connection:
        connection.execute(
            update(JOB)
            .where(JOB.c.name == job.name, JOB.c.lease_owner.is_(None), JOB.c.next_at == job.next_at)
            .values(retry_at=until if job.retry_at else None, next_at=max(job.next_at, until))
        )


def give_up(store: Store, job: Job, now: datetime) -> None:
    """Ends the lease of a dead worker without another try; its run is written down as lost."""
    with store.writing() as connection:
        freed = connection.execute(
            update(JOB)
            .where(JOB.c.name == job.name, JOB.c.run_id == job.run_id, JOB.c.lease_until <= now)
            .values(retry_at=None, attempt=0, **FREE)
        ).rowcount
        if freed and job.run_id is not None:
            _lose(connection, job.run_id, job.lease_owner, now)


def take(
    store: Store,
    job: Job,
    *,
    owner: str,
    cause: str,
    attempt: int,
    next_at: datetime,
    now: datetime,
    until: datetime,
    only_due: bool = True,
) -> int | None:
    """Takes the job's lease and opens a run: its id, or None when another was quicker or it isn't due any more.

    The run of a dead worker is written down as lost.
    """
    with store.writing() as connection:
        before = connection.execute(select(JOB.c.run_id, JOB.c.lease_owner).where(JOB.c.name == job.name)).first()
        conditions = [JOB.c.name == job.name, _free(now)] + ([_due(now)] if only_due else [])
        values = {"lease_owner": owner, "lease_beat": now, "lease_until": until}
        taken = connection.execute(
            update(JOB).where(*conditions).values(next_at=next_at, retry_at=None, attempt=attempt, **values)
        ).rowcount
        if not taken:
            return None
        if before is not None and before.run_id is not None:
            _lose(connection, before.run_id, before.lease_owner, now)
        run_id = connection.execute(
            insert(RUN)
            .values(job=job.name, cause=cause, attempt=attempt, owner=owner, state="running", started_at=now)
            .returning(RUN.c.id)
        ).scalar_one()
        connection.execute(update(JOB).where(JOB.c.name == job.name).values(run_id=run_id))
        return run_id


def beat(store: Store, name: str, run_id: int, now: datetime, until: datetime) -> bool:
    """Keeps the lease of a run. False: it is no longer ours, the run must stop."""
    with store.writing() as connection:
        kept = connection.execute(
            update(JOB).where(JOB.c.name == name, JOB.c.run_id == run_id).values(lease_beat=now, lease_until=until)
        ).rowcount
    return bool(kept)


def end_run(
    store: Store,
    name: str,
    run_id: int,
    *,
    state: str,
    status: int | None,
    reason: str | None,
    now: datetime,
    retry_at: datetime | None,
    attempt: int,
    summary: dict[str, Any] | None = None,
    findings: list[dict[str, Any]] | None = None,
) -> bool:
    """Writes a run's end and gives the lease back, both or neither. False: the lease was lost, nothing is written."""
    with store.writing() as connection:
        ours = connection.execute(
            update(JOB)
            .where(JOB.c.name == name, JOB.c.run_id == run_id)
            .values(retry_at=retry_at, attempt=attempt, **FREE)
        ).rowcount
        if not ours:
            return False
        connection.execute(
            update(RUN)
            .where(RUN.c.id == run_id)
            .values(
                state=state,
                status=status,
                reason=reason,
                ended_at=now,
                summary=None if summary is None else json.dumps(summary, ensure_ascii=False, sort_keys=True),
                findings=None if findings is None else json.dumps(findings, ensure_ascii=False, sort_keys=True),
            )
        )
        newest = (
            select(RUN.c.id)
            .where(RUN.c.job == name, RUN.c.findings.is_not(None))
            .order_by(RUN.c.id.desc())
            .limit(KEPT_FINDINGS)
        )
        kept = connection.execute(newest).scalars().all()
        if len(kept) == KEPT_FINDINGS:
            connection.execute(update(RUN).where(RUN.c.job == name, RUN.c.id < min(kept)).values(findings=None))
    return True


def save_notice(store: Store, run_id: int, notice: str) -> None:
    """What became of the webhook of a run."""
    with store.writing() as connection:
        connection.execute(update(RUN).where(RUN.c.id == run_id).values(notice=notice))


def job_runs(store: Store, name: str | None = None, limit: int = 50) -> list[JobRun]:
    """Runs, the newest first; of one job or of all, also of jobs that were removed."""
    question = select(RUN).order_by(RUN.c.id.desc()).limit(limit)
    if name is not None:
        question = question.where(RUN.c.job == name)
    names = [f.name for f in fields(JobRun)]
    with store.reading() as connection:
        rows = [dict(row._mapping) for row in connection.execute(question)]
    for row in rows:
        row["summary"] = json.loads(row["summary"]) if row["summary"] else None
    return [JobRun(**{n: row[n] for n in names}) for row in rows]


def findings_before(store: Store, name: str, run_id: int) -> tuple[int, list[dict[str, Any]]] | None:
    """(run, its findings) of the job's last run before `run_id` that came to an end; None when there is none."""
    with store.reading() as connection:
        row = connection.execute(
            select(RUN.c.id, RUN.c.findings)
            .where(RUN.c.job == name, RUN.c.id < run_id, RUN.c.state.in_(COMPARED), RUN.c.findings.is_not(None))
            .order_by(RUN.c.id.desc())
        ).first()
    return (row.id, json.loads(row.findings)) if row else None


def findings_of(store: Store, crawl_run: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """(page, finding), contract objects, of all pages that stand behind a crawl's run: those it received, also before an
    interruption, and those of sites that answered which were not due."""
    with store.reading() as connection:
        received = connection.execute(
            select(VISIT.c.url).where(VISIT.c.run_id == crawl_run, VISIT.c.judged == "done", VISIT.c.claims > 0)
        )
        addresses = set(received.scalars()) | {url for url, _ in _not_due(store, connection, crawl_run)}
        for some in _chunks(sorted(addresses)):
            question = select(RESULT.c.body).where(RESULT.c.page_key.in_(some)).order_by(RESULT.c.page_key)
            for body in connection.execute(question).scalars().all():
                page = json.loads(body)
                for finding in page["findings"]:
                    yield page, finding


def answers_of(store: Store, crawl_run: str, addresses: Iterable[str]) -> dict[str, str]:
    """What a crawl's run heard from each address: looked_at | gone (404, 410) | no_answer. A page that was not due is judged as it was
    last time and counts as looked at; an address that was not asked otherwise is left out."""
    heard: dict[str, str] = {}
    with store.reading() as connection:
        heard |= {address: "looked_at" for pair in _not_due(store, connection, crawl_run) for address in pair}
        for some in _chunks(sorted(set(addresses))):
            failed = connection.execute(
                select(REQUEST.c.url)
                .join(SITE, SITE.c.id == REQUEST.c.site_id)
                .where(SITE.c.run_id == crawl_run, REQUEST.c.state == "failed", REQUEST.c.url.in_(some))
            ).scalars()
            heard |= dict.fromkeys(failed, "no_answer")
            rows = connection.execute(
                select(VISIT.c.url, VISIT.c.asked, VISIT.c.status, VISIT.c.blocked, VISIT.c.judged).where(
                    VISIT.c.run_id == crawl_run, or_(VISIT.c.url.in_(some), VISIT.c.asked.in_(some))
                )
            )
            for url, asked, status, blocked, judged in rows:
                if status in (404, 410):
                    answer = "gone"
                elif blocked or status >= 400 or judged in ("failed", "pending"):
                    answer = "no_answer"
                else:
                    answer = "looked_at"
                heard |= {url: answer, asked: answer}
    return heard


def _not_due(store: Store, connection: Connection, crawl_run: str) -> Iterator[tuple[str, str]]:
    """(address, address as asked) of known pages that the run had no reason to ask for again. Where the site or the page gave no
    answer, nothing is known of today: those are left out."""
    of_run = SITE.c.run_id == crawl_run
    done = select(SITE.c.host).where(of_run, SITE.c.state == "done")
    failed = select(REQUEST.c.url).join(SITE, SITE.c.id == REQUEST.c.site_id).where(of_run, REQUEST.c.state == "failed")
    for some in _chunks(carried_visits(store, crawl_run)):
        rows = connection.execute(
            select(VISIT.c.url, VISIT.c.asked)
            .join(SITE, SITE.c.id == VISIT.c.site_id)
            .where(VISIT.c.id.in_(some), SITE.c.host.in_(done), VISIT.c.asked.not_in(failed))
        )
        yield from ((url, asked) for url, asked in rows)


def _lose(connection: Connection, run_id: int, owner: str | None, now: datetime) -> None:
    connection.execute(
        update(RUN)
        .where(RUN.c.id == run_id, RUN.c.state == "running")
        .values(state="lost", ended_at=now, reason=f"its worker {owner} gave no sign of life")
    )


def _chunks(items: list[Any]) -> Iterator[list[Any]]:
    return (items[at : at + CHUNK] for at in range(0, len(items), CHUNK))


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(JOB.c.lease_owner.is_(None), JOB.c.lease_until <= now)


def _due(now: datetime) -> ColumnElement[bool]:
    """Its time has come and nobody paused it; or a lease is left that `_free` says has ended: its worker died."""
    return JOB.c.paused_at.is_(None) & or_(JOB.c.lease_owner.is_not(None), JOB.c.retry_at <= now, JOB.c.next_at <= now)


def busy(job: Job) -> str:
    """Who works on a job, in words."""
    return (
        f"job {job.name!r} is being run by {job.lease_owner} (last sign of life {job.lease_beat}); "
        "wait for its end, or end that worker"
    )
