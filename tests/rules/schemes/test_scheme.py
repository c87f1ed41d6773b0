"""One scheme: its names, editions, marks that ended."""

import re
from datetime import date

import pytest

from rules.schemes import fold_name, load_schemes
from rules.schemes.scheme import Scheme

SCHEMES = load_schemes()


@pytest.mark.parametrize(
    ("scheme", "text", "edition"),
    [
        ("iso-9001", "ISO 9001:2008", "ISO 9001:2008"),
        ("iso-9001", "GB/T19001-2016 idt ISO9001:2015", "ISO 9001:2015"),
        ("iso-9001", "ISO9001-2000", "ISO 9001:2000"),
        ("iso-9001", "9001:2015", "ISO 9001:2015"),
        ("iso-9001", "ＩＳＯ９００１：２０１５", "ISO 9001:2015"),
        ("iso-9001", "ISO9001——2008", "ISO 9001:2008"),
        ("iso-9001", "ISO 9001 : 2015", "ISO 9001:2015"),
        ("iso-9001", "ISO9001:2000certified", "ISO 9001:2000"),
        ("iso-9001", "ISO9001（2008版）质量管理体系", "ISO 9001:2008"),
        ("iso-9001", "ISO9001质量管理体系认证（2015版）", "ISO 9001:2015"),
        ("iso-9001", "2015版ISO9001", "ISO 9001:2015"),
        ("iso-9001", "2015版《GB/T 19001》", None),
        ("iso-9001", "ISO 9001/2008", "ISO 9001:2008"),
        ("iso-9001", "ISO9001 2008", "ISO 9001:2008"),
        ("iso-9001", "GB/T19001-94", "ISO 9001:1994"),
        ("iso-9001", "通过ISO9002认证", "ISO 9001:1994"),
        ("iso-9001", "ISO9001:2026", "ISO 9001:2026"),
        ("iso-14001", "GB/T 24001-2004", "ISO 14001:2004"),
        ("iso-20000-1", "ISO/IEC 20000-1:2018", "ISO/IEC 20000-1:2018"),
        ("iso-20000-1", "ISO20000-1-2011", "ISO/IEC 20000-1:2011"),
        ("ohsas-18001", "GB/T28001-2011", "OHSAS 18001:2007"),
        ("iso-13485", "YY/T0287-2017", "ISO 13485:2016"),
        ("iso-13485", "GB/T 42061-2022", "ISO 13485:2016"),
        ("as-9100", "AS 9100D", "AS9100D"),
        ("fssc-22000", "FSSC22000 V5.1", "FSSC 22000 V5.1"),
        # no edition named
        ("iso-9001", "ISO9001", None),
        ("iso-9001", "ISO9001 2008年通过", None),
        ("iso-9001", "ISO9001/2008年", None),
        ("iso-9001", "ISO9001-14001", None),
        ("iso-9001", "ISO9001-14", None),
        ("iso-9001", "29001:2015", None),
        ("iso-9001", "90015:2015", None),
        ("iso-14001", "ISO14001:2008", None),
        ("ohsas-18001", "OHSAS18001", None),
        ("iso-9001", "", None),
    ],
)
def test_the_edition_a_text_names(scheme: str, text: str, edition: str | None) -> None:
    found = SCHEMES.get(scheme).edition_of(text)
    assert (found and found.name) == edition


def test_a_year_that_never_was_an_edition_is_seen_but_is_none() -> None:
    (mention,) = SCHEMES.get("iso-14001").edition_mentions("ISO14001:2008环境管理体系")
    assert (mention.year, mention.edition) == ("2008", None)


def test_of_two_editions_the_newer_counts() -> None:
    assert SCHEMES.get("iso-9001").edition_of("由ISO9001:2008换版为ISO9001:2015").name == "ISO 9001:2015"


def test_the_last_day_of_a_transition_is_still_inside() -> None:
    old = SCHEMES.get("iso-9001").edition_of("ISO9001:2008")
    assert not old.ended_by(date(2018, 9, 15))
    assert old.ended_by(date(2018, 9, 16))


def test_a_live_edition_in_transition_has_not_ended() -> None:
    for text in ("ISO9001:2015", "ISO9001:2026"):
        assert not SCHEMES.get("iso-9001").edition_of(text).ended_by(date(2026, 11, 24))


@pytest.mark.parametrize("scheme", ["ohsas-18001", "iso-ts-16949", "qs-9000"])
def test_a_scheme_whose_every_edition_ended_knows_its_last(scheme: str) -> None:
    last = SCHEMES.get(scheme).last_edition
    assert last is not None and last.ended_by(date(2026, 11, 24))
    assert SCHEMES.get(scheme).successors


