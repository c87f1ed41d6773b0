"""Repeated captures (多次取证) in the store: every answer of an address over all runs, and which of them showed a finding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from compliance.store.pages import KNOWN, VISIT
from compliance.store.session import Store
from compliance.store.tables_findings import FindingRow, SightRow

Json = dict[str, Any]
FINDING = FindingRow.__table__  # type: ignore[attr-defined]
SIGHT = SightRow.__table__  # type: ignore[attr-defined]
GONE = (404, 410)


@dataclass(frozen=True, slots=True)
class Capture:
    """One answer of an address. `looked`: the page was seen and judged, or said that it is gone; a wall, an error, a page that nobody
    has judged are no look."""

    visit: int
    at: datetime
    url: str
    status: int
    sha256: str | None
    same_bytes: bool  # as at the capture before
    blocked: str | None
    looked: bool
    judged: bool  # this very capture, not only the same bytes at another address

    @property
    def gone(self) -> bool:
        """The address said that nothing is there any more."""
        return self.status in GONE

    def to_json(self) -> Json:
        """Plain data, the time in ISO 8601."""
        return asdict(self) | {"at": self.at.isoformat()}


@dataclass(frozen=True, slots=True)
class Sight:
    """A finding on one capture of a page."""

    page: str
    at: datetime
    sha256: str | None


@dataclass(frozen=True, slots=True)
class FindingSeen:
    """A finding as the store has it. `body`: the contract's object as last judged."""

    id: str
    outcome: str
    first_seen: datetime
    last_seen: datetime
    body: str
    sights: tuple[Sight, ...]  # the oldest first


@dataclass(frozen=True, slots=True)
class AddressSeen:
    """What all runs know of an address. Times are None where nothing of the kind has happened."""

    url: str
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    changed_on: datetime | None = None
    gone_on: datetime | None = None
    visits: int = 0
    changes: int = 0


def captures_of(store: Store, url: str) -> tuple[Capture, ...]:
    """All answers of an address over all runs, the oldest first."""
    with store.reading() as connection:
        rows = connection.execute(
            select(VISIT).where(or_(VISIT.c.url == url, VISIT.c.asked == url)).order_by(VISIT.c.captured_at, VISIT.c.id)
        ).all()
        twins = _judged_twins(connection, (row for row in rows if row.judged == "same"))
    return tuple(
        Capture(
            visit=row.id,
            at=row.captured_at,
            url=row.url,
            status=row.status,
            sha256=row.sha256,
            same_bytes=row.unchanged,
            blocked=row.blocked,
            looked=not row.blocked
            and (row.status in GONE or row.status < 400)
            and (row.status in GONE or row.judged == "done" or (row.site_id, row.sha256) in twins),
            judged=row.judged == "done",
        )
        for row in rows
    )


def _judged_twins(connection: Connection, rows: Iterable[Any]) -> set[tuple[int, str]]:
    """(site, hash) of pages that were left out because the same bytes stood at another address, and were judged there."""
    wanted = {(row.site_id, row.sha256) for row in rows}
    if not wanted:
        return set()
    query = select(VISIT.c.site_id, VISIT.c.sha256).where(
        VISIT.c.site_id.in_({site for site, _ in wanted}),
        VISIT.c.sha256.in_({sha256 for _, sha256 in wanted}),
        VISIT.c.judged == "done",
    )
    return {(row.site_id, row.sha256) for row in connection.execute(query)} & wanted


def address_seen(store: Store, url: str) -> AddressSeen:
    """What is known of an address from run to run; with zero visits when it's only a page that others lead to, or unknown."""
    names = AddressSeen.__dataclass_fields__
    with store.reading() as connection:
        row = connection.execute(select(KNOWN).where(KNOWN.c.url == url)).first()
    return AddressSeen(**{name: getattr(row, name) for name in names}) if row else AddressSeen(url)


def finding_seen(store: Store, finding: str) -> FindingSeen:
    """A finding with every capture that showed it. Raises LookupError when the store has none of this id."""
    with store.reading() as connection:
        row = connection.execute(select(FINDING).where(FINDING.c.id == finding)).first()
        sights = connection.execute(
            select(SIGHT.c.page_key, SIGHT.c.seen_at, SIGHT.c.sha256)
            .where(SIGHT.c.finding == finding)
            .order_by(SIGHT.c.seen_at, SIGHT.c.page_key)
        ).all()
    if row is None:
        raise LookupError(f"the store holds no finding {finding!r}; `certmark report --all --format json` lists them")
    return FindingSeen(row.id, row.outcome, row.first_seen, row.last_seen, row.body, tuple(Sight(*s) for s in sights))
