"""Documents that went out (出具的文书): number, receiver, bytes by hash. A correction or withdrawal is a new one that names the old.

number = next_number(store)            printed in the document before it is made
issue(store, Issued(number, …), body)  keeps it with a line in the audit log; NumberTaken when somebody else took the number
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from compliance.store.audit import record
from compliance.store.case_changes import keep_bytes
from compliance.store.case_gather import CASE
from compliance.store.session import Store
from compliance.store.tables_cases import IssuedDocument, utc_now
from rules import clock

Json = dict[str, Any]
ISSUED = IssuedDocument.__table__  # type: ignore[attr-defined]
KINDS = ("report", "rectification", "inquiry", "transfer", "withdrawal")


class NumberTaken(RuntimeError):
    """Another document got this number meanwhile; make it again with the next one."""


@dataclass(frozen=True, slots=True)
class Issued:
    """文书. `replaces`: the number of the document that this one corrects or withdraws, then `why` is needed."""

    id: str
    kind: str
    format: str
    name: str
    receiver: str
    who: str
    case_id: str | None = None
    company_key: str | None = None
    replaces: str | None = None
    why: str = ""


def next_number(store: Store) -> str:
    """`CM-2026-00017`: counted within the year."""
    year = clock.today().year
    with store.reading() as connection:
        last = connection.execute(select(func.max(ISSUED.c.id)).where(ISSUED.c.id.startswith(f"CM-{year}-"))).scalar()
    return f"CM-{year}-{int(last.rsplit('-', 1)[1]) + 1 if last else 1:05d}"


def issue(store: Store, document: Issued, body: bytes) -> None:
    """Keeps the document as it went out. Raises NumberTaken, LookupError (no such document to replace), ValueError (no reason for it)."""
    if document.kind not in KINDS:
        raise ValueError(f"{document.kind}: no kind of document; use one of {', '.join(KINDS)}")
    if not document.receiver.strip():
        raise ValueError("say who receives the document")
    if document.replaces:
        issued_document(store, document.replaces)
        if not document.why.strip():
            raise ValueError("say why the earlier document is corrected or withdrawn")
    elif document.kind == "withdrawal":
        raise ValueError("a withdrawal has to name the document that it withdraws")
    try:
        with store.writing() as connection:
            case = connection.execute(select(CASE.c.version, CASE.c.state).where(CASE.c.id == document.case_id)).first()
            sha256, now = keep_bytes(connection, body), utc_now()
            connection.execute(insert(ISSUED).values(**asdict(document), sha256=sha256, size=len(body), at=now))
            record(
                connection, who=document.who, what="issued", at=now, case_id=document.case_id if case else None, why=document.why,
                version=case.version if case else None, from_state=case.state if case else None, to_state=case.state if case else None,
                details=asdict(document) | {"sha256": sha256},
            )  # fmt: skip
    except IntegrityError as error:
        raise NumberTaken(f"the number {document.id} was taken meanwhile") from error


def issued_documents(store: Store, case_id: str | None = None, company_key: str | None = None) -> list[Json]:
    """Documents that went out, the oldest first, each with `replaced_by` (numbers of those that name it)."""
    query = select(ISSUED).order_by(ISSUED.c.at, ISSUED.c.id)
    if case_id is not None:
        query = query.where(ISSUED.c.case_id == case_id)
    if company_key is not None:
        query = query.where(ISSUED.c.company_key == company_key)
    with store.reading() as connection:
        rows = connection.execute(query).all()
        names = [(r.replaces, r.id) for r in connection.execute(select(ISSUED.c.replaces, ISSUED.c.id)) if r.replaces]
    return [_json(row) | {"replaced_by": [new for old, new in names if old == row.id]} for row in rows]


def issued_document(store: Store, number: str) -> Json:
    """One document by its number. Raises LookupError."""
    with store.reading() as connection:
        row = connection.execute(select(ISSUED).where(ISSUED.c.id == number)).first()
    if row is None:
        raise LookupError(f"no document {number!r} was issued; `certmark case issued` lists them")
    return _json(row)


def _json(row: Any) -> Json:
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in row._mapping.items()}
