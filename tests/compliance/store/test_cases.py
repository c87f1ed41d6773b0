"""Findings gather into cases; what people do to a case is kept whole, with its line in the log, and nothing goes."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from compliance.cases.workflow import NotAllowed
from compliance.store.audit import audit, audit_of, broken_chain
from compliance.store.cases import (
    Attached,
    Filters,
    Paging,
    StaleCase,
    case_of,
    cases_of,
    change,
    dismiss,
    document_body,
    field_precision,
    gather,
    reply,
    take_back,
)
from compliance.store.findings import save_result
from compliance.store.session import open_store

HEAD = {"tool": {"name": "certmark"}, "as_of": "2026-11-23", "register": None}
DAY = datetime(2026, 11, 1, tzinfo=UTC)
SITE = "https://jia.example"


@pytest.fixture
def store(place):
    with open_store(place) as opened:
        yield opened


def crawl(
    store,
    day=0,
    id_="f1",
    path="/a",
    status="valid",
    rule="r1",
    outcome="suspected",
    start=0,
    conduct="other_holder",
    key="jia",
):
    """One page with one finding, as a crawl saves it."""
    url, when = SITE + path, DAY + timedelta(days=day)
    claim = {
        "id": "c1", "quote": "通过ISO 9001认证", "schemes": ["iso-9001"], "state": "held", "subject": "company", "number": "00022Q10011R1M",
        "certificate": {"number": "00022Q10011R1M", "holder": "示例乙阀门有限公司", "status": status, "expires": "2028-01-01"},
    }  # fmt: skip
    finding = {
        "id": id_, "conduct": conduct, "outcome": outcome, "rule": rule, "title": "他人证书", "quote": claim["quote"], "claim": "c1",
        "explanation": f"规则版本{start}", "occurrences": [{"page": url, "claim": "c1", "locator": {"start": start}}], "breaches": [],
        "penalties": [{"title_zh": "某办法", "version": "2022", "article": "25", "paragraph": None, "order_to_correct": True}],
    }  # fmt: skip
    page = {
        "url": url, "id": None, "sha256": "0" * 64, "captured_at": when.isoformat(), "as_of": "2026-11-23",
        "company": {"name": "示例甲阀门有限公司"}, "coverage": {"blocked": False}, "claims": [claim], "findings": [finding],
    }  # fmt: skip
    save_result(store, HEAD, page, key)
    return gather(store)


def only(store, **filters):
    (found,) = cases_of(store, Filters(**filters))["cases"]
    return found


def dismissed(store, scope="finding", **more):
    case = only(store)
    more = {"finding_id": "f1"} | more if scope == "finding" else more
    dismiss(
        store,
        case["id"],
        "审核员甲",
        scope=scope,
        reason="misread",
        why="看过页面",
        expected_version=case["version"],
        **more,
    )
    return only(store)


def test_findings_of_one_company_and_conduct_make_one_case_whose_id_does_not_depend_on_the_store(store, tmp_path):
    crawl(store)
    crawl(store, id_="f2", path="/b", outcome="violation")
    crawl(store, id_="f3", conduct="no_certificate")
    found = cases_of(store)
    assert sorted((c["conduct"], c["findings"], c["outcome"]) for c in found["cases"]) == [
        ("no_certificate", 1, "suspected"), ("other_holder", 2, "violation"),
    ]  # fmt: skip
    with open_store(tmp_path / "other.db") as other:
        crawl(other, day=5, id_="f9")
        assert only(other)["id"] in {c["id"] for c in found["cases"]}


def test_gathering_twice_does_nothing_and_a_later_sighting_changes_no_version(store):
    crawl(store)
    assert vars(gather(store)) == dict.fromkeys(vars(gather(store)), 0)
    crawl(store, day=3)
    assert only(store)["version"] == 1 and only(store)["seen_at"].startswith("2026-11-04")


def test_a_dismissal_survives_a_new_position_and_a_new_rule_version(store):
    crawl(store)
    case = dismissed(store)
    assert (case["state"], case["outcome"], case["dismissed"], case["findings"]) == ("dismissed", None, 1, 1)
    done = crawl(store, day=2, path="/moved", start=99)
    assert (done.came_back, done.still_dismissed) == (0, 1)
    assert only(store)["state"] == "dismissed" and cases_of(store)["counts"]["dismissed"] == 1


def test_it_comes_back_and_says_why_when_a_fact_changes(store):
    crawl(store)
    dismissed(store)
    assert crawl(store, day=2, status="suspended").came_back == 1
    case = case_of(store, only(store)["id"])
    assert case["state"] == "new"
    back = next(line for line in case["history"] if line["what"] == "came_back")
    assert "登记状态：valid → suspended" in back["why"] and back["who"] == "certmark"
    (old,) = case["dismissals"]  # it stays in the file, ended
    assert old["ended"]["by"] == "certmark" and old["why"] == "看过页面"


def test_a_page_that_was_not_fetched_again_comes_back_when_the_register_changes(store):
    crawl(store)
    dismissed(store)
    assert crawl(store, status="revoked").came_back == 1  # the same capture, judged against a newer register
    assert crawl(store, status="revoked", outcome="violation").came_back == 0
    assert only(store)["outcome"] == "violation"  # a rule's new outcome is taken in too


def test_a_wider_dismissal_takes_in_new_findings_of_its_rule_only(store):
    crawl(store)
    crawl(store, id_="f2", path="/b", rule="r2")
    case = dismissed(store, "rule", rule="r1")
    assert (case["state"], case["dismissed"]) == ("new", 1)
    crawl(store, day=1, id_="f3", path="/c")
    crawl(store, day=1, id_="f4", path="/d", rule="r2")
    states = {f["id"]: f["case"]["state"] for f in case_of(store, case["id"])["findings"]}
    assert states == {"f1": "dismissed", "f2": "open", "f3": "dismissed", "f4": "open"}


def test_a_new_finding_takes_a_dismissed_case_up_again(store):
    crawl(store)
    dismissed(store)
    crawl(store, day=1, id_="f2", path="/b")
    assert only(store)["state"] == "new"


def test_a_dismissal_of_a_page_covers_what_stands_on_that_page_only(store):
    crawl(store)
    dismissed(store, "page", page=SITE + "/a")
    crawl(store, day=1, id_="f2", path="/a")
    crawl(store, day=1, id_="f3", path="/b")
    assert {f["id"]: f["case"]["state"] for f in case_of(store, only(store)["id"])["findings"]}["f3"] == "open"


def test_a_dismissal_is_taken_back_by_hand(store):
    crawl(store)
    case = dismissed(store)
    number = case_of(store, case["id"])["dismissals"][0]["id"]
    take_back(store, case["id"], number, "审核员乙", "看错了", case["version"])
    assert only(store)["state"] == "new" and only(store)["dismissed"] == 0


def test_a_sighting_after_the_end_opens_the_next_round_which_names_the_one_before(store):
    crawl(store)
    case = dismissed(store)
    change(store, case["id"], "closed", "主管", "归档", case["version"])
    crawl(store, day=1)  # an older capture than the end of the case
    assert cases_of(store)["total"] == 1
    later = (datetime.now(UTC) - DAY).days + 2
    assert crawl(store, day=later).reopened == 1
    new = only(store, states=["new"])
    assert (new["round"], new["before"]) == (2, case["id"]) and new["id"] != case["id"]
    assert case["id"] in case_of(store, new["id"])["history"][0]["why"]


def test_the_whole_way_with_deadline_reply_and_documents(store):
    crawl(store)
    id_, v = only(store)["id"], 1
    v = change(store, id_, "confirmed", "审核员甲", "核对登记", v)
    v = change(store, id_, "notice_sent", "审核员甲", "送达", v, notice_on=date(2026, 11, 2), days=15)
    assert case_of(store, id_)["deadline"]["due_on"] == "2026-11-17"
    assert case_of(store, id_)["deadline"]["basis"] == ["某办法（2022）第25条"]
    assert only(store, due_by=date(2026, 11, 20))["overdue"] is True
    letter = Attached("说明.pdf", "application/pdf", b"%PDF-1.7 x")
    v = reply(
        store, id_, "审核员甲", sender="示例甲阀门有限公司", said="已经改正", expected_version=v, documents=[letter]
    )
    case = case_of(store, id_)
    assert case["state"] == "replied"
    assert document_body(store, case["replies"][0]["documents"][0]["sha256"]) == letter.body
    v = change(store, id_, "rectified", "审核员甲", "页面已改", v)
    change(store, id_, "closed", "审核员甲", "结案", v)
    moves = [
        (line["from"], line["to"], line["who"]) for line in case_of(store, id_)["history"] if line["from"] != line["to"]
    ]
    assert [to for _, to, _ in moves] == ["confirmed", "notice_sent", "replied", "rectified", "closed"]
    assert broken_chain(store, id_) is None


def test_seen_again_after_it_was_found_rectified(store):
    crawl(store)
    id_ = only(store)["id"]
    v = change(store, id_, "confirmed", "甲", "核对", 1)
    v = change(store, id_, "notice_sent", "甲", "送达", v)
    change(store, id_, "rectified", "甲", "已改", v)
    crawl(store, day=2)  # captured before
    assert only(store)["state"] == "rectified"
    crawl(store, day=(datetime.now(UTC) - DAY).days + 2)
    assert only(store)["state"] == "notice_sent"


def test_the_second_of_two_editors_is_told_and_nothing_is_written(store):
    crawl(store)
    id_ = only(store)["id"]
    change(store, id_, "checking", "甲", "开始", 1)
    with pytest.raises(StaleCase, match="changed by 甲") as told:
        change(store, id_, "confirmed", "乙", "核实", 1)
    assert told.value.version == 2 and only(store)["state"] == "checking"
    assert "乙" not in {line["who"] for line in case_of(store, id_)["history"]}


def test_what_is_not_allowed_leaves_no_trace(store):
    crawl(store)
    id_ = only(store)["id"]
    for call in (
        lambda: change(store, id_, "closed", "甲", "x", 1),
        lambda: change(store, id_, "dismissed", "甲", "x", 1),
        lambda: change(store, id_, "checking", "甲", " ", 1),
        lambda: change(store, id_, "checking", "", "x", 1),
        lambda: dismiss(store, id_, "甲", scope="rule", rule="none", reason="misread", why="x", expected_version=1),
        lambda: dismiss(store, id_, "甲", scope="all", reason="misread", why="x", expected_version=1),
        lambda: reply(store, id_, "甲", sender="某", said=" ", expected_version=1),
    ):
        with pytest.raises(NotAllowed):
            call()
    assert only(store)["version"] == 1 and len(case_of(store, id_)["history"]) == 1


def test_the_database_itself_refuses_to_change_or_drop_what_is_kept(store):
    crawl(store)
    audit(store, "甲", "login")
    for statement in (
        "update audit_log set who = 'x'", "delete from audit_log", "delete from case_file", "delete from case_finding",
    ):  # fmt: skip
        with pytest.raises(DBAPIError, match="kept for good"), store.writing() as connection:
            connection.exec_driver_sql(statement)
    assert [line["what"] for line in audit_of(store)] == ["login", "opened"]


def test_a_line_changed_behind_the_program_s_back_shows(store):
    crawl(store)
    id_ = only(store)["id"]
    change(store, id_, "checking", "甲", "开始", 1)
    with store.writing() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("drop trigger audit_log_no_update")
        else:
            connection.exec_driver_sql("alter table audit_log disable trigger user")
        connection.exec_driver_sql("update audit_log set why = '别的' where what = 'opened'")
    assert broken_chain(store, id_) == case_of(store, id_)["history"][0]["id"]


def test_search_finds_names_words_numbers_and_addresses(store):
    crawl(store)
    crawl(store, id_="f2", key="yi", conduct="no_certificate", path="/other")
    hits = {
        q: cases_of(store, Filters(text=q))["total"]
        for q in ("阀门", "iso9001 认证", "他人证", "jia.example/other", "阀门 没有", "阀")
    }
    assert hits == {"阀门": 2, "iso9001 认证": 2, "他人证": 2, "jia.example/other": 1, "阀门 没有": 0, "阀": 2}
    for odd in ('"', "' OR 1", "*", "a AND", "(", ":*", "\\", "%"):
        cases_of(store, Filters(text=odd))  # no syntax of any search engine gets through


def test_pages_of_the_queue_hold_each_case_once(store):
    for n in range(7):
        crawl(store, id_=f"f{n}", key=f"k{n}", path=f"/{n}")
    pages = [[c["id"] for c in cases_of(store, page=Paging(n, 3))["cases"]] for n in (1, 2, 3)]
    assert [len(p) for p in pages] == [3, 3, 1] and len({i for p in pages for i in p}) == 7


def test_what_investigators_dismiss_counts_per_rule(store):
    for n, reason in enumerate(("misread", "minor", "duplicate")):
        crawl(store, id_=f"f{n}", key=f"k{n}", path=f"/{n}")
        case = next(c for c in cases_of(store)["cases"] if c["company"]["key"] == f"k{n}")
        dismiss(store, case["id"], "甲", scope="case", reason=reason, why="看过", expected_version=1)
    crawl(store, id_="g1", key="m1", path="/m1")
    case = next(c for c in cases_of(store)["cases"] if c["company"]["key"] == "m1")
    assert field_precision(store)["r1"]["open"] == 1
    change(store, case["id"], "confirmed", "甲", "核实", 1)
    assert field_precision(store)["r1"] == {
        "confirmed": 1, "dismissed_wrong": 1, "dismissed_right": 1, "dismissed_unclear": 1, "open": 0, "precision": round(2 / 3, 4),
    }  # fmt: skip


def test_the_results_of_an_older_store_get_their_facts(place):
    from sqlalchemy import text

    from compliance.store.migrations import HEAD as NEWEST

    with open_store(place) as store:
        crawl(store)
        with store.writing() as connection:
            facts = connection.execute(text("select facts from finding_facts")).scalar()
            connection.execute(text("drop table finding_facts"))
            connection.execute(text("update alembic_version set version_num = '0002'"))
    with open_store(place) as store, store.reading() as connection:
        assert json.loads(connection.execute(text("select facts from finding_facts")).scalar()) == json.loads(facts)
        assert connection.execute(text("select version_num from alembic_version")).scalar() == NEWEST


def test_of_two_editors_at_the_same_moment_exactly_one_writes(place):
    from threading import Barrier, Thread

    with open_store(place) as store:
        crawl(store)
        id_ = only(store)["id"]
    barrier, ends = Barrier(2), []

    def edit(who: str) -> None:
        with open_store(place) as mine:
            barrier.wait()
            try:
                ends.append((who, change(mine, id_, "confirmed", who, "核实", 1)))
            except StaleCase as stale:
                ends.append((who, stale))

    editors = [Thread(target=edit, args=(who,)) for who in ("甲", "乙")]
    for one in editors:
        one.start()
    for one in editors:
        one.join()
    (winner,) = [who for who, end in ends if end == 2]
    (told,) = [end for _, end in ends if isinstance(end, StaleCase)]
    with open_store(place) as store:
        lines = [line["who"] for line in case_of(store, id_)["history"] if line["to"] == "confirmed"]
    assert lines == [winner] and told.by == winner
