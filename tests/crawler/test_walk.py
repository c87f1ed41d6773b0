"""What a crawl finds on one site: feeds, nested sitemaps, long lists, and each page once."""

import pytest

pytestmark = pytest.mark.slow
PAGE = "<html><head>{}</head><body><p>示例云岭阀门有限公司位于示例市工业园区，主要生产各类阀门，产品远销各地，欢迎来厂参观洽谈。{}</p></body></html>"
XML = "application/xml"


def answer(handler):
    path, host = handler.path, "http://walk.example"
    if path == "/robots.txt":
        return handler.reply(f"User-agent: *\nSitemap: {host}/index.xml\n", kind="text/plain")
    if path == "/index.xml":
        return handler.reply(f"<sitemapindex><sitemap><loc>{host}/part.xml</loc></sitemap></sitemapindex>", kind=XML)
    if path == "/part.xml":
        return handler.reply(f"<urlset><url><loc>{host}/from-sitemap.html</loc></url></urlset>", kind=XML)
    if path == "/rss.xml":
        return handler.reply(f"<rss><channel><item><link>{host}/from-feed.html</link></item></channel></rss>", kind=XML)
    if path == "/":
        head = '<link rel=alternate type="application/rss+xml" href="/rss.xml"><link rel=canonical href="/index.html">'
        more = "".join(
            f'<a href="/{name}">{name}</a>' for name in ("honour_1.html", "counter.html?from=a", "counter2.html")
        )
        return handler.reply(PAGE.format(head, more))
    if path.startswith("/honour_"):
        number = int(path[8:-5])
        return handler.reply(
            PAGE.format(
                "", f'第{number}张证书 <a href="/honour_{number + 1}.html">下一页</a>' if number < 12 else "末页"
            )
        )
    if path.startswith("/counter"):
        return handler.reply(PAGE.format("", f"本页浏览次数：{sum(handler.server.asked.values())}"))
    handler.reply(PAGE.format("", f"这里是 {path} 的内容"))


def test_feeds_sitemaps_and_lists_are_followed_to_their_end_and_equal_pages_judged_once(serve, crawled, tmp_path):
    server = serve({"walk.example": answer})
    judged = []
    _, sites = crawled(server, tmp_path, judge=lambda page: judged.append(page.url))
    asked = {path for _, path in server.asked}
    assert {"/from-sitemap.html", "/from-feed.html", "/index.html"} <= asked
    assert {f"/honour_{n}.html" for n in range(1, 13)} <= asked  # deeper than six steps, but one list
    assert sites["walk.example"].state == "done"
    assert len([url for url in judged if "counter" in url]) == 1  # only the counter differs
    assert len([url for url in judged if "honour" in url]) == 12
    assert not any(url.endswith(".xml") for url in judged)
