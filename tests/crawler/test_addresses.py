import pytest

from crawler.addresses import address_of, fingerprint_of, in_frame, kind_of, priority_of, shape_of, trap_of

BASE = "http://a.example/dir/page.html"


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("about.html", "http://a.example/dir/about.html"),
        ("HTTP://A.Example:80/x#top", "http://a.example/x"),
        ("https://a.example:443", "https://a.example/"),
        ("/x?utm_source=b&id=3", "http://a.example/x?id=3"),
        ("/x;jsessionid=1A2B?id=3", "http://a.example/x?id=3"),
        ("../../../up.html", "http://a.example/up.html"),
        ("//user:secret@a.example/x", "http://a.example/x"),
        ("?name=%D6%D0", "http://a.example/dir/page.html?name=%D6%D0"),
        ("javascript:void(0)", None),
        ("mailto:a@a.example", None),
        ("tel:0000", None),
        ("data:text/html,x", None),
        ("file:///etc/passwd", None),
        ("http://[::1", None),
        ("http://a.example:port/", None),
    ],
)
def test_a_link_has_one_normal_form_or_none(link, address):
    assert address_of(link, BASE) == address


def test_http_https_and_www_are_the_same_page():
    assert (
        len({fingerprint_of(u) for u in ("http://a.example/x", "https://a.example/x", "http://www.a.example/x")}) == 1
    )
    assert fingerprint_of("http://a.example/x") != fingerprint_of("http://a.example/y")


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("http://a.example/", "page"),
        ("http://a.example/list.asp?id=1", "page"),
        ("http://a.example/files/A.PDF", "document"),
        ("http://a.example/zs.jpg", "picture"),
        ("http://a.example/sitemap.xml", "sitemap"),
        ("http://a.example/all.zip", "never"),
        ("http://a.example/v1.2/intro", "page"),
    ],
)
def test_the_suffix_says_what_an_address_is(address, kind):
    assert kind_of(address) == kind


def test_certificates_come_before_products_and_products_before_news():
    order = [
        priority_of("http://a.example/x.html", words, 1)
        for words in ("资质荣誉", "关于我们", "产品中心", "首页", "新闻")
    ]
    assert order == sorted(order, reverse=True) and len(set(order)) == 5
    assert priority_of("http://a.example/honor.html", "", 1) == priority_of("http://a.example/x", "荣誉", 1)


@pytest.mark.parametrize(
    "address",
    [
        "http://a.example/" + "x" * 600,
        "http://a.example/" + "/".join(str(i) for i in range(20)),
        "http://a.example/a/b/a/b/a/c",
        "http://a.example/list?a=1&b=2&c=3&d=4&e=5",
        "http://a.example/cal?year=2026&month=3",
        "http://a.example/list?page=61",
    ],
)
def test_addresses_of_which_there_are_endlessly_many_are_traps(address):
    assert trap_of(address)


def test_ordinary_addresses_are_no_traps_and_share_a_shape_with_their_like():
    assert trap_of("http://a.example/list?page=3&cat=2") is None
    assert shape_of("http://a.example/show1.asp?id=1") == shape_of("http://a.example/show2.asp?id=77")
    assert shape_of("http://a.example/show1.html") is None


def test_a_logo_belongs_to_the_frame_and_a_certificate_does_not():
    assert in_frame(["/images/logo.png"]) and in_frame(["top-banner.jpg"])
    assert not in_frame(["/images/zhengshu-1.jpg", "质量管理体系认证证书"])
