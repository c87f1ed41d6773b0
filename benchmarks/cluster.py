"""A crawl by one process, by one worker, by two, and by workers that are killed while their database restarts: the same findings, counted.

    python benchmarks/cluster.py --server postgresql://…/postgres [--sites 300] [--pages 10] [--kills 10]
        [--restart "pg_ctl … restart"] [--restarts 2] [--out figures.json]

Every run has an empty database of its own on `--server` (the one process: an SQLite file), the same loopback sites with walls and errors
among them, and no register. Kills hit a whole worker at a random moment (SIGKILL to its process group); what is counted afterwards is what
the store holds: sites, pages, visits of one address, visits nobody judged, jobs left over.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import resource
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import create_engine  # noqa: E402

from benchmarks.crawl import server  # noqa: E402
from compliance.checking.session import open_check  # noqa: E402
from compliance.store import pages, runs  # noqa: E402
from compliance.store.plain import plainly  # noqa: E402
from compliance.store.session import Store, StoreError, open_store  # noqa: E402
from crawler.cluster.run import crawl_by_queue  # noqa: E402
from crawler.run import crawl  # noqa: E402
from crawler.targets import Target  # noqa: E402

SETTINGS = {
    "DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "CONCURRENT_REQUESTS_PER_DOMAIN": 2, "CERTMARK_RETRY_PAUSE": 0.05,
    "RETRY_TIMES": 1, "CERTMARK_MIN_FREE_MB": 0, "CERTMARK_BROWSER_PAGES": 0, "CERTMARK_ERROR_RATE": 1.1,
}  # fmt: skip
WORKER = """
import sys
from compliance.store.session import open_store
from crawler.cluster.worker import SiteWorker
with open_store(sys.argv[1]) as store:
    SiteWorker(store, int(sys.argv[2]), silent=8.0, say=lambda line: print(line, file=sys.stderr, flush=True)).run()
"""


class Workers:
    """Worker processes, each a process group that dies whole."""

    def __init__(self, url: str) -> None:
        self.url, self.running = url, []  # type: ignore[var-annotated]

    def start(self) -> None:
        env = os.environ | {"PYTHONPATH": str(ROOT), "CERTMARK_ALLOW_LOOPBACK": "1"}
        command = [sys.executable, "-c", WORKER, self.url, "12"]
        self.running.append(subprocess.Popen(command, env=env, start_new_session=True))

    def kill(self, at: int = 0) -> None:
        process = self.running.pop(at)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def counted(store: Store, run: str, began: float) -> dict[str, Any]:
    """What the store holds after a run."""
    sites = runs.sites_of(store, run)
    with store.reading() as connection:
        ask = connection.exec_driver_sql
        twice = ask(
            "select count(*) from (select asked from crawl_visit group by asked having count(*) > 1) d"
        ).scalar()
        visits = ask("select count(*) from crawl_visit").scalar()
        open_ = ask("select count(*) from crawl_request where state in ('waiting', 'in_flight')").scalar()
        found = ask("select id, body from finding order by id").all()
        lost = ask(
            "select count(*) from crawl_request where state = 'failed' and reason like '%%interruptions%%'"
        ).scalar()
    states: dict[str, int] = {}
    for site in sites:
        states[site.state] = states.get(site.state, 0) + 1
    digest = hashlib.sha256("\n".join(f"{row[0]} {row[1]}" for row in found).encode()).hexdigest()
    return {
        "seconds": round(time.monotonic() - began, 1), "sites": states, "pages": sum(site.pages for site in sites),
        "visits": visits, "addresses_visited_twice": twice, "addresses_left": open_, "given_up": lost,
        "judged": pages.judged_counts(store, run), "findings": len(found), "digest": digest,
    }  # fmt: skip


def cpu_seconds() -> float:
    """Processor seconds of this process and of those it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def visits_in(url: str) -> int:
    """Answers the store holds."""
    with open_store(url) as store, store.reading() as connection:
        return int(connection.exec_driver_sql("select count(*) from crawl_visit").scalar() or 0)


