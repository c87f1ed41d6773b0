"""A finding that rests on a picture: the desk and the report show the part it was seen in, drawn again; the bytes themselves are never sent."""

import base64
import hashlib
import io
import zlib
from importlib.util import find_spec

import pytest
from sqlalchemy import text

from compliance.pictures.draw import part_of
from compliance.pictures.records import Line, MarkSeen, PictureReading
from compliance.pictures.shown import Pictures, ShownPicture
from compliance.pictures.wanted import wanted_of
from compliance.store.cases import Filters, Paging, case_of, cases_of
from reports import pictures
from reports.finding import picture_text
from tests.reports.web.world import checking, keep_pages

pytestmark = pytest.mark.skipif(
    find_spec("PIL") is None or find_spec("numpy") is None, reason="the extra `pictures` is not installed"
)
BOX = (300, 200, 100, 80)
PAGE = """<html><body><h1>产品展示</h1><p>示例厂区占地三万平方米，年产各类阀门十万台。</p><img src="/p.png" alt="阀门外包装"></body></html>"""


def picture(note=b""):
    """(bytes, reading) of a grey picture in which a system mark was seen."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (800, 600), (120, 120, 120)).save(out, "PNG")
    raw = out.getvalue() + note
    lines = (Line("YCC ISO 9001", (310, 220, 80, 20), 0.97),)
    mark = MarkSeen("ms-mark", 0.5, BOX, "words in the picture")
    sha256 = hashlib.sha256(raw).hexdigest()
    return raw, PictureReading("p.png", sha256, "product_photo", False, marks=(mark,), size=(800, 600), lines=lines)


def opened(png):
    from PIL import Image

    return Image.open(io.BytesIO(png))


@pytest.fixture
def case(store):
    """The case of one firm whose picture shows a system mark; the picture's bytes in the store."""
    raw, reading = picture(b"<script>alert(1)</script>")

    def shown(page, read):
        [one], _ = wanted_of(page, read)
        return Pictures((ShownPicture(one.source, one.locator, one.words, reading, None, one.own),))

    shown.close = lambda: None
    with checking() as checked:
        checked.pictures = shown
        keep_pages(store, checked, [("http://firm.example/about", "示例甲阀门有限公司", PAGE.encode())])
    with store.writing() as connection:
        connection.execute(
            text("insert into crawl_content (sha256, size, body) values (:s, :n, :b)"),
            {"s": reading.sha256, "n": len(raw), "b": zlib.compress(raw)},
        )
    [one] = cases_of(store, Filters(), Paging(1, 10))["cases"]
    return one["id"], case_of(store, one["id"])["findings"][0]


def test_the_desk_shows_the_part_and_where_it_was_seen(browser, case, store):
    case_id, finding = case
    client = browser("viewer")
    page = client.get(f"/cases/{case_id}").text
    assert f"/cases/{case_id}/picture/{finding['id']}" in page
    for said in ("/p.png", finding["picture"]["sha256"], "300、200、100、80", "图上文字印证", "页面上的图片"):
        assert said in page, said
    answer = client.get(f"/cases/{case_id}/picture/{finding['id']}")
    assert answer.headers["content-type"] == "image/png" and b"script" not in answer.content
    assert opened(answer.content).size == (100 + 2 * 120, 80 + 2 * 120)
    assert client.get(f"/cases/{case_id}/picture/none").status_code == 404
    with store.writing() as connection:
        connection.execute(text("delete from crawl_content where sha256 = :s"), {"s": finding["picture"]["sha256"]})
    assert client.get(f"/cases/{case_id}/picture/{finding['id']}").status_code == 404
    assert "图片无法在此显示" in client.get(f"/cases/{case_id}").text


def test_a_stranger_sees_no_picture(stranger, case):
    case_id, finding = case
    assert stranger.get(f"/cases/{case_id}/picture/{finding['id']}").status_code in (303, 401, 403)


def test_a_report_needs_no_browser_for_what_rests_on_pictures(case, store, monkeypatch):
    _, finding = case
    monkeypatch.setattr(pictures, "PROGRAMS", ())
    drawn, missed = pictures.pictures_of(store, {"pages": [{"findings": [finding]}]})
    assert missed == 0 and base64.b64decode(drawn[finding["id"]]).startswith(b"\x89PNG")


def test_parts():
    raw, _ = picture()
    assert opened(part_of(raw, BOX)).size == (148, 128)
    whole = opened(part_of(raw, BOX, around=5.0, outlined=True))
    assert whole.size == (800, 600) and len(whole.getcolors()) == 2, "outlined"
    for data, box in ((raw, None), (b"no picture", BOX), (raw, (9000, 9000, 10, 10)), (b"%PDF-1.7", BOX)):
        assert part_of(data, box) is None
    assert picture_text(None) == ""
