"""Screenshots (网页截图) in the store: how the bytes of an address looked in a browser, once for each address and hash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, exists, func, insert, select

from compliance.store.answers import save_contents
from compliance.store.pages import CONTENT, VISIT, content_of
from compliance.store.runs import RUN
from compliance.store.session import Store
from compliance.store.tables_crawl import Screenshot

SHOT = Screenshot.__table__  # type: ignore[attr-defined]
HERE = (SHOT.c.url == bindparam("of_url")) & (SHOT.c.sha256 == bindparam("of_sha256"))


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture (PNG) of kept bytes: which browser made it and when (aware)."""

    png: bytes
    browser: str
    taken_at: datetime


def save_shot(store: Store, url: str, sha256: str, shot: Shot) -> None:
    """Keeps one, in place of an earlier one of the same bytes."""
    key = {"of_url": url, "of_sha256": sha256}
    with store.writing() as connection:
        (png,) = save_contents(connection, [shot.png])
        connection.execute(delete(SHOT).where(HERE), key)
        connection.execute(
            insert(SHOT).values(url=url, sha256=sha256, png=png, browser=shot.browser, taken_at=shot.taken_at)
        )


def shot_of(store: Store, url: str, sha256: str) -> Shot | None:
    """How these bytes of the address looked; None when nobody took a picture."""
    with store.reading() as connection:
        row = connection.execute(select(SHOT).where(HERE), {"of_url": url, "of_sha256": sha256}).first()
    png = content_of(store, row.png) if row else None
    return Shot(png, row.browser, row.taken_at) if row and png else None


def shots_taken(store: Store, run_id: str) -> int:
    """How many pages of a run were shown to a browser since it began."""
    seen = exists().where(VISIT.c.run_id == run_id, VISIT.c.url == SHOT.c.url, VISIT.c.sha256 == SHOT.c.sha256)
    began = select(RUN.c.started_at).where(RUN.c.id == run_id).scalar_subquery()
    with store.reading() as connection:
        return connection.execute(
            select(func.count()).select_from(SHOT).where(SHOT.c.taken_at >= began, seen)
        ).scalar_one()


def without_shot(store: Store, visits: Sequence[int]) -> list[int]:
    """Of these visits the pages that nobody has a picture of yet, each address and hash once, in the order given."""
    missing: dict[tuple[str, str], int] = {}
    with store.reading() as connection:
        for at in range(0, len(visits), 400):
            some = list(visits[at : at + 400])
            rows = connection.execute(
                select(VISIT.c.id, VISIT.c.url, VISIT.c.sha256)
                .join(SHOT, (SHOT.c.url == VISIT.c.url) & (SHOT.c.sha256 == VISIT.c.sha256), isouter=True)
                .join(CONTENT, CONTENT.c.sha256 == VISIT.c.sha256)
                .where(VISIT.c.id.in_(some), VISIT.c.kind == "page", SHOT.c.url.is_(None))
            )
            found = {row.id: (row.url, row.sha256) for row in rows}
            for visit_id in some:
                if visit_id in found:
                    missing.setdefault(found[visit_id], visit_id)
    return list(missing.values())
