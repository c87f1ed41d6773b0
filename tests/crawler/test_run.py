"""The spider on the sample world: what is kept, what is asked again, what a kill costs."""

import time
from pathlib import Path

import pytest

from compliance.records import Owner
from compliance.store import pages
from compliance.store.session import open_store
from crawler.ownership import SiteOwner
from crawler.page import page_of_visit
from crawler.run import crawl
from crawler.sample import TARGETS
from crawler.sample.serve import sample_sites, serving
from crawler.targets import read_targets

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow
ODD = "http://zhidu-zixun.example/contact.html"  # the judge fails on it


def visits(store):
    """All visits with their bytes, by address."""
    with store.reading() as connection:
        ids = connection.exec_driver_sql("select id from crawl_visit where sha256 is not null").scalars().all()
    return [pages.visit_of(store, i) for i in ids]


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """The sample crawled once: (folder, summary, visits by address, what each site was asked)."""
    folder = tmp_path_factory.mktemp("sample")
    with serving() as hosts, open_store(folder / "crawl.db") as store:
        seen = []

        def judge(page):
            seen.append(page)
            if page.url == ODD:
                raise ValueError("no such thing")

        summary = crawl(read_targets(TARGETS).targets, store, judge=judge, hosts=hosts)
        kept = {visit.url: visit for visit in visits(store)}
    return folder, summary, kept, seen


def test_every_site_is_done_and_every_page_kept_under_its_own_address(first):
    _, summary, kept, _ = first
    assert summary.stopped is None and {site.state for site in summary.sites} == {"done"}
    for site in sample_sites():
        for file in site.folder.glob("*.html"):
            visit = kept[f"http://{site.host}/{file.name}"]
            assert visit.body == file.read_bytes()
    assert not any("127.0.0.1" in url for url in kept)


def test_a_page_in_gb18030_is_decoded_rightly_though_its_server_names_no_charset(first):
    visit = first[2]["http://yunhai-bengye.example/about.html"]
    page = page_of_visit(visit)
    assert "示例云海泵业有限公司" in page.html and page.encoding == "gb18030" and not page.faults
    assert page.company.name == "示例云海泵业有限公司" and page.captured_at.tzinfo


def test_robots_txt_is_obeyed_and_the_sitemap_is_followed(first):
    kept = first[2]
    assert not any("/neibu/" in url for url in kept)
    assert "http://zhuxi-zhiye.example/gongyi.html" in kept


def test_pictures_are_kept_with_alt_text_and_the_words_around_them_and_frames_are_not(first):
    kept = first[2]
    visit = kept["http://muhe-jiaju.example/images/zhengshu-1.svg"]
    assert (visit.kind, visit.words) == ("picture", "质量管理体系认证证书")
    assert visit.near.startswith("资质荣誉 我们的证书")
    assert not any("logo" in url or "banner" in url for url in kept)


def test_documents_are_kept_as_they_came(first):
    visit = first[2]["http://muhe-jiaju.example/files/ziliao.docx"]
    assert visit.kind == "document" and visit.body.startswith(b"PK")
    assert "木禾" in (page_of_visit(visit).text or "")


def test_equal_pages_of_a_site_are_judged_once(first):
    _, _, kept, seen = first
    urls = [page.url for page in seen]
    assert kept["http://muhe-jiaju.example/"].sha256 == kept["http://muhe-jiaju.example/index.html"].sha256
    assert len([u for u in urls if u in ("http://muhe-jiaju.example/", "http://muhe-jiaju.example/index.html")]) == 1
    assert len(urls) == len(set(urls))


def test_a_page_that_cannot_be_judged_is_named_and_the_rest_goes_on(first):
    _, summary, _, seen = first
    (fault,) = [f for f in summary.faults if f.source == ODD]
    assert "no such thing" in fault.what
    assert summary.judged == len(seen) - 1


