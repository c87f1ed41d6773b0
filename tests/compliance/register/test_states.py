"""The state on a day follows from dates; a word without a date never reaches back."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.records import CertificateRow, StateInterval
from compliance.register.states import in_force, intervals_of, state_on

ROW = CertificateRow(
    number="00024Q30001R0M", holder="云岭某某机械有限公司", uscc=None, scheme="iso-9001", standard=None, scope=None,
    body=None, body_code=None, issued=date(2024, 3, 1), expires=date(2027, 2, 28), status="valid", status_from=None,
    province=None, source="样例", snapshot=date(2026, 11, 1),
)  # fmt: skip
DAY = timedelta(days=1)


def test_the_last_day_is_still_good_and_the_next_is_not() -> None:
    assert state_on(ROW, date(2027, 2, 28)) == ("valid", True)
    assert state_on(ROW, date(2027, 3, 1)) == ("expired", True)


def test_before_the_issue_of_the_sheet_nothing_is_told() -> None:
    assert state_on(ROW, date(2024, 2, 29))[0] is None
    assert state_on(ROW, date(2024, 3, 1))[0] == "valid"


@pytest.mark.parametrize("state", ["revoked", "cancelled"])
def test_a_final_state_holds_from_its_day_for_ever(state: str) -> None:
    row = replace(ROW, status=state, status_from=date(2025, 5, 1))
    assert state_on(row, date(2025, 4, 30)) == ("valid", True)
    assert state_on(row, date(2025, 5, 1)) == (state, True)
    assert state_on(row, date(2035, 5, 1)) == (state, True)


@pytest.mark.parametrize("state", ["revoked", "cancelled", "suspended"])
def test_a_state_without_a_date_never_reaches_back_before_the_snapshot(state: str) -> None:
    row = replace(ROW, status=state)
    assert state_on(row, date(2026, 10, 31)) == (None, False)
    assert state_on(row, date(2026, 11, 1)) == (state, False)


def test_an_open_suspension_is_carried_a_month_beyond_the_snapshot_and_no_further() -> None:
    row = replace(ROW, status="suspended", status_from=date(2026, 9, 1))
    assert state_on(row, date(2026, 8, 31)) == ("valid", True)
    assert state_on(row, date(2026, 12, 2)) == ("suspended", True)
    assert state_on(row, date(2026, 12, 3)) == (None, True)


def test_a_suspended_certificate_that_runs_out_is_expired() -> None:
    row = replace(ROW, status="suspended", status_from=date(2026, 9, 1), expires=date(2026, 10, 1))
    assert state_on(row, date(2026, 10, 1))[0] == "suspended"
    assert state_on(row, date(2026, 10, 2)) == ("expired", True)


def test_a_past_suspension_in_the_history_ends_with_its_last_day() -> None:
    row = replace(ROW, history=(StateInterval("suspended", date(2025, 1, 10), date(2025, 3, 9)),))
    assert [state_on(row, d)[0] for d in (date(2025, 1, 9), date(2025, 1, 10), date(2025, 3, 9), date(2025, 3, 10))] == [
        "valid", "suspended", "suspended", "valid",
    ]  # fmt: skip


def test_reinstated_without_the_day_of_suspension_leaves_the_time_before_open() -> None:
    row = replace(ROW, status_from=date(2026, 5, 1))
    assert state_on(row, date(2026, 4, 30)) == (None, True)
    assert state_on(row, date(2026, 5, 1)) == ("valid", True)


def test_an_unknown_state_is_never_called_anything() -> None:
    row = replace(ROW, status=None)
    assert state_on(row, date(2026, 5, 1)) == (None, False)
    assert state_on(row, date(2030, 5, 1)) == (None, False)


def test_an_empty_end_date_is_not_expired() -> None:
    assert state_on(replace(ROW, expires=None), date(2040, 1, 1)) == ("valid", True)


def test_a_life_is_told_in_intervals_in_order() -> None:
    row = replace(
        ROW, history=(StateInterval("suspended", date(2025, 1, 10), date(2025, 3, 9)),),
        status="revoked", status_from=date(2026, 2, 1),
    )  # fmt: skip
    assert [(i.state, i.start, i.end) for i in intervals_of(row)] == [
        ("valid", date(2024, 3, 1), date(2025, 1, 9)),
        ("suspended", date(2025, 1, 10), date(2025, 3, 9)),
        ("valid", date(2025, 3, 10), date(2026, 1, 31)),
        ("revoked", date(2026, 2, 1), None),
    ]


days = st.dates(date(2020, 1, 1), date(2032, 1, 1))
maybe_days = st.none() | days
states = st.sampled_from(["valid", "suspended", "revoked", "cancelled", "expired", None])


@st.composite
def rows(draw: st.DrawFn) -> CertificateRow:
    issued, expires = sorted((draw(days), draw(days)))
    return replace(
        ROW, issued=issued, expires=draw(st.sampled_from([expires, None])), status=draw(states),
        status_from=draw(maybe_days), snapshot=draw(days),
    )  # fmt: skip


@given(rows(), days)
def test_no_certificate_is_good_outside_its_dates(row: CertificateRow, day: date) -> None:
    if (row.issued and day < row.issued) or (row.expires and day > row.expires):
        assert not in_force(row, day)


@given(rows(), days)
def test_an_undated_bad_state_says_nothing_of_a_day_before_the_snapshot(row: CertificateRow, day: date) -> None:
    row = replace(row, status_from=None)
    if row.status in ("revoked", "cancelled", "suspended") and row.snapshot and day < row.snapshot:
        assert state_on(row, day)[0] in (None, "expired")


@given(rows(), days, st.integers(0, 4000))
def test_a_final_state_is_never_left_again(row: CertificateRow, day: date, later: int) -> None:
    state = state_on(row, day)[0]
    if state in ("revoked", "cancelled"):
        assert state_on(row, day + timedelta(days=later))[0] == state


@given(rows())
def test_intervals_agree_with_the_state_on_each_of_their_ends(row: CertificateRow) -> None:
    for interval in intervals_of(row):
        assert interval.start is not None
        assert state_on(row, interval.start)[0] == interval.state
