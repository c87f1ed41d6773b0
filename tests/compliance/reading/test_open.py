"""Opening sources: all that can be read is, the rest is named, nothing raises."""

import gzip
import io
import json
import sys
import zipfile

import pytest

from compliance.reading.limits import Limits
from compliance.reading.open import Fault, open_source, page_of_bytes, page_of_record
from compliance.reading.source import source_of
from compliance.records import Page

HTML = "<html><body><p>云岭泵业有限公司</p></body></html>"


def opened(source, **limits):
    return list(open_source(str(source), Limits(**limits)))


def test_a_folder_is_read_in_order_with_what_could_not_be_read_named(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "a.html").write_text(HTML, encoding="utf-8")
    (tmp_path / "b" / "c.txt").write_text("正文", encoding="utf-8")
    (tmp_path / "b" / "d.html").write_bytes(b"")
    (tmp_path / "e.htm").write_bytes(b"\x00\x01\x02\x03" * 500)
    (tmp_path / "f.jpg").write_bytes(b"x")
    (tmp_path / "g.xyz").write_bytes(b"x")
    items = opened(tmp_path)
    assert [i.source.rsplit("/", 1)[1] for i in items if isinstance(i, Page)] == ["a.html", "c.txt"]
    faults = [str(i) for i in items if isinstance(i, Fault)]
    assert len(faults) == 3
    assert any("d.html" in f and "empty" in f for f in faults)
    assert any("e.htm" in f and "binary" in f for f in faults)
    assert any("2 files of other kinds" in f for f in faults)


@pytest.mark.parametrize(
    "source",
    ["/no/such/file.html", "x" * 5_000, "no\0such", "file:///etc/passwd", "ftp://a.example/", "http://127.0.0.1/"],
)
def test_what_is_not_there_or_not_allowed_is_a_fault(source, monkeypatch):
    monkeypatch.delenv("CERTMARK_ALLOW_LOOPBACK", raising=False)
    (item,) = opened(source)
    assert isinstance(item, Fault)
    assert item.fix


def test_a_large_file_is_cut_and_said(tmp_path):
    (tmp_path / "a.html").write_text("<p>" + "水泵" * 5_000, encoding="utf-8")
    (page,) = opened(tmp_path / "a.html", document=1_000)
    assert len(page.html) < 400
    assert any("1000字节" in f for f in page.faults)


def test_a_file_in_another_encoding_is_read(tmp_path):
    (tmp_path / "a.htm").write_bytes(HTML.replace("<html>", "<html><meta charset=gb2312>").encode("gb18030"))
    (page,) = opened(tmp_path / "a.htm")
    assert "云岭泵业" in page.html
    assert page.encoding == "gb18030"


def test_standard_input_is_sniffed(monkeypatch):
    for body, html in ((HTML.encode(), True), ("本产品通过某认证".encode(), False)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(body)))
        (page,) = opened("-")
        assert (page.html is not None) is html
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b" \n")))
    assert isinstance(opened("-")[0], Fault)


def test_records_are_read_line_by_line_and_a_bad_line_is_named(tmp_path):
    good = {
        "id": "7",
        "url": "https://a.example/",
        "captured_at": "2026-11-23T08:00:00+08:00",
        "html": HTML,
        "company": {"name": "云岭泵业有限公司"},
    }
    lines = [
        json.dumps(good),
        "{not json",
        "",
        json.dumps({"url": "https://a.example/2"}),
        json.dumps({"url": "https://a.example/3", "html": HTML, "text": "x"}),
        json.dumps({"text": "没有网址"}),
        json.dumps({"url": 5, "text": "x"}),
        json.dumps({"url": "https://a.example/4", "text": "x", "captured_at": "yesterday"}),
        json.dumps({"url": "https://a.example/5", "text": "x", "company": 5}),
        "[" * 100_000,
        '"text"',
        json.dumps({"url": "https://a.example/6", "text": "长" * 3_000}),
    ]
    path = tmp_path / "pages.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    items = opened(path, line=8_000_000)
    faults = {i.source.split("pages.jsonl:")[1].split(":")[0]: i for i in items if isinstance(i, Fault)}
    assert set(faults) == {"2", "4", "5", "7", "8", "9", "10", "11"}
    pages = [i for i in items if isinstance(i, Page)]
    assert pages[0].id == "7"
    assert pages[0].captured_at.utcoffset().total_seconds() == 8 * 3600
    assert (pages[0].company.name, pages[0].company.source) == ("云岭泵业有限公司", "record")
    assert pages[1].url is None
    assert any("网址" in f for f in pages[1].faults)
    assert len(pages) == 3


def test_one_line_of_enormous_length_is_a_fault_and_the_next_line_is_read(tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_text('{"text": "' + "x" * 50_000 + '"}\n{"text": "好"}\n', encoding="utf-8")
    items = opened(path, line=10_000)
    assert isinstance(items[0], Fault)
    assert items[1].text == "好"


def test_a_record_without_zone_is_china_time():
    page = page_of_record({"url": "https://a.example/", "text": "x", "captured_at": "2026-11-23T08:00:00"}, "s")
    assert page.captured_at.isoformat() == "2026-11-23T08:00:00+08:00"


def test_the_hash_is_that_of_the_bytes_as_received():
    import hashlib

    body = HTML.encode("gb18030")
    assert page_of_bytes(body).sha256 == hashlib.sha256(body).hexdigest()


def warc_of(*records):
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    for url, status, kind, body in records:
        headers = StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.1")
        record = writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=headers)
        record.rec_headers.replace_header("WARC-Date", "2026-11-01T04:00:00Z")
        writer.write_record(record)
    return out.getvalue()


