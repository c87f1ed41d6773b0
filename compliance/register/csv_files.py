"""CSV files (逗号分隔) as batches of rows: separator, encoding and lines of another encoding found out, broken quotes said.

Lines put together from files of several encodings are set right one by one; a clean file costs no test a row.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from compliance.register.columns import CERTIFICATES
from compliance.register.csv_lines import CsvLines
from compliance.register.opened import (
    BATCH,
    HEADER_WITHIN,
    Bad,
    Batches,
    Cells,
    Grid,
    Opened,
    RegisterFileError,
    Repair,
    batched,
    header_of,
)


def open_csv(path: Path, kind: str = CERTIFICATES) -> Opened:
    with path.open("rb") as file:
        sample = file.read(1 << 20)
    if sample[:2] == b"PK" or b"\0\0\0\0" in sample[:4096]:
        raise RegisterFileError(f"{path}: is not text; give an .xlsx file its own ending")
    if sample[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    else:
        encoding = _encoding_of(sample)
    mixed = _Mixed()
    text = path.open(encoding=encoding, errors=mixed.name if encoding != "utf-16" else "replace", newline="")
    delimiter, width = _delimiter_of(sample, encoding)
    lines = CsvLines(text, delimiter, width)
    head, columns = header_of(path, _first(lines), kind)
    lines.width = columns.width
    size = path.stat().st_size
    repair = _repair_from(encoding, mixed)
    batches = chain(batched(iter(head), repair), _csv_batches(lines, encoding, mixed, repair))
    at = text.buffer.tell  # type: ignore[attr-defined]
    return Opened(path, columns, batches, size, at, close=text.close, late=lambda: mixed.told(path, encoding))


def _first(lines: CsvLines) -> Iterator[tuple[int, Cells] | Bad]:
    """The lines among which the headings are looked for."""
    going, taken = True, 0
    while going and taken < HEADER_WITHIN:
        numbers, rows, fault, going = lines.take(HEADER_WITHIN - taken)
        taken += len(rows) + (fault is not None)
        yield from zip(numbers, rows, strict=True)
        if fault is not None:
            yield fault


def _csv_batches(lines: CsvLines, encoding: str, mixed: _Mixed, repair: Repair) -> Batches:
    """Batches straight from the lines."""
    going = True
    while going:
        grid, fault = lines.plain(), None
        if grid is None:
            numbers, rows, fault, going = lines.take(BATCH)
            grid = Grid(numbers, rows)
        if encoding == "utf-8-sig" and not mixed.met:
            yield grid
        else:
            yield from _repaired(grid, repair)
        if fault is not None:
            yield fault


def _repaired(grid: Grid, repair: Repair) -> Batches:
    """The batch with lines of another encoding set right."""
    good: tuple[list[int], list[Cells]] = ([], [])
    for row in zip(grid.lines, grid.rows, strict=True):
        right = repair(row)
        if isinstance(right, Bad):
            yield right
        else:
            good[0].append(right[0])
            good[1].append(right[1])
    yield Grid(*good)


class _Mixed:
    """Decodes bytes that don't fit as signs that stand for them, and notes that it happened: a clean file costs no test a row.

    `lines`, `first`: how many lines were set right, and the number of the first."""

    def __init__(self) -> None:
        self.met = False
        self.lines = self.first = 0
        self.name = f"certmark-mixed-{id(self)}"
        codecs.register_error(self.name, self._decode)

    def _decode(self, error: UnicodeError) -> tuple[str | bytes, int]:
        self.met = True
        return codecs.lookup_error("surrogateescape")(error)

    def set_right(self, line: int) -> None:
        """Counts a line."""
        self.first = self.first or line
        self.lines += 1

    def told(self, path: Path, encoding: str) -> tuple[str, ...]:
        """What was met, in words; nothing for a file in one encoding."""
        if not self.lines:
            return ()
        names = ("UTF-8", "GB18030") if encoding == "utf-8-sig" else ("GB18030", "UTF-8")
        return (
            f"{path}: two encodings in one file: most lines are {names[0]}, {self.lines} are {names[1]} (the first is line {self.first}); "
            "each was read in its own; look at the names, and save the file in one encoding",
        )


def _encoding_of(sample: bytes) -> str:
    """utf-8-sig, or gb18030 when most lines with Chinese in them are not UTF-8."""
    good = bad = 0
    for line in sample.split(b"\n")[:5000]:
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
            good += 1
        except UnicodeDecodeError:
            bad += 1
    return "gb18030" if bad > good else "utf-8-sig"


def _delimiter_of(sample: bytes, encoding: str) -> tuple[str, int]:
    """(separator, cells of the line that has the most of it)."""
    head = sample[:20_000].decode(encoding, "replace").splitlines()[:HEADER_WITHIN]
    counts = {d: max((line.count(d) for line in head), default=0) for d in ",\t;|"}
    chosen = max(counts, key=lambda d: (counts[d], d == ","))
    return chosen, counts[chosen] + 1


def _repair_from(encoding: str, mixed: _Mixed) -> Repair:
    """Sets right a row in another encoding than the file's (files put together from several): GB18030 in UTF-8 and back."""
    other = "gb18030" if encoding == "utf-8-sig" else "utf-8"
    name = "utf-8" if encoding == "utf-8-sig" else encoding

    def repair(row: tuple[int, Cells]) -> tuple[int, Cells] | Bad:
        joined = "\x1f".join(row[1])
        if joined.isascii():
            return row
        try:
            raw = joined.encode(name)
        except UnicodeEncodeError:
            try:
                right = joined.encode(name, "surrogateescape").decode(other).split("\x1f")
                mixed.set_right(row[0])
                return row[0], right
            except (UnicodeDecodeError, UnicodeEncodeError):
                return Bad(
                    row[0], "signs that are neither UTF-8 nor GB18030", joined.encode("utf-8", "replace").decode()
                )
        if other == "utf-8":  # UTF-8 bytes read as GB18030 give rare signs, not errors
            try:
                right = raw.decode("utf-8").split("\x1f")
            except UnicodeDecodeError:
                return row
            mixed.set_right(row[0])
            return row[0], right
        return row

    return repair