def test_a_second_run_over_unchanged_sites_asks_little_and_finds_nothing_new(first):
    folder, before, kept, _ = first
    with serving() as hosts, open_store(folder / "crawl.db") as store:
        judged = []
        again = crawl(read_targets(TARGETS).targets, store, judge=lambda page: judged.append(page), hosts=hosts)
        assert again.run != before.run
        assert sum(s.requests for s in again.sites) <= 0.15 * sum(s.requests for s in before.sites)
        assert {page.sha256 for page in judged} == {page.sha256 for page in first[3]}
        assert all(s.unchanged == s.pages and s.state == "done" for s in again.sites)
        assert {v.sha256 for v in visits(store)} == {v.sha256 for v in kept.values()}


def test_a_changed_page_is_noticed_in_the_next_run(serve, crawled, tmp_path):
    state = {"honour": "旧证书"}

    def answer(handler):
        if handler.no_robots():
            return
        body = state["honour"] if "honour" in handler.path else '<a href="honour.html">资质荣誉</a>'
        handler.reply(f"<html><body><p>示例页面，文字足够长，不是空壳。{body}</p></body></html>")

    server = serve({"change.example": answer})
    crawled(server, tmp_path)
    state["honour"] = "新证书"
    _, sites = crawled(server, tmp_path)
    assert (sites["change.example"].pages, sites["change.example"].unchanged) == (2, 1)


def test_the_owner_on_the_pages_is_compared_with_the_target_list():
    owner = SiteOwner("示例甲有限公司", "91000000MA0000111G")
    owner.add(Owner(("示例甲有限公司",), ("91000000MA0000111G",), "示ICP备00000011号"))
    assert owner.conflict is None
    other = SiteOwner("示例甲有限公司", "91000000MA0000111G")
    other.add(Owner(("示例乙有限公司",), ("91000000MA0000218U",)))
    assert "91000000MA0000218U" in other.conflict
    named = SiteOwner("示例甲有限公司", None)
    named.add(Owner(("示例乙有限公司",)))
    assert "示例乙有限公司" in named.conflict


def test_a_fuse_stops_the_run_with_its_reason_and_the_next_call_goes_on(serve, crawled, tmp_path):
    def answer(handler):
        if not handler.no_robots():
            links = "".join(f'<a href="/{i}.html">{i}</a>' for i in range(12))
            handler.reply(f"<html><body><p>示例页面 {handler.path} 文字足够长，不是空壳。</p>{links}</body></html>")

    server = serve({"long.example": answer})
    slow = {"DOWNLOAD_DELAY": 0.4, "CONCURRENT_REQUESTS_PER_DOMAIN": 1, "CERTMARK_MAX_SECONDS": 1}
    summary, _ = crawled(server, tmp_path, settings=slow)
    assert "time is up" in summary.stopped
    full = {"CERTMARK_MIN_FREE_MB": 10**12}
    summary, _ = crawled(server, tmp_path, settings=full)
    assert "disk nearly full" in summary.stopped and summary.taken_up
    summary, sites = crawled(server, tmp_path)
    assert summary.stopped is None and summary.taken_up and sites["long.example"].pages == 13
    assert max(count for (_, path), count in server.asked.items() if path != "/robots.txt") <= 2


def test_a_crawl_delay_is_the_least_pause_on_its_host(serve, crawled, tmp_path):
    times = []

    def answer(handler):
        if handler.path == "/robots.txt":
            return handler.reply("User-agent: *\nCrawl-delay: 0.5\n", kind="text/plain")
        if handler.path == "/sitemap.xml":
            return handler.reply("no", 404)
        times.append(time.monotonic())
        handler.reply(f'<html><body><p>示例页面 {handler.path} 文字足够长。</p><a href="/b.html">二</a></body></html>')

    server = serve({"slow.example": answer})
    _, sites = crawled(server, tmp_path)
    assert sites["slow.example"].pages == 2
    assert times[1] - times[0] >= 0.45  # a lower bound: however slow the machine, it must hold


def test_a_run_without_targets_ends_at_once(tmp_path):
    with open_store(tmp_path / "crawl.db") as store:
        summary = crawl([], store)
    assert summary.stopped is None and summary.sites == ()
