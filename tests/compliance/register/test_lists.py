"""List files of every kind: headings, dirty dates, refused rows, look-ups. All names and codes are invented."""

from datetime import date
from pathlib import Path

import pytest

from compliance.register.cleaning import Reject
from compliance.register.columns import columns_of
from compliance.register.files import RegisterFileError
from compliance.register.listed import ListEntry, field_covers
from compliance.register.lists import list_in_memory, list_kinds, read_list

DAY = date(2026, 11, 20)


def write(folder: Path, *lines: str, encoding: str = "utf-8", name: str = "list.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def entries(path: Path, kind: str) -> list[ListEntry]:
    return [r for r in read_list(path, kind, "示例", DAY) if isinstance(r, ListEntry)]


def rejects(path: Path, kind: str) -> list[Reject]:
    return [r for r in read_list(path, kind, "示例", DAY) if isinstance(r, Reject)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_bodies_are_read_with_title_lines_full_width_codes_and_any_date(tmp_path: Path, encoding: str) -> None:
    path = write(
        tmp_path, "某地认证机构名录,,,,,", "机构名称,批准号,批准领域,批准日期,有效期至,状态",
        "示例认证中心有限公司,ＣＮＣＡ－Ｒ－2016－000,质量管理体系、环境管理体系,2016年3月1日,2028/2/29,有效",
        "云岭示例认证有限公司,CNCA-R-2018-000,产品认证,43160,长期,已批准", encoding=encoding,
    )  # fmt: skip
    first, second = entries(path, "bodies")
    assert first.get("code") == "CNCA-R-2016-000"
    assert (first.starts, first.ends, first.state) == (date(2016, 3, 1), date(2028, 2, 29), "valid")
    assert (second.starts, second.ends, second.state) == (date(2018, 3, 1), None, "valid")
    assert (first.source, first.snapshot, first.line) == ("示例", DAY, 3)


@pytest.mark.parametrize(
    ("kind", "headings", "line"),
    [
        ("gi_users", "product,company,uscc,notice,date", "云屿雪梨,云屿果业有限公司,,000,2020-05-01"),
        ("abnormal", "企业名称,代码,列入日期,移出日期,原因", "云屿果业有限公司,,2020.5.1,2021-01-02,地址失联"),
        ("abnormal", "company,code,listed_on,removed_on,reason", "云屿果业有限公司,,20200501,2021-01-02,moved"),
        ("ccc_catalogue", "类别代码,产品名称,适用范围,起始日,终止日,自我声明", "0000,电风扇,家用,2020-05-01,,是"),
        ("recalls", "产品,企业,型号,日期", "电风扇,云屿电器有限公司,X-000,2020/5/1"),
    ],
)
def test_each_kind_is_read_in_chinese_and_english(tmp_path: Path, kind: str, headings: str, line: str) -> None:
    (one,) = entries(write(tmp_path, headings, line), kind)
    assert one.starts == date(2020, 5, 1)
    assert one.kind == kind


def test_every_field_of_every_kind_is_found_by_its_own_name(tmp_path: Path) -> None:
    from compliance.register.words import words

    for kind in list_kinds():
        fields = words("lists")["kinds"][kind]["fields"]
        for field, headings in fields.items():
            for heading in headings:
                assert field in columns_of([heading], kind).at, f"{kind}: {heading} fills another field"


def test_bad_rows_are_refused_with_line_and_reason_and_the_rest_is_read(tmp_path: Path) -> None:
    path = write(
        tmp_path, "机构名称,批准号,批准日期,有效期至,统一社会信用代码", "甲认证有限公司,CNCA-R-2016-000,2016-13-01,2028-01-01,",
        "乙认证有限公司,CNCA-R-2016-00,2028-01-01,2016-01-01,", ",CNCA-R-2017-000,2016-01-01,2028-01-01,", ",,,,",
        "丙认证有限公司,CNCA-R-2018-000,2016-01-01,2028-01-01,91000000MA00000150", "丁认证有限公司,CNCA-R-2019-000,2016-01-01,2028-01-01,,多,余",
    )  # fmt: skip
    refused = {r.line: r.reason for r in rejects(path, "bodies") if not r.kept}
    assert set(refused) == {2, 3, 4, 7}
    assert (
        "2016-13-01" in refused[2] and "before" in refused[3] and "no name" in refused[4] and "separator" in refused[7]
    )
    (kept,) = (r for r in rejects(path, "bodies") if r.kept)
    assert kept.line == 6 and "check digit" in kept.reason
    assert [e.get("name") for e in entries(path, "bodies")] == ["丙认证有限公司"]


def test_jsonl_and_xlsx_give_the_same_rows_as_csv(tmp_path: Path) -> None:
    import openpyxl

    headings, cells = ["产品名称", "企业名称", "公告号", "日期"], ["云屿雪梨", "云屿果业有限公司", "000", "2020-05-01"]
    book = openpyxl.Workbook()
    book.active.append(["地理标志用标企业"])
    book.active.append(headings)
    book.active.append(cells)
    book.save(tmp_path / "gi.xlsx")
    jsonl = write(
        tmp_path,
        '{"产品名称": "云屿雪梨", "企业名称": "云屿果业有限公司", "公告号": "000", "日期": "2020-05-01"}',
        name="gi.jsonl",
    )
    csv = write(tmp_path, ",".join(headings), ",".join(cells), name="gi.csv")
    read = [[e.values for e in entries(p, "gi_users")] for p in (tmp_path / "gi.xlsx", jsonl, csv)]
    assert read[0] == read[1] == read[2] and len(read[0]) == 1


def test_the_wrong_kind_of_file_is_named_with_the_headings_it_needs(tmp_path: Path) -> None:
    path = write(tmp_path, "产品,企业,型号,日期", "电风扇,云屿电器有限公司,X-000,2020/5/1")
    with pytest.raises(RegisterFileError, match="机构名称"):
        entries(path, "bodies")


def test_a_row_says_its_own_source_and_day(tmp_path: Path) -> None:
    (one,) = entries(
        write(tmp_path, "产品名称,企业名称,来源,数据日期", "云屿雪梨,云屿果业有限公司,示例公告,2026-01-05"), "gi_users"
    )
    assert (one.source, one.snapshot) == ("示例公告", date(2026, 1, 5))


def test_bodies_are_found_by_number_short_name_and_former_name_but_not_when_two_fit(tmp_path: Path) -> None:
    path = write(
        tmp_path, "机构名称,批准号,简称,曾用名", "示例甲认证有限公司,CNCA-R-2016-000,SJRZ,示例旧认证有限公司", "示例乙认证有限公司,CNCA-R-2017-000,,"
    )  # fmt: skip
    listed = list_in_memory(path, "bodies", "示例", DAY)
    assert listed.body("cnca-r-2016-000").how == "code"
    assert listed.body("sjrz").entries[0].get("name") == "示例甲认证有限公司"
    assert listed.body("示例旧认证有限公司").entries[0].get("name") == "示例甲认证有限公司"
    assert listed.body("示例乙认证").entries[0].get("name") == "示例乙认证有限公司"
    assert listed.body("示例").several
    assert listed.body("示例丙认证有限公司").entries == ()


def test_a_field_is_read_alone_in_brackets_and_as_a_whole_category() -> None:
    assert field_covers(["环境管理体系认证；质量管理体系（QMS）"], "iso-9001", "management_system") is True
    assert field_covers(["产品认证"], "ccc", "product") is True
    assert field_covers(["环境管理体系"], "iso-9001", "management_system") is False
    assert field_covers(["环境管理体系、别的"], "iso-9001", "management_system") is None
    assert field_covers(["环境管理体系"], "iso-56001", "management_system") is None, "a scheme in no group"
    assert field_covers([], "iso-9001", "management_system") is None
