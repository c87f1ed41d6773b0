"""What an opened register file is: its columns, and its rows of cells in batches; how the line of headings is found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import Any

from compliance.register.columns import CERTIFICATES, Columns, columns_of, header_score, headings_met

BATCH = 1000  # rows handed on together: so few that they stay in the processor's cache
HEADER_WITHIN = 30  # title lines above the header that are skipped at most


class RegisterFileError(ValueError):
    """The whole file can't be used: the message says which file, what is wrong, what to do."""


@dataclass(frozen=True, slots=True)
class Bad:
    """A line that could not be read."""

    line: int
    reason: str
    raw: str = ""


Cells = list[Any]
Rows = Iterator["tuple[int, Cells] | Bad"]
Batches = Iterator["Grid | Bad"]
Repair = Callable[["tuple[int, Cells]"], "tuple[int, Cells] | Bad"]


class Grid:
    """Some thousand rows of cells with their line numbers, given by rows or by columns and read either way.

    By columns where the reader can: turning millions of rows into columns costs as much as splitting them.
    """

    def __init__(
        self, lines: Sequence[int], rows: list[Cells] | None = None, columns: list[Sequence[Any]] | None = None
    ) -> None:
        self.lines = lines
        self._by_rows, self._by_columns = rows, columns

    @cached_property
    def rows(self) -> list[Cells]:
        """The rows; those of a file may differ in length."""
        if self._by_rows is not None:
            return self._by_rows
        return list(map(list, zip(*self._by_columns or (), strict=True)))

    def columns(self, width: int) -> list[Sequence[Any]] | None:
        """`width` columns, None when a row has another number of cells."""
        if self._by_columns is not None:
            return self._by_columns if len(self._by_columns) == width else None
        rows = self._by_rows or []
        if set(map(len, rows)) != {width}:
            return None
        flat = list(chain.from_iterable(rows))  # not zip(*rows): it runs through all the rows for each column
        return [flat[at::width] for at in range(width)]

    def row(self, at: int) -> Cells:
        """The cells of one row."""
        if self._by_rows is not None:
            return self._by_rows[at]
        return [column[at] for column in self._by_columns or ()]


@dataclass
class Opened:
    """An opened file: its columns and its rows as a stream of grids. `at`: how much is read, of `size`, for progress."""

    path: Path
    columns: Columns
    batches: Batches
    size: int
    at: Callable[[], int]
    notes: tuple[str, ...] = ()
    close: Callable[[], None] = lambda: None
    late: Callable[[], tuple[str, ...]] = tuple  # remarks on what was met while reading, as far as it was read


def batched(rows: Rows, repair: Repair | None = None) -> Batches:
    """Single rows put together into batches."""
    while chunk := list(islice(rows, BATCH)):
        good: tuple[list[int], list[Cells]] = ([], [])
        for row in chunk:
            right = repair(row) if repair is not None and not isinstance(row, Bad) else row
            if isinstance(right, Bad):
                yield right
            else:
                good[0].append(right[0])
                good[1].append(right[1])
        yield Grid(*good)


def header_of(
    path: Path, rows: Iterable[tuple[int, Cells] | Bad], kind: str = CERTIFICATES
) -> tuple[list[tuple[int, Cells] | Bad], Columns]:
    """The columns from the line that looks most like a header among the first lines, and the lines read below it."""
    seen = list(islice(rows, HEADER_WITHIN))
    lines = [r for r in seen if not isinstance(r, Bad)]
    best = max(lines, key=lambda r: (header_score(r[1], kind), -r[0]), default=None)
    if best is None or header_score(best[1], kind) < 2:
        shown = ", ".join(repr(str(c)[:40])[1:-1] for c in lines[0][1][:12]) if lines else "nothing readable"
        raise RegisterFileError(
            f"{path}: no line of headings found in the first {HEADER_WITHIN} lines (first line: {shown}); "
            f"a file of this kind ({kind}) needs headings such as {headings_met(kind)}"
        )
    names = [str(c) for c in best[1]]
    last = best[0]
    second = next((r for r in lines if r[0] == last + 1), None)
    if second is not None and (joined := _joined(names, second[1], kind)) is not None:
        names, last = joined, second[0]
    below = [r for r in seen if (r.line if isinstance(r, Bad) else r[0]) > last]
    return below, columns_in(path, names, kind)


def _joined(names: Sequence[str], second: Cells, kind: str) -> list[str] | None:
    """Headings in two lines, the upper one merged over several columns (有效期 over 起 and 止), as one; None when the second line is data."""
    out = list(names) + [""] * (len(second) - len(names))
    above, met = "", False
    for at, cell in enumerate(second):
        above = out[at].strip() or above
        below = str(cell).strip()
        if not below:
            continue
        if header_score([above + below], kind):
            out[at] = above + below
        elif header_score([below], kind):
            out[at] = below
        else:
            return None
        met = True
    return out if met else None


def columns_in(path: Path, names: Sequence[str], kind: str = CERTIFICATES) -> Columns:
    columns = columns_of(names, kind)
    if columns.missing:
        raise RegisterFileError(
            f"{path}: needs a column for {' and '.join(columns.missing)}; headings read: {', '.join(n for n in names if n) or 'none'}"
        )
    return columns
