"""The state of a certificate on a day (证书在某日的状态), computed from its dates, never taken from one word alone.

Rules, as the register's words are meant (docs: 状态词的含义): an end date is the last good day; dates lead over the word 有效; a state
without a date holds only from the snapshot on, never backwards; an open suspension is certain for SNAPSHOT_DAYS after the snapshot
at most; 撤销 and 注销 are for ever; an unknown word gives no state.
"""

from __future__ import annotations

from datetime import date, timedelta

from compliance.records import CertificateRow, StateInterval

SNAPSHOT_DAYS = 31  # as settings.snapshot_days: how long an open suspension may be carried beyond the snapshot
FINAL = ("revoked", "cancelled")


def state_on(row: CertificateRow, day: date) -> tuple[str | None, bool]:
    """(state on `day`, whether that state has a day it began). State None: the register does not tell for that day.

    Both ends of every interval are included. `day` before the issue of this sheet gives None: another sheet may have been in force.
    """
    if row.issued and day < row.issued:
        return None, True
    told = _told_by_history(row, day)
    if told is not None:
        return told, True
    state, since = row.status, row.status_from
    if state in FINAL:
        return _final(row, day, str(state), since)
    if state == "suspended":
        return _suspended(row, day, since)
    if state == "expired":
        return _expired(row, day, since)
    if state == "valid":
        if _after_end(row, day):
            return "expired", True
        if since and day < since and (row.issued is None or since > row.issued) and not row.history:
            return None, True  # 恢复 or another change on that day: what was before isn't told
        return "valid", row.issued is not None or since is not None
    return None, False


def in_force(row: CertificateRow, day: date) -> bool:
    """Whether the row says that the certificate was good on `day`."""
    return state_on(row, day)[0] == "valid"


def intervals_of(row: CertificateRow) -> tuple[StateInterval, ...]:
    """The row's life as intervals in order of time, as far as the register tells: for reports and `register lookup`."""
    edges = {d for i in row.history for d in (i.start, i.end and i.end + timedelta(days=1)) if d}
    edges |= {d for d in (row.issued, row.status_from, row.expires and row.expires + timedelta(days=1)) if d}
    out: list[StateInterval] = []
    days = sorted(edges)
    for at, start in enumerate(days):
        state = state_on(row, start)[0]
        end = days[at + 1] - timedelta(days=1) if at + 1 < len(days) else None
        if state is None:
            continue
        if out and out[-1].state == state and out[-1].end == start - timedelta(days=1):
            out[-1] = StateInterval(state, out[-1].start, end)
        else:
            out.append(StateInterval(state, start, end))
    return tuple(out)


def _told_by_history(row: CertificateRow, day: date) -> str | None:
    for interval in reversed(row.history):  # the later entry corrects the earlier
        if (interval.start is None or interval.start <= day) and (interval.end is None or day <= interval.end):
            if interval.end is None and interval.state not in FINAL and row.status_from and day >= row.status_from:
                continue  # an open interval ends where the present state begins
            if interval.state == "valid" and _after_end(row, day):
                return "expired"
            return interval.state
    return None


def _after_end(row: CertificateRow, day: date) -> bool:
    return row.expires is not None and day > row.expires


def _before_change(row: CertificateRow, day: date) -> tuple[str | None, bool]:
    """The state on a day before the present state began: valid by dates."""
    if _after_end(row, day):
        return "expired", True
    return "valid", row.issued is not None


def _undated(row: CertificateRow, day: date, state: str) -> tuple[str | None, bool]:
    """A state without a date: nothing is known of the days before the snapshot."""
    if row.snapshot is None or day < row.snapshot:
        return ("expired", True) if _after_end(row, day) else (None, False)
    return state, False


def _final(row: CertificateRow, day: date, state: str, since: date | None) -> tuple[str | None, bool]:
    if since is None:
        return _undated(row, day, state)
    return (state, True) if day >= since else _before_change(row, day)


def _suspended(row: CertificateRow, day: date, since: date | None) -> tuple[str | None, bool]:
    if _after_end(row, day):
        return "expired", True
    carried = row.snapshot is None or day <= row.snapshot + timedelta(days=SNAPSHOT_DAYS)
    if since is None:
        return _undated(row, day, "suspended") if carried else (None, False)
    if day < since:
        return _before_change(row, day)
    return ("suspended", True) if carried else (None, True)


def _expired(row: CertificateRow, day: date, since: date | None) -> tuple[str | None, bool]:
    if row.expires is not None:
        return ("expired", True) if day > row.expires else ("valid", row.issued is not None)
    if since is None:
        return _undated(row, day, "expired")
    return ("expired", True) if day >= since else _before_change(row, day)
