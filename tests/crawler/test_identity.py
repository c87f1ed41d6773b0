"""A finding is the same finding when its page moves or is worded a little otherwise, and the same bytes when nothing changed."""

from datetime import date

import pytest

from compliance.checking.session import open_check
from compliance.store.session import open_store
from crawler.run import crawl
from crawler.targets import Target

pytestmark = pytest.mark.slow
QUICK = {
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": False,
    "RETRY_TIMES": 0,
    "CERTMARK_MIN_FREE_MB": 0,
    "CERTMARK_FRESH": True,
}
HEAD = "<html><head><meta charset=utf-8><title>{}</title></head><body><a href='{}'>产品中心</a>"
FIRST = {"where": "/product.html", "said": "本产品通过ISO9001认证。"}


@pytest.fixture
def run(serve, tmp_path, monkeypatch):
    """run(where, said) → the stored findings as bytes, by id, after a crawl of the site as it is then."""
    monkeypatch.setenv("CERTMARK_DATA", str(tmp_path / "data"))
    now = {}

    def answer(handler):
        if handler.no_robots():
            return
        if handler.path == "/":
            handler.reply(
                HEAD.format("首页", now["where"]) + "<p>示例云岭阀门有限公司，主要生产各类阀门，欢迎来厂参观洽谈。</p>"
            )
        elif handler.path == now["where"]:
            handler.reply(
                HEAD.format("闸阀", "/")
                + f"<h1>闸阀</h1><p>{now['said']}</p><p>欢迎新老客户来厂参观洽谈，价格优惠。</p>"
            )
        else:
            handler.reply("<h1>404</h1>", 404)

    server = serve({"firm.example": answer})

    def go(where, said, store_name="crawl.db"):
        now.update(where=where, said=said)
        target = Target("示例云岭阀门有限公司", None, ("http://firm.example/",))
        with (
            open_store(tmp_path / store_name) as store,
            open_check(register="none", as_of=date(2026, 11, 23)) as checked,
        ):
            results = []
            crawl([target], store, judge=checked.check, on_result=results.append, hosts=server.hosts, settings=QUICK)
            with store.reading() as connection:
                stored = dict(connection.exec_driver_sql("select id, body from finding").all())
        return {finding.id for result in results for finding in result.findings}, stored

    return go


def test_a_page_that_moves_and_words_that_change_a_little_leave_the_finding_what_it_is(run):
    first, _ = run(**FIRST)
    assert len(first) == 1
    moved, _ = run("/goods/valve-01.html", "本产品通过ISO9001认证。")
    worded, stored = run("/goods/valve-01.html", "本产品已通过 ISO 9001 认证！质量可靠。")
    assert moved == worded == first == set(stored)
    other, _ = run("/goods/valve-01.html", "本产品通过ISO14001认证。")
    assert other and other.isdisjoint(first)


def test_a_second_run_over_the_same_site_gives_the_same_bytes_in_this_store_and_in_another(run):
    _, before = run(**FIRST)
    _, again = run(**FIRST)
    _, elsewhere = run(**FIRST, store_name="other.db")
    assert before and before == again == elsewhere
