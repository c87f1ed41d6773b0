"""Who holds a site of a shared run (归属): a token in the site's own row, looked at in the same transaction as every change.

A worker that was silent for too long and comes back finds another's token there and changes nothing: no lock has to be trusted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from compliance.store.runs import REQUEST, SITE, SiteState, release
from compliance.store.session import Store
from compliance.store.tables_queue import SiteWork

WORK = SiteWork.__table__  # type: ignore[attr-defined]
CANCELLED = "cancelled"


class SiteLost(RuntimeError):
    """Other workers hold these sites now. `sites`: their numbers."""

    def __init__(self, sites: Iterable[int]) -> None:
        self.sites = frozenset(sites)
        super().__init__(f"held by another worker now: {sorted(self.sites)}")


def take_site(store: Store, site_id: int, holder: str) -> SiteState:
    """`holder` has the site from now on; what was in flight on it waits again. Raises LookupError when there is no such site."""
    with store.writing() as connection:
        row = connection.execute(select(SITE).where(SITE.c.id == site_id)).first()
        if row is None:
            raise LookupError(f"the store holds no site {site_id}")
        once = (sqlite_insert if connection.dialect.name == "sqlite" else pg_insert)(WORK)
        now = datetime.now(UTC)
        connection.execute(
            once.values(site_id=site_id, run_id=row.run_id, holder=holder, taken_at=now).on_conflict_do_update(
                index_elements=["site_id"], set_={"holder": holder, "taken_at": now, "taken": WORK.c.taken + 1}
            )
        )
        release(connection, [site_id])
        waiting = connection.execute(
            select(func.count()).where(REQUEST.c.site_id == site_id, REQUEST.c.state == "waiting")
        ).scalar_one()
        row = connection.execute(select(SITE).where(SITE.c.id == site_id)).one()
    known = {k: v for k, v in row._mapping.items() if k in SiteState.__dataclass_fields__}
    return SiteState(**known | {"waiting": waiting})


def assert_held(connection: Connection, sites: Iterable[int], holders: Mapping[int, str]) -> None:
    """Inside the caller's transaction: all sites are ours until its end. Raises SiteLost."""
    asked = sorted(sites)
    question = select(WORK.c.site_id, WORK.c.holder).where(WORK.c.site_id.in_(asked)).order_by(WORK.c.site_id)
    if connection.dialect.name == "postgresql":
        question = question.with_for_update(read=True)  # whoever takes the site up waits for this transaction's end
    found = {row.site_id: row.holder for row in connection.execute(question)}
    lost = [site for site in asked if site not in holders or found.get(site) != holders[site]]
    if lost:
        raise SiteLost(lost)


def cancel_sites(store: Store, run_id: str, reason: str) -> int:
    """Ends every site of the run that isn't done yet: its waiting addresses are skipped, its holder loses it. How many sites."""
    with store.writing() as connection:
        open_ = select(SITE.c.id).where(SITE.c.run_id == run_id, SITE.c.state == "waiting")
        connection.execute(update(WORK).where(WORK.c.site_id.in_(open_)).values(holder=CANCELLED))
        connection.execute(
            update(REQUEST)
            .where(REQUEST.c.site_id.in_(open_), REQUEST.c.state.in_(("waiting", "in_flight")))
            .values(state="skipped", reason=reason)
        )
        return connection.execute(
            update(SITE).where(SITE.c.run_id == run_id, SITE.c.state == "waiting").values(state="failed", reason=reason)
        ).rowcount
