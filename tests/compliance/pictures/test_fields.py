"""Fields of certificates from printed lines, without OCR: labels in two languages, wrong neighbours, several papers, low print."""

from dataclasses import replace
from datetime import date

import pytest

from compliance.pictures.certificate import certificate_in
from compliance.pictures.days import days_in
from compliance.pictures.records import Line

SIZE = (1000, 1414)
CHINESE = """
300 100 60 质量管理体系认证证书
340 200 24 证书编号：00025Q10001R0M
300 260 24 统一社会信用代码：91000000MA00000157
440 310 30 兹证明
260 370 40 示例云岭阀门有限公司
300 430 22 注册地址：示例市样例区1号 邮编：000000
380 480 28 质量管理体系符合
280 530 30 GB/T 19001-2016/IS0 9001:2015 标准要求
400 580 28 通过认证的范围为：
260 640 30 闸阀、球阀的设计
260 680 30 和制造
150 800 22 初次发证日期：2019年03月05日
150 840 22 发证日期：2025年03月05日
500 840 22 有效期至：2028年03月04日
150 880 22 换证日期：2025年09月01日
360 1200 28 示例云标认证有限公司
"""
ENGLISH = """
300 100 60 CERTIFICATE
300 200 24 This is to certify that
300 250 40 Cloudridge Example Valves Co.,
300 300 40 Ltd.
300 360 22 No. 1 Sample Road, Example District
300 420 24 has implemented a Quality Management System.
300 480 24 Scope:
300 520 24 Design and manufacture of gate valves
300 600 24 fulfills the requirements of the following standard:
300 660 34 1SO 9001:2015
300 760 24 Certificate registration no.
660 760 24 99990001 QM15
300 800 24 Date of revision
660 800 24 2025-06-01
300 840 24 Date of certification
660 840 24 2025-03-05
300 880 24 Valid until
660 880 24 2028-03-04
300 1000 30 Example Registrars Inc.
"""


