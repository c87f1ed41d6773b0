"""The rejects file (未读入的行): a CSV with line, reason and row for each row that was refused or taken in with a remark."""

from __future__ import annotations

import csv
from pathlib import Path
from types import TracebackType
from typing import Any

from compliance.register.files import RegisterFileError
from compliance.register.imports import Reject

HEADINGS = ("line", "taken", "reason", "what_to_do", "row")


class RejectsFile:
    """Written only when there is something to write. `path` is None as long as nothing was.

    A list that can't be written stops the import (RegisterFileError): no refused row may vanish. After `all_read`, when the rows are on
    their way into the store, it stops nothing any more; `fault` then says what happened.
    """

    def __init__(self, path: Path | None) -> None:
        self._target = path
        self.path: Path | None = None
        self.refused = self.remarked = 0
        self.first: list[Reject] = []  # the first few, for the terminal
        self.fault: str | None = None
        self._all_read = False
        self._file: Any = None
        self._writer: Any = None

    def __enter__(self) -> RejectsFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            try:
                self._file.close()
            except OSError as fault:  # what is lost then was lost by the error that is on its way
                if error is None:
                    self._failed(fault)

    def all_read(self) -> None:
        """All rows were read: what is to be written of them is written now, before the store takes them for good."""
        if self._file:
            try:
                self._file.flush()
            except OSError as error:
                self._failed(error)
        self._all_read = True

    def _failed(self, error: OSError) -> None:
        said = f"{self._target}: the list of refused rows can't be written ({error.strerror})"
        if not self._all_read:
            raise RegisterFileError(
                f"{said}. Nothing was changed, what was in is whole; free room, or name another place with --rejects, and do it again"
            ) from error
        self.fault = f"{said}; the rows are in, but the list is not whole"

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
        try:
            self._put(self._target, reject)
        except OSError as error:
            self._failed(error)

    def _put(self, target: Path, reject: Reject) -> None:
        if self._file is None:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._file = target.open("w", encoding="utf-8-sig", newline="")
            self._writer = csv.writer(self._file)
            self._writer.writerow(HEADINGS)
            self.path = target
        row = "'" + reject.raw if reject.raw.startswith(("=", "+", "-", "@", "\t")) else reject.raw
        self._writer.writerow((reject.line, "yes" if reject.kept else "no", reject.reason, reject.fix, row))
