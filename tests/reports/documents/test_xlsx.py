"""The XLSX: rows for everything, counts that lead to rows, nothing runs."""

import io
import zipfile

import pytest

pytest.importorskip("xlsxwriter")

from openpyxl import load_workbook

from reports.documents.xlsx import CELL_LIMIT, cell_text, render
from reports.model import report_of


def _book(result, **options):
    return load_workbook(io.BytesIO(render(report_of(result))), **options)


def test_each_finding_is_one_row_and_each_count_leads_to_rows(result):
    values, formulas = _book(result, data_only=True), _book(result)
    rows = list(values["发现"].iter_rows(min_row=2, values_only=True))
    assert len(rows) == 5
    for shown, counted in zip(
        values["企业"].iter_rows(min_row=2, values_only=True),
        formulas["企业"].iter_rows(min_row=2, values_only=True),
        strict=True,
    ):
        for column, outcome in ((3, "涉嫌违反（要件有据）"), (4, "线索（待核实）"), (5, "需人工判断")):
            assert shown[column] == sum(row[0] == shown[0] and row[2] == outcome for row in rows)
            assert counted[column].startswith("=COUNTIFS(")


@pytest.mark.parametrize(
    "poison", ["=1+1", '=HYPERLINK("http://x.example")', "@SUM(A1)", "http://x.example/", "\x00\ud800"]
)
def test_text_of_a_page_is_never_a_formula_or_a_link(result, poison):
    result["pages"][0]["claims"][0]["quote"] = poison
    content = render(report_of(result))
    book = load_workbook(io.BytesIO(content))
    assert not [c for row in book["发现"].iter_rows() for c in row if c.data_type == "f"]
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert not [name for name in names if "_rels/sheet" in name]


def test_text_longer_than_a_cell_is_cut_with_a_sign():
    cut = cell_text("长" * (CELL_LIMIT + 5))
    assert len(cut) == CELL_LIMIT and cut.endswith("…")