def lines(text, scale=1.0):
    """`x y height words` a line."""
    out = []
    for row in text.strip().splitlines():
        x, y, high, words = row.split(" ", 3)
        wide = sum(int(high) if ord(sign) > 0x2E7F else int(high) // 2 for sign in words)
        box = tuple(round(int(v) * scale) for v in (x, y, wide, high))
        out.append(Line(words, box, 0.99, int(high) * scale))
    return out


def fields(text, **change):
    papers = certificate_in(lines(text), SIZE)
    assert papers.certificate is not None, papers
    return {name: value.value for name, value in papers.certificate.fields.items()} | change


def test_chinese():
    assert fields(CHINESE) == {
        "number": "00025Q10001R0M",
        "holder": "示例云岭阀门有限公司",
        "uscc": "91000000MA00000157",
        "standard": "GB/T 19001-2016/ISO 9001:2015",
        "scope": "闸阀、球阀的设计和制造",
        "body": "示例云标认证有限公司",
        "issued": "2025-03-05",
        "expires": "2028-03-04",
    }


def test_english():
    assert fields(ENGLISH) == {
        "number": "99990001QM15",
        "holder": "Cloudridge Example Valves Co., Ltd.",
        "standard": "ISO 9001:2015",
        "scope": "Design and manufacture of gate valves",
        "body": "Example Registrars Inc.",
        "issued": "2025-03-05",
        "expires": "2028-03-04",
    }


def test_iso_is_put_right_only_in_standards():
    certificate = certificate_in(lines(CHINESE.replace("00025Q10001R0M", "O0025Q10001R0M")), SIZE).certificate
    assert certificate.fields["standard"].text == "GB/T 19001-2016/ISO 9001:2015"
    assert certificate.fields["number"].text == "O0025Q10001R0M"


@pytest.mark.parametrize("gone", ["发证日期：2025年03月05日\n500", "有效期至：2028年03月04日"])
def test_a_date_needs_its_own_label(gone):
    """First certification and reissue stand close by: they never stand in for a missing date."""
    kept = CHINESE.replace(gone, "500" if "\n" in gone else "　")
    found = fields(kept)
    assert found.get("issued") in (None, "2025-03-05") and found.get("expires") in (None, "2028-03-04")
    assert len({"issued", "expires"} & found.keys()) == 1


def test_period_behind_its_label():
    text = CHINESE.replace("500 840 22 有效期至：2028年03月04日", "500 840 22 有效期：2025年03月05日至2028年03月04日")
    assert (fields(text)["issued"], fields(text)["expires"]) == ("2025-03-05", "2028-03-04")


def test_standards_of_bodies_and_systems_are_not_the_papers():
    text = CHINESE + "150 1300 20 中国认可 管理体系 ISO/IEC 17021 CNAS C000-M\n"
    assert fields(text)["standard"] == "GB/T 19001-2016/ISO 9001:2015"


def test_low_print_gives_no_digits():
    low = certificate_in(lines(CHINESE, 0.3), (300, 424)).certificate
    assert low is not None and not low.legible and not low.fields
    assert "需要宽约" in low.reason


def test_one_low_number_is_left_out():
    changed = [replace(li, height=8.0) if "00025Q" in li.text else li for li in lines(CHINESE)]
    certificate = certificate_in(changed, SIZE).certificate
    assert certificate.legible and "number" not in certificate.fields and "number" in certificate.reason


@pytest.mark.parametrize(
    "text",
    [
        "300 100 60 营业执照\n300 200 24 统一社会信用代码：91000000MA00000157\n300 260 24 名称 示例云岭阀门有限公司\n300 300 24 有效期至：2028年03月04日",
        "300 100 60 荣誉证书\n300 200 24 证书编号：AB-2025-001\n300 260 24 示例云岭阀门有限公司\n300 300 24 有效期三年",
        "300 100 60 BSCI Audit Summary Report\n300 200 24 Auditee\n500 200 24 Cloudridge Example Co., Ltd.\n300 240 24 Valid until: 2028-03-04",
        "300 100 60 检验报告\n300 200 24 报告编号：AB-2025-001\n300 260 24 依据标准 GB/T 19001-2016\n300 300 24 示例云岭阀门有限公司",
        "300 100 40 户外路灯\n300 200 24 通过ISO 9001认证的工厂",
    ],
)
def test_what_looks_like_a_certificate(text):
    papers = certificate_in(lines(text), SIZE)
    assert papers.certificate is None and papers.certificates == 0


def test_a_licence_beside_the_certificate_lends_it_nothing():
    licence = """
1300 110 60 安全生产许可证
1300 200 24 编号：JZ安许证字2025000001
1300 260 24 单位名称：示例别家建设有限公司
1300 320 24 有效期：2024年01月01日至2027年01月01日
"""
    papers = certificate_in(lines(CHINESE.strip() + licence), (2000, 1414))
    found = papers.certificate.fields
    assert papers.others == 1 and papers.certificate.hints
    assert (found["holder"].value, found["expires"].value) == ("示例云岭阀门有限公司", "2028-03-04")


def test_two_certificates_are_not_mixed():
    second = CHINESE.replace("00025Q10001R0M", "00025E10002R0M").replace("质量管理体系认证", "环境管理体系认证")
    moved = "\n".join(
        f"{int(row.split(' ', 1)[0]) + 1200} {row.split(' ', 1)[1]}" for row in second.strip().splitlines()
    )
    papers = certificate_in(lines(f"{CHINESE}{moved}"), (2200, 1414))
    assert papers.certificate is None and papers.certificates == 2


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("二〇二五年三月五日", date(2025, 3, 5)),
        ("二O二五年三月五日", date(2025, 3, 5)),
        ("二〇五年三月五日", None),  # a sign of the year is under the stamp
        ("2025-MARCH-05", date(2025, 3, 5)),
        ("05.03.2025", date(2025, 3, 5)),
        ("13/03/2025", date(2025, 3, 13)),
        ("2025年02月30日", None),
        ("2025年3月", None),
    ],
)
def test_days(text, day):
    assert [when for _, when in days_in(text)] == ([day] if day else [])


