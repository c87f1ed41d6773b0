"""What becomes of a notice (整改复查): what the crawler has seen since, which cases are past their day, which pages to look at daily.

A case is found rectified only when every page that showed an open finding was looked at again and shows it no more. A page that still
holds the words but is judged differently now is neither: that is said, and a person decides. Nobody is called overdue because nobody looked.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Connection, select, update

from compliance.cases.workflow import states_that
from compliance.store.answers import SHORTEST
from compliance.store.captures import captures_of
from compliance.store.case_gather import (
    CASE,
    FACTS,
    FINDING,
    RESULT,
    CaseFile,
    aware,
    file_of,
    rows_in,
    save_file,
)
from compliance.store.cases import brief_json
from compliance.store.pages import KNOWN
from compliance.store.session import Store
from rules import clock
from rules.clock import CHINA

Json = dict[str, Any]
# What the looks since the notice show, the weightiest first: one page that still shows it speaks for the case.
STATES = ("still_there", "not_looked_at", "judged_differently", "removed")


@dataclass
class Rechecked:
    """What a recheck did, counted."""

    looked_at: int = 0
    rectified: int = 0
    overdue: int = 0


def overdue(store: Store, today: date | None = None) -> list[Json]:
    """Cases whose last day is over and that aren't known to be rectified, the longest first: briefs (cases.cases_of) with `days_over`.

    `recheck` says what the crawler saw since the notice: with `not_looked_at` (or null) nobody knows whether it is put right.
    """
    today = today or clock.today()
    late = (
        select(CASE)
        .where(CASE.c.state.in_(states_that(deadline=True)), CASE.c.due_on < today)
        .order_by(CASE.c.due_on, CASE.c.id)
    )
    with store.reading() as connection:
        return [brief_json(row) | {"days_over": (today - row.due_on).days} for row in connection.execute(late)]


def recheck(store: Store, today: date | None = None) -> Rechecked:
    """Compares what each case under notice named with what was seen since. Moves cases to `rectified` or `overdue` with the reason in the
    history, and has their pages looked at daily. Call it after a crawl; a second time it changes nothing."""
    today, done = today or clock.today(), Rechecked()
    with store.reading() as connection:
        ids = connection.execute(select(CASE.c.id).where(CASE.c.state.in_(states_that(deadline=True)))).scalars().all()
    for case_id in ids:
        seen = _seen_since(store, case_id)
        with store.writing() as connection:
            file = file_of(connection, case_id)
            if file.row["state"] in states_that(deadline=True) and file.row["deadline"]:
                done.looked_at += 1
                _take(connection, file, seen, today, done)
    return done


def targets_of(store: Store) -> list[Json]:
    """The sites to look at again because of a case under notice: `{"company", "uscc", "url"}`, as `certmark crawl` takes them."""
    found: dict[tuple[str, str], Json] = {}
    with store.reading() as connection:
        cases = connection.execute(select(CASE).where(CASE.c.state.in_(states_that(deadline=True)))).all()
        for case in cases:
            for page in _pages(connection, file_of(connection, case.id)):
                if page.startswith(("http://", "https://")):
                    key = case.company_key if len(case.company_key) == 18 and case.company_key.isalnum() else ""
                    one = {"company": case.company_name or "", "uscc": key if key.isascii() else "", "url": page}
                    found.setdefault((case.company_key, page), one)
    return list(found.values())


def _seen_since(store: Store, case_id: str) -> list[tuple[str, str, datetime | None]]:
    """(finding, state, when) for each page that shows or showed an open finding of the case."""
    out: list[tuple[str, str, datetime | None]] = []
    with store.reading() as connection:
        file = file_of(connection, case_id)
        if not file.row["deadline"]:
            return []
        notice = datetime.combine(date.fromisoformat(json.loads(file.row["deadline"])["notice_on"]), time(), CHINA)
        ids = [m["finding_id"] for m in file.members.values() if m["state"] == "open"]
        findings = {row.id: row for row in rows_in(connection, select(FINDING), FINDING.c.id, ids)}
        places = rows_in(connection, select(FACTS.c.finding_id, FACTS.c.page_key), FACTS.c.finding_id, ids)
        results = {
            row.page_key: row
            for row in rows_in(connection, select(RESULT), RESULT.c.page_key, sorted({p.page_key for p in places}))
        }
    for place in places:
        finding, result = findings[place.finding_id], results.get(place.page_key)
        state, at = _state(json.loads(finding.body), result, place.finding_id, notice)
        if state != "still_there":
            gone = [c.at for c in captures_of(store, place.page_key) if c.status in (404, 410) and c.at > notice]
            if gone and gone[-1] > aware(finding.last_seen):
                state, at = "removed", gone[-1]
        out.append((place.finding_id, state, at))
    return out


def _state(finding: Json, result: Any, finding_id: str, notice: datetime) -> tuple[str, datetime | None]:
    if result is None or aware(result.checked_at) <= notice:
        return "not_looked_at", None
    page, at = json.loads(result.body), aware(result.checked_at)
    if any(one["id"] == finding_id for one in page["findings"]):
        return "still_there", at
    if page["coverage"]["blocked"]:
        return "not_looked_at", None
    if any(claim["quote"] == finding["quote"] for claim in page["claims"]):
        return "judged_differently", at
    return "removed", at


def _take(
    connection: Connection,
    file: CaseFile,
    seen: Sequence[tuple[str, str, datetime | None]],
    today: date,
    done: Rechecked,
) -> None:
    row = file.row
    found = {state for _, state, _ in seen} or {"not_looked_at"}
    state = next(one for one in STATES if one in found)
    at = max((when for _, _, when in seen if when is not None), default=None)
    before = row["recheck"]
    row |= {"recheck": state, "recheck_at": at or row["recheck_at"] or row["changed_at"]}
    day = aware(at).astimezone(CHINA).date() if at else None
    if state == "removed":
        done.rectified += 1
        late = f"，晚于期限{row['due_on']}" if day and day > row["due_on"] else ""
        file.note("state", f"{day}复查，{len(seen)}处页面均不再显示所列陈述{late}", to="rectified", looks=_looks(seen))
    elif state == "still_there" and row["state"] != "overdue" and day and day > row["due_on"]:
        done.overdue += 1
        file.note("state", f"期限{row['due_on']}已过，{day}复查时页面仍显示所列陈述", to="overdue", looks=_looks(seen))
    elif state != before:
        file.note("rechecked", "", recheck=state, looks=_looks(seen))
    connection.execute(
        update(KNOWN)
        .where(KNOWN.c.url.in_(_pages(connection, file)[:400]), KNOWN.c.interval_hours > SHORTEST)
        .values(interval_hours=SHORTEST)
    )
    save_file(connection, file)


def _looks(seen: Sequence[tuple[str, str, datetime | None]]) -> list[Json]:
    return [{"finding": f, "state": s, "at": when.isoformat() if when else None} for f, s, when in seen]


def _pages(connection: Connection, file: CaseFile) -> list[str]:
    ids = [m["finding_id"] for m in file.members.values() if m["state"] == "open"]
    return sorted({row.page_key for row in rows_in(connection, select(FACTS), FACTS.c.finding_id, ids)})
