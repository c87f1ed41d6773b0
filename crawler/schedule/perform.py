"""One run of a job from its target list to its summary. Knows nothing of leases or calendars: crawler.schedule.worker does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from compliance.checking.session import CannotCheck, Checked, open_check
from compliance.places import PlaceError
from compliance.records import PageResult
from compliance.store import jobs
from compliance.store.jobs import Job
from compliance.store.runs import RunBusy
from compliance.store.session import Store, StoreError
from crawler.figures import Figures
from crawler.pictures import pictures_in
from crawler.run import CrawlSummary, crawl
from crawler.schedule.summary import OUTCOMES, compared, findings_json, findings_seen, kept_for_next, sites_json
from crawler.targets import TargetList, read_targets
from rules.clock import CHINA

BAD_INPUT = 2  # exit statuses as `certmark crawl`
BROKE = 3


class CannotRun(RuntimeError):
    """The run can't be made: no target list, no register, a store that fails. The message says what to do."""


class Interrupted(RuntimeError):
    """The worker was told to end, or lost its lease: the run stops here and is taken up later."""


@dataclass(frozen=True, slots=True)
class World:
    """What surrounds a run: all defaults in earnest, the sample world and short pauses in tests."""

    hosts: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    as_of: date | None = None
    on_event: Callable[[dict[str, Any]], None] | None = None
    metrics: Path | None = None  # file for the figures of the run at hand
    queue: bool = False  # the sites are jobs of the queue: this process only follows the run


@dataclass(frozen=True, slots=True)
class Performed:
    """What a run brought. `state`: done | stopped | failed; `findings`: what the next run is compared with, None after a failure."""

    state: str
    status: int
    reason: str | None
    summary: dict[str, Any]
    findings: list[dict[str, Any]] | None


def perform(
    store: Store,
    job: Job,
    run_id: int,
    *,
    cause: str,
    attempt: int,
    started: datetime,
    clock: Callable[[], datetime],
    go_on: Callable[[], bool],
    world: World | None = None,
) -> Performed:
    """Crawls the job's targets, judges every page, compares with the job's run before.

    `go_on` is asked at every page: False ends the run with Interrupted. Raises CannotRun, Interrupted.
    """
    world = world or World()
    targets = targets_of(job)

    figures = Figures(world.metrics)

    def look() -> None:
        if not go_on():
            raise Interrupted("told to stop, or the lease was lost")

    def at_result(result: PageResult) -> None:
        figures.result(result)
        look()

    def at_event(event: dict[str, Any]) -> None:
        figures.event(event)
        if world.on_event:
            world.on_event(event)
        look()

    settings = dict(world.settings) | ({"CERTMARK_WINDOW": job.night} if job.night else {})
    try:
        with open_check(register=job.register_from, as_of=world.as_of) as checked:
            if world.queue:
                checked.pictures = pictures_in(store, checked)  # for the evidence: the workers have read them
                done = _by_queue(targets, store, job, settings, world, checked, look)
            else:
                done = crawl(
                    targets.targets,
                    store,
                    judge=checked.check,
                    on_event=at_event,
                    on_result=at_result,
                    hosts=world.hosts,
                    settings=settings,
                    evidence=checked.settings.archives,
                )
            packed = _packed(store, checked, done.run)
    except (CannotCheck, PlaceError, StoreError, RunBusy, OSError) as error:
        raise CannotRun(str(error)) from error
    finally:
        figures.end()
    found, digest = findings_seen(jobs.findings_of(store, done.run))
    earlier = jobs.findings_before(store, job.name, run_id)
    before = earlier[1] if earlier else []
    kinds = compared(found, before, jobs.answers_of(store, done.run, (p for e in before for p in e["pages"])))
    state, reason = _state(done)
    summary = {
        **head_json(job, run_id, cause, attempt, started, clock()),
        "state": state,
        "reason": reason,
        "crawl": done.run,
        "taken_up": done.taken_up,
        "compared_with": earlier[0] if earlier else None,
        **sites_json(done.sites),
        **findings_json(kinds),
        "findings_sha256": digest,
        "evidence": packed,
        "faults": [str(fault) for fault in (*done.faults, *done.shots.faults)],
        "left_out": [str(fault) for fault in targets.faults] + [f"{f['where']}: {f['what']}" for f in checked.faults],
    }
    kept = kept_for_next(kinds) if state != "failed" else None
    return Performed(state, _status(done, found, job.fail_on), reason, summary, kept)


def _by_queue(
    targets: TargetList,
    store: Store,
    job: Job,
    settings: Mapping[str, Any],
    world: World,
    checked: Checked,
    look: Callable[[], None],
) -> CrawlSummary:
    """The run by all workers on this store."""
    from crawler.cluster.run import crawl_by_queue

    return crawl_by_queue(
        targets.targets,
        store,
        register=job.register_from,
        as_of=world.as_of.isoformat() if world.as_of else None,
        job=job.name,
        go_on=look,
        hosts=world.hosts,
        settings=settings,
        evidence=checked.settings.archives,
    )


def _packed(store: Store, checked: Checked, crawl_run: str) -> dict[str, Any]:
    """Packs the run's evidence as `certmark crawl` does. What fails there fails no run: it is said in the summary."""
    from compliance.evidence.chain import ChainBroken
    from crawler.evidence import pack_run

    try:
        packed = pack_run(store, checked, crawl_run, checked.settings.data / "evidence")
    except (ChainBroken, OSError) as error:
        return {"bundles": 0, "present": 0, "faults": [str(error)]}
    return {
        "bundles": len(packed.bundles),
        "present": packed.present,
        "faults": [str(fault) for fault in packed.faults],
    }


def targets_of(job: Job) -> TargetList:
    """The job's list as it is now. Raises CannotRun when the file is gone or holds nothing usable."""
    path = Path(job.targets)
    if not path.is_file():
        raise CannotRun(
            f"{path}: the target list of job {job.name!r} is not there; put it back, or remove the job and add it anew"
        )
    targets = read_targets(path)
    if not targets.targets:
        first = f": {targets.faults[0]}" if targets.faults else "; columns: company, uscc, url, priority"
        raise CannotRun(f"{path}: no usable row{first}")
    return targets


def head_json(job: Job, run_id: int, cause: str, attempt: int, started: datetime, ended: datetime) -> dict[str, Any]:
    """What stands at the head of every summary; times in Asia/Shanghai."""
    return {
        "job": job.name,
        "run": run_id,
        "cause": cause,
        "attempt": attempt,
        "started": started.astimezone(CHINA).isoformat(timespec="seconds"),
        "ended": ended.astimezone(CHINA).isoformat(timespec="seconds"),
    }


def _state(done: CrawlSummary) -> tuple[str, str | None]:
    if done.stopped:
        return "stopped", done.stopped
    if done.sites and all(site.state == "failed" for site in done.sites):
        return "failed", f"none of the {len(done.sites)} site(s) answered; {done.sites[0].host}: {done.sites[0].reason}"
    return "done", None


def _status(done: CrawlSummary, found: list[dict[str, Any]], fail_on: str | None) -> int:
    if done.stopped:
        return BROKE
    if _state(done)[0] == "failed":
        return BAD_INPUT
    if fail_on is not None:
        reached = OUTCOMES[: OUTCOMES.index(fail_on) + 1]
        return int(any(entry["outcome"] in reached for entry in found))
    return 0
