"""The `law` commands: contract's objects on standard output, exit statuses as promised."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rules.law_cli import app

RUN = CliRunner()


def run(*words: str, code: int = 0, env: dict[str, str] | None = None):
    result = RUN.invoke(app, list(words), env=env)
    assert result.exit_code == code, result.output
    return result


def answer(*words: str, code: int = 0):
    return json.loads(run(*words, "--format", "json", code=code).stdout)


@pytest.mark.parametrize(("day", "article"), [("2014-06-01", "27"), ("2015-06-01", "25"), ("2026-11-24", "25")])
def test_show_speaks_the_numbering_of_the_day(day: str, article: str):
    found = answer("show", "cn-cert-mark-measures", "--on", day, "--article", article)
    assert found["provisions"][0]["key"] == "confusing-use.penalty"
    assert found["provisions"][0]["only_if_not_corrected"] is True


def test_show_of_an_article_that_day_did_not_have_is_exit_1():
    run("show", "cn-cert-mark-measures", "--on", "2014-06-01", "--article", "99", code=1)
    run("show", "cn-cert-mark-measures", "--on", "2004-07-31", code=1)


def test_a_law_nobody_knows_is_bad_usage_with_a_hint():
    result = run("show", "cn-cert-mark-measure", code=2)
    assert "did you mean `cn-cert-mark-measures`" in result.stderr


def test_replies_stand_side_by_side_without_a_day():
    found = answer("show", "cn-cnca-replies")
    assert [line["article"] for line in found["provisions"]] == [None, None]


def test_show_names_the_rules_that_cite_a_provision():
    found = answer("show", "cn-cert-mark-measures", "--article", "12", "--rules")
    assert "system-claimed-for-product" in found["provisions"][0]["rules"]


def test_list_has_every_law_with_its_confidence():
    found = answer("list", "--on", "2026-11-24")
    assert len(found["laws"]) == 24
    row = next(row for row in found["laws"] if row["law"] == "cn-cert-mark-measures")
    assert row["version"] == "2022" and sum(row["confidence"].values()) == row["provisions"]


def test_charges_are_the_contracts_object():
    found = answer("charges", "expired_certificate", "--medium", "website", "--on", "2024-06-01")
    assert list(found) == ["conduct", "medium", "actor", "on", "breaches", "penalties", "notes"]
    assert found["actor"] == "holder"
    assert {"law", "version", "doc_no", "title_zh", "article", "paragraph", "gist", "confidence"} <= set(
        found["breaches"][0]
    )
    lead = found["penalties"][0]
    assert (
        lead["law"] == "cn-advertising-law" and lead["article"] == "55" and lead["fine"]["basis"] == "advertising_cost"
    )
    assert len(found["penalties"]) > 1


def test_charges_compute_a_fine_from_the_cost_of_the_page():
    words = ("charges", "no_certificate", "--medium", "e_shop", "--on", "2024-09-20", "--advertising-cost", "1800")
    assert answer(*words)["penalties"][0]["computed"] == {"min": 5400, "max": 9000}


def test_charges_of_a_day_before_all_law_are_exit_1():
    found = answer("charges", "expired_certificate", "--medium", "website", "--on", "1990-01-01", code=1)
    assert found["breaches"] == [] and found["penalties"] == []


def test_charges_of_an_unknown_conduct_or_medium_are_bad_usage():
    assert "expired_certificate" in run("charges", "expired_certificat", "--medium", "website", code=2).stderr
    run("charges", "expired_certificate", "--medium", "radio", code=2)
    run("charges", "expired_certificate", "--medium", "website", "--on", "2024-13-01", code=2)


def test_check_of_the_package_is_clean():
    found = answer("check")
    assert found["errors"] == [] and found["inferred"]


def test_attest_writes_a_record_that_list_counts(tmp_path: Path):
    env = {"CERTMARK_DATA": str(tmp_path)}
    key = "cn-cert-mark-measures#forged-certificate.penalty"
    run("attest", key, "--by", "审阅人甲", "--source", "虚构的公报", env=env)
    assert (tmp_path / "law" / "attestations.jsonl").is_file()
    result = run("list", "--format", "json", env=env)
    row = next(row for row in json.loads(result.stdout)["laws"] if row["law"] == "cn-cert-mark-measures")
    assert row["confidence"]["attested"] == 1


def test_attest_refuses_an_unknown_key_and_a_day_without_it(tmp_path: Path):
    words = ("--by", "审阅人甲", "--source", "虚构的公报", "--file", str(tmp_path / "a.jsonl"))
    run("attest", "cn-cert-mark-measures#nothing", *words, code=2)
    run("attest", "cn-cert-mark-measures#confusing-use", "--on", "2000-01-01", *words, code=1)
    assert not (tmp_path / "a.jsonl").exists()


def test_changes_of_a_day_name_what_moved():
    found = answer("changes", "2015-03-31")
    moved = {line["key"]: (line["from"], line["to"]) for line in found["changes"][0]["moved"]}
    assert moved["confusing-use.penalty"] == ("27(1)", "25(1)")
    assert moved["system-mark-use"] == ("21", "20")
    run("changes", "2015-04-01", code=1)


def test_update_of_a_file_that_is_none_is_bad_usage(tmp_path: Path):
    file = tmp_path / "update.yaml"
    file.write_text("law: cn-trademark-law\n", encoding="utf-8")
    assert "not an update" in run("update", str(file), code=2).stderr


def test_conduct_that_went_on_into_a_later_version_is_answered_for_both_days():
    words = ("charges", "no_certificate", "--medium", "website", "--on", "2025-09-01", "--until", "2025-12-01")
    found = answer(*words)
    assert any(p["article"] == "20" for p in found["penalties"])
    assert found["until"]["on"] == "2025-12-01"
    assert any(p["article"] == "25" and p["fine"] and p["fine"]["min"] is None for p in found["until"]["penalties"])
    assert any("第37条" in note for note in found["notes"])


def test_conduct_within_one_version_is_answered_once():
    words = ("charges", "no_certificate", "--medium", "website", "--on", "2024-06-01", "--until", "2024-07-01")
    assert "until" not in answer(*words)
    run(*words[:5], "2024-06-01", "--until", "2024-05-31", code=2)
