"""Fuses of a run (熔断): error rate, time, night window, disk space, the parent gone. A run that stops says why and can be taken up again."""

from __future__ import annotations

import os
import shutil
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.task import LoopingCall

from crawler.politeness import in_window
from rules.clock import CHINA

EVERY = 2.0  # seconds between looks
SITES = 5  # an error rate over fewer sites says something of the sites, not of the run
STILL = 6  # looks without any answer, in multiples of the timeout, after which what is in flight is given up


class Breakers:
    """Looks every two seconds; the first fuse that blows ends the run with its reason."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        settings = crawler.settings
        self._seconds = settings.getfloat("CERTMARK_MAX_SECONDS")
        self._free_mb = settings.getfloat("CERTMARK_MIN_FREE_MB")
        self._rate = settings.getfloat("CERTMARK_ERROR_RATE")
        self._window = settings.getint("CERTMARK_ERROR_WINDOW")
        self._folder = settings.get("CERTMARK_FOLDER")
        self._parent = settings.getint("CERTMARK_PARENT", 0)
        self._patience = settings.getfloat("DOWNLOAD_TIMEOUT") * STILL
        self._hours = settings.get("CERTMARK_WINDOW")
        self._loop = LoopingCall(self._look)
        crawler.signals.connect(self._opened, signal=signals.spider_opened)
        crawler.signals.connect(self._closed, signal=signals.spider_closed)
        crawler.signals.connect(self._broke, signal=signals.spider_error)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Breakers:
        """Scrapy's way to make one."""
        return cls(crawler)

    def _opened(self, spider: Spider) -> None:
        self._began = self._moved = time.monotonic()
        self._requests = 0
        self._loop.start(EVERY, now=True)

    def _closed(self, spider: Spider) -> None:
        if self._loop.running:
            self._loop.stop()

    def _broke(self, failure: Any, response: Any, spider: Any) -> None:
        """Our own code failed on an answer: the address is given up with the error, the run goes on."""
        claimed = getattr(response, "meta", {}).get("claimed")  # a failure has none: the frontier knows of it
        if claimed is not None:
            spider.frontier.failed(claimed, f"certmark could not read it: {failure.type.__name__}: {failure.value}")

    def _look(self) -> None:
        reason = self._blown()
        if reason:
            self._loop.stop()
            self.crawler.spider.stopped = reason  # type: ignore[union-attr]
            deferred_from_coro(self.crawler.engine.close_spider_async(reason="breaker"))  # type: ignore[union-attr]

    def _blown(self) -> str | None:
        now = time.monotonic()
        frontier = self.crawler.spider.frontier  # type: ignore[union-attr]
        if self._parent and os.getppid() != self._parent:
            return "the process that started the crawl is gone"
        if frontier.broken:
            return str(frontier.broken)
        if self._seconds and now - self._began > self._seconds:
            return f"time is up: {self._seconds:.0f} s"
        if not in_window(datetime.now(CHINA).time(), self._hours):
            return f"outside the window {self._hours}"
        free = self._free()
        if free is not None and free < self._free_mb:
            return f"disk nearly full: {free:.0f} MB free in {self._folder}, at least {self._free_mb:.0f} MB wanted"
        recent = list(frontier.outcomes)[-self._window :]
        if len(recent) >= self._window and len({site for site, _ in recent}) >= SITES:
            bad = sum(failed for _, failed in recent)
            if bad >= self._rate * len(recent):
                return f"{bad} of the last {len(recent)} answers failed: is the network down?"
        if frontier.requests != self._requests:
            self._requests, self._moved = frontier.requests, now
        elif self.crawler.engine.scheduler.waits():  # type: ignore[union-attr]
            self._moved = now  # a site asked us to come back later
        elif now - self._moved > self._patience:
            self._moved = now
            frontier.lost()
        return None

    def _free(self) -> float | None:
        if not self._folder:
            return None
        try:
            return shutil.disk_usage(Path(self._folder)).free / 1e6
        except OSError:
            return None
