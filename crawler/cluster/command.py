"""`certmark worker --concurrency N` and `certmark crawl --queue`: what a worker and one who follows a run show of it."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compliance.store import queue
from compliance.store.session import Store
from crawler.cluster.log import WorkerLog
from crawler.cluster.worker import SiteWorker
from crawler.schedule.perform import World
from crawler.schedule.summary import text_of
from crawler.schedule.worker import Ended, Worker

if TYPE_CHECKING:
    from compliance.checking.session import Checked
    from crawler.run import CrawlSummary
    from crawler.targets import Target


def run_worker(
    store: Store,
    concurrency: int,
    once: bool,
    format: str,
    metrics: Path | None,
    log: Path | None,
    listen: str | None,
    say: Callable[[str], None],
) -> int:
    """Sites of the queue and scheduled jobs, until SIGTERM or Ctrl-C (`once`: until nothing is due). The exit status."""
    from crawler.cluster.tasks import prepare

    prepare(store)  # says at once what is missing

    def show(ended: Ended) -> None:
        if format == "json":
            print(json.dumps(ended.summary, ensure_ascii=False, sort_keys=True), flush=True)
        elif "sites" in ended.summary:
            print(text_of(ended.summary), flush=True)

    with ExitStack() as kept:
        told = kept.enter_context(WorkerLog(log, metrics))
        sites = SiteWorker(store, concurrency, tell=told.event, result=told.result, say=say)
        clock = Worker(store, say=say, on_end=show, world=World(queue=True))
        if listen is not None:
            from crawler.cluster.listen import listening

            kept.enter_context(listening(listen, store, sites, told))
        statuses: list[int] = [0]

        def schedule() -> None:
            if once:
                statuses.extend(ended.status for ended in clock.once())
            else:
                clock.forever()

        calendar = threading.Thread(target=schedule, name="calendar", daemon=True)

        def stop(*_: object) -> None:
            clock.stop()
            sites.stop()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        calendar.start()
        say(f"{sites.owner}: waiting for jobs, {concurrency} site(s) at a time; Ctrl-C ends it")
        sites.run(
            until=(lambda: not calendar.is_alive() and queue.due_jobs(store) == (0, 0)) if once else lambda: False
        )
        clock.stop()
        calendar.join(timeout=30)
        return max(statuses)


def follow(
    targets: Sequence[Target],
    store: Store,
    checked: Checked,
    register: str | None,
    as_of: str | None,
    settings: Mapping[str, Any],
    say: Callable[[str], None],
    read_pictures: bool = True,
) -> CrawlSummary:
    """Hands the targets' sites to the workers and says how far they are, until the run's end. Ctrl-C ends the following alone."""
    from crawler.cluster.run import crawl_by_queue

    lasting = str(Path(register).resolve()) if register and Path(register).exists() else register
    last = ""

    def told(progress: queue.Progress) -> None:
        nonlocal last
        if progress.line() != last:
            last = progress.line()
            print(f"run {progress.run}: {last}", file=sys.stderr, flush=True)

    try:
        return crawl_by_queue(
            targets, store, register=lasting, as_of=as_of, settings=settings, on_progress=told,
            evidence=checked.settings.archives, read_pictures=read_pictures,
        )  # fmt: skip
    except KeyboardInterrupt:
        say("the run goes on without us; the same command follows it again, `certmark schedule cancel RUN` ends it")
        raise
