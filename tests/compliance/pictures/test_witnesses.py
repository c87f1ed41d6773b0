"""What confirms a field and what does not: height of print, grammar, check sign, QR code, term, the register's row."""

from dataclasses import replace
from datetime import date

import pytest

from compliance.pictures.certificate import certificate_in
from compliance.pictures.records import PictureReading, QrCode
from compliance.pictures.registered import PREFIX, misread, with_company, with_register
from compliance.pictures.witnesses import whole_term, witnessed
from compliance.records import CertificateRow, RegisterInfo
from compliance.register.lists import list_in_memory
from compliance.register.memory import MemoryRows
from tests.compliance.pictures.test_fields import CHINESE, SIZE, lines


def read(text=CHINESE, height=None, codes=(), again=None, confidence=0.99):
    printed = [replace(li, height=height or li.height, confidence=confidence) for li in lines(text)]
    certificate = certificate_in(printed, SIZE).certificate
    return witnessed(certificate.fields, certificate.found, codes, again)


def test_all_fit():
    found = read()
    assert {name for name, value in found.items() if value.confirmed} == {
        "number",
        "uscc",
        "standard",
        "issued",
        "expires",
    }


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (("00025Q10001R0M", "00025E10001R0M"), "number"),  # the letter of another system
        (("00025Q10001R0M", "00019Q10001R0M"), "number"),  # a year far from the issue date
        (("00025Q10001R0M", "00025Q10001ROM"), "number"),  # no grammar
        (("91000000MA00000157", "91000000MA00000158"), "uscc"),  # the check sign
        (("GB/T 19001-2016/IS0 9001:2015", "GB/T 19001-2013"), "standard"),
        (("2028年03月04日", "2028年05月04日"), "expires"),  # no whole years
        (("2028年03月04日", "2023年03月04日"), "expires"),  # before the issue date
    ],
)
def test_what_does_not_fit_is_not_confirmed(change, field):
    found = read(CHINESE.replace(*change))
    assert not found[field].confirmed and found[field].doubts


def test_a_failing_check_sign_is_not_repaired():
    found = read(CHINESE.replace("91000000MA00000157", "91000000MA00000158"))["uscc"]
    assert found.value == "91000000MA00000158" and "不作更正" in found.doubts[0]


@pytest.mark.parametrize(("height", "confirmed"), [(13.5, True), (12.0, False)])
def test_height_of_the_number(height, confirmed):
    assert read(height=height)["number"].confirmed is confirmed


def test_low_confidence_confirms_nothing():
    assert not any(value.confirmed for value in read(confidence=0.8).values())


def test_print_without_margin():
    """A second look can only speak against: agreement is no witness, another reading is a doubt."""
    assert read(again=lambda box: ["证书编号：00025Q10001R0M", "证书编号：00025Q18001R0M"])["number"].confirmed is False
    alone = read(CHINESE.replace("00025Q10001R0M", "AB/CN/0001"), again=lambda box: ["证书编号：AB/CN/0001"] * 3)
    assert not alone["number"].confirmed


def test_number_in_the_code():
    text = CHINESE.replace("00025Q10001R0M", "AB/CN/0001")
    same = QrCode("https://check.example/q?no=AB/CN/0001", (0, 0, 9, 9))
    other = QrCode("https://check.example/q?no=AB/CN/0007", (0, 0, 9, 9))
    longer = QrCode("https://check.example/q?no=AB/CN/00019", (0, 0, 9, 9))
    assert read(text, codes=(same,))["number"].confirmed
    assert not read(text, codes=(other,))["number"].confirmed
    assert not read(text, codes=(longer,))["number"].confirmed
    assert "二维码内的编号" in read(codes=(QrCode("x?no=00025Q10007R0M", (0, 0, 9, 9)),))["number"].doubts[0]


def test_two_last_days():
    text = CHINESE + "500 880 22 注册有效期至：2030年03月04日\n"
    found = read(text)["expires"]
    assert not found.confirmed and "两个不同" in found.doubts[0]


@pytest.mark.parametrize(
    ("begin", "end", "whole"),
    [
        (date(2025, 3, 5), date(2028, 3, 4), True),
        (date(2025, 3, 5), date(2028, 3, 5), True),
        (date(2003, 3, 5), date(2028, 3, 4), False),  # a misread year
        (date(2025, 3, 5), date(2028, 3, 14), False),
    ],
)
def test_whole_terms(begin, end, whole):
    assert whole_term(begin, end) is whole


def row(**change):
    plain = CertificateRow(
        "AB/CN/0001", "示例云岭阀门有限公司", "91000000MA00000157", "iso-9001", "GB/T 19001-2016", "闸阀", "示例云标认证有限公司", "000",
        date(2025, 3, 5), date(2028, 3, 4), "valid", None, None, "test", date(2026, 11, 1),
    )  # fmt: skip
    return replace(plain, **change)


def reading(text):
    return PictureReading("a.png", "0" * 64, "certificate", True, fields=read(text))


def registered(text, *rows):
    memory = MemoryRows(list(rows), RegisterInfo("test", date(2026, 11, 1), len(rows)))
    return with_register(reading(text), memory).fields


def test_the_registers_row():
    text = CHINESE.replace("00025Q10001R0M", "AB/CN/0001").replace("360 1200 28 示例云标认证有限公司", "")
    assert not reading(text).fields["number"].confirmed and "body" not in reading(text).fields
    found = registered(text, row())
    assert found["number"].confirmed and found["holder"].confirmed and found["issued"].confirmed
    assert found["body"].value == "示例云标认证有限公司"


