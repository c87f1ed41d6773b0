"""Cases through the desk: looked at, moved, dismissed, answered, exported; two people at one case; documents checked."""

from __future__ import annotations

import csv
import io
import json
import threading
import zipfile

import pytest

from compliance.store import audit
from compliance.store.cases import Filters, Paging, case_of, cases_of
from reports.web import uploads
from tests.reports.web.world import SAID, checking, keep_pages

PDF = b"%PDF-1.7\n% invented\n"
FILLER = "示例厂区占地三万平方米，现有员工二百余人，年产各类阀门十万台。" * 3


@pytest.fixture(scope="session")
def checked():
    with checking() as opened:
        yield opened


@pytest.fixture
def held(store, checked) -> list[str]:
    """Three cases of three firms: their ids in the queue's order."""
    pages = [
        (
            f"http://firm{n}.example/about",
            f"示例{name}阀门有限公司",
            f"<html><body><p>{SAID}。</p><p>{FILLER}</p><script>1</script></body></html>".encode(),
        )
        for n, name in enumerate("甲乙丙")
    ]
    keep_pages(store, checked, pages)
    return [one["id"] for one in cases_of(store, Filters(), Paging(1, 10))["cases"]]


def form(store, case_id: str, **more):
    return {"version": str(case_of(store, case_id)["version"]), **more}


def test_the_queue_shows_what_asks_for_work_and_finds_by_two_signs(browser, held) -> None:
    client = browser("viewer")
    page = client.get("/").text
    assert page.count("data-row") == 3 + 1 and "示例甲阀门有限公司" in page
    assert client.get("/", params={"q": "甲阀"}).text.count('class="case-row') == 1
    assert client.get("/", params={"q": "ISO 9001"}).text.count('class="case-row') == 3
    assert client.get("/", params={"q": "没有这样"}).text.count('class="case-row') == 0
    assert client.get("/", params={"outcome": "nonsense", "state": "nonsense"}).text.count('class="case-row') == 3
    assert client.get("/", params={"state": "closed"}).text.count('class="case-row') == 0


def test_the_case_shows_page_register_law_and_what_could_explain_it(browser, store, held) -> None:
    page = browser("viewer").get(f"/cases/{held[0]}").text
    for words in (
        "差异何在",
        "页面写的",
        "登记数据显示的",
        "可能涉及的条文",
        "可能的无辜解释",
        "案件历史",
        f"<mark>{SAID}</mark>",
    ):
        assert words in page, words
    assert 'sandbox=""' in page and "/change" not in page  # a viewer has nothing to do here


def test_the_snapshot_is_inert_and_marks_the_quote(browser, store, held) -> None:
    finding = case_of(store, held[0])["findings"][0]["id"]
    answer = browser("viewer").get(f"/cases/{held[0]}/snapshot/{finding}")
    assert f'<mark id="quote">{SAID}</mark>' in answer.text and "<script" not in answer.text
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'") and "'self'" in policy.split("frame-ancestors")[1]
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"


def test_from_new_to_closed_with_every_step_in_the_history(browser, store, held) -> None:
    client, one = browser("supervisor"), held[0]

    def step(path: str, **values) -> None:
        files = values.pop("files", None)
        answer = client.post(f"/cases/{one}/{path}", data=form(store, one, **values), files=files)
        assert answer.status_code == 303, answer.text

    step("assign", owner="me")
    step("change", to="confirmed", why="已核对")
    step("change", to="notice_sent", why="已送达", notice_on="2026-11-24", days="15")
    assert case_of(store, one)["deadline"]["due_on"] == "2026-12-09"
    step("reply", sender="示例甲", said="已经改正", said_on="2026-11-30", files={"file": ("答复.pdf", PDF)})
    step("change", to="rectified", why="页面已改")
    step("change", to="closed", why="结案")
    found = case_of(store, one)
    assert [line["to"] for line in found["history"] if line["what"] in ("state", "replied")] == [
        "confirmed", "notice_sent", "replied", "rectified", "closed",
    ]  # fmt: skip
    assert {line["who"] for line in found["history"][1:]} == {"supervisor"}
    page = client.get(f"/cases/{one}").text
    assert "已结案" in page and "答复.pdf" in page
    document = client.get(f"/cases/{one}/documents/{found['documents'][0]['id']}")
    assert document.content == PDF and document.headers["content-disposition"].startswith("attachment")
    assert document.headers["content-type"] == "application/octet-stream"


