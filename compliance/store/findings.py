"""Results and findings in the store. A re-crawl finds the same id and moves its `last_seen`; nothing is deleted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Table, case, func
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import Session, select

from compliance.cases.facts import facts_of, mark_of
from compliance.store.session import Store
from compliance.store.tables_cases import FindingFacts
from compliance.store.tables_findings import FindingRow, ResultRow, SightRow

Json = dict[str, Any]
FACTS = FindingFacts.__table__  # type: ignore[attr-defined]
OUTCOMES = ("violation", "suspected", "needs_review")


def save_result(store: Store, head: Json, page: Json, company_key: str, seen: datetime | None = None) -> None:
    """Keep one page's result (contract objects) and its findings, in one transaction: saved whole or not at all.

    `seen` is the capture time; the page's own, else now (UTC).
    """
    save_results(store, [(head, page, company_key)], seen)


def save_results(store: Store, kept: Sequence[tuple[Json, Json, str]], seen: datetime | None = None) -> None:
    """The same for many pages: (head, page, company key) each, all in one transaction."""
    pages: dict[str, Json] = {}
    findings: dict[str, Json] = {}
    facts: dict[tuple[str, str], Json] = {}
    sights: dict[tuple[str, str, datetime], Json] = {}
    for head, page, company_key in kept:
        when = (seen or _time(page.get("captured_at")) or datetime.now(UTC)).astimezone(UTC)
        key = page["url"] or page["id"] or page["sha256"]
        pages[key] = {
            "page_key": key,
            "company_key": company_key,
            "company_name": (page.get("company") or {}).get("name"),
            "checked_at": when,
            "head": json.dumps(head, ensure_ascii=False),
            "body": json.dumps(page, ensure_ascii=False),
        }
        for finding in page["findings"]:
            before = findings.get(finding["id"])
            of = {"finding": finding["id"], "page_key": key, "seen_at": when}
            sights[finding["id"], key, when] = of | {"sha256": page["sha256"]}
            findings[finding["id"]] = {
                "id": finding["id"],
                "company_key": company_key,
                "conduct": finding["conduct"],
                "outcome": finding["outcome"],
                "first_seen": min(before["first_seen"], when) if before else when,
                "last_seen": max(before["last_seen"], when) if before else when,
                "body": json.dumps(finding, ensure_ascii=False),
            }
            shown = facts_of(page, finding)
            facts[finding["id"], key] = {
                "finding_id": finding["id"],
                "page_key": key,
                "mark": mark_of(shown),
                "outcome": finding["outcome"],
                "facts": json.dumps(shown, ensure_ascii=False),
                "gathered": 0,
            }
    if not pages:
        return
    with store.writing() as connection:
        rows = connection.execute(select(FindingRow.id, FindingRow.first_seen, FindingRow.last_seen).where(
            FindingRow.id.in_(list(findings))  # type: ignore[attr-defined]
        ))  # fmt: skip
        for row in rows:
            one = findings[row.id]
            one |= {
                "first_seen": min(row.first_seen, one["first_seen"]),
                "last_seen": max(row.last_seen, one["last_seen"]),
            }
        _replace(connection, ResultRow.__table__, list(pages.values()))  # type: ignore[attr-defined]
        if findings:
            _replace(connection, FindingRow.__table__, list(findings.values()))  # type: ignore[attr-defined]
            _replace(connection, FACTS, list(facts.values()), keeping=_gathered)
            _replace(connection, SightRow.__table__, list(sights.values()))  # type: ignore[attr-defined]


def _gathered(new: Any) -> dict[str, Any]:
    """Facts that a case knows already need not be looked at again."""
    same = (FACTS.c.mark == new.mark) & (FACTS.c.outcome == new.outcome)
    return {"gathered": case((same, FACTS.c.gathered), else_=0)}


def _replace(
    connection: Connection, table: Table, rows: list[Json], keeping: Callable[[Any], dict[str, Any]] | None = None
) -> None:
    """New rows, or the same row with other values: one statement for all. `keeping`: columns with a value of their own then."""
    keys = table.primary_key.columns.keys()
    once = sqlite_insert(table) if connection.dialect.name == "sqlite" else pg_insert(table)
    values = {column.name: once.excluded[column.name] for column in table.columns if column.name not in keys}
    values |= keeping(once.excluded) if keeping else {}
    connection.execute(once.on_conflict_do_update(index_elements=keys, set_=values), rows)


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
        times = select(FindingRow.id, FindingRow.first_seen, FindingRow.last_seen)
        if company is not None:
            times = times.where(FindingRow.company_key.in_({row.company_key for row in rows}))  # type: ignore[attr-defined]
        seen = {row[0]: row for row in session.exec(times).all()}
        counted = select(SightRow.finding, func.count()).group_by(SightRow.finding)
        captures = dict(session.exec(counted).all())
    if company is not None and not rows:
        raise LookupError(f"the store holds no page of {company!r}")
    pages = [json.loads(row.body) for row in rows]
    heads = [json.loads(row.head) for row in rows]
    _once(pages, seen, captures)
    latest = max(heads, key=lambda h: h["as_of"]) if heads else {"tool": None, "as_of": None, "register": None}
    return {**latest, "pages": pages, "summary": _summary(pages)}


def _once(pages: list[Json], seen: Mapping[str, Any], captures: dict[str, int]) -> None:
    """Show each finding on its first page only, with the places of all pages, the time it has been seen and on how many captures."""
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
                    finding["captures"] = captures.get(finding["id"], 0)
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
