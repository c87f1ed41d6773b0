"""Figures of a running crawl (运行指标) in the text format of Prometheus, in a file that its textfile collector reads."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import Any

from compliance.records import PageResult

EVERY = 5.0  # seconds between two writes
HELP = {
    "certmark_crawl_pages_total": "pages and documents received",
    "certmark_crawl_blocked_pages_total": "pages that were a wall: captcha, login, firewall …, by reason",
    "certmark_crawl_sites_total": "sites that came to an end, by state",
    "certmark_crawl_judged_total": "pages read and judged",
    "certmark_crawl_pictured_pages_total": "pages judged once more with what their pictures show",
    "certmark_crawl_findings": "distinct findings, by outcome",
    "certmark_crawl_pages_per_second": "since the start",
    "certmark_crawl_started_seconds": "when it started (Unix time)",
    "certmark_crawl_last_event_seconds": "when anything happened last (Unix time)",
    "certmark_crawl_running": "1 while it runs, 0 after its end",
}
COUNTERS = tuple(name for name in HELP if name.endswith("_total"))


class Figures:
    """Takes the crawl's events and results, counts them, writes the file now and then. `path` None: counts only."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.pages = self.judged = self.pictured = 0
        self.to_picture = 0  # pages whose pictures are being looked at
        self.blocked: Counter[str] = Counter()
        self.sites: Counter[str] = Counter()
        self._found: dict[str, str] = {}
        self._began, self._clock = time.time(), time.monotonic()
        self._last, self._written = self._began, float("-inf")
        self._write()

    @property
    def findings(self) -> Counter[str]:
        """Distinct findings by outcome."""
        return Counter(self._found.values())

    @property
    def rate(self) -> float:
        """Pages a second since the start."""
        return self.pages / max(time.monotonic() - self._clock, 0.001)

    def event(self, event: dict[str, Any]) -> None:
        """One event of the fetching process."""
        if event["event"] == "visit":
            self.pages += 1
            if event["blocked"]:
                self.blocked[event["blocked"]] += 1
        elif event["event"] == "site":
            self.sites[event["state"]] += 1
        elif event["event"] == "pictures":
            self.to_picture += event["pages"]
        self._changed()

    def result(self, result: PageResult) -> None:
        """One page judged."""
        self.judged += not result.again
        self.pictured += result.again
        self._found |= {finding.id: finding.outcome for finding in result.findings}
        self._changed()

    def end(self) -> None:
        """The run is over."""
        self._write(running=0)

    def text(self, running: int = 1) -> str:
        """All figures in the text format (version 0.0.4)."""
        values: dict[str, list[tuple[str, float]]] = {
            "certmark_crawl_pages_total": [("", self.pages)],
            "certmark_crawl_blocked_pages_total": [(_label("reason", k), n) for k, n in sorted(self.blocked.items())],
            "certmark_crawl_sites_total": [(_label("state", k), n) for k, n in sorted(self.sites.items())],
            "certmark_crawl_judged_total": [("", self.judged)],
            "certmark_crawl_pictured_pages_total": [("", self.pictured)],
            "certmark_crawl_findings": [(_label("outcome", k), n) for k, n in sorted(self.findings.items())],
            "certmark_crawl_pages_per_second": [("", round(self.rate, 2))],
            "certmark_crawl_started_seconds": [("", round(self._began, 3))],
            "certmark_crawl_last_event_seconds": [("", round(self._last, 3))],
            "certmark_crawl_running": [("", running)],
        }
        lines = []
        for name, found in values.items():
            lines += [f"# HELP {name} {HELP[name]}", f"# TYPE {name} {'counter' if name in COUNTERS else 'gauge'}"]
            lines += [f"{name}{label} {value}" for label, value in found]
        return "\n".join(lines) + "\n"

    def _changed(self) -> None:
        self._last = time.time()
        if time.monotonic() - self._written >= EVERY:
            self._write()

    def _write(self, running: int = 1) -> None:
        """All or nothing: a collector never reads half a file."""
        if self.path is None:
            return
        self._written = time.monotonic()
        half = self.path.with_name(self.path.name + ".part")
        half.write_text(self.text(running), encoding="utf-8")
        half.replace(self.path)


def _label(name: str, value: str) -> str:
    shown = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{{{name}="{shown}"}}'
