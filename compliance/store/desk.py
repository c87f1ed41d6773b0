"""What the review desk shows beside the cases: page results, the snapshot of a page, companies, crawls at work. Reads only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, cast, func, or_, select

from compliance.cases.workflow import states_that
from compliance.store.case_gather import CASE, RANKS, RESULT
from compliance.store.case_search import matching
from compliance.store.pages import RENDERING, StoredVisit, visits_of
from compliance.store.runs import RUN, SITE
from compliance.store.session import Store
from compliance.store.tables_crawl import Visit

Json = dict[str, Any]
VISIT = Visit.__table__  # type: ignore[attr-defined]
PAGES = 60  # pages of one company or finding that are read at once


@dataclass(frozen=True, slots=True)
class CompanyLine:
    """企业 in the list: its cases by outcome (dismissed ones apart) and how many still ask for work."""

    key: str
    name: str | None
    cases: int
    open: int
    by_outcome: dict[str, int]
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class CrawlAtWork:
    """A crawl's run with its counters as they are now."""

    id: str
    state: str
    reason: str | None
    started_at: datetime
    sites: int
    done: int
    failed: int
    pages: int
    blocked: int
    requests: int


def page_results(store: Store, keys: Sequence[str]) -> list[tuple[Json, Json]]:
    """(head, page object) of the pages with these keys (their addresses), in their order; what isn't there is left out."""
    wanted = list(dict.fromkeys(keys))[:PAGES]
    with store.reading() as connection:
        rows = {
            row.page_key: row
            for row in connection.execute(
                select(RESULT.c.page_key, RESULT.c.head, RESULT.c.body).where(RESULT.c.page_key.in_(wanted))
            )
        }
    return [(json.loads(rows[key].head), json.loads(rows[key].body)) for key in wanted if key in rows]


def snapshot_of(store: Store, url: str, sha256: str | None) -> StoredVisit | None:
    """The page as received: the newest visit of the address with these bytes, else the newest with any. None when none is kept."""
    here = or_(VISIT.c.url == url, VISIT.c.asked == url)
    with store.reading() as connection:
        for condition in ((VISIT.c.sha256 == sha256,) if sha256 else ()), (VISIT.c.sha256.is_not(None),):
            found = connection.execute(select(func.max(VISIT.c.id)).where(here, *condition)).scalar()
            if found is not None:
                kept = visits_of(store, [found])
                return kept[0] if kept else None
    return None


def has_screenshot(store: Store, url: str) -> bool:
    """Whether the newest kept visit of the address was made by a browser that took a picture."""
    here = or_(VISIT.c.url == url, VISIT.c.asked == url)
    newest = select(func.max(VISIT.c.id)).where(here, VISIT.c.sha256.is_not(None)).scalar_subquery()
    with store.reading() as connection:
        found = connection.execute(
            select(RENDERING.c.screenshot)
            .join(VISIT, VISIT.c.request_id == RENDERING.c.request_id)
            .where(VISIT.c.id == newest)
        ).scalar()
    return found is not None


def companies(store: Store, asked: str = "", number: int = 1, size: int = 50) -> tuple[list[CompanyLine], int]:
    """Companies with cases, those with most open work first; `asked`: full text over their cases. (the page's lines, how many in all)."""
    open_states = states_that(open=True)
    is_open = CASE.c.state.in_(open_states)
    counts = [func.sum(cast(CASE.c.rank == rank, Integer)).label(outcome) for outcome, rank in RANKS.items()]
    with store.reading() as connection:
        found = matching(connection, asked)
        where = [found] if found is not None else []
        total = connection.execute(select(func.count(CASE.c.company_key.distinct())).where(*where)).scalar_one()
        rows = connection.execute(
            select(
                CASE.c.company_key,
                func.max(CASE.c.company_name).label("name"),
                func.count().label("cases"),
                func.sum(cast(is_open, Integer)).label("open"),
                func.max(CASE.c.seen_at).label("seen_at"),
                *counts,
            )
            .where(*where)
            .group_by(CASE.c.company_key)
            .order_by(func.sum(cast(is_open, Integer)).desc(), CASE.c.company_key)
            .limit(size)
            .offset((max(number, 1) - 1) * size)
        ).all()
    lines = [
        CompanyLine(row.company_key, row.name, row.cases, row.open, {o: getattr(row, o) for o in RANKS}, row.seen_at)
        for row in rows
    ]
    return lines, int(total)


def company_pages(store: Store, key: str) -> list[Json]:
    """What was read of a company, by page: `{"url", "captured_at", "genre", "claims", "findings", "blocked", "pictures_unread"}`."""
    with store.reading() as connection:
        bodies = connection.execute(
            select(RESULT.c.body).where(RESULT.c.company_key == key).order_by(RESULT.c.page_key).limit(500)
        ).scalars()
        return [_page_line(json.loads(body)) for body in bodies]


def crawls_at_work(store: Store, limit: int = 10) -> list[CrawlAtWork]:
    """The newest runs of crawls, with counters as they are at this moment."""
    with store.reading() as connection:
        runs = connection.execute(select(RUN).order_by(RUN.c.started_at.desc()).limit(limit)).all()
        summed = {
            row.run_id: row
            for row in connection.execute(
                select(
                    SITE.c.run_id,
                    func.count().label("sites"),
                    func.sum(cast(SITE.c.state == "done", Integer)).label("done"),
                    func.sum(cast(SITE.c.state.in_(("failed", "blocked")), Integer)).label("failed"),
                    *[func.sum(SITE.c[n]).label(n) for n in ("pages", "blocked", "requests")],
                )
                .where(SITE.c.run_id.in_([run.id for run in runs]))
                .group_by(SITE.c.run_id)
            )
        }
    out = []
    for run in runs:
        row = summed.get(run.id)
        names = ("sites", "done", "failed", "pages", "blocked", "requests")
        counts = {n: int(getattr(row, n) or 0) if row else 0 for n in names}
        out.append(CrawlAtWork(run.id, run.state, run.reason, run.started_at, **counts))
    return out


def _page_line(page: Json) -> Json:
    cover = page["coverage"]
    return {
        "url": page["url"],
        "captured_at": page["captured_at"],
        "genre": page["genre"],
        "claims": len(page["claims"]),
        "findings": len(page["findings"]),
        "blocked": bool(cover["blocked"]),
        "pictures_unread": cover["pictures_seen"] - cover["pictures_read"],
    }
