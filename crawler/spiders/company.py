"""The one spider (抓取企业网站): an answer in, what is to be kept and followed out. Targets, order and bounds are the frontier's."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import Response
from twisted.python.failure import Failure

from compliance.reading.glance import glance_of
from compliance.reading.open import page_of_bytes
from compliance.store.pages import Answer, Rendered
from compliance.store.runs import Claimed, NewRequest
from crawler.addresses import host_key
from crawler.browser.handler import RENDERED
from crawler.browser.launch import program_of
from crawler.frontier import Frontier
from crawler.guard import refusal_in
from crawler.items import FetchedItem
from crawler.keptout import kept_out
from crawler.likeness import likeness_of
from crawler.links import found_on
from crawler.listed import is_list, listed_in
from crawler.middlewares import LeftSite
from crawler.politeness import RobotsForbid, RobotsUnreachable

HTML = ("text/html", "application/xhtml", "text/plain", "application/xml", "text/xml")
SILENT = (CannotResolveHostError, DownloadConnectionRefusedError, DownloadFailedError, DownloadTimeoutError)
# Content types of documents and pictures, whatever the address looks like.
TYPES = {"application/pdf": "document", "application/vnd.openxmlformats-officedocument.wordprocessingml": "document"}


class CompanySpider(Spider):
    """Walks the sites of the run's frontier."""

    name = "company"

    def __init__(self, frontier: Frontier, **rest: Any) -> None:
        super().__init__(**rest)
        self.frontier = frontier
        self.crawl_delays: dict[str, float] = {}  # host → seconds, from robots.txt
        self._rendered: Counter[int] = Counter()  # site → pages shown to the browser

    async def start(self) -> AsyncIterator[Request]:
        """Nothing to start with: every address waits in the frontier."""
        return
        yield

    def parse(self, response: Response) -> Iterator[FetchedItem | Request]:
        """One answer: what it is, whether it's the page asked for, where it leads. A shell without words may go to the browser first."""
        claimed: Claimed = response.meta["claimed"]
        kind = _kind(claimed, response)
        blocked = like = None
        new: tuple[NewRequest, ...] = ()
        if 300 <= response.status < 400 and response.status != 304:
            where = _header(response, "Location")[:200]
            self.frontier.failed(claimed, f"redirects to {where!r}, which is no http or https address")
            return
        if kind == "sitemap":
            if response.status == 200:
                new = self.frontier.add_from_sitemap(claimed, *listed_in(response.body))
        elif kind == "page":
            if response.status != 304:
                page = page_of_bytes(
                    response.body, url=response.url, content_type=_header(response, "Content-Type") or None
                )
                glance = glance_of(page)
                blocked = kept_out(response.status, glance)
                like = likeness_of(glance)
                if blocked == "empty_shell" and self._may_render(claimed, response):
                    yield self._to_browser(response)
                    return
                if RENDERED in response.flags and left_by(claimed.url, response.url):
                    self.frontier.moved(claimed, response.url)
                    return
                if not blocked and response.status < 400 and page.html:
                    new = self.frontier.found(claimed, found_on(page.html, response.url), response.url)
        elif response.status in (401, 403, 429):
            blocked = "waf"
        answer = _answer(claimed, kind, response, blocked, self.frontier)
        yield FetchedItem(claimed, replace(answer, like=like), new)

    def _may_render(self, claimed: Claimed, response: Response) -> bool:
        """Whether the browser may be asked: there is one, the run and the site have some left, and it wasn't asked yet."""
        settings = self.crawler.settings
        if response.request is None or response.request.meta.get("playwright") or program_of(settings) is None:
            return False
        of_site = self._rendered[claimed.site_id]
        whole = settings.getint("CERTMARK_BROWSER_PAGES") - sum(self._rendered.values())
        if whole <= 0 or of_site >= settings.getint("CERTMARK_BROWSER_PER_SITE"):
            return False
        self._rendered[claimed.site_id] += 1
        return True

    def _to_browser(self, response: Response) -> Request:
        """The same address once more, in the browser; what the server sent goes with it."""
        meta = {"claimed": response.meta["claimed"], "playwright": True, "static": response}
        return Request(response.url, callback=self.parse, errback=self.failed, dont_filter=True, meta=meta)

    def failed(self, failure: Failure) -> None:
        """No answer: the reason in words, in the frontier."""
        claimed: Claimed = failure.request.meta["claimed"]  # type: ignore[attr-defined]
        if failure.check(RobotsForbid):
            self.frontier.forbidden(claimed, str(failure.value))
        elif failure.check(LeftSite):
            self.frontier.moved(claimed, failure.value.to)
        else:
            refusal = refusal_in(failure.value)
            silent = refusal is None and bool(failure.check(RobotsUnreachable, *SILENT))
            self.frontier.failed(claimed, refusal or _reason(failure), silent)


