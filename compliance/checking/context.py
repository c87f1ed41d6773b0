"""What stands beside a finding and isn't part of it (背景说明): how old the register and lists are that carry it, and what other lists say.

None of it accuses: that a firm stands in a list of abnormal operation, or that a product was recalled, says nothing of the claim.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from compliance.checking.explain import sentences
from compliance.checking.facts_lists import entries_about, lists_used
from rules.outcome import Verdict

if TYPE_CHECKING:
    from compliance.checking.facts import Case


def context_of(case: Case, verdict: Verdict, *, rests_on_register: bool, snapshot_days: int) -> tuple[str, ...]:
    """Sentences for the finding's notes. `snapshot_days`: from how many days on the age of what carries a finding is said."""
    aged = tuple(_aged(case, verdict, snapshot_days)) if rests_on_register else ()
    return (*aged, *_listed(case))


def _aged(case: Case, verdict: Verdict, limit: int) -> Iterator[str]:
    say, used = sentences(), [f.fact for e in verdict.elements for f in e.facts if f.reason is None]
    rows = case.lookup.rows
    day = rows.info.snapshot if rows is not None else None
    if day is not None and (case.on - day).days > limit:
        yield say["old_register"].format(day=day, on=case.on, age=(case.on - day).days, limit=limit)
    elif day is not None and (day - case.on).days > limit:
        yield say["later_register"].format(day=day, on=case.on)
    for info in lists_used(case, used):
        if info.snapshot is not None and (case.on - info.snapshot).days > limit:
            age = (case.on - info.snapshot).days
            yield say["old_list"].format(
                zh=info.zh, source=info.source, day=info.snapshot, on=case.on, age=age, limit=limit
            )


def _listed(case: Case) -> Iterator[str]:
    say = sentences()
    for kind, sentence in (("abnormal", "in_abnormal_list"), ("recalls", "in_recall_list")):
        info, entries = entries_about(case, kind)
        if info is None:
            continue
        for entry in entries:
            reason = f"，原因：{entry.get('reason')}" if entry.get("reason") else ""
            yield say[sentence].format(
                zh=info.zh, source=entry.source or info.source, day=_day(entry.snapshot), since=_day(entry.starts),
                reason=reason, product=entry.get("product"), model=entry.get("model"),
            )  # fmt: skip


def _day(day: date | None) -> str:
    return day.isoformat() if day else sentences()["no_since"]
