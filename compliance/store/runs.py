"""A crawl's run in the store: its sites, its frontier, what is in flight. Every function is one transaction.

An address goes waiting → in_flight → done | failed | skipped. `turns` takes addresses and ends them together with the pages they
brought and the addresses they led to, so that a process killed anywhere repeats at most what was in flight and never an item.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, bindparam, case, func, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from compliance.store.session import Store
from compliance.store.tables_crawl import CrawlRequest, CrawlRun, CrawlSite

RUN = CrawlRun.__table__  # type: ignore[attr-defined]
SITE = CrawlSite.__table__  # type: ignore[attr-defined]
REQUEST = CrawlRequest.__table__  # type: ignore[attr-defined]
NEW_REQUEST = ("fingerprint", "url", "kind", "priority", "depth", "words", "near", "parent", "state", "reason")
TRIES = 6  # an address in flight at so many interruptions is given up: it may be what kills the process
SHARED = "queue"  # stands for the machine of a run whose sites are jobs of the queue
TOGETHER = 500  # sites put in by one statement
SUSPECT = 2  # from so many on it comes last, so that it is alone in flight when it kills again


# What runs for every page is put together once.
ADD_ONCE = {
    "sqlite": sqlite_insert(REQUEST).on_conflict_do_nothing(index_elements=["site_id", "fingerprint"]),
    "postgresql": pg_insert(REQUEST).on_conflict_do_nothing(index_elements=["site_id", "fingerprint"]),
}
THERE = select(REQUEST.c.site_id, REQUEST.c.fingerprint).where(
    tuple_(REQUEST.c.site_id, REQUEST.c.fingerprint).in_(bindparam("of", expanding=True))
)


class RunBusy(RuntimeError):
    """Another process works on this run; the message says which."""


@dataclass(frozen=True, slots=True)
class NewSite:
    """A target's site as the run starts it. `starts`: its first addresses, ready to be asked."""

    host: str
    company: str
    uscc: str | None
    body_code: str | None
    priority: int
    starts: tuple[NewRequest, ...]


@dataclass(frozen=True, slots=True)
class NewRequest:
    """An address found. `state` waiting, or skipped with its `reason` (then it's only counted)."""

    fingerprint: str
    url: str
    kind: str = "page"
    priority: int = 0
    depth: int = 0
    words: str | None = None
    near: str | None = None
    parent: str | None = None
    state: str = "waiting"
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """An address taken from the frontier, now in flight."""

    id: int
    site_id: int
    fingerprint: str
    url: str
    kind: str
    priority: int
    depth: int
    tries: int
    words: str | None
    near: str | None
    parent: str | None


@dataclass(frozen=True, slots=True)
class SiteState:
    """A site of a run with its counters, as stored."""

    id: int
    host: str
    company: str
    uscc: str | None
    body_code: str | None
    priority: int
    state: str
    reason: str | None
    pages: int
    unchanged: int
    failed: int
    blocked: int
    skipped: int
    requests: int
    waiting: int = 0
    owner: str | None = None  # JSON


def open_run(
    store: Store, key: str, sites: Sequence[NewSite], settings: dict[str, Any], shared: bool = False
) -> tuple[str, bool]:
    """The run to work on: an unfinished one over the same targets (`key`), else a new one. (its id, whether it was taken up).

    What was in flight waits again. `shared`: its sites are jobs of the queue, each with a holder of its own (`holding`). Raises RunBusy
    when a living process of this machine works on it, or the queue does.
    """
    pid, machine = (None, SHARED) if shared else (os.getpid(), socket.gethostname())
    with store.writing() as connection:
        row = connection.execute(
            select(RUN).where(RUN.c.key == key, RUN.c.state != "finished").order_by(RUN.c.started_at.desc())
        ).first()
        if row is not None:
            if row.state == "running" and _alive(row.pid, row.machine):
                raise RunBusy(
                    f"run {row.id} over these targets is being worked on by process {row.pid}; wait for its end"
                )
            if row.machine == SHARED and not shared:
                raise RunBusy(
                    f"run {row.id} over these targets is in the queue; follow it with --queue, or end it with "
                    f"`certmark schedule cancel {row.id}`"
                )
            if row.machine != SHARED:
                release(connection, select(SITE.c.id).where(SITE.c.run_id == row.id).scalar_subquery())
            connection.execute(
                update(RUN)
                .where(RUN.c.id == row.id)
                .values(state="running", reason=None, ended_at=None, pid=pid, machine=machine)
            )
            return row.id, True
        run_id = uuid4().hex[:12]
        connection.execute(
            insert(RUN).values(
                id=run_id,
                key=key,
                state="running",
                started_at=datetime.now(UTC),
                pid=pid,
                machine=machine,
                settings=json.dumps(settings, sort_keys=True),
            )
        )
        for at in range(0, len(sites), TOGETHER):
            some = sites[at : at + TOGETHER]
            shown = ("host", "company", "uscc", "body_code", "priority")
            ids = connection.execute(
                insert(SITE).returning(SITE.c.id, sort_by_parameter_order=True),
                [{"run_id": run_id} | {name: getattr(site, name) for name in shown} for site in some],
            ).scalars()
            add_in(connection, [(i, start) for i, site in zip(ids.all(), some, strict=True) for start in site.starts])
        return run_id, False


