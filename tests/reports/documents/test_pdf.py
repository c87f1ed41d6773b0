"""The PDF: Chinese typeface embedded, page text never read as markup, missing parts said."""

import re
import zlib

import pytest

from reports.documents import needs, pdf
from reports.model import report_of

typst = pytest.importorskip("typst")


def _rendered(result, templates=None):
    if not pdf.chinese_typefaces():
        pytest.skip("no Chinese typeface on this machine")
    return pdf.render(report_of(result), templates)


def _objects(content):
    out = [content]
    for stream in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", content, re.S):
        try:
            out.append(zlib.decompress(stream.group(1)))
        except zlib.error:
            continue
    return b"\n".join(out)


def test_it_is_a_tagged_pdf_with_its_chinese_typeface_inside(result):
    content = _rendered(result)
    assert content.startswith(b"%PDF-")
    objects = _objects(content)
    assert b"/FontFile" in objects
    assert b"/StructTreeRoot" in objects and b"/Outlines" in objects
    assert b"pdfuaid" in objects  # PDF/UA-1: typst refuses a layout that breaks it


@pytest.mark.parametrize(
    "poison", ["#panic(1)", "$x^2$", "*a*_b_", "\\", '#read("/etc/passwd")', "]#let x = 1[", "\u202e\x00\ud800"]
)
def test_page_text_is_never_read_as_markup(result, poison):
    result["pages"][0]["claims"][0]["quote"] = result["pages"][0]["findings"][0]["explanation"] = poison
    assert _rendered(result).startswith(b"%PDF-")


def test_without_a_chinese_typeface_it_says_what_to_install(result, monkeypatch):
    monkeypatch.setattr(pdf, "chinese_typefaces", lambda: ())
    with pytest.raises(needs.NotInstalled, match="fonts-noto-cjk"):
        pdf.render(report_of(result))


def test_a_layout_that_cannot_be_used_says_so_and_reads_nothing_outside(result, tmp_path):
    if not pdf.chinese_typefaces():
        pytest.skip("no Chinese typeface on this machine")
    (tmp_path / "report.typ").write_text('#read("/../../../../../../etc/hostname")', "utf-8")
    with pytest.raises(pdf.LayoutError, match="report.typ"):
        pdf.render(report_of(result), tmp_path)


def test_many_findings_share_their_provisions_in_an_annex_and_few_do_not(result):
    import copy
    import json

    from reports.documents.json import render as as_json

    assert pdf.with_annex(json.loads(as_json(report_of(result))))["annex"] == []
    first = result["pages"][0]["findings"][0]
    result["pages"][0]["findings"] = [copy.deepcopy(first) | {"id": f"id{nth}"} for nth in range(pdf.WITHOUT_ANNEX + 1)]
    data = pdf.with_annex(json.loads(as_json(report_of(result))))
    findings = [finding for company in data["companies"] for finding in company["findings"]]
    told = [number for one in data["annex"] for number in one["findings"]]
    assert sorted(told) == sorted(finding["number"] for finding in findings)
    assert len(data["annex"]) == 5
    assert _rendered(result).startswith(b"%PDF-")
