"""The engine on a small rule: each step of the judging, one at a time."""

from datetime import date

import pytest

from rules.book.load import rule_of
from rules.engine import NO_LAW, NOT_IN_FORCE, OUTSIDE_SPAN, Rulebook, trace_of
from rules.facts import Facts, Known, Unknown, load_vocabulary
from rules.outcome import Outcome
from rules.rule import Rule
from rules.source import Source

DAY = date(2026, 11, 23)
VOCABULARY = load_vocabulary()
TEXT = """
rule: {id}
conduct: other_holder
title_zh: 甲
actor: holder
status: {status}
applies: {{from: 2010-01-01, to: 2030-12-31}}
summary_zh: 乙
what_zh: 丙
why_zh: 丁
innocent_zh: [无害的解释]
elements:
  - {{id: held, zh: 持有, anchor: true, when: {{claim.state: {{is: held}}}}}}
  - {{id: speaker, zh: 自己说, when: {{claim.speaker: {{is: self}}}}}}
  - {{id: subject, zh: 说产品, when: {{any: [{{claim.binding: {{is: literal}}}}, {{person.public_misled: {{is:
  true}}}}]}}, ask_zh: 怎样理解？}}
exceptions:
  - {{id: warned, zh: 为提醒, when: {{claim.warns: {{is: true}}}}}}
to_establish: [故意]
at_most: {at_most}
charges:
  - {{breaches: [cn-x#duty], penalties: [cn-x#duty.penalty]}}
yields_to: [{yields}]
remedy_zh: 戊
"""
SHOWN = {
    "claim.state": Known("held", "page"),
    "claim.speaker": Known("self", "page"),
    "claim.binding": Known("literal", "page"),
    "claim.warns": Known(False, "page"),
}


def rule(id="a-rule", at_most="violation", yields="", status="in_force") -> Rule:
    found = rule_of(Source("a.yaml", TEXT.format(id=id, at_most=at_most, yields=yields, status=status)), VOCABULARY)
    assert isinstance(found, Rule), found
    return found


def judge(facts=None, *rules, on=DAY, statutes=None):
    return Rulebook(rules or (rule(),), VOCABULARY, statutes).judge(Facts({**SHOWN, **(facts or {})}), on)


def outcome(facts, *rules):
    verdicts = judge(facts, *rules).verdicts
    return verdicts[0].outcome if verdicts else None


def test_all_shown_gives_at_most():
    assert outcome({}) is Outcome.VIOLATION
    assert outcome({}, rule(at_most="suspected")) is Outcome.SUSPECTED
    assert outcome({}, rule(at_most="needs_review")) is Outcome.NEEDS_REVIEW


def test_a_false_element_or_a_true_exception_ends_the_matter():
    assert outcome({"claim.speaker": Known("third_party", "page")}) is None
    assert outcome({"claim.warns": Known(True, "page")}) is None


def test_an_unknown_anchor_is_counted_as_not_judged_with_its_reason():
    judgement = judge({"claim.state": Unknown("ambiguous_reading")})
    assert judgement.verdicts == ()
    assert [(n.rule, n.element, n.why) for n in judgement.not_judged] == [("a-rule", "held", "ambiguous_reading")]


def test_a_false_element_weighs_more_than_an_unknown_anchor():
    judgement = judge({"claim.state": Unknown("not_stated"), "claim.warns": Known(True, "page")})
    assert judgement.verdicts == () and judgement.not_judged == ()


def test_missing_data_gives_suspected_and_says_what_is_missing():
    verdict = judge({"claim.speaker": Unknown("not_stated")}).verdicts[0]
    assert verdict.outcome is Outcome.SUSPECTED
    assert verdict.missing == ("自己说", "故意") and verdict.asks == ()


def test_an_undecided_exception_keeps_the_finding_below_violation():
    verdict = judge({"claim.warns": Unknown("picture_unread")}).verdicts[0]
    assert verdict.outcome is Outcome.SUSPECTED
    assert verdict.missing[0] == "例外尚不能排除：为提醒"


def test_what_only_a_person_settles_needs_review_and_asks():
    verdict = judge({"claim.binding": Known("loose", "page")}).verdicts[0]
    assert verdict.outcome is Outcome.NEEDS_REVIEW and verdict.asks == ("怎样理解？",)


def test_data_that_could_settle_it_comes_before_the_person():
    verdict = judge({"claim.binding": Unknown("picture_unread")}).verdicts[0]
    assert verdict.outcome is Outcome.SUSPECTED and verdict.asks == ()


def test_a_person_needed_anywhere_outweighs_data_missing_elsewhere():
    assert outcome({"claim.binding": Known("loose", "page"), "claim.speaker": Unknown("not_stated")}) is (
        Outcome.NEEDS_REVIEW
    )


def test_nothing_exceeds_at_most():
    assert outcome({"claim.speaker": Unknown("not_stated")}, rule(at_most="needs_review")) is Outcome.NEEDS_REVIEW


def test_a_rule_gives_way_only_when_the_other_fires_too():
    first, second = rule("first", yields="second"), rule("second")
    assert [v.rule for v in judge({}, first, second).verdicts] == ["second"]
    silent = rule("second", status="retired")
    assert [v.rule for v in judge({}, first, silent).verdicts] == ["first"]


class Law:
    """Statutes with one duty in force from 2020."""

    def provision(self, key, on):
        return "provision" if on >= date(2020, 1, 1) else None


@pytest.mark.parametrize(
    ("on", "made", "why"),
    [
        (date(2009, 12, 31), {}, OUTSIDE_SPAN),
        (date(2031, 1, 1), {}, OUTSIDE_SPAN),
        (date(2019, 12, 31), {}, NO_LAW),
        (DAY, {"status": "draft"}, NOT_IN_FORCE),
    ],
)
def test_a_rule_that_does_not_apply_that_day_is_listed(on, made, why):
    judgement = judge({}, rule(**made), on=on, statutes=Law())
    assert judgement.verdicts == ()
    assert [(n.rule, n.why) for n in judgement.not_applied] == [("a-rule", why)]


def test_both_ends_of_the_span_are_included():
    for on in (date(2010, 1, 1), date(2030, 12, 31)):
        assert judge({}, on=on).verdicts


def test_the_trace_says_what_decided():
    def trace(**facts):
        found = trace_of(rule(), Facts({**SHOWN, **{k.replace("__", "."): v for k, v in facts.items()}}), VOCABULARY)
        return found.because, found.decided_by

    assert trace() == ("all_shown", None)
    assert trace(claim__speaker=Known("authority", "page")) == ("element_false", "speaker")
    assert trace(claim__warns=Known(True, "page")) == ("exception_true", "warned")
    assert trace(claim__state=Unknown("not_stated")) == ("anchor_unknown", "held")
    assert trace(claim__warns=Unknown("not_stated")) == ("unknown", None)


def test_elements_carry_value_and_source_of_the_facts_used():
    verdict = judge({"claim.speaker": Unknown("not_stated")}).verdicts[0]
    used = [(f.fact, f.value, f.source, f.reason) for e in verdict.elements for f in e.facts]
    assert used[:2] == [
        ("claim.state", "held", "page", None),
        ("claim.speaker", None, None, "not_stated"),
    ]
