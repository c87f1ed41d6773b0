"""The process that fetches (`python -m crawler.worker`): scrapy and its reactor live here, apart from the reading of pages.

Its order comes as one JSON object on standard input, what happens goes out as JSON lines on standard output. A reactor can't be
started twice in one process, and a page that is hard to read must not hold up the sockets: hence two processes and one store.
"""

from __future__ import annotations

import gc
import json
import logging
import sys
from collections.abc import Callable
from typing import Any

from scrapy import signals
from scrapy.crawler import CrawlerProcess
from scrapy.settings import Settings

from compliance.store import runs
from compliance.store.session import open_store
from crawler import settings as defaults
from crawler.frontier import Frontier
from crawler.log import say
from crawler.spiders.company import CompanySpider
from crawler.work import Bounds

GARBAGE = 20_000  # objects made before the collector looks: each answer makes hundreds, nearly all of them gone with it


def work(order: dict[str, Any]) -> None:
    """Works on the run until nothing waits or a fuse blows. The order: store, run, settings."""
    settings = settings_of(order)
    with open_store(order["store"]) as store:
        runs.adopt_run(store, order["run"])
        fetch(Frontier(store, order["run"], bounds_of(settings)), settings)


def settings_of(order: dict[str, Any]) -> Settings:
    """Scrapy's settings: the project's, with the order's over them."""
    settings = Settings()
    settings.setmodule(defaults, priority="project")
    settings.setdict(order["settings"], priority="cmdline")
    return settings


def fetch(frontier: Frontier, settings: Settings, opened: Callable[[], None] = lambda: None) -> None:
    """Runs scrapy over the frontier to its end, and says why it ended. `opened`: called once the reactor runs."""
    process = CrawlerProcess(settings)
    logging.getLogger("scrapy").setLevel(logging.WARNING)  # its constructor set DEBUG: a record for each request
    # What fails is named once, in the summary: not a second time by the parts of scrapy that met it.
    for name in ("scrapy.downloadermiddlewares", "scrapy.core.downloader"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    crawler = process.create_crawler(CompanySpider)
    crawler.signals.connect(opened, signal=signals.spider_opened, weak=False)
    process.crawl(crawler, frontier=frontier)
    gc.collect()
    gc.freeze()  # what was imported stays: the collector need not look there again
    gc.set_threshold(GARBAGE, 20, 20)
    process.start()
    stopped = getattr(crawler.spider, "stopped", None)
    reason = crawler.stats.get_value("finish_reason") if crawler.stats else None
    if not stopped and reason != "finished":
        stopped = f"interrupted ({reason or 'the crawl did not start'})"
    if not stopped:
        frontier.lost()
    say("end", stopped=stopped, requests=frontier.requests, pages=frontier.pages)


def bounds_of(settings: Settings) -> Bounds:
    """The frontier's bounds from the settings."""
    return Bounds(
        pages=settings.getint("CERTMARK_PAGES_PER_SITE"),
        pictures=settings.getint("CERTMARK_PICTURES_PER_SITE"),
        depth=settings.getint("CERTMARK_DEPTH"),
        open_sites=settings.getint("CERTMARK_OPEN_SITES"),
        per_site=settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"),
        at_once=settings.getint("CONCURRENT_REQUESTS"),
        failures=settings.getint("CERTMARK_SITE_FAILURES"),
        fresh=settings.getbool("CERTMARK_FRESH"),
    )


def log_to_stderr() -> None:
    """Warnings and errors of the libraries, for people."""
    handler = logging.StreamHandler()
    handler.setLevel(logging.WARNING)  # scrapy sets its loggers to DEBUG itself
    logging.basicConfig(handlers=[handler], format="%(levelname)s %(name)s: %(message)s")


if __name__ == "__main__":
    log_to_stderr()
    work(json.load(sys.stdin))
