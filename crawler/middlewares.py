"""Downloader middlewares: redirects stay on the site, retries wait as long as they were asked to, bytes are kept as they came."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware, RedirectMiddleware
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.addresses import host_key
from crawler.politeness import wait_of


class LeftSite(IgnoreRequest):
    """The site sends us to another host; `to` is where."""

    def __init__(self, to: str) -> None:
        super().__init__(f"leads to another host: {to}")
        self.to = to


class _SameSite:
    """Both kinds of redirect: on the same host (with or without www.), over http and https only, a bounded number of times."""

    def _engine_started(self) -> None:
        """No Referer is ever sent, so there is nothing to look for."""

    def handle_referer(self, request: Request, response: Response) -> None:
        request.headers.pop("Referer", None)

    def _redirect(self, redirected: Request, request: Request, reason: Any) -> Request:
        # robots.txt may stand anywhere; a page must stay where the target is.
        if not request.meta.get("dont_obey_robotstxt"):
            asked, now = urlsplit(request.url), urlsplit(redirected.url)
            if host_key(asked.netloc) != host_key(now.netloc):
                raise LeftSite(redirected.url)
        if redirected.url == request.url:
            raise IgnoreRequest("redirects to itself")
        return super()._redirect(redirected, request, reason)  # type: ignore[misc]


class SameSiteRedirect(_SameSite, RedirectMiddleware):
    """3xx with Location."""


class SameSiteRefresh(_SameSite, MetaRefreshMiddleware):
    """<meta http-equiv=refresh>."""


class PatientRetry(RetryMiddleware):
    """Tries again after a pause: what Retry-After asks for, else 5 s, then 25 s."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """The answer, or the request once more."""
        again = super().process_response(request, response)
        if isinstance(again, Request):
            wait = wait_of(response)
            again.meta["not_before"] = time.monotonic() + (wait if wait is not None else self._pause(again))
        return again

    def process_exception(
        self, request: Request, exception: Exception, spider: Spider | None = None
    ) -> Request | Response | None:
        """None, or the request once more."""
        again = super().process_exception(request, exception)
        if isinstance(again, Request):
            again.meta["not_before"] = time.monotonic() + self._pause(again)
        return again

    def _pause(self, again: Request) -> float:
        base = self.crawler.settings.getfloat("CERTMARK_RETRY_PAUSE")
        return base ** again.meta.get("retry_times", 1) if base > 1 else base


class AsReceived:
    """Stands below decompression: remembers the bytes and headers as the server sent them, when they were packed."""

    def process_response(self, request: Request, response: Response) -> Response:
        """The answer, unchanged."""
        request.meta["headers_as_sent"] = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        ]
        request.meta["headers_sent"] = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in request.headers.items()
            for value in values
        ]
        if response.headers.get("Content-Encoding"):
            request.meta["body_as_sent"] = response.body
        return response
