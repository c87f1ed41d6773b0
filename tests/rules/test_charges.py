"""Choosing the law: order, alternatives, referrals, figures, notes."""

from datetime import date

import pytest

from rules.charges import choose
from rules.condition import condition_of, parsed
from rules.facts import Facts, Known, load_vocabulary
from rules.law import load_statutes
from rules.rule import Charge

LAW = load_statutes()
MEASURES = "cn-cert-mark-measures#"
PRODUCT = "cn-product-quality-law#"
ADVERTISING = "cn-advertising-law#"
COMPETITION = "cn-anti-unfair-competition-law#"


def charge(when=None, because=None, breaches=(), penalties=()) -> Charge:
    tree, troubles = parsed(when, load_vocabulary(), may_ask_known=True) if when else (None, [])
    assert troubles == []
    return Charge(condition_of(tree) if tree else None, because, tuple(breaches), tuple(penalties))


def in_medium(*media: str) -> dict:
    return {"page.medium": {"in": list(media)}}


def facts(**known: str) -> Facts:
    return Facts({name.replace("__", "."): Known(value, "page") for name, value in known.items()})


def keys(provisions) -> list[str]:
    return [f"{p.law}#{p.key}" for p in provisions]


def penalties(found) -> list[str]:
    return keys([penalty.provision for penalty in found.penalties])


WEB = charge(
    in_medium("website"), None, [ADVERTISING + "false-advertising"], [ADVERTISING + "false-advertising.penalty"]
)
PACK = charge(in_medium("packaging"), None, [PRODUCT + "producer-marks"], [PRODUCT + "false-marks.penalty"])
BOTH = (PACK, WEB)


def test_an_alternative_whose_condition_is_false_is_left_out():
    found = choose(BOTH, facts(page__medium="packaging"), date(2024, 6, 1), LAW)
    assert keys(found.breaches) == [PRODUCT + "producer-marks"]
    assert found.breaches[0].when is None


def test_with_an_unknown_medium_all_are_listed_and_the_websites_come_first():
    found = choose(BOTH, facts(), date(2024, 6, 1), LAW)
    assert keys(found.breaches) == [ADVERTISING + "false-advertising", PRODUCT + "producer-marks"]
    assert [p.when for p in found.breaches] == ["载体为网站", "载体为包装"]


def test_the_wording_of_a_rule_says_what_decides_and_the_alternative_stays_behind():
    other = charge(None, "宣传不构成广告", [COMPETITION + "false-publicity"], [COMPETITION + "false-publicity.penalty"])
    found = choose((WEB, other), facts(page__medium="website"), date(2024, 6, 1), LAW)
    assert [p.provision.when for p in found.penalties] == [None, "宣传不构成广告"]


def test_a_provision_that_is_once_unconditional_stays_so():
    again = charge(None, None, [PRODUCT + "producer-marks"])
    found = choose((PACK, again), facts(), date(2024, 6, 1), LAW)
    assert [p.when for p in found.breaches] == [None]


def test_a_referring_provision_brings_what_it_refers_to_and_stands_after_it():
    words = charge(None, None, [MEASURES + "no-forgery"], [MEASURES + "false-words.penalty"])
    found = choose((words,), facts(), date(2016, 3, 25), LAW)
    assert penalties(found) == [PRODUCT + "false-marks.penalty", MEASURES + "false-words.penalty"]
    assert found.penalties[1].fine is None
    assert found.penalties[1].provision.refers_to == (PRODUCT + "false-marks.penalty",)


@pytest.mark.parametrize("key", [key for key in LAW.keys if LAW.laws[key.partition("#")[0]].series == "versions"])
def test_every_referral_of_the_statutes_stands_after_its_targets(key: str):
    for day in (date(2010, 5, 1), date(2016, 6, 1), date(2024, 6, 1), date(2026, 11, 24)):
        found = penalties(choose((charge(penalties=[key]),), facts(), day, LAW))
        for penalty in found:
            for target in LAW.penalty(penalty, day).provision.refers_to:
                assert target not in found or found.index(target) < found.index(penalty)


def test_what_is_not_in_force_is_left_out_and_said():
    found = choose((WEB,), facts(page__medium="website"), date(2014, 6, 1), LAW)
    assert (found.breaches, found.penalties) == ((), ())
    assert found.notes == ("该日不能引用而没有列出：《中华人民共和国广告法》（当日有效的1994年文本未收入）。",)


def test_a_fine_that_needs_an_order_first_says_so():
    found = choose((charge(penalties=[MEASURES + "confusing-use.penalty"]),), facts(), date(2024, 6, 1), LAW)
    assert found.penalties[0].only_if_not_corrected
    assert any("第25条第1款的罚款以责令限期改正而逾期未改正为前提" in note for note in found.notes)


