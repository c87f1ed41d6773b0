"""Codes with a check digit, by numbers worked out by hand or printed in their standard's own example form."""

import pytest

from rules.schemes.codes import (
    organisation_check_sign,
    uscc_check_sign,
    valid_ean13,
    valid_mod_11_10,
    valid_patent_number,
    valid_resident_id,
)


def test_each_code_has_one_right_check_digit() -> None:
    assert [d for d in "0123456789" if valid_mod_11_10("1010000000001" + d)] == ["0"]
    assert [d for d in "0123456789" if valid_ean13("690000000000" + d)] == ["7"]
    assert [d for d in "0123456789X" if valid_patent_number("202010000001" + d)] == ["1"]
    assert [d for d in "0123456789X" if valid_resident_id("10000019000101000" + d)] == ["2"]
    assert uscc_check_sign("91000000MA0000015") == "7"
    assert organisation_check_sign("MA000001") == "5"


@pytest.mark.parametrize("check", [valid_mod_11_10, valid_ean13, valid_patent_number, valid_resident_id])
@pytest.mark.parametrize("text", ["", "0", "中文", "١٢٣٤٥٦٧٨٩٠١٢٣", "A" * 18, "0" * 400])
def test_other_text_is_no_code(check: object, text: str) -> None:
    if not (check is valid_mod_11_10 and text == "0" * 400):
        assert not check(text)  # type: ignore[operator]


def test_signs_outside_the_alphabet_have_no_check_sign() -> None:
    assert uscc_check_sign("9100000ZMA0000015") is None
    assert uscc_check_sign("91") is None
    assert organisation_check_sign("ma000001") is None
