"""Alerts for watched firms: what is told, what is left out and counted, what is new."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from compliance.records import CertificateRow, RegisterInfo
from compliance.register.files import RegisterFileError
from compliance.register.memory import MemoryRows
from compliance.register_alerts import FIELDS, alerts_of, watched_in
from compliance.register_cli import app

ON = date(2026, 11, 24)
FIRM = "霁汀市晟曜机械有限公司"


def row(number: str = "00024Q30001R0M", status: str = "valid", since: date | None = None, *, holder: str = FIRM,
        issued: date = date(2024, 3, 1), expires: date | None = date(2027, 2, 28), scheme: str = "iso-9001",
        uscc: str | None = None) -> CertificateRow:  # fmt: skip
    return CertificateRow(
        number,
        holder,
        uscc,
        scheme,
        None,
        None,
        None,
        None,
        issued,
        expires,
        status,
        since,
        None,
        "登记",
        date(2026, 11, 1),
    )


def told(tmp_path: Path, *rows: CertificateRow, watch: str = FIRM, **more) -> dict:
    (tmp_path / "w.txt").write_text(watch + "\n", encoding="utf-8")
    register = MemoryRows(rows, RegisterInfo("登记", date(2026, 11, 1), len(rows)))
    return alerts_of(register, watched_in(tmp_path / "w.txt"), more.pop("on", ON), more.pop("within", 60), **more)


@pytest.mark.parametrize("status", ["suspended", "revoked", "cancelled"])
def test_a_state_that_ends_a_certificate_is_an_alert_with_its_day(tmp_path: Path, status: str) -> None:
    (alert,) = told(tmp_path, row(status=status, since=date(2026, 10, 20)))["alerts"]
    assert (alert["what"], alert["day"], alert["days"]) == (status, "2026-10-20", -35)


@pytest.mark.parametrize(("days", "seen"), [(59, True), (60, True), (61, False)])
def test_the_last_day_of_the_reach_is_inside(tmp_path: Path, days: int, seen: bool) -> None:
    found = told(tmp_path, row(expires=date.fromordinal(ON.toordinal() + days)))
    assert [a["what"] for a in found["alerts"]] == (["expires"] if seen else [])


def test_a_certificate_that_ends_today_ends_in_0_days_and_is_expired_tomorrow(tmp_path: Path) -> None:
    (today,) = told(tmp_path, row(expires=ON))["alerts"]
    (tomorrow,) = told(tmp_path, row(expires=ON), on=date(2026, 11, 25))["alerts"]
    assert (today["what"], today["days"], tomorrow["what"], tomorrow["days"]) == ("expires", 0, "expired", -1)


def test_a_renewed_certificate_is_no_alert_but_one_of_another_scheme_does_not_renew_it(tmp_path: Path) -> None:
    ends = row(expires=date(2026, 12, 1))
    renewed = row("00026Q30009R1M", issued=date(2026, 11, 20), expires=date(2029, 11, 19))
    other = row("00026E30009R0M", scheme="iso-14001", expires=date(2029, 11, 19))
    assert told(tmp_path, ends, renewed)["alerts"] == []
    assert [a["number"] for a in told(tmp_path, ends, other)["alerts"]] == [ends.number]


def test_a_revoked_one_is_told_with_the_one_in_force_besides(tmp_path: Path) -> None:
    gone = row(status="revoked", since=date(2026, 10, 20))
    (alert,) = told(tmp_path, gone, row("00026Q30009R0M"))["alerts"]
    assert (alert["number"], alert["in_force_besides"]) == (gone.number, "00026Q30009R0M")


def test_what_ended_long_ago_is_left_out_and_counted(tmp_path: Path) -> None:
    old = (row(status="cancelled", since=date(2024, 5, 1)), row("00018Q30001R0M", expires=date(2021, 2, 28)))
    found = told(tmp_path, *old)
    assert (found["alerts"], found["left_out"]) == ([], 2)
    assert [a["what"] for a in told(tmp_path, *old, since=date(2024, 1, 1))["alerts"]] == ["cancelled"]


def test_a_state_without_a_day_is_told_without_one(tmp_path: Path) -> None:
    (alert,) = told(tmp_path, row(status="revoked"))["alerts"]
    assert (alert["day"], alert["days"]) == (None, None)


def test_an_open_suspension_is_told_beyond_its_snapshot_and_the_snapshots_age_with_it(tmp_path: Path) -> None:
    found = told(tmp_path, row(status="suspended", since=date(2026, 10, 20)), on=date(2027, 2, 1))
    assert [a["what"] for a in found["alerts"]] == ["suspended"]
    assert found["old"] == 92


def test_a_close_name_is_not_watched_in_place_of_another_and_is_told(tmp_path: Path) -> None:
    found = told(tmp_path, row(status="revoked"), watch="霁汀市盛曜机械有限公司\n没有的企业有限公司")
    assert (found["alerts"], found["found"]) == ([], 0)
    assert [(m["line"], m["said"]) for m in found["not_found"]] == [
        (1, "霁汀市盛曜机械有限公司"),
        (2, "没有的企业有限公司"),
    ]
    assert found["not_found"][0]["near"] == [FIRM]


def test_two_firms_of_one_name_are_told_as_such(tmp_path: Path) -> None:
    rows = (row(uscc="91000000MA00000157"), row("00024Q30002R0M", uscc="91000000MA0000106J"))
    assert told(tmp_path, *rows)["not_found"][0]["several_holders"] is True


def test_a_firm_watched_twice_is_told_once(tmp_path: Path) -> None:
    found = told(tmp_path, row(status="revoked"), watch=f"{FIRM}\n00024Q30001R0M\n霁汀晟曜机械有限责任公司")
    assert (found["found"], len(found["alerts"])) == (3, 1)


@pytest.mark.parametrize("text", ["企业名称,统一社会信用代码\n霁汀市晟曜机械有限公司,\n", "# 关注\n\n霁汀市晟曜机械有限公司\n"])  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_watch_list_is_text_or_a_table_in_each_usual_encoding(tmp_path: Path, text: str, encoding: str) -> None:
    (tmp_path / "w.csv").write_text(text, encoding=encoding)
    (one,) = watched_in(tmp_path / "w.csv")
    assert (one.query.name, one.query.uscc) == (FIRM, None)


@pytest.mark.parametrize("content", [b"", b"# only a remark\n", b"\xff\xff\xff"])
def test_a_watch_list_that_names_nobody_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "w.txt").write_bytes(content)
    with pytest.raises(RegisterFileError, match=r"w\.txt"):
        watched_in(tmp_path / "w.txt")


# --- the command ---

HEAD = "证书编号,获证组织名称,认证项目,发证日期,有效期至,证书状态"
OLD = f"00024Q30001R0M,{FIRM},质量管理体系认证,2024-03-01,2027-02-28,有效"
STEADY = f"00024E30001R0M,{FIRM},环境管理体系认证,2024-03-01,2027-02-28,撤销（2026-09-01）"


@pytest.fixture
def imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CERTMARK_DATABASE_URL", raising=False)
    monkeypatch.setenv("CERTMARK_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    Path("w.txt").write_text(f"{FIRM}\n", encoding="utf-8")
    take("2026-10-01", OLD, STEADY, f"00024S30001R0M,{FIRM},职业健康安全管理体系认证,2024-03-01,2027-02-28,有效")
    take("2026-11-01", OLD.replace("有效", "暂停（2026-10-20）"), STEADY)


def take(day: str, *lines: str) -> None:
    Path("r.csv").write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
    assert run("import", "r.csv", "--snapshot", day, "--complete", "all").exit_code == 0


def run(*args: str) -> Result:
    return CliRunner().invoke(app, list(args))


@pytest.mark.usefixtures("imported")
def test_new_alerts_are_those_the_newest_snapshot_brought() -> None:
    every = json.loads(run("alerts", "--watch", "w.txt", "--on", "2026-11-10", "--format", "json").stdout)["alerts"]
    assert [(a["what"], a["new"]) for a in every] == [("revoked", False), ("suspended", True), ("gone", True)]
    new = json.loads(run("alerts", "--watch", "w.txt", "--on", "2026-11-10", "--new", "--format", "json").stdout)[
        "alerts"
    ]
    assert [a["what"] for a in new] == ["suspended", "gone"]


@pytest.mark.usefixtures("imported")
def test_alerts_come_as_a_table_and_as_csv_with_messages_apart() -> None:
    with Path("w.txt").open("a", encoding="utf-8") as file:
        file.write("没有的企业有限公司\n")
    shown = run("alerts", "--watch", "w.txt", "--on", "2026-11-10")
    assert shown.exit_code == 0 and "suspended" in shown.stdout and FIRM in shown.stdout
    assert "line 2" in shown.stderr and "not in the register" in shown.stderr
    rows = list(
        csv.DictReader(io.StringIO(run("alerts", "--watch", "w.txt", "--on", "2026-11-10", "--format", "csv").stdout))
    )
    assert tuple(rows[0]) == FIELDS and len(rows) == 3
    assert (rows[0]["uscc"], rows[0]["new"], rows[1]["new"]) == ("", "no", "yes")


@pytest.mark.usefixtures("imported")
def test_a_single_file_gives_alerts_but_none_of_them_is_new() -> None:
    assert run("alerts", "--watch", "w.txt", "--register", "r.csv", "--on", "2026-11-10").exit_code == 0
    assert run("alerts", "--watch", "w.txt", "--register", "r.csv", "--new").exit_code == 2
    assert run("alerts", "--watch", "w.txt", "--format", "xls").exit_code == 2
    assert run("alerts", "--watch", "nothing.txt").exit_code == 2
