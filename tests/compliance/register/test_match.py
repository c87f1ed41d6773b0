"""A match is certain or it is none: numbers and codes first, then the name; close names only as near."""

from dataclasses import replace
from datetime import date

import pytest

from compliance.records import CertificateRow, RegisterInfo
from compliance.register.match import match
from compliance.register.memory import MemoryRows
from compliance.register.ports import Query
from compliance.register.sample_names import code_of_number

CODE, OTHER_CODE = code_of_number(1), code_of_number(2)
ROW = CertificateRow(
    number="00024Q30001R0M", holder="霁汀市晟曜机械有限公司", uscc=CODE, scheme="iso-9001", standard=None, scope=None, body=None,
    body_code=None, issued=date(2024, 3, 1), expires=date(2027, 2, 28), status="valid", status_from=None, province=None,
    source="样例", snapshot=date(2026, 11, 1), former_names=("霁汀市曜晟机械有限公司",),
)  # fmt: skip
ENVIRONMENT = replace(ROW, number="00024E30001R0M", scheme="iso-14001", former_names=())
TWIN = replace(ROW, number="00025Q30002R0M", holder="霁汀市盛曜机械有限公司", uscc=OTHER_CODE, former_names=())
GROUP = replace(ROW, number="00025Q30003R0M", holder="岚屿恒瀚集团有限公司", uscc=None, former_names=())
ROWS = MemoryRows([ROW, ENVIRONMENT, TWIN, GROUP], RegisterInfo("样例", date(2026, 11, 1), 4, ("all",)))


def found(**asked: object) -> CertificateRow | None:
    return match(Query(**asked), ROWS).row  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name",
    ["霁汀市晟曜机械有限公司", "霁汀市晟曜机械有限责任公司", "霁汀晟曜机械有限公司", "霁汀市晟曜機械有限公司", "霁汀市 晟曜机械 有限公司", "霁汀市晟曜机械股份有限公司",
     "霁汀市曜晟机械有限公司", "云岭省霁汀市晟曜机械有限公司"],
)  # fmt: skip
def test_variants_and_former_names_find_the_firm(name: str) -> None:
    assert found(name=name, scheme="iso-9001") == ROW


@pytest.mark.parametrize(
    "name",
    ["霁汀市成曜机械有限公司", "岚屿市晟曜机械有限公司", "晟曜机械有限公司", "霁汀市晟曜机械集团有限公司", "霁汀市晟曜电器有限公司", "霁汀市晟曜机械有限公司岚屿分公司", "晟曜机械", "岚屿恒瀚有限公司",
     "晟曜（霁汀）机械有限公司", "霁汀市晟曜机械厂", "霁汀市晟曜机械"],
)  # fmt: skip
def test_names_of_other_firms_and_short_names_are_near_and_never_the_match(name: str) -> None:
    result = match(Query(name=name), ROWS)
    assert result.row is None
    assert result.near


def test_a_branch_shows_its_parent_as_near() -> None:
    result = match(Query(name="霁汀市晟曜机械有限公司岚屿分公司"), ROWS)
    assert result.near[0].row.holder == ROW.holder
    assert "分支机构" in result.near[0].why


@pytest.mark.parametrize("name", ["晟曜（霁汀）机械有限公司", "晟曜机械（霁汀市）有限公司"])
def test_a_place_elsewhere_in_the_name_is_the_nearest_and_never_the_match(name: str) -> None:
    result = match(Query(name=name), ROWS)
    assert result.row is None
    assert result.near[0].row.holder == ROW.holder and "地名" in result.near[0].why
    other = name.replace("市）", "）")
    turned = MemoryRows([replace(ROW, holder=other, former_names=()), TWIN], ROWS.info)
    back = match(Query(name=ROW.holder), turned)
    assert back.row is None and back.near[0].row.holder == other


def test_a_number_of_another_holder_is_found_with_a_lowered_score() -> None:
    result = match(Query(number=TWIN.number, name=ROW.holder, uscc=CODE), ROWS)
    assert (result.row, result.method) == (TWIN, "number")
    assert result.score < 0.9
    assert ROW in result.holder_rows
    assert any("不同" in line for line in result.searched)


def test_a_misprinted_number_is_near_and_the_name_decides() -> None:
    result = match(Query(number="O0024Q30001R0M", name=ROW.holder, scheme="iso-9001"), ROWS)
    assert (result.row, result.method) == (ROW, "name")
    assert result.near[0].row == ROW
    assert "编号相近" in result.near[0].why


