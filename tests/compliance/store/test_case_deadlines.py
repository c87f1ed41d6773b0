"""A notice's deadline is held against what the crawler has seen since: put right, still there, or nobody looked."""

from datetime import UTC, date, datetime

import pytest

from compliance.store.case_deadlines import overdue, recheck, targets_of
from compliance.store.cases import Filters, case_of, cases_of, change, gather
from compliance.store.findings import save_result
from compliance.store.session import open_store

HEAD = {"tool": {"name": "certmark"}, "as_of": "2026-11-23", "register": None}
URL = "https://jia.example/a"
NOTICE, DUE = date(2026, 11, 2), "2026-11-17"


@pytest.fixture
def store(place):
    with open_store(place) as opened:
        look(opened, 1, "found")
        gather(opened)
        (case,) = cases_of(opened)["cases"]
        v = change(opened, case["id"], "confirmed", "甲", "核对", 1)
        change(opened, case["id"], "notice_sent", "甲", "送达", v, notice_on=NOTICE, days=15)
        yield opened


def look(store, day, what, month=11):
    """The page as crawled on that day: found | gone | judged_otherwise | blocked."""
    claim = {"id": "c1", "quote": "通过ISO 9001认证", "schemes": ["iso-9001"], "state": "held", "certificate": None}
    finding = {
        "id": "f1", "conduct": "other_holder", "outcome": "suspected", "rule": "r1", "title": "他人证书", "quote": claim["quote"],
        "claim": "c1", "explanation": "", "occurrences": [{"page": URL, "claim": "c1"}], "breaches": [], "penalties": [],
    }  # fmt: skip
    page = {
        "url": URL, "id": None, "sha256": "0" * 64, "captured_at": datetime(2026, month, day, tzinfo=UTC).isoformat(),
        "as_of": "2026-11-23", "company": {"name": "示例甲阀门有限公司"}, "coverage": {"blocked": what == "blocked"},
        "claims": [claim] if what in {"found", "judged_otherwise"} else [], "findings": [finding] if what == "found" else [],
    }  # fmt: skip
    save_result(store, HEAD, page, "jia")
    gather(store)


def state(store):
    (case,) = cases_of(store)["cases"]
    return case["state"], (case["recheck"] or {}).get("state")


def test_nobody_is_called_overdue_because_nobody_looked(store):
    recheck(store, date(2026, 12, 1))
    assert state(store) == ("notice_sent", "not_looked_at")
    (late,) = overdue(store, date(2026, 12, 1))  # but it is on the list, with what is known
    assert (late["days_over"], late["recheck"]["state"], late["deadline"]["due_on"]) == (14, "not_looked_at", DUE)
    assert overdue(store, date(2026, 11, 17)) == []  # the last day is included


def test_still_there_before_the_last_day_is_no_reproach(store):
    look(store, 10, "found")
    recheck(store, date(2026, 12, 1))
    assert state(store) == ("notice_sent", "still_there")


def test_still_there_after_the_last_day_is_overdue_and_says_when_it_was_seen(store):
    look(store, 20, "found")
    assert recheck(store, date(2026, 12, 1)).overdue == 1
    assert state(store) == ("overdue", "still_there")
    last = case_of(store, cases_of(store)["cases"][0]["id"])["history"][-1]
    assert (last["who"], last["to"]) == ("certmark", "overdue") and "2026-11-20复查" in last["why"]


@pytest.mark.parametrize(("what", "expected"), [
    ("gone", ("rectified", "removed")),
    ("judged_otherwise", ("notice_sent", "judged_differently")),
    ("blocked", ("notice_sent", "not_looked_at")),
])  # fmt: skip
def test_only_a_page_that_was_read_and_no_longer_says_it_is_rectified(store, what, expected):
    look(store, 10, what)
    recheck(store, date(2026, 11, 12))
    assert state(store) == expected


def test_put_right_after_the_last_day_is_rectified_and_late(store):
    look(store, 20, "found")
    recheck(store, date(2026, 11, 21))
    look(store, 25, "gone")
    recheck(store, date(2026, 11, 26))
    assert state(store) == ("rectified", "removed")
    assert "晚于期限" in case_of(store, cases_of(store)["cases"][0]["id"])["history"][-1]["why"]


def test_a_second_recheck_changes_nothing(store):
    look(store, 20, "found")
    recheck(store, date(2026, 12, 1))
    before = cases_of(store)["cases"]
    recheck(store, date(2026, 12, 2))
    assert cases_of(store)["cases"] == before


def test_pages_under_notice_are_a_target_list(store):
    assert targets_of(store) == [{"company": "示例甲阀门有限公司", "uscc": "", "url": URL}]
    assert cases_of(store, Filters(due_by=date(2026, 11, 17)))["total"] == 1
