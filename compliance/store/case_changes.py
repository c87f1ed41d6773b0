"""What people do to a case: move it, dismiss and take up again, receive a reply, add a document, say who works on it.

Every function is one transaction: the case, what belongs to it and the line in the audit log are there together or not at all, also when
the process is killed. Who writes names the version they have read (`expected_version`, from `case_of(…)["version"]`); when the case has
moved on since, StaleCase says who changed it, and nothing is written. Every function gives the new version.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, select

from compliance.cases.deadlines import deadline_of, orders_to_correct
from compliance.cases.workflow import NotAllowed, step, workflow
from compliance.store.audit import AUDIT
from compliance.store.case_gather import DISMISSAL, FINDING, CaseFile, file_of, rows_in, save_file
from compliance.store.session import Store
from compliance.store.tables_cases import CaseDocument, CaseReply, KeptFile, utc_now
from rules import clock

Json = dict[str, Any]
REPLY = CaseReply.__table__  # type: ignore[attr-defined]
DOCUMENT = CaseDocument.__table__  # type: ignore[attr-defined]
KEPT = KeptFile.__table__  # type: ignore[attr-defined]
LARGEST = 50 << 20  # bytes of one document


class StaleCase(RuntimeError):
    """Somebody changed the case since it was read: `version` is the present one, `by` and `at` say who and when."""

    def __init__(self, case_id: str, expected: int, version: int, by: str, at: str) -> None:
        self.case_id, self.expected, self.version, self.by, self.at = case_id, expected, version, by, at
        super().__init__(
            f"case {case_id} was changed by {by} at {at}: you read version {expected}, it is version {version} now; "
            "nothing was written, look at it again"
        )


@dataclass(frozen=True, slots=True)
class Attached:
    """A document as handed in. `name` is shown only, never used as a path."""

    name: str
    media_type: str
    body: bytes


def change(
    store: Store,
    case_id: str,
    to_state: str,
    who: str,
    why: str,
    expected_version: int,
    *,
    notice_on: date | None = None,
    days: int | None = None,
    due_on: date | None = None,
    receiver: str | None = None,
    **details: Any,
) -> int:
    """Moves a case. `why` is needed. To `notice_sent`: `notice_on` (the day it was served, default today in China) and `days` or
    `due_on` give the rectification deadline; to `transferred`: `receiver`. Further details are kept in the history as given.

    To `dismissed` use dismiss(), to `replied` reply(). From `dismissed` to `new` all dismissals end. Raises NotAllowed, StaleCase,
    LookupError.
    """
    with _writing(store, case_id, expected_version, who) as (connection, file):
        step_ = step(file.row["state"], to_state)
        through = workflow().states[to_state].through
        if through:
            raise NotAllowed(f"a case becomes {to_state} through a {through}, not by itself")
        _why(why)
        if "deadline" in step_.needs:
            details |= _set_deadline(connection, file, notice_on, days, due_on)
        if "receiver" in step_.needs:
            if not receiver:
                raise NotAllowed("a transfer needs its receiver: the authority the case goes to")
            details["receiver"] = receiver
        if file.row["state"] == "dismissed" and to_state == "new":
            _take_back(file, list(file.dismissals), who, why)
        file.note("state", why, to=to_state, **details)
    return int(file.row["version"])


def dismiss(
    store: Store,
    case_id: str,
    who: str,
    *,
    scope: str,
    reason: str,
    why: str,
    expected_version: int,
    finding_id: str | None = None,
    rule: str | None = None,
    page: str | None = None,
    evidence: str = "",
    review_on: date | None = None,
) -> int:
    """Sets findings aside. `scope`: finding (with `finding_id`), rule (with `rule`), page (with `page`), case; `reason`: an id of
    workflow.yaml's dismissal_reasons. It holds while the facts stay as they are; wider scopes take in new findings too.

    When nothing open is left the case becomes `dismissed`. Raises NotAllowed, StaleCase, LookupError.
    """
    if scope not in workflow().scopes:
        raise NotAllowed(f"scope {scope!r}: use one of {', '.join(workflow().scopes)}")
    if reason not in workflow().reasons:
        raise NotAllowed(f"reason {reason!r}: use one of {', '.join(workflow().reasons)}")
    with _writing(store, case_id, expected_version, who) as (connection, file):
        _why(why)
        target = {"finding": finding_id, "rule": rule, "page": page, "case": case_id}[scope]
        if not target:
            raise NotAllowed(f"a dismissal of scope {scope} has to name its {scope}")
        step(file.row["state"], "dismissed")
        covered = [m for m in file.members.values() if m["state"] == "open" and _within(connection, m, scope, target)]
        if not covered:
            raise NotAllowed(f"the case has no open finding with {scope} {target!r}")
        now = utc_now()
        row: Json = {
            "case_id": case_id, "scope": scope, "target": target, "reason": reason, "why": why, "evidence": evidence,
            "covers": {m["finding_id"]: json.loads(m["facts"]) for m in covered}, "who": who, "at": now, "review_on": review_on,
            "ended_at": None, "ended_by": None, "ended_why": None,
        }  # fmt: skip
        kept = row | {"covers": json.dumps(row["covers"], ensure_ascii=False)}
        row["id"] = int(connection.execute(insert(DISMISSAL).values(**kept).returning(DISMISSAL.c.id)).scalar_one())
        file.dismissals[row["id"]] = row
        for member in covered:
            member |= {"state": "dismissed", "dismissal_id": row["id"]}
            file.changed.add(member["finding_id"])
        left = any(m["state"] == "open" for m in file.members.values())
        file.note(
            "dismissed", why, to=None if left else "dismissed", dismissal=row["id"], scope=scope, target=target,
            reason=reason, findings=sorted(row["covers"]), evidence=evidence,
            review_on=review_on.isoformat() if review_on else None,
        )  # fmt: skip
    return int(file.row["version"])


def take_back(store: Store, case_id: str, dismissal_id: int, who: str, why: str, expected_version: int) -> int:
    """Ends a dismissal: its findings are open again, and a case that was dismissed is `new`. Raises NotAllowed, StaleCase, LookupError."""
    with _writing(store, case_id, expected_version, who) as (_connection, file):
        _why(why)
        if dismissal_id not in file.dismissals:
            raise LookupError(f"case {case_id} has no dismissal {dismissal_id} that holds")
        _take_back(file, [dismissal_id], who, why)
        file.note("taken_back", why, to="new" if file.row["state"] == "dismissed" else None, dismissal=dismissal_id)
    return int(file.row["version"])


def reply(
    store: Store,
    case_id: str,
    who: str,
    *,
    sender: str,
    said: str,
    expected_version: int,
    said_on: date | None = None,
    documents: Sequence[Attached] = (),
) -> int:
    """The company's answer (陈述申辩) and its documents. A case under notice becomes `replied`; in any other state it stays where it is:
    an answer is always taken. Raises NotAllowed (nothing said, a document too large), StaleCase, LookupError."""
    if not said.strip() and not documents:
        raise NotAllowed("an empty answer: give its words or a document")
    if not sender.strip():
        raise NotAllowed("say who answered")
    with _writing(store, case_id, expected_version, who) as (connection, file):
        now = utc_now()
        new = insert(REPLY).values(case_id=case_id, sender=sender, text=said, said_on=said_on, who=who, at=now)
        number = int(connection.execute(new.returning(REPLY.c.id)).scalar_one())
        names = [_attach(connection, case_id, number, who, one) for one in documents]
        under_notice = file.row["state"] in {"notice_sent", "overdue"}
        to = "replied" if under_notice else None
        file.note("replied", f"{sender}的答复", to=to, reply=number, documents=names)
    return int(file.row["version"])


def add_documents(
    store: Store, case_id: str, who: str, why: str, documents: Sequence[Attached], expected_version: int
) -> int:
    """Documents that an investigator adds. Raises NotAllowed, StaleCase, LookupError."""
    with _writing(store, case_id, expected_version, who) as (connection, file):
        names = [_attach(connection, case_id, None, who, one) for one in documents]
        file.note("document", why, documents=names)
    return int(file.row["version"])


def assign(store: Store, case_id: str, who: str, owner: str | None, expected_version: int) -> int:
    """Says who works on the case; None: nobody. Raises StaleCase, LookupError."""
    with _writing(store, case_id, expected_version, who) as (_connection, file):
        before, file.row["owner"] = file.row["owner"], owner
        file.note("assigned", "", owner=owner, before=before)
    return int(file.row["version"])


def note(store: Store, case_id: str, who: str, words: str, expected_version: int) -> int:
    """A remark in the history. Raises NotAllowed, StaleCase, LookupError."""
    with _writing(store, case_id, expected_version, who) as (_connection, file):
        _why(words)
        file.note("note", words)
    return int(file.row["version"])


def document_body(store: Store, sha256: str) -> bytes:
    """The bytes of a kept document. Raises LookupError; ValueError when they aren't what was kept."""
    with store.reading() as connection:
        packed = connection.execute(select(KEPT.c.body).where(KEPT.c.sha256 == sha256)).scalar()
    if packed is None:
        raise LookupError(f"no document {sha256}")
    body = zlib.decompress(packed)
    if hashlib.sha256(body).hexdigest() != sha256:
        raise ValueError(f"document {sha256}: its bytes are not those that were kept")
    return body


