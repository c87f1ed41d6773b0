"""Questions a lawyer would ask: a day and a conduct, the articles and the fine."""

from datetime import date

import pytest

from rules.book import load_book
from rules.law import load_statutes
from rules.law.ask import charges_of
from rules.outcome import Charges

LAW = load_statutes()
BOOK = load_book(statutes=LAW)


def ask(conduct: str, medium: str, *day: int, actor: str | None = None, **figures: float) -> Charges:
    rules = [rule for rule in BOOK.rules if rule.conduct == conduct]
    assert rules, conduct
    return charges_of(rules, LAW, date(*day), medium, actor, **figures)


def breaches(found: Charges) -> set[str]:
    return {f"{p.law.removeprefix('cn-')} {p.version} {p.article}" for p in found.breaches}


def penalties(found: Charges) -> dict[str, object]:
    return {
        f"{p.provision.law.removeprefix('cn-')} {p.provision.article}({p.provision.paragraph})": p
        for p in found.penalties
    }


@pytest.mark.parametrize(
    ("day", "articles", "penalty"),
    [
        (
            (2010, 5, 1),
            {"cert-mark-measures 2004 12", "cert-mark-measures 2004 21", "cert-regulation 2003 25"},
            "27(1)",
        ),
        (
            (2015, 3, 30),
            {"cert-mark-measures 2004 12", "cert-mark-measures 2004 21", "cert-regulation 2003 25"},
            "27(1)",
        ),
        (
            (2015, 3, 31),
            {"cert-mark-measures 2015 12", "cert-mark-measures 2015 20", "cert-regulation 2003 25"},
            "25(1)",
        ),
        (
            (2024, 6, 1),
            {"cert-mark-measures 2022 12", "cert-mark-measures 2022 20", "cert-regulation 2023 24"},
            "25(1)",
        ),
    ],
)
def test_a_system_certificate_sold_as_a_product_certificate_on_packaging(day, articles, penalty):
    found = ask("system_claimed_for_product", "packaging", *day)
    assert articles <= breaches(found)
    lead = found.penalties[0]
    assert f"{lead.provision.article}({lead.provision.paragraph})" == penalty
    assert lead.order_to_correct and lead.only_if_not_corrected and lead.fine.max == 20000


def test_an_untrue_claim_on_a_company_page_in_2024_is_unfair_competition_when_it_is_no_advertisement():
    found = ask("no_certificate", "website", 2024, 9, 1)
    assert "anti-unfair-competition-law 2019 8" in breaches(found)
    penalty = penalties(found)["anti-unfair-competition-law 20(1)"]
    assert (penalty.fine.min, penalty.fine.max) == (200000, 1000000)
    assert "不构成商业广告" in penalty.provision.when


def test_conduct_before_the_new_competition_law_keeps_the_old_one_and_the_lighter_new_one_is_said():
    found = ask("no_certificate", "website", 2025, 9, 1)
    assert "anti-unfair-competition-law 20(1)" in penalties(found)
    assert any("2025-10-15" in note and "不再设下限" in note and "第37条" in note for note in found.notes)


def test_the_day_the_new_competition_law_begins_its_own_numbers_apply():
    assert "anti-unfair-competition-law 20(1)" in penalties(ask("no_certificate", "website", 2025, 10, 14))
    found = ask("no_certificate", "website", 2025, 10, 15)
    assert "anti-unfair-competition-law 2025 9" in breaches(found)
    assert penalties(found)["anti-unfair-competition-law 25(1)"].fine.min is None


def test_altering_another_firms_certificate_costs_thirty_thousand_flat():
    found = ask("forged_certificate", "physical_certificate", 2023, 11, 10)
    assert found.breaches[0].article == "5"
    lead = found.penalties[0]
    assert (lead.provision.article, lead.fine.fixed, lead.fine.max) == ("26", 30000, None)


@pytest.mark.parametrize(
    ("day", "value", "computed"),
    [((2024, 6, 1), 8000, (0, 16000)), ((2023, 7, 19), 8000, None), ((2023, 7, 20), 8000, (0, 16000))],
)
def test_a_listed_product_without_ccc_is_fined_by_the_value_of_the_goods_since_2023(day, value, computed):
    lead = ask("ccc_missing", "product", *day, goods_value=value).penalties[0]
    assert (lead.provision.law, lead.provision.article) == ("cn-cert-regulation", "66")
    assert lead.computed == computed
    assert lead.confiscation_of == "违法所得"


def test_a_product_mark_never_obtained_is_fined_up_to_the_value_of_the_goods():
    found = ask("no_certificate", "product", 2024, 3, 1, goods_value=30000)
    assert {"product-quality-law 2018 5", "product-quality-law 2018 31"} <= breaches(found)
    lead = found.penalties[0]
    assert (lead.provision.article, lead.computed, lead.confiscation) == ("53", (0, 30000), True)
    names = list(penalties(found))
    assert names.index("product-quality-law 53(None)") < names.index("cert-regulation 70(None)")


