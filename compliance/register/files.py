"""Opens a register file (CSV, XLSX, JSON Lines, Parquet) as a stream of rows of cells, whatever its encoding and title lines.

A file is never held whole. Bounds: a cell 200 000 signs, a spreadsheet 8 GB unpacked. A line that cannot be read becomes a `Bad` and
the stream goes on.
"""

from __future__ import annotations

import codecs
import csv
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

from compliance.register.columns import Columns, columns_of, header_score

BATCH = 5000  # rows handed on together
CELL_LIMIT = 200_000
UNPACKED_LIMIT = 8 << 30
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
Batches = Iterator["tuple[list[int], list[Cells]] | Bad"]
Repair = Callable[["tuple[int, Cells]"], "tuple[int, Cells] | Bad"]


@dataclass
class Opened:
    """An opened file: its columns and a stream of (line numbers, rows of cells). `at`: how much is read, of `size`, for progress."""

    path: Path
    columns: Columns
    batches: Iterator[tuple[list[int], list[Cells]] | Bad]
    size: int
    at: Callable[[], int]
    notes: tuple[str, ...] = ()
    close: Callable[[], None] = lambda: None


def open_register_file(path: str | Path) -> Opened:
    """Opens `path` by its name's ending. Raises RegisterFileError when it can't be read or has no usable columns."""
    path = Path(path)
    if not path.is_file():
        raise RegisterFileError(f"{path}: no such file")
    if path.stat().st_size == 0:
        raise RegisterFileError(f"{path}: the file is empty")
    ending = path.suffix.lower()
    readers = {".csv": _open_csv, ".tsv": _open_csv, ".txt": _open_csv, ".xlsx": _open_xlsx, ".xlsm": _open_xlsx,
               ".jsonl": _open_jsonl, ".ndjson": _open_jsonl, ".json": _open_json, ".parquet": _open_parquet}  # fmt: skip
    if ending not in readers:
        raise RegisterFileError(
            f"{path}: files of the kind {ending or '(no ending)'} can't be read; use CSV, XLSX, JSONL or Parquet"
        )
    return readers[ending](path)


# --- CSV ---


