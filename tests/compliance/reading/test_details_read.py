"""Details and cues of single sentences."""

from datetime import date

import pytest

from compliance.reading.claims import claims_of
from compliance.records import Block, Claim, Locator, PageContext


def all_of(text: str) -> list[Claim]:
    return list(claims_of([Block(0, text, "sentence", Locator("", 0, len(text)))], PageContext("other", typed=True)))


def one(text: str, at: int = 0) -> Claim:
    return all_of(text)[at]


def test_number_day_and_edition_stand_with_the_claim():
    claim = one("云岭测试厂于2024年3月通过ISO 9001：2015质量管理体系认证，证书编号00024Q10001R0M。")
    detail = claim.details[0]
    assert (detail.number, detail.edition, detail.standard) == ("00024Q10001R0M", "ISO 9001:2015", "ISO 9001:2015")
    assert claim.said_on == date(2024, 3, 1)
    assert {"dated:running_text", "number_form:known"} <= claim.cues


def test_a_number_goes_to_the_scheme_whose_form_it_has():
    claim = one("我厂持有ISO9001、ISO14001证书，编号分别为00025Q10001R0M、00025E10001R0M。")
    assert [d.number for d in claim.details] == ["00025Q10001R0M", "00025E10001R0M"]


def test_a_period_gives_issue_and_expiry():
    detail = one(
        "认证证书：质量管理体系 有效期：2024.03.05-2027.03.04 发证机构：云岭认证中心 认证范围：零件的加工"
    ).details[0]
    assert (detail.issued, detail.expires) == (date(2024, 3, 5), date(2027, 3, 4))
    assert (detail.body, detail.scope) == ("云岭认证中心", "零件的加工")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("质量管理体系认证证书 00000Q00001R0S 2024-05-15 2027-05-14", (date(2024, 5, 15), date(2027, 5, 14))),
        ("ISO9001认证证书 | 2024-05-15 | 2027-05-14 | 有效", (date(2024, 5, 15), date(2027, 5, 14))),
        ("ISO9001认证证书 2024-05-15 2024-06-01 2027-05-14", (None, None)),  # which of them?
        ("ISO9001认证证书 2010-05-15 2013-01-01", (None, None)),  # no certificate's term
        ("ISO9001认证证书 发布 2010-05-15 2013-05-14 更新", (None, None)),
        ("成立于2010-05-15 2013-05-14通过ISO9001认证", (None, None)),
    ],
)
def test_two_days_whole_years_apart_at_the_end_of_a_record_are_its_term(text, expected):
    detail = one(text).details[0] if one(text).details else None
    assert (detail.issued if detail else None, detail.expires if detail else None) == expected


def test_a_certificate_without_a_name_is_known_by_its_number():
    claim = one("证书编号：00021Q10077R0M，有效期到2024年3月4日。")
    assert (claim.schemes, claim.state, claim.details[0].expires) == (("iso-9001",), "held", date(2024, 3, 4))


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("本产品通过ISO9001认证。", "binding:literal"),
        ("产品质量通过ISO9001认证。", "binding:loose"),
        ("本品精选原料，通过ISO9001认证。", "binding:position"),
        ("本厂的质量管理体系通过3C认证。", "names_system"),
        ("公司通过ISO9001认证。", "names_organisation"),
        ("本店产品的生产厂家通过ISO9001认证。", "names_other_holder"),
        ("包装印有ISO9001标志。", "mark_on:packaging"),
        ("包装印有ISO9001标志。", "mark_kind:management_system"),
        ("包装印有“本企业通过ISO9001质量管理体系认证”。", "notice_beside_mark"),
        ("产品上贴有CE标志。", "mark_kind:foreign"),
        ("全系列灯具均通过CCC认证。", "quantifier:series"),
        ("所有产品均通过ISO9001认证。", "quantifier:all"),
        ("免审核直接出ISO9001证书。", "offer:no_audit"),
        ("出售三体系证书。", "offer:sale"),
        ("代办ISO9001，三天出证。", "offer:fast_promise"),
        ("实验室获得CMA认证。", "word:certification"),
        ("检测中心获得CNAS认可。", "word:accreditation"),
        ("我公司设计、加工、安装均通过ISO9001认证。", "activity:设计"),
        ("国家免检产品", "present_right"),
        ("我们种植的有机大米不施农药。", "is_food"),
        ("谨防包过的ISO9001证书。", "warns"),
    ],
)
def test_a_cue_is_read(text, cue):
    assert cue in one(text).cues


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("2010年 获国家免检产品称号", "present_right"),
        ("公司通过ISO9001认证，产品远销海外。", "binding:loose"),
        ("本产品通过ISO9001认证。", "names_organisation"),
        ("谨防三天出证的ISO9001骗局。", "offer:fast_promise"),
        ("公司成立于2006年，通过ISO9001认证。", "dated:running_text"),
    ],
)
def test_a_cue_is_not_read(text, cue):
    assert cue not in one(text).cues


def test_the_place_that_the_words_name_is_told():
    assert one("包装印有ISO9001标志。").place == "packaging"
    assert one("集团旗下云岭食品有限公司通过HACCP认证。").holder_text == "云岭食品有限公司"


@pytest.mark.parametrize(
    ("text", "issued", "precision"),
    [
        ("ISO9001证书，发证日期：2024年3月5日", date(2024, 3, 5), "day"),
        ("ISO9001证书，发证日期：2024.03", date(2024, 3, 1), "month"),
        ("ISO9001证书，发证日期：2024年", date(2024, 1, 1), "year"),
    ],
)
def test_a_day_of_issue_says_how_much_of_it_is_written(text, issued, precision):
    detail = one(text).details[0]
    assert (detail.issued, detail.issued_precision) == (issued, precision)


def test_a_year_in_the_words_is_kept_as_a_year():
    claim = one("我厂于2012年通过ISO9001认证。")
    assert (claim.said_on, claim.said_precision) == (date(2012, 1, 1), "year")
    assert claim.details[0].issued is None


@pytest.mark.parametrize(
    "text",
    [
        "2009 Second foundry opened; ISO 9001 certification.",
        "2009年：建立新厂，同年通过了ISO9001认证",
    ],
)
def test_the_year_at_the_head_of_an_entry_dates_all_that_it_tells(text):
    claim = one(text)
    assert (claim.said_on, claim.said_precision) == (date(2009, 1, 1), "year")


def test_the_year_of_founding_dates_no_later_sentence():
    assert one("2009年，云岭公司成立于云溪。公司先后通过ISO9001认证。").said_on is None


@pytest.mark.parametrize(
    "text",
    [
        "2010年公司受让了原厂全部资产，并通过ISO9001认证。",
        "本公司租用的厂房通过了GB/T 45001认证。",
        "公司买来的原料均有有机认证。",
        "公司出售的水泵均通过CCC认证。",
        "购买本公司产品更放心，均通过CCC认证。",
        "公司出租的塔吊均通过CCC认证。",
    ],
)
def test_trade_in_other_things_is_no_trade_in_certificates(text):
    claims = all_of(text)
    assert claims and not [cue for claim in claims for cue in claim.cues if cue.startswith(("traded", "offer:s"))]
