"""`certmark report`: files, messages, exit statuses."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reports.cli import app

RESULT = Path(__file__).with_name("data") / "result.json"


def _run(*args):
    return CliRunner().invoke(app, [str(arg) for arg in args])


@pytest.mark.parametrize(("format", "start"), [("html", "<!DOCTYPE html>"), ("json", "{")])
def test_a_report_is_written_from_a_result_file(tmp_path, format, start):
    out = tmp_path / "deep" / "report"
    done = _run("--from", RESULT, "--all", "--format", format, "--out", out)
    assert done.exit_code == 0, done.output
    assert out.read_text("utf-8").startswith(start)
    assert [path.name for path in out.parent.iterdir()] == ["report"]


def test_one_company_only(tmp_path):
    out = tmp_path / "r.json"
    assert _run("--from", RESULT, "--company", "临云示范食品有限公司", "--format", "json", "--out", out).exit_code == 0
    assert [c["name"] for c in json.loads(out.read_text("utf-8"))["companies"]] == ["临云示范食品有限公司"]


@pytest.mark.parametrize(
    ("args", "status", "says"),
    [
        (["--all", "--format", "odt", "--out", "x"], 2, "no such format"),
        (["--all"], 2, "--out is missing"),
        (["--from", RESULT, "--letter", "ode", "--out", "x"], 2, "no such letter"),
        (["--from", RESULT, "--letter", "inquiry", "--format", "pdf", "--out", "x"], 2, "html or docx"),
        (["--from", RESULT, "--letter", "inquiry", "--finding", "none", "--out", "x"], 1, "no finding"),
        (["--from", RESULT, "--template", "/no/such", "--out", "x"], 2, "no such folder"),
        (["--out", "x"], 2, "nothing chosen"),
        (["--all", "--company", "甲", "--out", "x"], 2, "exclude"),
        (["--from", RESULT, "--company", "不存在有限公司", "--out", "x"], 1, "no page of"),
        (["--from", "/no/such/file.json", "--out", "x"], 2, "can't be read"),
        (["--from", RESULT, "--out", "/proc/no/such/place.html"], 2, "choose another --out"),
    ],
)
def test_what_is_wrong_is_said_with_its_exit_status(args, status, says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = _run(*args)
    assert done.exit_code == status and says in done.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not JSON"),
        (b'{"tool": ', ":1:"),
        (b"[1]", "one object"),
        (b'{"tool": {}}', "lacks as_of"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"tool": 1, "as_of": "2026-01-01", "register": null, "pages": [{}]}', "not a check result"),
    ],
)
def test_a_file_that_is_no_result_is_refused_with_the_place(content, says, tmp_path):
    source = tmp_path / "r.json"
    source.write_bytes(content)
    done = _run("--from", source, "--out", tmp_path / "out.html")
    assert done.exit_code == 2 and says in done.output, done.output
    assert not (tmp_path / "out.html").exists()


def test_lines_of_jsonl_become_one_report(tmp_path):
    whole = json.loads(RESULT.read_text("utf-8"))
    head = {key: whole[key] for key in ("tool", "as_of", "register")}
    source = tmp_path / "r.jsonl"
    source.write_text("\n".join(json.dumps({**head, **page}) for page in whole["pages"]), "utf-8")
    done = _run("--from", source, "--format", "json", "--out", tmp_path / "a.json")
    assert done.exit_code == 0, done.output
    counts = json.loads((tmp_path / "a.json").read_text("utf-8"))["counts"]
    assert counts == {"violation": 2, "suspected": 2, "needs_review": 1}


def test_a_template_with_a_fault_is_named_with_its_line(tmp_path):
    (tmp_path / "report.html.j2").write_text("甲\n{{ report.nothing }}\n", "utf-8")
    done = _run("--from", RESULT, "--template", tmp_path, "--out", tmp_path / "x.html")
    assert done.exit_code == 2 and "nothing" in done.output
    (tmp_path / "report.html.j2").write_text("甲\n{% if %}\n", "utf-8")
    done = _run("--from", RESULT, "--template", tmp_path, "--out", tmp_path / "x.html")
    assert done.exit_code == 2 and "report.html.j2:2" in done.output


def test_names_are_masked_unless_asked_for(tmp_path):
    whole = json.loads(RESULT.read_text("utf-8"))
    whole["pages"][0]["claims"][0]["context"] += "审核员：张示范。"
    source = tmp_path / "r.json"
    source.write_text(json.dumps(whole), "utf-8")
    assert _run("--from", source, "--out", tmp_path / "a.html").exit_code == 0
    assert _run("--from", source, "--names", "--out", tmp_path / "b.html").exit_code == 0
    assert "张示范" not in (tmp_path / "a.html").read_text("utf-8")
    assert "张示范" in (tmp_path / "b.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--self", "--format", "text"], "您写的是"),
        (["--self"], "自查结果"),
        (["--as-body", "CNCA-R-0000-000"], "跟踪"),
        (["--as-body", "CNCA-R-0000-000", "--format", "json"], '"clients"'),
        (["--letter", "inquiry"], "协助核实"),
    ],
)
def test_the_other_doors_write_their_documents(args, says, tmp_path):
    out = tmp_path / "out"
    done = _run("--from", RESULT, *args, "--out", out)
    assert done.exit_code == 0, done.output
    assert says in out.read_text("utf-8")


@pytest.mark.parametrize(
    ("args", "status"),
    [
        (["--self", "--format", "docx"], 2),
        (["--format", "text"], 2),
        (["--as-body", "X", "--format", "pdf"], 2),
        (["--as-body", "NOBODY"], 1),
    ],
)
def test_doors_refuse_what_they_do_not_have(args, status, tmp_path):
    assert _run("--from", RESULT, *args, "--out", tmp_path / "out").exit_code == status
