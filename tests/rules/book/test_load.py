"""Reading rule files: all faults with their places, the rest still loads, a user's rule takes the place of ours."""

from pathlib import Path

import pytest

import rules.book
from rules.book import load_book
from rules.book.load import halves_of, rule_files
from rules.proof.new import new_rule
from rules.source import Source

BOOK = Path(rules.book.__file__).parent


@pytest.fixture
def folder(tmp_path):
    new_rule("my-rule", "other_holder", "甲", tmp_path)
    return tmp_path


def loaded(folder):
    return load_book([folder], builtin=False)


def broken(folder, old, new):
    file = folder / "my-rule.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return loaded(folder)


def test_the_package_has_one_rule_for_each_of_the_36_conducts():
    book = load_book()
    assert book.faults == ()
    assert len({rule.conduct for rule in book.rules}) == 36
    assert [rule.id for rule in book.rules] == sorted(rule.id for rule in book.rules)


def test_a_rule_without_fault_loads(folder):
    book = loaded(folder)
    assert book.faults == () and [rule.id for rule in book.rules] == ["my-rule"]
    assert book.rules[0].own


@pytest.mark.parametrize(
    ("old", "new", "what", "fix"),
    [
        ("at_most:", "at_mots:", "unknown field `at_mots`", "did you mean `at_most`?"),
        ("at_most: needs_review", "at_most: maybe", "`at_most`", ""),
        (
            "claim.subject: {is: product}",
            "claim.subjekt: {is: product}",
            "unknown fact",
            "did you mean `claim.subject`?",
        ),
        (
            "claim.subject: {is: product}",
            "claim.subject: {is: produkt}",
            "cannot be `produkt`",
            "did you mean `product`?",
        ),
        ("claim.subject: {is: product}", "claim.subject: {is_known: true}", "only in `when` of charges", ""),
        ("anchor: true", "anchor: yes", "`anchor`", ""),
        ("    anchor: true", "    anchr: true", "unknown field `anchr`", "did you mean `anchor`?"),
        ("id: own-statement", "id: says-held", "given twice", ""),
        ("#correct-use", "#corect-use", "no law has the key", "did you mean"),
        ("what_zh:", "what:", "`what_zh` is missing", "add `what_zh:`"),
        ("rule: my-rule", "rule: your-rule", "in a file named my-rule.yaml", "name both alike"),
        ("remedy_zh: ", "see_also: [no-such]\nremedy_zh: ", "no other rule `no-such`", ""),
        ("rule: my-rule", "rule: [my-rule", "not YAML", ""),
    ],
)
def test_any_broken_word_is_a_fault_with_its_place(folder, old, new, what, fix):
    book = broken(folder, old, new)
    messages = [str(fault) for fault in book.faults]
    assert any(what in message and fix in message for message in messages), messages
    assert all(fault.line > 0 and fault.column > 0 for fault in book.faults)
    assert all(message.startswith(f"{folder / 'my-rule.yaml'}:") for message in messages)


def test_the_place_is_the_line_and_column_of_the_broken_word(folder):
    fault = broken(folder, "claim.subject: {is: product}", "claim.subject: {is: produkt}").faults[0]
    line = (folder / "my-rule.yaml").read_text(encoding="utf-8").splitlines()[fault.line - 1]
    assert line[fault.column - 1 :].startswith("is: produkt")


def test_all_faults_of_a_file_are_told_at_once(folder):
    broken(folder, "at_most: needs_review", "at_most: maybe")
    book = broken(folder, "claim.subject: {is: product}", "claim.subjekt: {is: product}")
    assert len(book.faults) == 2 and book.rules == ()


def test_a_faulty_file_leaves_the_others_alone(folder):
    new_rule("good-rule", "other_holder", "乙", folder)
    book = broken(folder, "at_most:", "at_mots:")
    assert [rule.id for rule in book.rules] == ["good-rule"] and len(book.faults) == 2


def test_the_same_id_twice_in_a_folder_is_refused(folder):
    (folder / "again").mkdir()
    new_rule("my-rule", "other_holder", "乙", folder / "again")
    book = loaded(folder)
    assert len(book.rules) == 1 and "is already in" in book.faults[0].what


def test_a_users_rule_takes_the_place_of_ours_and_says_so(tmp_path):
    new_rule("other-holder", "other_holder", "丙", tmp_path)
    book = load_book([tmp_path])
    rule = book.rule("other-holder")
    assert rule.title == "丙" and rule.own and rule.path == str(tmp_path / "other-holder.yaml")
    assert len(book.rules) == len(load_book().rules)
    assert book.hash != load_book().hash


def test_rules_that_yield_to_each_other_are_refused(tmp_path):
    for one, other in (("a-rule", "b-rule"), ("b-rule", "a-rule")):
        file = new_rule(one, "other_holder", "丁", tmp_path)
        file.write_text(file.read_text(encoding="utf-8").replace("remedy_zh: ", f"yields_to: [{other}]\nremedy_zh: "))
    book = loaded(tmp_path)
    assert book.rules == () and "yield to each other" in book.faults[0].what


def test_a_folder_that_is_not_there_is_a_fault(tmp_path):
    assert "no such folder" in loaded(tmp_path / "none").faults[0].what


def test_every_rule_file_is_found_by_its_id():
    for file in rule_files(BOOK):
        assert file.read_text(encoding="utf-8").startswith(f"rule: {file.stem}\n"), file


def test_the_examples_are_cut_off_at_the_left_edge_only():
    halves = halves_of(Source("a.yaml", "rule: x\nwhat_zh: examples: no\nexamples:\n  facts: []\n"))
    assert halves.head.text == "rule: x\nwhat_zh: examples: no\n"
    assert halves.tail.skip == 2
