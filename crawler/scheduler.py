"""Scrapy's scheduler over the store's frontier: nothing waits in memory but redirects and second tries of what is in flight."""

from __future__ import annotations

import time

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler

from compliance.store.runs import Claimed


class StoreScheduler(BaseScheduler):
    """Asks the spider's frontier for the next address whenever the engine has room."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._again: list[Request] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StoreScheduler:
        """Scrapy's way to make one."""
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        """The frontier is opened with the spider; from now on its turns come by the reactor's clock."""
        from twisted.internet import reactor

        self._frontier = spider.frontier  # type: ignore[attr-defined]
        self._frontier.later = reactor.callLater  # type: ignore[attr-defined]
        self._frontier.wake = self._wake

    def close(self, reason: str) -> None:
        """The last answers go into the store."""
        self._frontier.flush()

    def has_pending_requests(self) -> bool:
        """Whether anything waits."""
        return bool(self._again) or self._frontier.has_more()

    def waits(self) -> bool:
        """Whether a second try waits for its time."""
        return bool(self._again)

    def enqueue_request(self, request: Request) -> bool:
        """A redirect or a second try: its address is in flight in the store already."""
        self._again.append(request)
        return True

    def next_request(self) -> Request | None:
        """A redirect or try whose time has come, else the frontier's next address."""
        now = time.monotonic()
        for place, request in enumerate(self._again):
            if request.meta.get("not_before", 0) <= now:
                return self._again.pop(place)
        claimed = self._frontier.next()
        return self._request(claimed) if claimed else None

    def _wake(self) -> None:
        engine = self.crawler.engine
        if engine is not None and engine._slot is not None:  # scrapy has no public door to its next look
            engine._slot.nextcall.schedule()

    def _request(self, claimed: Claimed) -> Request:
        known = self._frontier.known(claimed)
        headers = {}
        if known and known.sha256:
            if known.etag:
                headers["If-None-Match"] = known.etag
            if known.last_modified:
                headers["If-Modified-Since"] = known.last_modified
        spider = self.crawler.spider
        return Request(
            claimed.url,
            headers=headers,
            callback=spider.parse,  # type: ignore[union-attr]
            errback=spider.failed,  # type: ignore[union-attr]
            dont_filter=True,
            meta={"claimed": claimed},
        )
