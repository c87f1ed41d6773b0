"""One crawl (一次抓取): targets in, pages in the store, each checked, a summary out. Used by `certmark crawl` and the demo.

Fetching happens in a process of its own (crawler.worker); this one reads and judges what has come, at its own pace: the store is
the queue between them, so that neither a hard page nor a slow site holds up the other, and a kill of either loses nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from compliance.places import Place
from compliance.reading.address import loopback_allowed
from compliance.reading.fault import Fault
from compliance.records import PageResult
from compliance.settings import load_settings
from compliance.store import pages, runs
from compliance.store.case_deadlines import recheck
from compliance.store.case_gather import gather
from compliance.store.pictures import judged_pages
from compliance.store.plain import plainly
from compliance.store.runs import NewRequest, NewSite, SiteState
from compliance.store.session import Store, StoreError
from crawler.addresses import fingerprint_of
from crawler.capture.archives import archive_run
from crawler.capture.screenshot import Shots, shots_of_run
from crawler.judging import Judge, Judging, checked_of
from crawler.ownership import SiteOwner
from crawler.pictures import look_later, look_now, pictures_in
from crawler.targets import Target

START = 100  # rank of a start address: before all that it leads to
PATIENCE = 15.0  # seconds


@dataclass(frozen=True, slots=True)
class SiteSummary:
    """What became of one site. `pages` counts documents and unchanged pages too."""

    host: str
    company: str | None
    state: str  # done | failed | blocked | redirected | waiting
    reason: str | None
    pages: int
    unchanged: int
    failed: int
    blocked: int
    skipped: int
    requests: int
    conflict: str | None = None
    failures: tuple[tuple[str, str], ...] = ()  # the first failed addresses with their reasons


@dataclass(slots=True)
class CrawlSummary:
    """What became of the run. `stopped`: which fuse blew, None when it came to its end."""

    run: str
    taken_up: bool
    sites: tuple[SiteSummary, ...] = ()
    stopped: str | None = None
    judged: int = 0  # pages and documents judged, carried ones too
    carried: int = 0  # of these: known from earlier runs, not due, judged again as they were
    findings: dict[str, int] = field(default_factory=dict)  # outcome → number of distinct findings
    faults: list[Fault] = field(default_factory=list)  # pages and documents that could not be read or judged
    evidence: tuple[Path | str, ...] = ()  # WARC files written, or their addresses in a bucket
    shots: Shots = field(default_factory=Shots)  # pictures of pages with claims, where there is a browser
    seconds: float = 0.0

    @property
    def pages(self) -> int:
        """Pages and documents received in all."""
        return sum(site.pages for site in self.sites)


def crawl(
    targets: Sequence[Target],
    store: Store,
    *,
    judge: Judge | None = None,
    on_result: Callable[[PageResult], None] | None = None,
    on_event: Callable[[dict[str, Any]], None] | None = None,
    site_filter: Callable[[Target], bool] | None = None,
    hosts: Mapping[str, str] | None = None,
    settings: Mapping[str, Any] | None = None,
    evidence: Path | str | None = None,
    read_pictures: bool = True,
) -> CrawlSummary:
    """Crawls the targets' sites into the store and judges each page.

    judge: page → result; None stores pages unjudged. When it is the `check` of a `compliance.checking.session.Checked`, results
    go into the store too. on_result: called with every result; one with `again` takes the place of an earlier one. on_event: called with
    each event of the fetching process, and with `pictures` and their number of pages when those are looked at once more.
    evidence: folder or bucket (s3://…) for one WARC file a site and run, holding the pages that speak of certification.
    read_pictures: pictures likely to matter are read after the pages (extra `pictures`); needs such a judge.
    hosts: host → loopback address, for the sample world (needs CERTMARK_ALLOW_LOOPBACK=1). settings: scrapy's, over ours.
    An unfinished run over the same targets is taken up where it was. Raises runs.RunBusy, PlaceError.
    """
    began = datetime.now(UTC)
    place = None if evidence is None else Place(evidence)
    chosen = [t for t in targets if site_filter is None or site_filter(t)]
    overrides = settings_for(store, hosts or {}, settings or {})
    run_id, taken_up = _opened(store, chosen, dict(settings or {}))
    summary = CrawlSummary(run_id, taken_up)
    judging = Judging(store, judge, on_result)
    checked = checked_of(judge) if read_pictures else None
    judging.notes_pictures = checked is not None and look_later(store, checked)
    try:
        with plainly(store):
            judging.queue.extend(pages.pending_visits(store, run_id))
            summary.stopped = _fetch(store, run_id, overrides, judging, on_event)
            judging.all()
            if summary.stopped is None and judge is not None:
                judging.queue.extend(pages.carried_visits(store, run_id))
                summary.carried = len(judging.queue)
                judging.all()
            if judging.notes_pictures and checked is not None and summary.stopped is None:
                left = judged_pages(store, run_id) if taken_up else []
                visits = sorted({*judging.with_pictures, *left})
                checked.pictures = pictures_in(store, checked)  # stays open for the evidence
                if visits and on_event:
                    on_event({"event": "pictures", "pages": len(visits)})
                look_now(checked, checked.pictures, judging.again, visits)
    except StoreError as error:  # a full disk: the run stands still where it is and is taken up when there is room
        summary.stopped = str(error)
    if place is not None:
        if summary.stopped is None:
            summary.shots = shots_of_run(store, run_id, overrides)
        summary.evidence = archive_run(store, run_id, place, overrides["USER_AGENT"])
    summary.judged, summary.findings, summary.faults = judging.judged, judging.outcomes(), judging.faults
    with suppress(StoreError) if summary.stopped else nullcontext(), plainly(store):
        runs.end_run(store, run_id, summary.stopped)
        judging.save_owners()
        gather(store)
        recheck(store)
    summary.sites = tuple(summary_of(store, site, judging.owners) for site in runs.sites_of(store, run_id))
    summary.seconds = (datetime.now(UTC) - began).total_seconds()
    return summary


def _opened(store: Store, targets: Sequence[Target], settings: dict[str, Any]) -> tuple[str, bool]:
    """The run to work on. A fetching process whose parent was killed notices it within seconds: that long we wait for it."""
    sites, waited = [new_site(t) for t in targets], 0.0
    while True:
        try:
            return runs.open_run(store, key_of(targets), sites, settings)
        except runs.RunBusy:
            if waited >= PATIENCE:
                raise
            time.sleep(0.25)
            waited += 0.25


def key_of(targets: Iterable[Target]) -> str:
    """Equal for the same targets, whatever their order: what an interrupted run is found again by."""
    lines = sorted(json.dumps([t.company, t.uscc, t.host, *t.urls], ensure_ascii=False) for t in targets)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:24]


def _fetch(
    store: Store,
    run_id: str,
    overrides: dict[str, Any],
    judging: Judging,
    on_event: Callable[[dict[str, Any]], None] | None,
) -> str | None:
    """Runs the fetching process to its end, judging meanwhile; why it stopped early, None when it didn't."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "crawler.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": python_path(), "PYTHONIOENCODING": "utf-8"},
    )
    assert process.stdin and process.stdout
    stopped: str | None = "the fetching process ended without a word"
    try:
        url = store.engine.url.render_as_string(hide_password=False)
        process.stdin.write(json.dumps({"store": url, "run": run_id, "settings": overrides}).encode())
        process.stdin.close()
        judging.warm()
        for lines in lines_of(process.stdout.fileno()):
            for line in lines:
                try:
                    event = json.loads(line)
                except json.JSONDecodeError:  # a library that prints: no event of ours
                    print(line, file=sys.stderr)
                    continue
                if event["event"] == "visit" and event["pending"]:
                    judging.queue.append(event["id"])
                elif event["event"] == "end":
                    stopped = event["stopped"]
                if on_event:
                    on_event(event)
            judging.all()
    finally:
        process.stdout.close()
        if process.poll() is None:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    return stopped


