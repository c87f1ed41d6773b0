"""Duration and removal are shown by repeated captures: a firm's page over seven crawls, asked as an investigator asks."""

import json
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest
from typer.testing import CliRunner

from certmark import open_wing
from compliance.checking.session import open_check
from compliance.history import Notice, finding_json
from compliance.store.session import open_store
from crawler.evidence import pack_run
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
FIRM = "示例云岭阀门有限公司"
SAID = "<h1>闸阀</h1><p>本产品通过ISO9001认证。</p>"
PLAIN = "<h1>闸阀</h1><p>欢迎新老客户来厂参观洽谈，价格优惠。</p>"
PAGE = "http://firm.example/product.html"


def html(body):
    return f"<html><head><meta charset=utf-8><title>{FIRM}</title></head><body>{body}<p>{FIRM}，主要生产各类阀门。</p></body></html>"


@pytest.fixture
def firm(serve, tmp_path, monkeypatch):
    """firm(pages, rules={}, judge=True): the site crawled as it is then → the run's summary and what was found. `firm.store`: opens it."""
    monkeypatch.setenv("CERTMARK_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("CERTMARK_DATABASE_URL", f"sqlite:///{tmp_path / 'crawl.db'}")
    now = {}

    def answer(handler):
        if handler.no_robots():
            return
        said = now.get(handler.path, "<h1>404</h1>")
        status, body = said if isinstance(said, tuple) else (404 if "404" in said else 200, html(said))
        handler.reply(body, status)

    server = serve({"firm.example": answer})

    class Firm:
        def __call__(self, quiet=False, pack=False, **pages):
            links = "".join(f'<a href="/{name}.html">{name} 产品中心</a>' for name in pages)
            now.clear()
            now.update({"/": links} | {f"/{name}.html": body for name, body in pages.items()})
            target = Target(FIRM, None, ("http://firm.example/",))
            with self.store() as store, open_check(register="none", as_of=date(2026, 11, 23)) as checked:
                judge = (lambda page: None) if quiet else checked.check
                done = crawl([target], store, judge=judge, hosts=server.hosts, settings=QUICK)
                packed = pack_run(store, checked, done.run, tmp_path / "evidence") if pack else None
                with store.reading() as connection:
                    ids = connection.exec_driver_sql("select id from finding").scalars().all()
            return ids, packed

        def store(self):
            return open_store(tmp_path / "crawl.db")

        def told(self, id_, **more):
            with self.store() as store:
                return finding_json(store, id_, **more)

    return Firm()


def ask(*args):
    done = CliRunner().invoke(open_wing("evidence"), ["history", *args])
    return done.exit_code, done.stdout, done.stderr


def test_removal_is_said_when_the_words_are_gone_and_not_while_nobody_could_look(firm):
    (id_,), _ = firm(product=SAID)
    assert firm.told(id_)["state"] == "still_there"
    firm(product=SAID)
    wall = (403, "<html><title>安全验证</title><body>请完成验证码后继续访问</body></html>")
    firm(product=wall)
    told = firm.told(id_)
    assert (told["state"], told["captures"], told["removed"]) == ("not_looked_at", 2, None)
    assert [c["shows"] for c in told["pages"][0]["captures"]] == [True, True, None]
    firm(product=PLAIN)
    told = firm.told(id_)
    assert told["state"] == "removed" and told["pages"][0]["gone_how"] == "page changed"
    shows = [c["shows"] for c in told["pages"][0]["captures"]]
    assert shows == [True, True, None, False]
    times = [c["at"] for c in told["pages"][0]["captures"]]
    assert told["removed"] == {"after": times[1], "by": times[3]}
    assert (told["first_seen"], told["last_seen"]) == (times[0], times[1])
    firm(product=SAID)  # it comes back
    told = firm.told(id_)
    assert told["state"] == "still_there" and [c["shows"] for c in told["pages"][0]["captures"]] == [*shows, True]


def test_a_finding_of_two_pages_is_removed_only_when_both_are_without_it(firm):
    (id_,), _ = firm(product=SAID, goods=SAID.replace("闸阀", "球阀"))
    firm(product=PLAIN, goods=SAID.replace("闸阀", "球阀"))
    assert firm.told(id_)["state"] == "still_there"
    firm(product=PLAIN)  # the second page is no longer linked, and known: it answers 404
    told = firm.told(id_)
    assert told["state"] == "removed" and {p["gone_how"] for p in told["pages"]} == {"page changed", "status 404"}


def test_words_that_stand_while_the_finding_is_not_made_any_more_are_not_called_removed(firm):
    (id_,), _ = firm(product=SAID)
    firm(quiet=True, product=SAID + "<p>更新于今日。</p>")
    assert firm.told(id_)["state"] == "words_still_there"
    firm(quiet=True, product=SAID)
    assert firm.told(id_)["state"] == "words_still_there"  # the very bytes that gave it, judged, and it was not made


def test_a_removal_whose_bytes_are_no_longer_kept_is_not_claimed(firm):
    (id_,), _ = firm(product=SAID)
    firm(product=PLAIN)
    with firm.store() as store, store.writing() as connection:
        last = "select sha256 from crawl_visit where url = ? order by id desc limit 1"
        connection.exec_driver_sql(f"delete from crawl_content where sha256 = ({last})", (PAGE,))
    told = firm.told(id_)
    assert (told["state"], told["removed"]) == ("bytes_not_kept", None)


def test_a_notice_stands_before_between_or_after_the_captures(firm):
    (id_,), _ = firm(product=SAID)
    at = datetime.fromisoformat(firm.told(id_)["last_seen"])
    firm(product=PLAIN)
    second = timedelta(seconds=1)
    for moment, verdict in (
        (at - timedelta(microseconds=1), "removed_after"),
        (at + timedelta(microseconds=1), "removed_around"),
        (datetime.now(UTC) + second, "removed_before"),
    ):
        assert firm.told(id_, notice=Notice(moment, moment))["notice"]["verdict"] == verdict
    assert firm.told(id_, notice=Notice.on("2001-01-01"))["notice"]["last_shown_before"] is None


def test_the_command_shows_findings_and_addresses_and_says_what_it_does_not_know(firm):
    (id_,), _ = firm(product=SAID)
    firm(product=PLAIN)
    code, out, _ = ask(id_, "--format", "json", "--notice", "2001-01-01")
    assert code == 0 and json.loads(out)["notice"]["verdict"] == "removed_after"
    code, out, _ = ask(id_)
    assert code == 0 and "removed between" in out and out.count("shown") >= 2 and PAGE in out
    code, out, _ = ask(PAGE, "--format", "json")
    told = json.loads(out)
    assert (told["visits"], told["changes"], len(told["captures"])) == (2, 1, 2) and told["changed_on"]
    assert ask("no-such-finding")[0] == 1 and "no finding" in ask("no-such-finding")[2]
    assert ask("http://other.example/")[0] == 1
    assert ask(id_, "--notice", "yesterday")[0] == 2 and ask(PAGE, "--notice", "2026-11-01")[0] == 2


def test_a_bundle_holds_the_history_up_to_its_packing(firm, tmp_path):
    (id_,), _ = firm(product=SAID)
    _, packed = firm(product=SAID, pack=True)
    (path,) = packed.bundles
    with zipfile.ZipFile(path) as archive:
        told = json.loads(archive.read("history.json"))
    assert (told["finding"], told["captures"], told["state"]) == (id_, 2, "still_there")
    done = CliRunner().invoke(open_wing("evidence"), ["verify", str(path), "--format", "json"])
    said = json.loads(done.stdout)
    assert said["intact"] and said["rejudged"] == "same"
    assert any(note.startswith("history: shown at 2 capture(s)") for note in said["notes"])
