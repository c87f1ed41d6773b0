"""`certmark case`: what a person at the terminal sees and what a script gets."""

import json

import pytest
from typer.testing import CliRunner

from compliance.case_cli import app
from compliance.store.findings import save_result
from compliance.store.session import open_store


@pytest.fixture
def case(tmp_path, monkeypatch):
    """Calls the command over a store with one case."""
    monkeypatch.setenv("CERTMARK_DATABASE_URL", f"sqlite:///{tmp_path / 's.db'}")
    claim = {"id": "c1", "quote": "通过ISO 9001认证", "schemes": ["iso-9001"], "state": "held", "certificate": None}
    finding = {
        "id": "f1", "conduct": "no_certificate", "outcome": "suspected", "rule": "no-certificate", "title": "无证", "claim": "c1",
        "quote": claim["quote"], "occurrences": [{"page": "https://jia.example/", "claim": "c1"}], "breaches": [], "penalties": [],
    }  # fmt: skip
    page = {
        "url": "https://jia.example/", "id": None, "sha256": "0" * 64, "captured_at": "2026-11-23T08:00:00+08:00", "as_of": "2026-11-23",
        "company": {"name": "示例甲机械有限公司"}, "coverage": {"blocked": False}, "claims": [claim], "findings": [finding],
    }  # fmt: skip
    with open_store() as store:
        save_result(store, {"tool": None, "as_of": "2026-11-23", "register": None}, page, "jia")
    return lambda *args: CliRunner().invoke(app, args)


@pytest.fixture
def id_(case):
    return json.loads(case("list", "--format", "json").stdout)["cases"][0]["id"]


def test_the_queue_is_gathered_and_shown(case):
    done = case("list")
    assert done.exit_code == 0 and "示例甲机械有限公司" in done.stdout and "新线索 1" in done.stderr


def test_a_case_goes_its_way_and_its_history_is_shown(case, id_, tmp_path):
    letter = tmp_path / "答复.txt"
    letter.write_text("已改正", encoding="utf-8")
    for args in (
        ("change", id_[:6], "confirmed", "--why", "核对", "--who", "甲"),
        ("change", id_, "notice_sent", "--why", "送达", "--who", "甲", "--notice-on", "2026-11-02", "--days", "15"),
        ("reply", id_, "--sender", "示例甲", "--said", "已改正", "--document", str(letter), "--who", "甲"),
    ):
        assert case(*args).exit_code == 0, args
    shown = case("show", id_).stdout
    assert "due 2026-11-17" in shown and "答复.txt" in shown and "notice_sent → replied" in shown
    assert "示例甲机械有限公司" in case("overdue", "--on", "2026-12-01").stdout


def test_exit_statuses(case, id_):
    assert case("show", "c000").exit_code == 1
    assert case("change", id_, "closed", "--why", "x").exit_code == 2
    assert case("change", id_, "checking", "--why", "x", "--expect", "7").exit_code == 3
    assert case("dismiss", id_, "--reason", "because", "--why", "x").exit_code == 2
    assert case("list", "--state", "guilty").exit_code == 2


def test_a_dismissal_is_shown_with_its_reason_and_taken_back(case, id_):
    done = case("dismiss", id_, "--reason", "misread", "--why", "看过", "--review-on", "2026-11-01", "--who", "甲")
    assert done.exit_code == 0 and "已排除" in done.stdout
    shown = case("show", id_).stdout
    assert "看过" in shown and "look again on 2026-11-01" in shown
    assert id_ in case("list", "--review").stdout
    assert case("take-back", id_, "1", "--why", "再看").exit_code == 0


def test_precision_in_the_field_stands_in_the_rule_list(case, id_, capsys):
    import certmark

    case("dismiss", id_, "--reason", "misread", "--why", "看过")
    with pytest.raises(SystemExit):
        certmark.main(["rules", "list", "--format", "json"])
    listed = {one["id"]: one["field"] for one in json.loads(capsys.readouterr().out)}
    assert listed["no-certificate"]["precision"] == 0.0 and listed["no-certificate"]["dismissed_wrong"] == 1
    assert listed["other-holder"] is None
