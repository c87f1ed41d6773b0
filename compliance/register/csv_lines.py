"""Lines of a CSV file → rows of cells; a quote that is never closed costs its own line, not those after it.

Lines are split some thousands at once, those without quotes straight into columns. Only where a quoted cell runs over lines it shouldn't, or
quotes are misplaced, is a line read by itself, and those behind it are read again.
"""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TextIO

from compliance.register.opened import Bad, Cells, Grid

CELL_LIMIT = 200_000
BLOCK = 1 << 16  # signs read at once, some hundred lines: so few that they stay in the processor's cache
RESTARTS = 500  # after so many faults each line is read by itself: a file of open quotes must not be read over and over
_BREAK = re.compile("\r\n|\r|\n")
_UNFINISHED = "unexpected end of data"  # as csv says it: lines ended inside a quoted cell


class CsvLines:
    """The rows of a CSV file opened with newline="". `width`: cells a row should have, as far as known. `line`: lines done so far."""

    def __init__(self, source: TextIO, delimiter: str, width: int) -> None:
        csv.field_size_limit(CELL_LIMIT)
        self.width, self.line = width, 0
        self._source, self._delimiter = source, delimiter
        self._waiting: deque[str] = deque()  # lines to be read again
        self._restarts = 0
        self._torn = False  # the line before was half a row

    def plain(self) -> Grid | None:
        """The next lines as columns; None when there are none, or one of them needs `take`: then it comes from there."""
        if self._waiting or self._torn or self._restarts > RESTARTS or not (block := self._source.read(BLOCK)):
            return None
        if not block.endswith("\n"):
            block += self._source.readline()
        columns = self._columns_of(block)
        if columns is None:
            self._waiting.extend(io.StringIO(block, newline=""))
            return None
        first, self.line = self.line + 1, self.line + len(columns[0])
        return Grid(range(first, self.line + 1), columns=columns)

    def _columns_of(self, block: str) -> list[Sequence[str]] | None:
        """Whole lines as columns, None when one of them has quotes, another number of cells, or a cell past the limit."""
        if '"' in block:
            return None
        text = (block.replace("\r\n", "\n") if "\r" in block else block).removesuffix("\n")
        lines = text.split("\n")
        if "\r" in text or max(map(len, lines)) > CELL_LIMIT:
            return None
        # each line's first cell keeps the break before it: if all breaks are in the first column, all lines have `width` cells
        cells = text.replace("\n", self._delimiter + "\n").split(self._delimiter)
        if len(cells) != len(lines) * self.width:
            return None
        first = "".join(cells[:: self.width]).split("\n")
        if len(first) != len(lines):
            return None
        return [first, *(cells[at :: self.width] for at in range(1, self.width))]

    def take(self, limit: int) -> tuple[list[int], list[Cells], Bad | None, bool]:
        """The next rows with their line numbers, about `limit`; a line that can't be used, if that ended them; whether more may come."""
        if self._restarts > RESTARTS:
            return self._singly(limit)
        if self._torn and (bad := self._torn_rest()) is not None:
            return [], [], bad, True
        lines = self._next(limit)
        rows, fault = self._split(lines)
        if len(lines) == len(rows) and fault is None:
            first, self.line = self.line + 1, self.line + len(rows)
            return list(range(first, first + len(rows))), rows, None, len(rows) > 0
        return self._walk(lines, rows, fault, limit)

    def _split(self, lines: list[str]) -> tuple[list[Cells], str | None]:
        """The rows of these lines up to a fault, and the fault."""
        rows: list[Cells] = []
        try:
            rows.extend(csv.reader(lines, delimiter=self._delimiter, strict=True))  # keeps what was read before a fault
        except csv.Error as error:
            return rows, str(error)
        return rows, None

    def _walk(
        self, lines: list[str], rows: list[Cells], fault: str | None, limit: int
    ) -> tuple[list[int], list[Cells], Bad | None, bool]:
        """As `take`, where a cell holds line breaks or quotes are misplaced: `lines` gave `rows` up to the `fault`."""
        numbers: list[int] = []
        used = 0
        for cells in rows:
            span = 1 + sum(len(_BREAK.findall(c)) for c in cells if "\n" in c or "\r" in c)
            if span > 1 and len(cells) != self.width and self._swallows(lines[used + 1 : used + span]):
                fault = "a cell runs on over whole rows"
                break
            numbers.append(self.line + 1 + used)
            used += span
        rows = rows[: len(numbers)]
        if fault is None or (fault == _UNFINISHED and used):  # its other lines come with the next ones
            self._waiting.extendleft(reversed(lines[used:]))
            self.line += min(used, len(lines))
            return numbers, rows, None, True
        if fault == _UNFINISHED and (more := self._next(limit)):
            self._waiting.extendleft(reversed(lines + more))
            return self.take(len(lines) + limit)
        self.line += used + 1
        self._waiting.extendleft(reversed(lines[used + 1 :]))
        self._restarts += 1
        alone, bad = self._alone(lines[used], fault)
        if alone is not None:
            rows.append(alone)
            numbers.append(self.line)
        return numbers, rows, bad, True

    def _swallows(self, lines: Iterable[str]) -> bool:
        """Whether one of the further lines of a cell is as long as a row."""
        return any(line.count(self._delimiter) >= self.width - 1 for line in lines)

    def _torn_rest(self) -> Bad | None:
        """The next line when it is too short for a row: what is left of the one above."""
        for line in self._next(1):
            if line.count(self._delimiter) < self.width - 1 and line.strip():
                self.line += 1
                return Bad(self.line, "the rest of a row that is torn apart above", line[:2000].rstrip("\r\n"))
            self._waiting.appendleft(line)
        self._torn = False
        return None

    def _alone(self, line: str, fault: str) -> tuple[Cells | None, Bad | None]:
        """A line read by itself, misplaced quotes taken as they stand: its cells, or why it can't be used."""
        cells: Cells = []
        try:
            cells = next(csv.reader([line], delimiter=self._delimiter), [])
        except csv.Error as error:
            fault = str(error)
        whole = len(cells) == self.width and not any(_BREAK.search(c) for c in cells)
        self._torn = not whole
        if whole:
            return cells, None
        reason = f"can't be split into cells ({fault}): a quote is not closed"
        return None, Bad(self.line, reason, line[:2000].rstrip("\r\n"))

    def _singly(self, limit: int) -> tuple[list[int], list[Cells], Bad | None, bool]:
        numbers: list[int] = []
        rows: list[Cells] = []
        lines = self._next(limit)
        for at, line in enumerate(lines, 1):
            self.line += 1
            cells, bad = self._alone(line, "quotes in this file can't be relied on") if line.strip() else (None, None)
            if bad is not None:
                self._waiting.extendleft(reversed(lines[at:]))
                return numbers, rows, bad, True
            if cells is not None:
                numbers.append(self.line)
                rows.append(cells)
        return numbers, rows, None, bool(lines)

    def _next(self, limit: int) -> list[str]:
        """The next lines: those to be read again, then the file's."""
        if not self._waiting:
            return list(islice(self._source, limit))
        again = [self._waiting.popleft() for _ in range(min(limit, len(self._waiting)))]
        return again + list(islice(self._source, limit - len(again)))
