"""Provisions and penalties in words."""

import pytest

from reports.law import (
    article_text,
    charges_shown,
    chinese_number,
    fine_text,
    money,
    multiple,
    penalty_shown,
    provision_shown,
)

PROVISION = {
    "law": "cn-example",
    "key": "k",
    "version": "2022",
    "doc_no": "示例令第1号",
    "title_zh": "示例办法",
    "article": "25",
    "paragraph": 1,
    "item": None,
    "gist": "示例要旨",
    "confidence": "inferred",
}
PENALTY = PROVISION | {
    "order_to_correct": True,
    "only_if_not_corrected": True,
    "fine": {"basis": "yuan", "max": 20000},
    "fine_cases": [],
    "confiscation": False,
    "licence_revocation": "no",
    "persons": None,
}


@pytest.mark.parametrize(
    ("fine", "text"),
    [
        ({"basis": "yuan", "fixed": 30000}, "3万元（固定金额，不是“以下”）"),
        ({"basis": "yuan", "max": 30000}, "3万元以下（只有上限）"),
        ({"basis": "yuan", "min": 200000, "max": 1000000}, "20万元以上100万元以下"),
        ({"basis": "goods_value", "multiple_max": 1}, "货值金额的1倍以下（只有上限）"),
        ({"basis": "advertising_cost", "multiple_min": 3, "multiple_max": 5}, "广告费用的3倍以上5倍以下"),
        ({"basis": "award_amount", "multiple_min": 0.005, "multiple_max": 0.01}, "中标项目金额的5‰以上1%以下"),
        ({"basis": "goods_value", "multiple_min": 2, "multiple_max": 2}, "货值金额的2倍（固定倍数）"),
        ({"basis": "yuan", "min": 5000}, "5,000元以上"),
        ({"basis": "yuan"}, "罚款：条文资料未写金额"),
    ],
)
def test_a_fixed_sum_an_upper_limit_and_a_range_are_told_apart(fine, text):
    assert fine_text(fine) == text


@pytest.mark.parametrize(
    ("yuan", "text"),
    [(30000, "3万元"), (15000, "1.5万元"), (5000, "5,000元"), (12345, "12,345元"), (200000000, "2亿元"), (0, "0元")],
)
def test_money_is_written_as_laws_write_it(yuan, text):
    assert money(yuan) == text


def test_small_multiples_are_per_cent_and_per_mille():
    assert [multiple(n) for n in (3, 1.5, 0.05, 0.005)] == ["3倍", "1.5倍", "5%", "5‰"]


@pytest.mark.parametrize(
    ("number", "text"), [(0, "零"), (9, "九"), (10, "十"), (12, "十二"), (20, "二十"), (25, "二十五"), (101, "一百零一"), (115, "一百一十五"), (200, "二百")]
)  # fmt: skip
def test_article_numbers_in_chinese(number, text):
    assert chinese_number(number) == text


def test_an_article_is_written_with_paragraph_and_item():
    assert article_text("25", 1, "3", chinese_number) == "第二十五条第一款第（三）项"
    assert article_text("6", None, "2,8,9", chinese_number) == "第六条第（二）（八）（九）项"
    assert article_text("9", None, "（二）", chinese_number) == "第九条第（二）项"
    assert article_text("25", 1, None, str) == "第25条第1款"


def test_an_unknown_article_number_is_said_and_never_filled_in():
    assert "条号未见" in provision_shown(PROVISION | {"article": None}, True).article


def test_a_fine_only_after_failure_to_correct_is_said_plainly():
    shown = penalty_shown(PENALTY, True)
    assert shown.condition and "只有逾期不改正" in shown.condition
    assert shown.measures[0] == "责令限期改正"
    assert penalty_shown(PENALTY | {"only_if_not_corrected": False}, True).condition is None


def test_inferred_provisions_say_that_the_text_must_be_checked():
    assert provision_shown(PROVISION, True).confidence_zh == "推定，引用前须核原文"


def test_an_alternative_names_the_fact_that_decides():
    assert provision_shown(PROVISION | {"when": "实物上确有标志"}, False).when == "取决于：实物上确有标志"


def test_a_referring_provision_has_no_fine_of_its_own_and_says_where_to():
    lines = penalty_shown(PENALTY | {"fine": None, "refers_to": ["cn-other#k"]}, False).measures
    assert any("cn-other#k" in line for line in lines) and not any("未规定罚款" in line for line in lines)


def test_cases_confiscation_revocation_and_missing_figures_are_listed():
    lines = penalty_shown(
        PENALTY
        | {
            "fine_cases": [{"when": "情节严重", "basis": "yuan", "min": 1000000, "max": 2000000}],
            "confiscation": True,
            "confiscation_of": "相关产品",
            "licence_revocation": "if_serious",
            "persons": {"basis": "yuan", "max": 5000},
            "warning": True,
            "missing": ["goods_value"],
        },
        True,
    ).measures
    text = "\n".join(lines)
    for part in (
        "情节严重：100万元以上200万元以下",
        "没收相关产品",
        "可吊销",
        "责任人员：5,000元以下",
        "警告",
        "货值金额",
    ):
        assert part in text


def test_a_referring_provision_names_the_one_it_refers_to_by_its_title():
    other = PENALTY | {"law": "cn-other", "key": "k2", "title_zh": "另一办法", "article": "53", "paragraph": None}
    _, (_, shown) = charges_shown([], [other, PENALTY | {"fine": None, "refers_to": ["cn-other#k2"]}])
    assert any("《另一办法》第五十三条" in line for line in shown.measures)


def test_what_the_order_already_says_is_not_said_twice():
    lines = penalty_shown(PENALTY | {"other": "责令改正"}, True).measures
    assert sum("责令" in line for line in lines) == 1
