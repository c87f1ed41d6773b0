"""Results and findings in the store. A re-crawl finds the same id and moves its `last_seen`; nothing is deleted."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session, select

from compliance.store.session import Store
from compliance.store.tables_findings import FindingRow, ResultRow

Json = dict[str, Any]
OUTCOMES = ("violation", "suspected", "needs_review")


def save_result(store: Store, head: Json, page: Json, company_key: str, seen: datetime | None = None) -> None:
    """Keep one page's result (contract objects) and its findings, in one transaction: saved whole or not at all.

    `seen` is the capture time; the page's own, else now (UTC).
    """
    when = (seen or _time(page.get("captured_at")) or datetime.now(UTC)).astimezone(UTC)
    key = page["url"] or page["id"] or page["sha256"]
    company = page.get("company") or {}
    with store.writing() as connection, Session(connection) as session:
        session.merge(
            ResultRow(
                page_key=key,
                company_key=company_key,
                company_name=company.get("name"),
                checked_at=when,
                head=json.dumps(head, ensure_ascii=False),
                body=json.dumps(page, ensure_ascii=False),
            )
        )
        for finding in page["findings"]:
            known = session.get(FindingRow, finding["id"])
            first = min(known.first_seen, when) if known else when
            last = max(known.last_seen, when) if known else when
            session.merge(
                FindingRow(
                    id=finding["id"],
                    company_key=company_key,
                    conduct=finding["conduct"],
                    outcome=finding["outcome"],
                    first_seen=first,
                    last_seen=last,
                    body=json.dumps(finding, ensure_ascii=False),
                )
            )
        session.flush()


def results(store: Store, company: str | None = None) -> Json:
    """The contract's check object over all stored pages, or those of one company (name or USCC).

    A finding of several pages stands once, on its first page, with all its places. Raises LookupError when the company
    has no page in the store.
    """
    with store.session() as session:
        query = select(ResultRow).order_by(ResultRow.company_key, ResultRow.page_key)
        if company is not None:
            query = query.where((ResultRow.company_name == company) | (ResultRow.company_key == company))
        rows = session.exec(query).all()
        seen = {row.id: row for row in session.exec(select(FindingRow)).all()}
    if company is not None and not rows:
        raise LookupError(f"the store holds no page of {company!r}")
    pages = [json.loads(row.body) for row in rows]
    heads = [json.loads(row.head) for row in rows]
    _once(pages, seen)
    latest = max(heads, key=lambda h: h["as_of"]) if heads else {"tool": None, "as_of": None, "register": None}
    return {**latest, "pages": pages, "summary": _summary(pages)}


def _once(pages: list[Json], seen: dict[str, FindingRow]) -> None:
    """Show each finding on its first page only, with the places of all pages and the time it has been seen."""
    first: dict[str, Json] = {}
    for page in pages:
        kept = []
        for finding in page["findings"]:
            known = first.get(finding["id"])
            if known is None:
                first[finding["id"]] = finding
                row = seen.get(finding["id"])
                if row is not None:
                    finding["first_seen"] = row.first_seen.isoformat()
                    finding["last_seen"] = row.last_seen.isoformat()
                kept.append(finding)
            else:
                known["occurrences"] += [o for o in finding["occurrences"] if o not in known["occurrences"]]
        page["findings"] = kept


def _summary(pages: list[Json]) -> Json:
    counts = {outcome: 0 for outcome in OUTCOMES}
    for page in pages:
        for finding in page["findings"]:
            counts[finding["outcome"]] += 1
    return {
        "pages": len(pages),
        "blocked": sum(page["coverage"]["blocked"] for page in pages),
        "claims": sum(len(page["claims"]) for page in pages),
        "findings": counts,
    }


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def citing(store: Store, keys: Iterable[str], begins: date) -> int:
    """How many stored findings cite one of the provisions (`law-id#key`) in a result judged for that day or later."""
    wanted = set(keys)
    found: set[str] = set()
    with store.reading() as connection, Session(connection) as session:
        for body in session.exec(select(ResultRow.body)):
            page = json.loads(body)
            if page["as_of"] < begins.isoformat():
                continue
            for finding in page["findings"]:
                cited = {f"{p['law']}#{p['key']}" for p in (*finding["breaches"], *finding["penalties"])}
                if cited & wanted:
                    found.add(finding["id"])
    return len(found)
