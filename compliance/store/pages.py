"""Received pages in the store: bytes once by hash, one visit for each answer, what is known of an address from run to run."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select, update

from compliance.store.session import Store
from compliance.store.tables_crawl import Content, CrawlSite, KnownAddress, Likeness, Rendering, Visit
from compliance.store.tables_findings import ResultRow

KNOWN = KnownAddress.__table__  # type: ignore[attr-defined]
CONTENT = Content.__table__  # type: ignore[attr-defined]
VISIT = Visit.__table__  # type: ignore[attr-defined]
SITE = CrawlSite.__table__  # type: ignore[attr-defined]
LIKENESS = Likeness.__table__  # type: ignore[attr-defined]
RENDERING = Rendering.__table__  # type: ignore[attr-defined]
RESULT = ResultRow.__table__  # type: ignore[attr-defined]


VISITS = (
    select(
        VISIT,
        CONTENT.c.body,
        SITE.c.company,
        SITE.c.uscc.label("site_uscc"),
        RENDERING.c.browser,
        RENDERING.c.screenshot,
    )
    .join(CONTENT, CONTENT.c.sha256 == VISIT.c.sha256)
    .join(SITE, SITE.c.id == VISIT.c.site_id)
    .join(RENDERING, RENDERING.c.request_id == VISIT.c.request_id, isouter=True)
    .where(VISIT.c.id.in_(bindparam("of", expanding=True)))
)
MARK = (
    update(VISIT)
    .where(VISIT.c.id == bindparam("of"))
    .values(**{n: bindparam(f"new_{n}") for n in ("judged", "fault", "claims", "blocked")})
)


class Rendered(NamedTuple):
    """A browser made the page: which one, and how it looked (PNG)."""

    browser: str
    screenshot: bytes | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one request. `captured_at` is aware; `headers` in the order received; `body` None for 304."""

    kind: str
    url: str
    asked: str
    captured_at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    ip: str | None = None
    blocked: str | None = None
    words: str | None = None
    near: str | None = None
    parent: str | None = None
    host: str = ""
    fingerprint: str = ""
    priority: int = 0
    depth: int = 0
    request: tuple[tuple[str, str], ...] = ()  # headers as sent
    tls: dict[str, str] | None = None
    packed: bytes | None = None  # the body as sent, when the server packed it or a browser made the page from it
    rendered: Rendered | None = None
    like: str | None = None  # equal for pages that show the same words

    def header(self, name: str) -> str | None:
        """The first header of this name, whatever its case; None when there is none."""
        return next((v for k, v in self.headers if k.lower() == name), None)


@dataclass(frozen=True, slots=True)
class Exchange:
    """The other half of a visit: headers as sent, the server's certificate, the packed body where there was one."""

    request: tuple[tuple[str, str], ...]
    tls: dict[str, str] | None
    packed: bytes | None
    screenshot: bytes | None = None


class Kept(NamedTuple):
    """What became of an answer: the visit's id, whether its bytes are those of the last visit, whether it waits to be judged."""

    visit: int
    unchanged: bool
    pending: bool


@dataclass(frozen=True, slots=True)
class StoredVisit:
    """A visit with its bytes and the target's company, as the checker needs it. `captured_at` is aware."""

    id: int
    site_id: int
    kind: str
    url: str
    captured_at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    sha256: str
    body: bytes
    company: str | None
    uscc: str | None
    ip: str | None
    blocked: str | None
    unchanged: bool
    words: str | None
    near: str | None
    parent: str | None
    browser: str | None = None  # that made the page; None: the bytes are the server's
    screenshot: str | None = None  # hash

    @property
    def content_type(self) -> str | None:
        """The Content-Type as the server sent it; of a page that a browser made, the browser's."""
        if self.browser:
            return "text/html; charset=utf-8"
        return next((v for k, v in self.headers if k.lower() == "content-type"), None)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an address before it is asked again."""

    url: str
    kind: str
    priority: int
    depth: int
    etag: str | None
    last_modified: str | None
    sha256: str | None
    due: bool
    gone: bool = False


def content_of(store: Store, sha256: str) -> bytes | None:
    """The bytes with this hash; None when the store doesn't hold them."""
    with store.reading() as connection:
        row = connection.execute(select(CONTENT.c.body).where(CONTENT.c.sha256 == sha256)).first()
    return zlib.decompress(row.body) if row else None


def visit_of(store: Store, visit_id: int) -> StoredVisit:
    """One visit with its bytes. Raises LookupError when there is none, or when it brought no bytes."""
    found = visits_of(store, [visit_id])
    if not found:
        raise LookupError(f"the store holds no bytes for visit {visit_id}")
    return found[0]


