"""The rejects file (未读入的行): a CSV with line, reason and row for each row that was refused or taken in with a remark."""

from __future__ import annotations

import csv
from pathlib import Path
from types import TracebackType
from typing import Any

from compliance.register.imports import Reject

HEADINGS = ("line", "taken", "reason", "what_to_do", "row")


class RejectsFile:
    """Written only when there is something to write. `path` is None as long as nothing was."""

    def __init__(self, path: Path | None) -> None:
        self._target = path
        self.path: Path | None = None
        self.refused = self.remarked = 0
        self.first: list[Reject] = []  # the first few, for the terminal
        self._file: Any = None
        self._writer: Any = None

    def __enter__(self) -> RejectsFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()

    def write(self, reject: Reject) -> None:
        """One line; cells that a spreadsheet would take for a formula are quoted."""
        if reject.kept:
            self.remarked += 1
        else:
            self.refused += 1
        if len(self.first) < 5:
            self.first.append(reject)
        if self._target is None:
            return
        if self._file is None:
            self._target.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._target.open("w", encoding="utf-8-sig", newline="")
            self._writer = csv.writer(self._file)
            self._writer.writerow(HEADINGS)
            self.path = self._target
        row = "'" + reject.raw if reject.raw.startswith(("=", "+", "-", "@", "\t")) else reject.raw
        self._writer.writerow((reject.line, "yes" if reject.kept else "no", reject.reason, reject.fix, row))