def keep_bytes(connection: Connection, body: bytes) -> str:
    """Keeps bytes once, in the caller's transaction; gives their hash."""
    sha256 = hashlib.sha256(body).hexdigest()
    if connection.execute(select(KEPT.c.sha256).where(KEPT.c.sha256 == sha256)).first() is None:
        connection.execute(insert(KEPT).values(sha256=sha256, size=len(body), body=zlib.compress(body, 6)))
    return sha256


@contextmanager
def _writing(store: Store, case_id: str, expected: int, who: str) -> Iterator[tuple[Connection, CaseFile]]:
    """The case in a writing transaction, after its version was compared; saved at the end."""
    if not who.strip():
        raise NotAllowed("say who makes the change")
    with store.writing() as connection:
        file = file_of(connection, case_id)
        if file.row["version"] != expected:
            last = connection.execute(
                select(AUDIT.c.who, AUDIT.c.at).where(AUDIT.c.case_id == case_id).order_by(AUDIT.c.id.desc()).limit(1)
            ).one()
            raise StaleCase(case_id, expected, file.row["version"], last.who, last.at.isoformat(timespec="seconds"))
        yield connection, file
        save_file(connection, file, who=who)


def _why(why: str) -> None:
    if not why.strip():
        raise NotAllowed("say why: the history keeps the reason of every change")


