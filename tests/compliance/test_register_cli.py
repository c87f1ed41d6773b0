"""`certmark register …`: exit statuses, streams and formats of the contract."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from compliance.register.sample import write_sample
from compliance.register_cli import app

HEAD = "证书编号,获证组织名称,认证项目,发证日期,有效期至,证书状态"
ROW = "00024Q30001R0M,霁汀市晟曜机械有限公司,质量管理体系认证,2024-03-01,2027-02-28,有效"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CERTMARK_DATABASE_URL", raising=False)
    monkeypatch.setenv("CERTMARK_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


def run(*args: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, list(args), input=stdin)


def register(*lines: str) -> str:
    Path("r.csv").write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
    return "r.csv"


def test_import_counts_rows_and_names_the_bad_ones() -> None:
    result = run(
        "import",
        register(ROW, ROW.replace("2024-03-01", "2099-01-01")),
        "--snapshot",
        "2026-11-01",
        "--complete",
        "all",
    )
    assert result.exit_code == 0
    assert "1 rows in" in result.stdout and "refused 1" in result.stdout
    assert "line 3" in result.stderr and "2099" in result.stderr
    rejects = Path("data/rejects/r.rejects.csv").read_text(encoding="utf-8-sig")
    assert "2099" in rejects


def test_import_of_no_register_is_exit_2_with_the_headings_read() -> None:
    Path("x.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    result = run("import", "x.csv")
    assert result.exit_code == 2
    assert "甲" in result.stderr


@pytest.mark.parametrize("main", ["utf-8", "gb18030"])
def test_a_file_in_two_encodings_is_read_and_the_import_says_so(main: str) -> None:
    other = {"utf-8": "gb18030", "gb18030": "utf-8"}[main]
    second, third = ROW.replace("30001", "30002"), ROW.replace("30001", "30003").replace("晟曜", "盛曜")
    Path("r.csv").write_bytes(f"{HEAD}\n{ROW}\n{second}\n".encode(main) + f"{third}\n".encode(other))
    result = run("import", "r.csv", "--snapshot", "2026-11-01")
    assert "3 rows in" in result.stdout
    assert "two encodings" in result.stderr and "line 4" in result.stderr
    assert run("lookup", "霁汀市盛曜机械有限公司").exit_code == 0


def test_import_of_a_file_without_one_usable_row_is_exit_2() -> None:
    assert run("import", register(ROW.replace("2024-03-01", "2099-01-01")), "--snapshot", "2026-11-01").exit_code == 2


@pytest.mark.parametrize("said", ["霁汀市晟曜机械有限公司", "00024q30001r0m", "霁汀晟曜机械有限责任公司"])
def test_lookup_finds_by_name_and_number(said: str) -> None:
    run("import", register(ROW), "--snapshot", "2026-11-01")
    result = run("lookup", said, "--on", "2026-11-20", "--format", "json")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert answer["match"]["number"] == "00024Q30001R0M"
    assert answer["match"]["state_on_day"] == "valid"


def test_lookup_of_something_else_is_exit_1_and_shows_what_is_near() -> None:
    run("import", register(ROW), "--snapshot", "2026-11-01")
    result = run("lookup", "霁汀市盛曜机械有限公司", "--format", "json")
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert answer["match"] is None
    assert answer["near"][0]["row"]["holder"] == "霁汀市晟曜机械有限公司"


def test_lookup_without_a_register_is_exit_2() -> None:
    assert run("lookup", "霁汀市晟曜机械有限公司").exit_code == 2


def test_a_file_can_be_asked_without_importing_it() -> None:
    result = run("lookup", "00024Q30001R0M", "--register", register(ROW), "--format", "json")
    assert json.loads(result.stdout)["match"]["holder"] == "霁汀市晟曜机械有限公司"


def test_batch_answers_each_line_by_the_contracts_names() -> None:
    run("import", register(ROW), "--snapshot", "2026-11-01")
    asked = [{"id": "a", "name": "霁汀市晟曜机械有限公司", "scheme": "iso-9001", "unknown": 1}, {"id": 2, "number": "00024Q30001R0M"},
             {"id": 3, "name": "霁汀市盛曜机械有限公司"}, {"id": 4, "name": "霁汀市晟曜机械有限公司", "scheme": "强制性产品认证"}]  # fmt: skip
    result = run("lookup", "--batch", "-", "--format", "jsonl", stdin="\n".join(json.dumps(a) for a in asked))
    assert result.exit_code == 0
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [a["id"] for a in answers] == ["a", 2, 3, 4]
    assert [a["method"] for a in answers] == ["name", "number", None, None]
    assert [a["match"] is None for a in answers] == [False, False, True, True]
    assert set(answers[0]["match"]) == {
        "number", "holder", "uscc", "scheme", "standard", "scope", "body", "body_code", "issued", "expires", "status", "status_from",
        "province", "source", "snapshot",
    }  # fmt: skip
    assert answers[2]["near"][0]["row"]["holder"] == "霁汀市晟曜机械有限公司"
    assert 0.8 < answers[2]["near"][0]["score"] < 1


def test_a_line_that_is_no_question_is_exit_2_and_the_others_are_answered() -> None:
    run("import", register(ROW), "--snapshot", "2026-11-01")
    result = run("lookup", "--batch", "-", stdin='{"id": 1, "number": "00024Q30001R0M"}\nnonsense\n{"id": 3}\n')
    assert result.exit_code == 2
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [a["id"] for a in answers] == [1, None, 3]
    assert answers[0]["match"] is not None and "error" in answers[1]


def test_sample_and_stats_agree() -> None:
    assert run("sample", "--scale", "0.001", "--seed", "3", "--out", "s.csv").exit_code == 0
    run("import", "s.csv", "--complete", "all")
    told = json.loads(run("stats", "--format", "json").stdout)
    assert told["total"] == {"certificates": 4120, "organisations": 1093}
    assert told["not_filed"] == 0
    assert sum(a["certificates"] for a in told["areas"]) == 4120
    assert told["complete"] == ["all"]
    lines = {c["id"]: c for c in told["categories"]}
    assert lines["ms-quality"]["certificates"] == 967
    assert "53805" in lines["ms-measurement"]["note"]
    from_file = json.loads(run("stats", "--register", "s.csv", "--format", "json").stdout)
    assert (from_file["categories"], from_file["areas"]) == (told["categories"], told["areas"])


def test_stats_as_a_table_names_the_printing_faults() -> None:
    write_sample(Path("s.csv"), 0.0003, 3)
    result = run("stats", "--register", "s.csv")
    assert result.exit_code == 0
    assert "53805" in result.stdout


def test_sample_to_an_unknown_ending_is_exit_2() -> None:
    assert run("sample", "--out", "s.xls").exit_code == 2


def test_diff_tells_the_changes_and_alerts_for_watched_firms() -> None:
    run("import", register(ROW), "--snapshot", "2026-10-01", "--complete", "all")
    run("import", register(ROW.replace("有效", "撤销（2026-10-20）")), "--snapshot", "2026-11-01", "--complete", "all")
    Path("watch.txt").write_text("霁汀市晟曜机械有限公司\n", encoding="utf-8")
    told = json.loads(run("diff", "--watch", "watch.txt", "--format", "json").stdout)
    assert (told["before"], told["snapshot"], told["changed"]) == ("2026-10-01", "2026-11-01", 1)
    assert told["alerts"] == [
        {
            "holder": "霁汀市晟曜机械有限公司",
            "number": "00024Q30001R0M",
            "scheme": "iso-9001",
            "what": "revoked",
            "day": "2026-10-20",
        }
    ]
    assert run("diff").exit_code == 0


@pytest.mark.parametrize("complete", ["nonsense.yaml", "bad.yaml"])
def test_a_wrong_declaration_of_completeness_is_exit_2(complete: str) -> None:
    Path("bad.yaml").write_text("- {planet: mars}\n", encoding="utf-8")
    result = run("import", register(ROW), "--complete", complete)
    assert result.exit_code == 2
    assert complete in result.stderr


def test_completeness_can_be_limited_by_a_file() -> None:
    Path("c.yaml").write_text("- {scheme: iso-9001, area: 江苏, from: 2020-01-01, to: 2026-11-01}\n", encoding="utf-8")
    run("import", register(ROW), "--snapshot", "2026-11-01", "--complete", "c.yaml")
    told = json.loads(run("stats", "--format", "json").stdout)
    assert told["complete"] == ["scheme:iso-9001,area:江苏省,from:2020-01-01,to:2026-11-01"]


def test_an_unknown_kind_is_a_usage_error() -> None:
    assert run("import", register(ROW), "--kind", "planets").exit_code == 2


BODY = "示例认证有限公司,CNCA-R-2016-000,质量管理体系,2016-03-01,2028-02-29,有效"


def test_import_of_a_list_says_what_it_took_and_stats_show_it() -> None:
    Path("b.csv").write_text(
        f"机构名称,批准号,批准领域,批准日期,有效期至,状态\n{BODY}\n{BODY[:-2]}x\n", encoding="utf-8"
    )
    taken = run("import", "b.csv", "--kind", "bodies", "--snapshot", "2026-11-20", "--complete", "all")
    assert taken.exit_code == 0 and "2 rows in" in taken.stdout and "remark" in taken.stderr
    again = run("import", "b.csv", "--kind", "bodies", "--snapshot", "2026-11-20", "--complete", "all")
    assert again.exit_code == 0 and "nothing was changed" in again.stderr
    (shown,) = json.loads(run("stats", "--format", "json").stdout)["lists"]
    assert (shown["kind"], shown["rows"], shown["complete"], shown["snapshot"]) == ("bodies", 2, ["all"], "2026-11-20")
    assert "bodies" in run("stats").stdout
    assert run("lookup", "示例认证有限公司").exit_code == 2, "a list is no register of certificates"


def test_import_of_an_unknown_kind_or_a_file_of_another_kind_is_exit_2() -> None:
    Path("b.csv").write_text(f"机构名称,批准号\n{BODY}\n", encoding="utf-8")
    assert run("import", "b.csv", "--kind", "bodys").exit_code == 2
    wrong = run("import", "b.csv", "--kind", "recalls")
    assert wrong.exit_code == 2 and "型号" in wrong.stderr + wrong.stdout or "产品" in wrong.stderr
