"""Tables of the cases (案件): the case, its findings, dismissals, replies with their documents, and the one audit log (审计日志).

The audit log is append-only: the database itself refuses to change or delete a line of it, on SQLite and on PostgreSQL. A case's
history is its lines in the log. `version` grows with every change a person or the program makes to a case: who writes names the
version they have read. Nothing of a case is ever deleted. Times are aware, kept in UTC.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import DDL, Column, Date, Index, LargeBinary, Text, event
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlmodel import Field, SQLModel

from compliance.store.tables_jobs import Instant


def _at(nullable: bool = False, index: bool = False) -> Column[datetime]:
    return Column(Instant(), nullable=nullable, index=index)


def utc_now() -> datetime:
    """Now, aware."""
    return datetime.now(UTC)


class CaseRow(SQLModel, table=True):
    """案件: the findings of one company and conduct. `id` is a hash of company, conduct and `round`: stable over crawls and stores.

    `round` counts how often the matter was opened: a sighting after the case has ended opens the next round, which names the one
    before. `rank`: 3 violation, 2 suspected, 1 needs_review, the highest of the findings that are not dismissed, 0 when all are.
    `quote`, `page`, `title`: of the finding that speaks for the case. `seen_at`: last sighting. Dates of the deadline are Chinese days.
    """

    __tablename__ = "case_file"
    __table_args__ = (
        Index("ix_case_file_company", "company_key", "conduct"),
        Index("ix_case_file_queue", "rank", "seen_at", "id"),
        Index("ix_case_file_state", "state", "rank", "seen_at", "id"),
        Index("ix_case_file_conduct", "conduct", "state"),
    )

    id: str = Field(primary_key=True)
    company_key: str
    company_name: str | None = None
    conduct: str
    round: int = 1
    before: str | None = None
    state: str = "new"
    version: int = 1
    rank: int = 0
    findings: int = 0
    dismissed: int = 0
    title: str = ""
    quote: str = Field(default="", sa_column=Column(Text, nullable=False))
    page: str | None = Field(default=None, sa_column=Column(Text))
    owner: str | None = Field(default=None, index=True)  # who works on it
    opened_at: datetime = Field(sa_column=_at())
    changed_at: datetime = Field(sa_column=_at(index=True))
    seen_at: datetime = Field(sa_column=_at())
    ended_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    deadline: str | None = Field(default=None, sa_column=Column(Text))  # JSON: cases.deadlines.Deadline
    due_on: date | None = Field(default=None, sa_column=Column(Date, index=True))
    recheck: str | None = None  # still_there | removed | not_looked_at: what the crawler saw since the notice
    recheck_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    review_on: date | None = Field(
        default=None, sa_column=Column(Date, index=True)
    )  # first day to look again at a dismissal


class CaseFinding(SQLModel, table=True):
    """A finding in a case. `state`: open | dismissed. `facts`: JSON list of the facts it rested on when last gathered."""

    __tablename__ = "case_finding"

    finding_id: str = Field(primary_key=True)
    case_id: str = Field(primary_key=True, index=True)
    rule: str = Field(index=True)
    outcome: str
    state: str = "open"
    dismissal_id: int | None = None
    joined_at: datetime = Field(sa_column=_at())
    seen_at: datetime = Field(sa_column=_at())
    facts: str = Field(default="[]", sa_column=Column(Text, nullable=False))


class FindingFacts(SQLModel, table=True):
    """The facts of a finding on one page, as last judged there (cases.facts). `mark` is equal for equal facts. `gathered`: 0 until a
    gathering has taken these facts and this outcome in."""

    __tablename__ = "finding_facts"
    __table_args__ = (Index("ix_finding_facts_gathered", "gathered", "finding_id"),)

    finding_id: str = Field(primary_key=True)
    page_key: str = Field(primary_key=True)
    mark: str
    outcome: str
    facts: str = Field(sa_column=Column(Text, nullable=False))
    gathered: int = 0


class Dismissal(SQLModel, table=True):
    """排除: scope, reason, evidence, who, when, a day to look again. `covers`: JSON, finding → the facts it was dismissed over.

    `ended_at` with `ended_why` when it no longer holds: the facts changed, or a person took it back. The row stays.
    """

    __tablename__ = "case_dismissal"

    id: int | None = Field(default=None, primary_key=True)
    case_id: str = Field(index=True)
    scope: str  # finding | rule | page | case
    target: str = Field(sa_column=Column(Text, nullable=False))  # finding id, rule, page address; the case's id
    reason: str
    why: str = Field(sa_column=Column(Text, nullable=False))
    evidence: str = Field(default="", sa_column=Column(Text, nullable=False))
    covers: str = Field(default="{}", sa_column=Column(Text, nullable=False))
    who: str
    at: datetime = Field(sa_column=_at())
    review_on: date | None = Field(default=None, sa_column=Column(Date))
    ended_at: datetime | None = Field(default=None, sa_column=_at(nullable=True))
    ended_by: str | None = None
    ended_why: str | None = Field(default=None, sa_column=Column(Text))


class CaseReply(SQLModel, table=True):
    """陈述申辩: what the company answered, who received it. `said_on`: the day on the answer."""

    __tablename__ = "case_reply"

    id: int | None = Field(default=None, primary_key=True)
    case_id: str = Field(index=True)
    sender: str
    text: str = Field(sa_column=Column(Text, nullable=False))
    said_on: date | None = Field(default=None, sa_column=Column(Date))
    who: str
    at: datetime = Field(sa_column=_at())


class CaseDocument(SQLModel, table=True):
    """A document of a case: the company's with its answer (`reply_id`), or one an investigator added. The bytes lie in `kept_file`."""

    __tablename__ = "case_document"

    id: int | None = Field(default=None, primary_key=True)
    case_id: str = Field(index=True)
    reply_id: int | None = None
    name: str = Field(sa_column=Column(Text, nullable=False))
    media_type: str
    sha256: str
    size: int
    who: str
    at: datetime = Field(sa_column=_at())


