"""Pictures among the received answers: bytes by address, and the pages of a run whose pictures may still have to be read."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence

from sqlalchemy import func, or_, select

from compliance.store.pages import CONTENT, RESULT, VISIT
from compliance.store.session import Store

SOME = 400  # pages asked for in one query


def received(store: Store, address: str) -> bytes | None:
    """The newest bytes the address gave; None when it was never asked, or gave none."""
    with store.reading() as connection:
        row = connection.execute(
            select(CONTENT.c.body)
            .join(VISIT, VISIT.c.sha256 == CONTENT.c.sha256)
            .where(or_(VISIT.c.url == address, VISIT.c.asked == address), VISIT.c.status < 400)
            .order_by(VISIT.c.id.desc())
            .limit(1)
        ).first()
    return zlib.decompress(row.body) if row else None


def behind(store: Store, visits: Sequence[int]) -> list[int]:
    """Visits of the pictures that claims of these pages rest on: of each picture the newest that brought bytes, in the order they came."""
    found: set[int] = set()
    with store.reading() as connection:
        for at in range(0, len(visits), SOME):
            bodies = connection.execute(
                select(RESULT.c.body)
                .join(VISIT, VISIT.c.url == RESULT.c.page_key)
                .where(VISIT.c.id.in_(visits[at : at + SOME]))
            ).scalars()
            hashes = {
                claim["picture"]["sha256"]
                for body in bodies
                for claim in json.loads(body)["claims"]
                if claim.get("picture")
            }
            if hashes:
                newest = (
                    select(func.max(VISIT.c.id))
                    .where(VISIT.c.kind == "picture", VISIT.c.status < 300, VISIT.c.sha256.in_(hashes))
                    .group_by(VISIT.c.sha256)
                )
                found.update(connection.execute(newest).scalars())
    return sorted(found)


def judged_pages(store: Store, run_id: str, site_id: int | None = None) -> list[int]:
    """Visits of the run (of one site of it) that are pages and have been judged, in the order they came."""
    query = select(VISIT.c.id).where(VISIT.c.run_id == run_id, VISIT.c.kind == "page", VISIT.c.judged == "done")
    if site_id is not None:
        query = query.where(VISIT.c.site_id == site_id)
    with store.reading() as connection:
        return list(connection.execute(query.order_by(VISIT.c.id)).scalars())
