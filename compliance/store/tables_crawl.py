"""Tables of the crawl (抓取): runs, sites, the frontier, what was received, and what is known of an address from run to run.

The frontier is the truth about a run: an address is in it once, in one state, and every change is one transaction. A run that is
killed anywhere finds here what was done, what was in flight and what waits. Times are aware, kept in UTC.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

# A country's monthly watch makes more addresses in a year than 32 bits number.
Number = BigInteger().with_variant(Integer, "sqlite")


class CrawlRun(SQLModel, table=True):
    """一次抓取. `key` is equal for runs over the same targets, so that an unfinished one is taken up again."""

    __tablename__ = "crawl_run"
    __table_args__ = (Index("ix_crawl_run_state", "state"),)

    id: str = Field(primary_key=True)
    key: str = Field(index=True)
    state: str = "running"  # running | finished | stopped
    reason: str | None = None  # why it stopped
    started_at: datetime
    ended_at: datetime | None = None
    pid: int | None = None  # of the process that works on it, with `machine`: is it still there?
    machine: str | None = None
    settings: str = "{}"  # JSON: budget, depth, delay …


class CrawlSite(SQLModel, table=True):
    """One target's site in one run. `home`: the .example or public origin; counters are kept with every change."""

    __tablename__ = "crawl_site"
    __table_args__ = (
        UniqueConstraint("run_id", "host", "company"),
        Index("ix_crawl_site_run_state", "run_id", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    run_id: str
    host: str = Field(index=True)
    company: str = ""
    uscc: str | None = None
    body_code: str | None = None
    priority: int = 0
    state: str = "waiting"  # waiting | done | failed | blocked | redirected
    reason: str | None = None
    pages: int = 0  # stored pages and documents, unchanged ones too
    unchanged: int = 0  # of these: answered 304 or with the same bytes as last time
    failed: int = 0
    blocked: int = 0
    skipped: int = 0  # not asked for: robots.txt, budget, depth, trap, not due
    requests: int = 0
    owner: str | None = None  # JSON: names, usccs, icp, conflict


class CrawlRequest(SQLModel, table=True):
    """An address of the frontier. `state`: waiting | in_flight | done | failed | skipped."""

    __tablename__ = "crawl_request"
    __table_args__ = (
        UniqueConstraint("site_id", "fingerprint"),
        Index("ix_crawl_request_next", "site_id", "state", "priority", "id"),
    )

    id: int | None = Field(default=None, sa_column=Column(Number, primary_key=True))
    site_id: int
    fingerprint: str
    url: str = Field(sa_column=Column(Text, nullable=False))
    kind: str = "page"  # page | document | picture | sitemap
    priority: int = 0  # higher first
    depth: int = 0
    state: str = "waiting"
    tries: int = 0
    words: str | None = Field(default=None, sa_column=Column(Text))  # the link's words, a picture's alt text
    near: str | None = Field(default=None, sa_column=Column(Text))  # words around a picture
    parent: str | None = Field(default=None, sa_column=Column(Text))  # the page that led here
    status: int | None = None
    reason: str | None = Field(default=None, sa_column=Column(Text))


class Content(SQLModel, table=True):
    """Bytes as received (after transfer and content decoding), kept once by their hash, deflated."""

    __tablename__ = "crawl_content"

    sha256: str = Field(primary_key=True)
    size: int
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Visit(SQLModel, table=True):
    """One answer: address, time, status, headers, the hash of what came. `judged`: pending | done | failed | none (nothing to
    judge) | same (the site showed the same bytes at another address in this run)."""

    __tablename__ = "crawl_visit"
    __table_args__ = (
        Index("ix_crawl_visit_run_judged", "run_id", "judged", "id"),
        Index("ix_crawl_visit_asked", "asked"),
        Index("ix_crawl_visit_captured", "captured_at"),
        Index(
            "ix_crawl_visit_packed", "packed",
            sqlite_where=text("packed is not null"), postgresql_where=text("packed is not null"),
        ),
        Index(
            "ix_crawl_visit_claims", "site_id", "url", "id",
            sqlite_where=text("claims > 0"), postgresql_where=text("claims > 0"),
        ),
    )  # fmt: skip

    id: int | None = Field(default=None, sa_column=Column(Number, primary_key=True))
    run_id: str
    site_id: int = Field(index=True)
    request_id: int = Field(sa_column=Column(Number, nullable=False, unique=True))
    kind: str = "page"
    url: str = Field(sa_column=Column(Text, nullable=False, index=True))
    asked: str = Field(sa_column=Column(Text, nullable=False))  # before redirects
    captured_at: datetime
    status: int
    headers: str = Field(sa_column=Column(Text, nullable=False))  # JSON: [[name, value], …] as received
    ip: str | None = None
    request: str = Field(default="[]", sa_column=Column(Text, nullable=False))  # JSON: headers sent, [[name, value], …]
    tls: str | None = Field(default=None, sa_column=Column(Text))  # JSON: the server's certificate
    packed: str | None = None  # hash of the bytes as sent, where the server packed them (Content-Encoding)
    claims: int = 0  # claims of certification that the reader found
    sha256: str | None = Field(default=None, index=True)
    unchanged: bool = False
    blocked: str | None = None  # captcha | waf | login | empty_shell | parked | soft_404 | closed
    judged: str = "pending"
    fault: str | None = Field(default=None, sa_column=Column(Text))
    words: str | None = Field(default=None, sa_column=Column(Text))
    near: str | None = Field(default=None, sa_column=Column(Text))
    parent: str | None = Field(default=None, sa_column=Column(Text))


class Rendering(SQLModel, table=True):
    """A visit whose page was made by a browser: its bytes are the page after the scripts ran; what the server sent is the visit's
    `packed`."""

    __tablename__ = "crawl_rendering"

    request_id: int = Field(sa_column=Column(Number, primary_key=True, autoincrement=False))
    browser: str
    screenshot: str | None = Field(default=None, index=True)  # hash of a PNG


class Screenshot(SQLModel, table=True):
    """How the kept bytes of an address looked in a browser, taken after the crawl. `png`: hash of the picture."""

    __tablename__ = "crawl_screenshot"

    url: str = Field(sa_column=Column(Text, primary_key=True))
    sha256: str = Field(primary_key=True)
    png: str
    browser: str
    taken_at: datetime


class Likeness(SQLModel, table=True):
    """The words of a page that a site showed in a run, by their mark: the next page with the same words isn't judged once more."""

    __tablename__ = "crawl_likeness"

    site_id: int = Field(primary_key=True)
    mark: str = Field(primary_key=True)


class KnownAddress(SQLModel, table=True):
    """What earlier runs learned of an address: validators, last bytes, how often it changed, when to look again."""

    __tablename__ = "crawl_known"

    fingerprint: str = Field(primary_key=True)
    host: str = Field(index=True)
    url: str = Field(sa_column=Column(Text, nullable=False))
    kind: str = "page"
    priority: int = 0
    depth: int = 0
    etag: str | None = Field(default=None, sa_column=Column(Text))
    last_modified: str | None = Field(default=None, sa_column=Column(Text))
    sha256: str | None = Field(default=None, index=True)
    first_seen: datetime
    last_seen: datetime
    changed_on: datetime | None = None
    visits: int = 0
    changes: int = 0
    interval_hours: float = 168.0
    gone_on: datetime | None = None  # first answered 404 or 410