def _open_csv(path: Path) -> Opened:
    with path.open("rb") as file:
        sample = file.read(1 << 20)
    if sample[:2] == b"PK" or b"\0\0\0\0" in sample[:4096]:
        raise RegisterFileError(f"{path}: is not text; give an .xlsx file its own ending")
    if sample[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    else:
        encoding = _encoding_of(sample)
    csv.field_size_limit(CELL_LIMIT)
    mixed = _Mixed()
    text = path.open(encoding=encoding, errors=mixed.name if encoding != "utf-16" else "replace", newline="")
    delimiter = _delimiter_of(sample, encoding)
    lines = csv.reader(text, delimiter=delimiter)
    head, columns = _header(path, _numbered(lines))
    size = path.stat().st_size
    batches = chain(_batched(iter(head), encoding), _csv_batches(lines, encoding, mixed))
    return Opened(path, columns, batches, size, text.buffer.tell, close=text.close)  # type: ignore[attr-defined]


def _csv_batches(lines: Any, encoding: str, mixed: _Mixed) -> Batches:
    """Batches straight from the csv reader. A cell that never closes its quote is cut off and said."""
    repair = _repair_from(encoding)
    going = True
    while going:
        before = lines.line_num
        batch: list[Cells] = []
        fault: Bad | None = None
        try:
            batch.extend(islice(lines, BATCH))  # keeps what was read before a fault
            going = len(batch) == BATCH
        except csv.Error as error:
            fault = Bad(
                lines.line_num,
                f"up to line {lines.line_num}: can't be split into cells ({error}): a quote is not closed",
            )
        numbers = list(range(before + 1, before + 1 + len(batch)))
        if lines.line_num != before + len(batch):  # cells with line breaks in them
            numbers = _line_numbers(before, batch)
        if encoding == "utf-8-sig" and not mixed.met:
            yield numbers, batch
        else:
            yield from _repaired(numbers, batch, repair)
        if fault is not None:
            yield fault


def _line_numbers(before: int, batch: Sequence[Cells]) -> list[int]:
    numbers = []
    for cells in batch:
        numbers.append(before + 1)
        before += 1 + sum(c.count("\n") for c in cells)
    return numbers


def _repaired(numbers: list[int], batch: list[Cells], repair: Repair) -> Batches:
    """The batch with lines of another encoding set right."""
    good: tuple[list[int], list[Cells]] = ([], [])
    for row in zip(numbers, batch, strict=True):
        right = repair(row)
        if isinstance(right, Bad):
            yield right
        else:
            good[0].append(right[0])
            good[1].append(right[1])
    yield good


class _Mixed:
    """Decodes bytes that don't fit as signs that stand for them, and notes that it happened: a clean file costs no test a row."""

    def __init__(self) -> None:
        self.met = False
        self.name = f"certmark-mixed-{id(self)}"
        codecs.register_error(self.name, self._decode)

    def _decode(self, error: UnicodeError) -> tuple[str | bytes, int]:
        self.met = True
        return codecs.lookup_error("surrogateescape")(error)


def _batched(rows: Rows, encoding: str | None = None) -> Batches:
    """Single rows put together into batches."""
    repair = _repair_from(encoding) if encoding else None
    while chunk := list(islice(rows, BATCH)):
        good: tuple[list[int], list[Cells]] = ([], [])
        for row in chunk:
            right = repair(row) if repair is not None and not isinstance(row, Bad) else row
            if isinstance(right, Bad):
                yield right
            else:
                good[0].append(right[0])
                good[1].append(right[1])
        yield good


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


def _delimiter_of(sample: bytes, encoding: str) -> str:
    head = sample[:20_000].decode(encoding, "replace").splitlines()[:HEADER_WITHIN]
    counts = {d: max((line.count(d) for line in head), default=0) for d in ",\t;|"}
    return max(counts, key=lambda d: (counts[d], d == ","))


def _numbered(lines: Any) -> Iterator[tuple[int, Cells] | Bad]:
    """(line number, cells) of a csv reader. A cell that never closes its quote is cut off and said."""
    while True:
        before = lines.line_num
        try:
            cells = next(lines)
        except StopIteration:
            return
        except csv.Error as error:
            yield Bad(
                before + 1,
                f"lines {before + 1}–{lines.line_num} can't be split into cells ({error}): a quote is not closed",
            )
            continue
        yield lines.line_num if lines.line_num == before + 1 else before + 1, cells


def _repair_from(encoding: str) -> Repair:
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
                return row[0], joined.encode(name, "surrogateescape").decode(other).split("\x1f")
            except (UnicodeDecodeError, UnicodeEncodeError):
                return Bad(
                    row[0], "signs that are neither UTF-8 nor GB18030", joined.encode("utf-8", "replace").decode()
                )
        if other == "utf-8":  # UTF-8 bytes read as GB18030 give rare signs, not errors
            try:
                return row[0], raw.decode("utf-8").split("\x1f")
            except UnicodeDecodeError:
                return row
        return row

    return repair


# --- XLSX ---


def _open_xlsx(path: Path) -> Opened:
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(i.file_size for i in packed.infolist()) > UNPACKED_LIMIT:
                raise RegisterFileError(
                    f"{path}: unpacks to more than {UNPACKED_LIMIT >> 30} GB; split it or save it as CSV"
                )
        import openpyxl

        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, OSError, ValueError) as error:
        raise RegisterFileError(f"{path}: is not a readable XLSX file ({error}); save it again, or as CSV") from error
    faults: list[RegisterFileError] = []
    notes = []
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # the stored size of a sheet is often wrong
        stream = ((n, [_sheet_cell(c) for c in cells]) for n, cells in enumerate(sheet.iter_rows(values_only=True), 1))
        try:
            head, columns = _header(path, stream)
        except RegisterFileError as error:
            faults.append(error)
            continue
        others = [s.title for s in book.worksheets if s is not sheet]
        if others:
            notes.append(f"{path}: read the sheet {sheet.title!r}; not read: {', '.join(others)}")
        done = [0]
        size = max(sheet.max_row or 0, 1)

        def rows(stream: Rows = chain(head, stream), done: list[int] = done) -> Rows:
            for row in stream:
                done[0] = row.line if isinstance(row, Bad) else row[0]
                yield row

        return Opened(path, columns, _batched(rows()), size, partial(done.__getitem__, 0), tuple(notes), book.close)
    raise faults[0] if faults else RegisterFileError(f"{path}: has no sheet")


def _sheet_cell(cell: Any) -> Any:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, int | float):
        # A spreadsheet keeps 15 digits: a longer number is spoilt and must look so.
        if abs(cell) >= 1e15:
            return f"{cell:.3E}"
        return str(int(cell)) if cell == int(cell) else repr(cell)
    return cell


# --- JSON ---


