"""The report of a case, and documents that go out: numbered, kept as sent, corrected or withdrawn by new ones that name the old."""

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from compliance.store.case_changes import document_body
from compliance.store.cases import Attached, case_of, cases_of, change, dismiss, gather, reply
from compliance.store.findings import save_results
from compliance.store.issued import issued_documents
from compliance.store.session import open_store
from reports.cli import app

SAMPLE_RESULT = Path(__file__).parent / "data" / "result.json"
CONDUCT = "expired_certificate"


@pytest.fixture
def url(tmp_path, monkeypatch):
    """A store with the sample's pages and one case under notice, answered, with one finding set aside when it has several."""
    where = f"sqlite:///{tmp_path / 's.db'}"
    monkeypatch.setenv("CERTMARK_DATABASE_URL", where)
    whole = json.loads(SAMPLE_RESULT.read_text("utf-8"))
    head = {key: whole[key] for key in ("tool", "as_of", "register")}
    with open_store() as store:
        save_results(
            store,
            [
                (head, p, (p["company"] or {}).get("uscc") or (p["company"] or {}).get("name") or "x")
                for p in whole["pages"]
            ],
        )
        gather(store)
        id_ = next(c["id"] for c in cases_of(store)["cases"] if c["conduct"] == CONDUCT)
        v = change(store, id_, "confirmed", "审核员甲", "核对登记", case_of(store, id_)["version"])
        v = change(store, id_, "notice_sent", "审核员甲", "送达", v)
        reply(
            store, id_, "审核员甲", sender="示例公司", said="已改，联系人：王小明", expected_version=v,
            documents=[Attached("说明.txt", "text/plain", b"x")],
        )  # fmt: skip
    return where


@pytest.fixture
def case(url):
    with open_store(url) as store:
        return next(c for c in cases_of(store)["cases"] if c["conduct"] == CONDUCT)


def run(*args):
    return CliRunner().invoke(app, [str(a) for a in args])


@pytest.mark.parametrize("form", ["html", "docx", "xlsx", "json", "pdf"])
def test_each_format_holds_the_case(form, url, case, tmp_path):
    done = run("--case", case["id"], "--format", form, "--out", tmp_path / f"r.{form}")
    if done.exit_code == 2 and "typeface" in done.output:
        pytest.skip("no Chinese typeface here")
    assert done.exit_code == 0, done.output
    if form in {"html", "json"}:
        text = (tmp_path / f"r.{form}").read_text("utf-8")
        assert case["id"] in text and "企业已答复" in text and "说明.txt" in text
        assert "王小明" not in text and "王＊＊" in text  # masked unless asked for


def test_a_finding_its_pages_no_longer_show_stays_in_the_case_s_report(url, case, tmp_path):
    with open_store(url) as store:
        full = case_of(store, case["id"])
        mine = {f["id"] for f in full["findings"]}
        whole = json.loads(SAMPLE_RESULT.read_text("utf-8"))
        head = {key: whole[key] for key in ("tool", "as_of", "register")}
        for page in whole["pages"]:
            if any(f["id"] in mine for f in page["findings"]):
                page |= {"findings": [], "claims": []}
                save_results(store, [(head, page, full["company"]["key"])])
    run("--case", case["id"], "--format", "json", "--out", tmp_path / "r.json")
    made = json.loads((tmp_path / "r.json").read_text("utf-8"))
    shown = {f["id"]: f for c in made["companies"] for f in c["findings"]}
    assert set(shown) == mine
    assert next(iter(shown.values()))["register"]["row"]  # the register row kept with the facts


def test_what_is_dismissed_stays_in_the_report_and_its_counts(url, case, tmp_path):
    run("--all", "--format", "json", "--out", tmp_path / "before.json")
    with open_store(url) as store:
        dismiss(
            store, case["id"], "审核员乙", scope="case", reason="misread", why="看过", expected_version=case["version"]
        )
    run("--all", "--format", "json", "--out", tmp_path / "after.json")
    before, after = (json.loads((tmp_path / f"{n}.json").read_text("utf-8")) for n in ("before", "after"))
    assert before["counts"] == after["counts"]
    marks = [f["case_zh"] for c in after["companies"] for f in c["findings"] if f["conduct"] == CONDUCT]
    assert marks and all("已排除" in one and "审核员乙" in one for one in marks)


