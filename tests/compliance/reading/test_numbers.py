"""Numbers on pages: each grammar by its own examples, and what they do together."""

import pytest

from compliance.reading.grammar import FOLDER, NumberGrammar, grammar_of, load_grammars
from compliance.reading.numbers import find_numbers, near_numbers, normal_number, number_key
from rules.schemes import load_schemes

GRAMMARS = load_grammars().all


def of(grammar: NumberGrammar, text: str) -> list[str]:
    return [hit.form for hit in find_numbers(text) if hit.grammar == grammar.id]


@pytest.mark.parametrize("grammar", GRAMMARS, ids=lambda g: g.id)
def test_valid_examples_are_found(grammar: NumberGrammar) -> None:
    assert grammar.valid and grammar.invalid
    for text in grammar.valid:
        assert of(grammar, text) == ["known"], text


@pytest.mark.parametrize("grammar", GRAMMARS, ids=lambda g: g.id)
def test_invalid_examples_are_not(grammar: NumberGrammar) -> None:
    for text in grammar.invalid:
        assert "known" not in of(grammar, text), text


@pytest.mark.parametrize("grammar", [g for g in GRAMMARS if g.impossible], ids=lambda g: g.id)
def test_impossible_examples_are_told_as_such(grammar: NumberGrammar) -> None:
    for text in grammar.impossible:
        assert of(grammar, text) == ["impossible"], text


@pytest.mark.parametrize("grammar", GRAMMARS, ids=lambda g: g.id)
def test_a_number_stands_inside_a_sentence_with_its_offsets(grammar: NumberGrammar) -> None:
    for example in grammar.valid:
        (alone,) = [h for h in find_numbers(example) if h.grammar == grammar.id]
        text = f"见附件，{example}，特此说明。"
        (hit,) = [h for h in find_numbers(text) if h.grammar == grammar.id]
        assert text[hit.start : hit.end] == example[alone.start : alone.end]
        assert hit.value == alone.value


def test_the_schemes_of_the_grammars_exist() -> None:
    schemes = load_schemes()
    for grammar in GRAMMARS:
        for scheme in (*grammar.schemes, *(s for part in grammar.part_schemes.values() for s in part)):
            assert scheme in schemes, (grammar.id, scheme)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("证书编号：00025Q10001R0M", [("ms-cert", "00025Q10001R0M", ("iso-9001",))]),
        ("00025E10002R1S", [("ms-cert", "00025E10002R1S", ("iso-14001",))]),
        ("００025Ｑ10001Ｒ0Ｍ", [("ms-cert", "00025Q10001R0M", ("iso-9001",))]),
        ("00025q10001r0m–1", [("ms-cert", "00025Q10001R0M-1", ("iso-9001",))]),
        ("证书编号： 000 25 Q 10001 R0M 有效", [("ms-cert", "00025Q10001R0M", ("iso-9001",))]),
        ("2025 0009 0100 0001", [("ccc-cert", "2025000901000001", ("ccc",))]),
        ("IATF 16949:2016", [("iatf-standard", "IATF16949:2016", ("iatf-16949",))]),
        ("TS16949", [("iatf-standard", "TS16949", ("iso-ts-16949",))]),
        ("证书号 ABX/2025.77", [("labelled", "ABX/2025.77", ())]),
        ("证书编号：2022-01-27", [("labelled", "2022-01-27", ())]),
        ("Certificate No.: QAC-0000-17", [("labelled", "QAC-0000-17", ())]),
        ("证书编号：见附件", []),
        ("电话 0000-12345678", []),
        ("没有数字", []),
        ("2025年3月5日", []),
        ("GF202500250001", [("gr-hightech", "GF202500250001", ("high-tech",))]),
        ("绿色食品 GF202500250001", [("green-food-gf", "GF202500250001", ("green-food",))]),
        ("Copyright2025京ICP备00000000号-1", [("icp", "京ICP备00000000号-1", ("icp",))]),
    ],
)
def test_texts_and_their_numbers(text: str, found: list[tuple[str, str, tuple[str, ...]]]) -> None:
    assert [(h.grammar, h.value, h.schemes) for h in find_numbers(text)] == found


