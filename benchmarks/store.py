"""What the database does for the queries that are asked most, on a store of a million pages: explained one by one.

    CERTMARK_DATABASE_URL=postgresql://…/EMPTY python benchmarks/store.py [--pages 1000000] [--out figures.json]

The program's own functions are called; each statement they send is explained first, with the values it is sent with. A statement
that reads a table of more than MANY rows from end to end is a scan, and the exit status is 1 when there is one. Times are medians.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import event  # noqa: E402

from benchmarks.store_fill import fill  # noqa: E402
from compliance.store import captures, cases, desk, findings, health, pages, queue, runs  # noqa: E402
from compliance.store.session import Store, open_store  # noqa: E402
from compliance.store.turns import Ended, take_turn  # noqa: E402

MANY = 5_000
REPEAT = 15
CASE = hashlib.md5(b"case1", usedforsecurity=False).hexdigest()  # as the database made its number


class Explained:
    """While it is open, every statement of the store is explained before it is sent."""

    def __init__(self, store: Store) -> None:
        self.plans: list[tuple[str, dict[str, Any]]] = []
        self._store = store

    def __enter__(self) -> Explained:
        event.listen(self._store.engine, "before_cursor_execute", self._explain)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self._store.engine, "before_cursor_execute", self._explain)

    def _explain(self, connection: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool) -> None:
        if statement.lstrip().split(None, 1)[0].lower() not in ("select", "insert", "update", "delete", "with"):
            return
        own = connection.connection.cursor()
        own.execute(f"explain (format json) {statement}", values[0] if many and values else values)
        self.plans.append((statement, own.fetchone()[0][0]["Plan"]))
        own.close()


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """A plan's steps, outermost first."""
    return [plan, *(step for part in plan.get("Plans", ()) for step in nodes(part))]


def asked(store: Store, pages_in: int) -> dict[str, Callable[[], Any]]:
    """The ten queries: what the crawl asks for every page and site, what the desk asks for every look."""
    site = pages_in // 100 + 1  # the first of the second run
    host, url = "s1.example", "http://s1.example/p1.html"
    now = datetime(2026, 11, 25, tzinfo=UTC)

    def turn() -> Any:
        """Addresses out, one answer in, what it led to."""
        taken = take_turn(store, "run2", (), {site: 1, site + 2: 1}).taken
        ended = []
        for claimed in (one for some in taken.values() for one in some):
            answer = pages.Answer(
                "page", claimed.url, claimed.url, now, 200, (), b"x" * 500, host=host, fingerprint=claimed.fingerprint
            )
            ended.append(Ended(claimed, answer, (runs.NewRequest(f"new{claimed.id}", claimed.url + "?n"),)))
        return take_turn(store, "run2", ended, {})

    def result() -> None:
        page = {
            "url": url, "id": None, "sha256": "x", "captured_at": None, "company": None, "claims": [], "findings": [],
            "genre": "company", "coverage": {"blocked": False, "pictures_seen": 0, "pictures_read": 0},
        }  # fmt: skip
        findings.save_result(store, {}, page, "c1")

    return {
        "1 a turn of the crawl: next addresses, answers, links": turn,
        "2 the queue's next site": lambda: next_job(store),
        "3 pages to be judged, with their bytes": lambda: pages.visits_of(store, range(1000, 1016)),
        "4 a result and its findings": result,
        "5 a site is opened: its addresses, what is known of it": lambda: (
            runs.seen_of(store, site), pages.known_addresses(store, host)
        ),
        "6 a site ends: pages not judged, pages not due": lambda: (
            list(pages.pending_visits(store, "run2", site)), pages.carried_visits(store, "run2", site)
        ),
        "7 progress of a run": lambda: queue.progress_of(store, "run2"),
        "8 figures for monitoring": lambda: (health.recent(store, now), queue.due_jobs(store), queue.queue_age(store)),
        "9 the desk's queue, its first page; one case": lambda: (
            cases.cases_of(store), cases.cases_of(store, cases.Filters(text="31416")), cases.case_of(store, CASE)
        ),
        "10 a page's captures, its result and its snapshot": lambda: (
            captures.captures_of(store, url), desk.page_results(store, [url]), desk.snapshot_of(store, url, None),
            desk.company_pages(store, "c1"),
        ),
    }  # fmt: skip


def next_job(store: Store) -> None:
    """procrastinate's own question, out of its function, so that it can be explained."""
    with store.reading() as connection:
        connection.exec_driver_sql(
            "select jobs.id from procrastinate_jobs as jobs where not exists (select 1 from procrastinate_jobs as other "
            "where jobs.lock is not null and other.lock = jobs.lock and (other.status = 'doing' or (other.status = 'todo' and "
            "(other.priority > jobs.priority or (other.priority = jobs.priority and other.id < jobs.id))))) and jobs.status = 'todo' "
            "and jobs.queue_name = any(array['sites']) and (jobs.scheduled_at is null or jobs.scheduled_at <= now()) "
            "order by jobs.priority desc, jobs.id limit 1 for update of jobs skip locked"
        ).all()


def main() -> None:
    """Fills the store when it is empty, explains, prints."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--pages", type=int, default=1_000_000)
    ask.add_argument("--out", type=Path)
    given = ask.parse_args()
    from crawler.cluster.tasks import prepare

    figures: dict[str, Any] = {}
    with open_store() as store:
        prepare(store)
        with store.reading() as connection:
            there = connection.exec_driver_sql("select count(*) from (select 1 from crawl_visit limit 1) v").scalar()
        if not there:
            fill(store, given.pages, lambda line: print(f"filled {line}", flush=True))
        with store.reading() as connection:
            sizes = {
                name: rows
                for name, rows in connection.exec_driver_sql(
                    "select relname, reltuples from pg_class where relkind = 'r'"
                )
            }
            figures["bytes"] = connection.exec_driver_sql("select pg_database_size(current_database())").scalar()
        for name, question in asked(store, given.pages).items():
            with Explained(store) as seen:
                question()
            scans = sorted(
                {
                    step["Relation Name"]
                    for _, plan in seen.plans
                    for step in nodes(plan)
                    if step["Node Type"] == "Seq Scan" and sizes.get(step["Relation Name"], 0) > MANY
                }
            )
            times = []
            for _ in range(REPEAT):
                began = time.perf_counter()
                question()
                times.append(time.perf_counter() - began)
            figures[name] = {
                "statements": len(seen.plans),
                "scans": scans,
                "ms": round(statistics.median(times) * 1000, 2),
            }
            print(f"{name}: {figures[name]}", flush=True)
            for statement, plan in seen.plans if scans else ():
                if any(step.get("Relation Name") in scans and step["Node Type"] == "Seq Scan" for step in nodes(plan)):
                    print(f"    SCAN {' '.join(statement.split())[:400]}")
    if given.out:
        given.out.write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")
    raise SystemExit(any(isinstance(f, dict) and f["scans"] for f in figures.values()))


if __name__ == "__main__":
    main()
