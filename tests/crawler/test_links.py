from crawler.links import found_on

PAGE = """<html><head><link rel="canonical" href="/x.html"><base href="/sub/"></head><body>
<a href="honour.html"> 资质
 荣誉 </a><a href="honour.html">again</a><a href="javascript:x()">no</a>
<a href="p.html"><img src="p.png" alt="水泵"></a>
<map><area href="m.html" title="地图"></map>
<iframe src="in.html"></iframe>
<figure><img data-src="zs.jpg" src="blank.gif" alt="证书"><figcaption>质量管理体系认证证书</figcaption></figure>
<img src="data:image/png;base64,AAAA">
</body></html>"""


def test_links_carry_their_words_and_come_once_against_the_base():
    found = found_on(PAGE, "http://a.example/page.html")
    assert [(link.url, link.words) for link in found.links] == [
        ("http://a.example/sub/honour.html", "资质 荣誉"),
        ("http://a.example/sub/p.html", "水泵"),
        ("http://a.example/sub/m.html", "地图"),
        ("http://a.example/sub/in.html", ""),
    ]
    assert found.canonical == "http://a.example/x.html"


def test_pictures_carry_alt_text_and_the_words_around_them():
    pictures = {p.url: p for p in found_on(PAGE, "http://a.example/page.html").pictures}
    assert set(pictures) == {"http://a.example/sub/p.png", "http://a.example/sub/zs.jpg"}
    certificate = pictures["http://a.example/sub/zs.jpg"]
    assert (certificate.alt, certificate.near) == ("证书", "质量管理体系认证证书")


def test_nothing_to_parse_has_no_links():
    for html in ("", "   ", "\x00\x01", "<!-- -->", "<" * 5000):
        assert found_on(html, "http://a.example/").links == ()


def test_a_page_of_endless_links_is_cut_and_the_rest_counted():
    found = found_on("".join(f'<a href="{i}.html">x</a>' for i in range(5000)), "http://a.example/")
    assert len(found.links) == 3000 and found.cut > 0


def test_feeds_and_the_next_page_of_a_list_are_found():
    html = """<head><link rel=alternate type="application/rss+xml" href="/rss.xml"><link rel=alternate hreflang=en href="/en/">
    <link rel=next href="/list_2.html"></head><a href="/list_3.html">下一页</a><a rel=next href="?page=2">&gt;</a><a href="/x.html">更多</a>"""
    found = found_on(html, "http://a.example/list.html")
    assert found.feeds == ("http://a.example/rss.xml",)
    assert {link.url.removeprefix("http://a.example") for link in found.links if link.next} == {
        "/list_2.html",
        "/list_3.html",
        "/list.html?page=2",
    }
