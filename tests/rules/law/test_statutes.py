"""The packaged statutes on the days that matter."""

from datetime import date, timedelta

import pytest

from rules.law import load_statutes

LAW = load_statutes()


def article(key: str, *day: int) -> str | None:
    found = LAW.provision(key, date(*day))
    if found is None:
        return None
    paragraph = f"({found.paragraph})" if found.paragraph else ""
    item = f"[{found.item}]" if found.item else ""
    return f"{found.article}{paragraph}{item}"


def test_the_packaged_files_have_no_fault():
    assert [str(fault) for fault in LAW.faults] == []


@pytest.mark.parametrize(
    ("key", "day", "before", "after"),
    [
        ("cn-cert-mark-measures#confusing-use.penalty", date(2015, 3, 31), "27", "25"),
        ("cn-cert-mark-measures#forged-certificate.penalty", date(2015, 3, 31), "28", "26"),
        ("cn-cert-mark-measures#traded-certificate.penalty", date(2015, 3, 31), "29", "27"),
        ("cn-cert-mark-measures#system-mark-use", date(2015, 3, 31), "21", "20"),
        ("cn-cert-regulation#use-within-scope", date(2020, 11, 29), "25", "24"),
        ("cn-cert-regulation#ccc-required.penalty", date(2020, 11, 29), "67", "66"),
        ("cn-cert-regulation#approval-required.penalty", date(2020, 11, 29), "57", "56"),
        ("cn-cert-regulation#forged-traded.referral", date(2020, 11, 29), "71", "70"),
        ("cn-anti-unfair-competition-law#false-publicity", date(2018, 1, 1), "9", "8"),
        ("cn-anti-unfair-competition-law#false-publicity.penalty", date(2018, 1, 1), "24", "20"),
        ("cn-anti-unfair-competition-law#false-publicity", date(2025, 10, 15), "8", "9"),
        ("cn-anti-unfair-competition-law#false-publicity.penalty", date(2025, 10, 15), "20", "25"),
    ],
)
def test_a_number_moves_on_its_day_and_not_a_day_earlier(key: str, day: date, before: str, after: str):
    assert LAW.provision(key, day - timedelta(days=1)).article == before
    assert LAW.provision(key, day).article == after


def test_article_twelve_keeps_its_number_through_all_versions():
    for day in ((2004, 8, 1), (2015, 3, 30), (2015, 3, 31), (2022, 10, 31), (2022, 11, 1), (2026, 11, 24)):
        assert article("cn-cert-mark-measures#confusing-use", *day) == "12"


def test_nothing_is_in_force_on_the_day_before_the_first_version():
    assert LAW.provision("cn-cert-mark-measures#confusing-use", date(2004, 7, 31)) is None
    assert LAW.penalty("cn-cert-mark-measures#confusing-use.penalty", date(2004, 7, 31)) is None


def test_the_ccc_fine_of_2023_knows_goods_under_ten_thousand_yuan():
    before = LAW.penalty("cn-cert-regulation#ccc-required.penalty", date(2023, 7, 19))
    after = LAW.penalty("cn-cert-regulation#ccc-required.penalty", date(2023, 7, 20))
    assert before.fine_cases == ()
    assert [(case.basis, case.multiple_max) for case in after.fine_cases] == [("goods_value", 2)]


def test_a_law_whose_text_was_not_collected_is_known_but_not_cited():
    assert LAW.version_on("cn-advertising-law", date(2014, 1, 1)).version == "1994"
    assert LAW.provision("cn-advertising-law#false-advertising", date(2014, 1, 1)) is None
