"""A frontier that is fed site by site (喂入式前沿): the sites come as jobs of the queue and leave when they are done, lost or cancelled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from compliance.store.holding import SiteLost
from compliance.store.pages import Answer
from compliance.store.runs import Claimed, NewRequest, SiteState
from compliance.store.session import Store
from crawler.frontier import Frontier
from crawler.log import say
from crawler.work import Bounds, Work


class FedFrontier(Frontier):
    """As Frontier, over the sites this process was given. It goes on while the feed is open, also with nothing to do."""

    def __init__(self, store: Store, run_id: str, bounds: Bounds) -> None:
        self.fed = True
        self._gone: set[int] = set()
        super().__init__(store, run_id, bounds, states=())
        self._held: dict[int, str] = {}
        self.holders = self._held

    def has_more(self) -> bool:
        """Whether anything waits, or may still come."""
        return self.fed or super().has_more()

    def join(self, site: SiteState, holder: str) -> None:
        """One more site, held by `holder`."""
        self._gone.discard(site.id)
        self._held[site.id] = holder
        work = self._work[site.id] = Work(site, site.waiting, taken=site.pages)
        if site.waiting:
            self._unopened.append(site.id)
            self._plan()
        else:
            with self._keeping():
                self._close(work)

    def leave(self, site_id: int, why: str) -> None:
        """Nothing more of this site: what is on its way for it changes nothing any more."""
        work = self._work.get(site_id)
        self._held.pop(site_id, None)
        if work is None or work.closed or site_id in self._gone:
            return
        self._gone.add(site_id)
        self._ended = [one for one in self._ended if one.request.site_id != site_id]
        ready = [one for one in self._ready if one.site_id == site_id]
        for one in ready:
            self._ready.remove(one)
        self._flying = max(0, self._flying - work.active)
        if work.opened:
            self._open -= 1
        if site_id in self._turn:
            self._turn.remove(site_id)
        if site_id in self._unopened:
            self._unopened.remove(site_id)
        work.waiting = work.active = 0
        work.closed = True
        say("left", id=site_id, host=work.state.host, reason=why)

    def close_feed(self) -> None:
        """No more sites will come: the process ends when those it has are done."""
        self.fed = False

    def finished(self, request: Claimed, answer: Answer, found: Iterable[NewRequest]) -> None:
        """As Frontier, unless the site has left."""
        if request.site_id not in self._gone:
            super().finished(request, answer, found)

    def failed(self, request: Claimed, reason: str, silent: bool = False) -> None:
        """As Frontier, unless the site has left."""
        if self._still(request.site_id):
            super().failed(request, reason, silent)

    def forbidden(self, request: Claimed, reason: str) -> None:
        """As Frontier, unless the site has left."""
        if self._still(request.site_id):
            super().forbidden(request, reason)

    def moved(self, request: Claimed, to: str) -> None:
        """As Frontier, unless the site has left."""
        if self._still(request.site_id):
            super().moved(request, to)

    def lost(self) -> None:
        """Nothing is on its way any more for our sites. Other sites of the run are other workers'."""
        with self._keeping():
            self.flush()
            self._flying = len(self._ready)
            ours = [i for i in self._held if not self._work[i].closed]
            for site_id in self._lose(ours):
                self._work[site_id].active = 0
                self._settle(self._work[site_id])

    def _lose(self, ours: list[int]) -> list[int]:
        from compliance.store.runs import lose

        return lose(self.store, self.run_id, ours) if ours else []

    def _still(self, site_id: int) -> bool:
        """Whether the site is ours, looked up where the change itself doesn't."""
        if site_id in self._gone:
            return False
        with self._keeping():
            self._turned_holders([site_id])
        return site_id not in self._gone

    def _turned_holders(self, sites: list[int]) -> None:
        from compliance.store.holding import assert_held

        with self.store.writing() as connection:
            assert_held(connection, sites, self._held)

    @contextmanager
    def _keeping(self) -> Iterator[None]:
        """As Frontier; a site that another worker has taken up leaves, and the rest of the turn comes again."""
        try:
            with super()._keeping():
                yield
        except SiteLost as error:
            for site_id in error.sites:
                self.leave(site_id, "taken up by another worker, or cancelled")
            self._plan()

    def _close(self, work: Work) -> None:
        if work.state.id in self._gone:
            return
        super()._close(work)
        self._held.pop(work.state.id, None)