def test_a_row_that_agrees_in_nothing_else_vouches_for_nothing():
    """A misread digit may turn the number into another firm's."""
    text = CHINESE.replace("00025Q10001R0M", "AB/CN/0001")
    other = row(holder="示例别家泵业有限公司", uscc=None, issued=date(2020, 1, 1), expires=date(2023, 1, 1))
    assert not registered(text, other)["number"].confirmed


def test_a_year_with_a_lost_sign_follows_from_the_term_and_confirms_nothing():
    found = read(CHINESE.replace("发证日期：2025年03月05日", "发证日期：二〇五年三月五日"))
    assert (found["issued"].text, found["issued"].value) == ("二〇五年三月五日", "2025-03-05")
    assert not found["issued"].confirmed and "按有效期推定" in found["issued"].doubts[0]
    assert not found["expires"].confirmed  # it may not be vouched for by what it supplied
    assert "issued" not in read(CHINESE.replace("发证日期：2025年03月05日", "发证日期：二〇五年四月五日"))


NAMED = "360 1200 28 示例云标认证有限公司"
LISTED = "示例云标认证有限公司,CNCA-R-2099-000,2020-01-01"


def by_list(tmp_path, text, *lines, rows=()):
    """Fields of a paper with an imported list of bodies beside the register."""
    path = tmp_path / "bodies.csv"
    path.write_text("\n".join(["机构名称,批准号,批准日期", *lines]), encoding="utf-8")
    bodies = list_in_memory(path, "bodies", "示例名录", date(2026, 11, 1), ())
    memory = MemoryRows(list(rows), RegisterInfo("", None, 0), (), [bodies])
    return with_register(reading(text), memory).fields["body"]


def test_the_numbers_first_three_digits_name_the_body(tmp_path):
    """The list confirms a name that is printed too; one that is not printed is a likely reading only."""
    printed = by_list(tmp_path, CHINESE, LISTED)
    assert printed.confirmed and printed.value == "示例云标认证有限公司" and printed.witnesses == (PREFIX,)
    absent = by_list(tmp_path, CHINESE.replace(NAMED, ""), LISTED)
    assert (absent.value, absent.confirmed, absent.text) == ("示例云标认证有限公司", False, "")
    misread = by_list(tmp_path, CHINESE.replace(NAMED, NAMED.replace("云标", "云際")), LISTED)
    assert (misread.value, misread.confirmed) == ("示例云标认证有限公司", False) and "云際" in misread.doubts[0]


def test_print_that_names_another_body_stands_and_is_doubted(tmp_path):
    other = by_list(tmp_path, CHINESE, "远山样例质量检验中心,CNCA-R-2099-000,2020-01-01")
    assert (other.value, other.confirmed) == ("示例云标认证有限公司", False)
    assert "远山样例质量检验中心" in other.doubts[-1]


def test_two_bodies_with_one_ending_name_nobody(tmp_path):
    both = by_list(tmp_path, CHINESE, LISTED, "远山样例认证有限公司,CNCA-R-2098-000,2020-01-01")
    assert both.value == "示例云标认证有限公司" and PREFIX not in both.witnesses
    none = by_list(tmp_path, CHINESE, "远山样例认证有限公司,CNCA-R-2099-999,2020-01-01")
    assert PREFIX not in none.witnesses


RARE = CHINESE.replace("示例云岭阀门有限公司", "示例云岺阀门有限公司")  # a rare sign read for a common one


def test_a_name_one_sign_off_is_the_registers_when_number_and_code_are():
    found = registered(RARE, row(number="00025Q10001R0M"))["holder"]
    assert found.confirmed and found.value == "示例云岭阀门有限公司" and found.text == "示例云岺阀门有限公司"
    assert "差一字" in found.witnesses[-1]


def test_without_the_code_a_name_one_sign_off_is_doubted():
    found = registered(RARE, row(number="00025Q10001R0M", uscc=None))["holder"]
    assert not found.confirmed and found.value == "示例云岺阀门有限公司" and "差一字" in found.doubts[-1]
    other = registered(RARE, row(number="00025Q10001R0M", holder="示例云顶泵业有限公司", uscc=None))["holder"]
    assert not other.confirmed and other.doubts == ()


def test_the_pages_company_one_sign_off_is_a_hint_of_misreading():
    near = with_company(reading(RARE), "示例云岭阀门有限公司")
    assert "差一字" in near.hints[-1] and near.fields["holder"].value == "示例云岺阀门有限公司"
    assert with_company(reading(RARE), "示例青山泵业有限公司") == reading(RARE)
    vouched = replace(near, fields={**near.fields, "holder": replace(near.fields["holder"], confirmed=True)}, hints=())
    assert with_company(vouched, "示例云岭阀门有限公司").hints == ()  # the register has such a firm: it is another


@pytest.mark.parametrize(("one", "other", "same"), [
    ("示例云岺阀门有限公司", "示例云岭阀门有限公司", True),
    ("示例云岭阀门有限公司", "示例云岭阀门有限公司", False),
    ("示例云峰泵门有限公司", "示例云岭阀门有限公司", False),
    ("甲乙公司", "甲丙公司", False),
    ("Example Pumps Ltd", "Example Bumps Ltd", False),
])  # fmt: skip
def test_one_sign_off(one, other, same):
    assert misread(one, other) is same