class KeptFile(SQLModel, table=True):
    """Bytes of documents, kept once by their hash."""

    __tablename__ = "kept_file"

    sha256: str = Field(primary_key=True)
    size: int
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class AuditRow(SQLModel, table=True):
    """审计日志, one line an act. `chain`: hash over this line and the one before it of the same case (or of the desk): a line changed or
    taken out behind the program's back shows. `case_id` None: an act on no case (a login, an account)."""

    __tablename__ = "audit_log"
    __table_args__ = (Index("ix_audit_log_case", "case_id", "id"), Index("ix_audit_log_who", "who", "id"))

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=_at())
    who: str
    what: str
    case_id: str | None = None
    version: int | None = None
    from_state: str | None = None
    to_state: str | None = None
    why: str = Field(default="", sa_column=Column(Text, nullable=False))
    details: str = Field(default="{}", sa_column=Column(Text, nullable=False))
    chain: str = ""


class CaseWords(SQLModel, table=True):
    """What a case can be searched by: its words cut as `compliance.store.case_search` cuts them."""

    __tablename__ = "case_words"

    id: int | None = Field(default=None, primary_key=True)
    case_id: str = Field(unique=True)
    words: str = Field(sa_column=Column(Text().with_variant(TSVECTOR(), "postgresql"), nullable=False))


class IssuedDocument(SQLModel, table=True):
    """出具的文书: a document as it went out. A correction or withdrawal (更正、撤回) is a new one that names the old in `replaces`."""

    __tablename__ = "issued_document"

    id: str = Field(primary_key=True)  # its number as printed
    case_id: str | None = Field(default=None, index=True)
    company_key: str | None = None
    kind: str  # report | rectification | inquiry | transfer | correction | withdrawal
    format: str
    name: str
    sha256: str
    size: int
    receiver: str
    why: str = Field(default="", sa_column=Column(Text, nullable=False))
    replaces: str | None = Field(default=None, index=True)
    who: str
    at: datetime = Field(sa_column=_at())


APPEND_ONLY = ("audit_log", "case_reply", "case_document", "kept_file", "issued_document")
KEPT = ("case_file", "case_finding", "case_dismissal")  # may change, never go


def _refuse(table: Any, statement: str, dialect: str) -> None:
    event.listen(table, "after_create", DDL(statement).execute_if(dialect=dialect))


def _guard(name: str, acts: tuple[str, ...]) -> None:
    """Triggers by which the database itself refuses the acts on a table."""
    table = SQLModel.metadata.tables[name]
    said = f"{name} is kept for good: it can be added to, not changed"
    for act in acts:
        _refuse(
            table,
            f"create trigger {name}_no_{act} before {act} on {name} begin select raise(abort, '{said}'); end",
            "sqlite",
        )
    _refuse(
        table,
        f"create or replace function {name}_kept() returns trigger language plpgsql as "
        f"$$ begin raise exception '{said}'; end $$",
        "postgresql",
    )
    for act in (*acts, "truncate"):
        each = "statement" if act == "truncate" else "row"
        _refuse(
            table,
            f"create trigger {name}_no_{act} before {act} on {name} for each {each} execute function {name}_kept()",
            "postgresql",
        )


for _name in APPEND_ONLY:
    _guard(_name, ("update", "delete"))
for _name in KEPT:
    _guard(_name, ("delete",))

_WORDS = SQLModel.metadata.tables["case_words"]
for _statement in (
    "create virtual table case_search using fts5(words, content='case_words', content_rowid='id')",
    "create trigger case_words_in after insert on case_words begin insert into case_search(rowid, words) values (new.id, new.words); end",
    "create trigger case_words_new after update on case_words begin insert into case_search(case_search, rowid, words) "
    "values ('delete', old.id, old.words); insert into case_search(rowid, words) values (new.id, new.words); end",
):
    _refuse(_WORDS, _statement, "sqlite")
_refuse(_WORDS, "create index ix_case_words_words on case_words using gin (words)", "postgresql")
