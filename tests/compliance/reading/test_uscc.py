"""统一社会信用代码: arithmetic and finding."""

import pytest

from compliance.reading.uscc import find_usccs, make_uscc, organisation_code_of, valid_organisation_code, valid_uscc


@pytest.mark.parametrize("code", ["91000000MA00000157", "91000000MA00000K0A", "120000004000000180"])
def test_codes_with_the_right_check_sign_hold(code: str) -> None:
    assert valid_uscc(code)


@pytest.mark.parametrize(
    "code",
    [
        "91000000MA00000150",
        "91000000MA0000015",
        "91000000IA00000157",
        "91000000MA000001570",
        "",
        "91000000ma00000157",
        "９1000000MA00000157",
    ],
)
def test_other_codes_do_not(code: str) -> None:
    assert not valid_uscc(code)


def test_any_single_wrong_sign_is_noticed() -> None:
    code = make_uscc(4711)
    for place in range(18):
        for sign in "0123456789":
            if sign != code[place]:
                assert not valid_uscc(code[:place] + sign + code[place + 1 :])


def test_made_codes_hold_are_invented_and_differ() -> None:
    codes = [make_uscc(seed) for seed in range(300)]
    assert all(valid_uscc(code) and code.startswith("91000000MA") for code in codes)
    assert all(valid_organisation_code(organisation_code_of(code)) for code in codes)
    assert len(set(codes)) == 300
    assert make_uscc(7) == make_uscc(7)


def test_a_made_code_may_have_another_area_and_department() -> None:
    assert make_uscc(1, area="000001", department="92").startswith("92000001MA")
    assert valid_uscc(make_uscc(1, area="000001", department="92"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("统一社会信用代码：91000000MA00000157。", [("91000000MA00000157", True)]),
        ("代码９１００００００ＭＡ００００0157", [("91000000MA00000157", True)]),
        ("91000000ma00000157", [("91000000MA00000157", True)]),
        ("9100 0000 MA00 0001 57", [("91000000MA00000157", True)]),
        ("9100 0000 MA00 0001 58", []),
        ("91000000MA00000150", [("91000000MA00000150", False)]),
        ("X91000000MA00000157", []),
        ("91000000MA000001570", []),
        ("没有代码", []),
    ],
)
def test_codes_are_found_in_text(text: str, found: list[tuple[str, bool]]) -> None:
    assert [(hit.code, hit.valid) for hit in find_usccs(text)] == found


def test_offsets_are_those_of_the_text() -> None:
    text = "版权所有 91000000ma00000157 某公司"
    (hit,) = find_usccs(text)
    assert text[hit.start : hit.end] == "91000000ma00000157"


def test_an_old_organisation_code_holds_with_and_without_hyphen() -> None:
    assert valid_organisation_code("MA000001-5") and valid_organisation_code("MA0000015")
    assert not valid_organisation_code("MA000001-6") and not valid_organisation_code("MA00001-5")