def test_a_living_scheme_has_no_last_edition() -> None:
    assert SCHEMES.get("iso-9001").last_edition is None
    assert SCHEMES.get("drug-gmp").last_edition is None  # other GMPs live on


def test_marks_that_ended() -> None:
    assert SCHEMES.get("qs").mark_end == date(2018, 9, 30)
    assert SCHEMES.get("iso-9001").mark_end is None
    organic = SCHEMES.get("organic")
    assert organic.mark_end is None
    assert organic.mark_end_of("有机产品认证") is None
    assert organic.mark_end_of("有机转换产品").on == date(2014, 3, 31)
    famous = SCHEMES.get("famous-brand")
    assert famous.mark_end_of("国家免检产品").on == date(2008, 9, 18)
    assert famous.mark_end_of("中国驰名商标") is None


def test_an_uncertain_end_says_so() -> None:
    assert SCHEMES.get("famous-brand").mark_end_of("中国名牌产品").confidence == "medium"
    assert SCHEMES.get("gi-agri").mark_end_of("AGI标志").confidence == "low"
    assert SCHEMES.get("iso-14001").edition_of("ISO14001:2015").confidence == "medium"


def test_names_lead_to_the_scheme() -> None:
    assert [s.id for s in SCHEMES.by_alias("ＩＳＯ 9001")] == ["iso-9001"]
    assert [s.id for s in SCHEMES.by_alias("GB／T19001")] == ["iso-9001"]
    assert [s.id for s in SCHEMES.by_alias("质量管理体系认证")] == ["iso-9001"]
    assert [s.id for s in SCHEMES.by_alias("iso/iec 27001")] == ["iso-27001"]
    assert [s.id for s in SCHEMES.by_alias("ISO9000认证")] == ["iso-9000"]
    assert SCHEMES.by_alias("没有这样的认证") == ()


def test_standards_in_a_register_column_lead_to_schemes() -> None:
    found = SCHEMES.by_standard("GB/T 19001-2016/ISO 9001:2015；GB/T24001-2016、ISO/IEC27001:2022")
    assert [s.id for s in found] == ["iso-9001", "iso-14001", "iso-27001"]
    assert [s.id for s in SCHEMES.by_standard("GB/T19001-2016和GB/T50430-2017")] == ["iso-9001", "iso-9001-50430"]
    assert SCHEMES.by_standard("ISO 90011") == ()
    assert fold_name("gb-t 19001") == fold_name("GB/T19001")


@pytest.mark.parametrize("scheme", SCHEMES.all, ids=lambda s: s.id)
def test_each_edition_is_found_in_its_own_name(scheme: Scheme) -> None:
    for edition in scheme.editions:
        for written in (edition.name, edition.gb, *edition.written):
            if written:
                assert scheme.edition_of(f"公司通过{written}认证") == edition, written


def named_in(scheme: Scheme, phrase: str) -> bool:
    """A strong name of the scheme stands in the phrase, Latin letters and digits as whole words."""
    folded = fold_name(phrase)
    names = (*scheme.names_zh, *scheme.names_en, *scheme.aliases, *scheme.standards)
    return any(re.search(rf"(?<![a-z0-9]){re.escape(fold_name(n))}(?![a-z0-9])", folded) for n in names)


@pytest.mark.parametrize("scheme", SCHEMES.all, ids=lambda s: s.id)
def test_the_phrases_of_a_scheme_name_it_and_its_look_alikes_do_not(scheme: Scheme) -> None:
    assert scheme.examples.yes
    for phrase in scheme.examples.yes:
        assert named_in(scheme, phrase), phrase
    for phrase in scheme.examples.no:
        assert not named_in(scheme, phrase), phrase


def test_the_kinds_are_those_of_the_field() -> None:
    assert not SCHEMES.get("iso-26000").certifiable and SCHEMES.get("iso-26000").guidance_standard
    assert SCHEMES.get("rohs-eu").kind == "guidance_not_certifiable" and not SCHEMES.get("rohs-eu").guidance_standard
    assert SCHEMES.get("iso-20000-1").about == "management_system"
    assert SCHEMES.get("gbt-27922").about == "service"
    assert SCHEMES.get("generic-iso").family_word and SCHEMES.get("iso-9000").family_word
    assert SCHEMES.get("ce").origin == "foreign" and not SCHEMES.get("ce").in_register
    assert SCHEMES.get("ccc").in_register and not SCHEMES.get("gjb-9001").in_register
