"""Where the bytes of a page's pictures come from: its archive, its site by the guarded fetch, its folder; elsewhere why there are none."""

import io
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from compliance.checking.session import check_sources, open_check
from compliance.pictures import sources
from compliance.pictures.records import PictureReading
from compliance.pictures.sources import ABSENT, Around, address_of
from compliance.reading.open import open_source, page_of_bytes

HTML = '<html><head><meta charset="utf-8"></head><body><p>本公司主要生产阀门。</p><img src="/img/证书.jpg" alt="认证证书"></body></html>'


def page(body=HTML, url="http://firm.example/about/", **more):
    return page_of_bytes(body.encode(), url=url, html=True, **more)


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("/img/a.jpg", "http://firm.example/img/a.jpg"),
        ("img/a b.jpg?x=1#top", "http://firm.example/about/img/a%20b.jpg?x=1"),
        ("//cdn.example/a.jpg", "http://cdn.example/a.jpg"),
        ("/证.jpg", "http://firm.example/%E8%AF%81.jpg"),
        ("/%E8%AF%81.jpg", "http://firm.example/%E8%AF%81.jpg"),
        ("file:///etc/passwd", None),
        ("javascript:alert(1)", None),
        ("http://[::1", None),
    ],
)
def test_addresses(source, address):
    assert address_of(page(), source) == address


def test_the_pages_own_base():
    assert (
        address_of(page('<base href="https://static.example/x/">' + HTML), "a.jpg") == "https://static.example/x/a.jpg"
    )
    assert address_of(page(url=None), "a.jpg") is None


def archive(path, *records, packed=True):
    """`records`: (kind, address, date, status, content type, body)."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=packed)
        for kind, address, date, status, content, body in records:
            head = StatusAndHeaders(status, [("Content-Type", content)], protocol="HTTP/1.1")
            more = {"WARC-Date": date}
            if kind == "revisit":
                more["WARC-Refers-To-Target-URI"] = body.decode()
                body = b""
            writer.write_record(
                writer.create_warc_record(
                    address, kind, payload=io.BytesIO(body), http_headers=head, warc_headers_dict=more
                )
            )
    return path


DAY = "2026-11-20T00:00:0{}Z"
SITE = "http://firm.example"


@pytest.mark.parametrize("packed", [True, False])
def test_pictures_of_an_archive(tmp_path, packed):
    path = archive(
        tmp_path / ("a.warc.gz" if packed else "a.warc"),
        ("response", f"{SITE}/img/%E8%AF%81%E4%B9%A6.jpg", DAY.format(9), "200 OK", "image/jpeg", b"later"),
        ("response", f"{SITE}/about/", DAY.format(1), "200 OK", "text/html", HTML.encode()),
        ("response", f"{SITE}/img/证书.jpg", DAY.format(2), "200 OK", "image/jpeg", b"nearest"),
        ("response", f"{SITE}/gone.jpg", DAY.format(2), "404 Not Found", "image/jpeg", b"no"),
        ("response", f"{SITE}/b.jpg", DAY.format(2), "200 OK", "text/html", b"<p>wall"),
        ("revisit", f"{SITE}/again.jpg", DAY.format(3), "200 OK", "image/jpeg", f"{SITE}/img/证书.jpg".encode()),
        packed=packed,
    )
    here = next(item for item in open_source(str(path)) if getattr(item, "url", None) == f"{SITE}/about/")
    fetch = Around(str(path))
    assert fetch(here, "/img/证书.jpg") == b"nearest"
    assert fetch(here, "../again.jpg") == b"nearest"
    for absent in ("/gone.jpg", "/b.jpg", "/none.jpg", "http://[::1"):
        assert isinstance(fetch(here, absent), str), absent
    assert Around(str(tmp_path))(here, "/img/证书.jpg") == b"nearest", "also where the archive lies in a folder"


def test_a_damaged_archive_gives_what_stands_before(tmp_path):
    path = archive(
        tmp_path / "a.warc.gz",
        ("response", f"{SITE}/a.jpg", DAY.format(1), "200 OK", "image/jpeg", b"whole"),
        ("response", f"{SITE}/b.jpg", DAY.format(1), "200 OK", "image/jpeg", b"cut off" * 999),
    )
    path.write_bytes(path.read_bytes()[:-20])
    here = page(source=f"{path}#1")
    fetch = Around(str(path))
    assert fetch(here, "/a.jpg") == b"whole"
    assert isinstance(fetch(here, "/c.jpg"), str)
    path.unlink()
    assert isinstance(fetch(here, "/a.jpg"), str) and isinstance(Around(str(path))(here, "/a.jpg"), str)


def test_records_and_texts_bring_no_pictures(tmp_path):
    assert Around("pages.jsonl")(page(source="pages.jsonl:3"), "/a.jpg") == ABSENT
    assert Around("-")(page(url=None, source="-"), "a.jpg") == ABSENT


class Site(BaseHTTPRequestHandler):
    """A page with pictures: one there, one behind a redirect into a private network, one missing, one that asks what was asked."""

    def do_GET(self):
        self.server.asked.append((self.path, self.headers["Accept"]))
        status, kind, body = {
            "/": (200, "text/html; charset=utf-8", HTML.encode()),
            "/img/%E8%AF%81%E4%B9%A6.jpg": (200, "image/jpeg", b"picture"),
            "/inside.jpg": (302, "image/jpeg", b""),
        }.get(self.path, (404, "text/plain", b"none"))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if status == 302:
            self.send_header("Location", "http://10.0.0.1/secret.jpg")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nothing."""


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setenv("CERTMARK_ALLOW_LOOPBACK", "1")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.asked = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_pictures_of_a_site(site, monkeypatch):
    server, root = site
    here = page(url=f"{root}/", source=f"{root}/")
    fetch = Around(f"{root}/")
    assert fetch(here, "/img/证书.jpg") == b"picture"
    assert server.asked[-1][1].startswith("image/")
    for source, why in (
        ("/inside.jpg", "10.0.0.1"),
        ("http://192.168.0.1/a.jpg", "192.168.0.1"),
        ("http://metadata.internal/a.jpg", "metadata.internal"),
        ("/none.jpg", "404"),
        ("file:///etc/passwd", "无法识别"),
    ):
        said = fetch(here, source)
        assert isinstance(said, str) and why in said, (source, said)
    monkeypatch.setattr(sources, "MAX_BYTES", 3)
    assert "超过" in str(fetch(here, "/img/证书.jpg"))
    monkeypatch.setattr(sources, "SECONDS_A_PAGE", 0.0)
    assert "已满" in str(Around(f"{root}/")(here, "/img/证书.jpg"))
    monkeypatch.delenv("CERTMARK_ALLOW_LOOPBACK")
    assert isinstance(Around(f"{root}/")(here, "/img/证书.jpg"), str), "loopback is nobody's site"


