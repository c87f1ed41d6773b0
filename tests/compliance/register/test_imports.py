"""Register files of every shape are read; a bad row is named and the good ones are in."""

import json
from datetime import date
from pathlib import Path

import pytest

from compliance.records import CertificateRow, StateInterval
from compliance.register.files import RegisterFileError
from compliance.register.imports import Reject, read_rows
from compliance.register.sample_names import code_of_number

HEAD = "证书编号,获证组织名称,统一社会信用代码,认证项目,发证日期,有效期至,证书状态"
GOOD = (
    f"00024Q30001R0M,霁汀市晟曜机械有限公司,{code_of_number(1)},质量管理体系认证（ISO9001）,2024-03-01,2027-02-28,有效"
)


def read(path: Path, text: str | bytes) -> tuple[list[CertificateRow], list[Reject]]:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    rows = list(read_rows(path, snapshot=date(2026, 11, 1)))
    return [r for r in rows if isinstance(r, CertificateRow)], [r for r in rows if isinstance(r, Reject)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_file_is_read_in_each_usual_encoding(tmp_path: Path, encoding: str) -> None:
    rows, rejects = read(tmp_path / "r.csv", f"{HEAD}\n{GOOD}\n".encode(encoding))
    assert not rejects
    assert (rows[0].holder, rows[0].scheme, rows[0].expires) == (
        "霁汀市晟曜机械有限公司",
        "iso-9001",
        date(2027, 2, 28),
    )


def test_lines_in_another_encoding_than_the_rest_are_set_right(tmp_path: Path) -> None:
    mixed = (
        f"{HEAD}\n{GOOD}\n".encode()
        + (GOOD.replace("30001", "30002") + "\n").encode("gb18030")
        + (GOOD.replace("30001", "30003") + "\n").encode()
    )
    rows, rejects = read(tmp_path / "r.csv", mixed)
    assert not rejects
    assert {r.holder for r in rows} == {"霁汀市晟曜机械有限公司"} and len(rows) == 3


def test_title_lines_above_the_headings_are_skipped(tmp_path: Path) -> None:
    rows, _ = read(tmp_path / "r.csv", f"某市认证信息,,,,,,\n导出日期,2026-11-01,,,,,\n{HEAD}\n{GOOD}\n")
    assert len(rows) == 1


def test_an_xlsx_file_with_a_merged_title_is_read(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["认证信息一览表"])
    sheet.merge_cells("A1:G1")
    sheet.append(HEAD.split(","))
    sheet.append([*GOOD.split(",")[:4], date(2024, 3, 1), 46446, "有效"])
    sheet.append([2025000101000001, "岚屿玥川电器有限公司", "", "强制性产品认证", "2025年1月1日", "长期", "有效"])
    path = tmp_path / "r.xlsx"
    book.save(path)
    rows = list(read_rows(path))
    good = [r for r in rows if isinstance(r, CertificateRow)]
    assert (good[0].issued, good[0].expires) == (date(2024, 3, 1), date(2027, 2, 28))
    assert good[1].expires is None
    assert any(isinstance(r, Reject) and r.kept and "spreadsheet" in r.reason for r in rows)


def test_json_lines_with_the_contracts_names_are_read(tmp_path: Path) -> None:
    record = {"number": "00024Q30001R0M", "holder": "霁汀市晟曜机械有限公司", "scheme": "iso-9001", "issued": "2024-03-01", "expires": "2027-02-28",
              "status": "suspended", "status_from": "2026-09-01", "source": "某市", "snapshot": "2026-10-01", "unheard_of": 1}  # fmt: skip
    rows, rejects = read(tmp_path / "r.jsonl", json.dumps(record, ensure_ascii=False) + "\n{broken\n")
    assert (rows[0].status, rows[0].status_from, rows[0].source, rows[0].snapshot) == (
        "suspended", date(2026, 9, 1), "某市", date(2026, 10, 1),
    )  # fmt: skip
    assert [r.line for r in rejects] == [2]


def test_english_headings_are_read(tmp_path: Path) -> None:
    rows, _ = read(
        tmp_path / "r.csv",
        "Certificate No,Organization,Standard,Issue Date,Expiry Date,Status\n00024Q1R0M,霁汀甲有限公司,ISO 9001:2015,2024/3/1,2027.2.28,Valid\n",
    )
    assert (rows[0].scheme, rows[0].status, rows[0].issued) == ("iso-9001", "valid", date(2024, 3, 1))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (GOOD.replace("2024-03-01", "2099-03-01"), "2099"),
        (GOOD.replace("2024-03-01", "1900-01-01"), "1900"),
        (GOOD.replace("2027-02-28", "2023-02-28"), "before it is issued"),
        (GOOD.replace("2024-03-01", "2024-02-30"), "no such day"),
        (GOOD.replace("2024-03-01", "去年"), "not a date"),
        (GOOD.replace("2024-03-01", "2026-12-15"), "after the day of the data"),
        (GOOD.replace("霁汀市晟曜机械有限公司", "").replace(code_of_number(1), ""), "no holder"),
        (
            GOOD.replace("00024Q30001R0M", "").replace("质量管理体系认证（ISO9001）", ""),
            "neither a number nor a scheme",
        ),
        (GOOD + ",多,出,来", "headings"),
    ],
)
def test_a_bad_row_is_refused_with_its_line_and_reason_and_the_rest_is_in(
    tmp_path: Path, line: str, reason: str
) -> None:
    rows, rejects = read(tmp_path / "r.csv", f"{HEAD}\n{line}\n{GOOD}\n")
    assert len(rows) == 1
    assert [(r.line, r.kept) for r in rejects] == [(2, False)]
    assert reason in rejects[0].reason


