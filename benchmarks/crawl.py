"""How fast a crawl is against scrapy's own bare spider on the same loopback sites, and what a second run costs.

    python benchmarks/crawl.py [--sites 300] [--pages 30] [--latency 0.02] [--out figures.json]

Sites answer with a latency, some with errors and walls. Ours reads, judges and keeps everything, writes WARC files and packs a bundle for
each finding; the bare spider only follows links. Figures are ratios to the bare spider on the same machine, run before and after, so
that they mean the same on any machine; on one that others use too they still waver by a tenth.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
WORDS = "公司产品质量服务客户生产设备技术发展管理标准检验工艺材料市场经营品牌规模专业团队".encode()
COMMON = {
    "CONCURRENT_REQUESTS": 64,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 2,
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": False,
    "DOWNLOAD_TIMEOUT": 10,
    "RETRY_TIMES": 1,
    "LOG_LEVEL": "ERROR",
}


@cache
def page(site: int, number: int, pages: int) -> bytes:
    """An invented firm's page of about 9 kB; every fifth speaks of certification, and one site in ten says what gives a finding."""
    chance = random.Random(site * 1000 + number)
    words = WORDS.decode()
    paragraphs = ["<p>" + "".join(chance.choices(words, k=120)) + "。</p>" for _ in range(20)]
    if number % 5 == 1:
        paragraphs.insert(3, f"<p>公司通过ISO 9001质量管理体系认证，证书编号00024Q{site:04d}{number % 10}R0M。</p>")
    if number == 2 and site % 10 == 3:
        paragraphs.insert(3, "<p>本产品通过ISO9001认证。</p>")
    links = "".join(
        f'<li><a href="/p{(number + k) % pages}.html">第{(number + k) % pages}页</a></li>' for k in (1, 2, 3, 7)
    )
    links += '<li><a href="/honour.html">资质荣誉</a></li><li><a href="/missing.html">旧闻</a></li>'
    return (
        f'<html><head><meta charset="utf-8"><title>示例{site}号有限公司</title></head><body><ul>{links}</ul>'
        f"<h1>第{number}页</h1>{''.join(paragraphs)}<div id=footer>版权所有 示例{site}号有限公司</div></body></html>"
    ).encode()


async def serve(sites: int, pages: int, latency: float) -> None:
    """Answers for every host on one port; prints the port. Every 50th site is a wall, every 25th answers some pages with 500."""
    asked = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                asked += 1
                lines = head.decode("latin-1").split("\r\n")
                path = lines[0].split(" ")[1]
                headers = {
                    n.lower(): v.strip() for n, _, v in (line.partition(":") for line in lines[1:] if ":" in line)
                }
                site = int(headers["host"].split(".")[0][1:])
                await asyncio.sleep(latency)
                status, body = reply(site, path, asked)
                etag = f'"{site}-{path}"'
                if status == 200 and headers.get("if-none-match") == etag:
                    status, body = 304, b""
                writer.write(
                    f"HTTP/1.1 {status} X\r\nContent-Type: text/html; charset=utf-8\r\nETag: {etag}\r\n"
                    f"Content-Length: {len(body)}\r\n\r\n".encode()
                    + body
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def reply(site: int, path: str, count: int) -> tuple[int, bytes]:
        if path == "/asked":
            return 200, str(count - 1).encode()
        if path in ("/robots.txt", "/sitemap.xml", "/missing.html"):
            return 404, b"<h1>404 Not Found</h1>"
        if site % 50 == 49:
            return 403, "<html><title>安全验证</title><body>请完成验证码后继续访问</body></html>".encode()
        number = 1 if path == "/honour.html" else int(path[2:-5]) if path.startswith("/p") else 0
        if site % 25 == 7 and number % 10 == 9:
            return 500, b"<h1>error</h1>"
        return 200, page(site, number, pages)

    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=1000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


BARE = """
import json, sys
from scrapy import Spider, Request
from scrapy.crawler import CrawlerProcess
from scrapy.linkextractors import LinkExtractor
from scrapy.resolver import CachingThreadedResolver
from twisted.internet import defer
order = json.load(sys.stdin)
class Loopback(CachingThreadedResolver):
    def getHostByName(self, name, timeout=()):
        return defer.succeed("127.0.0.1")
class Bare(Spider):
    name = "bare"
    async def start(self):
        for url in order["urls"]:
            yield Request(url)
    links = LinkExtractor()
    def parse(self, response):
        for link in self.links.extract_links(response):
            yield Request(link.url)
process = CrawlerProcess(order["settings"] | {"DNS_RESOLVER": Loopback})
crawler = process.create_crawler(Bare)
process.crawl(crawler)
process.start()
print(crawler.stats.get_value("downloader/response_count"), crawler.stats.get_value("downloader/response_status_count/200"))
"""


@contextmanager
def server(sites: int, pages: int, latency: float) -> Iterator[int]:
    """The port of a server in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, __file__, "--serve", "--sites", str(sites), "--pages", str(pages), "--latency", str(latency)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def bare(urls: list[str]) -> tuple[float, int]:
    """(seconds, pages with status 200) of the bare spider."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", BARE],
        input=json.dumps({"urls": urls, "settings": COMMON}),
        capture_output=True,
        text=True,
        check=True,
    )
    return time.perf_counter() - began, int(done.stdout.split()[-1])


