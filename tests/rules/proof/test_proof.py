"""The proofs of the rule book: every example holds, and breaking a rule is noticed."""

from functools import cache

import pytest

from rules.book import load_book
from rules.book.load import halves_of
from rules.facts import load_vocabulary
from rules.proof.coverage import coverage_of, situations
from rules.proof.diff import changes_of_findings, changes_of_rules
from rules.proof.examples import examples_of, runs_of_facts, runs_of_text
from rules.proof.lint import lint, source_of
from rules.proof.mutate import mutants_of, mutation_of
from rules.proof.new import new_rule
from rules.proof.reach import exception_facts, firing_facts
from rules.proof.schema import SCHEMA_FILE, schema_text
from rules.rule import Rule

VOCABULARY = load_vocabulary()


@cache
def book():
    return load_book()


@pytest.mark.parametrize("rule", [rule.id for rule in book().rules])
def test_every_facts_example_of_the_rule_holds(rule):
    given = examples_of(book().rule(rule), VOCABULARY)
    assert given.faults == ()
    assert [f"{run.line}: {run.name}: {run.wrong}" for run in runs_of_facts(given, book()) if not run.holds] == []


@pytest.mark.parametrize("rule", [rule.id for rule in book().rules])
def test_every_element_and_exception_is_exercised_both_ways_and_unknown(rule):
    given = examples_of(book().rule(rule), VOCABULARY)
    assert [line for line in coverage_of(given, VOCABULARY) if line.lacking] == []


def test_nothing_is_to_complain_of_in_the_book():
    assert [str(fault) for fault in lint(book())] == []


@pytest.mark.parametrize("rule", ["change-not-notified", "other-holder", "service-mark-beyond-premises"])
def test_every_mutant_of_the_rule_is_noticed(rule):
    result = mutation_of_(rule, book())
    assert result.mutants > 30
    assert [s.what for s in result.survivors if not s.same] == []


def mutation_of_(rule_id, of):
    rule = of.rule(rule_id)
    head = halves_of(source_of(rule)).head
    return mutation_of(examples_of(rule, VOCABULARY), head.data(), head, of)


def changed(folder, old, new):
    file = folder / "my-rule.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return load_book([folder], builtin=False)


@pytest.fixture
def folder(tmp_path):
    new_rule("my-rule", "other_holder", "甲", tmp_path)
    return tmp_path


def test_the_template_of_a_new_rule_holds_and_is_covered(folder):
    own = load_book([folder], builtin=False)
    given = examples_of(own.rules[0], VOCABULARY)
    assert given.faults == () and all(run.holds for run in runs_of_facts(given, own))
    assert [line for line in coverage_of(given, VOCABULARY) if line.lacking] == []
    assert [str(f) for f in lint(own)] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{claim.state: {is: held}}", "{claim.state: {is: held_past}}"),
        ("{claim.state: {is: held}}", "{claim.state: {is_not: held}}"),
        ("{claim.names_organisation: {is: true}}", "{claim.names_organisation: {is: false}}"),
        ("#correct-use", "#no-forgery"),
        ("    ask_zh: 这句话说的是产品，还是企业？\n", ""),
    ],
)
def test_one_changed_word_makes_an_example_fail(folder, old, new):
    own = changed(folder, old, new)
    given = examples_of(own.rules[0], VOCABULARY)
    assert [run for run in runs_of_facts(given, own) if not run.holds]


def without_unclear_exception(folder):
    """Two examples speak of the exception; with both gone, nothing notices it."""
    unclear = """    - name: 是否写明企业看不清
      given: {claim.names_organisation: {unknown: picture_unread}}
      expect: needs_review
      missing: [organisation-named]
"""
    return changed(folder, unclear, "")


def test_a_missing_example_is_printed_ready_to_paste(folder):
    without_unclear_exception(folder)
    own = changed(folder, "    - {name: 写明企业通过, given: {claim.names_organisation: true}, expect: none}\n", "")
    survivors = [s for s in mutation_of_("my-rule", own).survivors if not s.same]
    assert any("exceptions/organisation-named" in s.what for s in survivors)
    example = next(s.example for s in survivors if s.what == "exceptions/organisation-named dropped")
    assert example == "- {name: …, given: {claim.names_organisation: true}, expect: none}"
    again = changed(folder, "  text:\n", f"    {example.replace('…', '补上')}\n  text:\n")
    assert [s for s in mutation_of_("my-rule", again).survivors if not s.same] == []


