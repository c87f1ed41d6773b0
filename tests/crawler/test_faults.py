"""One crawl over servers that each misbehave in one way: nothing lost, nothing doubled, each counted with its reason."""

import gzip
import os

import pytest

from compliance.store.session import open_store

pytestmark = pytest.mark.slow

GOOD = "<html><head><title>好</title></head><body><p>示例页面，文字足够长，不是空壳。</p>{}</body></html>"


def page(body="", more=""):
    """A server whose start page is `body` (a good page by default)."""

    def answer(handler):
        if not handler.no_robots():
            handler.reply(body or GOOD.format(more))

    return answer


def after_robots(then):
    def answer(handler):
        if not handler.no_robots():
            then(handler)

    return answer


def stall(handler):
    handler.server.stalled.wait(10)


def trickle(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        if handler.server.stalled.wait(0.1):
            return


def lies_more(handler):
    handler.reply("<p>short</p>", Content_Length="5000")
    handler.close_connection = True


def lies_less(handler):
    handler.reply(GOOD.format("") + "x" * 200, Content_Length="90")
    handler.close_connection = True


def robots_only(text, status=200):
    def answer(handler):
        if handler.path == "/robots.txt":
            handler.reply(text, status, "text/plain")
        else:
            handler.reply(GOOD.format(""))

    return answer


def busy_once(handler):
    if handler.server.asked[handler.headers["Host"], handler.path] == 1:
        handler.reply("later", 429, Retry_After="0")
    else:
        handler.reply(GOOD.format(""))


def endless_redirects(handler):
    number = int(handler.path.strip("/") or 0)
    handler.reply("", 302, Location=f"/{number + 1}")


def garbage(handler):
    handler.wfile.write(b"\x00\xff\x00 nothing like HTTP\r\n\r\n")
    handler.close_connection = True


def endless_headers(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    try:
        for i in range(20000):
            handler.wfile.write(b"X-%d: %s\r\n" % (i, b"y" * 200))
    except OSError:
        pass
    handler.close_connection = True


def calendar(handler):
    number = handler.server.asked.total()
    handler.reply(
        GOOD.format(
            f'<a href="/cal?year=2026&month={number}">下月</a><a href="deeper/a/b/">更多</a>'
            f'<a href="/list?id={number}">一</a><a href="/list?id={number + 1000}">二</a><a href="/page?p={number}">三</a>'
        )
    )


LOGIN = (
    "<html><title>会员中心</title><body><form>用户名<input name=u>密码<input type=password name=p>"
    "<input type=submit value=登录></form></body></html>"
)


def frameset(handler):
    if handler.path == "/main.html":
        handler.reply(GOOD.format(""))
    else:
        handler.reply("<html><head></head><frameset cols='20%,*'><frame src='main.html'></frameset></html>")


ANSWERS = {
    "good.example": page(),
    "stall.example": after_robots(stall),
    "trickle.example": after_robots(trickle),
    "reset.example": after_robots(lambda h: h.reset()),
    "resetrobots.example": lambda h: h.reset(),
    "more.example": after_robots(lies_more),
    "less.example": after_robots(lies_less),
    "bomb.example": after_robots(lambda h: h.reply(gzip.compress(b"0" * 30_000_000), Content_Encoding="gzip")),
    "big.example": after_robots(lambda h: h.reply(b"x" * 3_000_000)),
    "broken-gzip.example": after_robots(lambda h: h.reply(b"\x1f\x8bnot gzip", Content_Encoding="gzip")),
    "loop.example": after_robots(lambda h: h.reply("", 302, Location="/b" if h.path == "/a" else "/a")),
    "self.example": after_robots(lambda h: h.reply("", 301, Location="/")),
    "endless.example": after_robots(endless_redirects),
    "away.example": after_robots(lambda h: h.reply("", 301, Location="http://other.example/")),
    "tofile.example": after_robots(lambda h: h.reply("", 302, Location="file:///etc/passwd")),
    "tolocal.example": after_robots(lambda h: h.reply("", 302, Location="http://127.0.0.1:9/")),
    "refresh.example": page('<meta http-equiv="refresh" content="0; url=http://169.254.169.254/latest/">'),
    "forbids.example": robots_only("User-agent: *\nDisallow: /\n"),
    "robots500.example": robots_only("oops", 500),
    "storm.example": after_robots(lambda h: h.reply("busy", 503)),
    "error.example": after_robots(lambda h: h.reply("<h1>error</h1>", 500)),
    "busyonce.example": after_robots(busy_once),
    "captcha.example": page("<html><title>安全验证</title><body><p>请拖动滑块完成验证</p></body></html>"),
    "closed.example": page("<html><title>提示</title><body><p>该站点已停止服务，空间已到期</p></body></html>"),
    "shell.example": page("<html><title>x</title><body><div id=app></div><script src=a.js></script></body></html>"),
    "login.example": page(LOGIN),
    "parked.example": page("<html><title>firm.example</title><body><p>该域名出售，欢迎联系洽谈</p></body></html>"),
    "soft404.example": page("<html><title>404</title><body><p>您访问的页面不存在或已被删除</p></body></html>"),
    "waf.example": page(
        "<html><title>拦截提示</title><body><p>您的请求存在安全风险，已被网站防火墙拦截</p></body></html>"
    ),
    "frameset.example": after_robots(frameset),
    "forbidden.example": after_robots(lambda h: h.reply("<h1>403 Forbidden</h1>", 403)),
    "empty.example": after_robots(lambda h: h.reply(b"")),
    "binary.example": after_robots(lambda h: h.reply(os.urandom(3000))),
    "garbage.example": after_robots(garbage),
    "headers.example": after_robots(endless_headers),
    "missing.example": after_robots(lambda h: h.reply("<h1>404</h1>", 404)),
    "calendar.example": after_robots(calendar),
    "big5.example": after_robots(lambda h: h.reply(GOOD.format("榮譽資質").encode("big5", "ignore"), kind="text/html")),
}


@pytest.fixture(scope="module")
def sites(serve, crawled, tmp_path_factory):
    import threading

    server = serve(ANSWERS)
    server.stalled = threading.Event()
    folder = tmp_path_factory.mktemp("faults")
    try:
        settings = {"CERTMARK_PAGES_PER_SITE": 25, "CONCURRENT_REQUESTS": 64, "CERTMARK_ERROR_RATE": 2}
        summary, by_host = crawled(server, folder, settings=settings)
    finally:
        server.stalled.set()
    assert summary.stopped is None
    by_host["asked"] = server.asked
    with open_store(folder / "crawl.db") as store, store.reading() as connection:
        by_host["walls"] = dict(connection.exec_driver_sql("select url, blocked from crawl_visit").all())
    return by_host


def test_every_site_has_an_end_and_a_reason_unless_it_is_done(sites):
    for host in ANSWERS:
        assert sites[host].state != "waiting", host
        assert sites[host].state == "done" or sites[host].reason, host


@pytest.mark.parametrize("name", ["good", "less", "busyonce", "big5"])
def test_what_answers_in_the_end_is_a_page(sites, name):
    assert (sites[f"{name}.example"].state, sites[f"{name}.example"].pages) == ("done", 1)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("stall", "longer than 1.5 seconds"),
        ("trickle", "longer than 1.5 seconds"),
        ("reset", "Failed"),
        ("more", "DataLoss"),
        ("bomb", "exceeded"),
        ("big", "larger than download max size"),
        ("loop", "max redirections"),
        ("self", "redirects to itself"),
        ("endless", "max redirections"),
        ("tofile", "no http or https address"),
        ("garbage", "Failed"),
        ("resetrobots", "robots.txt"),
        ("headers", ""),
    ],
)
def test_what_never_answers_rightly_has_failed_with_its_reason(sites, name, why):
    site = sites[f"{name}.example"]
    assert (site.state, site.pages) == ("failed", 0)
    assert why.lower() in (site.reason or "").lower(), site.reason


