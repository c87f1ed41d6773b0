"""States, steps, deadlines and facts of cases, without a store."""

from datetime import date

import pytest

from compliance.cases.deadlines import deadline_of, orders_to_correct
from compliance.cases.facts import changes_between, facts_of, same_facts
from compliance.cases.workflow import NotAllowed, may, states_that, step, steps_from, workflow


def test_each_state_can_be_reached_and_each_that_has_not_ended_can_be_left():
    reached = {one.to for one in workflow().steps} | {"new"}
    assert reached == set(workflow().states)
    for state in states_that(ended=False):
        assert steps_from(state), state
    assert states_that(ended=True) == ["closed", "transferred"] and not steps_from("closed")


def test_the_path_of_the_issue_is_there():
    path = ["new", "checking", "confirmed", "notice_sent", "replied", "rectified", "closed"]
    assert all(step(one, two) for one, two in zip(path, path[1:], strict=False))
    assert step("notice_sent", "overdue").machine and step("overdue", "transferred").needs == ("receiver",)


def test_a_step_that_is_not_there_names_what_is():
    with pytest.raises(NotAllowed, match="possible: checking, confirmed, dismissed"):
        step("new", "closed")
    with pytest.raises(NotAllowed, match="no state"):
        step("new", "guilty")


def test_roles_are_ordered():
    transfer = step("confirmed", "transferred")
    assert [may(r, transfer) for r in ("viewer", "investigator", "supervisor", "admin", "")] == [
        False,
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("days", "due", "moved"),
    [
        (15, "2026-12-14", None),  # from Saturday 28 November: Sunday 13 December moves to Monday
        (16, "2026-12-14", None),
        (20, "2026-12-18", None),
        (5, "2026-12-04", None),  # working days: Monday to Friday
        (1, "2026-11-30", "2026-11-29"),
    ],
)
def test_days_are_counted_from_the_day_after_the_notice(days, due, moved):
    found = deadline_of(date(2026, 11, 28), days)
    assert found.due_on.isoformat() == due and found.due_on.weekday() < 5
    if moved:
        assert found.moved_from.isoformat() == moved


def test_a_day_the_notice_names_is_kept_and_a_foolish_one_is_refused():
    assert deadline_of(date(2026, 11, 28), due_on=date(2026, 12, 12)).due_on == date(2026, 12, 12)
    with pytest.raises(NotAllowed):
        deadline_of(date(2026, 11, 28), due_on=date(2026, 11, 1))
    with pytest.raises(NotAllowed):
        deadline_of(date(2026, 11, 28), 0)


def test_only_penalties_that_order_correction_are_the_basis():
    law = {"title_zh": "某办法", "version": "2022", "article": "25", "paragraph": 1}
    penalties = [law | {"order_to_correct": True}, law | {"article": "26", "order_to_correct": False}]
    assert orders_to_correct([{"penalties": penalties}, {"penalties": penalties}]) == ("某办法（2022）第25条第1款",)


def page(as_of="2026-11-23", **row):
    certificate = {
        "number": "00022Q1",
        "holder": "甲",
        "status": "valid",
        "expires": "2026-12-01",
        "snapshot": "2026-11-01",
    } | row
    claim = {
        "id": "c1",
        "schemes": ["iso-9001"],
        "state": "held",
        "locator": {"start": 3},
        "quote": "通过认证",
        "certificate": certificate,
    }
    return {"as_of": as_of, "claims": [claim]}


def test_position_wording_and_snapshot_are_no_facts_but_the_register_s_state_is():
    finding = {"claim": "c1", "rule": "r"}
    before = [facts_of(page(), finding)]
    moved = page(snapshot="2026-11-20")
    moved["claims"][0] |= {"locator": {"start": 90}, "quote": "已通过该认证"}
    assert same_facts(before, [facts_of(moved, finding)])
    assert same_facts(before, [])  # a place that is gone
    now = [facts_of(page(status="suspended"), finding)]
    assert not same_facts(before, now)
    assert changes_between(before, now) == ["当日状态：valid → suspended", "登记状态：valid → suspended"]


def test_a_row_whose_last_day_has_passed_is_another_fact():
    finding = {"claim": "c1"}
    before, now = facts_of(page(), finding), facts_of(page(as_of="2026-12-02"), finding)
    assert changes_between([before], [now]) == ["当日状态：valid → expired"]
