"""Opens a register file (CSV, XLSX, JSON Lines, Parquet) as a stream of rows of cells, whatever its encoding and title lines.

A file is never held whole. Bounds: a cell 200 000 signs, a spreadsheet 8 GB unpacked. A line that cannot be read becomes a `Bad` and
the stream goes on.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

from compliance.register.columns import CERTIFICATES
from compliance.register.csv_files import open_csv
from compliance.register.opened import Bad, Cells, Opened, RegisterFileError, Rows, batched, columns_in, header_of

__all__ = ["Bad", "Opened", "RegisterFileError", "open_register_file"]
UNPACKED_LIMIT = 8 << 30


def open_register_file(path: str | Path, kind: str = CERTIFICATES) -> Opened:
    """Opens `path` by its name's ending; `kind`: which list its headings are of. Raises RegisterFileError when it can't be read or has no usable columns."""
    path = Path(path)
    if path.is_dir():
        raise RegisterFileError(f"{path}: is a folder; name the file in it")
    if not path.is_file():
        raise RegisterFileError(f"{path}: no such file")
    if path.stat().st_size == 0:
        raise RegisterFileError(f"{path}: the file is empty")
    ending = path.suffix.lower()
    readers = {".csv": open_csv, ".tsv": open_csv, ".txt": open_csv, ".xlsx": _open_xlsx, ".xlsm": _open_xlsx,
               ".jsonl": _open_jsonl, ".ndjson": _open_jsonl, ".json": _open_json, ".parquet": _open_parquet}  # fmt: skip
    if ending not in readers:
        raise RegisterFileError(
            f"{path}: files of the kind {ending or '(no ending)'} can't be read; use CSV, XLSX, JSONL or Parquet"
        )
    return readers[ending](path, kind)


# --- XLSX ---


def _open_xlsx(path: Path, kind: str) -> Opened:
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
            head, columns = header_of(path, stream, kind)
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

        return Opened(path, columns, batched(rows()), size, partial(done.__getitem__, 0), tuple(notes), book.close)
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


def _open_jsonl(path: Path, kind: str) -> Opened:
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
    columns = columns_in(path, names, kind)

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

    return Opened(path, columns, batched(rows()), path.stat().st_size, file.tell, close=file.close)


def _open_json(path: Path, kind: str) -> Opened:
    """A JSON list of objects; a file of one object a line under this ending is taken as JSON Lines."""
    with path.open("rb") as file:
        if file.read(64).lstrip(b"\xef\xbb\xbf \r\n\t")[:1] != b"[":
            return _open_jsonl(path, kind)
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
    return Opened(path, columns_in(path, names, kind), batched(rows), len(records), lambda: 0)


def _record_cells(record: dict[str, Any], names: Sequence[str]) -> Cells:
    return ["" if (v := record.get(n)) is None else v if isinstance(v, str) else _json_cell(v) for n in names]


def _json_cell(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return ";".join(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)


# --- Parquet ---


def _open_parquet(path: Path, kind: str) -> Opened:
    try:
        import pyarrow.parquet as parquet
    except ModuleNotFoundError as error:
        raise RegisterFileError(f"{path}: Parquet needs one more package: pip install '.[parquet]'") from error
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
        path, columns_in(path, names, kind), batched(rows()), file.metadata.num_rows, lambda: done[0], close=file.close
    )
