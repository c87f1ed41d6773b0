"""Repeated captures (多次取证): when an address and a finding were first and last seen, when they changed, when they were gone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from compliance.store.pages import KNOWN, VISIT
from compliance.store.session import Store
from compliance.store.tables_findings import FindingRow

Json = dict[str, Any]
FINDING = FindingRow.__table__  # type: ignore[attr-defined]
MOST = 400  # captures of one address that are listed: the first ones and the newest


@dataclass(frozen=True, slots=True)
class Capture:
    """One answer of an address. `looked`: the page itself was seen (or that it's gone), not a wall or an error."""

    at: datetime
    url: str
    status: int
    sha256: str | None
    same_bytes: bool  # as at the capture before
    blocked: str | None
    looked: bool

    def to_json(self) -> Json:
        """Plain data, the time in ISO 8601."""
        return asdict(self) | {"at": self.at.isoformat()}


def captures_of(store: Store, url: str) -> list[Capture]:
    """All answers of an address over all runs, the oldest first; of very many the middle ones are left out."""
    with store.reading() as connection:
        found = connection.execute(
            select(VISIT.c.captured_at, VISIT.c.url, VISIT.c.status, VISIT.c.sha256, VISIT.c.unchanged, VISIT.c.blocked)
            .where(or_(VISIT.c.url == url, VISIT.c.asked == url))
            .order_by(VISIT.c.captured_at, VISIT.c.id)
        ).all()
    rows = list(found)
    if len(rows) > MOST:
        rows = [*rows[: MOST // 2], *rows[-MOST // 2 :]]
    return [
        Capture(
            at=row.captured_at,
            url=row.url,
            status=row.status,
            sha256=row.sha256,
            same_bytes=row.unchanged,
            blocked=row.blocked,
            looked=not row.blocked and (row.status < 400 or row.status in (404, 410)),
        )
        for row in rows
    ]


def address_json(store: Store, url: str) -> Json:
    """`{"url", "first_seen", "last_seen", "changed_on", "gone_on", "visits", "changes", "captures"}`; times in ISO 8601 or null."""
    with store.reading() as connection:
        row = connection.execute(select(KNOWN).where(KNOWN.c.url == url)).first()
    times = ("first_seen", "last_seen", "changed_on", "gone_on")
    return {
        "url": url,
        **{name: _iso(getattr(row, name)) if row else None for name in times},
        "visits": row.visits if row else 0,
        "changes": row.changes if row else 0,
        "captures": [capture.to_json() for capture in captures_of(store, url)],
    }


def finding_json(store: Store, finding: str) -> Json:
    """How long a finding has been there: `{"finding", "rule", "outcome", "quote", "first_seen", "last_seen", "state", "removed", "pages"}`.

    state: still_there (at the last look) | removed | not_looked_at (since it was last seen nobody could look). removed: `{"after",
    "by"}`, the last capture that showed it and the first look at all its pages that did not. Raises LookupError.
    """
    with store.reading() as connection:
        row = connection.execute(select(FINDING).where(FINDING.c.id == finding)).first()
    if row is None:
        raise LookupError(f"the store holds no finding {finding!r}; `certmark report --format json` lists them")
    body = json.loads(row.body)
    urls = sorted({place["page"] for place in body["occurrences"] if place["page"]})
    pages = [address_json(store, url) for url in urls]
    state, by = _state([captures_of(store, url) for url in urls], row.last_seen)
    return {
        "finding": finding,
        "rule": body["rule"],
        "outcome": row.outcome,
        "quote": body["quote"],
        "first_seen": _iso(row.first_seen),
        "last_seen": _iso(row.last_seen),
        "state": state,
        "removed": {"after": _iso(row.last_seen), "by": _iso(by)} if by else None,
        "pages": pages,
    }


def _state(pages: Sequence[Sequence[Capture]], last_seen: datetime) -> tuple[str, datetime | None]:
    """What the looks after the last sight say, and by when the finding was gone from all its pages."""
    later = [[c for c in captures if c.at > last_seen] for captures in pages]
    if not any(later):
        return "still_there", None
    looks = [next((c.at for c in captures if c.looked), None) for captures in later]
    if any(look is None for look in looks):
        return "not_looked_at", None
    return "removed", max(look for look in looks if look is not None)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
