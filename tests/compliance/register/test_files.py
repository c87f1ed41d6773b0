"""Shapes of register files: two lines of headings, Parquet, folders, hostile cells."""

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from compliance.records import CertificateRow
from compliance.register.columns import columns_of
from compliance.register.files import RegisterFileError
from compliance.register.imports import Reject, read_rows

FIRM = "霁汀市晟曜机械有限公司"


def rows_of(path: Path) -> tuple[list[CertificateRow], list[Reject]]:
    rows = list(read_rows(path, snapshot=date(2026, 11, 1)))
    return [r for r in rows if isinstance(r, CertificateRow)], [r for r in rows if isinstance(r, Reject)]


def workbook(path: Path, *lines: list[object], merged: tuple[str, ...] = ()) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    for line in lines:
        sheet.append(line)
    for area in merged:
        sheet.merge_cells(area)
    book.save(path)
    return path


def test_headings_in_two_lines_with_one_merged_over_both_ends_are_read(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "r.xlsx",
        ["某市获证企业清单"],
        ["证书编号", "认证项目", "获证组织名称", "证书状态", "有效期", None],
        [None, None, None, None, "起", "止"],
        ["00024Q30001R0M", "质量管理体系认证", FIRM, "有效", "2024/3/1", datetime(2027, 2, 28)],
        merged=("A1:F1", "E2:F2", "A2:A3", "B2:B3", "C2:C3", "D2:D3"),
    )
    rows, rejects = rows_of(path)
    assert not rejects
    assert (rows[0].holder, rows[0].issued, rows[0].expires) == (FIRM, date(2024, 3, 1), date(2027, 2, 28))


def test_a_group_of_headings_above_the_headings_is_a_title(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "r.xlsx",
        ["证书信息", None, "企业信息", None],
        ["证书编号", "认证项目", "获证组织名称", "证书状态"],
        ["00024Q30001R0M", "质量管理体系认证", FIRM, "有效"],
        merged=("A1:B1", "C1:D1"),
    )
    assert [r.number for r in rows_of(path)[0]] == ["00024Q30001R0M"]


def test_a_first_row_of_data_is_never_taken_for_headings(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(
        f"证书编号,获证组织名称,认证项目,备注\n00024Q30001R0M,{FIRM},质量管理体系认证,有效期\n", encoding="utf-8"
    )
    assert len(rows_of(path)[0]) == 1


def test_a_row_with_more_cells_than_headings_says_what_may_be_wrong(tmp_path: Path) -> None:
    path = workbook(tmp_path / "r.xlsx", ["证书编号", "获证组织名称", "认证项目"], ["1A", FIRM, "质量", "多出来的"])
    assert "no heading" in rows_of(path)[1][0].reason


def test_a_parquet_file_is_read_with_its_days_numbers_and_lists(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    import pyarrow.parquet as parquet

    table = arrow.table({
        "证书编号": [2025000101000001, 2025000101000002],
        "获证组织名称": [FIRM, None],
        "认证项目": ["强制性产品认证"] * 2,
        "发证日期": [date(2025, 1, 1), None],
        "有效期至": arrow.array([datetime(2027, 12, 31), None], arrow.timestamp("ms")),
        "曾用名": [["霁汀甲机械有限公司", "霁汀乙机械有限公司"], None],
    })  # fmt: skip
    parquet.write_table(table, tmp_path / "r.parquet")
    (row,), (reject,) = rows_of(tmp_path / "r.parquet")
    assert (row.number, row.issued, row.expires) == ("2025000101000001", date(2025, 1, 1), date(2027, 12, 31))
    assert row.former_names == ("霁汀甲机械有限公司", "霁汀乙机械有限公司")
    assert (reject.line, "holder" in reject.reason) == (2, True)


def test_a_broken_parquet_file_and_a_folder_are_said(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    (tmp_path / "r.parquet").write_bytes(b"PAR1 and nothing more")
    with pytest.raises(RegisterFileError, match="Parquet"):
        rows_of(tmp_path / "r.parquet")
    with pytest.raises(RegisterFileError, match="folder"):
        rows_of(tmp_path)


def test_a_file_without_headings_is_answered_with_those_it_must_have(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_bytes("甲\x1b[31m,乙\n1,2\n".encode())
    with pytest.raises(RegisterFileError, match="证书编号, 认证项目, 认证依据, 获证组织名称, 统一社会信用代码") as told:
        rows_of(tmp_path / "r.csv")
    assert "\x1b" not in str(told.value)


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Date of Issue", "issued"), ("IssueDate", "issued"), ("Name of Organization", "holder"), ("Expiration Date", "expires"),
        ("Scope of Certification", "scope"), ("CertificateNo", "number"), ("Name of the Certification Body", "body"),
        ("发证时间", "issued"), ("到期时间", "expires"), ("获证组织全称", "holder"), ("证书持有人", "holder"), ("省（市）", "province"),
        ("首次发证时间", "first_issued"), ("机构名称", "body"), ("撤销时间", "revoked_on"), ("序号", None), ("No.", None),
    ],
)  # fmt: skip
def test_a_heading_is_known_in_other_words_and_another_order(heading: str, field: str | None) -> None:
    assert next(iter(columns_of([heading]).at), None) == field
