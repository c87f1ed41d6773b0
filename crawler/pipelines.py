"""Items to the store: the answer, the end of its request and the addresses it led to go in together or not at all."""

from __future__ import annotations

from scrapy.crawler import Crawler

from crawler.items import FetchedItem


class KeepAnswer:
    """Writes each item through the spider's frontier and says it to the log."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> KeepAnswer:
        """Scrapy's way to make one."""
        return cls(crawler)

    def process_item(self, item: FetchedItem) -> FetchedItem:
        """Keep one answer. Errors of the store end the run: nothing may be lost without a word."""
        self.crawler.spider.frontier.finished(item.request, item.answer, item.found)
        return item