def visits_of(store: Store, visit_ids: Sequence[int]) -> list[StoredVisit]:
    """Visits with their bytes, in the order asked for; those that are not there, or brought no bytes, are left out."""
    with store.reading() as connection:
        rows = {row.id: row for row in connection.execute(VISITS, {"of": list(visit_ids)})}
    return [_stored(rows[visit_id]) for visit_id in visit_ids if visit_id in rows]


def _stored(row: Any) -> StoredVisit:
    return StoredVisit(
        id=row.id,
        site_id=row.site_id,
        kind=row.kind,
        url=row.url,
        captured_at=row.captured_at,
        status=row.status,
        headers=tuple((k, v) for k, v in json.loads(row.headers)),
        sha256=row.sha256,
        body=zlib.decompress(row.body),
        company=row.company or None,
        uscc=row.site_uscc,
        ip=row.ip,
        blocked=row.blocked,
        unchanged=row.unchanged,
        words=row.words,
        near=row.near,
        parent=row.parent,
        browser=row.browser,
        screenshot=row.screenshot,
    )


def exchange_of(store: Store, visit_id: int) -> Exchange:
    """What was sent, over which TLS, and the packed bytes. Raises LookupError when there is no such visit."""
    with store.reading() as connection:
        row = connection.execute(
            select(VISIT.c.request, VISIT.c.tls, VISIT.c.packed, RENDERING.c.screenshot)
            .join(RENDERING, RENDERING.c.request_id == VISIT.c.request_id, isouter=True)
            .where(VISIT.c.id == visit_id)
        ).first()
    if row is None:
        raise LookupError(f"the store holds no visit {visit_id}")
    return Exchange(
        request=tuple((k, v) for k, v in json.loads(row.request)),
        tls=json.loads(row.tls) if row.tls else None,
        packed=content_of(store, row.packed) if row.packed else None,
        screenshot=content_of(store, row.screenshot) if row.screenshot else None,
    )


def origin_of(store: Store, visit_id: int) -> int | None:
    """For an answer of 304: the visit that brought the bytes it stands for. None when the store no longer has it."""
    with store.reading() as connection:
        row = connection.execute(select(VISIT.c.asked, VISIT.c.sha256).where(VISIT.c.id == visit_id)).one()
        return connection.execute(
            select(func.max(VISIT.c.id)).where(
                VISIT.c.asked == row.asked, VISIT.c.sha256 == row.sha256, VISIT.c.status == 200, VISIT.c.id < visit_id
            )
        ).scalar_one()


def visits_with_claims(store: Store, run_id: str, site_id: int | None = None) -> dict[str, list[int]]:
    """Host → visits of the run (of one site of it) whose page speaks of certification: what is kept as evidence."""
    query = (
        select(SITE.c.host, VISIT.c.id)
        .join(SITE, SITE.c.id == VISIT.c.site_id)
        .where(VISIT.c.run_id == run_id, VISIT.c.claims > 0)
        .order_by(SITE.c.host, VISIT.c.id)
    )
    with store.reading() as connection:
        rows = connection.execute(query if site_id is None else query.where(VISIT.c.site_id == site_id)).all()
    found: dict[str, list[int]] = {}
    for host, visit_id in rows:
        found.setdefault(host, []).append(visit_id)
    return found


@dataclass(frozen=True, slots=True)
class Candidate:
    """A visit whose page may be packed as evidence. `findings`: id → outcome as stored; None when no result is stored."""

    visit: int
    captured_at: datetime
    findings: dict[str, str] | None


def evidence_of(store: Store, run_id: str, site_id: int | None = None) -> dict[str, list[Candidate]]:
    """Host → visits behind a run (behind one site of it) whose page speaks of certification and, as far as is known, shows a finding: those of the run, and
    those of earlier runs that were not due and were judged again as they were."""
    carried = carried_visits(store, run_id, site_id)
    query = (
        select(SITE.c.host, VISIT.c.id, VISIT.c.captured_at, RESULT.c.body)
        .join(SITE, SITE.c.id == VISIT.c.site_id)
        .join(RESULT, RESULT.c.page_key == VISIT.c.url, isouter=True)
        .where(VISIT.c.claims > 0)
    )
    found: dict[str, list[Candidate]] = {}
    with store.reading() as connection:
        own = query.where(VISIT.c.run_id == run_id)
        rows = list(connection.execute(own if site_id is None else own.where(VISIT.c.site_id == site_id)))
        for at in range(0, len(carried), 400):
            rows += connection.execute(query.where(VISIT.c.id.in_(carried[at : at + 400])))
    for host, visit_id, captured_at, body in sorted(rows, key=lambda row: (row.host, row.id)):
        findings = {f["id"]: f["outcome"] for f in json.loads(body)["findings"]} if body else None
        if findings is None or findings:
            found.setdefault(host, []).append(Candidate(visit_id, captured_at, findings))
    return found


