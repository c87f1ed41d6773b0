"""Each figure of a printed document is found again in the JSON of the same report: numbers, days, amounts, hashes, certificate numbers."""

import io
import json
import re

import pytest

from reports.documents import rendered
from reports.documents.needs import NotInstalled
from reports.model import report_of
from reports.overview import overview_sections

RUN = re.compile(r"\d+(?:[,，]\d{3})*(?:\.\d+)?")
HIDDEN = "\u200b\u00ad"  # where a long run of letters may break


def words_of_pdf(content: bytes) -> str:
    from pypdf import PdfReader

    pages = []
    for page in PdfReader(io.BytesIO(content)).pages:
        text = page.extract_text()
        text = re.sub(r"\d+ / \d+\s*$", "", text)  # the page's own number
        pages.append(re.sub(r"(?:\s?\.){4,}\s*\d+", "", text))  # page numbers in the contents
    return "\n".join(pages).translate(dict.fromkeys(map(ord, HIDDEN)))


def words_of_docx(content: bytes) -> str:
    docx = pytest.importorskip("docx")
    document = docx.Document(io.BytesIO(content))
    return "\n".join(node.text or "" for node in document.element.body.iter() if node.tag.endswith("}t"))


@pytest.mark.parametrize(("form", "read"), [("pdf", words_of_pdf), ("docx", words_of_docx)])
def test_each_figure_of_the_document_is_in_the_json(result, form, read):
    report = report_of(result, made_at="2026-11-28 10:00", sections=overview_sections(result))
    try:
        text = read(rendered(report, form))
    except NotInstalled as missing:
        pytest.skip(str(missing))
    whole = json.loads(rendered(report, "json"))
    told = json.dumps(whole, ensure_ascii=False) + json.dumps(_counted(whole))
    joined = re.sub(r"\s+", "", text)  # a line may end within a number
    missing = [run for run in RUN.findall(text) if len(run) > 2 and run not in told]
    broken = [run for run in missing if not _part_of(run, joined, told)]
    assert broken == []
    assert len(RUN.findall(text)) > 100


def _counted(whole):
    """Numbers that a document writes and the JSON holds as the length of a list."""
    return [len(c["findings"]) for c in whole["companies"]] + [len(whole["companies"]), len(whole["clean"])]


def _part_of(run: str, joined: str, told: str) -> bool:
    """The number goes on in the next line: the whole of it must be in the JSON."""
    return any(
        hit.group() in told for hit in re.finditer(rf"[0-9A-Za-z,.\-:]*{re.escape(run)}[0-9A-Za-z,.\-:]*", joined)
    )


def test_a_figure_that_is_not_in_the_json_would_be_seen(result):
    whole = rendered(report_of(result), "json").decode()
    assert "987654321" not in whole and RUN.findall("共987654321项") == ["987654321"]
