"""Joins the register's reader and the store: opens a register for checking, imports a file into the store.

`open_register` gives what `--register` names: a file, a database, the store, or nothing. A small file is read into memory, a large one
into a cached SQLite file beside it in the data folder, so that the second run starts at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from compliance.records import RegisterInfo
from compliance.register.cells import int_of
from compliance.register.feeding import feed, size_of
from compliance.register.files import RegisterFileError, open_register_file
from compliance.register.imports import Reading, Reject, certificate_of, plain_batches
from compliance.register.memory import MemoryRows
from compliance.register.packing import Packed, both_forms
from compliance.register.ports import Rows
from compliance.register_rows import StoredRows
from rules.clock import today

if TYPE_CHECKING:
    from compliance.register_rejects import RejectsFile
    from compliance.store.registers import Imported
    from compliance.store.session import Store

IN_MEMORY = 16 << 20  # bytes of a register file that is read into memory
DEFAULT_SOURCE = "登记数据"
FILES = {".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".jsonl", ".ndjson", ".json", ".parquet"}


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an import: counts, the rejects file if there is one, remarks on the whole file."""

    imported: Imported
    origin: str
    snapshot: date
    rejects: Path | None
    remarked: int
    notes: tuple[str, ...]
    snapshot_assumed: bool
    first: tuple[Reject, ...] = ()


def open_register(spec: str | None, store: Store | None = None, complete: Sequence[str] = ()) -> Rows | None:
    """The register that `spec` names: path of a register file, path or URL of a store, `none`; None: the register of `store`.

    Gives None when there is none (`none`, or a store into which nothing was imported). Raises RegisterFileError, StoreError.
    """
    in_file = spec is not None and "://" not in spec and Path(spec).suffix.lower() in FILES
    if complete and not in_file:
        raise RegisterFileError("--complete goes with a register file; a store's register says it at its import")
    if spec is not None and spec.strip().lower() == "none":
        return None
    if spec is None:
        if store is None:
            from compliance.store.session import open_store

            store = open_store()
        return stored_rows(store)
    if in_file:
        return _file_rows(Path(spec), tuple(complete))
    if "://" not in spec and not Path(spec).exists():
        raise RegisterFileError(f"{spec}: no such register file or database; `--register none` uses none")
    from compliance.store.session import open_store

    return stored_rows(open_store(spec))


def stored_rows(store: Store) -> Rows | None:
    """The store's register, None when nothing was imported. Only lists (名录) in it: a register without certificates
    (`listed.has_certificates` tells)."""
    from compliance.store.lists import list_imports

    rows = StoredRows(store)
    return rows if rows.info.source or list_imports(store) else None


def import_register(
    store: Store,
    path: str | Path,
    source: str | None = None,
    snapshot: date | None = None,
    complete: Sequence[str] = (),
    rejects: Path | None = None,
    progress: Callable[[int, int, int], None] | None = None,
) -> Taken:
    """Imports the register file at `path` into `store`. `progress(at, size, rows)` is called now and then.

    Bad rows go to `rejects` (CSV: line, taken, reason, what to do, row). Without `source` and `snapshot` the file's own columns say
    them, else DEFAULT_SOURCE and today. Raises RegisterFileError; a killed import leaves the store as it was.
    """
    from compliance.register_rejects import RejectsFile
    from compliance.store.registers import Origin, import_rows

    path = Path(path)
    on = today()
    size = size_of(path)
    with ThreadPoolExecutor(1) as beside:  # the reader starts meanwhile
        sha256 = beside.submit(_sha256, path)
        stream = feed(path, int_of(snapshot or on))
        first = list(_until_row(stream))
    head = first[-1] if first else Packed()
    day = snapshot or _date(head.snapshot) or on
    origin = Origin(
        source or head.source or DEFAULT_SOURCE, int_of(day) or 0, path.name, sha256.result(), tuple(complete)
    )
    with RejectsFile(rejects) as file:
        told = _Told(chain(first, stream), file, size, progress)
        done = import_rows(store, told, origin, both_forms, _spellings)
        for number, one, other in done.several_holders:
            reason = f"number {number} stands on line {one} too, with another holder; both are in"
            file.write(Reject(other, reason, "ask the source whose it is", True))
    assumed = snapshot is None and head.snapshot is None
    notes = (*told.notes, file.fault) if file.fault else told.notes
    return Taken(done, origin.source, day, file.path, file.remarked, notes, assumed, tuple(file.first))


def _file_rows(path: Path, complete: tuple[str, ...]) -> Rows:
    if path.is_file() and path.stat().st_size > IN_MEMORY:
        return _cached_rows(path, complete)
    opened = open_register_file(path)
    reading = Reading(opened)
    on = today()
    try:
        batches = list(plain_batches(reading, int_of(on)))
    finally:
        opened.close()
    source, day = reading.source or path.name, _date(reading.snapshot) or on
    rejects = [r for _, many in batches for r in many]
    rows = [certificate_of(r, source, day) for many, _ in batches for r in many]
    made = MemoryRows(rows, RegisterInfo(source, day, len(rows), complete), rejects)
    refused = sum(not r.kept for r in rejects)
    made.notes = (*reading.notes, *opened.late())
    if refused:
        first = next(r for r in rejects if not r.kept)
        made.notes += (f"{path}: {refused} rows refused, the first on line {first.line}: {first.reason}",)
    if reading.snapshot is None or "snapshot" not in opened.columns.at:
        made.notes += (f"{path}: day of the data not given; {day} (today) is assumed",)
    return made


def _cached_rows(path: Path, complete: tuple[str, ...]) -> Rows:
    return StoredRows(file_store(path, complete))


def file_store(path: Path, complete: tuple[str, ...] = ()) -> Store:
    """A large register file as a store of its own, made once and kept in the data folder."""
    from compliance.settings import load_settings
    from compliance.store.session import open_store

    stat = path.stat()
    mark = hashlib.sha256(f"{path.resolve()}\n{stat.st_size}\n{stat.st_mtime_ns}\n{complete}".encode()).hexdigest()[:16]
    store = open_store(load_settings().data / "registers" / f"{path.stem}-{mark}.db")
    if not StoredRows(store).info.source:
        import_register(store, path, complete=complete)
    return store


def _until_row(stream: Iterator[Packed]) -> Iterator[Packed]:
    """The batches up to the first that has a good row: it says the file's own source and day."""
    for packed in stream:
        yield packed
        if packed.rows:
            return


class _Told:
    """The batches on their way to the store: rejects are written to the rejects file, progress is told, remarks kept in `notes`."""

    def __init__(self, batches: Iterable[Packed], file: RejectsFile, size: int,
                 progress: Callable[[int, int, int], None] | None) -> None:  # fmt: skip
        self._batches, self._file, self._size, self._progress = batches, file, size, progress
        self.notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Packed]:
        rows = 0
        for packed in self._batches:
            self.notes = packed.notes
            for reject in packed.rejects:
                self._file.write(reject)
            rows += packed.rows
            yield packed
            if self._progress:
                self._progress(packed.at, self._size, rows)
        self._file.all_read()


def _spellings(normal: str, key: str) -> tuple[str, ...]:
    """What the name index takes signs from: as `names.grams_of` asks for them."""
    body = normal.replace("(", "").replace(")", "")
    return (body,) if key in body else (body, key)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _date(day: int | None) -> date | None:
    return None if not day else date(day // 10000, day // 100 % 100, day % 100)