def lines_of(pipe: int) -> Iterator[list[str]]:
    """Whole lines as they come, all that wait at once: what came while pages were judged is judged together."""
    rest = b""
    while chunk := os.read(pipe, 1 << 16):
        *lines, rest = (rest + chunk).split(b"\n")
        if lines:
            yield [line.decode("utf-8", "replace") for line in lines]
    if rest:
        yield [rest.decode("utf-8", "replace")]


def python_path() -> str:
    """Where this package lies, so that the child finds the same one from any folder."""
    here = str(Path(__file__).resolve().parent.parent)
    before = os.environ.get("PYTHONPATH")
    return f"{here}{os.pathsep}{before}" if before else here


def settings_for(store: Store, hosts: Mapping[str, str], given: Mapping[str, Any]) -> dict[str, Any]:
    """What one run decides over scrapy's and our own settings."""
    settings = load_settings()
    return {
        "USER_AGENT": settings.user_agent,
        "CERTMARK_BROWSER": settings.browser,
        "CERTMARK_SCREENSHOTS": settings.screenshots,
        "CERTMARK_HOSTS": dict(hosts),
        "CERTMARK_ALLOW_LOOPBACK": loopback_allowed(),
        "CERTMARK_FOLDER": str(store.path.parent) if store.path else None,
        "CERTMARK_PARENT": os.getpid(),
        **(LOOPBACK_PACE if hosts else {}),
        **given,
    }


# The sample world is our own: no host there needs a pause.
LOOPBACK_PACE = {
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": False,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 2,
    "CERTMARK_RETRY_PAUSE": 0.05,
}


def new_site(target: Target) -> NewSite:
    """The target's site as a run starts it."""
    starts = tuple(NewRequest(fingerprint_of(url), url, "page", START) for url in target.urls)
    return NewSite(target.host, target.company or "", target.uscc, target.body_code, target.priority, starts)


def summary_of(store: Store, site: SiteState, owners: Mapping[int, SiteOwner]) -> SiteSummary:
    """What became of a site. A conflict over its owner is what was just met, else what the store keeps of it."""
    owner = owners.get(site.id)
    return SiteSummary(
        host=site.host,
        company=site.company or None,
        state=site.state,
        reason=site.reason,
        pages=site.pages,
        unchanged=site.unchanged,
        failed=site.failed,
        blocked=site.blocked,
        skipped=site.skipped,
        requests=site.requests,
        conflict=owner.conflict if owner else json.loads(site.owner or "{}").get("conflict"),
        failures=tuple(runs.failures_of(store, site.id)) if site.failed else (),
    )
