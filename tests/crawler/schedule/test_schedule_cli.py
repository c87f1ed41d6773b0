"""What a person types: exit statuses, messages, JSON."""

import json

import pytest
from typer.testing import CliRunner

from crawler.schedule_cli import app, worker_app


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("CERTMARK_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TZ", "UTC")  # the commands set it; this puts it back
    monkeypatch.delenv("CERTMARK_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.csv").write_text("company,url\n示例甲有限公司,http://a.example/\n", encoding="utf-8")
    return lambda *args: CliRunner().invoke(
        worker_app if args[0] == "worker" else app, args[1:] if args[0] == "worker" else args, catch_exceptions=False
    )


ADD = ("add", "nightly", "--targets", "t.csv", "--every", "0 2 * * *")


def test_a_job_is_added_listed_and_removed(run, tmp_path):
    added = run(*ADD, "--night", "22:00-06:00", "--fail-on", "suspected", "--register", "none")
    assert added.exit_code == 0 and added.stdout.startswith("nightly: next run 20")
    (job,) = json.loads(run("list", "--format", "json").stdout)
    assert job["targets"] == str(tmp_path / "t.csv") and job["every"] == "0 2 * * *" and not job["held"]
    assert job["next_at"].endswith("T02:00:00+08:00") and job["night"] == "22:00-06:00"
    assert "waits" in run("list").stdout
    assert run("remove", "nightly").exit_code == 0
    assert json.loads(run("list", "--format", "json").stdout) == []


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("add", "a b", "--targets", "t.csv", "--every", "0 2 * * *"), "letters, digits"),
        (("add", "a", "--targets", "no.csv", "--every", "0 2 * * *"), "no such file"),
        (("add", "a", "--targets", "t.csv", "--every", "daily"), "write five"),
        (("add", "a", "--targets", "t.csv", "--every", "0 2 30 2 *"), "never comes"),
        ((*ADD, "--night", "late"), "22:00-06:00"),
        ((*ADD, "--fail-on", "much"), "not one of violation"),
        ((*ADD, "--webhook", "file:///etc/passwd"), "only http and https"),
        ((*ADD, "--webhook", "http://192.168.0.1/"), "not a public address"),
        (("remove", "b"), "no job 'b'"),
        (("run", "b"), "no job 'b'"),
        (("history", "b"), "no job 'b'"),
        (("list", "--format", "xml"), "not one of table, json"),
    ],
)
def test_bad_usage_is_exit_status_2_with_what_to_do(run, args, words):
    result = run(*args)
    assert result.exit_code == 2 and words in " ".join(result.output.replace("│", " ").split())


def test_a_name_is_given_once(run):
    run(*ADD)
    again = run(*ADD)
    assert again.exit_code == 2 and "is there already" in again.stderr


def test_a_run_without_its_list_fails_with_status_2_and_stands_in_the_history(run, tmp_path):
    run(*ADD)
    (tmp_path / "t.csv").unlink()
    result = run("run", "nightly", "--format", "json")
    assert result.exit_code == 2 and "the target list of job 'nightly' is not there" in result.stderr
    assert json.loads(result.stdout)["state"] == "failed"
    (told,) = json.loads(run("history", "nightly", "--format", "json").stdout)
    assert told["state"] == "failed" and told["cause"] == "hand" and "is not there" in told["reason"]
    assert "failed\t—\t—" in run("history").stdout and "try 1): failed" in run("history", "--full").stdout


def test_a_worker_with_nothing_to_do_ends_well(run):
    run(*ADD)
    assert run("worker", "--once").exit_code == 0