def adopt_run(store: Store, run_id: str) -> None:
    """The calling process works on the run from now on."""
    with store.writing() as connection:
        connection.execute(update(RUN).where(RUN.c.id == run_id).values(pid=os.getpid(), machine=socket.gethostname()))


def end_run(store: Store, run_id: str, reason: str | None = None) -> None:
    """Closes a run: finished, or stopped with the reason (it can be taken up again). Nothing waits in a finished run."""
    with store.writing() as connection:
        connection.execute(
            update(RUN)
            .where(RUN.c.id == run_id)
            .values(
                state="stopped" if reason else "finished",
                reason=reason,
                ended_at=datetime.now(UTC),
                pid=None,
                machine=None,
            )
        )


def running_settings(store: Store, run_id: str) -> str | None:
    """The settings (JSON) of a run that is in the queue; None when it is over, or isn't there."""
    with store.reading() as connection:
        return connection.execute(
            select(RUN.c.settings).where(RUN.c.id == run_id, RUN.c.state == "running", RUN.c.machine == SHARED)
        ).scalar()


def sites_of(store: Store, run_id: str) -> list[SiteState]:
    """The run's sites with their counters and how many addresses wait, the most urgent first."""
    waiting = (
        select(REQUEST.c.site_id, func.count().label("waiting"))
        .where(REQUEST.c.state == "waiting", REQUEST.c.site_id.in_(select(SITE.c.id).where(SITE.c.run_id == run_id)))
        .group_by(REQUEST.c.site_id)
        .subquery()
    )
    with store.reading() as connection:
        rows = connection.execute(
            select(SITE, func.coalesce(waiting.c.waiting, 0).label("waiting"))
            .join(waiting, waiting.c.site_id == SITE.c.id, isouter=True)
            .where(SITE.c.run_id == run_id)
            .order_by(SITE.c.priority.desc(), SITE.c.id)
        ).all()
    names = SiteState.__dataclass_fields__
    return [SiteState(**{k: v for k, v in row._mapping.items() if k in names}) for row in rows]


def give_up(store: Store, request: Claimed, reason: str, skipped: bool = False) -> None:
    """One address that brought nothing: failed, or skipped (robots.txt), with the reason in words."""
    with store.writing() as connection:
        state = "skipped" if skipped else "failed"
        connection.execute(update(REQUEST).where(REQUEST.c.id == request.id).values(state=state, reason=reason))
        column = SITE.c.skipped if skipped else SITE.c.failed
        values = {state: column + 1} | ({} if skipped else {"requests": SITE.c.requests + 1})
        connection.execute(update(SITE).where(SITE.c.id == request.site_id).values(**values))


def add(store: Store, site_id: int, found: Iterable[NewRequest]) -> int:
    """Addresses found outside a page (sitemap, earlier runs): how many are new and wait."""
    with store.writing() as connection:
        waiting, skipped = add_in(connection, [(site_id, one) for one in found]).get(site_id, (0, 0))
        if skipped:
            connection.execute(update(SITE).where(SITE.c.id == site_id).values(skipped=SITE.c.skipped + skipped))
    return waiting


def close_site(store: Store, site_id: int, state: str, reason: str | None = None) -> None:
    """Writes a site's end: done, failed, blocked or redirected, with the reason where there is one."""
    with store.writing() as connection:
        connection.execute(update(SITE).where(SITE.c.id == site_id).values(state=state, reason=reason))


def save_owner(store: Store, site_id: int, owner: dict[str, Any]) -> None:
    """Keeps what the site says of its owner (names, usccs, icp, conflict)."""
    with store.writing() as connection:
        connection.execute(
            update(SITE).where(SITE.c.id == site_id).values(owner=json.dumps(owner, ensure_ascii=False, sort_keys=True))
        )


