"""A whole run by the queue (集群抓取): targets in, one job a site, the same summary out. Whoever waits here does no work of the run.

The one who follows a run may die: whoever starts it again over the same targets finds the run and puts in only what has no job.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from compliance.store import pages, queue, runs
from compliance.store.case_deadlines import recheck
from compliance.store.case_gather import gather
from compliance.store.holding import cancel_sites
from compliance.store.jobs import findings_of
from compliance.store.queue import Progress
from compliance.store.screenshots import shots_taken
from compliance.store.session import Store
from crawler.cluster.desk import RunOrder
from crawler.cluster.tasks import prepare, put_in
from crawler.run import CrawlSummary, key_of, new_site, settings_for, summary_of
from crawler.targets import Target

EVERY = 2.0  # seconds between two looks at the run
COST = 20  # a look takes at most a twentieth of the time between two
MISSING = 15  # looks after which sites without a job get one: theirs was lost with a queue that was set back


def crawl_by_queue(
    targets: Sequence[Target],
    store: Store,
    *,
    register: str | None = None,
    as_of: str | None = None,
    job: str | None = None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    go_on: Callable[[], None] = lambda: None,
    hosts: Mapping[str, str] | None = None,
    settings: Mapping[str, Any] | None = None,
    evidence: Path | str | None = None,
    read_pictures: bool = True,
) -> CrawlSummary:
    """Puts the targets' sites into the queue and follows them to their end.

    go_on: called at every look; what it raises ends the following, not the run. The rest as crawler.run.crawl. Raises NoQueue,
    NeedsExtra, RunBusy, StoreError.
    """
    began = datetime.now(UTC)
    prepare(store)
    given = dict(settings or {})
    overrides = settings_for(store, hosts or {}, given) | {"CERTMARK_FOLDER": None}
    order = RunOrder("", overrides, register, as_of, None if evidence is None else str(evidence), job, read_pictures)
    run_id, taken_up = runs.open_run(
        store, key_of(targets), [new_site(t) for t in targets], order.to_json(), shared=True
    )
    _put_in_missing(store, run_id, given.get("CERTMARK_WINDOW"))
    looks = 0
    while True:
        looked = time.monotonic()
        progress = queue.progress_of(store, run_id)
        on_progress(progress)
        if runs.running_settings(store, run_id) is None:
            break  # cancelled
        fetched = progress.done >= progress.sites and not queue.queued_sites(store, run_id)
        # a site is fetched before it is judged: what is left then lost its job with a queue that was set back
        if fetched and not _put_in_missing(store, run_id, given.get("CERTMARK_WINDOW")):
            break
        looks += 1
        if looks % MISSING == 0:
            _put_in_missing(store, run_id, given.get("CERTMARK_WINDOW"))
        go_on()
        time.sleep(max(EVERY, COST * (time.monotonic() - looked)))
    summary = CrawlSummary(run_id, taken_up)
    counts = pages.judged_counts(store, run_id)
    summary.judged = counts.get("done", 0) + counts.get("failed", 0)
    outcomes: dict[str, str] = {finding["id"]: finding["outcome"] for _, finding in findings_of(store, run_id)}
    for outcome in outcomes.values():
        summary.findings[outcome] = summary.findings.get(outcome, 0) + 1
    summary.shots.taken = shots_taken(store, run_id)
    runs.end_run(store, run_id)
    gather(store)
    recheck(store)
    summary.sites = tuple(summary_of(store, site, {}) for site in runs.sites_of(store, run_id))
    summary.seconds = (datetime.now(UTC) - began).total_seconds()
    return summary


def _put_in_missing(store: Store, run_id: str, night: str | None) -> int:
    """Jobs for the sites that have none and aren't fetched and judged. How many."""
    there = queue.queued_sites(store, run_id)
    sites = [
        (s.id, s.host, s.priority) for s in runs.sites_of(store, run_id) if s.state == "waiting" and s.id not in there
    ]
    return put_in(store, run_id, sites, night) if sites else 0


def cancel_run(store: Store, run_id: str, reason: str = "cancelled by hand") -> int:
    """Ends a run that is in the queue: its sites leave their workers, its jobs leave the queue. How many sites were not done."""
    if runs.running_settings(store, run_id) is None:
        raise LookupError(f"the queue holds no run {run_id!r}; `certmark schedule list` shows those it has")
    ended = cancel_sites(store, run_id, reason)
    queue.cancel_jobs(store, run_id)
    runs.end_run(store, run_id)
    return ended
