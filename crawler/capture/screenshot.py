"""How a page looked (截图): after the crawl the kept bytes of pages that speak of certification are shown to Chromium, and its picture kept.

The browser gets the very bytes that were judged in place of the address; what they call for (styles, pictures, scripts) it fetches through
the gate. It can't go on to another page. A picture is evidence of looks only: what was read are the bytes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scrapy.settings import Settings

from compliance.reading.fault import Fault
from compliance.records import Page as Record
from compliance.store import pages
from compliance.store.screenshots import Shot, save_shot, shots_taken, without_shot
from compliance.store.session import Store
from crawler import settings as defaults
from crawler.browser.gate import Gate
from crawler.browser.launch import NEVER, SECONDS, context_options, launch_options, program_of
from crawler.page import page_of_visit

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, Route

    from compliance.store.pages import StoredVisit

AT_ONCE = 2
WIDTH, HEIGHT, LONGEST = 1280, 900, 12_000  # of the picture, in pixels
MOST = 16_000_000  # bytes of a picture


@dataclass(slots=True)
class Shots:
    """What became of the pictures. `left`: pages without one because the run's number was spent."""

    taken: int = 0
    left: int = 0
    faults: list[Fault] = field(default_factory=list)


def shots_of_run(store: Store, run_id: str, overrides: Mapping[str, Any], site_id: int | None = None) -> Shots:
    """Pictures of the run's pages (those of one site of it) with findings first, then of those with claims: of pages that have none yet,
    at most CERTMARK_SCREENSHOTS in the whole run. Workers that look at once may go over it by a site each. Without a browser: none."""
    settings = Settings()
    settings.setmodule(defaults, priority="project")
    settings.setdict(dict(overrides), priority="cmdline")
    if settings.getint("CERTMARK_SCREENSHOTS") <= 0 or program_of(settings) is None:
        return Shots()
    visits = [one.visit for some in pages.evidence_of(store, run_id, site_id).values() for one in some if one.findings]
    visits += [visit for some in pages.visits_with_claims(store, run_id, site_id).values() for visit in some]
    most = settings.getint("CERTMARK_SCREENSHOTS") - (0 if site_id is None else shots_taken(store, run_id))
    return _take_shots(store, list(dict.fromkeys(visits)), settings, max(0, most))


def _take_shots(store: Store, visits: Sequence[int], settings: Settings, most: int) -> Shots:
    wanted = without_shot(store, visits)
    shots = Shots(left=max(0, len(wanted) - most))
    if wanted[:most]:
        asyncio.run(_take(store, wanted[:most], settings, shots))
    return shots


async def _take(store: Store, wanted: Sequence[int], settings: Settings, shots: Shots) -> None:
    from playwright.async_api import Error, async_playwright

    gate = Gate(settings.getdict("CERTMARK_HOSTS"), settings.getbool("CERTMARK_ALLOW_LOOPBACK"))
    port = await gate.open()
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(**launch_options(settings, port))
            queue = iter(wanted)

            async def work() -> None:
                for visit_id in queue:
                    visit = pages.visit_of(store, visit_id)
                    try:
                        png = await _shot(browser, visit, settings)
                    except (Error, OSError) as error:  # TimeoutError is one
                        why = str(error).split("\n")[0]
                        shots.faults.append(Fault(visit.url, f"no screenshot: {why}", "the bundle says so too"))
                        continue
                    save_shot(
                        store, visit.url, visit.sha256, Shot(png, f"Chromium {browser.version}", datetime.now(UTC))
                    )
                    shots.taken += 1

            await asyncio.gather(*(work() for _ in range(AT_ONCE)))
            await browser.close()
    except (Error, OSError) as error:
        why = str(error).split("\n")[0]
        shots.faults.append(
            Fault("Chromium", f"no screenshots: {why}", "name another program in CERTMARK_BROWSER, or none")
        )
    finally:
        gate.close()


async def _shot(browser: Browser, visit: StoredVisit, settings: Settings) -> bytes:
    """The whole page, as long as LONGEST. Raises playwright's Error, OSError."""
    context = await browser.new_context(
        **context_options(settings), viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=1
    )
    try:
        page = await context.new_page()
        await page.route("**/*", _answerer(page, visit))
        from playwright.async_api import Error

        try:
            await page.goto(visit.url, wait_until="load", timeout=SECONDS * 1000)
        except Error:  # a page that calls for what never comes is shown as far as it is
            if page.url == "about:blank":
                raise
        tall = HEIGHT
        with suppress(Error):
            tall = int(await page.evaluate("document.documentElement.scrollHeight"))
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": max(HEIGHT, min(tall, LONGEST))}
        png = await page.screenshot(type="png", full_page=True, clip=clip, timeout=SECONDS * 1000)
        if len(png) > MOST:
            raise OSError(f"the picture has {len(png)} bytes, more than {MOST}")
        return png
    finally:
        await context.close()


def _answerer(page: Page, visit: StoredVisit) -> Any:
    """The address itself is answered with the kept bytes, once; the page goes nowhere else; parts of it come through the gate."""
    served = False
    shown = page_of_visit(visit)
    is_html = isinstance(shown, Record) and shown.html is not None
    charset = shown.encoding if isinstance(shown, Record) and shown.encoding else "utf-8"
    kind = f"text/{'html' if is_html else 'plain'}; charset={charset}"

    async def answer(route: Route) -> None:
        nonlocal served
        asked = route.request
        if asked.is_navigation_request() and asked.frame == page.main_frame:
            if served:
                await route.abort()
                return
            served = True
            await route.fulfill(status=200, body=visit.body, headers={"Content-Type": kind})
        elif asked.resource_type in NEVER:
            await route.abort()
        else:
            await route.continue_()

    return answer
