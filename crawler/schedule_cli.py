"""`certmark schedule …` and `certmark worker`: crawls that come back by themselves. Heavy imports stand inside the commands."""

from __future__ import annotations

import json
import re
import signal
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compliance.store.jobs import Job, JobRun
    from compliance.store.session import Store
    from crawler.schedule.worker import Ended, Worker

OUTCOMES = ("violation", "suspected", "needs_review")
NAME = re.compile(r"[\w.-]{1,60}")
SHAPE = {"add_completion": False, "rich_markup_mode": None, "pretty_exceptions_enable": False}
app = typer.Typer(no_args_is_help=True, help="Scheduled crawl jobs; times in Asia/Shanghai.", **SHAPE)
worker_app = typer.Typer(**SHAPE)
Format = Annotated[str, typer.Option("--format", metavar="FORMAT", help="table or json")]


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="letters, digits, - _ .")],
    targets: Annotated[
        Path, typer.Option(metavar="FILE", help="target list; the path is kept, the file read anew at each run")
    ],
    every: Annotated[str, typer.Option(metavar="CRON", help='minute hour day month weekday, e.g. "0 2 * * *"')],
    register: Annotated[
        Optional[str],
        typer.Option(metavar="FILE|DB|none", help="certificate register to check against; default: the store's"),
    ] = None,
    fail_on: Annotated[
        Optional[str], typer.Option("--fail-on", metavar="OUTCOME", help="a finding at or above it: status 1")
    ] = None,
    night: Annotated[
        Optional[str], typer.Option(metavar="HH:MM-HH:MM", help="crawl in these hours only; goes on the next night")
    ] = None,
    webhook: Annotated[
        Optional[str],
        typer.Option(metavar="URL", help="send each run's summary there: public http(s) address, or mailto:NAME@HOST"),
    ] = None,
) -> None:
    """Keep a crawl job: which sites, when, against which register."""
    from compliance.reading.address import AddressRefused
    from compliance.store import jobs
    from crawler.schedule.calendar import BadCalendar, checked_window, next_after
    from crawler.schedule.webhook import checked_webhook

    if not NAME.fullmatch(name):
        raise typer.BadParameter(f"{name!r}: letters, digits, - _ . only, 60 at most", param_hint="NAME")
    _among(fail_on, OUTCOMES, "--fail-on")
    if not targets.is_file():
        raise typer.BadParameter(f"{targets}: no such file", param_hint="--targets")
    now = datetime.now(UTC)
    try:
        job = jobs.Job(
            name=name,
            targets=str(targets.resolve()),
            every=every,
            register_from=_lasting(register),
            fail_on=fail_on,
            night=checked_window(night) if night else None,
            webhook=checked_webhook(webhook) if webhook else None,
            created_at=now,
            next_at=next_after(every, now),
        )
    except (BadCalendar, AddressRefused) as error:
        _say(str(error))
        raise typer.Exit(2) from error
    with _store() as store:
        jobs.add_job(store, job)
    print(f"{name}: next run {_china(job.next_at)}; `certmark worker` must be running then")


@app.command("list")
def list_(format: Format = "table") -> None:
    """The jobs, when they run next, who works on them now."""
    from compliance.store import jobs

    _among(format, ("table", "json"), "--format")
    with _store() as store:
        found = jobs.jobs(store)
        shared = _shared(store)
    if format == "json":
        progress = {one["job"]: one for one in shared}
        print(
            json.dumps([_job_json(j) | {"progress": progress.get(j.name)} for j in found], ensure_ascii=False, indent=1)
        )
        return
    print("name\tevery\tnext run\tnow\ttargets")
    now = datetime.now(UTC)
    for job in found:
        state = f"run {job.run_id} by {job.lease_owner}" if job.held(now) else "waits"
        if job.lease_owner and not job.held(now):
            state = "its worker died; the next one takes it up"
        print(f"{job.name}\t{job.every}\t{_china(job.due_at())}\t{state}\t{job.targets}")
    for one in shared:
        print(f"in the queue: run {one['run']} ({one['job'] or 'by hand'}): {one['line']}")


