"""Bodies that are old enough go, evidence stays (正文留存): what was received and when is kept for good, the bytes only while they are of use.

Kept whatever their age: pages that speak of certification and what a browser or server sent for them, their screenshots, bytes that a
finding's capture names and what else its addresses ever showed (that is what proves a removal), and the newest bytes of an address that is still there, with which the next look is compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, func, or_, select, update

from compliance.store.pages import CONTENT, KNOWN, RENDERING, VISIT
from compliance.store.screenshots import SHOT
from compliance.store.session import Store
from compliance.store.tables_findings import SightRow

SIGHT = SightRow.__table__  # type: ignore[attr-defined]
SOME = 2_000  # bodies looked at in one transaction


@dataclass(slots=True)
class Retained:
    """What a clearing did. `looked`: bodies in the store; `removed` and their `bytes` (as stored); `evidence`, `current`, `recent`: kept
    for that reason (what waits to be judged counts as recent)."""

    looked: int = 0
    removed: int = 0
    bytes: int = 0
    evidence: int = 0
    current: int = 0
    recent: int = 0


def retain(store: Store, before: datetime, *, current_too: bool = False, dry_run: bool = False) -> Retained:
    """Removes bodies last received before `before` (aware) that are no evidence. `current_too`: also those of known addresses, which are
    then asked for in full at the next look. Broken off anywhere it goes on the next time."""
    done, after = Retained(), ""
    while True:
        with store.reading() as connection:
            hashes = connection.execute(
                select(CONTENT.c.sha256).where(CONTENT.c.sha256 > after).order_by(CONTENT.c.sha256).limit(SOME)
            ).scalars().all()  # fmt: skip
        if not hashes:
            return done
        after = hashes[-1]
        _some(store, list(hashes), before, current_too, dry_run, done)


def _some(store: Store, hashes: list[str], before: datetime, current_too: bool, dry_run: bool, done: Retained) -> None:
    done.looked += len(hashes)
    with store.writing() as connection:
        used = connection.execute(
            select(VISIT.c.sha256, func.max(VISIT.c.captured_at), func.max(VISIT.c.claims))
            .where(VISIT.c.sha256.in_(hashes))
            .group_by(VISIT.c.sha256)
        ).all()
        last = {row[0]: row[1] for row in used}
        evidence = {row[0] for row in used if row[2]}
        for query in (
            select(SIGHT.c.sha256).where(SIGHT.c.sha256.in_(hashes)),
            select(SHOT.c.png).where(SHOT.c.png.in_(hashes)),
            select(VISIT.c.sha256).where(VISIT.c.sha256.in_(hashes), VISIT.c.url.in_(select(SIGHT.c.page_key))),
        ):
            evidence |= set(connection.execute(query.distinct()).scalars())
        # what was sent packed, and screenshots, belong to a visit: they are as old and as needed as it is
        for column, owner in ((VISIT.c.packed, None), (RENDERING.c.screenshot, RENDERING)):
            query = select(column, func.max(VISIT.c.captured_at), func.max(VISIT.c.claims)).where(column.in_(hashes))
            if owner is not None:
                query = query.where(VISIT.c.request_id == RENDERING.c.request_id)
            for sha256, when, claims in connection.execute(query.group_by(column)):
                last[sha256] = max(last.get(sha256, when), when)
                evidence |= {sha256} if claims else set()
        current = set(
            connection.execute(
                select(KNOWN.c.sha256).where(KNOWN.c.sha256.in_(hashes), KNOWN.c.gone_on.is_(None)).distinct()
            ).scalars()
        )
        waiting = select(VISIT.c.sha256).where(VISIT.c.sha256.in_(hashes), VISIT.c.judged == "pending").distinct()
        pending = set(connection.execute(waiting).scalars())
        doomed = []
        for sha256 in hashes:
            if sha256 in evidence:
                done.evidence += 1
            elif sha256 in pending or (sha256 in last and last[sha256] >= before):
                done.recent += 1
            elif sha256 in current and not current_too:
                done.current += 1
            else:
                doomed.append(sha256)
        done.removed += len(doomed)
        if not doomed:
            return
        done.bytes += int(
            connection.execute(
                select(func.coalesce(func.sum(func.length(CONTENT.c.body)), 0)).where(CONTENT.c.sha256.in_(doomed))
            ).scalar_one()
        )
        if dry_run:
            return
        connection.execute(
            update(KNOWN).where(KNOWN.c.sha256.in_(doomed)).values(sha256=None, etag=None, last_modified=None)
        )
        # a visit that waits to be judged needs its bytes
        waits = exists().where(
            or_(VISIT.c.sha256 == CONTENT.c.sha256, VISIT.c.packed == CONTENT.c.sha256), VISIT.c.judged == "pending"
        )
        connection.execute(delete(CONTENT).where(CONTENT.c.sha256.in_(doomed), ~waits))