class Standin:
    """A reader that says what it was given."""

    given: list[bytes] = []

    def __init__(self, **_):
        """Like PictureReader."""

    def read(self, data, name, context=""):
        """A reading of the kind `other`."""
        self.given.append(data)
        return PictureReading(name, "0" * 64, "other", False)

    def close(self):
        """Nothing."""


def test_check_reads_what_the_source_brings(site, tmp_path, monkeypatch):
    """The same page as a URL, in an archive, in a folder and as a record: what is not there is said on the page."""
    _, root = site
    monkeypatch.setenv("CERTMARK_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("compliance.pictures.onpage.available", lambda: True)
    monkeypatch.setattr("compliance.pictures.onpage.PictureReader", Standin)
    monkeypatch.setattr(Standin, "given", [])
    folder = tmp_path / "saved"
    (folder / "img").mkdir(parents=True)
    (folder / "img" / "证书.jpg").write_bytes(b"saved")
    (folder / "index.html").write_text(HTML, encoding="utf-8")
    warc = archive(
        tmp_path / "a.warc.gz",
        ("response", f"{SITE}/about/", DAY.format(1), "200 OK", "text/html", HTML.encode()),
        ("response", f"{SITE}/img/证书.jpg", DAY.format(2), "200 OK", "image/jpeg", b"archived"),
    )
    record = tmp_path / "pages.jsonl"
    record.write_text(json.dumps({"url": f"{SITE}/", "captured_at": None, "html": HTML}), encoding="utf-8")
    given = [f"{root}/", str(warc), str(folder), str(folder / "index.html"), str(record)]
    with open_check(register="none") as checked:
        results = list(check_sources(given, checked, pictures=True))
        unread = list(check_sources(given[:1], checked, pictures=False))
    assert Standin.given == [b"picture", b"archived", b"saved", b"saved"]
    assert [r.reading.coverage.pictures_read for r in results] == [1, 1, 1, 1, 0]
    assert results[-1].reading.coverage.unread[-1] == f"图片/img/证书.jpg：{ABSENT}"
    assert unread[0].reading.coverage.unread == ("图片1张，其中的文字未识别",)
