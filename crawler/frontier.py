"""The run as the spider sees it: which site comes next, what a page adds, when a site is done. The store holds the truth.

In memory stand only counters, the fingerprints of the sites being worked on, and the answers of the last few hundredths of a second:
those are still in flight, and are asked for again when the process is killed now. A new process makes the rest again from the store.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

from compliance.store import pages, runs
from compliance.store.pages import Answer, Kept, Known
from compliance.store.plain import plainly
from compliance.store.runs import Claimed, NewRequest, SiteState
from compliance.store.session import Store, StoreError
from compliance.store.turns import Ended, take_turn
from crawler.addresses import (
    address_of,
    fingerprint_of,
    host_key,
    in_frame,
    kind_of,
    priority_of,
    shape_of,
    trap_of,
    ways,
)
from crawler.links import Found
from crawler.log import say
from crawler.work import Bounds, Work

ALWAYS_DUE = 80  # pages of this rank or more (start, certificates) are looked at in every run
PICTURE_COST = 60  # pictures come after the pages of their rank
TURN = 0.03  # seconds between two turns: so long an answer may wait to be durable


class Frontier:
    """Hands out addresses, takes in answers. Every change goes to the store before it counts here."""

    def __init__(self, store: Store, run_id: str, bounds: Bounds, states: Sequence[SiteState] | None = None) -> None:
        self.store = store
        self.run_id = run_id
        self.bounds = bounds
        self.pages = 0
        self.requests = 0
        self.outcomes: deque[tuple[int, bool]] = deque(maxlen=1000)  # (site, failed), the newest last
        states = runs.sites_of(store, run_id) if states is None else states
        self._work = {s.id: Work(s, s.waiting, taken=s.pages) for s in states}
        self._unopened = deque(s.id for s in states if s.waiting and s.state == "waiting")
        self._turn: deque[int] = deque()  # open sites, the next first
        self._open = 0
        self._ended: list[Ended] = []  # answered, not yet in the store: still in flight
        self._ready: deque[Claimed] = deque()  # in flight, not yet sent
        self._flying = 0
        self._planned, self._last = False, 0.0
        self.holders: Mapping[int, str] | None = None  # of a shared run: who we are for each site
        self.broken: str | None = None  # why the store can't be written any more
        # `later(seconds, f)` calls f, `wake()` asks for the next address: the process's clock and engine. Without them every turn is at once.
        self.later: Callable[[float, Callable[[], None]], object] = lambda seconds, turn: turn()
        self.wake: Callable[[], None] = lambda: None
        for state in states:
            if not state.waiting and state.state == "waiting":
                self._close(self._work[state.id])

    def has_more(self) -> bool:
        """Whether an address waits on any site, or an answer to be kept."""
        return bool(self._ended or self._ready or self._unopened or any(self._work[i].waiting for i in self._turn))

    def next(self) -> Claimed | None:
        """The next address of the next site whose turn it is; None when every site has its fill in flight."""
        if not self._ready and not self.broken and not self._planned:
            if time.monotonic() - self._last >= TURN:
                self._take_turn()
            elif self._may_take():
                self._plan()
        return self._ready.popleft() if self._ready else None

    def flush(self) -> None:
        """Every answer into the store, nothing more out of it."""
        if self._ended and not self.broken:
            self._take_turn(more=False)

    def _plan(self) -> None:
        if not self._planned:
            self._planned = True
            self.later(TURN, self._planned_turn)

    def _planned_turn(self) -> None:
        self._planned = False
        if not self.broken:
            self._take_turn()
            self.wake()

    def _may_take(self) -> bool:
        """Whether some site has an address that may be asked now."""
        if self._flying >= self.bounds.at_once:
            return False
        if self._unopened and self._open < self.bounds.open_sites:
            return True
        return any(w.waiting and w.active < self.bounds.per_site for w in map(self._work.__getitem__, self._turn))

    def _take_turn(self, more: bool = True) -> None:
        """Answers in, addresses out, one transaction; then the sites' counts."""
        with self._keeping():
            self._turned(more)

    @contextmanager
    def _keeping(self) -> Iterator[None]:
        """What the store refuses ends the run: nothing counts here that isn't there."""
        try:
            with plainly(self.store):
                yield
        except StoreError as error:
            self.broken = str(error)

    def _turned(self, more: bool) -> None:
        room = self._room() if more else {}
        ended = self._ended
        if not ended and not room:
            return
        turn = take_turn(self.store, self.run_id, ended, room, self.holders)
        self._ended, self._last = [], time.monotonic()
        for site_id, waiting in turn.waiting.items():
            self._work[site_id].waiting += waiting
        for site_id in room:
            work, taken = self._work[site_id], turn.taken.get(site_id, ())
            self._ready.extend(taken)
            self._flying += len(taken)
            work.waiting = work.waiting - len(taken) if taken else 0
            work.active += len(taken)
            work.taken += sum(claimed.kind in ("page", "document") for claimed in taken)
            if not taken:
                self._settle(work)
        for one, kept in zip(ended, turn.kept, strict=True):
            self._kept(one, kept)

    def _room(self) -> dict[int, int]:
        """How many addresses each site may get now, the next site first."""
        while self._open < self.bounds.open_sites and self._unopened:
            self._open_site(self._work[self._unopened.popleft()])
        room: dict[int, int] = {}
        left = self.bounds.at_once - self._flying
        for _ in range(len(self._turn)):
            if left <= 0:
                break
            site_id = self._turn[0]
            self._turn.rotate(-1)
            work = self._work[site_id]
            if work.waiting and work.taken >= self.bounds.pages:
                self._drop(work, "page budget spent")
                continue
            most = min(self.bounds.per_site - work.active, work.waiting, self.bounds.pages - work.taken, left)
            if most > 0:
                room[site_id] = most
                left -= most
        return room

    def _kept(self, one: Ended, kept: Kept) -> None:
        """An answer is in the store."""
        answer, work = one.answer, self._work[one.request.site_id]
        failed = answer.status >= 500 or bool(answer.blocked)
        self._count(work, failed)
        self.pages += answer.kind in ("page", "document") and not failed
        if answer.kind in ("page", "document"):
            say(
                "visit",
                id=kept.visit,
                site=one.request.site_id,
                pending=kept.pending,
                url=answer.url,
                blocked=answer.blocked,
            )
        self._release(work)

    def known(self, request: Claimed) -> Known | None:
        """What earlier runs learned of the address: validators to ask with."""
        return self._work[request.site_id].known.get(request.fingerprint)

    def host_of(self, request: Claimed) -> str:
        """The site's host, without `www.`."""
        return self._work[request.site_id].state.host

    def finished(self, request: Claimed, answer: Answer, found: Iterable[NewRequest]) -> None:
        """An answer came: the next turn keeps it and queues what it led to."""
        self._ended.append(Ended(request, answer, tuple(found)))
        self._plan()

    def failed(self, request: Claimed, reason: str, silent: bool = False) -> None:
        """No answer came. A start address that is `silent` over http is asked over https too: lists seldom say which."""
        with self._keeping():
            work = self._work[request.site_id]
            runs.give_up(self.store, request, reason)
            if silent and request.depth == 0 and request.url.startswith("http://"):
                secure = f"https://{request.url.removeprefix('http://')}"
                again = NewRequest(
                    f"{request.fingerprint}s", secure, request.kind, request.priority, parent=request.url
                )
                work.waiting += runs.add(self.store, work.state.id, [again])
            self._count(work, failed=True)
            self._release(work)

    def forbidden(self, request: Claimed, reason: str) -> None:
        """The address may not be asked (robots.txt): skipped, with the reason."""
        with self._keeping():
            work = self._work[request.site_id]
            runs.give_up(self.store, request, reason, skipped=True)
            work.robots_refused = reason
            work.taken -= request.kind in ("page", "document")
            self._release(work)

    def moved(self, request: Claimed, to: str) -> None:
        """The site sends us to another host."""
        with self._keeping():
            work = self._work[request.site_id]
            runs.give_up(self.store, request, f"leads to another host: {to}")
            if request.depth == 0:
                work.moved_to = to
            self._release(work)

    def found(self, request: Claimed, found: Found, page: str) -> tuple[NewRequest, ...]:
        """The addresses of a page that are new to its site, with those that are only counted."""
        work = self._work[request.site_id]
        fresh: list[NewRequest] = []
        if found.canonical:
            fresh += self._new(work, found.canonical, "", request.depth, page)
        for feed in found.feeds:
            fresh += self._new(work, feed, "", request.depth, page, kind="sitemap")
        for link in found.links:
            if link.next:  # the list goes on: as urgent as its first page, and no step further away
                fresh += self._new(work, link.url, link.words, request.depth, page, least=request.priority - 1)
            else:
                fresh += self._new(work, link.url, link.words, request.depth + 1, page)
        for picture in found.pictures:
            fresh += self._new(work, picture.url, picture.alt, request.depth + 1, page, picture.near)
        return tuple(fresh)

    def robots_read(self, site_id: int, sitemaps: Sequence[str], page: str) -> None:
        """Queues the sitemaps that robots.txt names, else the usual place."""
        with self._keeping():
            work = self._work[site_id]
            usual = address_of("/sitemap.xml", page)
            self.add(work, [s for s in sitemaps if s] or [usual] if usual else [], "", 0, "sitemap", page)

    def add_from_sitemap(self, request: Claimed, urls: Iterable[str], nested: Iterable[str]) -> tuple[NewRequest, ...]:
        """Addresses of a sitemap: pages one step from the start, further sitemaps as such."""
        work = self._work[request.site_id]
        new: list[NewRequest] = []
        for url in filter(None, (address_of(u, request.url) for u in nested)):
            new += self._new(work, url, "", request.depth + 1, request.url, kind="sitemap")
        for url in filter(None, (address_of(u, request.url) for u in urls)):
            new += self._new(work, url, "", 1, request.url)
        return tuple(new)

    def add(self, work: Work, urls: Sequence[str], words: str, depth: int, kind: str, page: str) -> None:
        """Queues addresses that no page named."""
        addresses = filter(None, (address_of(u, page) for u in urls))
        new = [r for address in addresses for r in self._new(work, address, words, depth, page, kind=kind)]
        work.waiting += runs.add(self.store, work.state.id, new)

    def lost(self) -> None:
        """Nothing is on its way any more: what still counts as in flight has failed."""
        with self._keeping():
            self.flush()
            self._flying = len(self._ready)
            for site_id in runs.lose(self.store, self.run_id):
                self._work[site_id].active = 0
                self._settle(self._work[site_id])

    def _new(
        self,
        work: Work,
        address: str,
        words: str,
        depth: int,
        page: str,
        near: str | None = None,
        kind: str | None = None,
        least: int = -1000,
    ) -> list[NewRequest]:
        mark = fingerprint_of(address)
        if mark in work.seen or host_key(urlsplit(address).netloc) != work.state.host:
            return []
        work.seen.add(mark)
        kind = kind or kind_of(address)
        rank = max(least, priority_of(address, words, depth))
        request = NewRequest(mark, address, kind, rank, depth, words or None, near, page)
        reason = self._not_asked(work, request, near)
        if reason:
            return [runs.skipped(request, reason)]
        if kind == "picture":
            work.pictures += 1
            return [NewRequest(mark, address, kind, rank - PICTURE_COST, depth, words or None, near, page)]
        return [request]

    def _not_asked(self, work: Work, request: NewRequest, near: str | None) -> str | None:
        if request.kind == "never":
            return "no page: archive, program or old office format"
        trap = trap_of(request.url)
        if trap:
            return f"trap: {trap}"
        if request.depth > self.bounds.depth:
            return f"deeper than {self.bounds.depth} steps"
        if request.kind == "picture":
            if in_frame([urlsplit(request.url).path.rsplit("/", 1)[-1]]):
                return "picture of the page's frame"
            if work.pictures >= self.bounds.pictures:
                return "picture budget spent"
        shape = shape_of(request.url)
        if shape:
            work.shapes[shape] += 1
            if work.shapes[shape] > ways().traps["one_shape"]:
                return "trap: too many addresses that differ only in their parameters"
        known = work.known.get(request.fingerprint)
        return None if known is None or self._is_due(known) else "not due: unchanged when last looked at"

    def _is_due(self, known: Known) -> bool:
        first = known.kind == "page" and known.priority >= ALWAYS_DUE and not known.gone
        return known.due or first or self.bounds.fresh

    def _open_site(self, work: Work) -> None:
        site = work.state
        work.opened, work.since = True, time.monotonic()
        self._open += 1
        work.seen = runs.seen_of(self.store, site.id)
        work.known = pages.known_addresses(self.store, site.host)
        self._turn.append(site.id)
        # What earlier runs know and is due waits from the start: an unchanged page need not be read to find its links.
        due = [k for k in work.known.values() if k.kind == "page" and self._is_due(k)]
        self.add(work, [k.url for k in due], "", 1, "page", f"http://{site.host}/")

    def _count(self, work: Work, failed: bool) -> None:
        self.requests += 1
        self.outcomes.append((work.state.id, failed))
        work.failures = work.failures + 1 if failed else 0
        if work.failures >= self.bounds.failures and work.waiting:
            self._drop(work, f"{work.failures} failures in a row")

    def _release(self, work: Work) -> None:
        work.active, self._flying = max(0, work.active - 1), max(0, self._flying - 1)
        self._settle(work)

    def _drop(self, work: Work, reason: str) -> None:
        if work.waiting:
            runs.drop_waiting(self.store, work.state.id, reason)
            work.waiting = 0
        if not work.state.reason:
            work.state = runs.site_reason(work.state, reason)
        self._settle(work)

    def _settle(self, work: Work) -> None:
        if work.opened and not work.closed and not work.waiting and not work.active:
            self._close(work)

    def _close(self, work: Work) -> None:
        """The site is done: its state from what came of it."""
        work.closed = True
        if work.opened:
            self._open -= 1
            if work.state.id in self._turn:
                self._turn.remove(work.state.id)
        now = runs.site_of(self.store, work.state.id)
        state, reason = "done", work.state.reason
        if not now.pages:
            if work.moved_to:
                state, reason = "redirected", f"leads to another host: {work.moved_to}"
            elif now.blocked:
                state, reason = "blocked", "kept out: every page was a wall"
            elif work.robots_refused and not now.failed:
                state, reason = "blocked", work.robots_refused
            else:
                state = "failed"
                reason = next((why for _, why in runs.failures_of(self.store, now.id, 1) if why), "no page answered")
        runs.close_site(self.store, now.id, state, reason)
        work.seen, work.known, work.shapes = set(), {}, Counter()
        say(
            "site",
            id=now.id,
            host=now.host,
            state=state,
            reason=reason,
            pages=now.pages,
            failed=now.failed,
            blocked=now.blocked,
            unchanged=now.unchanged,
            skipped=now.skipped,
            requests=now.requests,
            company=now.company or None,
            seconds=round(time.monotonic() - work.since, 1),
        )
