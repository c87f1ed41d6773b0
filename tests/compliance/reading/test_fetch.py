"""Fetching one address: bounded, only where it is allowed, against a server on loopback that misbehaves in every way."""

import gzip
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from compliance.reading.fault import Fault
from compliance.reading.fetch import CannotFetch, fetch_url, fetched_page
from compliance.reading.limits import Limits

HTML = "<html><body><p>云岭泵业有限公司</p></body></html>"


class Site(BaseHTTPRequestHandler):
    """Each path is one way to answer."""

    def do_GET(self):
        name = self.path.split("?")[0].strip("/")
        getattr(self, f"say_{name}")()

    def answer(self, body=b"", status=200, **headers):
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def say_plain(self):
        self.answer(HTML.encode("gb18030"), Content_Type="text/html; charset=gbk")

    def say_host(self):
        self.answer(self.headers["Host"].encode(), Content_Type="text/plain")

    def say_gzip(self):
        self.answer(gzip.compress(HTML.encode()), Content_Type="text/html", Content_Encoding="gzip")

    def say_deflate(self):
        raw = zlib.compressobj(wbits=-15)
        self.answer(raw.compress(HTML.encode()) + raw.flush(), Content_Type="text/html", Content_Encoding="deflate")

    def say_bomb(self):
        self.answer(gzip.compress(b"<p>" + b"a" * 30_000_000), Content_Type="text/html", Content_Encoding="gzip")

    def say_broken(self):
        self.answer(b"\x1f\x8bnot gzip at all", Content_Type="text/html", Content_Encoding="gzip")

    def say_circle(self):
        self.answer(status=302, Location="/circle2")

    def say_circle2(self):
        self.answer(status=302, Location="/circle")

    def say_endless(self):
        number = int(self.path.split("=")[1]) if "=" in self.path else 0
        self.answer(status=301, Location=f"/endless?n={number + 1}")

    def say_step(self):
        self.answer(status=302, Location="/plain")

    def say_private(self):
        self.answer(status=302, Location="http://10.0.0.1/")

    def say_file(self):
        self.answer(status=302, Location="file:///etc/passwd")

    def say_picture(self):
        self.answer(b"\x89PNG\r\n\x1a\n" + bytes(300), Content_Type="image/png")

    def say_missing(self):
        self.answer(b"<p>x</p>", status=404, Content_Type="text/html")

    def say_empty(self):
        self.answer(b"", Content_Type="text/html")

    def say_liar(self):
        self.send_response(200)
        self.send_header("Content-Length", "5000")
        self.end_headers()
        self.wfile.write(b"short")

    def say_silent(self):
        self.server.hold.wait(5)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.hold = threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.hold.set()
    server.shutdown()


@pytest.fixture(autouse=True)
def loopback(monkeypatch):
    monkeypatch.setenv("CERTMARK_ALLOW_LOOPBACK", "1")


@pytest.mark.parametrize("path", ["plain", "gzip", "deflate", "step"])
def test_a_page_is_fetched_and_decoded(site, path):
    page = fetched_page(f"{site}/{path}")
    assert "云岭泵业有限公司" in page.html
    assert page.captured_at is not None
    assert page.url.endswith("/plain" if path == "step" else path)


def test_without_the_switch_loopback_is_refused(site, monkeypatch):
    monkeypatch.delenv("CERTMARK_ALLOW_LOOPBACK")
    item = fetched_page(f"{site}/plain")
    assert isinstance(item, Fault)
    assert "not a public address" in item.what


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("circle", "circle"),
        ("endless", "more than"),
        ("private", r"10\.0\.0\.1"),
        ("file", "file"),
        ("broken", "failed"),
        ("liar", "failed"),
    ],
)
def test_a_site_that_misbehaves_is_said(site, path, words):
    with pytest.raises(CannotFetch, match=words):
        fetch_url(f"{site}/{path}")


@pytest.mark.parametrize(("path", "words"), [("picture", "image/png"), ("missing", "404"), ("empty", "empty")])
def test_what_is_no_page_is_a_fault(site, path, words):
    item = fetched_page(f"{site}/{path}")
    assert isinstance(item, Fault)
    assert words in item.what


def test_a_bomb_is_cut_at_the_bound_and_said(site):
    page = fetched_page(f"{site}/bomb", Limits(document=100_000))
    assert len(page.html) <= 100_000
    assert any("过大" in f for f in page.faults)


def test_a_silent_site_ends_with_the_time(site):
    with pytest.raises(CannotFetch):
        fetch_url(f"{site}/silent", Limits(seconds=0.3))


def test_the_connection_goes_to_the_checked_address_under_the_hosts_own_name(site, monkeypatch):
    import socket

    calls = []
    real = socket.getaddrinfo

    def once(host, *args, **kwargs):
        if host == "pumps.example":
            calls.append(host)
            return real("127.0.0.1", *args, **kwargs) if len(calls) == 1 else real("10.0.0.1", *args, **kwargs)
        return real(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", once)
    port = site.rsplit(":", 1)[1]
    answer = fetch_url(f"http://pumps.example:{port}/host")
    assert answer.body.decode() == f"pumps.example:{port}"
    assert calls == ["pumps.example"]
    assert answer.address == "127.0.0.1"
