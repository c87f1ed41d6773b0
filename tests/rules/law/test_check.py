"""`law check`: what doesn't fit is an error, what the law data explains is a remark."""

from dataclasses import replace
from datetime import date

from rules.book import load_book
from rules.law import load_statutes
from rules.law.check import check
from rules.rule import Charge

LAW = load_statutes()
BOOK = load_book(statutes=LAW)


def with_charge(*charges: Charge):
    return replace(BOOK.rules[0], charges=tuple(charges), applies_from=None, applies_to=None)


def test_the_packaged_rules_and_statutes_fit():
    assert check(LAW, BOOK.rules, BOOK.faults).errors == []


def test_a_key_of_no_law_is_an_error():
    found = check(LAW, [with_charge(Charge(None, None, ("cn-cert-regulation#nothing",), ()))])
    assert [line for line in found.errors if "no law has the key `cn-cert-regulation#nothing`" in line]


def test_a_key_that_ended_before_the_rule_begins_is_an_error():
    rule = replace(
        with_charge(Charge(None, None, ("cn-anti-unfair-competition-law#false-marks",), ())),
        applies_from=date(2020, 1, 1),
    )
    assert [line for line in check(LAW, [rule]).errors if "cannot be cited on any day" in line]


def test_a_prohibition_among_the_penalties_is_an_error():
    rule = with_charge(Charge(None, None, (), ("cn-cert-mark-measures#confusing-use",)))
    assert [line for line in check(LAW, [rule]).errors if "stands under penalties but is none" in line]


def test_days_without_any_provision_after_the_first_are_an_error():
    rule = with_charge(Charge(None, None, ("cn-anti-unfair-competition-law#false-marks",), ()))
    assert [line for line in check(LAW, [rule]).errors if "nothing breached in medium website" in line]


def test_a_text_that_was_not_collected_is_a_remark():
    found = check(LAW, BOOK.rules)
    assert any("cn-advertising-law#false-advertising：" in line and "文本未收入" in line for line in found.remarks)


def test_inferred_provisions_and_undated_versions_are_listed():
    found = check(LAW, [])
    assert any(line.startswith("cn-cert-mark-measures#confusing-use.penalty 2022 25(1)") for line in found.inferred)
    assert any(line.startswith("cn-online-transaction-measures 2025") for line in found.undated)
