"""The company's view, the rules' view and the crawl jobs' view (企业、规则、抓取任务)."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from compliance.cases.workflow import workflow
from compliance.store import cases, desk, jobs
from compliance.store.audit import audit
from compliance.store.cases import Filters, Paging
from compliance.store.job_control import pause_job, start_job
from compliance.store.jobs import JobBusy
from reports.law import charges_shown
from reports.web.access import By, Refused, Supervisor, TheStore, Viewer
from reports.web.render import page
from rules.book import load_book
from rules.clock import today
from rules.show import rule_json

router = APIRouter()
SIZE = 50  # companies on one page
CASES = 200  # cases of one company that are listed


@router.get("/companies")
def companies(request: Request, signed: Viewer, store: TheStore, q: str = "", n: int = 1) -> Response:
    """Companies with cases, those with most open work first."""
    number = max(1, min(n, 100_000))
    lines, total = desk.companies(store, q.strip()[:200], number, SIZE)
    return page(request, "companies.html.j2", lines=lines, total=total, q=q, number=number, pages=-(-total // SIZE))


@router.get("/companies/{key:path}")
def company(request: Request, key: str, signed: Viewer, store: TheStore) -> Response:
    """One company: its cases of all states, and what was read and not read of it."""
    found = cases.cases_of(store, Filters(company=key, states=tuple(workflow().states)), Paging(1, CASES))
    pages = desk.company_pages(store, key)
    if not found["cases"] and not pages:
        raise Refused("not_found", 404)
    name = next((one["company"]["name"] for one in found["cases"] if one["company"]["name"]), key)
    unread = sum(one["blocked"] for one in pages)
    return page(request, "company_desk.html.j2", key=key, name=name, found=found, pages=pages, unread=unread)


@router.get("/rules")
def rules(request: Request, signed: Viewer, store: TheStore) -> Response:
    """Every rule with what became of its findings: confirmed, dismissed, open; precision in the field."""
    book, field = _book(), cases.field_precision(store)
    known = {rule.id for rule in book.rules}
    return page(
        request, "rules.html.j2", rules=book.rules, field=field, foreign=sorted(set(field) - known), today=today()
    )


@router.get("/rules/{rule_id:path}")
def rule(request: Request, rule_id: str, signed: Viewer, store: TheStore) -> Response:
    """One rule: elements, exceptions, what could innocently explain it, the provisions of today."""
    book = _book()
    found = next((one for one in book.rules if one.id == rule_id), None)
    if found is None:
        raise Refused("not_found", 404)
    told = rule_json(found, book, today(), "website")
    breaches, penalties = charges_shown(told["breaches"], told["penalties"])
    field = cases.field_precision(store).get(rule_id)
    return page(request, "rule.html.j2", rule=found, breaches=breaches, penalties=penalties, field=field)


@router.get("/jobs")
def jobs_page(request: Request, signed: Viewer, store: TheStore) -> Response:
    """The scheduled crawl jobs and the crawls at work."""
    return page(request, "jobs.html.j2", **_jobs(store))


@router.get("/jobs/live")
def jobs_live(request: Request, signed: Viewer, store: TheStore) -> Response:
    """The part of the jobs' page that changes by itself."""
    return page(request, "jobs_live.html.j2", **_jobs(store))


@router.post("/jobs/{name}/start")
def start(name: str, signed: Supervisor, store: TheStore, by: By) -> Response:
    """Due at once: the next free `certmark worker` takes it. A paused job goes on."""
    return _job(store, by, name, "job_started", lambda now: start_job(store, name, now))


@router.post("/jobs/{name}/pause")
def pause(name: str, signed: Supervisor, store: TheStore, by: By) -> Response:
    """Not taken up again until it is started; a run at work stops after the pages at hand and loses nothing."""
    return _job(store, by, name, "job_paused", lambda now: pause_job(store, name, by.name, now))


def _job(store: Any, by: Any, name: str, what: str, act: Any) -> Response:
    try:
        act(datetime.now(UTC))
    except LookupError as missing:
        raise Refused("not_found", 404) from missing
    except JobBusy as busy:
        raise Refused(str(busy), 409) from busy
    audit(store, by.name, what, job=name, address=by.address)
    return RedirectResponse("/jobs", 303)


def _jobs(store: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    found = jobs.jobs(store)
    return {
        "jobs": [(one, one.held(now)) for one in found],
        "runs": jobs.job_runs(store, limit=20),
        "crawls": desk.crawls_at_work(store),
    }


@lru_cache(maxsize=1)
def _book() -> Any:
    return load_book()