def lose(store: Store, run_id: str, sites: Sequence[int] | None = None) -> list[int]:
    """Ends all that is in flight on the run's sites (on `sites` of it) as failed: no answer will come. The sites it was on."""
    with store.writing() as connection:
        ours: Any = select(SITE.c.id).where(SITE.c.run_id == run_id).scalar_subquery() if sites is None else list(sites)
        lost = connection.execute(
            update(REQUEST)
            .where(REQUEST.c.site_id.in_(ours), REQUEST.c.state == "in_flight")
            .values(state="failed", reason="no answer reached us")
            .returning(REQUEST.c.site_id)
        ).scalars().all()  # fmt: skip
        for site_id in lost:
            connection.execute(update(SITE).where(SITE.c.id == site_id).values(failed=SITE.c.failed + 1))
    return sorted(set(lost))


def failures_of(store: Store, site_id: int, limit: int = 5) -> list[tuple[str, str]]:
    """(address, reason) of the site's failed addresses, the first ones."""
    with store.reading() as connection:
        rows = connection.execute(
            select(REQUEST.c.url, REQUEST.c.reason)
            .where(REQUEST.c.site_id == site_id, REQUEST.c.state == "failed")
            .order_by(REQUEST.c.id)
            .limit(limit)
        ).all()
    return [(url, reason or "") for url, reason in rows]


def add_in(connection: Connection, found: Iterable[tuple[int, NewRequest]]) -> dict[int, tuple[int, int]]:
    """(site, address) pairs into the frontier, inside the caller's transaction: site → (new that wait, new that are skipped).

    An address the site already has changes nothing.
    """
    fresh = {(site_id, request.fingerprint): request for site_id, request in reversed(list(found))}
    if not fresh:
        return {}
    for there in connection.execute(THERE, {"of": list(fresh)}):
        del fresh[tuple(there)]
    counts: dict[int, list[int]] = {}
    rows = []
    for (site_id, _), request in reversed(fresh.items()):
        rows.append({"site_id": site_id, "tries": 0, **{n: getattr(request, n) for n in NEW_REQUEST}})
        counts.setdefault(site_id, [0, 0])[request.state == "skipped"] += 1
    if rows:
        connection.execute(ADD_ONCE[connection.dialect.name], rows)
    return {site_id: (waiting, skipped) for site_id, (waiting, skipped) in counts.items()}


def release(connection: Connection, ours: Any) -> None:
    """What was in flight on these sites when the process ended waits again, or is given up after TRIES interruptions."""
    flying = (REQUEST.c.site_id.in_(ours), REQUEST.c.state == "in_flight")
    given_up = connection.execute(
        update(REQUEST)
        .where(*flying, REQUEST.c.tries >= TRIES)
        .values(state="failed", reason=f"in flight at {TRIES} interruptions of the crawl")
        .returning(REQUEST.c.site_id)
    ).scalars()
    for site_id in given_up.all():
        connection.execute(update(SITE).where(SITE.c.id == site_id).values(failed=SITE.c.failed + 1))
    connection.execute(
        update(REQUEST)
        .where(*flying)
        .values(
            state="waiting",
            priority=case((REQUEST.c.tries >= SUSPECT, REQUEST.c.priority - 1000), else_=REQUEST.c.priority),
        )
    )


def _alive(pid: int | None, machine: str | None) -> bool:
    if pid is None or pid == os.getpid() or machine != socket.gethostname():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def skipped(request: NewRequest, reason: str) -> NewRequest:
    """The same address, not to be asked, with the reason."""
    return replace(request, state="skipped", reason=reason)


def seen_of(store: Store, site_id: int) -> set[str]:
    """The fingerprints of all addresses the site has, in whatever state."""
    with store.reading() as connection:
        return set(connection.execute(select(REQUEST.c.fingerprint).where(REQUEST.c.site_id == site_id)).scalars())


def site_of(store: Store, site_id: int) -> SiteState:
    """One site with its counters as they are now (`waiting` is not counted here)."""
    with store.reading() as connection:
        row = connection.execute(select(SITE).where(SITE.c.id == site_id)).one()
    return SiteState(**{k: v for k, v in row._mapping.items() if k in SiteState.__dataclass_fields__})


def site_reason(site: SiteState, reason: str) -> SiteState:
    """The same site with the reason why it ends."""
    return replace(site, reason=reason)


def drop_waiting(store: Store, site_id: int, reason: str) -> int:
    """Skips what still waits on a site, with the reason; how many."""
    with store.writing() as connection:
        dropped = connection.execute(
            update(REQUEST)
            .where(REQUEST.c.site_id == site_id, REQUEST.c.state == "waiting")
            .values(state="skipped", reason=reason)
        ).rowcount
        connection.execute(update(SITE).where(SITE.c.id == site_id).values(skipped=SITE.c.skipped + dropped))
    return dropped
