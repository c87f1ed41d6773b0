"""Addresses: everything that isn't public is refused, in whatever form it is written."""

import socket

import pytest

from compliance.reading.address import AddressRefused, address_of, is_public, resolve_public, target_of

PRIVATE = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "0",
    "0.0.0.0",
    "0x7f000001",
    "0x7F.0.0.1",
    "0177.0.0.1",
    "017700000001",
    "2130706433",
    "0x7f.1",
    "127.0.0.1.",
    "10.0.0.1",
    "10.1",
    "0xa.1",
    "012.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "192.168.257",
    "3232235777",
    "169.254.169.254",
    "0xa9fea9fe",
    "2852039166",
    "169.254.0.1",
    "100.64.0.1",
    "100.127.255.254",
    "192.0.0.1",
    "192.0.2.1",
    "198.51.100.7",
    "203.0.113.9",
    "198.18.0.1",
    "198.19.255.255",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "192.88.99.1",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::7f00:1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "2002:c0a8:1:1::",
    "2001:0:53aa:64c:0:0:80ff:fffe",
    "fe80::1",
    "fe80::1%eth0",
    "fe80::5efe:7f00:1",
    "fc00::1",
    "fd12:3456::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "100::1",
    "2001:10::1",
    "2001:2::1",
    "3fff::1",
    "5f00::1",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "１２７.0.0.1",
    "127。0。0。1",
    "0:0:0:0:0:ffff:7f00:1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_refused(address):
    assert address_of(address) is not None
    assert not is_public(address, allow_loopback=False)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "1.1.1.1", "0x08080808", "2400:3200::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "114.114.114.114"],
)
def test_a_public_address_is_not(address):
    assert is_public(address)


def test_the_table_has_sixty_tricks():
    assert len(PRIVATE) >= 60


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://a.example/",
        "gopher://a.example/",
        "data:text/html,x",
        "javascript:alert(1)",
        "http://user:pass@a.example/",
        "http://127.0.0.1@a.example/",
        "http://a.example@127.0.0.1/",
        "http://localhost/",
        "http://LOCALHOST./",
        "http://foo.localhost/",
        "http://printer/",
        "http://db.internal/",
        "http://nas.local/",
        "http://a.example:22/",
        "http://a.example:6379/",
        "http://a.example:0/",
        "http://a.example:99999/",
        "http://a.example\\@127.0.0.1/",
        "http://a.example/\r\nHost: x",
        "http:///a",
        "http://[::1/",
        "http://127.0.0.1%2f@a.example/",
        "http://1.2.3.4.5/",
        "http://0x7g.1/",
        "http://a..b.example/",
        "http://%31%32%37.0.0.1/",
        "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
        "http://①②⑦.0.0.1/",
        "http://a.example./../..",
        "//a.example/",
        "a.example",
    ],
)
def test_a_url_that_points_elsewhere_is_refused(url):
    if url == "http://a.example./../..":
        assert target_of(url).host == "a.example"
        return
    with pytest.raises(AddressRefused):
        target_of(url, allow_loopback=False)


def test_a_chinese_domain_becomes_ascii():
    assert target_of("https://云岭.example/a?b=1#c").host.startswith("xn--")
    assert target_of("https://a.example:8443/x?y=1#z").path == "/x?y=1"


def test_loopback_only_when_allowed(monkeypatch):
    monkeypatch.delenv("CERTMARK_ALLOW_LOOPBACK", raising=False)
    assert not is_public("127.0.0.1")
    monkeypatch.setenv("CERTMARK_ALLOW_LOOPBACK", "1")
    assert is_public("127.0.0.1")
    assert is_public("::1")
    assert not is_public("10.0.0.1")
    assert target_of("http://127.0.0.1:8000/").port == 8000


def answers(*addresses):
    return lambda *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, 0)) for a in addresses]


def test_a_name_is_refused_when_any_answer_is_private(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", answers("8.8.8.8", "10.0.0.1"))
    with pytest.raises(AddressRefused, match=r"10\.0\.0\.1"):
        resolve_public("a.example")
    monkeypatch.setattr(socket, "getaddrinfo", answers("8.8.8.8", "8.8.8.8", "1.1.1.1"))
    assert resolve_public("a.example") == ["8.8.8.8", "1.1.1.1"]


def test_an_address_needs_no_resolver(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", None)
    assert resolve_public("0x08080808") == ["8.8.8.8"]