def test_after_a_decision_the_next_case_of_the_queue_opens(browser, store, held) -> None:
    client = browser("investigator")
    data = form(store, held[0], to="confirmed", why="已核对", then="next", at="0", queue="state=new")
    assert client.post(f"/cases/{held[0]}/change", data=data).headers["location"].startswith(f"/cases/{held[1]}?")
    assert client.get("/cases-at?at=1&queue=state%3Dnew").headers["location"].startswith(f"/cases/{held[2]}?")
    last = form(store, held[2], scope="case", reason="misread", why="误读", then="next", at="1", queue="state=new")
    assert client.post(f"/cases/{held[2]}/dismiss", data=last).headers["location"] == "/?state=new"


def test_the_second_of_two_editors_is_told_and_loses_nothing_typed(browser, store, held) -> None:
    first, second, one = browser("investigator"), browser("supervisor"), held[0]
    both = form(store, one, to="confirmed", why="甲的理由")
    assert first.post(f"/cases/{one}/change", data=both).status_code == 303
    late = second.post(
        f"/cases/{one}/dismiss", data=both | {"scope": "case", "reason": "misread", "why": "乙写的<b>理由"}
    )
    assert late.status_code == 409
    assert "investigator 已于" in late.text and "没有写入" in late.text and "乙写的&lt;b&gt;理由" in late.text
    found = case_of(store, one)
    assert found["state"] == "confirmed" and not found["dismissals"]


def test_of_many_at_once_exactly_one_gets_through(browser, store, held) -> None:
    one = held[0]
    clients = [browser("investigator") for _ in range(4)]
    data, answers = form(store, one, to="confirmed", why="同时"), []
    threads = [
        threading.Thread(target=lambda c=c: answers.append(c.post(f"/cases/{one}/change", data=data).status_code))
        for c in clients
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 409, 409, 409]
    assert [line["to"] for line in case_of(store, one)["history"] if line["what"] == "state"] == ["confirmed"]


def test_a_step_that_the_state_or_the_role_does_not_have_is_refused(browser, store, held) -> None:
    client, one = browser("investigator"), held[0]
    missing = client.post(f"/cases/{one}/change", data=form(store, one, to="closed", why="x"))
    assert missing.status_code == 422 and "possible" in missing.text
    client.post(f"/cases/{one}/change", data=form(store, one, to="confirmed", why="x"))
    transfer = client.post(f"/cases/{one}/change", data=form(store, one, to="transferred", why="x", receiver="某局"))
    assert transfer.status_code == 403 and case_of(store, one)["state"] == "confirmed"
    assert client.post(f"/cases/{one}/change", data=form(store, one, to="notice_sent", why="")).status_code == 422
    assert (
        client.post(f"/cases/{one}/change", data=form(store, one, to="notice_sent", why="x", days="-1")).status_code
        == 422
    )


def test_a_dismissal_is_counted_and_can_be_taken_back(browser, store, held) -> None:
    client, one = browser("investigator"), held[0]
    finding = case_of(store, one)["findings"][0]
    data = form(
        store, one, scope="finding", finding=finding["id"], reason="misread", why="误读", review_on="2027-02-01"
    )
    assert client.post(f"/cases/{one}/dismiss", data=data).status_code == 303
    assert client.get("/").text.count('class="case-row') == 2
    assert client.get("/?state=dismissed").text.count('class="case-row') == 1
    rules = client.get("/rules").text
    assert finding["rule"] in rules and "0 %" in rules
    number = case_of(store, one)["dismissals"][0]["id"]
    back = client.post(f"/cases/{one}/take-back", data=form(store, one, dismissal=str(number), why="再看"))
    assert back.status_code == 303 and case_of(store, one)["state"] == "new"


