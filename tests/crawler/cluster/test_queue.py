"""Sites as jobs of the queue: the findings of a run by one process, whoever dies, is cancelled or comes back."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from importlib.util import find_spec
from pathlib import Path

import pytest
from scrapy.settings import Settings

from compliance.store import pages, queue, runs
from compliance.store.holding import SiteLost, take_site
from compliance.store.session import open_store
from compliance.store.turns import take_turn
from crawler.browser.launch import program_of
from crawler.run import crawl
from crawler.targets import Target

ROOT = Path(__file__).resolve().parents[3]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("procrastinate") is None, reason="needs pip install '.[cluster]'"),
]
SITES, PAGES = 6, 12
SHOTS = 3  # pages of a run that a browser may be shown
BROWSER = find_spec("scrapy_playwright") is not None and program_of(Settings()) is not None
SAYS = ("本产品通过ISO9001认证。", "公司通过ISO 9001质量管理体系认证。", "公司生产各类示例零件。")
QUICK = {
    "DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "CERTMARK_RETRY_PAUSE": 0.05, "CERTMARK_MIN_FREE_MB": 0,
}  # fmt: skip
WORKER = """
import signal, sys
from compliance.store.session import open_store
from crawler.cluster.worker import SiteWorker
with open_store(sys.argv[1]) as store:
    worker = SiteWorker(store, int(sys.argv[2]), silent=float(sys.argv[3]), say=lambda line: print(line, file=sys.stderr))
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    worker.run()
"""


@pytest.fixture
def world(serve):
    """A server of SITES sites with PAGES pages each; a third of them says what gives a finding."""

    def answer(handler):
        if not handler.no_robots():
            time.sleep(0.01)
            links = "".join(f'<a href="/{i}.html">{i}</a>' for i in range(PAGES - 1))
            noise = random.Random(handler.path).randbytes(500).hex()
            says = SAYS[int(handler.path.strip("/").split(".")[0] or 0) % 3]
            handler.reply(f"<html><body><p>示例页面 {handler.path}</p><p>{says}</p><p>{noise}</p>{links}</body></html>")

    return serve({f"site{i}.example": answer for i in range(SITES)})


def targets(server):
    return [Target(f"示例{n}号有限公司", None, (f"http://{host}/",)) for n, host in enumerate(sorted(server.hosts))]


class Workers:
    """Worker processes on one database, each a process group that can be killed whole."""

    def __init__(self, url):
        self.url, self.running = url, []

    def start(self, concurrency=3, silent=3.0):
        env = os.environ | {"PYTHONPATH": str(ROOT), "CERTMARK_ALLOW_LOOPBACK": "1"}
        process = subprocess.Popen(
            [sys.executable, "-c", WORKER, self.url, str(concurrency), str(silent)], env=env, start_new_session=True
        )
        self.running.append(process)
        return process

    def kill(self, process):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.running.remove(process)


@pytest.fixture
def workers(postgres, monkeypatch, tmp_path):
    monkeypatch.setenv("CERTMARK_DATA", str(tmp_path / "data"))
    started = Workers(postgres)
    yield started
    for process in list(started.running):
        started.kill(process)


def by_queue(store, server, **more):
    from crawler.cluster.run import crawl_by_queue

    settings = QUICK | more.pop("settings", {})
    return crawl_by_queue(targets(server), store, hosts=server.hosts, settings=settings, register="none", **more)


def found_in(store):
    """(page, finding) as stored, by address: what a run says."""
    with store.reading() as connection:
        rows = connection.exec_driver_sql("select body from page_result order by page_key").scalars().all()
    return [(p["url"], json.dumps(p["findings"], ensure_ascii=False)) for p in map(json.loads, rows)]


def assert_whole(store, run):
    sites = runs.sites_of(store, run)
    assert [(s.pages, s.failed, s.waiting, s.state) for s in sites] == [(PAGES, 0, 0, "done")] * SITES
    counts = pages.judged_counts(store, run)
    assert counts.get("pending", 0) == 0 and sum(counts.values()) == SITES * (PAGES + 1)  # the usual sitemap too
    with store.reading() as connection:
        twice = connection.exec_driver_sql("select url from crawl_visit group by url having count(*) > 1").all()
        left = connection.exec_driver_sql("select count(*) from procrastinate_jobs where status in ('todo','doing')")
        assert not twice and left.scalar() == 0


def test_two_workers_find_what_one_process_finds(world, workers, tmp_path):
    from compliance.checking.session import open_check

    with open_store(tmp_path / "alone.db") as store, open_check(register="none") as checked:
        alone = crawl(targets(world), store, judge=checked.check, hosts=world.hosts, settings=QUICK)
        want = found_in(store)
    assert alone.findings
    workers.start()
    workers.start()
    seen = []
    with open_store(workers.url) as store:
        most = {"CERTMARK_SCREENSHOTS": SHOTS}
        done = by_queue(store, world, on_progress=seen.append, evidence=tmp_path / "warc", settings=most)
        assert_whole(store, done.run)
        assert found_in(store) == want
    assert (done.findings, done.pages) == (alone.findings, alone.pages)
    assert [s.host for s in done.sites] == [s.host for s in alone.sites]
    assert (seen[0].done, seen[-1].done, seen[-1].pages) == (0, SITES, SITES * PAGES)
    archives = list((tmp_path / "warc").rglob("*.warc.gz"))
    assert len(archives) == SITES
    # two workers that look at the same time may go over the number by what one of them takes
    assert SHOTS <= done.shots.taken <= 2 * SHOTS if BROWSER else done.shots.taken == 0
    assert sum(pictures_in(path) for path in archives) == done.shots.taken


def pictures_in(path):
    from warcio.archiveiterator import ArchiveIterator

    with path.open("rb") as file:
        return sum(record.rec_type == "resource" for record in ArchiveIterator(file))


def test_a_scheduled_job_runs_by_the_queue_and_is_seen_in_the_list(world, workers, tmp_path, monkeypatch, capsys):
    from datetime import UTC, datetime

    from certmark import main
    from compliance.store import jobs
    from crawler.schedule.perform import World
    from crawler.schedule.worker import Worker

    monkeypatch.setenv("CERTMARK_DATABASE_URL", workers.url)
    lines = [f"示例{n}号有限公司,http://{host}/" for n, host in enumerate(sorted(world.hosts))]
    (tmp_path / "targets.csv").write_text("\n".join(["company,url", *lines]), encoding="utf-8")
    now = datetime(2026, 11, 28, tzinfo=UTC)
    listed = []

    def said(*words):
        with pytest.raises(SystemExit):
            main(list(words))
        return capsys.readouterr().out

    with open_store(workers.url) as store:
        job = jobs.Job(
            "night",
            str(tmp_path / "targets.csv"),
            "0 2 * * *",
            created_at=now,
            next_at=now,
            register_from="none",
            fail_on=None,
            night=None,
            webhook=None,
        )
        jobs.add_job(store, job)
        begun = threading.Thread(
            target=lambda: listed.append(
                Worker(store, world=World(hosts=world.hosts, settings=QUICK, queue=True)).now("night")
            )
        )
        begun.start()
        while not queue.has_queue(store) or not queue.shared_runs(store):
            time.sleep(0.1)
        assert f"(night): 0/{SITES} sites" in said("schedule", "list")
        progress = json.loads(said("schedule", "list", "--format", "json"))[0]["progress"]
        assert (progress["sites"], progress["waiting"]) == (SITES, SITES)
        workers.start()
        begun.join(timeout=120)
        (ended,) = listed
        assert ended.summary["sites"]["done"] == SITES
        assert_whole(store, ended.summary["crawl"])


def test_kills_anywhere_lose_nothing_and_double_nothing(world, workers):
    chance = random.Random(5)
    result = {}
    with open_store(workers.url) as store:
        follower = threading.Thread(target=lambda: result.update(done=by_queue(store, world)))
        follower.start()
        for _ in range(3):
            process, goal = workers.start(), world.asked.total() + chance.randint(3, 20)
            while world.asked.total() < goal and follower.is_alive():
                time.sleep(0.01)
            workers.kill(process)
        workers.start()
        follower.join(timeout=120)
        assert not follower.is_alive()
        assert_whole(store, result["done"].run)
    pages_asked = {key: n for key, n in world.asked.items() if key[1] != "/robots.txt"}
    assert sum(n - 1 for n in pages_asked.values()) <= 3 * 3  # three sites at work, one request in flight on each


def test_a_run_is_cancelled_and_a_stopped_worker_gives_its_sites_back(world, workers):
    from crawler.cluster.run import cancel_run

    with open_store(workers.url) as store:
        result = {}
        follower = threading.Thread(target=lambda: result.update(done=by_queue(store, world)))
        follower.start()
        first = workers.start(concurrency=2)
        while world.asked.total() < 10:
            time.sleep(0.01)
        first.terminate()
        assert first.wait(timeout=30) == 0
        workers.running.remove(first)
        with store.reading() as connection:
            doing = connection.exec_driver_sql(
                "select count(*) from procrastinate_jobs where status = 'doing'"
            ).scalar()
        assert doing == 0
        (run, _, _) = queue.shared_runs(store)[0]
        assert cancel_run(store, run) > 0
        follower.join(timeout=30)
        assert {s.reason for s in result["done"].sites if s.state == "failed"} == {"cancelled by hand"}
        assert queue.due_jobs(store) == (0, 0) and queue.shared_runs(store) == []


def test_a_host_is_with_one_worker_at_a_time_and_a_night_job_waits(postgres):
    from crawler.cluster.tasks import app_of, prepare, put_in

    with open_store(postgres) as store:
        prepare(store)
        prepare(store)  # twice is once
        assert put_in(store, "r", [(1, "a.example", 0), (2, "a.example", 5), (3, "b.example", 9)]) == 3
        assert put_in(store, "r", [(1, "a.example", 0), (4, "c.example", 0)]) == 1  # the first has a job
        now = time.strftime("%H:%M", time.gmtime(time.time() + 8 * 3600 + 7200))
        later = time.strftime("%H:%M", time.gmtime(time.time() + 8 * 3600 + 10800))
        assert put_in(store, "r", [(5, "d.example", 50)], night=f"{now}-{later}") == 1

        async def taken():
            app = app_of(store)
            async with app.open_async():
                worker = await app.job_manager.register_worker()
                got = []
                while job := await app.job_manager.fetch_job(queues=None, worker_id=worker):
                    got.append((job.task_kwargs["site"], job.lock))
                return got

        import asyncio

        # by priority; the second of a.example waits for the first, the night's for its window
        assert asyncio.run(taken()) == [(3, "b.example"), (2, "a.example"), (4, "c.example")]


def test_a_worker_that_comes_back_late_changes_nothing(postgres):
    with open_store(postgres) as store:
        start = runs.NewRequest("f1", "http://a.example/")
        run, _ = runs.open_run(store, "k", [runs.NewSite("a.example", "", None, None, 0, (start,))], {}, shared=True)
        (site,) = runs.sites_of(store, run)
        take_site(store, site.id, "one")
        turn = take_turn(store, run, (), {site.id: 1}, {site.id: "one"})
        assert turn.taken[site.id]
        assert take_site(store, site.id, "two").waiting == 1  # what was in flight waits again
        with pytest.raises(SiteLost):
            take_turn(store, run, (), {site.id: 1}, {site.id: "one"})
        assert take_turn(store, run, (), {site.id: 1}, {site.id: "two"}).taken[site.id]
        with pytest.raises(runs.RunBusy, match="in the queue"):
            runs.open_run(store, "k", [], {})


def test_a_cluster_says_how_it_is(postgres, monkeypatch, capsys, tmp_path):
    from urllib.error import HTTPError
    from urllib.request import urlopen

    from certmark import main
    from crawler.cluster.listen import listening
    from crawler.cluster.log import WorkerLog
    from crawler.cluster.tasks import prepare, put_in
    from crawler.cluster.worker import SiteWorker

    monkeypatch.setenv("CERTMARK_DATABASE_URL", postgres)

    def doctor(*more):
        with pytest.raises(SystemExit) as ended:
            main(["doctor", "--cluster", *more])
        return ended.value.code or 0, capsys.readouterr().out

    status, said = doctor("--format", "json")
    assert status == 1 and "queue's tables are not there" in json.loads(said)["faults"][0]
    with open_store(postgres) as store:
        prepare(store)
        assert doctor()[0] == 0
        put_in(store, "r", [(1, "a.example", 0)])
        status, said = doctor("--format", "json")
        health = json.loads(said)
        assert status == 1 and "no worker is alive" in health["faults"][0] and health["queue"]["due"] == 1
        figures = doctor("--format", "prometheus")[1]
        assert "certmark_queue_due 1" in figures and 'certmark_workers{state="alive"} 0' in figures
        with listening("127.0.0.1:0", store, SiteWorker(store), WorkerLog(tmp_path / "log.jsonl")) as port:
            at = f"http://127.0.0.1:{port}"
            assert urlopen(f"{at}/healthz").status == 200
            assert b"certmark_queue_due 1" in urlopen(f"{at}/metrics").read()
            with pytest.raises(HTTPError, match="503"):
                urlopen(f"{at}/readyz")
    monkeypatch.setenv("CERTMARK_DATABASE_URL", "postgresql://certmark@127.0.0.1:1/none")
    assert doctor()[0] == 2