def _set_deadline(
    connection: Connection, file: CaseFile, notice_on: date | None, days: int | None, due_on: date | None
) -> Json:
    ids = [m["finding_id"] for m in file.members.values() if m["state"] == "open"]
    bodies = [json.loads(row.body) for row in rows_in(connection, select(FINDING), FINDING.c.id, ids)]
    deadline = deadline_of(notice_on or clock.today(), days, due_on, orders_to_correct(bodies)).to_json()
    file.row |= {
        "deadline": json.dumps(deadline, ensure_ascii=False),
        "due_on": date.fromisoformat(deadline["due_on"]),
        "recheck": None,
        "recheck_at": None,
    }
    return {"deadline": deadline}


def _take_back(file: CaseFile, numbers: Iterable[int], who: str, why: str) -> None:
    for number in numbers:
        file.dismissals[number] |= {"ended_at": utc_now(), "ended_by": who, "ended_why": why, "touched": True}
        for member in file.members.values():
            if member["dismissal_id"] == number:
                member |= {"state": "open", "dismissal_id": None}
                file.changed.add(member["finding_id"])


def _within(connection: Connection, member: Json, scope: str, target: str) -> bool:
    if scope == "page":
        from compliance.store.case_gather import FACTS

        pages = select(FACTS.c.page_key).where(FACTS.c.finding_id == member["finding_id"])
        return set(connection.execute(pages).scalars()) == {target}
    return scope == "case" or member["finding_id" if scope == "finding" else "rule"] == target


def _attach(connection: Connection, case_id: str, reply_id: int | None, who: str, one: Attached) -> str:
    if len(one.body) > LARGEST:
        raise NotAllowed(f"{one.name}: {len(one.body) >> 20} MB; a document may have {LARGEST >> 20} MB at most")
    sha256 = keep_bytes(connection, one.body)
    connection.execute(
        insert(DOCUMENT).values(
            case_id=case_id, reply_id=reply_id, name=one.name, media_type=one.media_type, sha256=sha256,
            size=len(one.body), who=who, at=utc_now(),
        )
    )  # fmt: skip
    return one.name