def test_several_at_once_and_those_changed_meanwhile_left_alone(browser, store, held) -> None:
    client = browser("supervisor")
    versions = {f"version-{one}": str(case_of(store, one)["version"]) for one in held}
    browser("investigator").post(f"/cases/{held[1]}/note", data=form(store, held[1], why="等一等"))
    data = {"act": "confirmed", "why": "批量核对", "case": held, **versions}
    answer = client.post("/bulk", data=data)
    assert "已处理 2／3 件" in answer.text and "was changed by investigator" in answer.text
    assert [case_of(store, one)["state"] for one in held] == ["confirmed", "new", "confirmed"]
    assert "已处理 0／1 件" in client.post("/bulk", data={"act": "drop", "why": "x", "case": held[1]}).text


def test_the_export_is_whole_logged_and_no_formula(browser, store, held) -> None:
    client = browser("supervisor")
    text = client.get("/export?format=csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["id"] for row in rows} == set(held) and {row["outcome"] for row in rows} == {"线索（待核实）"}
    assert json.loads(client.get("/export?format=json").content)["total"] == 3
    assert [line["details"]["rows"] for line in audit.audit_of(store, what="exported")] == [3, 3]
    from reports.web.queue import _cell

    assert [_cell(v) for v in ("=1+1", "@x", "-2", "普通", None)] == ["'=1+1", "'@x", "'-2", "普通", ""]


@pytest.mark.parametrize(("path", "head"), [("report?format=html", b"<!DOCTYPE html>"), ("letter?kind=inquiry", b"PK")])
def test_documents_of_the_case_are_files_and_logged(browser, store, held, path, head) -> None:
    answer = browser("investigator").get(f"/cases/{held[0]}/{path}")
    assert answer.status_code == 200 and answer.content[: len(head)].lower() == head.lower()
    assert answer.headers["content-disposition"].startswith("attachment")
    (line,) = audit.audit_of(store, what="exported")
    assert line["who"] == "investigator" and line["details"]["case"] == held[0]


def test_the_report_of_a_case_holds_no_other_case(browser, store, held) -> None:
    data = json.loads(browser("investigator").get(f"/cases/{held[0]}/report?format=json").content)
    found = case_of(store, held[0])
    assert [one["id"] for c in data["companies"] for one in c["findings"]] == [one["id"] for one in found["findings"]]


def zipped() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "body", "taken"),
    [
        ("说明.pdf", PDF, "说明.pdf"),
        ("../../etc/passwd.txt", b"x", "passwd.txt"),
        ("..\\..\\a\\b.docx", zipped(), "b.docx"),
        ("a\u202etxt.exe", b"MZ", None),
        ("page.html", b"<script>1</script>", None),
        ("picture.svg", b"<svg onload=1>", None),
        ("fake.pdf", b"<html><script>", None),
        ("fake.png", b"GIF89a", None),
        ("empty.txt", b"", None),
        ("binary.txt", b"a\0b", None),
        ("macro.docm", zipped(), None),
        (".pdf", PDF, None),
        ("名" * 400 + ".pdf", PDF, "名" * 116 + ".pdf"),
        ('a"b\r\nSet-Cookie: x.pdf', PDF, "a_b__Set-Cookie_ x.pdf"),
    ],
)
def test_documents_are_checked_by_name_and_first_bytes(name, body, taken) -> None:
    if taken is None:
        with pytest.raises(uploads.UploadRefused):
            uploads.checked(name, body)
    else:
        assert uploads.checked(name, body).name == taken


