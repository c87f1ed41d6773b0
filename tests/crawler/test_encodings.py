"""Three awkward sites as they are met: each in its own encodings and its own bad habits, crawled and read without losing a sign."""

import pytest

pytestmark = pytest.mark.slow
SAID = "示例云岭阀门有限公司通过ISO9001质量管理体系认证，𠮷祥号镕炼车间，产品远销各地，欢迎来厂参观洽谈。"


def page(words, more="", charset=None):
    meta = f'<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset={charset}">' if charset else ""
    return f"<HTML><HEAD>{meta}<TITLE>{words[:8]}</TITLE></HEAD><BODY><TABLE><TR><TD>{words}<P>{more}</BODY>"


# host → path → (bytes, Content-Type)
SITES = {
    # says gb2312 and writes GB18030, frames, links in capitals with backslashes of spaces and GB-escaped queries
    "gb.example": {
        "/": (b'<frameset cols="200,*"><frame src="left.html"><frame src="main.html"></frameset>', "text/html"),
        "/left.html": (page("左侧菜单" + SAID, '<A HREF=" main.html ">首页</A><A HREF="show.asp?n=%D6%A4%CA%E9">证书</A>', "gb2312").encode("gb18030"), "text/html"),
        "/main.html": (page("首页：" + SAID, "", "gb2312").encode("gb18030"), "text/html"),
        "/show.asp?n=%D6%A4%CA%E9": (page("证书：" + SAID, "", "gb2312").encode("gb18030"), "text/html; charset=gb2312"),
    },
    # traditional signs in Big5, a server that claims ISO-8859-1, a base address, tags that never end
    "big5.example": {
        "/": (('<base href="http://big5.example/zh/">' + page("榮譽資質：本公司通過ISO9001品質管理體系認證，歡迎蒞臨參觀指導", '<a href=rongyu.htm>榮譽', "big5")).encode("big5"), "text/html; charset=iso-8859-1"),
        "/zh/rongyu.htm": (page("榮譽證書：本公司通過ISO9001品質管理體系認證，證書在有效期內", "", "big5").encode("big5"), "text/html"),
    },
    # a byte order mark, UTF-16 without one word of it, UTF-8 that the server calls GBK
    "utf.example": {
        "/": (b"\xef\xbb\xbf" + page("一：" + SAID, '<a href="/16.html">二</a><a href="/gbk.html">三</a>').encode(), "text/html"),
        "/16.html": (page("二：" + SAID, "", "utf-16").encode("utf-16"), "text/html"),
        "/gbk.html": (page("三：" + SAID, "", "utf-8").encode(), "text/html; charset=gbk"),
    },
}  # fmt: skip


def answer(host):
    def give(handler):
        body, kind = SITES[host].get(handler.path, (b"no", None))
        handler.reply(body, 200 if kind else 404, kind or "text/plain")

    return give


@pytest.fixture(scope="module")
def read(serve, crawled, tmp_path_factory):
    """(sites by host, page records by address)."""
    seen = {}
    server = serve({host: answer(host) for host in SITES})
    _, sites = crawled(
        server, tmp_path_factory.mktemp("odd"), judge=lambda page: seen.setdefault(page.url, page) and None
    )
    return sites, seen


@pytest.mark.parametrize("host", SITES)
def test_every_page_is_found_and_received(read, host):
    site = read[0][host]
    assert (site.state, site.pages) == ("done", len(SITES[host]))


@pytest.mark.parametrize("url", [f"http://{host}{path}" for host, paths in SITES.items() for path in paths])
def test_no_sign_is_lost(read, url):
    page = read[1][url]
    host, path = url.removeprefix("http://").split("/", 1)
    assert "\ufffd" not in page.html
    words = {"gb.example": "𠮷祥号镕炼", "big5.example": "品質管理體系認證", "utf.example": "𠮷祥号镕炼"}[host]
    assert words in page.html or not path and host == "gb.example"
