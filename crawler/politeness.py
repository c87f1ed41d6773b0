"""Being a good guest: robots.txt as RFC 9309 reads it, Crawl-delay, a pause that grows with a slow host, Retry-After, nights only."""

from __future__ import annotations

from datetime import UTC, datetime, time
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response

from crawler.guard import refusal_in

LONGEST_CRAWL_DELAY = 60.0  # seconds; a longer one is obeyed as this long
LONGEST_WAIT = 600.0  # seconds of Retry-After that we wait for within a run


class RobotsForbid(IgnoreRequest):
    """robots.txt forbids the address, or couldn't be read and so forbids all (RFC 9309 section 2.3.1.4)."""


class RobotsUnreachable(IgnoreRequest):
    """No answer came for robots.txt, so the site can't be asked: it is down, or its address is refused."""


class RobotsMiddleware(RobotsTxtMiddleware):
    """robots.txt: 2xx is read, 4xx means no rules, 5xx or no answer means that nothing may be asked."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._unreadable: dict[str, str] = {}  # netloc → status in words
        self._unreachable: dict[str, str] = {}  # netloc → why
        self._asked_over: dict[str, str] = {}  # netloc → http or https

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:
        """Raises RobotsForbid where the site doesn't want us, RobotsUnreachable where nobody answers."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        scheme, netloc = urlsplit(request.url)[:2]
        if netloc in self._unreachable and self._asked_over[netloc] != scheme:
            del self._unreachable[netloc], self._parsers[netloc]  # silent over http says nothing of https
        if netloc not in self._parsers:
            self._asked_over[netloc] = scheme
        rules = await self.robot_parser(request)
        if netloc in self._unreachable:
            raise RobotsUnreachable(self._unreachable[netloc])
        if netloc in self._unreadable:
            raise RobotsForbid(f"robots.txt could not be read ({self._unreadable[netloc]}): nothing is asked")
        self._keep_pause(request, netloc)
        if rules is not None and not rules.allowed(request.url, self._robotstxt_useragent):
            raise RobotsForbid("robots.txt forbids it")

    def _keep_pause(self, request: Request, netloc: str) -> None:
        """Crawl-delay is the least pause on the host; robots.txt itself has made the downloader's slot for it."""
        wanted = self.crawler.spider.crawl_delays.get(netloc)  # type: ignore[union-attr]
        slot = self.crawler.engine.downloader.slots.get(urlsplit(request.url).hostname)  # type: ignore[union-attr]
        if wanted and slot is not None:
            slot.delay, slot.jitter = max(slot.delay, wanted), 0.0

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500:
            self._unreadable[netloc] = f"status {response.status}"
        body = response.body if 200 <= response.status < 300 else b""
        await super()._parse_robots(response.replace(body=body), netloc, request)
        site = request.meta.get("claimed")
        if site is not None:
            rules = Protego.parse(body.decode("utf-8", "replace")[:500_000])
            delay = rules.crawl_delay(self._robotstxt_useragent)
            self.crawler.spider.frontier.robots_read(site.site_id, tuple(rules.sitemaps)[:20], request.url)
            if delay:
                self.crawler.spider.crawl_delays[netloc] = min(float(delay), LONGEST_CRAWL_DELAY)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        words = str(exc).split("\n")[0]
        self._unreachable[netloc] = refusal_in(exc) or f"{type(exc).__name__}: {words} (robots.txt)"
        super()._robots_error(exc, netloc)


class Throttle(AutoThrottle):
    """AutoThrottle that never goes below the pause robots.txt asks for."""

    def _adjust_delay(self, slot: Any, latency: float, response: Response) -> None:
        super()._adjust_delay(slot, latency, response)
        wanted = self.crawler.spider.crawl_delays.get(urlsplit(response.url).netloc)
        if wanted:
            slot.delay = max(slot.delay, wanted)


def wait_of(response: Response, now: datetime | None = None) -> float | None:
    """Seconds that Retry-After asks for (a number or a date), at most LONGEST_WAIT; None when it says nothing readable."""
    text = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if not text:
        return None
    if text.isdigit():
        return min(float(text[:9]), LONGEST_WAIT)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return min(max(0.0, (when - (now or datetime.now(UTC))).total_seconds()), LONGEST_WAIT)


def in_window(now: time, window: str | None) -> bool:
    """Whether a clock time lies in a window written `22:00-06:00` (Asia/Shanghai, over midnight too; the end is not in it). None: always."""
    if not window:
        return True
    start, end = (time.fromisoformat(part.strip()) for part in window.split("-", 1))
    return start <= now < end if start <= end else now >= start or now < end
