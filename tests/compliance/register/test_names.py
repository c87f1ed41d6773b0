"""Spellings of one name fall together; names of two firms never do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.register.names import forms_of, normal_form, parent_of_branch

NAME = "霁汀市晟曜机械（集团）有限公司"


@pytest.mark.parametrize(
    "other",
    [
        "霁汀市晟曜机械(集团)有限公司",
        "霁汀市晟曜機械〔集團〕有限公司",
        " 霁汀市 晟曜机械（集团）有限公司　",
        "霁汀市晟曜机械【集团】有限公司",
        "霁汀市·晟曜机械（集团）有限公司",
    ],
)
def test_width_brackets_blanks_and_traditional_signs_make_no_difference(other: str) -> None:
    assert normal_form(other) == normal_form(NAME)


@pytest.mark.parametrize(
    "other",
    [
        "霁汀晟曜机械集团有限公司",
        "霁汀市晟曜机械（集团）有限责任公司",
        "云岭省霁汀市晟曜机械集团有限公司",
        "江苏霁汀市晟曜机械集团有限公司",
    ],
)
def test_legal_form_and_place_words_leave_the_key_alone(other: str) -> None:
    assert forms_of(other).key == forms_of(NAME).key


@pytest.mark.parametrize(
    "other",
    ["霁汀市盛曜机械（集团）有限公司", "霁汀市晟曜机械有限公司", "岚屿市晟曜机械（集团）有限公司", "晟曜机械（集团）有限公司", "霁汀市晟曜电器（集团）有限公司",
     "霁汀市晟曜机械厂", "晟曜（霁汀）机械（集团）有限公司"],
)  # fmt: skip
def test_another_sign_place_trade_or_group_word_is_another_key(other: str) -> None:
    assert forms_of(other).key != forms_of(NAME).key


def test_a_market_or_a_municipal_firm_keeps_its_sign_shi() -> None:
    assert forms_of("霁汀市场管理有限公司").key == "霁汀市场管理"
    assert forms_of("霁汀市政工程有限公司").key == "霁汀市政工程"


def test_the_legal_form_is_told_and_two_words_for_one_form_are_one() -> None:
    assert forms_of("霁汀晟曜机械有限责任公司").form == forms_of("霁汀晟曜机械有限公司").form == "有限公司"
    assert forms_of("霁汀晟曜机械股份有限公司").form == "股份有限公司"
    assert forms_of("霁汀晟曜机械").form == ""


def test_a_branch_names_its_parent() -> None:
    assert parent_of_branch(normal_form("霁汀晟曜机械有限公司岚屿分公司")) == "霁汀晟曜机械有限公司"
    assert parent_of_branch(normal_form("霁汀晟曜机械有限公司")) is None


def test_an_english_form_is_taken_off_too() -> None:
    assert forms_of("Cloudridge Machinery Co., Ltd.").key == forms_of("CLOUDRIDGE MACHINERY LIMITED").key


signs = st.text(alphabet="霁汀晟曜机械集团有限责任公司市省（）()·  ABＡ臺廣國-", min_size=1, max_size=20)


@given(signs)
def test_normalising_twice_changes_nothing(name: str) -> None:
    assert normal_form(normal_form(name)) == normal_form(name)


@given(signs)
def test_equal_normal_forms_have_equal_keys_and_a_key_is_never_empty(name: str) -> None:
    forms = forms_of(name)
    assert forms_of(forms.normal).key == forms.key
    assert forms.key or not forms.normal


@given(st.integers(0, 3), st.sampled_from("盛鑫欣铭明恒衡"))
def test_one_other_sign_in_the_brand_is_never_the_same_key(at: int, sign: str) -> None:
    brand = "晟曜澜钧"
    changed = brand[:at] + sign + brand[at + 1 :]
    assert forms_of(f"霁汀市{changed}机械有限公司").key != forms_of(f"霁汀市{brand}机械有限公司").key
