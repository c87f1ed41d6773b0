import json

import pytest
from typer.testing import CliRunner

from crawler.cli import app

PAGE = "<html><body><p>示例甲有限公司通过ISO 9001质量管理体系认证，证书编号00022Q10011R1M。</p></body></html>"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("CERTMARK_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("CERTMARK_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    return lambda *args: CliRunner().invoke(app, args, catch_exceptions=False)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((), "give either a target list or --site URL"),
        (("--site", "file:///etc/passwd"), "no http or https address"),
        (("--site", "http://a.example/", "--as-of", "yesterday"), "not a day"),
        (("--site", "http://a.example/", "--fail-on", "much"), "not one of violation"),
        (("--site", "http://a.example/", "--window", "late"), "not a window"),
        (("missing.csv",), "can't be read"),
        (("--site", "http://a.example/", "--uscc", "91000000MA0000111X"), "check digit"),
    ],
)
def test_bad_usage_is_exit_status_2_with_what_to_do(run, args, words):
    result = run(*args)
    assert result.exit_code == 2 and words in " ".join(result.output.replace("│", " ").split())


def test_a_setting_that_is_no_number_is_exit_status_2_and_named(run, monkeypatch):
    monkeypatch.setenv("CERTMARK_SCREENSHOTS", "many")
    result = run("--site", "http://a.example/")
    assert result.exit_code == 2 and "screenshots: 'many' is not a number of pages" in result.stderr


def test_a_list_without_a_usable_row_is_exit_status_2_and_names_the_rows(run, tmp_path):
    (tmp_path / "t.csv").write_text("company,url\n甲,\n", encoding="utf-8")
    result = run("t.csv")
    assert result.exit_code == 2 and "t.csv:2" in result.stderr and "no usable row" in result.stderr


@pytest.mark.slow
def test_a_crawl_answers_in_json_and_fails_on_the_outcome_asked_for(run, serve, tmp_path, monkeypatch):
    def answer(handler):
        if not handler.no_robots():
            handler.reply(PAGE)

    server = serve({"127.0.0.1": answer})
    monkeypatch.setenv("CERTMARK_ARCHIVE", str(tmp_path / "archive"))
    site = ("--site", server.hosts["127.0.0.1"], "--company", "示例甲有限公司", "--delay", "0", "--format", "json")
    (tmp_path / "register.csv").write_text(
        "number,holder,scheme,issued,expires,status\n"
        "00022Q10011R1M,示例甲有限公司,iso-9001,2022-05-10,2025-05-09,expired\n",
        encoding="utf-8",
    )
    register = ("--register", "register.csv", "--as-of", "2026-11-23")
    result = run(*site, *register, "--fail-on", "needs_review", "--log", "log.jsonl")
    answer = json.loads(result.stdout)
    assert result.exit_code == 1 and sum(answer["findings"].values()) == 1
    assert answer["sites"][0]["state"] == "done" and len(answer["evidence"]) == 1
    assert answer["evidence"][0].startswith(str(tmp_path / "archive")) and len(list(tmp_path.rglob("*.warc.gz"))) == 1
    events = [json.loads(line)["event"] for line in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert events == ["visit", "site", "end"]
    assert run(*site, "--register", "none").exit_code == 0
