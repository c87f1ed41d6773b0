"""Sources cut into parts (分片) that any process can check by itself: stretches of lines, groups of rows, handfuls of files.

The cut depends on the sources and the size asked for alone, never on how many work on them: so the same parts give the same files.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from compliance.places import at_hand, bytes_of, files_below, files_like, is_remote, size_of
from compliance.reading.fault import Fault
from compliance.reading.open import DOCUMENTS, HTML, RECORDS, TEXT, open_source
from compliance.reading.record import page_of_record, records_in
from compliance.records import Page

PART_BYTES = 1 << 20  # of page records or files in one part, some dozens of pages: the wait for the last one is short
MOST_PARTS = 20_000  # a corpus that would make more gets larger ones
BLOCK = 1 << 20
READ = HTML | TEXT | DOCUMENTS | RECORDS | {".parquet"}
WARC = (".warc", ".warc.gz")
ROWS = ("url", "captured_at", "html", "text", "company", "id")  # columns of page records in Parquet


@dataclass(frozen=True, slots=True)
class Part:
    """分片. `kind`: files | lines (bytes `start`…`stop` of one .jsonl, the first line's number in `first`) | rows (row groups
    `start`…`stop` of one .parquet, `first` row) | visits (numbers in the store, in `sources`)."""

    number: int
    kind: str
    sources: tuple[str, ...]
    start: int = 0
    stop: int = 0
    first: int = 1
    whole: bool = False  # one part is the whole file


def parts_of(sources: Sequence[str], most: int = PART_BYTES) -> tuple[list[Part], list[Fault]]:
    """All parts in the order of the sources, and the sources that can't be read. `most`: bytes in one part, about."""
    parts: list[Part] = []
    faults: list[Fault] = []
    bag: list[str] = []
    weight = 0

    def close() -> None:
        nonlocal bag, weight
        if bag:
            parts.append(Part(0, "files", tuple(bag)))
        bag, weight = [], 0

    sizes: dict[str, int] = {}
    for file in _files(sources, faults):
        try:
            sizes[file] = size_of(file)
        except OSError as error:
            faults.append(Fault(file, f"cannot be read ({error})", "check the file, its permissions and the disk"))
    most = max(most, sum(sizes.values()) // MOST_PARTS)
    for file, size in sizes.items():
        try:
            cut = _cut(file, size, most)
        except (OSError, ValueError) as error:  # ValueError: what pyarrow says of a file that is no Parquet
            faults.append(Fault(file, f"cannot be read ({error})", "check the file, its permissions and the disk"))
            continue
        if cut is not None:
            close()
            parts += cut
            continue
        if bag and weight + size > most:
            close()
        bag.append(file)
        weight += size
    close()
    return [replace(part, number=number) for number, part in enumerate(parts)], faults


def pages_of(part: Part) -> Iterator[Page | Fault]:
    """The pages of a part, in their order; what can't be read comes as a Fault in its place."""
    (source, *_) = part.sources
    if part.kind == "lines":
        body = io.BytesIO(bytes_of(source, part.start, part.stop))
        yield from records_in(body, source, first=part.first, whole=part.whole)
    elif part.kind == "rows":
        yield from _rows(part)
    else:
        for file in part.sources:
            with at_hand(file) as path:
                for item in open_source(str(path)):
                    yield _named(item, str(path), file)


def _files(sources: Sequence[str], faults: list[Fault]) -> Iterator[str]:
    for source in sources:
        if is_remote(source):
            if any(sign in source for sign in "*?["):
                yield from files_like(source)
            else:
                yield from _readable(source, files_below(source), faults)
        elif Path(source).is_dir():
            yield from _readable(source, sorted(str(p) for p in Path(source).rglob("*") if p.is_file()), faults)
        elif Path(source).is_file():
            yield source
        elif found := files_like(source):
            yield from found
        else:
            faults.append(Fault(source, "no such file or folder", "check the path"))


def _readable(folder: str, found: list[str], faults: list[Fault]) -> list[str]:
    """Files whose names say that they can be read; the others are counted in one fault."""
    read = [f for f in found if f.lower().endswith(WARC) or Path(f).suffix.lower() in READ]
    if len(read) < len(found):
        faults.append(
            Fault(folder, f"{len(found) - len(read)} files of other kinds were not read", "name them one by one")
        )
    if not found:
        faults.append(Fault(folder, "holds no file", "check the path"))
    return read


def _cut(file: str, size: int, most: int) -> list[Part] | None:
    suffix = Path(file).suffix.lower()
    if suffix in RECORDS:
        return _line_parts(file, size, most)
    return _row_parts(file, most) if suffix == ".parquet" else None


def _line_parts(file: str, size: int, most: int) -> list[Part]:
    parts: list[Part] = []
    start, first, lines = 0, 1, 0
    for at in range(0, size, BLOCK):
        block = bytes_of(file, at, min(at + BLOCK, size))
        whole = block.rfind(b"\n") + 1
        if at + len(block) - start >= most and whole:
            lines += block.count(b"\n")
            parts.append(Part(0, "lines", (file,), start, at + whole, first))
            start, first, lines = at + whole, first + lines, 0
        else:
            lines += block.count(b"\n")
    if start < size or not parts:
        parts.append(Part(0, "lines", (file,), start, size, first, whole=not parts))
    return parts


def _row_parts(file: str, most: int) -> list[Part]:
    import pyarrow.parquet as parquet

    with at_hand(file) as path:
        meta = parquet.read_metadata(path)
    parts: list[Part] = []
    start = first = weight = rows = 0
    for group in range(meta.num_row_groups):
        weight += meta.row_group(group).total_byte_size
        rows += meta.row_group(group).num_rows
        if weight >= most or group == meta.num_row_groups - 1:
            parts.append(Part(0, "rows", (file,), start, group + 1, first + 1))
            start, first, weight, rows = group + 1, first + rows, 0, 0
    return parts


def _rows(part: Part) -> Iterator[Page | Fault]:
    import pyarrow.parquet as parquet

    (source,) = part.sources
    with at_hand(source) as path, parquet.ParquetFile(path) as file:
        columns = [name for name in (*ROWS, "company_name", "uscc") if name in file.schema_arrow.names]
        number = part.first
        for group in range(part.start, part.stop):
            for row in file.read_row_group(group, columns=columns).to_pylist():
                yield page_of_record(_record(row), f"{source}:{number}")
                number += 1


def _record(row: dict[str, Any]) -> dict[str, Any]:
    """A row as a page record: times as text, the company as an object, also from plain columns or JSON."""
    moment = row.get("captured_at")
    if isinstance(moment, datetime):
        row["captured_at"] = moment.isoformat()
    company = row.get("company")
    if isinstance(company, str) and company.startswith("{"):
        with suppress(ValueError):  # a name that looks like JSON stays a name
            row["company"] = json.loads(company)
    if company is None and (row.get("company_name") or row.get("uscc")):
        row["company"] = {"name": row.get("company_name"), "uscc": row.get("uscc")}
    return row


def _named(item: Page | Fault, path: str, name: str) -> Page | Fault:
    """The same with the file's own address, where a copy was read."""
    if path == name or item.source is None:
        return item
    return replace(item, source=item.source.replace(path, name, 1))
