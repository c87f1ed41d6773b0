"""Pages that show nothing without JavaScript, in a real Chromium where there is one; and the gate it must go through."""

import asyncio
import os
import shutil
from importlib.util import find_spec

import pytest
from scrapy.settings import Settings
from warcio.archiveiterator import ArchiveIterator

from compliance.store import pages
from compliance.store.session import open_store
from crawler import settings as defaults
from crawler.browser.gate import Gate
from crawler.browser.launch import PROGRAMS, program_of
from crawler.capture.warc import write_warc
from crawler.run import crawl
from crawler.targets import Target

PROGRAM = next(filter(None, map(shutil.which, PROGRAMS)), None)
in_browser = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("scrapy_playwright") is None, reason="the extra `browser` is not installed"),
    pytest.mark.skipif(PROGRAM is None, reason="no Chromium on this machine"),
]
QUICK = {
    "DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "RETRY_TIMES": 0, "CERTMARK_MIN_FREE_MB": 0, "DOWNLOAD_TIMEOUT": 60,
}  # fmt: skip
TRIED = ["http://169.254.169.254/latest/", "http://10.0.0.8/", "http://0xa9fea9fe/", "http://[::ffff:169.254.169.254]/"]
SHELL = "<html><head><title>示例</title></head><body><div id=app></div><script src=/app.js></script></body></html>"
SCRIPT = """
const words = '示例云帆阀门有限公司的荣誉资质页面：本产品通过ISO9001认证，欢迎新老客户来厂参观洽谈，我们的产品远销各地，' +
  '质量稳定，服务周到，值得信赖，厂区占地面积三万平方米，现有员工两百余人，年产各类阀门十万台以上。';
(async () => {
  const told = [];
  for (const where of TRIED) {
    try { const got = await fetch(where, {mode: 'no-cors'}); told.push('reached ' + (await got.text()).length); }
    catch (e) { told.push('refused'); }
  }
  document.cookie = 'visit=1';
  document.getElementById('app').innerHTML =
    '<p>' + words + '</p><a href="/more.html">更多</a><p>' + told.join(' ') + '</p>';
})();
"""


def site(handler):
    if handler.no_robots():
        return
    if handler.path == "/app.js":
        handler.reply(SCRIPT.replace("TRIED", str(TRIED)), kind="text/javascript; charset=utf-8")
    else:
        handler.reply(SHELL.replace("示例", f"示例{handler.path}"), ETag='"1"')


def gone_elsewhere(handler):
    if not handler.no_robots():
        handler.reply(
            "<html><title>x</title><body><div id=a></div><script>location='http://other.example/'</script></body></html>"
        )


@pytest.fixture(scope="module")
def shells(serve, tmp_path_factory):
    """Two sites that are shells, crawled once: (store's path, sites by host, results' pages by address, what was asked)."""
    server = serve({"spa.example": site, "leaves.example": gone_elsewhere})
    path = tmp_path_factory.mktemp("shells") / "crawl.db"
    seen = {}
    targets = [Target("示例云帆阀门有限公司", None, (f"http://{host}/",)) for host in server.answers]
    with open_store(path) as store:
        summary = crawl(
            targets,
            store,
            judge=lambda page: seen.setdefault(page.url, page) and None,
            hosts=server.hosts,
            settings=QUICK,
        )
    return path, {s.host: s for s in summary.sites}, seen, server.asked


class TestInTheBrowser:
    pytestmark = in_browser

    def test_a_shell_is_read_as_its_scripts_make_it_and_its_links_are_followed(self, shells):
        _, sites, seen, _ = shells
        assert (sites["spa.example"].state, sites["spa.example"].pages, sites["spa.example"].blocked) == ("done", 2, 0)
        assert "本产品通过ISO9001认证" in seen["http://spa.example/"].html
        assert set(seen) == {"http://spa.example/", "http://spa.example/more.html"}

    def test_no_request_of_its_scripts_reaches_an_address_that_is_not_public(self, shells):
        html = shells[2]["http://spa.example/"].html
        assert "reached" not in html and "refused" in html

    def test_a_script_that_leaves_for_another_host_is_not_followed(self, shells):
        site = shells[1]["leaves.example"]
        assert site.pages == 0 and site.state in ("redirected", "blocked")

    def test_what_the_server_sent_the_page_as_made_and_its_picture_are_kept(self, shells, tmp_path):
        with open_store(shells[0]) as store:
            with store.reading() as connection:
                rows = connection.exec_driver_sql("select id from crawl_visit where url = 'http://spa.example/'").all()
            visit = pages.visit_of(store, rows[0].id)
            exchange = pages.exchange_of(store, visit.id)
            assert visit.browser.startswith("Chromium ") and visit.content_type == "text/html; charset=utf-8"
            assert exchange.packed == SHELL.replace("示例", "示例/").encode()
            assert exchange.screenshot.startswith(b"\x89PNG")
            write_warc(store, [visit.id], tmp_path / "x.warc.gz", {})
        kinds = {}
        with (tmp_path / "x.warc.gz").open("rb") as file:
            for record in ArchiveIterator(file):
                kinds[record.rec_type] = record.content_stream().read()
        assert kinds["response"] == exchange.packed and kinds["conversion"] == visit.body
        assert kinds["resource"] == exchange.screenshot

    def test_a_rendered_page_is_never_taken_for_unchanged_by_its_shells_validator(self, shells):
        with open_store(shells[0]) as store:
            known = pages.known_addresses(store, "spa.example")
        assert {k.etag for k in known.values() if k.kind == "page"} == {None}