@pytest.mark.parametrize("name", ["away", "tolocal", "refresh"])
def test_a_site_that_sends_us_to_another_host_is_said_to_and_not_followed(sites, name):
    site = sites[f"{name}.example"]
    assert site.state == "redirected" and "another host" in site.reason


@pytest.mark.parametrize("name", ["forbids", "robots500"])
def test_robots_that_forbid_or_cannot_be_read_mean_that_nothing_is_asked(sites, name):
    site = sites[f"{name}.example"]
    assert site.state == "blocked" and "robots.txt" in site.reason and site.pages == 0
    assert not any(host == f"{name}.example" and path == "/" for host, path in sites["asked"])


WALLS = {
    "captcha": "captcha", "closed": "closed", "shell": "empty_shell", "empty": "empty_shell", "forbidden": "waf", "storm": "waf",
    "login": "login", "parked": "parked", "soft404": "soft_404", "waf": "waf",
}  # fmt: skip


@pytest.mark.parametrize("name", WALLS)
def test_a_wall_is_blocked_and_never_counted_as_a_page(sites, name):
    site = sites[f"{name}.example"]
    assert (site.state, site.pages, site.blocked) == ("blocked", 0, 1)
    assert sites["walls"][f"http://{name}.example/"] == WALLS[name]


def test_a_page_of_frames_is_no_wall_and_its_frames_are_followed(sites):
    assert (sites["frameset.example"].state, sites["frameset.example"].pages) == ("done", 2)


@pytest.mark.parametrize("name", ["error", "missing"])
def test_an_error_page_is_a_failure_and_no_page(sites, name):
    assert (sites[f"{name}.example"].state, sites[f"{name}.example"].failed) == ("failed", 1)


def test_an_endless_calendar_ends_at_its_traps_or_the_page_budget(sites):
    site = sites["calendar.example"]
    assert site.state == "done" and site.pages <= 25 and site.skipped > 0
    paths = [path for host, path in sites["asked"] if host == "calendar.example"]
    assert not any("year=" in path for path in paths)
    assert max(path.count("deeper") for path in paths) < 3


def test_no_address_is_asked_more_often_than_its_tries_allow(sites):
    # once and one retry; robots.txt the same
    asked = {k: v for k, v in sites["asked"].items() if k[0] not in ("loop.example", "endless.example")}
    assert max(asked.values()) <= 2