def test_letters_read_as_digits_are_told_and_not_repaired() -> None:
    (hit,) = find_numbers("编号 OOO25Q1OO01ROM")
    assert (hit.grammar, hit.value, hit.readings) == ("ms-cert", "OOO25Q1OO01ROM", ("00025Q10001R0M",))
    assert "read as digits" in (hit.note or "")


def test_a_persons_number_is_masked() -> None:
    (hit,) = find_numbers("身份证100000190001010002")
    assert (hit.kind, hit.value, hit.parts) == ("personal", "*" * 18, ())


def test_a_table_heading_counts_as_the_word_beside() -> None:
    assert find_numbers("250000000001") == ()
    (hit,) = find_numbers("250000000001", context="CMA证书")
    assert hit.grammar == "cma"


def test_a_cell_below_the_heading_of_numbers_is_one_whatever_its_form() -> None:
    assert find_numbers("AB/77-2025 X") == ()
    (hit,) = find_numbers("AB/77-2025", context="证书编号")
    assert (hit.form, hit.value) == ("unknown_form", "AB/77-2025")
    assert find_numbers("有效", context="证书编号") == ()
    assert find_numbers("2027-03-04", context="证书编号 有效期至") == ()
    (hit,) = find_numbers("00025Q10001R0M", context="证书编号")
    assert hit.grammar == "ms-cert"


def test_sixteen_digits_without_a_word_are_not_called_impossible() -> None:
    assert find_numbers("账号 6200000000000000") == ()


def test_parts_are_named() -> None:
    (hit,) = find_numbers("00024S00123R2L-3")
    assert (hit.part("body"), hit.part("year"), hit.part("field"), hit.part("sub")) == ("000", "24", "S", "3")
    assert hit.part("colour") is None


def test_hits_never_overlap() -> None:
    text = "GB/T 19001-2016/ISO 9001:2015 证书编号 00025Q10001R0M CNAS C000-M 91000000MA00000157 GF202500250001"
    hits = find_numbers(text)
    assert all(a.end <= b.start for a, b in zip(hits, hits[1:], strict=False))
    assert len(hits) == 6


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("证书编号： 00025ｑ10001 r0m–1 ", "00025Q10001R0M-1"),
        ("No.：00025Q10001R0M。", "00025Q10001R0M"),
        ("注册号:CNAS L0000", "CNASL0000"),
        ("", ""),
    ],
)
def test_normal_form(text: str, normal: str) -> None:
    assert normal_number(text) == normal


def test_near_numbers_hold_the_misprints_and_never_the_number() -> None:
    assert "00025Q10001R0M" in near_numbers("OO025Q1000IROM")
    assert "00025Q10001R0M-1" in near_numbers("00025Q10001R0M1")
    assert "00025Q10001R0M" in near_numbers("00025Q10001")
    for number in ("00025Q10001R0M", "00025Q10001", "XX-0"):
        assert number not in near_numbers(number)
    assert len(near_numbers("O1" * 40)) <= 48


def test_misprints_share_a_key() -> None:
    assert number_key("000-25Q1OO01R0M") == number_key("00025Q10001R0M")
    assert number_key("00025Q10001R0M") != number_key("00025Q10002R0M")


def test_an_unknown_field_of_a_grammar_is_refused() -> None:
    with pytest.raises(ValueError, match="colour"):
        grammar_of({"grammar": "x", "colour": "red"})


def test_all_files_are_loaded() -> None:
    assert len(GRAMMARS) >= 70
    assert {p.name for p in FOLDER.glob("*.yaml")} >= {"certificates.yaml", "labels.yaml"}
