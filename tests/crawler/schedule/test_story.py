"""Scheduled runs over the sample world, with the real crawl: nothing changes, something changes, a worker is killed."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest

from compliance.store import jobs
from compliance.store.jobs import Job
from compliance.store.session import open_store
from crawler.sample.serve import sample_sites, serving
from crawler.schedule.perform import World
from crawler.schedule.worker import LEASE, Worker
from rules.clock import CHINA

ROOT = Path(__file__).resolve().parents[3]
TWO = datetime(2026, 11, 24, 2, 0, tzinfo=CHINA)
DAY = timedelta(days=1)
HOSTS = ("muhe-jiaju.example", "boyun-shuma.example")
QUICK = {"RETRY_TIMES": 0, "DOWNLOAD_TIMEOUT": 2, "CERTMARK_MIN_FREE_MB": 0}
pytestmark = pytest.mark.slow


@pytest.fixture
def world(tmp_path, monkeypatch):
    """Two sites of the sample in a folder of their own: (folder, hosts)."""
    monkeypatch.setenv("CERTMARK_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("CERTMARK_DATABASE_URL", raising=False)
    sites = tuple(
        replace(s, folder=Path(copytree(s.folder, tmp_path / s.host))) for s in sample_sites() if s.host in HOSTS
    )
    said = "".join(f"&#{ord(sign)};" for sign in "本产品通过ISO9001认证").encode()  # whatever the page's encoding
    page = tmp_path / "boyun-shuma.example" / "product-1.html"
    page.write_bytes(page.read_bytes().replace(b"</body>", b"<p>" + said + b"</p></body>"))
    rows = "".join(f"示例{n}有限公司,http://{host}/\n" for n, host in zip("甲乙", HOSTS, strict=True))
    (tmp_path / "targets.csv").write_text("company,url\n" + rows, encoding="utf-8")
    with serving(sites) as hosts:
        yield tmp_path, hosts


def add(store, folder):
    jobs.add_job(store, Job("n", str(folder / "targets.csv"), "0 2 * * *", "none", None, None, None, TWO, TWO))


def stored_findings(store):
    with store.reading() as connection:
        return connection.exec_driver_sql("select id, outcome, body from finding order by id").all()


def test_an_unchanged_site_brings_the_same_bytes_and_a_changed_one_says_what_is_gone_and_new(world):
    folder, hosts = world
    now = [TWO]
    around = World(hosts=hosts, as_of=date(2026, 11, 23), settings=QUICK | {"CERTMARK_FRESH": True})

    with open_store() as store:
        add(store, folder)

        def run(world=around):
            (ended,) = Worker(store, clock=lambda: now[0], world=world).once()
            assert ended.state == "done", ended.reason
            now[0] += DAY
            return ended.summary

        first, before = run(), stored_findings(store)
        second = run()
        assert before and stored_findings(store) == before
        packed = list((folder / "data" / "evidence").glob("*.zip"))
        assert first["evidence"] == {"bundles": len(before), "present": 0, "faults": []}
        assert len(packed) == 2 * len(before)  # what was received again is packed again, with its own time
        assert second["findings_sha256"] == first["findings_sha256"]
        assert len(first["new"]) == len(before) == sum(o["still_there"] for o in second["findings"].values())
        assert second["new"] == second["gone"] == second["not_seen"] == []

        def of(page):
            return [e["id"] for e in first["new"] if e["pages"] == [page]]

        down = hosts | {"muhe-jiaju.example": "http://127.0.0.1:9"}  # nobody listens there
        away = run(replace(around, hosts=down))
        assert [s["host"] for s in away["kept_out"]] == ["muhe-jiaju.example"]
        assert [e["id"] for e in away["not_seen"]] == of("http://muhe-jiaju.example/product-1.html")
        back = run()
        assert back["new"] == back["gone"] == [] and back["findings_sha256"] == first["findings_sha256"]

        marked = folder / "muhe-jiaju.example" / "product-1.html"
        marked.write_text("<html><body><p>本页面正在更新。</p></body></html>", encoding="utf-8")
        (folder / "boyun-shuma.example" / "product-1.html").unlink()
        expected = of("http://muhe-jiaju.example/product-1.html") + of("http://boyun-shuma.example/product-1.html")
        changed = run()
        assert len(expected) == 2 and sorted(e["id"] for e in changed["gone"]) == sorted(expected)
        assert changed["new"] == changed["not_seen"] == []

        (folder / "targets.csv").unlink()
        (ended,) = Worker(store, clock=lambda: now[0], world=around).once()
        assert ended.status == 2 and "targets.csv: the target list of job 'n' is not there" in ended.reason


KILLED = """
import json, os, signal, sys
from datetime import date, datetime
from compliance.store.session import open_store
from crawler.schedule.perform import World
from crawler.schedule.worker import Worker
order, seen = json.loads(sys.argv[1]), []
def on_event(event):
    seen.append(event)
    if len(seen) == 9:
        os.kill(os.getpid(), signal.SIGKILL)
with open_store() as store:
    world = World(hosts=order["hosts"], as_of=date(2026, 11, 23), on_event=on_event)
    Worker(store, clock=lambda: datetime.fromisoformat(order["now"]), world=world).once()
"""


def test_what_a_killed_worker_left_is_taken_up_by_the_next_when_its_lease_ends(world):
    folder, hosts = world
    around = World(hosts=hosts, as_of=date(2026, 11, 23), settings=QUICK)
    with open_store() as store:
        add(store, folder)
        order = json.dumps({"hosts": hosts, "now": TWO.isoformat()})
        done = subprocess.run([sys.executable, "-c", KILLED, order], cwd=ROOT, env=os.environ, timeout=120)
        assert done.returncode == -signal.SIGKILL
        assert jobs.job_of(store, "n").held(TWO)

        early = Worker(store, clock=lambda: TWO + LEASE - timedelta(seconds=1), world=around)
        assert early.once() == []
        (ended,) = Worker(store, clock=lambda: TWO + LEASE, world=around).once()
        assert (ended.state, ended.summary["cause"], ended.summary["attempt"]) == ("done", "taken_up", 2)
        assert ended.summary["taken_up"], "the crawl itself went on where it was"
        assert [r.state for r in jobs.job_runs(store)] == ["done", "lost"]
        after_kill = ended.summary

    with open_store(folder / "whole.db") as store:
        add(store, folder)
        (whole,) = Worker(store, clock=lambda: TWO, world=around).once()
    assert after_kill["findings_sha256"] == whole.summary["findings_sha256"], "also what was judged before the kill"
    assert after_kill["pages"] == whole.summary["pages"]


def test_a_run_in_which_no_site_answers_has_failed_and_its_status_says_so(world):
    folder, hosts = world
    dead = World(hosts=dict.fromkeys(hosts, "http://127.0.0.1:9"), as_of=date(2026, 11, 23), settings=QUICK)
    with open_store() as store:
        add(store, folder)
        (ended,) = Worker(store, clock=lambda: TWO, world=dead).once()
    assert (ended.state, ended.status) == ("failed", 2) and "none of the 2 site(s) answered" in ended.reason