def test_a_misprinted_number_alone_is_no_hit() -> None:
    assert found(number="00024Q30001ROM") is None


def test_the_code_leads_when_the_name_is_written_otherwise() -> None:
    result = match(Query(uscc=CODE, name="霁汀晟曜", scheme="iso-14001"), ROWS)
    assert (result.row, result.method, result.score) == (ENVIRONMENT, "uscc", 1.0)


def test_an_equal_name_with_another_code_is_another_firm() -> None:
    assert found(name=ROW.holder, uscc=code_of_number(3)) is None


def test_a_code_with_a_wrong_check_digit_is_a_typing_error_and_the_name_counts() -> None:
    wrong = CODE[:-1] + ("0" if CODE[-1] != "0" else "1")
    result = match(Query(name=ROW.holder, uscc=wrong, scheme="iso-9001"), ROWS)
    assert result.row == ROW
    assert any("笔误" in line for line in result.searched)


def test_a_holder_without_the_scheme_is_no_match_but_its_rows_are_shown() -> None:
    result = match(Query(name=ROW.holder, scheme="ccc"), ROWS)
    assert result.row is None
    assert set(result.holder_rows) == {ROW, ENVIRONMENT}


def test_two_firms_of_one_name_are_both_shown_and_none_is_the_match() -> None:
    homonym = replace(ROW, number="00025Q30009R0M", uscc=OTHER_CODE)
    result = match(Query(name=ROW.holder), MemoryRows([ROW, homonym], ROWS.info))
    assert result.row is None and result.several
    assert {n.row for n in result.near} >= {ROW, homonym}


def test_two_firms_of_one_key_leave_a_third_spelling_without_a_match() -> None:
    shares = replace(ROW, number="00025Q30009R0M", holder="霁汀晟曜机械有限公司", uscc=OTHER_CODE)
    result = match(
        Query(name="霁汀市晟曜机械股份有限公司"), MemoryRows([replace(ROW, former_names=()), shares], ROWS.info)
    )
    assert result.row is None and result.several


def test_a_twin_within_reach_lowers_the_score_and_is_the_runner_up() -> None:
    close = replace(TWIN, holder="霁汀市晟曜精密机械设备制造有限公司")
    far = replace(TWIN, holder="岚屿市玥川食品有限公司")
    long = replace(ROW, holder="霁汀市晟曜精密机械设备制造安装有限公司", former_names=())
    alone = match(Query(name=long.holder), MemoryRows([long, far], ROWS.info))
    beside = match(Query(name=long.holder), MemoryRows([long, close], ROWS.info))
    assert alone.score == 1.0
    assert beside.row == long and beside.score < alone.score
    assert beside.runner_up is not None and beside.runner_up >= 0.9


@pytest.mark.parametrize("twin", ["霁汀市盛曜机械有限公司", "霁汀市晟耀机械有限公司"])
def test_a_twin_one_sign_away_lowers_the_score_of_a_short_name_too(twin: str) -> None:
    rows = MemoryRows([ROW, replace(TWIN, holder=twin)], ROWS.info)
    assert match(Query(name=ROW.holder), rows).score == 0.9
    assert match(Query(name=ROW.holder, uscc=CODE), rows).score == 1.0  # the code says who it is
    beside = MemoryRows(
        [ROW, replace(TWIN, holder="霁汀市晟曜塑料有限公司")], ROWS.info
    )  # another trade: not taken for it
    assert match(Query(name=ROW.holder), beside).score == 1.0


def test_of_several_sheets_the_one_in_force_on_the_day_is_chosen() -> None:
    old = replace(ROW, number="00021Q30001R0M", issued=date(2021, 3, 1), expires=date(2024, 2, 29), status="expired")
    rows = MemoryRows([ROW, old], ROWS.info)
    assert match(Query(name=ROW.holder, on=date(2023, 1, 1)), rows).row == old
    assert match(Query(name=ROW.holder, on=date(2025, 1, 1)), rows).row == ROW
    assert match(Query(name=ROW.holder, on=date(2030, 1, 1)), rows).row == ROW


def test_the_maker_and_the_factory_of_a_product_find_its_row() -> None:
    product = replace(
        ROW, number="2025000101000001", scheme="ccc", manufacturer="岚屿玥川电器有限公司", former_names=()
    )
    assert (
        match(Query(name="岚屿玥川电器有限公司", scheme="ccc"), MemoryRows([product, GROUP], ROWS.info)).row == product
    )


def test_a_number_that_is_found_says_where_was_searched() -> None:
    assert any("样例" in line for line in match(Query(number=ROW.number), ROWS).searched)