@app.command()
def cancel(what: Annotated[str, typer.Argument(metavar="JOB|RUN", help="a job's name, or a run's number")]) -> None:
    """End a run that is in the queue: its sites leave their workers and stay as far as they were."""
    from crawler.cluster.run import cancel_run

    with _store() as store:
        runs = [one["run"] for one in _shared(store) if what in (one["run"], one["job"])]
        if not runs:
            raise LookupError(f"the queue holds no run of {what!r}; `certmark schedule list` shows those it has")
        for run_id in runs:
            print(f"run {run_id}: cancelled; {cancel_run(store, run_id)} site(s) were not done")


@app.command()
def run(name: Annotated[str, typer.Argument(metavar="NAME")], format: Format = "table") -> None:
    """Run a job now, whatever its calendar says. Exit 0 ran, 1 with the job's --fail-on, 2 could not run, 3 stopped by a breaker."""
    _among(format, ("table", "json"), "--format")
    with _store() as store, _worker(store, format) as worker:
        ended = worker.now(name)
    raise typer.Exit(ended.status)


@app.command()
def remove(name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
    """Take a job away. Its history stays."""
    from compliance.store import jobs

    with _store() as store:
        jobs.remove_job(store, name, datetime.now(UTC))
    print(f"{name}: removed; its history stays")


@app.command()
def history(
    name: Annotated[Optional[str], typer.Argument(metavar="[NAME]")] = None,
    format: Format = "table",
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=1000, help="runs at most, the newest")] = 20,
    full: Annotated[bool, typer.Option("--full", help="the whole summary of each run")] = False,
) -> None:
    """Past runs, the newest first: when, why, how they ended, what they found. Exit 2 when the job never was."""
    from compliance.store import jobs

    _among(format, ("table", "json"), "--format")
    with _store() as store:
        found = jobs.job_runs(store, name, limit)
        if not found and name is not None:
            jobs.job_of(store, name)
    if format == "json":
        print(json.dumps([_run_json(r) for r in found], ensure_ascii=False, indent=1))
        return
    if not full:
        print("run\tjob\tstarted\tcause\tstate\tsites done\tnew\tstill there\tgone\tnot seen\treason")
    for one in found:
        print(_whole(one) if full else _line(one))


@worker_app.command()
def worker(
    once: Annotated[bool, typer.Option("--once", help="run what is due now and end")] = False,
    format: Format = "table",
    metrics: Annotated[
        Optional[Path],
        typer.Option(metavar="FILE", help="figures of the run at hand for Prometheus' textfile collector"),
    ] = None,
    concurrency: Annotated[
        Optional[int],
        typer.Option(
            metavar="N", min=1, max=64, help="work with other workers on one PostgreSQL: N sites at a time here"
        ),
    ] = None,
    log: Annotated[
        Optional[Path], typer.Option(metavar="FILE", help="with --concurrency: one JSON line a page, site and fault")
    ] = None,
    listen: Annotated[
        Optional[str],
        typer.Option(metavar="HOST:PORT", help="with --concurrency: answer /healthz, /readyz and /metrics there"),
    ] = None,
) -> None:
    """Run the scheduled jobs as they become due, until SIGTERM or Ctrl-C; summaries go to standard output.

    With --concurrency each site is a job that any worker on the same store may take. With --once the exit status is the highest of the
    runs': 0, 1 (--fail-on), 2 (could not run), 3 (stopped by a breaker).
    """
    _among(format, ("table", "json"), "--format")
    if concurrency is not None:
        from crawler.cluster.command import run_worker

        with _store() as store:
            raise typer.Exit(run_worker(store, concurrency, once, format, metrics, log, listen, _say))
    if log is not None or listen is not None:
        raise typer.BadParameter("goes with --concurrency", param_hint="--log, --listen")
    with _store() as store, _worker(store, format, metrics) as at_work:
        if once:
            raise typer.Exit(max((ended.status for ended in at_work.once()), default=0))
        _say(f"{at_work.owner}: waiting for jobs; Ctrl-C ends it")
        at_work.forever()