def test_without_a_browser_a_shell_is_said_to_be_unread(serve, crawled, tmp_path):
    server = serve({"spa.example": site})
    _, sites = crawled(server, tmp_path, settings={"CERTMARK_BROWSER_PAGES": 0})
    assert (sites["spa.example"].state, sites["spa.example"].blocked) == ("blocked", 1)
    assert ("spa.example", "/app.js") not in server.asked


def test_a_browser_is_never_looked_for_elsewhere_than_where_it_was_said_to_be(tmp_path):
    settings = Settings()
    settings.setmodule(defaults)
    for name in (str(tmp_path / "nothing"), "none"):
        settings.set("CERTMARK_BROWSER", name)
        assert program_of(settings) is None


REFUSED = [
    b"CONNECT 127.0.0.1:443 HTTP/1.1\r\n\r\n",
    b"CONNECT localhost:443 HTTP/1.1\r\n\r\n",
    b"CONNECT [::1]:443 HTTP/1.1\r\n\r\n",
    b"CONNECT 2130706433:443 HTTP/1.1\r\n\r\n",
    b"CONNECT 169.254.169.254:80 HTTP/1.1\r\n\r\n",
    b"CONNECT db.internal:443 HTTP/1.1\r\n\r\n",
    b"CONNECT public.example:5432 HTTP/1.1\r\n\r\n",
    b"CONNECT rebound.example:443 HTTP/1.1\r\n\r\n",
    b"GET http://127.0.0.1/ HTTP/1.1\r\n\r\n",
    b"GET http://0177.0.0.1/ HTTP/1.1\r\n\r\n",
    b"GET http://[::ffff:127.0.0.1]/ HTTP/1.1\r\n\r\n",
    b"GET http://user:word@public.example/ HTTP/1.1\r\n\r\n",
    b"GET ftp://public.example/ HTTP/1.1\r\n\r\n",
    b"GET file:///etc/passwd HTTP/1.1\r\n\r\n",
    b"GET http://rebound.example/ HTTP/1.1\r\n\r\n",
]


@pytest.fixture
def names(monkeypatch):
    """rebound.example is a public address to whoever looks first, loopback to whoever looks again."""
    looked = []

    def look(host, *rest, **more):
        looked.append(host)
        ip = "127.0.0.1" if host == "rebound.example" else "203.0.113.7"
        return [(2, 1, 6, "", (ip, 80))]

    monkeypatch.setattr("socket.getaddrinfo", look)
    return looked


def through(gate, *requests):
    """What the gate answers to each request."""

    async def ask(port, request):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        try:
            told = await reader.read()  # until the gate closes: head and body may come apart
        except ConnectionResetError:
            told = b""
        writer.close()
        return told

    async def all_of_them():
        port = await gate.open()
        try:
            return [await ask(port, request) for request in requests]
        finally:
            gate.close()

    return asyncio.run(all_of_them())


def test_the_gate_refuses_every_address_that_is_not_public(names):
    gate = Gate({}, allow_loopback=False)
    answers = through(gate, *REFUSED)
    for request, answer in zip(REFUSED, answers, strict=True):
        assert answer.split(b"\r\n")[0] == (b"HTTP/1.1 403 Forbidden" if request.startswith(b"CONNECT") else b"")
    assert len(gate.refused) == len(REFUSED)


def test_the_gate_answers_nonsense_with_an_error(names):
    for answer in through(
        Gate({}, allow_loopback=False), b"\x00\x01 nonsense\r\n\r\n", b"GET\r\n\r\n", b"CONNECT a:b HTTP/1.1\r\n\r\n"
    ):
        assert answer.startswith(b"HTTP/1.1 502")


def test_the_gate_passes_on_what_may_be_asked_and_no_word_of_itself(serve):
    server = serve({"shop.example": lambda handler: handler.reply("good day")})
    request = b"GET http://shop.example/a?b=1 HTTP/1.1\r\nHost: shop.example\r\nProxy-Connection: keep-alive\r\n\r\n"
    (answer,) = through(Gate(server.hosts, allow_loopback=True), request)
    assert answer.endswith(b"good day") and server.asked["shop.example", "/a?b=1"] == 1
    sent = {name.lower() for name in server.headers["shop.example", "/a?b=1"]}
    assert not any(name.startswith("proxy") for name in sent)