def test_coverage_names_what_no_example_exercises(folder):
    own = changed(folder, "    - {name: 写明企业通过, given: {claim.names_organisation: true}, expect: none}\n", "")
    given = examples_of(own.rules[0], VOCABULARY)
    lacking = [(line.clause, line.lacking) for line in coverage_of(given, VOCABULARY) if line.lacking]
    assert lacking == [("organisation-named", ("true",))]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("what_zh: 这是什么情形。", "what_zh: 这是违法的。", "违法"),
        ("{claim.names_organisation: {is: true}}", "{claim.subject: {is: company}}", "can never hold"),
        ("{claim.speaker: {is: self}}", "{claim.subject: {is: company}}", "no facts make every element true"),
        ("{claim.speaker: {is: self}}", "{claim.state: {is: held}}", "the same condition as"),
        ("{claim.speaker: {is: self}}", "{scheme.id: {is: iso-90001}}", "no scheme `iso-90001`"),
        ("    - {name: 主语是企业, given: {claim.subject: company}, expect: none}\n", "", "only 5 of"),
    ],
)
def test_lint_complains(folder, old, new, what):
    own = changed(folder, old, new)
    if what == "only 5 of":
        for name in ("写明企业通过", "转述他人", "从前有过"):
            text = (folder / "my-rule.yaml").read_text(encoding="utf-8")
            kept = [line for line in text.splitlines() if name not in line]
            (folder / "my-rule.yaml").write_text("\n".join(kept) + "\n", encoding="utf-8")
        own = load_book([folder], builtin=False)
        assert any("must not fire" in str(f) or "examples" in str(f) for f in lint(own))
        return
    assert any(what in str(fault) for fault in lint(own)), [str(f) for f in lint(own)]


def test_an_exception_that_can_hold_is_reached_and_a_rule_can_fire():
    for rule in book().rules:
        assert firing_facts(rule, VOCABULARY) is not None
        for exception in rule.exceptions:
            assert exception_facts(rule, exception, VOCABULARY) is not None, (rule.id, exception.id)


def test_the_table_of_situations_speaks_of_each_clause():
    rule = book().rule("system-claimed-for-product")
    table = {(s.open, s.why): s.outcome for s in situations(rule, VOCABULARY)}
    assert table[None, "all_shown"] == "violation"
    assert table["subject", "person"] == "needs_review"
    assert table["holds-system-certificate", "data"] == "suspected"
    assert table["says-held", "data"] == "none"


def test_the_schema_kept_for_editors_is_fresh():
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text(VOCABULARY), "run `certmark rules schema --write`"


def test_mutants_do_not_touch_the_rule_they_start_from(folder):
    own = load_book([folder], builtin=False)
    head = halves_of(source_of(own.rules[0])).head
    before = head.data()
    data = head.data()
    assert len(list(mutants_of(data, VOCABULARY))) > 15
    assert data == before and isinstance(own.rules[0], Rule)


def test_diff_names_altered_parts_and_changed_findings(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("new")
    new_rule("my-rule", "other_holder", "甲", other)
    new_rule("more", "other_holder", "乙", other)
    old, new = load_book([folder], builtin=False), changed(other, "at_most: needs_review", "at_most: suspected")
    assert [(c.what, c.name, c.detail) for c in changes_of_rules(old, new)] == [
        ("added", "more", "乙"),
        ("altered", "my-rule", "at_most"),
    ]

    def rejudge(of):
        outcome = of.rule("my-rule").at_most.value
        findings = [{"id": "f1", "rule": "my-rule", "outcome": outcome, "quote": "本产品", "page": "p"}]
        return findings + [{"id": f"r{len(of.rules)}", "rule": "x", "outcome": "suspected"}]

    found = [(c.what, c.name, c.detail, c.quote) for c in changes_of_findings(old, new, rejudge)]
    assert found == [
        ("lost", "r1", "suspected", ""),
        ("gained", "r2", "suspected", ""),
        ("changed", "f1", "needs_review → suspected", "本产品"),
    ]


def test_text_examples_go_through_the_reader_that_is_handed_in(folder):
    own = changed(
        folder, "{text: 换成一句应当有发现的话, expect: none}", "{text: 甲, expect: suspected, known_gap: 乙}"
    )
    given = examples_of(own.rules[0], VOCABULARY)
    silent = runs_of_text(given, lambda example: [])
    assert [(run.holds, run.gap) for run in silent] == [(True, "乙"), (True, None)]
    fires = runs_of_text(given, lambda example: [("other_holder", "suspected", {})])
    assert [run.holds for run in fires] == [False, False]  # the gap is closed, and the second must stay silent
    others = runs_of_text(given, lambda example: [("no_certificate", "suspected", {})])
    assert [run.holds for run in others] == [True, True]