def corpus_visits(store: Store, since: date | None = None) -> list[int]:
    """The newest visit of every address whose page speaks of certification, seen on `since` (UTC day) or later."""
    with store.reading() as connection:
        query = (
            select(func.max(VISIT.c.id))
            .where(VISIT.c.claims > 0)
            .group_by(VISIT.c.site_id, VISIT.c.url)
            .order_by(func.max(VISIT.c.id))
        )
        if since is not None:
            query = query.where(VISIT.c.captured_at >= datetime(since.year, since.month, since.day, tzinfo=UTC))
        return list(connection.execute(query).scalars().all())


def pending_visits(store: Store, run_id: str, site_id: int | None = None) -> Iterator[int]:
    """Visits of a run (of one site of it) that nobody has checked yet, in the order they came."""
    with store.reading() as connection:
        query = select(VISIT.c.id).where(VISIT.c.run_id == run_id, VISIT.c.judged == "pending").order_by(VISIT.c.id)
        if site_id is not None:
            query = query.where(VISIT.c.site_id == site_id)
        yield from connection.execute(query).scalars().all()


def pending_sites(store: Store, run_id: str) -> set[int]:
    """Sites of a run with visits that nobody has checked yet."""
    with store.reading() as connection:
        query = select(VISIT.c.site_id).distinct().where(VISIT.c.run_id == run_id, VISIT.c.judged == "pending")
        return set(connection.execute(query).scalars())


def carried_visits(store: Store, run_id: str, site_id: int | None = None) -> list[int]:
    """The newest visits of pages that earlier runs hold and this run (one site of it) had no reason to ask for again: still there when
    last looked at, so they are judged again with today's register and rules. One visit for equal bytes of a host."""
    with store.reading() as connection:
        hosts = select(SITE.c.host).where(SITE.c.run_id == run_id)
        seen = select(VISIT.c.asked).where(VISIT.c.run_id == run_id)
        if site_id is not None:
            hosts = hosts.where(SITE.c.id == site_id)
            seen = seen.where(VISIT.c.site_id == site_id)
        rows = connection.execute(
            select(func.max(VISIT.c.id))
            .join(KNOWN, (KNOWN.c.url == VISIT.c.asked) & (KNOWN.c.sha256 == VISIT.c.sha256))
            .where(
                KNOWN.c.host.in_(hosts),
                KNOWN.c.gone_on.is_(None),
                KNOWN.c.kind.in_(("page", "document")),
                VISIT.c.asked.not_in(seen),
                VISIT.c.judged.in_(("done", "failed")),
            )
            .group_by(KNOWN.c.fingerprint)
        ).scalars()
        return sorted(rows)


@dataclass(frozen=True, slots=True)
class Judged:
    """What judging a visit gave: claims found, or why it could not be judged; what the reader found to be a blocked page."""

    visit: int
    fault: str | None = None
    blocked: str | None = None
    claims: int = 0


def mark_judged(store: Store, judged: Sequence[Judged]) -> None:
    """Writes down that visits were checked, or why they could not be; pages the reader found to be blocked are counted."""
    if not judged:
        return
    with store.writing() as connection:
        of = [one.visit for one in judged]
        rows = {
            row.id: row
            for row in connection.execute(
                select(VISIT.c.id, VISIT.c.blocked, VISIT.c.site_id).where(VISIT.c.id.in_(of))
            )
        }
        walls = Counter(rows[j.visit].site_id for j in judged if j.blocked and not rows[j.visit].blocked)
        connection.execute(
            MARK,
            [
                {
                    "of": j.visit,
                    "new_judged": "failed" if j.fault else "done",
                    "new_fault": j.fault,
                    "new_claims": j.claims,
                    "new_blocked": rows[j.visit].blocked or j.blocked,
                }
                for j in judged
            ],
        )
        for site_id, count in walls.items():
            connection.execute(update(SITE).where(SITE.c.id == site_id).values(blocked=SITE.c.blocked + count))


def judged_counts(store: Store, run_id: str) -> dict[str, int]:
    """How many visits of the run are pending, done, failed."""
    with store.reading() as connection:
        rows = connection.execute(
            select(VISIT.c.judged, func.count()).where(VISIT.c.run_id == run_id).group_by(VISIT.c.judged)
        ).all()
    return {judged: count for judged, count in rows}


def known_addresses(store: Store, host: str, now: datetime | None = None) -> dict[str, Known]:
    """All that earlier runs know of a host's addresses, by fingerprint; `due` says whether to look again now."""
    now = now or datetime.now(UTC)
    with store.reading() as connection:
        rows = connection.execute(select(KNOWN).where(KNOWN.c.host == host)).all()
    return {
        row.fingerprint: Known(
            url=row.url,
            kind=row.kind,
            priority=row.priority,
            depth=row.depth,
            etag=row.etag,
            last_modified=row.last_modified,
            sha256=row.sha256,
            gone=row.gone_on is not None,
            due=row.gone_on is None and now >= row.last_seen + timedelta(hours=row.interval_hours),
        )
        for row in rows
    }