def test_a_grower_who_misuses_the_green_food_mark_meets_the_farm_produce_law():
    found = ask("green_food_misuse", "packaging", 2024, 6, 1, goods_value=4000)
    assert "agri-product-quality-safety-law 2022 42" in breaches(found)
    penalty = penalties(found)["agri-product-quality-safety-law 74(None)"]
    assert penalty.computed == (5000, 50000)
    assert penalty.confiscation_of == "违法所得"


def test_a_claim_of_national_level_certification_in_an_advertisement_breaks_article_nine():
    found = ask("no_certificate", "advertisement", 2024, 6, 1)
    assert "advertising-law 2021 9" in breaches(found)
    penalty = penalties(found)["advertising-law 57(None)"]
    assert (penalty.fine.min, penalty.fine.max) == (200000, 1000000)


def test_a_false_system_certificate_in_public_procurement_costs_by_the_contract_and_bars_the_bidder():
    penalty = penalties(ask("forged_certificate", "tender", 2024, 6, 1))["government-procurement-law 77(1)"]
    assert (penalty.fine.basis, penalty.fine.multiple_min, penalty.fine.multiple_max) == (
        "procurement_amount",
        0.005,
        0.01,
    )
    assert "一至三年" in penalty.other and "无效" in penalty.other


def test_an_old_page_is_answered_with_the_two_year_limit_as_a_note():
    found = ask("no_certificate", "website", 2022, 3, 1)
    assert any("两年内" in note and "第36条" in note and "撤下" in note for note in found.notes)


def test_the_trademark_law_moves_on_new_years_day_2027():
    before = penalties(ask("green_food_misuse", "packaging", 2026, 12, 31))
    after = penalties(ask("green_food_misuse", "packaging", 2027, 1, 1))
    assert "trademark-law 60(2)" in before and "trademark-law 74(2)" not in before
    assert "trademark-law 74(2)" in after and "trademark-law 60(2)" not in after


@pytest.mark.parametrize(
    ("conduct", "medium", "actor", "lead"),
    [
        ("no_certificate", "e_shop", None, "cn-advertising-law 55"),
        ("no_certificate", "packaging", None, "cn-product-quality-law 53"),
        ("no_certificate", "premises", None, "cn-anti-unfair-competition-law 20"),
        ("traded_certificate", "physical_certificate", None, "cn-cert-mark-measures 27"),
        ("unapproved_body", "physical_certificate", None, "cn-cert-regulation 56"),
        ("organic_misuse", "packaging", None, "cn-organic-measures 50"),
        ("organic_misuse", "e_shop", None, "cn-advertising-law 55"),
        ("ccc_mark_misuse", "product", "seller", "cn-product-quality-law 53"),
        ("change_not_notified", "product", None, "cn-ccc-provisions 54"),
        ("system_mark_on_packaging", "packaging", None, "cn-cert-mark-measures 25"),
    ],
)
def test_the_medium_picks_the_law_that_leads(conduct, medium, actor, lead):
    first = ask(conduct, medium, 2024, 6, 1, actor=actor).penalties[0].provision
    assert f"{first.law} {first.article}" == lead


def test_a_producer_and_a_seller_meet_their_own_articles():
    assert "product-quality-law 2018 31" in breaches(ask("ccc_mark_misuse", "product", 2024, 6, 1, actor="uncertified"))
    seller = breaches(ask("ccc_mark_misuse", "product", 2024, 6, 1, actor="seller"))
    assert "product-quality-law 2018 38" in seller and "product-quality-law 2018 31" not in seller


CONDUCTS = sorted({rule.conduct for rule in BOOK.rules})


@pytest.mark.parametrize("conduct", CONDUCTS)
def test_no_medium_is_left_without_a_breach_and_a_penalty(conduct):
    for medium in BOOK.vocabulary.kinds["page.medium"].values:
        found = ask(conduct, medium, 2026, 11, 24)
        assert found.breaches and found.penalties, medium


@pytest.mark.parametrize("conduct", CONDUCTS)
def test_nothing_is_ever_cited_from_a_version_of_another_day(conduct):
    for day in [
        (2015, 3, 30),
        (2015, 3, 31),
        (2020, 11, 28),
        (2020, 11, 29),
        (2022, 11, 1),
        (2023, 7, 20),
        (2027, 1, 1),
    ]:
        found = ask(conduct, "website", *day)
        for provision in (*found.breaches, *(penalty.provision for penalty in found.penalties)):
            assert LAW.version_on(provision.law, date(*day)).version == provision.version
