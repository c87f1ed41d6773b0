"""How many workers, how much room, bandwidth and money a watch over so many sites takes: the formula of docs/scale.md.

    python benchmarks/scale.py [--sites 1000000] [--pages 30] [--days 30] [--hours 10] … [--format json]

The constants marked "measured" are what benchmarks/cluster.py, engines.py and store.py gave; prices are the reader's to put in.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Given:
    """What is asked, what was measured, what things cost."""

    sites: int = 1_000_000
    pages: float = 30.0  # of a site, in a month
    days: float = 30.0  # in which every site is looked at once
    hours: float = 10.0  # of a night window
    changed: float = 0.25  # share of pages that are sent in full at a repeated look; the rest answers 304 or isn't due
    claims: float = 0.2  # share of pages that speak of certification: kept for good
    keep_days: float = 180.0  # bodies of the others are kept so long
    cpu_page: float = 0.0092  # measured: processor seconds a page fetched, read, judged and stored
    cpu_judge: float = 0.0065  # measured: processor seconds a page judged again, reading included
    pause: float = 1.5  # seconds between two requests to a host (DOWNLOAD_DELAY with its jitter)
    at_once: float = 8.0  # sites a worker has at a time (--concurrency)
    busy: float = 0.6  # of a core that a worker uses at most, so that nights with slow sites still fit
    page_kb: float = 60.0  # sent over the net for a page with its share of pictures and lists; assumed, not measured
    body_kb: float = 12.0  # a body as stored, deflated; assumed for real pages (the bench's invented ones: 4)
    row_kb: float = 1.6  # measured: rows and indexes a page received, without bodies
    core_month: float = 60.0  # yuan
    gb_month_db: float = 1.0  # yuan, fast disk
    gb_month_archive: float = 0.12  # yuan, bucket
    gb_net: float = 0.0  # yuan; incoming traffic mostly costs nothing


def plan(given: Given) -> dict[str, float]:
    """The figures of a month, steady state."""
    pages = given.sites * given.pages * 30 / given.days
    night_seconds = given.hours * 3600 * 30
    rate = pages / night_seconds  # pages a second while the window is open
    by_cpu = rate * given.cpu_page / given.busy
    by_pause = rate * given.pause / given.at_once  # a site gives a page every `pause` seconds at most
    full = pages * given.changed
    evidence = full * given.claims * given.body_kb / 1e6
    bodies = (
        given.sites * given.pages * given.body_kb / 1e6
        + full * (1 - given.claims) * given.body_kb / 1e6 * given.keep_days / 30
    )
    rows = pages * given.row_kb / 1e6
    workers = max(by_cpu, by_pause)
    cores = by_cpu + 8  # the database
    net = full * given.page_kb / 1e6
    return {
        "pages_a_month": pages,
        "pages_a_second": rate,
        "workers_by_processor": by_cpu,
        "workers_by_politeness": by_pause,
        "workers": workers,
        "cores_with_database": cores,
        "bandwidth_mbit": rate * given.changed * given.page_kb * 8 / 1000,
        "traffic_gb_a_month": net,
        "bodies_gb": bodies,
        "evidence_gb_more_a_month": evidence,
        "database_gb_more_a_month": rows,
        "rejudge_core_hours": given.sites * given.pages * given.claims * given.cpu_judge / 3600,
        "yuan_a_month": cores * given.core_month + (bodies + 6 * rows) * given.gb_month_db
        + 12 * evidence * given.gb_month_archive + net * given.gb_net,
    }  # fmt: skip


def main() -> None:
    """Prints the plan."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, value in asdict(Given()).items():
        ask.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    ask.add_argument("--format", choices=("table", "json"), default="table")
    said = vars(ask.parse_args())
    form = said.pop("format")
    figures = plan(Given(**said))
    if form == "json":
        print(json.dumps(figures, indent=1))
    else:
        for name, value in figures.items():
            print(f"{name:28} {value:14,.1f}")


if __name__ == "__main__":
    main()