def test_the_browsers_own_flags_close_every_other_way_out():
    from crawler.browser.launch import FLAGS

    said = " ".join(FLAGS)
    for way in ("--proxy-bypass-list=<-loopback>", "MAP * ~NOTFOUND", "--disable-quic", "disable_non_proxied_udp"):
        assert way in said
    assert os.geteuid() == 0 or "--no-sandbox" not in said


CLAIM = (
    "<html><head><meta charset=utf-8><title>示例云帆阀门有限公司</title><link rel=stylesheet href=/s.css></head><body>"
    "<h1>闸阀</h1><p>本产品通过ISO9001认证。</p><p>示例云帆阀门有限公司，欢迎新老客户来厂参观洽谈。厂区占地面积三万平方米，"
    "现有员工两百余人，年产各类阀门十万台以上，产品远销各地，质量稳定，服务周到。</p>{}</body></html>"
)


def with_claims(handler):
    if handler.no_robots():
        return
    if handler.path == "/s.css":
        handler.reply("h1 { background: rgb(0, 128, 0); height: 2000px }", kind="text/css")
    elif handler.path == "/away.html":
        handler.reply(CLAIM.format("<p>球阀、蝶阀也由本厂生产。</p><script>location = '/else' + 'where.html'</script>"))
    elif handler.path == "/":
        handler.reply(CLAIM.format('<a href="/away.html">产品中心</a>'))
    else:
        handler.reply("<h1>404</h1>", 404)


@pytest.fixture(scope="module")
def kept(serve, tmp_path_factory):
    from datetime import date

    from compliance.checking.session import open_check
    from crawler.evidence import pack_run

    folder = tmp_path_factory.mktemp("pictures")
    server = serve({"firm.example": with_claims})
    target = Target("示例云帆阀门有限公司", None, ("http://firm.example/",))
    with (
        open_store(folder / "crawl.db") as store,
        open_check(register="none", as_of=date(2026, 11, 23)) as checked,
    ):
        ask = dict(judge=checked.check, hosts=server.hosts, settings=QUICK, evidence=folder)
        done = crawl([target], store, **ask)
        packed = pack_run(store, checked, done.run, folder)
        again = crawl([target], store, **ask)
    return done, packed, again, server


class TestPictures:
    """Pages with claims are shown to the browser after the crawl, and their picture goes into WARC and bundle."""

    pytestmark = in_browser

    def test_each_page_with_a_claim_has_its_picture_whole_and_with_its_style(self, kept):
        from io import BytesIO
        from zipfile import ZipFile

        from compliance.evidence.archive import opened
        from compliance.evidence.manifest import json_of

        done, packed, _, _ = kept
        assert (done.shots.taken, done.shots.left, done.shots.faults) == (2, 0, [])
        (bundle,) = packed.bundles
        members = opened(bundle.read_bytes()).members
        png = members["page/screenshot.png"]
        wide, tall = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
        assert png.startswith(b"\x89PNG") and wide == 1280 and tall > 2000
        told = json_of(members["page/page.json"])["screenshot"]
        assert told["browser"].startswith("Chromium ") and told["taken_at"] and "page/body" in told["of"]
        assert ZipFile(BytesIO(bundle.read_bytes())).testzip() is None

    def test_the_page_comes_from_what_is_kept_and_leads_nowhere(self, kept):
        server = kept[3]
        assert server.asked["firm.example", "/s.css"] >= 1
        assert not any(path == "/elsewhere.html" for _, path in server.asked)
        assert server.asked["firm.example", "/away.html"] <= 2  # once a run: the browser got the kept bytes

    def test_the_picture_stands_in_the_warc_file(self, kept):
        with kept[0].evidence[0].open("rb") as file:
            kinds = [(r.rec_type, r.rec_headers["WARC-Target-URI"]) for r in ArchiveIterator(file)]
        assert ("resource", "urn:view:http://firm.example/") in kinds

    def test_bytes_that_have_a_picture_get_none_again(self, kept):
        assert kept[2].shots.taken == 0

    def test_a_run_takes_no_more_than_it_may_and_says_what_is_left(self, serve, crawled, tmp_path):
        from datetime import date

        from compliance.checking.session import open_check

        server = serve({"firm.example": with_claims})
        with open_check(register="none", as_of=date(2026, 11, 23)) as checked:
            more = {"settings": QUICK | {"CERTMARK_SCREENSHOTS": 1}, "judge": checked.check, "evidence": tmp_path}
            done, _ = crawled(server, tmp_path, **more)
            assert (done.shots.taken, done.shots.left) == (1, 1)
            done, _ = crawled(server, tmp_path, **more)
            assert (done.shots.taken, done.shots.left) == (1, 0)