def test_an_archive_gives_its_pages_with_the_time_of_capture(tmp_path):
    path = tmp_path / "a.warc.gz"
    body = HTML.encode("gb18030")
    path.write_bytes(
        warc_of(
            ("https://a.example/1", "200 OK", "text/html; charset=gbk", body),
            ("https://a.example/2", "404 Not Found", "text/html", body),
            ("https://a.example/3.png", "200 OK", "image/png", b"\x89PNG"),
        )
    )
    page, fault = opened(path)
    assert "云岭泵业" in page.html
    assert page.captured_at.isoformat() == "2026-11-01T04:00:00+00:00"
    assert page.url == "https://a.example/1"
    assert "2 records" in fault.what


def test_a_broken_archive_gives_what_came_before(tmp_path):
    path = tmp_path / "a.warc.gz"
    path.write_bytes(
        warc_of(("https://a.example/1", "200 OK", "text/html", HTML.encode())) + gzip.compress(b"x" * 900)[:40]
    )
    items = opened(path)
    assert isinstance(items[0], Page)
    assert isinstance(items[-1], Fault)
    (tmp_path / "b.warc").write_bytes(b"no archive at all")
    assert all(isinstance(i, Fault) for i in opened(tmp_path / "b.warc"))


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx_of(document, **others):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", document)
        for name, content in others.items():
            archive.writestr(name, content)
    return out.getvalue()


def para(text, style=""):
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'


def test_a_word_document_gives_headings_paragraphs_and_rows(tmp_path):
    cells = "".join(f"<w:tc>{para(t)}</w:tc>" for t in ("名称", "编号"))
    body = f"<w:document {W}><w:body>{para('资质', 'Heading1')}{para('我厂通过某认证')}<w:tbl><w:tr>{cells}</w:tr></w:tbl></w:body></w:document>"
    (tmp_path / "a.docx").write_bytes(docx_of(body, **{"word/media/1.png": b"x"}))
    (page,) = opened(tmp_path / "a.docx")
    assert "# 资质" in page.text
    assert "我厂通过某认证" in page.text
    assert "| 名称 | 编号 |" in page.text
    assert any("图片1张" in f for f in page.faults)


def test_a_zip_bomb_and_an_entity_bomb_are_refused(tmp_path):
    bomb = docx_of(f"<w:document {W}>" + " " * 30_000_000 + "</w:document>")
    assert len(bomb) < 100_000
    (tmp_path / "a.docx").write_bytes(bomb)
    assert isinstance(opened(tmp_path / "a.docx")[0], Fault)
    secret = tmp_path / "secret.txt"
    secret.write_text("机密", encoding="utf-8")
    evil = f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "{secret.as_uri()}">]>'
    (tmp_path / "b.docx").write_bytes(
        docx_of(f"{evil}<w:document {W}><w:body>{para('前&b;&f;后')}</w:body></w:document>")
    )
    (item,) = opened(tmp_path / "b.docx")
    assert isinstance(item, Fault) or ("机密" not in item.text and "aaaa" not in item.text)


@pytest.mark.parametrize("body", [b"PK\x03\x04broken", b"not a zip", b""])
def test_a_broken_word_document_is_a_fault(tmp_path, body):
    (tmp_path / "a.docx").write_bytes(body)
    assert isinstance(opened(tmp_path / "a.docx")[0], Fault)


def test_a_broken_pdf_is_a_fault(tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4 broken")
    (item,) = opened(tmp_path / "a.pdf")
    assert isinstance(item, Fault) or item.text == ""


def test_records_that_the_fast_parser_refuses_are_read_all_the_same(tmp_path):
    file = tmp_path / "pages.jsonl"
    lines = [
        b'{"html": "<p>a</p>", "id": 123456789012345678901234}',  # longer than a machine's number
        b'{"html": "<p>\\ud83d a</p>", "id": 1.50}',  # half a sign
        b'{"html": "<p>b</p>", "id": {"n": NaN}}',
        b'{"html": "<p>c</p>", "id": ["x", 2]}',
        b'{"html": "<p>d</p>" "id": 1}',
    ]
    file.write_bytes(b"\n".join(lines))
    *pages, fault = open_source(str(file))
    assert [p.id for p in pages] == ["123456789012345678901234", "1.5", '{"n": NaN}', '["x", 2]']
    assert pages[1].html == "<p>\ufffd a</p>" and "1处" in pages[1].faults[-1]
    assert fault.source.endswith(":5:21") and "is not JSON" in fault.what


def test_the_bytes_kept_for_a_page_are_those_of_its_html():
    shapes = ("<p>水泵</p>", "<p>a\r\nb\0</p>", "<p>\ud83d</p>", "<p>\ufffd</p>")
    pages = [page_of_record({"html": html}, "x:1") for html in shapes]
    for page in (*pages, *reversed(pages), page_of_record({"text": "水泵"}, "x:1")):
        assert source_of(page) == (page.html or "").encode()
    record = page_of_record({"html": shapes[0]}, "x:1")
    assert source_of(record) is source_of(record)
