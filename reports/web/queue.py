"""The queue (待办队列): cases by filters and full text, several decided at once, the list exported."""

from __future__ import annotations

import csv
import io
import json
import threading
import time
from typing import Any

from fastapi import APIRouter, BackgroundTasks, Request
from starlette.responses import Response

from compliance.cases.workflow import NotAllowed, may, step, workflow
from compliance.store import cases
from compliance.store.audit import audit
from compliance.store.cases import Paging, StaleCase
from compliance.store.session import Store
from reports.web.access import By, Fields, Refused, Supervisor, TheStore, Viewer, field
from reports.web.choosing import ORDERS, SIZE, chosen_from
from reports.web.render import page
from reports.wording import load_wording

router = APIRouter()
GATHERED_EACH = 60.0  # seconds between two looks for findings that no case holds yet
EXPORTED = 5000  # cases of one export at most; more is said
COLUMNS = (
    "id",
    "company",
    "uscc_or_key",
    "conduct",
    "outcome",
    "state",
    "findings",
    "quote",
    "page",
    "owner",
    "opened_at",
    "seen_at",
    "due_on",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Gathering:
    """Gathers new findings into cases behind the pages' backs, one at a time, not more often than GATHERED_EACH."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = -GATHERED_EACH

    def due(self) -> bool:
        """Whether it is time again."""
        return time.monotonic() - self._last >= GATHERED_EACH

    def run(self, store: Store) -> None:
        """Gathers, unless somebody is at it."""
        if self._lock.acquire(blocking=False):
            try:
                self._last = time.monotonic()
                cases.gather(store)
            finally:
                self._lock.release()


@router.get("/")
def queue(request: Request, signed: Viewer, store: TheStore, tasks: BackgroundTasks, n: int = 1) -> Response:
    """The cases that ask for work, the weightiest first. `n` counts the pages from 1."""
    gathering: Gathering = request.app.state.gathering
    chosen = chosen_from(request.url.query)
    number = max(1, min(n, 100_000))
    found = cases.cases_of(store, chosen.filters(signed.account.login), Paging(number, SIZE))
    answer = page(
        request, "queue.html.j2", found=found, chosen=chosen, number=number, size=SIZE, states=workflow().states,
        conducts=load_wording().tree["conducts"], orders=ORDERS, reasons=workflow().reasons,
        pages=-(-found["total"] // SIZE), told=None,
    )  # fmt: skip
    if gathering.due():
        tasks.add_task(gathering.run, store)
        answer.background = tasks
    return answer


@router.post("/bulk")
def bulk(request: Request, signed: Supervisor, form: Fields, store: TheStore, by: By) -> Response:
    """One act on several cases, each in its own transaction; those that somebody changed meanwhile are named and left alone."""
    act, why = field(form, "act", 40), field(form, "why")
    ids = [str(one) for one in form.getlist("case")][:500]
    told: list[dict[str, Any]] = []
    for case_id in ids:
        version = int(field(form, f"version-{case_id}", 12) or 0)
        try:
            _act(
                store, case_id, act, why, field(form, "reason", 60), version, signed.account.login, signed.account.role
            )
            told.append({"id": case_id, "fault": None})
        except (NotAllowed, StaleCase, LookupError) as fault:
            told.append({"id": case_id, "fault": str(fault.args[0])})
    chosen = chosen_from(field(form, "queue", 4000))
    return page(request, "bulk.html.j2", told=told, chosen=chosen, done=sum(one["fault"] is None for one in told))


def _act(store: Store, case_id: str, act: str, why: str, reason: str, version: int, who: str, role: str) -> None:
    if act == "assign":
        cases.assign(store, case_id, who, who, version)
        return
    if act == "dismissed":
        cases.dismiss(store, case_id, who, scope="case", reason=reason, why=why, expected_version=version)
        return
    if act not in ("checking", "confirmed", "closed"):
        raise NotAllowed(f"{act!r}: not an act for several cases")
    found = cases.case_of(store, case_id)
    if found["version"] == version and not may(role, step(found["state"], act)):
        raise NotAllowed(f"{role}: not a step of this role")
    cases.change(store, case_id, act, who, why, version)


@router.get("/export")
def export(request: Request, signed: Supervisor, store: TheStore, by: By, format: str = "csv") -> Response:
    """The queue as filtered, as CSV (for spreadsheets) or JSON; an entry of the audit log says who took it."""
    if format not in ("csv", "json"):
        raise Refused("bad_address", 422)
    chosen = chosen_from(request.url.query)
    found = cases.cases_of(store, chosen.filters(signed.account.login), Paging(1, EXPORTED))
    rows = [_row(one) for one in found["cases"]]
    audit(store, by.name, "exported", filters=chosen.query, rows=len(rows), of=found["total"], address=by.address)
    headers = {"Content-Disposition": f'attachment; filename="certmark-cases.{format}"'}
    if format == "json":
        whole = {"total": found["total"], "rows": len(rows), "cases": found["cases"]}
        return Response(json.dumps(whole, ensure_ascii=False, indent=1), media_type="application/json", headers=headers)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([[_cell(row[name]) for name in COLUMNS] for row in rows])
    if found["total"] > len(rows):
        writer.writerow([f"{len(rows)} / {found['total']}"])
    return Response("\ufeff" + text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _row(one: dict[str, Any]) -> dict[str, Any]:
    words = load_wording()
    return {
        **{name: one[name] for name in ("id", "findings", "quote", "page", "owner", "opened_at", "seen_at")},
        "company": one["company"]["name"],
        "uscc_or_key": one["company"]["key"],
        "conduct": words.label("conducts", one["conduct"]),
        "outcome": words.text(f"outcomes.{one['outcome']}.zh") if one["outcome"] else "",
        "state": one["state_zh"],
        "due_on": (one["deadline"] or {}).get("due_on", ""),
    }


def _cell(value: Any) -> str:
    """Text of a page never becomes a formula of the spreadsheet."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
