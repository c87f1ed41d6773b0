"""The DOCX: complete, East Asian typeface set, hostile text harmless."""

import io
import zipfile

import pytest

docx = pytest.importorskip("docx")

from lxml import etree  # noqa: E402

from reports.documents.docx import render  # noqa: E402
from reports.model import report_of  # noqa: E402

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def _text(document):
    return "".join(document.element.body.itertext(f"{W}t"))


def test_every_finding_has_quote_law_and_evidence(result):
    text = _text(docx.Document(io.BytesIO(render(report_of(result)))))
    for part in (
        "认证宣传核查报告",
        "涉嫌违反（要件有据）",
        "第五十五条第一款",
        "证据清单",
        "签署",
        result["pages"][0]["sha256"],
    ):
        assert part in text, part
    assert text.count("发现编号") == 5


def test_the_quote_is_marked(result):
    body = docx.Document(io.BytesIO(render(report_of(result)))).element.body
    marked = [
        "".join(run.itertext(f"{W}t")) for run in body.iter(f"{W}r") if run.find(f"{W}rPr/{W}highlight") is not None
    ]
    assert "公司现持有ISO9001质量管理体系认证证书（证书编号00024Q30117R0M）" in marked


def test_styles_used_exist_and_name_an_east_asian_typeface(result):
    document = docx.Document(io.BytesIO(render(report_of(result))))
    there = {style.style_id for style in document.styles}
    used = {node.get(f"{W}val") for tag in ("pStyle", "tblStyle") for node in document.element.body.iter(W + tag)}
    assert used <= there, used - there
    for name in ("Normal", "Title", "Heading 1", "TableText"):
        assert document.styles[name].element.rPr.rFonts.get(f"{W}eastAsia") in ("仿宋", "黑体")


@pytest.mark.parametrize("poison", ["<w:p>", "]]>&amp;", "\x00\x0b\ufffe", "\ud800", "\u202e反", "=cmd|x", "a\nb"])
def test_hostile_text_stays_text_and_the_file_opens(result, poison):
    result["pages"][0]["claims"][0]["quote"] = result["pages"][0]["findings"][0]["explanation"] = poison
    content = render(report_of(result))
    xml = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml")
    assert etree.fromstring(xml) is not None
    assert docx.Document(io.BytesIO(content)).paragraphs


def test_contents_and_page_numbers_are_fields(result):
    parts = zipfile.ZipFile(io.BytesIO(render(report_of(result))))
    assert parts.read("word/document.xml").decode().count("PAGEREF _Toc") > 2  # computed by Word and LibreOffice alike
    footers = "".join(parts.read(name).decode() for name in parts.namelist() if "footer" in name)
    assert "PAGE" in footers and "NUMPAGES" in footers