def _shared(store: Store) -> list[dict[str, Any]]:
    """Runs that are in the queue, with their progress over all workers."""
    from dataclasses import asdict

    from compliance.store import queue

    if not queue.has_queue(store):
        return []
    found = []
    for run_id, began, settings in queue.shared_runs(store):
        progress = queue.progress_of(store, run_id)
        about = {"job": json.loads(settings).get("job"), "started": began.isoformat(), "line": progress.line()}
        found.append(asdict(progress) | about)
    return found


@contextmanager
def _store() -> Iterator[Store]:
    """The store, with what may go wrong said in one line and exit status 2."""
    from compliance.settings import SettingsError
    from compliance.store.jobs import JobBusy, JobExists
    from compliance.store.session import StoreError, open_store

    try:
        with open_store() as store:
            yield store
    except LookupError as error:
        _say(str(error.args[0]) if error.args else str(error))
        raise typer.Exit(2) from error
    except (JobExists, JobBusy, StoreError, SettingsError, OSError) as error:
        _say(str(error))
        raise typer.Exit(2) from error


@contextmanager
def _worker(store: Store, format: str, metrics: Path | None = None) -> Iterator[Worker]:
    """A worker that prints summaries and ends cleanly on SIGTERM and Ctrl-C."""
    from crawler.schedule.summary import text_of
    from crawler.schedule.worker import Worker

    def show(ended: Ended) -> None:
        if format == "json":
            print(json.dumps(ended.summary, ensure_ascii=False, sort_keys=True), flush=True)
        elif "sites" in ended.summary:
            print(text_of(ended.summary), flush=True)

    from crawler.schedule.perform import World

    worker = Worker(store, say=_say, on_end=show, world=World(metrics=metrics))
    asked = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, lambda *_: worker.stop()) for number in asked}
    try:
        yield worker
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _lasting(register: str | None) -> str | None:
    """A register's file by its whole path, so that the worker finds it from any folder; other words as they are."""
    if register is None or register == "none" or "://" in register or not Path(register).exists():
        return register
    return str(Path(register).resolve())


def _among(value: str | None, allowed: tuple[str, ...], option: str) -> None:
    if value is not None and value not in allowed:
        raise typer.BadParameter(f"{value!r} is not one of {', '.join(allowed)}", param_hint=option)


def _china(moment: datetime | None) -> str:
    from rules.clock import CHINA

    return moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if moment else "—"


def _job_json(job: Job) -> dict[str, Any]:
    from dataclasses import asdict

    from rules.clock import CHINA

    values = asdict(job) | {"due_at": job.due_at(), "held": job.held(datetime.now(UTC))}
    return {k: v.astimezone(CHINA).isoformat() if isinstance(v, datetime) else v for k, v in values.items()}


def _run_json(run: JobRun) -> dict[str, Any]:
    from dataclasses import asdict

    from rules.clock import CHINA

    return {k: v.astimezone(CHINA).isoformat() if isinstance(v, datetime) else v for k, v in asdict(run).items()}


def _line(run: JobRun) -> str:
    summary = run.summary or {}
    found = summary.get("findings", {})  # a run that failed has none
    counts = [str(sum(o[kind] for o in found.values())) if found else "—" for kind in ("new", "still_there", "gone")]
    unseen = str(sum(o["not_seen"] for o in found.values())) if found else "—"
    sites = f"{summary['sites']['done']}/{summary['sites']['all']}" if "sites" in summary else "—"
    cells = [str(run.id), run.job, _china(run.started_at), run.cause, run.state, sites, *counts, unseen]
    return "\t".join([*cells, run.reason or "—"])


def _whole(run: JobRun) -> str:
    from crawler.schedule.summary import text_of

    if run.summary and "sites" in run.summary:
        notice = f"\nwebhook {run.notice}" if run.notice else ""
        return text_of(run.summary) + notice + "\n"
    return f"job {run.job}, run {run.id} ({run.cause}, try {run.attempt}): {run.state}: {run.reason or '—'}\n"


def _say(line: str) -> None:
    print(f"certmark schedule: {line}", file=sys.stderr, flush=True)