class Memory:
    """Megabytes of this process and of the fetching one, looked at as pages come (Linux)."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, int]] = []
        self._pages = 0

    def look(self, event: dict[str, Any]) -> None:
        """Every hundred pages."""
        self._pages += event["event"] == "visit"
        if self._pages % 100 == 1 and event["event"] == "visit":
            child = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
            self.seen.append((_megabytes(os.getpid()), max((_megabytes(int(pid)) for pid in child), default=0)))

    def growth(self) -> list[tuple[int, int]]:
        """At a quarter, a half and the end of the run."""
        last = len(self.seen) - 1
        return [self.seen[last * quarter // 4] for quarter in (1, 2, 4)]


def _megabytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS:")), 0)


def ours(urls: list[str], port: int, store_path: Path, memory: Memory) -> tuple[float, Any, int]:
    """(seconds, summary, bundles) of one crawl with reading, judging and evidence on."""
    from compliance.checking.session import open_check
    from compliance.sample import PLANTED
    from compliance.store.session import open_store
    from crawler.evidence import pack_run
    from crawler.run import crawl
    from crawler.targets import Target

    hosts = {url.split("/")[2].split(":")[0]: f"http://127.0.0.1:{port}" for url in urls}
    targets = [Target(f"示例{i}号有限公司", None, (url,)) for i, url in enumerate(urls)]
    began = time.perf_counter()
    with open_store(store_path) as store, open_check(register=str(PLANTED), as_of=date(2026, 11, 23)) as checked:
        folder = store_path.parent / "evidence"
        summary = crawl(
            targets,
            store,
            judge=checked.check,
            on_event=memory.look,
            hosts=hosts,
            settings=COMMON | {"CERTMARK_RETRY_PAUSE": 0.05, "CERTMARK_SCREENSHOTS": 0},
            evidence=folder,
        )
        packed = pack_run(store, checked, summary.run, folder)
    return time.perf_counter() - began, summary, len(packed.bundles)


def main() -> None:
    """Runs the three crawls and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=300)
    parser.add_argument("--pages", type=int, default=30)
    parser.add_argument("--latency", type=float, default=0.02)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve:
        asyncio.run(serve(args.sites, args.pages, args.latency))
        return
    os.environ["CERTMARK_ALLOW_LOOPBACK"] = "1"
    sys.path.insert(0, str(ROOT))
    with server(args.sites, args.pages, args.latency) as port, tempfile.TemporaryDirectory() as folder:
        urls = [f"http://s{i}.bench.example:{port}/" for i in range(args.sites)]
        bare_seconds, bare_pages = bare(urls)
        memory = Memory()
        seconds, first, bundles = ours(urls, port, Path(folder) / "crawl.db", memory)
        after_seconds, after_pages = bare(urls)
        again_seconds, second, _ = ours(urls, port, Path(folder) / "crawl.db", Memory())
    bare_speed = (bare_pages + after_pages) / (bare_seconds + after_seconds)
    requests = [sum(s.requests for s in run.sites) for run in (first, second)]
    figures = {
        "sites": args.sites,
        "pages": first.pages,
        "bare_pages_per_second": round(bare_speed, 1),
        "bare_before_and_after": [round(bare_pages / bare_seconds, 1), round(after_pages / after_seconds, 1)],
        "pages_per_second": round(first.pages / seconds, 1),
        "ratio_to_bare": round(first.pages / seconds / bare_speed, 2),
        "second_run_requests": round(requests[1] / requests[0], 3),
        "second_run_seconds": round(again_seconds, 1),
        "blocked_sites": sum(s.state == "blocked" for s in first.sites),
        "failed_addresses": sum(s.failed for s in first.sites),
        "same_findings": first.findings == second.findings,
        "findings": first.findings,
        "bundles": bundles,
        "warc_files": len(first.evidence),
        "megabytes_judging_and_fetching_at_a_quarter_half_end": memory.growth(),
    }
    text = json.dumps(figures, indent=1)
    print(text)
    if args.out:
        args.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
