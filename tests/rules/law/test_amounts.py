"""Fines in yuan, and which terms are lighter."""

import doctest
from datetime import date

import pytest

from rules.law import amounts, load_statutes, statutes
from rules.law.amounts import lighter, missing_figures, ordinary_range
from rules.law.model import FineCase, FineTerms, PenaltyTerms

LAW = load_statutes()


def terms(only_if_not_corrected: bool = False, cases: tuple[FineCase, ...] = (), **fine) -> PenaltyTerms:
    return PenaltyTerms(
        order_to_correct=True,
        only_if_not_corrected=only_if_not_corrected,
        fine=FineTerms(**fine) if fine else None,
        fine_cases=cases,
    )


def of(key: str, *day: int) -> PenaltyTerms:
    return LAW.placed(key, date(*day)).terms


@pytest.mark.parametrize("module", [amounts, statutes])
def test_the_examples_in_the_docstrings_hold(module):
    assert doctest.testmod(module).failed == 0


def test_the_later_competition_law_is_lighter_for_want_of_a_floor():
    key = "cn-anti-unfair-competition-law#false-publicity.penalty"
    assert lighter(of(key, 2025, 10, 14), of(key, 2025, 10, 15))
    assert not lighter(of(key, 2025, 10, 15), of(key, 2025, 10, 14))
    assert not lighter(of(key, 2017, 12, 31), of(key, 2018, 1, 1))


def test_the_ccc_fine_of_2023_is_lighter_for_small_goods():
    key = "cn-cert-regulation#ccc-required.penalty"
    assert lighter(of(key, 2023, 7, 19), of(key, 2023, 7, 20))


def test_a_fine_that_waits_for_an_order_is_lighter_than_one_that_does_not():
    assert lighter(terms(max=20000), terms(True, max=20000))
    assert not lighter(terms(True, max=20000), terms(max=20000))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (terms(max=20000), terms(max=20000)),
        (terms(min=1, max=10), terms(min=2, max=5)),  # lighter here, heavier there
        (terms(max=20000), terms(basis="goods_value", multiple_max=1)),  # can't be told
        (terms(), terms(max=1)),
    ],
)
def test_what_is_equal_mixed_or_unlike_is_not_called_lighter(old, new):
    assert not lighter(old, new)


def test_a_range_that_rests_on_an_unknown_figure_is_none():
    penalty = of("cn-product-quality-law#false-marks.penalty", 2024, 6, 1)
    assert ordinary_range(penalty, {}) is None
    assert missing_figures(penalty, {}) == ("goods_value",)
    assert ordinary_range(penalty, {"goods_value": 0.1}) == (0, 0.1)


def test_a_fixed_amount_is_its_own_range():
    assert ordinary_range(of("cn-cert-mark-measures#forged-certificate.penalty", 2024, 6, 1), {}) == (30000, 30000)
