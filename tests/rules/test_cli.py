"""`certmark rules …`: what is printed and with which status."""

import json
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from rules.cli import app


def run(*args, obj=None):
    return CliRunner().invoke(app, list(args), obj=obj)


@pytest.fixture
def folder(tmp_path):
    assert run("new", "my-rule", "--conduct", "other_holder", "--title", "甲", "--folder", str(tmp_path)).exit_code == 0
    return tmp_path


def broken(folder, old, new):
    file = folder / "my-rule.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")


def test_list_names_every_rule_and_finds_those_that_cite_an_article():
    listed = json.loads(run("list", "--format", "json").stdout)
    assert len({line["conduct"] for line in listed}) == 36
    citing = json.loads(run("list", "--cites", "cn-cert-mark-measures:12", "--format", "json").stdout)
    assert "system-claimed-for-product" in [line["id"] for line in citing] and len(citing) < 36
    none = run("list", "--cites", "cn-cert-mark-measures:999")
    assert none.exit_code == 1 and "no rule cites" in none.stderr


def test_list_knows_the_numbering_of_a_day():
    def citing(article, day):
        out = run("list", "--cites", f"cn-cert-mark-measures:{article}", "--on", day, "--format", "json").stdout
        return "system-claimed-for-product" in [line["id"] for line in json.loads(out)]

    assert citing("27", "2015-03-30") and not citing("25", "2015-03-30")
    assert citing("25", "2015-03-31") and not citing("27", "2015-03-31")


def test_show_draws_the_rule_in_chinese_with_the_articles_of_the_day():
    out = run("show", "system-claimed-for-product", "--on", "2015-02-01").stdout
    for words in ("构成要件", "例外", "无害的解释", "第12条", "第27条第1款", "逾期不改", "合规写法", "示例"):
        assert words in out
    assert out.index("无害的解释") < out.index("构成要件")
    assert "第25条第1款" in run("show", "system_claimed_for_product", "--on", "2026-11-23").stdout


def test_show_as_json_holds_provisions_and_conditions():
    shown = json.loads(run("show", "other-holder", "--on", "2026-11-23", "--format", "json").stdout)
    assert shown["breaches"][0]["article"] == "5" and shown["at_most"] == "suspected"
    assert shown["elements"][0] == {
        "id": "says-held",
        "zh": "文字的意思是已经通过认证、现在持有证书",
        "anchor": True,
        "condition": "陈述的状态为 held",
        "facts": ["claim.state"],
        "ask": None,
    }


def test_an_unknown_rule_is_named_with_a_guess():
    result = run("show", "other-holders")
    assert result.exit_code == 2 and "did you mean `other-holder`?" in result.stderr


def test_a_wrong_day_is_refused():
    result = run("list", "--on", "2015-02-30")
    assert result.exit_code == 2 and "no day" in result.stderr


def test_test_counts_and_passes(folder):
    result = run("test", "my-rule", "--rules", str(folder))
    assert result.exit_code == 0
    assert "1 rules, 11 facts examples, 0 text examples: 11 hold, 0 fail" in result.stdout
    assert "no reader at hand" in result.stderr


def test_test_runs_text_examples_through_the_port(folder):
    port = SimpleNamespace(read_text=lambda example: [("other_holder", "suspected", {})])
    result = run("test", "my-rule", "--rules", str(folder), obj=port)
    assert (
        result.exit_code == 1 and "2 text examples" in result.stdout and "expected none, got suspected" in result.stdout
    )
    assert run("test", "my-rule", "--rules", str(folder), "--facts-only", obj=port).exit_code == 0


def test_test_names_the_failing_example_with_its_line(folder):
    broken(folder, "at_most: needs_review", "at_most: suspected")
    result = run("test", "my-rule", "--rules", str(folder))
    assert result.exit_code == 1
    file = folder / "my-rule.yaml"
    number = 1 + [("全部查明" in line) for line in file.read_text(encoding="utf-8").splitlines()].index(True)
    assert f"{file}:{number}: 全部查明: expected needs_review, got suspected" in result.stdout


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        ("claim.subject: {is: product}", "claim.subject: {is: produkt}", 1),
        ("elements:", "elemnts:", 1),
        ("rule: my-rule", "rule: [", 2),
    ],
)
def test_a_broken_rule_file_makes_test_and_lint_fail(folder, old, new, status):
    broken(folder, old, new)
    for command in ("test", "lint"):
        result = run(command, "--rules", str(folder), *(["--facts-only"] if command == "test" else []))
        assert result.exit_code == status, (command, result.stdout)
        assert "my-rule.yaml:" in result.stdout + result.stderr


def test_a_folder_that_is_not_there_cannot_be_read(tmp_path):
    assert run("test", "--facts-only", "--rules", str(tmp_path / "none")).exit_code == 2
    assert run("lint", "--rules", str(tmp_path / "none")).exit_code == 2


def test_coverage_and_mutate_answer_with_their_status(folder):
    assert run("coverage", "my-rule", "--rules", str(folder)).exit_code == 0
    assert run("mutate", "my-rule", "--rules", str(folder)).exit_code == 0
    broken(folder, "    - {name: 写明企业通过, given: {claim.names_organisation: true}, expect: none}\n", "")
    broken(folder, "claim.names_organisation: {unknown: picture_unread}", "claim.speaker: third_party")
    broken(folder, "expect: needs_review\n      missing: [organisation-named]", "expect: none")
    lacking = run("coverage", "my-rule", "--rules", str(folder))
    assert lacking.exit_code == 1 and "organisation-named: never true, unknown" in lacking.stdout
    survives = run("mutate", "my-rule", "--rules", str(folder), "--format", "json")
    assert survives.exit_code == 1
    assert any(s["example"] for s in json.loads(survives.stdout)["survivors"])


def test_the_table_of_situations_is_printed_for_a_lawyer(folder):
    out = run("coverage", "my-rule", "--table", "--rules", str(folder)).stdout
    assert "要件全部查明，没有例外" in out and "需人工判断" in out


def test_new_refuses_to_write_over_a_rule_and_odd_ids(folder):
    again = run("new", "my-rule", "--conduct", "other_holder", "--title", "甲", "--folder", str(folder))
    assert again.exit_code == 2 and "is there already" in again.stderr
    odd = run("new", "../x", "--conduct", "other_holder", "--title", "甲", "--folder", str(folder))
    assert odd.exit_code == 2


def test_diff_compares_two_books(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    run("new", "my-rule", "--conduct", "other_holder", "--title", "乙", "--folder", str(other))
    result = run("diff", str(folder), str(other), "--format", "json")
    assert result.exit_code == 0
    assert [(c["what"], c["detail"]) for c in json.loads(result.stdout)] == [("altered", "title")]


def test_schema_is_json_with_every_fact():
    schema = json.loads(run("schema").stdout)
    assert "claim.subject" in schema["$defs"]["Condition"]["properties"]
    assert "is_known" not in json.dumps(schema["$defs"]["Condition"])