def test_a_document_that_went_out_is_corrected_and_withdrawn_by_new_ones(url, case, tmp_path):
    first = tmp_path / "a.html"
    assert run("--case", case["id"], "--issue-to", "示例局", "--who", "甲", "--out", first).exit_code == 0
    done = run(
        "--case",
        case["id"],
        "--issue-to",
        "示例局",
        "--replaces",
        "CM-1999-00001",
        "--why",
        "x",
        "--out",
        tmp_path / "n.html",
    )
    assert done.exit_code == 1
    with open_store(url) as store:
        (sent,) = issued_documents(store)
        assert document_body(store, sent["sha256"]) == first.read_bytes()
    no_reason = run(
        "--case", case["id"], "--issue-to", "示例局", "--replaces", sent["id"], "--out", tmp_path / "b.html"
    )
    assert no_reason.exit_code == 2 and "say why" in no_reason.output
    second = tmp_path / "b.html"
    assert (
        run(
            "--case", case["id"], "--issue-to", "示例局", "--replaces", sent["id"], "--why", "页面有误", "--out", second
        ).exit_code
        == 0
    )
    text = second.read_text("utf-8")
    assert sent["id"] in text and "示例局" in text and "页面有误" in text and sent["sha256"] in text
    with open_store(url) as store:
        number = issued_documents(store)[1]["id"]
    letter = tmp_path / "c.html"
    done = run(
        "--letter", "withdrawal", "--replaces", number, "--why", "对象有误", "--issue-to", "示例局", "--out", letter
    )
    assert done.exit_code == 0 and number in letter.read_text("utf-8") and "对象有误" in letter.read_text("utf-8")
    with open_store(url) as store:
        found = issued_documents(store)
        assert [d["replaced_by"] for d in found] == [[found[1]["id"]], [found[2]["id"]], []]
        assert [line["what"] for line in case_of(store, case["id"])["history"]][-3:] == ["issued"] * 3


def test_number_and_receiver_stand_in_the_document_itself(url, case, tmp_path):
    run("--case", case["id"], "--issue-to", "示例局", "--format", "json", "--out", tmp_path / "a.json")
    made = json.loads((tmp_path / "a.json").read_text("utf-8"))
    rows = dict(made["sections"][0]["tables"][0]["rows"])
    with open_store(url) as store:
        (sent,) = issued_documents(store)
    assert rows["文书编号"] == sent["id"] and rows["受文者"] == "示例局"
    assert hashlib.sha256((tmp_path / "a.json").read_bytes()).hexdigest() == sent["sha256"]


def test_usage_that_makes_no_sense(url, case, tmp_path):
    out = tmp_path / "x.html"
    assert run("--case", case["id"], "--all", "--out", out).exit_code == 2
    assert run("--all", "--replaces", "CM-2026-00001", "--out", out).exit_code == 2
    assert run("--letter", "withdrawal", "--out", out).exit_code == 2
    assert run("--case", "c000000", "--out", out).exit_code == 1


def test_a_notice_names_its_deadline_its_number_and_the_one_it_corrects(url, case, tmp_path):
    first, second = tmp_path / "a.html", tmp_path / "b.html"
    args = ("--case", case["id"], "--letter", "rectification", "--issue-to", "示例公司")
    assert run(*args, "--out", first).exit_code == 0
    with open_store(url) as store:
        (sent,) = issued_documents(store)
    assert case["deadline"]["due_on"] in first.read_text("utf-8") and sent["id"] in first.read_text("utf-8")
    assert run(*args, "--replaces", sent["id"], "--why", "日期有误", "--out", second).exit_code == 0
    text = second.read_text("utf-8")
    assert f"编号 {sent['id']}" in text and "日期有误" in text
    assert (
        run("--company", case["company"]["name"], "--letter", "rectification", "--out", tmp_path / "c.html").exit_code
        == 0
    )
    assert "＿＿＿＿日内" in (tmp_path / "c.html").read_text("utf-8")  # without a case nobody knows the day


def test_what_is_set_aside_is_never_held_against_anybody_in_a_letter(url, case, tmp_path):
    with open_store(url) as store:
        quote = case_of(store, case["id"])["findings"][0]["quote"]
        dismiss(
            store, case["id"], "审核员乙", scope="case", reason="misread", why="看过", expected_version=case["version"]
        )
    done = run("--case", case["id"], "--letter", "rectification", "--out", tmp_path / "a.html")
    assert done.exit_code == 1 and "set aside" in done.output
    done = run("--company", case["company"]["name"], "--letter", "rectification", "--out", tmp_path / "b.html")
    assert done.exit_code == 1 or quote not in (tmp_path / "b.html").read_text("utf-8")
