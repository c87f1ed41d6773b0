"""A crawl that is killed, and one whose disk fills up: nothing lost, nothing doubled, at most what was in flight asked for again."""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from compliance.store import pages, runs
from compliance.store.session import open_store

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow
KILLS, SITES, PAGES = 10, 4, 60


SCRIPT = """
import json, sys
from compliance.store.session import open_store
from crawler.run import crawl
from crawler.targets import Target
order = json.load(sys.stdin)
with open_store(order["store"]) as store:
    summary = crawl([Target(None, None, (f"http://{h}/",)) for h in sorted(order["hosts"])], store,
                    judge=lambda page: None, hosts=order["hosts"], settings=order["settings"])
print(json.dumps([summary.stopped, summary.run]))
"""


@pytest.fixture
def world(serve, tmp_path):
    """(server, start): four sites of sixty pages; start(limit) begins a crawl of them in a process group of its own."""

    def answer(handler):
        if not handler.no_robots():
            time.sleep(0.005)
            links = "".join(f'<a href="/{i}.html">{i}</a>' for i in range(PAGES - 1))
            noise = random.Random(handler.path).randbytes(2000).hex()
            handler.reply(
                f"<html><body><p>示例页面 {handler.path} 文字足够长，不是空壳。{noise}</p>{links}</body></html>"
            )

    server = serve({f"site{i}.example": answer for i in range(SITES)})
    settings = {"CONCURRENT_REQUESTS_PER_DOMAIN": 1, "CERTMARK_MIN_FREE_MB": 0}
    order = json.dumps({"store": str(tmp_path / "crawl.db"), "hosts": server.hosts, "settings": settings})
    env = os.environ | {"PYTHONPATH": str(ROOT), "CERTMARK_ALLOW_LOOPBACK": "1"}

    def start(most_bytes=None):
        limit = (
            None if most_bytes is None else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
        )
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env,
            start_new_session=True, preexec_fn=limit,
        )  # fmt: skip
        process.stdin.write(order)
        process.stdin.close()
        return process

    return server, start


def ended(process):
    """(why it stopped, its run)."""
    said = process.stdout.read()
    process.stdout.close()
    assert process.wait() == 0
    return json.loads(said)


def assert_whole(store_path, run_id):
    with open_store(store_path) as store:
        sites = runs.sites_of(store, run_id)
        assert [(s.pages, s.failed, s.waiting, s.state) for s in sites] == [(PAGES, 0, 0, "done")] * SITES
        assert pages.judged_counts(store, run_id) == {"done": SITES * PAGES, "none": SITES}
        with store.reading() as connection:
            twice = connection.exec_driver_sql("select url from crawl_visit group by url having count(*) > 1").all()
    assert not twice


def test_a_run_killed_at_ten_moments_repeats_at_most_what_was_in_flight_and_never_an_item(world, tmp_path):
    server, start = world
    chance = random.Random(7)
    kills = 0
    for _ in range(KILLS):
        process, goal = start(), server.asked.total() + chance.randint(1, 25)
        while server.asked.total() < goal and process.poll() is None:
            time.sleep(0.002)
        if process.poll() is None:
            # the whole group at once: the process that judges and the one that fetches
            os.killpg(process.pid, signal.SIGKILL)
            kills += 1
        process.stdout.close()
        process.wait()
    stopped, run_id = ended(start())
    assert stopped is None and kills == KILLS
    assert_whole(tmp_path / "crawl.db", run_id)
    asked = {key: count for key, count in server.asked.items() if key[1] != "/robots.txt"}
    assert len(asked) == SITES * (PAGES + 1)  # the usual sitemap too
    assert sum(count - 1 for count in asked.values()) <= kills * SITES  # one request in flight on each of four sites


def test_a_run_whose_disk_is_full_says_so_and_goes_on_when_there_is_room(world, tmp_path):
    _, start = world
    stopped, run_id = ended(start(most_bytes=1_500_000))
    assert "is full" in stopped
    with open_store(tmp_path / "crawl.db") as store:
        done = sum(site.pages for site in runs.sites_of(store, run_id))
    assert 0 < done < SITES * PAGES
    again, same = ended(start())
    assert again is None and same == run_id
    assert_whole(tmp_path / "crawl.db", run_id)