def test_a_day_that_means_two_days_has_no_value():
    assert days_in("03/04/2025") == [("03/04/2025", None)]


def test_a_label_of_several_words_is_no_value():
    table = """
300 100 60 CERTIFICATE OF CONFORMITY
100 180 22 Certificate No
100 210 28 FM141809
100 280 22 Holder of the certficate
100 310 34 Cloudridge Example Packaging Co., Ltd.
100 400 22 Standard
100 430 34 ISO 9001:2015
100 500 22 Scope of the certificate
100 530 28 Design and manufacture of gate valves
500 700 30 某某样例机构专有公司
"""
    found = fields(table)
    assert found["holder"] == "Cloudridge Example Packaging Co., Ltd."
    assert found["scope"] == "Design and manufacture of gate valves"


PAIRS = """
1000 60 50 管理体系认证证书
60 160 20 获证组织 / Certified organization
60 190 30 示例云岭阀门有限公司
60 230 22 Cloudridge Example Valves Co., Ltd.
900 160 20 认证范围 / Scope
900 190 28 闸阀、球阀的设计和制造
900 222 24 Design and manufacture of gate valves and ball valves
900 300 20 认证标准 / Standard
900 330 30 GB/T 19001-2016/ISO 9001:2015
60 300 20 证书编号 / Certificate No.
60 330 30 00025Q10001R0M
60 400 20 首次发证日期 / First issue
60 430 30 2019.03.05
500 400 20 本次发证日期 / Issue date
500 430 30 2025.03.05
900 400 20 证书有效期至 / Valid until
900 430 30 2028.03.04
"""


def test_labels_in_both_languages_over_their_values():
    found = fields(PAIRS)
    assert found["holder"] == "示例云岭阀门有限公司"
    assert found["scope"] == "闸阀、球阀的设计和制造"
    assert (found["issued"], found["expires"]) == ("2025-03-05", "2028-03-04")


def test_words_behind_a_label_are_no_part_of_a_chinese_name():
    assert fields(PAIRS.replace("Certified organization", "sample example"))["holder"] == "示例云岭阀门有限公司"


def test_a_misread_sign_before_a_label_leaves_it_one():
    assert fields(PAIRS.replace("证书有效期至", "让书有效期至"))["expires"] == "2028-03-04"


PRODUCT = """
300 100 60 产品认证证书
120 200 28 证书编号：2025000000000012
60 300 26 认证委托人
400 300 28 示例云岭电器有限公司
60 380 26 产品名称和型号
400 380 28 家用室内加热器
60 460 26 产品标准和技术要求
400 420 28 GB 4706.1-2005
400 460 28 型式试验
120 600 28 上述产品符合认证规则CNCA-C00-00:2014的要求
120 660 28 发证日期：2025年03月05日
500 660 28 有效期至：2028年03月04日
"""


def test_the_scope_ends_with_its_row_and_a_rule_is_no_standard():
    row = PRODUCT.replace("400 420 28", "60 420 26 产品标谁和\n400 420 28")  # the label of the next row misread
    assert fields(row)["scope"] == "家用室内加热器"
    assert fields(PRODUCT)["standard"] == "GB 4706.1-2005"
    assert fields(PRODUCT.replace("GB 4706.1-2005", "见附件"))["standard"] == "CNCA-C00-00:2014"


def test_what_stands_far_off_in_another_frame_is_no_value():
    far = CHINESE.replace("260 640 30 闸阀、球阀的设计\n", "400 640 30 闸阀、球阀的设\n1500 584 30 样例车间\n")
    assert fields(far)["scope"].startswith("闸阀、球阀的设")


def test_a_long_word_is_no_code():
    assert "uscc" not in fields(CHINESE.replace("91000000MA00000157", "UNLLEDSOCSALCREDITCO"))


def test_a_bodys_name_that_breaks_before_its_ending():
    column = ENGLISH.replace("300 1000 30 Example Registrars Inc.", "300 1000 30 Greyfell Assurance\n300 1036 30 Ltd.")
    assert fields(column)["body"] == "Greyfell Assurance Ltd."