@pytest.mark.parametrize(
    ("line", "reason"),
    [(GOOD.replace("00024Q30001R0M", "2.025E+15"), "spreadsheet"), (GOOD.replace("有效", "冻结"), "not a known word"),
     (GOOD.replace(code_of_number(1), code_of_number(1)[:-1] + "!"), "check digit")],
)  # fmt: skip
def test_a_doubtful_cell_is_remarked_and_the_row_is_in(tmp_path: Path, line: str, reason: str) -> None:
    rows, rejects = read(tmp_path / "r.csv", f"{HEAD}\n{line}\n")
    assert len(rows) == 1
    assert rejects[0].kept and reason in rejects[0].reason


@pytest.mark.parametrize(
    ("cells", "state", "since"),
    [
        ("暂停（2026-09-01）", "suspended", date(2026, 9, 1)),
        ("已撤销", "revoked", None),
        ("注 销", "cancelled", None),
        ("过期失效", "expired", None),
        ("换发", None, None),
        ("", None, None),
    ],
)
def test_status_words_are_read_apart(tmp_path: Path, cells: str, state: str | None, since: date | None) -> None:
    rows, _ = read(tmp_path / "r.csv", f"{HEAD}\n{GOOD.replace('有效', cells)}\n")
    assert (rows[0].status, rows[0].status_from) == (state, since)


def test_columns_of_events_become_intervals(tmp_path: Path) -> None:
    rows, _ = read(tmp_path / "r.csv", f"{HEAD},暂停日期,恢复日期\n{GOOD},2025-01-10,2025-03-10\n")
    assert rows[0].history == (StateInterval("suspended", date(2025, 1, 10), date(2025, 3, 9)),)
    assert rows[0].status == "valid"


def test_both_ends_in_one_cell_are_split(tmp_path: Path) -> None:
    rows, _ = read(
        tmp_path / "r.csv",
        "证书编号,获证组织,认证项目,证书有效期,证书状态\n00024Q1R0M,霁汀甲有限公司,环境管理体系认证,2024-03-01至2027-02-28,有效\n",
    )
    assert (rows[0].issued, rows[0].expires) == (date(2024, 3, 1), date(2027, 2, 28))


def test_a_file_without_a_state_column_takes_states_from_the_dates(tmp_path: Path) -> None:
    text = "证书编号,获证组织,认证项目,有效期至\n00024Q1R0M,霁汀甲有限公司,环境管理体系认证,2027-02-28\n00021Q1R0M,霁汀甲有限公司,环境管理体系认证,2024-02-28\n"
    rows, _ = read(tmp_path / "r.csv", text)
    assert [r.status for r in rows] == ["valid", "expired"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [("r.csv", "甲,乙\n1,2\n", "headings"), ("r.csv", "", "empty"), ("r.csv", "证书编号,证书状态\n1,有效\n", "holder"), ("r.doc", "x", "can't be read"),
     ("r.xlsx", "not a zip", "XLSX"), ("r.csv", "PK\x03\x04", "not text"), ("r.json", "[1", "JSON")],
)  # fmt: skip
def test_a_file_that_is_no_register_says_what_is_wrong(tmp_path: Path, name: str, content: str, message: str) -> None:
    with pytest.raises(RegisterFileError, match=message):
        read(tmp_path / name, content)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(RegisterFileError, match="no such file"):
        list(read_rows(tmp_path / "none.csv"))