@pytest.mark.parametrize(
    ("day", "value", "range_"),
    [
        (date(2023, 7, 19), 8000, None),  # no threshold yet: the ordinary fine, nothing to compute
        (date(2023, 7, 20), 8000, (0, 16000)),
        (date(2023, 7, 20), 9999, (0, 19998)),
        (date(2023, 7, 20), 10000, (50000, 200000)),
    ],
)
def test_the_ccc_fine_is_computed_from_the_value_of_the_goods(day, value, range_):
    found = choose((charge(penalties=["cn-cert-regulation#ccc-required.penalty"]),), facts(), day, LAW, value)
    assert found.penalties[0].computed == range_
    assert found.penalties[0].missing == ()


@pytest.mark.parametrize(
    ("key", "day", "figures", "computed"),
    [
        (PRODUCT + "false-marks.penalty", date(2024, 3, 1), {"goods_value": 30000}, (0, 30000)),
        (ADVERTISING + "false-advertising.penalty", date(2024, 9, 20), {"advertising_cost": 1800}, (5400, 9000)),
        (
            "cn-agri-product-quality-safety-law#quality-marks.penalty",
            date(2024, 6, 1),
            {"goods_value": 4000},
            (5000, 50000),
        ),
        (
            "cn-agri-product-quality-safety-law#quality-marks.penalty",
            date(2024, 6, 1),
            {"goods_value": 5000},
            (50000, 100000),
        ),
    ],
)
def test_a_range_is_computed_once_its_figure_is_given(key, day, figures, computed):
    found = choose((charge(penalties=[key]),), facts(), day, LAW, **figures)
    assert found.penalties[0].computed == computed


def test_a_figure_that_nobody_gave_is_named():
    found = choose((WEB,), facts(page__medium="website"), date(2024, 6, 1), LAW)
    assert found.penalties[0].missing == ("advertising_cost",)
    assert any("广告费用尚不知道" in note for note in found.notes)


def test_among_shown_penalties_the_heavier_leads_from_the_day_of_article_29():
    small = charge(None, None, [], [MEASURES + "forged-certificate.penalty"])
    large = charge(None, None, [], [COMPETITION + "false-publicity.penalty"])
    after = choose((small, large), facts(), date(2021, 7, 15), LAW)
    before = choose((small, large), facts(), date(2021, 7, 14), LAW)
    assert penalties(after)[0] == COMPETITION + "false-publicity.penalty"
    assert penalties(before)[0] == MEASURES + "forged-certificate.penalty"
    assert any("第29条" in note for note in after.notes)
    assert not any("第29条" in note for note in before.notes)


def test_a_heavier_penalty_whose_element_is_open_does_not_lead():
    small = charge(None, None, [], [MEASURES + "forged-certificate.penalty"])
    large = charge(None, "另有要件待查", [], [COMPETITION + "false-publicity.penalty"])
    assert (
        penalties(choose((small, large), facts(), date(2024, 6, 1), LAW))[0] == MEASURES + "forged-certificate.penalty"
    )


@pytest.mark.parametrize(("day", "said"), [(date(2025, 9, 1), True), (date(2025, 10, 15), False)])
def test_a_lighter_later_law_is_pointed_out_only_before_it_begins(day, said):
    found = choose((charge(penalties=[COMPETITION + "false-publicity.penalty"]),), facts(), day, LAW)
    lines = [note for note in found.notes if "第37条" in note]
    assert bool(lines) is said
    assert all("自2025-10-15起" in line and "第25条第1款" in line for line in lines)


def test_two_years_and_first_small_offences_are_offered_not_decided():
    found = choose((PACK,), facts(page__medium="packaging"), date(2022, 3, 1), LAW)
    assert any("第36条" in note for note in found.notes)
    assert any("第33条第1款" in note and "由人判断" in note for note in found.notes)


def test_inferred_provisions_are_named_in_a_note():
    found = choose((charge(breaches=[MEASURES + "correct-use"]),), facts(), date(2024, 6, 1), LAW)
    assert any("推定" in note and "第10条" in note for note in found.notes)


def test_the_same_question_gives_the_same_answer_and_a_different_day_another():
    question = (charge(penalties=[MEASURES + "traded-certificate.penalty"]),)
    first = choose(question, facts(), date(2015, 3, 30), LAW)
    assert choose(question, facts(), date(2015, 3, 30), LAW) is first
    assert first.penalties[0].provision.article == "29"
    assert choose(question, facts(), date(2015, 3, 31), LAW).penalties[0].provision.article == "27"
