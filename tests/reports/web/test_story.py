"""From the crawl to the closed case in a real Chromium, every page read by axe-core at both widths, and by the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from certmark_demo import AS_OF, SNAPSHOT, SOURCE
from compliance.checking.session import open_check
from compliance.register_open import import_register
from compliance.sample import PLANTED
from compliance.store import accounts, cases
from compliance.store.session import Store, open_store
from crawler.run import crawl
from crawler.sample import TARGETS
from crawler.sample.serve import sample_sites
from crawler.sample.serve import serving as sample_serving
from crawler.targets import read_targets
from reports.web.app import make_app
from reports.web.guard import Entrance
from reports.web.passwords import SetUpCode
from tests.reports.web.signing import PASSWORD
from tests.reports.web.world import chromium, in_chromium, serving

pytestmark = in_chromium
AXE = Path(__file__).parents[2] / "data" / "axe" / "axe.min.js"
HOSTS = ("muhe-jiaju.example", "yunling-famen.example", "boyun-shuma.example")
WIDTHS = (1280, 390)
QUICK = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "RETRY_TIMES": 0, "CERTMARK_MIN_FREE_MB": 0}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store after a crawl of sites of the sample, served on loopback, with the sample's register."""
    monkey = pytest.MonkeyPatch()
    monkey.setenv("CERTMARK_ALLOW_LOOPBACK", "1")
    url = f"sqlite:///{tmp_path_factory.mktemp('story') / 'store.db'}"
    sites = tuple(site for site in sample_sites() if site.host in HOSTS)
    targets = [one for one in read_targets(TARGETS).targets if any(site.host in str(one) for site in sites)]
    with open_store(url) as store:
        import_register(store, PLANTED, source=SOURCE, snapshot=SNAPSHOT, complete=("all",))
        with sample_serving(sites) as hosts, open_check(register=url, as_of=AS_OF) as checked:
            crawl(targets, store, judge=checked.check, hosts=hosts, settings=QUICK)
        yield store
    monkey.undo()


@pytest.fixture
def codes() -> list[str]:
    return []


@pytest.fixture
def desk(crawled: Store, codes: list[str]) -> Any:
    code = SetUpCode(codes.append)
    code.print_new()
    return make_app(crawled, Entrance(), code)


def faults_of(page: Any) -> list[str]:
    """Serious and critical faults that axe-core finds on the page as it is, the widest rules on."""
    page.evaluate(AXE.read_text("utf-8"))
    found, passed = page.evaluate(
        "async () => { const r = await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']}); return [r.violations, r.passes.length]; }"
    )
    assert passed > 10, "axe-core looked at nothing"
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def looked_at(page: Any, folder: Path, name: str) -> None:
    """The page at each width: no fault that axe-core calls serious, nothing wider than the screen, a picture for people."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(100)
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), (name, width)
        assert faults_of(page) == [], (name, width)
        page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})


def test_from_the_crawl_to_the_closed_case(desk, crawled, codes, tmp_path) -> None:
    with serving(desk) as at, chromium() as browser:
        # our own policy lets no foreign script in: axe-core is the test's, not the desk's
        page = browser.new_context(bypass_csp=True, locale="zh-CN").new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: request.url.startswith(at) or problems.append(request.url))

        page.goto(f"{at}/cases/anything")  # no account yet: the set-up
        assert page.url == f"{at}/setup"
        looked_at(page, tmp_path, "setup")
        for field, value in {
            "code": codes[0],
            "login": "li",
            "name": "李某",
            "password": PASSWORD,
            "again": PASSWORD,
        }.items():
            page.fill(f"[name={field}]", value)
        page.click("button.main")
        page.wait_for_url(f"{at}/")

        crawled_cases = cases.gather(crawled)
        assert crawled_cases is not None
        page.reload()
        assert page.locator("[data-row]").count() >= 2
        looked_at(page, tmp_path, "queue")

        page.keyboard.press("j")  # by the keyboard: to the first case, into it, decided
        page.keyboard.press("Enter")
        page.wait_for_url("**/cases/c*")
        number = page.url.split("/cases/")[1].split("?")[0]
        quote = page.locator("article blockquote mark").inner_text()
        frame = page.frame_locator("iframe[name=snapshot]")
        assert "".join(frame.locator("mark").first.inner_text().split()) in "".join(quote.split())
        looked_at(page, tmp_path, "case")
        page.keyboard.press("c")
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: number not in url)  # the next one of the queue is open
        assert "/cases/c" in page.url or page.url.startswith(f"{at}/?")
        assert cases.case_of(crawled, number)["state"] == "confirmed"

        page.goto(f"{at}/cases/{number}")
        page.click("details[data-act=notice_sent] summary")
        page.fill("details[data-act=notice_sent] [name=why]", "已送达整改通知")
        looked_at(page, tmp_path, "case-notice")
        page.click("details[data-act=notice_sent] button")
        page.wait_for_load_state()
        page.click("details[data-act=reply] summary")
        page.fill("details[data-act=reply] [name=said]", "已经改正")
        page.set_input_files(
            "details[data-act=reply] [name=file]",
            {"name": "答复.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"},
        )
        page.click("details[data-act=reply] button")
        page.wait_for_load_state()
        for state, why in (("rectified", "页面已改"), ("closed", "整改完成")):
            page.click(f"details[data-act={state}] summary")
            page.fill(f"details[data-act={state}] [name=why]", why)
            page.click(f"details[data-act={state}] button")
            page.wait_for_load_state()
        page.goto(f"{at}/cases/{number}")
        found = cases.case_of(crawled, number)
        assert found["state"] == "closed" and found["documents"][0]["name"] == "答复.pdf"
        assert [one["to"] for one in found["history"] if one["from"] != one["to"] and one["what"] != "opened"] == [
            "confirmed", "notice_sent", "replied", "rectified", "closed",
        ]  # fmt: skip
        looked_at(page, tmp_path, "case-closed")

        page.goto(f"{at}/")
        page.locator("a.to").first.click()
        page.wait_for_url("**/cases/c*")
        page.keyboard.press("d")
        page.keyboard.press("End")  # the widest scope: the whole case
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.type("公司另有证书")
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")
        assert cases.cases_of(crawled, cases.Filters(states=("dismissed",)))["total"] == 1

        for name in ("companies", "rules", "jobs", "audit", "accounts", "password"):
            page.goto(f"{at}/{name}")
            looked_at(page, tmp_path, name)
        for name in ("companies", "rules"):
            page.goto(f"{at}/{name}")
            page.locator("a.to").first.click()
            page.wait_for_url(f"**/{name}/*")
            looked_at(page, tmp_path, f"{name}-one")
        page.goto(f"{at}/?lang=en")
        looked_at(page, tmp_path, "queue-english")
        page.goto(f"{at}/no/such/page")
        looked_at(page, tmp_path, "fault")
        page.click("form[action='/logout'] button")
        page.wait_for_url("**/login")
        looked_at(page, tmp_path, "login")
        assert problems == []
        assert accounts.has_admin(crawled)
