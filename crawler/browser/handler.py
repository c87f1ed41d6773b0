"""Scrapy's door to the browser: a request that asks for it goes to Chromium (scrapy-playwright), every other one to our own handler."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.browser.gate import Gate
from crawler.browser.launch import NEVER, SECONDS, context_options, launch_options
from crawler.guard import GuardedHandler

TEXT_SECONDS = 5  # for its scripts to show text
TEXT = "() => document.body && document.body.innerText.trim().length > 60"
RENDERED = "rendered"  # flag of a response the browser made


class BrowserHandler(GuardedHandler):
    """http and https; `meta["playwright"]` sends a request to the browser, which is started with the first of them."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._browser: Any = None
        self._gate: Gate | None = None

    async def download_request(self, request: Request) -> Response:
        """The answer. Of the browser: the page as its scripts made it, in UTF-8, flagged `rendered`, with a picture in
        `meta["screenshot"]`; when the browser fails, `meta["static"]` again, the answer without it."""
        if not request.meta.get("playwright"):
            return await super().download_request(request)
        from playwright.async_api import Error

        try:
            return await self._rendered(request)
        except (Error, OSError, TimeoutError) as error:
            static: Response = request.meta["static"]
            request.meta["unrendered"] = str(error).split("\n")[0]
            return static.replace(flags=[*static.flags, "unrendered"])

    async def _rendered(self, request: Request) -> Response:
        from playwright.async_api import Error

        browser = await self._started()
        request.meta["playwright_include_page"] = True
        request.meta["playwright_context"] = f"page-{request.meta['claimed'].id}"  # nothing stays from page to page
        request.meta["playwright_context_kwargs"] = context_options(self._crawler.settings)
        request.meta["playwright_page_goto_kwargs"] = {"wait_until": "load", "timeout": SECONDS * 1000}
        try:
            answer = await browser._download_request(request, self._crawler.spider)
            page = request.meta["playwright_page"]
            with suppress(Error):  # a page without words in time is what it is
                await page.wait_for_function(TEXT, timeout=TEXT_SECONDS * 1000)
            html = (await page.content()).encode("utf-8", "replace")
            with suppress(Error):
                request.meta["screenshot"] = await page.screenshot(type="png", timeout=SECONDS * 1000)
            request.meta["browser"] = f"Chromium {browser.browser.version}"
            if len(html) > self._default_maxsize:
                raise OSError(f"the page has {len(html)} bytes, more than {self._default_maxsize}")
            headers = answer.headers.copy()
            headers["Content-Type"] = "text/html; charset=utf-8"
            return answer.replace(body=html, headers=headers, flags=[RENDERED])
        finally:
            opened = request.meta.pop("playwright_page", None)
            if opened is not None:
                with suppress(Error):
                    await opened.context.close()

    async def _started(self) -> Any:
        if self._browser is None:
            from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

            settings = self._crawler.settings
            self._gate = Gate(settings.getdict("CERTMARK_HOSTS"), settings.getbool("CERTMARK_ALLOW_LOOPBACK"))
            port = await self._gate.open()
            browser = ScrapyPlaywrightDownloadHandler(self._crawler)
            browser.abort_request = lambda asked: asked.resource_type in NEVER
            browser.config.launch_options = launch_options(settings, port)
            await browser._launch()
            self._browser = browser
        return self._browser

    async def close(self) -> None:
        """The browser and its gate too."""
        if self._browser is not None:
            await self._browser._close()
        if self._gate is not None:
            self._gate.close()
        await super().close()
