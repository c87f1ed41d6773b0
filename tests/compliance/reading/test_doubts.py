"""Where the words leave a reading open, the field holds the likeliest and `uncertain` says why; to the rules it is unknown."""

import pytest

from compliance.checking.facts_claim import claim_facts
from compliance.reading.claims import claims_of
from compliance.reading.words import lexicon
from compliance.records import Block, Locator, PageContext, SchemeDetail
from rules.facts import Unknown


def read(text: str):
    return claims_of([Block(0, text, "sentence", Locator("", 0, len(text)))], PageContext(genre="other", typed=True))


def doubts(text: str) -> dict[str, str]:
    return {field: reason for claim in read(text) for field, reason in claim.uncertain}


@pytest.mark.parametrize("entry", lexicon("doubts"), ids=lambda e: e["example"])
def test_the_words_of_a_doubt_leave_its_field_open(entry):
    assert doubts(entry["example"])[entry["field"]] == entry["reason"]


@pytest.mark.parametrize(
    "text",
    [
        "我公司被评为高新技术企业。",
        "公司的水泵被评为国家免检产品。",
        "我厂通过ISO9001质量管理体系认证。",
        "2016年获得的ISO9001证书已过期。",
        "本产品通过ISO9001认证。",
    ],
)
def test_plain_words_leave_nothing_open(text):
    assert doubts(text) == {}


def test_a_short_name_that_ends_in_goods_may_be_a_firm_or_a_thing():
    (claim,) = read("云岭保温杯通过ISO9001认证")
    assert dict(claim.uncertain) == {"subject": "ambiguous_reading"}


def test_an_open_field_is_unknown_to_the_rules_and_the_others_are_not():
    (claim,) = read("云岭水泵被评为“国家免检产品”。")
    facts = claim_facts(claim, SchemeDetail("famous-brand"))
    assert isinstance(facts["claim.speaker"], Unknown)
    assert facts["claim.state"].value == "not_certification"
