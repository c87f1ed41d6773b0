"""Pictures in a run by the queue: read at each site's end by whichever worker has it, found as by one process, also when one dies."""

import io
import zipfile
from importlib.util import find_spec

import pytest

from compliance.checking.session import open_check
from compliance.pictures.ocr import MISSING, available
from compliance.store import runs
from compliance.store.findings import results
from compliance.store.session import open_store
from crawler.evidence import pack_run
from crawler.pictures import pictures_in
from crawler.run import crawl
from crawler.targets import Target
from tests.crawler.cluster.test_queue import QUICK, found_in, workers  # noqa: F401  the fixture

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("procrastinate") is None, reason="needs pip install '.[cluster]'"),
    pytest.mark.skipif(not available(), reason=MISSING),
]
SITES = 3
PAGE = """<html><head><meta charset="utf-8"></head><body><h1>产品展示</h1><p>{name}生产清水泵，产品销往各地，欢迎来电咨询。</p>
<div><img src="/p/{n}.jpg" alt="清水泵外包装"></div><p>版权所有 {name}</p></body></html>"""


@pytest.fixture
def world(serve):
    """A server of SITES sites, each with one page and a picture of goods; every second one bears a system mark."""
    from benchmarks.pictures.fonts import chinese_available
    from benchmarks.pictures.signs import carton

    if not chinese_available():
        pytest.skip("no Chinese font is installed: the invented cartons can't be drawn")

    def answers(n):
        out = io.BytesIO()
        carton(["cnas", "ms-mark"] if n % 2 == 0 else ["ilac-iaf"], f"型号 SL-{n}0").save(out, "JPEG", quality=88)

        def answer(handler):
            if handler.no_robots():
                return
            if handler.path.endswith(".jpg"):
                handler.reply(out.getvalue(), kind="image/jpeg")
            else:
                handler.reply(PAGE.format(n=n, name=f"示例{n}号泵业有限公司"))

        return answer

    return serve({f"site{n}.example": answers(n) for n in range(SITES)})


def targets(server):
    return [Target(f"示例{n}号泵业有限公司", None, (f"http://{host}/",)) for n, host in enumerate(sorted(server.hosts))]


def by_queue(store, server, **more):
    from crawler.cluster.run import crawl_by_queue

    return crawl_by_queue(targets(server), store, hosts=server.hosts, settings=QUICK, register="none", **more)


def test_two_workers_find_in_pictures_what_one_process_finds(world, workers, tmp_path, monkeypatch):  # noqa: F811
    with open_store(tmp_path / "alone.db") as store, open_check(register="none") as checked:
        alone = crawl(targets(world), store, judge=checked.check, hosts=world.hosts, settings=QUICK)
        want = found_in(store)
    assert alone.findings == {"suspected": 2}
    monkeypatch.setenv("CERTMARK_DATA", str(tmp_path / "theirs"))  # the workers keep readings of their own
    workers.start()
    workers.start()
    with open_store(workers.url) as store:
        done = by_queue(store, world)
        assert [site.state for site in runs.sites_of(store, done.run)] == ["done"] * SITES
        assert (done.findings, found_in(store)) == (alone.findings, want)
        with open_check(register="none") as checked:
            blind = pack_run(store, checked, done.run, tmp_path / "blind")
            assert not blind.bundles and len(blind.faults) == 2, "that pictures were not at hand is said"
            checked.pictures = pictures_in(store, checked)
            packed = pack_run(store, checked, done.run, tmp_path / "evidence")
    assert len(packed.bundles) == 2 and not packed.faults
    for bundle in packed.bundles:
        with zipfile.ZipFile(bundle) as archive:
            assert sum(name.startswith("page/pictures/") for name in archive.namelist()) == 2


def test_a_worker_killed_over_its_pictures_loses_nothing(world, workers, tmp_path):  # noqa: F811
    """Killed when all pages are judged and no picture is: whoever takes the sites up looks at them again."""
    killed = []

    def judged(progress):
        with open_store(workers.url) as store, store.reading() as connection:
            pages = connection.exec_driver_sql(
                "select count(*) from crawl_visit where judged = 'done' and kind = 'page'"
            )
            if not killed and pages.scalar():
                killed.append(workers.kill(first))
                workers.start()

    first = workers.start()
    with open_store(workers.url) as store:
        done = by_queue(store, world, on_progress=judged)
        assert killed and done.findings == {"suspected": 2}
        with store.reading() as connection:
            twice = connection.exec_driver_sql("select page_key from page_result group by 1 having count(*) > 1").all()
        assert not twice


def test_the_run_may_leave_pictures_unread(world, workers):  # noqa: F811
    workers.start()
    with open_store(workers.url) as store:
        assert by_queue(store, world, read_pictures=False).findings == {}
        read = [page["coverage"]["pictures_read"] for page in results(store)["pages"]]
        assert read and not any(read)
