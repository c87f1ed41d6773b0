"""What a crawl tells while it runs (进度): a line on a terminal, a JSON log, figures in a file."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from compliance.records import PageResult
from crawler.figures import Figures


class Progress:
    """A line on a terminal that counts pages, sites, findings and walls; nothing when piped. Raises OSError where a file can't be written.

    log: one JSON object a line: each page and each site as it ends, with the time. metrics: see crawler.figures.
    """

    def __init__(self, log: Path | None = None, metrics: Path | None = None) -> None:
        self.figures = Figures(metrics)
        self._log = log.open("a", encoding="utf-8") if log else None
        self._shown = sys.stderr.isatty()
        self._bar: Any = None

    def __enter__(self) -> Progress:
        if self._shown:
            from rich.progress import Progress as Bar
            from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

            self._bar = Bar(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), transient=True)
            self._task = self._bar.add_task("crawl")
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()
        if self._log is not None:
            self._log.close()
        self.figures.end()

    def event(self, event: dict[str, Any]) -> None:
        """One event of the fetching process."""
        self.figures.event(event)
        if self._log is not None:
            line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), **event}
            self._log.write(json.dumps(line, ensure_ascii=False) + "\n")
            if event["event"] != "visit":
                self._log.flush()
        self._show()

    def result(self, result: PageResult) -> None:
        """One page judged."""
        self.figures.result(result)
        self._show()

    def _show(self) -> None:
        if self._bar is not None:
            now = self.figures
            words = (
                f"{now.pages} pages ({now.rate:.1f}/s), {sum(now.sites.values())} sites done, "
                f"{sum(now.findings.values())} findings, {sum(now.blocked.values())} blocked"
            )
            if now.to_picture:
                words += f", pictures of {now.pictured}/{now.to_picture} pages"
            self._bar.update(self._task, description=words)
