"""Cases (案件) as the CLI, the review desk and the reports use them: everything about a case is asked and done through this module.

    gather(store)                                   findings → cases; call it after a crawl, and before showing a queue
    cases_of(store, Filters(states=("new",)), Paging(1, 50))   {"cases": […], "total", "page", "size", "counts": {state: n}}
    case_of(store, case_id)                         everything about one case (see case_of)
    change(store, id, "confirmed", who, why, expected_version=v)          a step of cases/workflow.yaml
    change(store, id, "notice_sent", who, why, v, notice_on=day, days=15)  sets the deadline; `transferred` needs receiver="…"
    dismiss(store, id, who, scope="finding", finding_id=…, reason="misread", why="…", evidence="…", expected_version=v, review_on=day)
    take_back(store, id, dismissal_id, who, why, v) · assign(…) · note(…) · add_documents(…)
    reply(store, id, who, sender="…", said="…", documents=[Attached(name, media_type, bytes)], expected_version=v)
    overdue(store), recheck(store), targets_of(store): in compliance.store.case_deadlines
    field_precision(store)                          dismissed against confirmed, per rule

Each change is one transaction with its line in the audit log, gives the new version, and raises StaleCase when `expected_version` is not
the present one, NotAllowed (compliance.cases.workflow) for a step that isn't there, LookupError for a case that isn't.
Possible steps with their roles: `compliance.cases.workflow.steps_from(state)`, also in `case_of(…)["next"]`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select

from compliance.cases.workflow import steps_from, workflow
from compliance.store.audit import history_of
from compliance.store.case_changes import (
    DOCUMENT,
    REPLY,
    Attached,
    StaleCase,
    add_documents,
    assign,
    change,
    dismiss,
    document_body,
    note,
    reply,
    take_back,
)
from compliance.store.case_gather import CASE, DISMISSAL, FACTS, FINDING, MEMBER, RANKS, Gathered, gather, rows_in
from compliance.store.case_search import matching
from compliance.store.session import Store
from rules import clock

__all__ = [
    "Attached", "Filters", "Gathered", "Paging", "StaleCase", "add_documents", "assign", "case_of", "cases_of", "change", "dismiss",
    "document_body", "field_precision", "gather", "note", "reply", "standing_of", "take_back",
]  # fmt: skip
Json = dict[str, Any]
FEW = 5000  # cases that are sorted rather than looked for in the order of the queue
OUTCOMES = {rank: outcome for outcome, rank in RANKS.items()}
ORDERS = {
    "queue": (CASE.c.rank.desc(), CASE.c.seen_at.desc(), CASE.c.id),  # the strongest first, then the newest sighting
    "newest": (CASE.c.opened_at.desc(), CASE.c.id),
    "changed": (CASE.c.changed_at.desc(), CASE.c.id),
    "due": (CASE.c.due_on.is_(None), CASE.c.due_on, CASE.c.id),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """Which cases. Empty: all. `text`: full text over names, quotes, addresses, numbers; parts parted by blanks must all be there.

    `company`: name or key; `due_by`: deadline on that day or before, still running; `review_by`: a dismissal to look at again by then.
    """

    states: Sequence[str] = ()
    conducts: Sequence[str] = ()
    outcomes: Sequence[str] = ()
    rules: Sequence[str] = ()
    company: str | None = None
    owner: str | None = None
    text: str = ""
    due_by: date | None = None
    review_by: date | None = None
    order: str = "queue"  # queue | newest | changed | due


@dataclass(frozen=True, slots=True)
class Paging:
    """Page `number` (from 1) of `size` cases."""

    number: int = 1
    size: int = 50


def cases_of(store: Store, filters: Filters | None = None, page: Paging | None = None) -> Json:
    """`{"cases": [brief], "total", "page", "size", "counts": {state: cases under the same filters, whatever their state}}`.

    A brief: id, company {key, name}, conduct, round, before, state, state_zh, version, outcome (None: all dismissed), findings,
    dismissed, title, quote, page, owner, opened_at, changed_at, seen_at, ended_at, deadline or null, recheck, review_on, overdue (the
    deadline is over and it isn't known to be rectified).
    """
    filters, page = filters or Filters(), page or Paging()
    with store.reading() as connection:
        where = _conditions(connection, filters)
        counts = {s: 0 for s in workflow().states}
        counted = select(CASE.c.state, func.count()).where(*where).group_by(CASE.c.state)
        counts |= {state: n for state, n in connection.execute(counted)}
        chosen: Select[Any] = select(CASE).where(*where)
        if filters.states:
            few = len(filters.states) == 1 or sum(counts[s] for s in filters.states) < FEW
            # of many cases the order's own index gives the first page at once; SQLite would take that of the states and sort them all
            state = CASE.c.state if few else CASE.c.state.concat("")
            chosen = chosen.where(state.in_(filters.states))
        chosen = chosen.order_by(*ORDERS[filters.order]).limit(page.size).offset((max(page.number, 1) - 1) * page.size)
        found = [brief_json(row) for row in connection.execute(chosen)]
    total = sum(counts[s] for s in (filters.states or counts))
    return {"cases": found, "total": total, "page": page.number, "size": page.size, "counts": counts}


def _conditions(connection: Connection, filters: Filters) -> list[ColumnElement[bool]]:
    """All but the states."""
    where: list[ColumnElement[bool]] = []
    if filters.conducts:
        where.append(CASE.c.conduct.in_(filters.conducts))
    if filters.outcomes:
        where.append(CASE.c.rank.in_([RANKS[one] for one in filters.outcomes]))
    if filters.rules:
        where.append(CASE.c.id.in_(select(MEMBER.c.case_id).where(MEMBER.c.rule.in_(filters.rules))))
    if filters.company:
        where.append((CASE.c.company_key == filters.company) | (CASE.c.company_name == filters.company))
    if filters.owner:
        where.append(CASE.c.owner == filters.owner)
    if filters.due_by:
        running = [s.id for s in workflow().states.values() if s.deadline]
        where.append(and_(CASE.c.due_on <= filters.due_by, CASE.c.state.in_(running)))
    if filters.review_by:
        where.append(CASE.c.review_on <= filters.review_by)
    found = matching(connection, filters.text)
    return [*where, found] if found is not None else where


def brief_json(row: Row[Any]) -> Json:
    """A case without what belongs to it; shape: see cases_of."""
    deadline = json.loads(row.deadline) if row.deadline else None
    state = workflow().states[row.state]
    return {
        "id": row.id,
        "company": {"key": row.company_key, "name": row.company_name},
        "conduct": row.conduct,
        "round": row.round,
        "before": row.before,
        "state": row.state,
        "state_zh": state.zh,
        "version": row.version,
        "outcome": OUTCOMES.get(row.rank),
        "findings": row.findings,
        "dismissed": row.dismissed,
        "title": row.title,
        "quote": row.quote,
        "page": row.page,
        "owner": row.owner,
        "opened_at": row.opened_at.isoformat(),
        "changed_at": row.changed_at.isoformat(),
        "seen_at": row.seen_at.isoformat(),
        "ended_at": row.ended_at.isoformat() if row.ended_at else None,
        "deadline": deadline,
        "recheck": {"state": row.recheck, "at": row.recheck_at.isoformat()} if row.recheck else None,
        "review_on": row.review_on.isoformat() if row.review_on else None,
        "overdue": bool(state.deadline and row.due_on and row.due_on < clock.today() and row.recheck != "removed"),
    }


def case_of(store: Store, case_id: str) -> Json:
    """Everything about one case: a brief (see cases_of) whose `findings` and `dismissed` are counts under `counts`, and

    `findings`: [FINDING of the contract + {"case": {"state": open|dismissed, "dismissal", "joined_at", "first_seen", "last_seen",
    "facts": [{"page", "claim", "register"}]}}], `dismissals`: [{id, scope, target, reason, reason_zh, why, evidence, who, at, review_on,
    findings, ended: {at, by, why} or null}], `replies`: [{id, sender, text, said_on, who, at, documents}], `documents` (all of them:
    {id, reply, name, media_type, sha256, size, who, at}), `history`: [lines of the audit log], `next`: [{to, zh, en, role, needs}].
    `case_id` may be the beginning of an id when only one case begins so. Raises LookupError.
    """
    with store.reading() as connection:
        row = _row_of(connection, case_id)
        members = connection.execute(
            select(MEMBER).where(MEMBER.c.case_id == row.id).order_by(MEMBER.c.finding_id)
        ).all()
        ids = [m.finding_id for m in members]
        bodies = {one.id: one for one in rows_in(connection, select(FINDING), FINDING.c.id, ids)}
        facts: dict[str, list[Json]] = {}
        for one in rows_in(connection, select(FACTS).order_by(FACTS.c.page_key), FACTS.c.finding_id, ids):
            facts.setdefault(one.finding_id, []).append({"page": one.page_key, **json.loads(one.facts)})
        dismissals = connection.execute(select(DISMISSAL).where(DISMISSAL.c.case_id == row.id).order_by(DISMISSAL.c.id))
        documents = [
            {
                "id": one.id, "reply": one.reply_id, "name": one.name, "media_type": one.media_type, "sha256": one.sha256,
                "size": one.size, "who": one.who, "at": one.at.isoformat(),
            }
            for one in connection.execute(select(DOCUMENT).where(DOCUMENT.c.case_id == row.id).order_by(DOCUMENT.c.id))
        ]  # fmt: skip
        replies = connection.execute(select(REPLY).where(REPLY.c.case_id == row.id).order_by(REPLY.c.id))
        brief = brief_json(row)
        return brief | {
            "counts": {"findings": brief["findings"], "dismissed": brief["dismissed"]},
            "findings": [_member_json(m, bodies[m.finding_id], facts.get(m.finding_id, [])) for m in members if m.finding_id in bodies],
            "dismissals": [dismissal_json(one) for one in dismissals],
            "replies": [
                {
                    "id": one.id, "sender": one.sender, "text": one.text, "said_on": one.said_on.isoformat() if one.said_on else None,
                    "who": one.who, "at": one.at.isoformat(), "documents": [d for d in documents if d["reply"] == one.id],
                }
                for one in replies
            ],
            "documents": documents,
            "history": history_of(connection, row.id),
            "next": [
                {"to": s.to, "zh": s.zh, "en": s.en, "role": s.role, "needs": list(s.needs)} for s in steps_from(row.state)
            ],
        }  # fmt: skip


def _row_of(connection: Connection, case_id: str) -> Row[Any]:
    """By id, or by the beginning of one (four signs at least)."""
    row = connection.execute(select(CASE).where(CASE.c.id == case_id)).first()
    if row is not None:
        return row
    begun = connection.execute(select(CASE).where(CASE.c.id.startswith(case_id, autoescape=True)).limit(2)).all()
    if len(case_id) < 4 or len(begun) != 1:
        several = "several cases begin with" if len(case_id) >= 4 and begun else "no case"
        raise LookupError(f"{several} {case_id!r}; `certmark case list` shows them")
    return begun[0]


def _member_json(member: Row[Any], finding: Row[Any], facts: list[Json]) -> Json:
    body: Json = json.loads(finding.body)
    pages = {str(place["page"]) for place in body["occurrences"]}
    others = [{"page": one["page"], "claim": None, "locator": None} for one in facts if one["page"] not in pages]
    return body | {
        "case": {
            "state": member.state,
            "dismissal": member.dismissal_id,
            "joined_at": member.joined_at.isoformat(),
            "first_seen": finding.first_seen.isoformat(),
            "last_seen": finding.last_seen.isoformat(),
            "facts": facts,
            "other_pages": [one["page"] for one in others],
        }
    }


def dismissal_json(row: Row[Any]) -> Json:
    """A dismissal; shape: see case_of."""
    return {
        "id": row.id,
        "case": row.case_id,
        "scope": row.scope,
        "scope_zh": workflow().scopes[row.scope].zh,
        "target": row.target,
        "reason": row.reason,
        "reason_zh": workflow().reasons[row.reason].zh,
        "why": row.why,
        "evidence": row.evidence,
        "who": row.who,
        "at": row.at.isoformat(),
        "review_on": row.review_on.isoformat() if row.review_on else None,
        "findings": sorted(json.loads(row.covers)),
        "ended": {"at": row.ended_at.isoformat(), "by": row.ended_by, "why": row.ended_why} if row.ended_at else None,
    }


def standing_of(store: Store, company_key: str | None = None) -> dict[str, Json]:
    """Where each finding's newest case stands: finding → `{"case", "state", "finding_state", "reason", "who", "at", "version"}`.

    `company_key`: one company's only.
    """
    query = (
        select(
            MEMBER.c.finding_id, MEMBER.c.state.label("mine"), CASE.c.id, CASE.c.state, CASE.c.version, DISMISSAL.c.reason,
            DISMISSAL.c.who, DISMISSAL.c.at,
        )
        .join(CASE, CASE.c.id == MEMBER.c.case_id)
        .join(DISMISSAL, DISMISSAL.c.id == MEMBER.c.dismissal_id, isouter=True)
        .order_by(CASE.c.round)
    )  # fmt: skip
    if company_key is not None:
        query = query.where(CASE.c.company_key == company_key)
    with store.reading() as connection:
        return {
            row.finding_id: {
                "case": row.id, "state": row.state, "finding_state": row.mine, "reason": row.reason, "who": row.who,
                "at": row.at.isoformat() if row.at else None, "version": row.version,
            }
            for row in connection.execute(query)
        }  # fmt: skip


def field_precision(store: Store) -> dict[str, Json]:
    """Per rule, what investigators made of its findings: `{"confirmed", "dismissed_wrong", "dismissed_right", "dismissed_unclear",
    "open", "precision"}`. precision: confirmed and rightly found against those plus the wrongly found; None when nobody judged any.
    """
    out: dict[str, Json] = {}
    judged = [s for s in workflow().states if s not in {"new", "checking"}]
    query = (
        select(
            MEMBER.c.rule, MEMBER.c.state, CASE.c.state.label("case_state"), DISMISSAL.c.reason, func.count().label("n")
        )
        .join(CASE, CASE.c.id == MEMBER.c.case_id)
        .join(DISMISSAL, DISMISSAL.c.id == MEMBER.c.dismissal_id, isouter=True)
        .group_by(MEMBER.c.rule, MEMBER.c.state, CASE.c.state, DISMISSAL.c.reason)
    )
    with store.reading() as connection:
        for row in connection.execute(query):
            one = out.setdefault(
                row.rule,
                dict.fromkeys(("confirmed", "dismissed_wrong", "dismissed_right", "dismissed_unclear", "open"), 0),
            )
            if row.state == "dismissed":
                one[f"dismissed_{workflow().reasons[row.reason].precision}"] += row.n
            else:
                one["confirmed" if row.case_state in judged else "open"] += row.n
    for one in out.values():
        right, wrong = one["confirmed"] + one["dismissed_right"], one["dismissed_wrong"]
        one["precision"] = round(right / (right + wrong), 4) if right + wrong else None
    return out
