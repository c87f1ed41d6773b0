"""A turn (一轮): what was answered goes into the store and what is asked next comes out, in one transaction for many addresses.

An address is in flight from the turn that hands it out to the turn that takes its answer in: an answer that no turn took in is
asked for again after a kill, so a kill repeats at most what was in flight, and a page is there whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select, update

from compliance.store.answers import save_answers
from compliance.store.holding import assert_held
from compliance.store.pages import Answer, Kept
from compliance.store.plain import plainly
from compliance.store.runs import REQUEST, SITE, Claimed, NewRequest, add_in
from compliance.store.session import Store

COUNTED = ("requests", "skipped", "blocked", "failed", "pages", "unchanged")

DONE = update(REQUEST).where(REQUEST.c.id == bindparam("of_request")).values(state="done", status=bindparam("got"))
COUNT = (
    update(SITE)
    .where(SITE.c.id == bindparam("of_site"))
    .values(**{n: SITE.c[n] + bindparam(f"more_{n}") for n in COUNTED})
)
# The first of each site: highest priority, then the one found first. Two looks into the index instead of a sort of all that waits.
TOP = (
    select(func.max(REQUEST.c.priority))
    .where(REQUEST.c.site_id == SITE.c.id, REQUEST.c.state == "waiting")
    .correlate(SITE)
    .scalar_subquery()
)
FIRST = (
    select(func.min(REQUEST.c.id))
    .where(REQUEST.c.site_id == SITE.c.id, REQUEST.c.state == "waiting", REQUEST.c.priority == TOP)
    .correlate(SITE)
    .scalar_subquery()
)
FIRSTS = select(FIRST).where(SITE.c.id.in_(bindparam("of", expanding=True)))
TAKE = (
    update(REQUEST)
    .where(REQUEST.c.id.in_(bindparam("of", expanding=True)))
    .values(state="in_flight", tries=REQUEST.c.tries + 1)
    .returning(*[REQUEST.c[name] for name in Claimed.__dataclass_fields__])
)


@dataclass(frozen=True, slots=True)
class Ended:
    """One address answered: what came, and the addresses it led to."""

    request: Claimed
    answer: Answer
    found: tuple[NewRequest, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """What a turn brought: what became of each answer, new addresses that wait by site, addresses now in flight by site."""

    kept: tuple[Kept, ...]
    waiting: Mapping[int, int]
    taken: Mapping[int, tuple[Claimed, ...]]


def take_turn(
    store: Store, run_id: str, ended: Sequence[Ended], room: Mapping[int, int], holders: Mapping[int, str] | None = None
) -> Turn:
    """Takes answers in and hands out at most `room` addresses a site, all or nothing.

    `holders`: of sites of a shared run, who this process is for each. Raises holding.SiteLost when another has one of them, StoreError
    when the store can't be written (disk full, locked for too long): then nothing has happened.
    """
    with plainly(store), store.writing() as connection:
        if holders is not None:
            assert_held(connection, {e.request.site_id for e in ended} | set(room), holders)
        kept, waiting = _finish(connection, run_id, ended) if ended else ([], {})
        taken = _take(connection, room)
    return Turn(tuple(kept), waiting, taken)


def claim(store: Store, site_id: int) -> Claimed | None:
    """Takes the site's next address; None when nothing waits."""
    taken = take_turn(store, "", (), {site_id: 1}).taken.get(site_id)
    return taken[0] if taken else None


def finish(
    store: Store, run_id: str, request: Claimed, answer: Answer, found: Iterable[NewRequest] = ()
) -> tuple[Kept, int]:
    """One address answered: (what became of the answer, how many of `found` are new and wait)."""
    turn = take_turn(store, run_id, [Ended(request, answer, tuple(found))], {})
    return turn.kept[0], turn.waiting.get(request.site_id, 0)


def _finish(connection: Connection, run_id: str, ended: Sequence[Ended]) -> tuple[list[Kept], dict[int, int]]:
    kept = save_answers(connection, run_id, [(e.request.site_id, e.request.id, e.answer) for e in ended])
    added = add_in(connection, [(e.request.site_id, found) for e in ended for found in e.found])
    connection.execute(DONE, [{"of_request": e.request.id, "got": e.answer.status} for e in ended])
    more = {e.request.site_id: dict.fromkeys(COUNTED, 0) for e in ended}
    for one, became in zip(ended, kept, strict=True):
        counts, answer = more[one.request.site_id], one.answer
        page = not answer.blocked and answer.status < 400 and answer.kind in ("page", "document")
        counts["requests"] += 1
        counts["blocked"] += bool(answer.blocked)
        counts["failed"] += not answer.blocked and answer.status >= 400 and answer.kind != "sitemap"
        counts["pages"] += page
        counts["unchanged"] += page and became.unchanged
    for site_id, (_, skipped) in added.items():
        more[site_id]["skipped"] += skipped
    rows = [{"of_site": site_id} | {f"more_{n}": v for n, v in counts.items()} for site_id, counts in more.items()]
    connection.execute(COUNT, rows)
    return kept, {site_id: waiting for site_id, (waiting, _) in added.items()}


def _take(connection: Connection, room: Mapping[int, int]) -> dict[int, tuple[Claimed, ...]]:
    taken: dict[int, tuple[Claimed, ...]] = {}
    for place in range(max(room.values(), default=0)):
        sites = [site_id for site_id, most in room.items() if most > place and len(taken.get(site_id, ())) == place]
        found = [i for i in connection.execute(FIRSTS, {"of": sites}).scalars() if i is not None] if sites else []
        if not found:
            break
        for row in connection.execute(TAKE, {"of": found}):
            taken[row.site_id] = (*taken.get(row.site_id, ()), Claimed(**row._mapping))
    return taken
