"""The laws at the end of the engine's description, over random facts and for every rule of the book."""

import json
from dataclasses import replace
from datetime import date
from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.book import load_book
from rules.engine import NotJudged, Result, Rulebook, judged, plainly_judged
from rules.facts import Facts, Known, Unknown, load_vocabulary
from rules.outcome import Outcome
from rules.proof.reach import firing_facts, values_of

VOCABULARY = load_vocabulary()
DAY = date(2026, 11, 23)
REASONS = sorted(VOCABULARY.reasons)
LAWS = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True, database=None
)


@cache
def book() -> Rulebook:
    return load_book()


@cache
def choices(rule_id: str):
    """For each fact of the rule: the values that matter."""
    rule = book().rule(rule_id)
    clauses = [*rule.elements, *rule.exceptions]
    return {name: values_of(name, clauses, VOCABULARY) for name in rule.facts}


@cache
def firing(rule_id: str):
    return firing_facts(book().rule(rule_id), VOCABULARY)


@st.composite
def rule_and_facts(draw):
    """A rule with facts near the point where it fires: a few changed, a few unknown."""
    rule = draw(st.sampled_from(book().rules))
    values = dict(firing(rule.id))
    facts = {name: Known(value, VOCABULARY.kinds[name].who) for name, value in values.items()}
    for name in draw(st.lists(st.sampled_from(sorted(choices(rule.id))), max_size=4, unique=True)):
        if draw(st.booleans()):
            facts[name] = Unknown(draw(st.sampled_from(REASONS)))
        else:
            facts[name] = Known(draw(st.sampled_from(choices(rule.id)[name])), VOCABULARY.kinds[name].who)
    return rule, Facts(facts)


def completed(draw, rule, facts: Facts) -> Facts:
    """The facts with every unknown one given a value."""
    changes = {}
    for name in rule.facts:
        if name not in facts.known:
            value = draw(st.sampled_from(choices(rule.id)[name]))
            changes[name] = Known(value, VOCABULARY.kinds[name].who)
    return facts.changed(changes)


def said(rule, facts: Facts):
    result = judged(rule, facts, VOCABULARY)
    return result.outcome if isinstance(result, Result) else None


def test_every_rule_of_the_book_can_fire_and_then_gives_at_most():
    for rule in book().rules:
        facts = Facts({name: Known(v, VOCABULARY.kinds[name].who) for name, v in firing(rule.id).items()})
        assert said(rule, facts) is rule.at_most, rule.id


@LAWS
@given(st.data())
def test_a_violation_and_a_refusal_survive_every_completion_of_the_unknowns(data):
    rule, facts = data.draw(rule_and_facts())
    result = judged(rule, facts, VOCABULARY)
    if isinstance(result, Result) and result.outcome is Outcome.VIOLATION:
        assert said(rule, completed(data.draw, rule, facts)) is Outcome.VIOLATION
    elif result is None:
        assert judged(rule, completed(data.draw, rule, facts), VOCABULARY) is None


@LAWS
@given(rule_and_facts())
def test_nothing_undecided_yields_a_violation_and_nothing_exceeds_at_most(drawn):
    rule, facts = drawn
    result = judged(rule, facts, VOCABULARY)
    if isinstance(result, Result):
        assert result.outcome.rank <= rule.at_most.rank
        undecided = [e for e in (*result.elements, *result.exceptions) if e.truth is None]
        assert not (undecided and result.outcome is Outcome.VIOLATION)
        assert all(e.truth is True for e in result.elements if e.anchor)


@LAWS
@given(st.data())
def test_a_true_exception_never_adds_a_finding(data):
    rule, facts = data.draw(rule_and_facts())
    if not rule.exceptions:
        return
    exception = data.draw(st.sampled_from(rule.exceptions))
    changes = {
        name: Known(data.draw(st.sampled_from(choices(rule.id)[name])), VOCABULARY.kinds[name].who)
        for name in exception.when.facts
    }
    if exception.when.holds(facts.changed(changes).known) is True:
        assert said(rule, facts.changed(changes)) is None


@LAWS
@given(st.data())
def test_the_order_of_rules_elements_and_facts_never_matters(data):
    rule, facts = data.draw(rule_and_facts())
    rules = data.draw(st.permutations(book().rules))
    turned = tuple(
        replace(r, elements=tuple(reversed(r.elements)), exceptions=tuple(reversed(r.exceptions))) for r in rules
    )
    names = data.draw(st.permutations(list(facts)))
    other = Facts({name: facts[name] for name in names})
    before = [(v.rule, v.outcome) for v in book().judge(facts, DAY).verdicts]
    after = Rulebook(turned, VOCABULARY, book().statutes).judge(other, DAY)
    assert [(v.rule, v.outcome) for v in after.verdicts] == before
    assert sorted(book().judge(other, DAY).not_judged, key=repr) == sorted(
        book().judge(facts, DAY).not_judged, key=repr
    )


@LAWS
@given(rule_and_facts())
def test_the_same_input_gives_the_same_bytes(drawn):
    _, facts = drawn
    fresh = Rulebook(book().rules, VOCABULARY, book().statutes)
    first, second = (repr(b.judge(facts, DAY)) for b in (book(), fresh))
    assert first == second
    assert json.dumps(facts.to_json()) == json.dumps(Facts(dict(reversed(list(facts.items())))).to_json())


@LAWS
@given(rule_and_facts())
def test_the_index_loses_nothing_against_the_plainest_interpreter(drawn):
    _, facts = drawn
    plain = Rulebook(tuple(replace(r, yields_to=()) for r in book().rules), VOCABULARY, None)
    indexed = [(v.rule, v.outcome) for v in plain.judge(facts, DAY).verdicts]
    assert indexed == plainly_judged(plain.rules, facts, VOCABULARY)


@LAWS
@given(st.data())
def test_data_never_weakens_an_unknown_anchor_into_a_finding_without_showing_it(data):
    rule, facts = data.draw(rule_and_facts())
    result = judged(rule, facts, VOCABULARY)
    if isinstance(result, NotJudged):
        clause = next(c for c in rule.elements if c.id == result.element)
        assert clause.anchor and clause.when.holds(facts.known) is None
