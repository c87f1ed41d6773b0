"""What a worker tells (结构化日志): one JSON object a line with run, site and page, and figures for Prometheus."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from crawler.figures import Figures


class WorkerLog:
    """Takes events of all desks of a worker, from several threads. `log`: file that lines are added to; `metrics`: see crawler.figures.

    A line: at (UTC), event (visit | site | left | fault), run, site, and with a visit its page (`url`) and number (`id`).
    """

    def __init__(self, log: Path | None = None, metrics: Path | None = None) -> None:
        self.figures = Figures(metrics)
        self._lock = threading.Lock()
        self._file: TextIO | None = log.open("a", encoding="utf-8") if log else None

    def __enter__(self) -> WorkerLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
        self.figures.end()

    def event(self, event: dict[str, Any]) -> None:
        """One event of a desk."""
        with self._lock:
            if event["event"] in ("visit", "site", "pictures"):
                self.figures.event(event)
            if self._file is not None:
                line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), **event}
                if event["event"] in ("site", "left"):
                    line["site"] = line.pop("id")
                self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
                self._file.flush()

    def result(self, result: Any) -> None:
        """One page judged."""
        with self._lock:
            self.figures.result(result)
