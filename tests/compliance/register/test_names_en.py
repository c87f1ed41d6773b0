"""English names of holders: read, matched as a weak clue, never in place of another firm."""

from datetime import date
from pathlib import Path

import pytest

from compliance.checking.caps import caps
from compliance.records import CertificateRow, RegisterInfo
from compliance.register.imports import read_rows
from compliance.register.match import match
from compliance.register.memory import MemoryRows
from compliance.register.ports import Query
from compliance.register.sample_names import code_of_number
from compliance.register_open import StoredRows, import_register
from compliance.store.session import open_store

HEAD = "证书编号,获证组织名称,{},统一社会信用代码,曾用名,认证项目,发证日期,有效期至,证书状态"
FIRM = f'00024Q30001R0M,霁汀市晟曜机械有限公司,"Jiting Shengyao Machinery Co., Ltd.",{code_of_number(1)},霁汀市旧名机械有限公司,质量管理体系认证,2024-03-01,2027-02-28,有效'
ON = date(2026, 11, 1)


def register(tmp_path: Path, *lines: str, heading: str = "英文名称") -> Path:
    path = tmp_path / "r.csv"
    path.write_text("\n".join([HEAD.format(heading), *lines]) + "\n", encoding="utf-8")
    return path


def rows_of(path: Path) -> MemoryRows:
    rows = [r for r in read_rows(path, "登记", ON) if isinstance(r, CertificateRow)]
    return MemoryRows(rows, RegisterInfo("登记", ON, len(rows)))


@pytest.mark.parametrize("heading", ["英文名称", "企业英文名称", "获证组织名称（英文）", "Holder (English)", "name_en"])
def test_a_column_of_english_names_is_known_by_its_heading(tmp_path: Path, heading: str) -> None:
    (row,) = rows_of(register(tmp_path, FIRM, heading=heading)).all()
    assert row.holder == "霁汀市晟曜机械有限公司"
    assert row.names_en == ("Jiting Shengyao Machinery Co., Ltd.",)


@pytest.mark.parametrize(
    ("name", "score"),
    [
        ("Jiting Shengyao Machinery Co., Ltd.", 0.85),
        ("JITING SHENGYAO MACHINERY CO., LTD.", 0.85),
        ("Ｊｉｔｉｎｇ  Shengyao Machinery Co., Ltd.", 0.85),
        ("Jiting Shengyao Machinery Co.,Ltd", 0.8),
        ("Jiting Shengyao Machinery Company Limited", 0.8),
        ("Jiting Shengyao Machinery Limited", 0.8),
        ("Jiting Shengyao Machinery Inc.", 0.8),
    ],
)
def test_spellings_of_the_english_name_find_the_holder_as_a_clue(tmp_path: Path, name: str, score: float) -> None:
    found = match(Query(name=name, scheme="iso-9001", on=ON), rows_of(register(tmp_path, FIRM)))
    assert (found.row is not None, found.method, found.score) == (True, "name_en", score)
    assert any("英文名称" in line for line in found.searched)


@pytest.mark.parametrize(
    "name",
    [
        "Jiting Shengyue Machinery Co., Ltd.",
        "Jiting Shengyao Electric Co., Ltd.",
        "Jiting Shengyao Machinery",
        "Shengyao",
    ],
)
def test_another_or_a_short_english_name_is_no_match(tmp_path: Path, name: str) -> None:
    found = match(Query(name=name, on=ON), rows_of(register(tmp_path, FIRM)))
    assert found.row is None


def test_two_firms_of_one_english_name_are_both_shown_and_none_is_the_match(tmp_path: Path) -> None:
    twin = (
        FIRM.replace("00024Q30001R0M", "00024Q30002R0M")
        .replace("晟曜", "盛耀")
        .replace(code_of_number(1), code_of_number(2))
    )
    found = match(Query(name="Jiting Shengyao Machinery Co., Ltd.", on=ON), rows_of(register(tmp_path, FIRM, twin)))
    assert (found.row, found.several) == (None, True)
    assert {n.row.holder for n in found.near if n.score == 1.0} == {"霁汀市晟曜机械有限公司", "霁汀市盛耀机械有限公司"}


def test_the_code_or_the_number_makes_it_certain(tmp_path: Path) -> None:
    rows = rows_of(register(tmp_path, FIRM))
    by_code = match(Query(name="Jiting Shengyao Machinery Limited", uscc=code_of_number(1), on=ON), rows)
    by_number = match(Query(name="Jiting Shengyao Machinery Limited", number="00024Q30001R0M", on=ON), rows)
    assert (by_code.method, by_number.method) == ("uscc", "number")
    other = match(Query(name="Jiting Shengyao Machinery Co., Ltd.", uscc=code_of_number(2), on=ON), rows)
    assert other.row is None, "another code is another firm, whatever it is called in English"


def test_a_former_name_stays_a_former_name_and_a_chinese_one_in_the_column_is_left_out(tmp_path: Path) -> None:
    line = FIRM.replace('"Jiting Shengyao Machinery Co., Ltd."', "霁汀晟曜")
    (row,) = rows_of(register(tmp_path, line)).all()
    assert (row.former_names, row.names_en) == (("霁汀市旧名机械有限公司",), ())
    found = match(Query(name="霁汀市旧名机械有限公司", on=ON), rows_of(register(tmp_path, FIRM)))
    assert (found.method, found.score) == ("name", 0.95)


def test_a_foreign_holder_is_found_by_its_own_name_as_any_other(tmp_path: Path) -> None:
    line = FIRM.replace("霁汀市晟曜机械有限公司", "Example Pumps GmbH").replace(
        '"Jiting Shengyao Machinery Co., Ltd."', ""
    )
    found = match(Query(name="EXAMPLE PUMPS GMBH", on=ON), rows_of(register(tmp_path, line)))
    assert (found.method, found.score) == ("name", 1.0)


def test_the_store_keeps_english_names_and_finds_by_them(tmp_path: Path) -> None:
    with open_store(tmp_path / "c.db") as store:
        import_register(store, register(tmp_path, FIRM), "登记", ON)
        found = match(Query(name="Jiting Shengyao Machinery Limited", on=ON), StoredRows(store))
        assert found.row is not None and found.method == "name_en"
        assert found.row.names_en == ("Jiting Shengyao Machinery Co., Ltd.",)


def test_a_row_found_by_an_english_name_alone_never_carries_a_violation() -> None:
    assert caps()["english_name"].at_most.value == "suspected"
