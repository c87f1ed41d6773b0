"""Lists and declarations of completeness given on the command line, beside a register file, the store's register or none."""

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from compliance.cli import text_app
from compliance.register.files import RegisterFileError
from compliance.register_given import complete_given, lists_of, said_of, with_lists
from compliance.register_lists import import_list
from compliance.register_open import open_register, stored_rows
from compliance.store.session import open_store

FIRM = "霁汀市晟曜机械有限公司"
SAYS = "本公司通过ISO9001质量管理体系认证，发证机构为霁汀示例认证有限公司。"
BODIES = "机构名称,批准号,批准领域,批准日期,有效期至,状态\n云岭测试认证有限公司,CNCA-R-2016-000,质量管理体系,2016-03-01,2028-02-29,有效\n"
OUTSIDE = BODIES.replace("云岭测试认证有限公司", "霁汀示例认证有限公司").replace("质量管理体系", "有机产品")
REGISTER = f"证书编号,获证组织名称,认证项目,发证日期,有效期至,证书状态\n00024Q30001R0M,{FIRM},质量管理体系认证,2024-03-01,2027-02-28,有效\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CERTMARK_DATABASE_URL", raising=False)
    monkeypatch.setenv("CERTMARK_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    Path("b.csv").write_text(BODIES, encoding="utf-8")
    Path("r.csv").write_text(REGISTER, encoding="utf-8")


def conducts(*args: str, says: str = SAYS) -> list[str]:
    result = CliRunner().invoke(text_app, [says, "--company", FIRM, "--format", "json", *args])
    assert result.exit_code == 0, result.stderr
    return [f["conduct"] for p in json.loads(result.stdout)["pages"] for f in p["findings"]]


@pytest.mark.parametrize("register", ["r.csv", "none"])
def test_an_unapproved_body_is_shown_by_a_list_that_is_given_and_declared_complete(register: str) -> None:
    assert conducts("--register", register, "--list", "bodies=b.csv", "--complete", "bodies=all") == ["unapproved_body"]
    assert conducts("--register", register, "--list", "bodies=b.csv") == [], (
        "not declared complete: absence says nothing"
    )
    assert conducts("--register", register) == []


def test_a_body_outside_its_field_is_shown_by_a_list_that_is_given() -> None:
    Path("b.csv").write_text(OUTSIDE, encoding="utf-8")
    assert conducts("--register", "r.csv", "--list", "bodies=b.csv", "--complete", "bodies=all") == ["unapproved_body"]


def test_a_register_file_can_be_declared_complete() -> None:
    says = "本公司通过ISO14001环境管理体系认证"
    assert conducts("--register", "r.csv", "--complete", "all", says=says) == ["no_certificate"]
    assert conducts("--register", "r.csv", says=says) == []
    Path("c.yaml").write_text("- {scheme: iso-9001}\n", encoding="utf-8")
    assert conducts("--register", "r.csv", "--complete", "c.yaml", says=says) == [], "complete for another scheme only"


def test_what_was_searched_says_whether_the_register_was_declared_complete() -> None:
    for options, words in (((), "没有声明"), (("--complete", "all"), "声明在该项目、该日完整")):
        result = CliRunner().invoke(
            text_app,
            [
                "本公司通过ISO14001环境管理体系认证",
                "--company",
                FIRM,
                "--format",
                "json",
                "--register",
                "r.csv",
                *options,
            ],
        )
        (claim,) = json.loads(result.stdout)["pages"][0]["claims"]
        assert any(words in line for line in claim["match"]["searched"])
        assert "runner_up" in claim["match"]


def test_a_given_list_lies_over_the_stores_own_of_that_kind_only() -> None:
    Path("own.csv").write_text(OUTSIDE, encoding="utf-8")
    Path("a.csv").write_text(f"企业名称,列入日期\n{FIRM},2026-03-01\n", encoding="utf-8")
    with open_store() as store:
        import_list(store, "own.csv", "bodies", "库内", date(2026, 11, 1))
        import_list(store, "a.csv", "abnormal", "库内", date(2026, 11, 1))
        rows = with_lists(stored_rows(store), lists_of(["bodies=b.csv"]))
        assert rows is not None
        assert [e.get("name") for e in rows.listed("bodies").entries] == ["云岭测试认证有限公司"]
        assert len(rows.listed_about("abnormal", FIRM, None).entries) == 1
        assert rows.listed("recalls") is None


@pytest.mark.parametrize(
    ("lists", "complete", "what"),
    [
        (["planets=b.csv"], [], "kinds"),
        (["b.csv"], [], "KIND=FILE"),
        (["bodies=b.csv", "bodies=b.csv"], [], "twice"),
        (["bodies=none.csv"], [], "no such file"),
        ([], ["bodies=all"], "no --list"),
        (["bodies=r.csv"], [], "机构名称"),
    ],
)
def test_what_can_not_be_used_is_said(lists: list[str], complete: list[str], what: str) -> None:
    with pytest.raises(RegisterFileError, match=what):
        lists_of(lists, complete)
    options = [word for one in lists for word in ("--list", one)] + [
        word for one in complete for word in ("--complete", one)
    ]
    assert CliRunner().invoke(text_app, [SAYS, "--register", "none", *options]).exit_code == 2


def test_completeness_of_the_store_is_declared_at_import_only() -> None:
    assert complete_given(["bodies=all"]) == () and complete_given(["all", "bodies=all"]) == ("all",)
    with pytest.raises(RegisterFileError, match="at its import"):
        open_register(None, complete=("all",))
    with pytest.raises(RegisterFileError, match="twice"):
        complete_given(["all", "c.yaml"])


def test_refused_rows_and_assumed_days_of_files_are_said_and_told_days_are_not() -> None:
    Path("r.csv").write_text(REGISTER + "x,,y,,,\n", encoding="utf-8")
    Path("b.csv").write_text(BODIES + "云岭另一认证有限公司,,,2016-33-01,,\n", encoding="utf-8")
    told = said_of(with_lists(open_register("r.csv"), lists_of(["bodies=b.csv"])))
    assert [
        any(words in line for line in told)
        for words in ("line 3", "day of the data", "1 rows refused", "day of the list")
    ] == [True] * 4
    dated = "快照日期,".join(["", BODIES]).replace("\n云岭", "\n2026-11-01,云岭")
    Path("b.csv").write_text(dated, encoding="utf-8")
    Path("r.csv").write_text(
        REGISTER.replace("证书编号", "快照日期,证书编号").replace("00024Q", "2026-11-01,00024Q"), encoding="utf-8"
    )
    rows = with_lists(open_register("r.csv"), lists_of(["bodies=b.csv"]))
    assert said_of(rows) == []
    assert rows.info.snapshot == rows.listed("bodies").info.snapshot == date(2026, 11, 1)