def test_a_refused_document_writes_nothing_and_says_why(browser, store, held) -> None:
    client, before = browser("investigator"), case_of(store, held[0])["version"]
    answer = client.post(
        f"/cases/{held[0]}/documents", data=form(store, held[0], why="x"), files={"file": ("a.html", b"<script>")}
    )
    assert answer.status_code == 422 and "not a kind of document" in answer.text
    assert case_of(store, held[0])["version"] == before


def test_jobs_are_started_and_paused_and_the_log_says_by_whom(browser, store) -> None:
    from datetime import UTC, datetime, timedelta

    from compliance.store import jobs

    later = datetime.now(UTC) + timedelta(days=1)
    jobs.add_job(store, jobs.Job("n", "t.csv", "0 2 * * *", None, None, None, None, later, later))
    client = browser("supervisor")
    assert client.post("/jobs/n/start").status_code == 303
    now = datetime.now(UTC)
    assert [job.name for job in jobs.due_jobs(store, now)] == ["n"]
    (job,) = jobs.jobs(store)
    run = jobs.take(store, job, owner="w", cause="hand", attempt=1, next_at=later, now=now, until=later)
    assert client.post("/jobs/n/start").status_code == 409
    assert "运行中" in client.get("/jobs/live").text
    assert client.post("/jobs/n/pause").status_code == 303
    assert not jobs.beat(store, "n", run, now, later)  # the worker hears that the run is no longer its own
    assert jobs.due_jobs(store, later + timedelta(days=9)) == []
    assert "supervisor 暂停于" in client.get("/jobs").text
    assert client.post("/jobs/n/start").status_code == 303
    assert [job.name for job in jobs.due_jobs(store, datetime.now(UTC))] == ["n"]
    assert [line["what"] for line in audit.audit_of(store, who="supervisor")][:3] == [
        "job_started",
        "job_paused",
        "job_started",
    ]


def test_companies_and_their_pages(browser, held) -> None:
    client = browser("viewer")
    assert client.get("/companies").text.count("data-row") == 3
    assert client.get("/companies?q=乙阀").text.count("data-row") == 1
    page = client.get("/companies/示例甲阀门有限公司").text
    assert "firm0.example/about" in page and client.get("/companies/nobody").status_code == 404


def test_every_rule_has_a_page_with_the_provisions_of_today(browser) -> None:
    from rules.book import load_book

    client = browser("viewer")
    for rule in load_book().rules:
        answer = client.get(f"/rules/{rule.id}")
        assert answer.status_code == 200 and 'class="law"' in answer.text, rule.id
    assert "《认证证书和认证标志管理办法》" in client.get("/rules/system-claimed-for-product").text


def test_every_page_speaks_english_too(browser, held, store) -> None:
    client = browser("admin")
    for path in (
        "/",
        f"/cases/{held[0]}",
        "/companies",
        "/companies/示例甲阀门有限公司",
        "/rules",
        "/jobs",
        "/audit",
        "/accounts",
    ):
        page = client.get(path, params={"lang": "en"}).text
        assert '<html lang="en">' in page and "Sign out" in page and "No text" not in page


@pytest.mark.parametrize("most", [0, 5000])
def test_both_ways_to_search_and_to_sort_find_the_same(monkeypatch, store, held, most) -> None:
    monkeypatch.setattr("compliance.store.case_search.COMMON", most)
    monkeypatch.setattr("compliance.store.cases.FEW", most)
    two = ("new", "checking")
    for asked, count in (("ISO9001", 3), ("甲阀", 1), ("没有", 0), ("示例 阀门", 3), ("", 3)):
        found = cases_of(store, Filters(text=asked, states=two), Paging(1, 10))
        assert [one["id"] for one in found["cases"]] == [
            one for one in held if one in {c["id"] for c in found["cases"]}
        ]
        assert (found["total"], len(found["cases"]), found["counts"]["new"]) == (count, count, count)
