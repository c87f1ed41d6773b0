"""Names of persons and identity numbers in exports."""

import pytest

from reports.masking import mask, masked, names_in


@pytest.mark.parametrize(
    ("name", "shown"),
    [("张三", "张＊"), ("李四光", "李＊＊"), ("欧阳明", "欧阳＊"), ("A. Example", "A. ＊＊＊＊＊＊＊")],
)
def test_masks_keep_length_and_surname(name, shown):
    assert mask(name) == shown and len(shown) == len(name)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("审核员：张示范", {"张示范"}),
        ("审核组长李四，", {"李四"}),
        ("联系人 欧阳明", {"欧阳明"}),
        ("负责人高度重视质量", set()),
        ("总经理办公室", set()),
        ("法定代表人：赵示范有限公司", set()),
        ("联系人：000-0000000", set()),
    ],
)
def test_a_name_is_known_by_the_word_before_it(text, names):
    assert names_in(text) == names


def test_names_are_masked_everywhere_on_their_page_and_codes_stay(result):
    page = result["pages"][0]
    page["claims"][0]["context"] = "审核员：张示范。张示范说，证书有效。"
    page["findings"][0]["explanation"] = "张示范"
    page["company"]["uscc"] = "91000000MA0000001X"
    out = masked(result)["pages"][0]
    assert out["claims"][0]["context"] == "审核员：张＊＊。张＊＊说，证书有效。"
    assert out["findings"][0]["explanation"] == "张＊＊"
    assert out["company"]["uscc"] == "91000000MA0000001X" and out["sha256"] == page["sha256"]
    assert result["pages"][0]["findings"][0]["explanation"] == "张示范"


def test_identity_numbers_are_masked_and_certificate_numbers_are_not(result):
    page = result["pages"][0]
    page["claims"][0]["context"] = "身份证000000199001010007，证书00024Q30117R0M"
    assert (
        masked(result)["pages"][0]["claims"][0]["context"] == "身份证000000＊＊＊＊＊＊＊＊＊＊＊＊，证书00024Q30117R0M"
    )


def test_the_holder_of_a_personnel_claim_is_a_person(result):
    claim = result["pages"][0]["claims"][0]
    claim["subject"], claim["subject_text"], claim["context"] = "person", "张示范", "张示范持有证书"
    assert masked(result)["pages"][0]["claims"][0]["context"] == "张＊＊持有证书"
