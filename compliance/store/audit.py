"""The audit log (审计日志): what was done, by whom, when, why. Lines are added, never changed; the database refuses anything else.

`record(connection, …)` writes a line inside the caller's transaction, so that the act and its line are there together or not at all;
`audit(store, …)` writes one that stands alone (a login). `audit_of` and `history_of` read, `broken_chain` checks that no line was
changed or taken out behind the program's back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, text

from compliance.store.session import Store
from compliance.store.tables_cases import AuditRow, utc_now

Json = dict[str, Any]
AUDIT = AuditRow.__table__  # type: ignore[attr-defined]
PG_LOCK = 7311027  # lines of no case form one chain, so their writers take turns


def record(
    connection: Connection,
    *,
    who: str,
    what: str,
    at: datetime | None = None,
    case_id: str | None = None,
    version: int | None = None,
    from_state: str | None = None,
    to_state: str | None = None,
    why: str = "",
    details: Mapping[str, Any] | None = None,
) -> int:
    """Adds a line in the caller's transaction and gives its number. `details` is plain data."""
    if case_id is None and connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:k)"), {"k": PG_LOCK})
    line: Json = {
        "at": at or utc_now(),
        "who": who,
        "what": what,
        "case_id": case_id,
        "version": version,
        "from_state": from_state,
        "to_state": to_state,
        "why": why,
        "details": json.dumps(details or {}, ensure_ascii=False, sort_keys=True),
    }
    before = connection.execute(
        select(AUDIT.c.chain).where(_same(case_id)).order_by(AUDIT.c.id.desc()).limit(1)
    ).scalar()
    new = insert(AUDIT).values(**line, chain=chained(before or "", line)).returning(AUDIT.c.id)
    return int(connection.execute(new).scalar_one())


def audit(store: Store, who: str, what: str, why: str = "", **details: Any) -> int:
    """A line about no case, in a transaction of its own: a login, an account, an export of many."""
    with store.writing() as connection:
        return record(connection, who=who, what=what, why=why, details=details)


def audit_of(
    store: Store,
    *,
    who: str | None = None,
    what: str | None = None,
    case_id: str | None = None,
    before_id: int | None = None,
    limit: int = 200,
) -> list[Json]:
    """Lines of the log, the newest first. `before_id`: go on below that line."""
    query = select(AUDIT).order_by(AUDIT.c.id.desc()).limit(limit)
    for column, value in ((AUDIT.c.who, who), (AUDIT.c.what, what), (AUDIT.c.case_id, case_id)):
        if value is not None:
            query = query.where(column == value)
    if before_id is not None:
        query = query.where(AUDIT.c.id < before_id)
    with store.reading() as connection:
        return [line_json(row) for row in connection.execute(query)]


def history_of(connection: Connection, case_id: str) -> list[Json]:
    """A case's lines, the oldest first."""
    rows = connection.execute(select(AUDIT).where(AUDIT.c.case_id == case_id).order_by(AUDIT.c.id))
    return [line_json(row) for row in rows]


def broken_chain(store: Store, case_id: str | None = None) -> int | None:
    """The number of the first line of a case (or of the lines about no case) that doesn't fit the one before it; None when all do."""
    before = ""
    with store.reading() as connection:
        for row in connection.execute(select(AUDIT).where(_same(case_id)).order_by(AUDIT.c.id)):
            if chained(before, row._asdict()) != row.chain:
                return int(row.id)
            before = row.chain
    return None


def line_json(row: Row[Any]) -> Json:
    """`{"id", "at", "who", "what", "case", "version", "from", "to", "why", "details"}`."""
    return {
        "id": row.id,
        "at": row.at.isoformat(),
        "who": row.who,
        "what": row.what,
        "case": row.case_id,
        "version": row.version,
        "from": row.from_state,
        "to": row.to_state,
        "why": row.why,
        "details": json.loads(row.details),
    }


def _same(case_id: str | None) -> Any:
    return AUDIT.c.case_id.is_(None) if case_id is None else AUDIT.c.case_id == case_id


def chained(before: str, line: Mapping[str, Any]) -> str:
    """The hash of a line, over its own fields and the hash of the line before it."""
    parts = [before, line["at"].isoformat()]
    parts += [
        "" if line[n] is None else str(line[n])
        for n in ("who", "what", "case_id", "version", "from_state", "to_state", "why", "details")
    ]
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
