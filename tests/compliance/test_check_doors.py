"""The other doors of `certmark check`: plain words for the site's own people, a body's clients, SARIF, and a bid's certificates."""

import json
from pathlib import Path

import pytest

import certmark

FIRM, BODY = "霁汀市示例阀门有限公司", "示例云标认证有限公司"
REGISTER = (
    "证书编号,获证组织名称,认证项目,认证标准,认证覆盖范围,发证机构,机构批准号,发证日期,有效期至,证书状态,统一社会信用代码\n"
    f"00022Q10011R1M,{FIRM},质量管理体系认证,GB/T 19001-2016/ISO 9001:2015,闸阀的生产,{BODY},000,2022-05-10,2025-05-09,过期失效,\n"
    f"00024S10012R0M,{FIRM},职业健康安全管理体系认证,GB/T 45001-2020/ISO 45001:2018,闸阀的生产,{BODY},000,2024-06-03,2027-06-02,有效,\n"
)


@pytest.fixture
def run(tmp_path, capsys):
    (tmp_path / "r.csv").write_text(REGISTER, encoding="utf-8")

    def call(*args: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as end:
            certmark.main(
                ["check", *args, "--register", str(tmp_path / "r.csv"), "--complete", "all", "--company", FIRM]
            )
        return end.value.code or 0, capsys.readouterr().out

    return call


@pytest.fixture
def page(tmp_path) -> str:
    path = tmp_path / "about.html"
    path.write_text(
        f"<title>公司简介</title><h1>{FIRM}</h1><p>公司已通过ISO 9001质量管理体系认证，证书编号00022Q10011R1M。</p>",
        encoding="utf-8",
    )
    return str(path)


@pytest.fixture
def bid(tmp_path) -> str:
    docx = pytest.importorskip("docx")
    paper = docx.Document()
    for line in (
        "投标文件", f"投标人：{FIRM}", "招标人：示例采购中心", "开标时间：2026年11月20日9时30分", "资格要求的响应",
        "我公司已通过ISO 9001质量管理体系认证，证书编号00022Q10011R1M，有效期至2027年5月9日。",
    ):  # fmt: skip
        paper.add_paragraph(line)
    table = paper.add_table(rows=2, cols=3)
    for at, row in enumerate(
        (("证书名称", "证书编号", "有效期至"), ("职业健康安全管理体系认证证书", "00024S10012R0M", "2027-06-02"))
    ):
        for cell, words in zip(table.rows[at].cells, row, strict=True):
            cell.text = words
    path = tmp_path / "bid.docx"
    paper.save(path)
    return str(path)


def test_a_bid_s_certificates_with_what_the_register_shows_on_the_day_of_opening(run, bid):
    status, out = run(bid, "--medium", "tender", "--format", "json")
    (found,) = json.loads(out)["pages"]
    told = found["tender"]
    assert status == 0 and told["opening"] == {"day": "2026-11-20", "source": "page"}
    states = {c["number"]: (c["state_on_day"], c["verdict"], c["says_expires"]) for c in told["certificates"]}
    assert states["00022Q10011R1M"] == ("expired", "finding", "2027-05-09")
    assert states["00024S10012R0M"] == ("valid", "compliant", "2027-06-02")
    laws = {p["law"] for f in found["findings"] for p in (*f["breaches"], *f["penalties"])}
    assert {"cn-tendering-law", "cn-government-procurement-law"} <= laws


def test_the_day_said_on_the_command_line_leads_over_the_paper_s(run, bid):
    _, out = run(bid, "--medium", "tender", "--format", "json", "--as-of", "2024-12-01")
    told = json.loads(out)["pages"][0]["tender"]
    assert told["opening"] == {"day": "2024-12-01", "source": "option"}
    assert {c["state_on_day"] for c in told["certificates"]} == {"valid"}


def test_a_bid_in_the_terminal_starts_with_its_certificates(run, bid):
    _, out = run(bid, "--medium", "tender")
    assert out.index("投标文件所列证书") < out.index("■") and "开标日状态 过期失效" in out and "开标日状态 有效" in out


def test_without_a_bidder_the_paper_may_be_the_buyer_s(tmp_path, bid, capsys):
    with pytest.raises(SystemExit):
        certmark.main(["check", bid, "--medium", "tender", "--format", "json", "--register", "none"])
    (found,) = json.loads(capsys.readouterr().out)["pages"]
    assert found["genre"] == "tender" and "tender" not in found


def test_self_check_says_what_to_write_and_fits_a_job_by_its_status(run, page):
    status, out = run(page, "--self", "--fail-on", "violation")
    assert status == 1 and "可以改成" in out and "■" not in out
    assert run(page, "--self")[0] == 0


def test_a_body_sees_its_clients_only(run, page):
    status, out = run(page, "--as-body", "000")
    assert status == 0 and "已过有效期" in out and FIRM in out and "第" in out
    status, out = run(page, "--as-body", "999")
    assert status == 0 and FIRM not in out
    assert json.loads(run(page, "--as-body", "000", "--format", "json")[1])["clients"][0]["state"] == "expired"


def test_sarif_for_machines(run, page):
    _, out = run(page, "--format", "sarif")
    (made,) = json.loads(out)["runs"]
    assert made["results"] and made["results"][0]["ruleId"] == "expired-certificate"


def test_doors_that_do_not_go_together(run, page):
    assert run(page, "--self", "--as-body", "000")[0] == 2
    assert run(page, "--self", "--format", "jsonl")[0] == 2
    assert Path(page).is_file()
