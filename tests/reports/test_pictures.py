"""A finding's picture: the kept page drawn offline with the quote marked; a hostile page runs and loads nothing."""

import base64
import hashlib
import io
import zlib
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from compliance.store.session import open_store
from reports import pictures

pytest.importorskip("playwright")
pytest.importorskip("nh3")
pytestmark = pytest.mark.slow
URL = "https://jia.example/about"
QUOTE = "公司通过ISO 9001质量管理体系认证"
PAGE = (
    "<html><head><style>body{display:none}</style><script>document.title='ran'</script></head><body onload='x()'>"
    + "<p>公司成立于二〇〇六年。</p>" * 60
    + f"<p>{QUOTE}，证书编号00022Q10011R1M。</p><img src='http://127.0.0.1:9/x.png'><iframe src='http://127.0.0.1:9/'></iframe></body></html>"
)


def kept(store, body: bytes) -> str:
    sha256 = hashlib.sha256(body).hexdigest()
    with store.writing() as connection:
        for statement, values in (
            (
                "insert into crawl_content (sha256, size, body) values (:s, :n, :b)",
                {"s": sha256, "n": len(body), "b": zlib.compress(body)},
            ),
            (
                "insert into crawl_site (id, run_id, host, company, priority, state, pages, unchanged, failed, blocked, skipped, requests) "
                "values (1, 'r', 'jia.example', '', 0, 'done', 1, 0, 0, 0, 0, 1)",
                {},
            ),
            (
                "insert into crawl_visit (run_id, site_id, request_id, kind, url, asked, captured_at, status, headers, request, claims, sha256, "
                "unchanged, judged) values ('r', 1, 1, 'page', :u, :u, :t, 200, :h, '[]', 1, :s, false, 'done')",
                {
                    "u": URL,
                    "t": datetime(2026, 11, 23, tzinfo=UTC),
                    "h": '[["Content-Type", "text/html; charset=utf-8"]]',
                    "s": sha256,
                },
            ),
        ):
            connection.execute(text(statement), values)
    return sha256


def result(sha256):
    finding = {"id": "f1", "quote": QUOTE}
    return {"pages": [{"url": URL, "sha256": sha256, "findings": [finding]}]}


def drawn(tmp_path, body=PAGE, sha256=None):
    with open_store(tmp_path / "s.db") as store:
        mine = kept(store, body.encode())
        try:
            return pictures.pictures_of(store, result(sha256 or mine))
        except pictures.NoPictures as missing:
            pytest.skip(str(missing))


def test_the_quote_is_marked_in_a_picture_cut_around_it(tmp_path):
    found, missed = drawn(tmp_path)
    assert (list(found), missed) == (["f1"], 0)
    png = base64.b64decode(found["f1"])
    assert png.startswith(b"\x89PNG")
    wide, high = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
    assert wide == pictures.WIDTH and pictures.LEAST <= high <= pictures.TALLEST  # the page itself is some 2,000 high
    assert (0xFF, 0xE0, 0x8A) in colours(png)  # the mark's own colour


def colours(png: bytes) -> set[tuple[int, ...]]:
    """Colours of an 8-bit RGB(A) picture without a library: its lines unfiltered."""
    wide = int.from_bytes(png[16:20], "big")
    step = {2: 3, 6: 4}[png[25]]
    data, at = io.BytesIO(), 8
    while at < len(png):
        size = int.from_bytes(png[at : at + 4], "big")
        if png[at + 4 : at + 8] == b"IDAT":
            data.write(png[at + 8 : at + 8 + size])
        at += size + 12
    raw, line = zlib.decompress(data.getvalue()), wide * step
    before, seen = bytearray(line), set()
    for start in range(0, len(raw), line + 1):
        kind, now = raw[start], bytearray(raw[start + 1 : start + 1 + line])
        for i in range(line):
            left = now[i - step] if i >= step else 0
            up, corner = before[i], before[i - step] if i >= step else 0
            guess = left + up - corner
            paeth = min((left, up, corner), key=lambda one: abs(guess - one))
            now[i] = (now[i] + (0, left, up, (left + up) // 2, paeth)[kind]) & 255
        seen |= {tuple(now[i : i + 3]) for i in range(0, line, step)}
        before = now
    return seen


def test_other_bytes_than_those_judged_are_not_shown_as_evidence(tmp_path):
    assert drawn(tmp_path, sha256="0" * 64) == ({}, 1)


def test_a_page_without_the_quote_has_no_picture_and_is_counted(tmp_path):
    assert drawn(tmp_path, body="<p>别的</p>") == ({}, 1)