def _kind(claimed: Claimed, response: Response) -> str:
    """What came, which may be other than what the address promised."""
    if claimed.kind == "sitemap":
        return "sitemap"
    said = _header(response, "Content-Type").lower()
    if response.status >= 400 or response.status == 304 or not said:
        return claimed.kind
    if said.startswith("image/"):
        return "picture"
    kind = next((k for start, k in TYPES.items() if said.startswith(start)), None)
    if kind:
        return kind
    if said.startswith(HTML):
        return "sitemap" if "xml" in said and is_list(response.body) else "page"
    if "rss" in said or "atom" in said:
        return "sitemap"
    return claimed.kind if claimed.kind != "page" else "other"


def _answer(claimed: Claimed, kind: str, response: Response, blocked: str | None, frontier: Frontier) -> Answer:
    static = response.meta.get("static")
    if static is not None:
        return _rendered_answer(_answer(claimed, kind, static, blocked, frontier), static, response)
    headers = response.meta.get("headers_as_sent") or [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    ]
    return Answer(
        kind=kind,
        url=response.url,
        asked=claimed.url,
        captured_at=datetime.now(UTC),
        status=response.status,
        headers=tuple(headers),
        body=None if response.status == 304 else response.body,
        ip=str(response.ip_address) if response.ip_address else None,
        blocked=blocked,
        words=claimed.words,
        near=claimed.near,
        parent=claimed.parent,
        host=frontier.host_of(claimed),
        fingerprint=claimed.fingerprint,
        priority=claimed.priority,
        depth=claimed.depth,
        request=(("Host", urlsplit(response.url).netloc), *response.meta.get("headers_sent", ())),
        tls=_tls(response),
        packed=response.meta.get("body_as_sent"),
    )


def _rendered_answer(answer: Answer, static: Response, response: Response) -> Answer:
    """What the server sent, with the page the browser made of it in place of the body."""
    if RENDERED not in response.flags:
        return answer
    sent = answer.packed if answer.packed is not None else static.body
    made = Rendered(response.meta["browser"], response.meta.get("screenshot"))
    return replace(answer, url=response.url, body=response.body, packed=sent, rendered=made)


def left_by(asked: str, now: str) -> bool:
    """Whether a page's scripts went to another host."""
    return host_key(urlsplit(asked).netloc) != host_key(urlsplit(now).netloc)


def _tls(response: Response) -> dict[str, str] | None:
    """The server's certificate: whom it names, who signed it, its days and its fingerprint."""
    if response.certificate is None:
        return None
    x509 = response.certificate.original.to_cryptography()
    return {
        "subject": x509.subject.rfc4514_string(),
        "issuer": x509.issuer.rfc4514_string(),
        "not_before": x509.not_valid_before_utc.isoformat(),
        "not_after": x509.not_valid_after_utc.isoformat(),
        "sha256": response.certificate.digest("sha256").decode().replace(":", "").lower(),
    }


def _header(response: Response, name: str) -> str:
    return (response.headers.get(name) or b"").decode("latin-1")


def _reason(failure: Failure) -> str:
    words = str(failure.value).split("\n")[0].strip()
    kind = type(failure.value).__name__
    if failure.check(IgnoreRequest):
        return words or "not asked"
    return f"{kind}: {words}" if words else kind
