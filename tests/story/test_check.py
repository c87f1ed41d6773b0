"""`certmark check` and `certmark text` as whole commands: formats, exit statuses, bad input."""

import json
import subprocess
import sys

import pytest

RECORD = {
    "url": "https://jia.example/a",
    "captured_at": "2026-11-23T08:00:00+08:00",
    "text": "本产品通过ISO9001认证",
    "company": {"name": "示例甲机械有限公司", "uscc": None},
    "id": "r1",
}


def run(*args: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "certmark", *args], capture_output=True, input=stdin, timeout=120)


def write(path, *records) -> str:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    return str(path)


def test_jsonl_gives_one_object_a_page_and_nothing_else_on_standard_output(tmp_path):
    source = write(tmp_path / "in.jsonl", RECORD, RECORD | {"id": "r2", "text": "今天天气很好"})
    done = run("check", source, "--register", "none", "--format", "jsonl")
    assert done.returncode == 0, done.stderr
    pages = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert [p["id"] for p in pages] == ["r1", "r2"]
    assert [len(p["findings"]) for p in pages] == [1, 0]


def test_json_has_the_keys_of_the_contract(tmp_path):
    done = run("check", write(tmp_path / "in.jsonl", RECORD), "--register", "none", "--format", "json")
    body = json.loads(done.stdout)
    assert {"tool", "as_of", "register", "pages", "summary"} <= set(body)
    assert body["register"] is None
    finding = body["pages"][0]["findings"][0]
    wanted = {
        "id", "occurrences", "rule", "conduct", "outcome", "claim", "quote", "explanation", "elements", "missing",
        "innocent_readings", "breaches", "penalties", "remedy",
    }  # fmt: skip
    assert wanted <= set(finding)
    assert finding["innocent_readings"] and finding["missing"]


@pytest.mark.parametrize(("floor", "status"), [("violation", 0), ("suspected", 1), ("needs_review", 1)])
def test_fail_on_is_reached_by_findings_at_or_above_it(floor, status):
    assert run("text", "本产品通过ISO9001认证", "--register", "none", "--fail-on", floor).returncode == status


@pytest.mark.parametrize(
    "args",
    [
        ["text", "x", "--as-of", "2026-13-01"],
        ["text", "x", "--medium", "billboard"],
        ["text", "x", "--fail-on", "guilty"],
        ["text", "x", "--format", "xml"],
        ["text", ""],
        ["text", "x", "--register", "no-such-file.csv"],
        ["check", "no-such-file.html", "--register", "none"],
    ],
)
def test_bad_usage_and_unreadable_input_are_two_with_a_message(args):
    done = run(*args)
    assert done.returncode == 2
    assert done.stderr.strip()
    assert b"Traceback" not in done.stderr


def test_what_can_be_read_is_checked_although_the_rest_can_not(tmp_path):
    (tmp_path / "good.txt").write_text("本产品通过ISO9001认证", encoding="utf-8")
    (tmp_path / "empty.html").write_bytes(b"")
    (tmp_path / "binary.html").write_bytes(bytes(range(256)) * 40)
    done = run("check", str(tmp_path), "--register", "none", "--format", "json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["summary"]["findings"]["suspected"] == 1
    assert b"empty.html" in done.stderr


def test_a_bad_line_of_records_is_named_with_its_number(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps(RECORD, ensure_ascii=False) + "\n{broken\n", encoding="utf-8")
    done = run("check", str(path), "--register", "none", "--format", "jsonl")
    assert done.returncode == 2
    assert len(done.stdout.splitlines()) == 1
    assert b"in.jsonl:2" in done.stderr


def test_standard_input_is_a_source():
    done = run("check", "-", "--register", "none", "--format", "json", stdin="本产品通过ISO9001认证".encode())
    assert json.loads(done.stdout)["summary"]["claims"] == 1


def test_a_line_of_fifty_megabytes_is_answered(tmp_path):
    path = tmp_path / "long.txt"
    path.write_bytes("公司通过ISO9001认证".encode() + b"a" * 50_000_000)
    done = run("check", str(path), "--register", "none", "--format", "json")
    assert done.returncode in (0, 2), done.stderr[-500:]
    body = json.loads(done.stdout)
    assert body["pages"] and body["pages"][0]["coverage"]["unread"]


def test_the_same_input_gives_the_same_bytes(tmp_path):
    source = write(tmp_path / "in.jsonl", RECORD)
    first, second = (run("check", source, "--register", "none", "--format", "json").stdout for _ in range(2))
    assert first == second