def _open_jsonl(path: Path) -> Opened:
    file = path.open("rb")
    names: list[str] = []
    first = []
    for line in islice(file, 200):
        first.append(line)
        try:
            record = json.loads(line.decode("utf-8-sig"))
        except ValueError:
            continue
        if isinstance(record, dict):
            names += [k for k in record if k not in names]
    columns = _columns(path, names)

    def rows() -> Rows:
        for number, line in enumerate(chain(first, file), 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line.decode("utf-8-sig"))
            except (ValueError, RecursionError) as error:
                yield Bad(number, f"not a JSON object: {error}", line[:2000].decode("utf-8", "replace").strip())
                continue
            if not isinstance(record, dict):
                yield Bad(number, "not a JSON object", line[:2000].decode("utf-8", "replace").strip())
                continue
            yield number, _record_cells(record, names)

    return Opened(path, columns, _batched(rows()), path.stat().st_size, file.tell, close=file.close)


def _open_json(path: Path) -> Opened:
    """A JSON list of objects; a file of one object a line under this ending is taken as JSON Lines."""
    with path.open("rb") as file:
        if file.read(64).lstrip(b"\xef\xbb\xbf \r\n\t")[:1] != b"[":
            return _open_jsonl(path)
    if path.stat().st_size > 256 << 20:
        raise RegisterFileError(f"{path}: a JSON list of more than 256 MB; write one object a line (.jsonl)")
    try:
        records = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise RegisterFileError(f"{path}: not JSON: {error}") from error
    names = list(dict.fromkeys(k for r in records if isinstance(r, dict) for k in r))
    rows: Rows = (
        (n, _record_cells(r, names)) if isinstance(r, dict) else Bad(n, "not a JSON object")
        for n, r in enumerate(records, 1)
    )
    return Opened(path, _columns(path, names), _batched(rows), len(records), lambda: 0)


def _record_cells(record: dict[str, Any], names: Sequence[str]) -> Cells:
    return ["" if (v := record.get(n)) is None else v if isinstance(v, str) else _json_cell(v) for n in names]


def _json_cell(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return ";".join(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)


# --- Parquet ---


def _open_parquet(path: Path) -> Opened:
    try:
        import pyarrow.parquet as parquet
    except ModuleNotFoundError as error:
        raise RegisterFileError(f"{path}: Parquet needs one more package: pip install 'certmark[parquet]'") from error
    try:
        file = parquet.ParquetFile(path)
    except (ValueError, OSError) as error:
        raise RegisterFileError(f"{path}: is not a readable Parquet file ({error})") from error
    names = file.schema_arrow.names
    done = [0]

    def rows() -> Rows:
        for batch in file.iter_batches(batch_size=20_000):
            columns = [c.to_pylist() for c in batch.columns]
            for cells in zip(*columns, strict=True):
                done[0] += 1
                yield (
                    done[0],
                    [
                        "" if c is None else c if isinstance(c, str) or hasattr(c, "year") else _json_cell(c)
                        for c in cells
                    ],
                )

    return Opened(
        path, _columns(path, names), _batched(rows()), file.metadata.num_rows, lambda: done[0], close=file.close
    )


# --- header ---


def _header(path: Path, rows: Iterable[tuple[int, Cells] | Bad]) -> tuple[list[tuple[int, Cells] | Bad], Columns]:
    """The columns from the line that looks most like a header among the first lines, and the lines read below it."""
    seen = list(islice(rows, HEADER_WITHIN))
    lines = [r for r in seen if not isinstance(r, Bad)]
    best = max(lines, key=lambda r: (header_score(r[1]), -r[0]), default=None)
    if best is None or header_score(best[1]) < 2:
        shown = ", ".join(str(c) for c in lines[0][1][:12]) if lines else "nothing readable"
        raise RegisterFileError(
            f"{path}: no line of headings found in the first {HEADER_WITHIN} lines (first line: {shown}); "
            "a register file needs headings such as 证书编号, 获证组织名称, 认证项目, 发证日期, 有效期至, 证书状态"
        )
    below = [r for r in seen if (r.line if isinstance(r, Bad) else r[0]) > best[0]]
    return below, _columns(path, [str(c) for c in best[1]])


def _columns(path: Path, names: Sequence[str]) -> Columns:
    columns = columns_of(names)
    if columns.missing:
        raise RegisterFileError(
            f"{path}: needs a column for {' and '.join(columns.missing)}; headings read: {', '.join(n for n in names if n) or 'none'}"
        )
    return columns