def by_workers(
    url: str, targets: list[Target], hosts: dict[str, str], workers: int, trouble: Any = None
) -> dict[str, Any]:
    """A run by so many workers; `trouble(workers, is_over)` goes on beside it."""
    crew, began, done = Workers(url), time.monotonic(), {}  # type: ignore[var-annotated]
    with open_store(url) as store:
        for _ in range(workers):
            crew.start()

        def follow() -> None:
            while "run" not in done:  # one who follows dies with its database, too, and is started again
                try:
                    with plainly(store):
                        done["run"] = crawl_by_queue(
                            targets, store, register="none", hosts=hosts, settings=SETTINGS
                        ).run
                except StoreError as error:
                    print(f"follower: {str(error)[:100]}", flush=True)
                    time.sleep(2)

        follower = threading.Thread(target=follow)
        follower.start()
        try:
            if trouble is not None:
                trouble(crew, lambda: not follower.is_alive())
            follower.join()
        finally:
            while crew.running:
                crew.kill()
        return counted(store, done["run"], began)


def main() -> None:
    """Runs all four and prints what was counted."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--server", required=True)
    ask.add_argument("--sites", type=int, default=300)
    ask.add_argument("--pages", type=int, default=10)
    ask.add_argument("--kills", type=int, default=10)
    ask.add_argument("--restart", default="")
    ask.add_argument("--restarts", type=int, default=2)
    ask.add_argument("--only", default="alone,one,two,kills")
    ask.add_argument("--out", type=Path)
    given = ask.parse_args()
    os.environ["CERTMARK_ALLOW_LOOPBACK"] = "1"
    hosts_of = lambda port: {f"s{n}.example": f"http://127.0.0.1:{port}" for n in range(given.sites)}  # noqa: E731
    targets = [Target(f"示例{n}号有限公司", None, (f"http://s{n}.example/",)) for n in range(given.sites)]
    figures: dict[str, Any] = {}
    goal_of_all = given.sites * given.pages // (given.kills + given.restarts + 2)

    def trouble(crew: Workers, over: Any) -> None:
        chance, kills, restarts = random.Random(11), 0, 0
        last = 0
        while not over() and (kills < given.kills or restarts < given.restarts):
            goal = last + chance.randint(goal_of_all // 3, goal_of_all)
            while not over() and visits_in(crew.url) < goal:
                time.sleep(0.5)
            if over():
                break
            last = visits_in(crew.url)
            time.sleep(chance.uniform(0, 2))
            if (
                given.restart
                and restarts < given.restarts
                and kills >= (restarts + 1) * given.kills // (given.restarts + 1)
            ):
                subprocess.run(shlex.split(given.restart), check=True, stdout=subprocess.DEVNULL)
                restarts += 1
                print(f"database restarted ({restarts})", flush=True)
            elif kills < given.kills:
                crew.kill(chance.randrange(len(crew.running)))
                kills += 1
                print(f"worker killed ({kills})", flush=True)
                crew.start()
        figures["kills and restarts"] = [kills, restarts]

    with tempfile.TemporaryDirectory() as folder, server(given.sites, given.pages, 0.02) as port:
        os.environ["CERTMARK_DATA"] = folder
        for name in given.only.split(","):
            if name == "alone":
                began, cpu = time.monotonic(), cpu_seconds()
                with open_store(Path(folder, "alone.db")) as store, open_check(register="none") as checked:
                    done = crawl(targets, store, judge=checked.check, hosts=hosts_of(port), settings=SETTINGS)
                    figures[name] = counted(store, done.run, began) | {"cpu": round(cpu_seconds() - cpu, 1)}
                figures[name]["store_bytes"] = Path(folder, "alone.db").stat().st_size
            else:
                url = f"{given.server.rsplit('/', 1)[0]}/cluster_{name}"
                engine = create_engine(
                    given.server.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
                )
                with engine.connect() as connection:
                    connection.exec_driver_sql(f"drop database if exists cluster_{name} with (force)")
                    connection.exec_driver_sql(f"create database cluster_{name}")
                engine.dispose()
                figures[name] = by_workers(
                    url, targets, hosts_of(port), 1 if name == "one" else 2, trouble if name == "kills" else None
                )
            print(name, figures[name], flush=True)
    figures["same findings"] = len({f["digest"] for f in figures.values() if isinstance(f, dict)}) == 1
    figures["same pages"] = len({f["pages"] for f in figures.values() if isinstance(f, dict)}) == 1
    print(json.dumps(figures, indent=1))
    if given.out:
        given.out.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
