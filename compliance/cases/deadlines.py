"""整改期限: the last day to put right what a notice named, counted from the day it was served. Days are Chinese calendar days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from compliance.cases.workflow import NotAllowed, data_of

LONGEST = 366  # days: more than a year is a slip of the pen
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Deadline:
    """`due_on` is the last day, included. `moved_from`: the day counted before it moved off a weekend. `note_zh`: what was not counted."""

    notice_on: date
    days: int | None
    due_on: date
    working_days: bool
    moved_from: date | None
    basis: tuple[str, ...]  # provisions that order correction: "认证证书和认证标志管理办法（2022）第25条"
    note_zh: str

    def to_json(self) -> dict[str, Any]:
        """Plain data; days as YYYY-MM-DD."""
        return {
            "notice_on": self.notice_on.isoformat(),
            "days": self.days,
            "due_on": self.due_on.isoformat(),
            "working_days": self.working_days,
            "moved_from": self.moved_from.isoformat() if self.moved_from else None,
            "basis": list(self.basis),
            "note_zh": self.note_zh,
        }


@cache
def _rules() -> dict[str, Any]:
    return data_of("deadlines")


def default_days() -> int:
    """What a notice starts from when nobody says a number; practice, not law."""
    return int(_rules()["default_days"]["value"])


def deadline_of(
    notice_on: date, days: int | None = None, due_on: date | None = None, basis: Iterable[str] = ()
) -> Deadline:
    """The deadline of a notice served on `notice_on`: `due_on` as the notice says it, else `days` (default: default_days) counted.

    Raises NotAllowed for days below 1 or above LONGEST and for a due day before the notice.
    """
    if due_on is not None:
        if not notice_on <= due_on <= notice_on + timedelta(days=LONGEST):
            raise NotAllowed(f"the deadline {due_on} must lie within {LONGEST} days after the notice of {notice_on}")
        return Deadline(notice_on, None, due_on, False, None, tuple(basis), "")
    days = default_days() if days is None else days
    if not 1 <= days <= LONGEST:
        raise NotAllowed(f"{days} days: a rectification deadline is between 1 and {LONGEST} days")
    working = days in _rules()["working_days_up_to"]["value"]
    counted = _working(notice_on, days) if working else notice_on + timedelta(days=days)
    due = counted
    while due.weekday() >= SATURDAY:
        due += timedelta(days=1)
    return Deadline(
        notice_on, days, due, working, counted if due != counted else None, tuple(basis), str(_rules()["note_zh"])
    )


def _working(day: date, days: int) -> date:
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < SATURDAY
    return day


def orders_to_correct(findings: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    """The penalties of the findings that order correction (责令改正), each once, with version and article."""
    found = [
        f"{one['title_zh']}（{one['version']}）第{one['article']}条"
        + (f"第{one['paragraph']}款" if one["paragraph"] else "")
        for finding in findings
        for one in finding.get("penalties", ())
        if one.get("order_to_correct")
    ]
    return tuple(dict.fromkeys(found))
