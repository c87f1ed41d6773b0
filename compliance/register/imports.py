"""Register files → rows (读入登记数据): good rows as certificates, bad ones as `Reject` with line and reason; nothing vanishes.

`plain_columns` gives values by columns in the order of FIELDS: what the store writes, five million rows at a time. `plain_batches` gives
the same as tuples, `read_rows` as CertificateRow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from compliance.records import CertificateRow, StateInterval
from compliance.register.cells import date_of, int_of
from compliance.register.cleaning import FIELDS, Cleaner, PlainRow, Reject
from compliance.register.files import Bad, Opened, RegisterFileError, open_register_file
from rules.clock import today

__all__ = [
    "FIELDS",
    "PlainRow",
    "Reading",
    "RegisterFileError",
    "Reject",
    "certificate_of",
    "plain_batches",
    "plain_columns",
    "read_rows",
]


@dataclass
class Reading:
    """What was met while reading: filled as the rows are taken. `source`, `snapshot`: as the file's own columns first say."""

    opened: Opened
    rows: int = 0
    source: str | None = None
    snapshot: int | None = None
    notes: list[str] = field(default_factory=list)


def read_rows(
    path: str | Path, source: str | None = None, snapshot: date | None = None
) -> Iterator[CertificateRow | Reject]:
    """The rows of the register file at `path`. Raises RegisterFileError when the whole file can't be used.

    `source`, `snapshot` stand on rows that don't name their own; without them the file's name and today.
    """
    opened = open_register_file(path)
    default = (source or Path(path).name, snapshot or today())
    try:
        for rows, rejects in plain_batches(Reading(opened), int_of(default[1])):
            yield from rejects
            for row in rows:
                yield certificate_of(row, *default)
    finally:
        opened.close()


def certificate_of(row: PlainRow, source: str, snapshot: date | None) -> CertificateRow:
    """A plain row as a record."""
    (number, key, holder, uscc, scheme, standard, scope, body, body_code, issued, expires, status, status_from, province,
     former, maker, factory, models, replaced_by, history, own_source, seen, _line) = row  # fmt: skip
    return CertificateRow(
        number=number if number is not None else key or "", holder=holder, uscc=uscc, scheme=scheme, standard=standard,
        scope=scope, body=body, body_code=body_code, issued=date_of(issued), expires=date_of(expires), status=status,
        status_from=date_of(status_from), province=province, source=own_source or source,
        snapshot=date_of(seen) if seen else snapshot, former_names=former, manufacturer=maker, factory=factory,
        models=models, replaced_by=replaced_by,
        history=tuple(StateInterval(s, date_of(a), date_of(b)) for s, a, b in history),
    )  # fmt: skip


def plain_batches(reading: Reading, snapshot: int | None = None) -> Iterator[tuple[list[PlainRow], list[Reject]]]:
    """The rows of an opened file, cleaned, some thousands at a time, with the rejects among them."""
    for columns, rejects in plain_columns(reading, snapshot):
        yield list(zip(*columns, strict=True)), rejects


def plain_columns(reading: Reading, snapshot: int | None = None) -> Iterator[tuple[list[Sequence[Any]], list[Reject]]]:
    """As `plain_batches`, by columns in the order of FIELDS; none where a batch holds no good row."""
    opened = reading.opened
    reading.notes += [*opened.notes, *_notes_on(opened)]
    cleaner = Cleaner(opened.columns, snapshot)
    for item in opened.batches:
        if isinstance(item, Bad):
            yield [], [Reject(item.line, item.reason, "correct the line and import again", raw=item.raw)]
            continue
        columns, rejects = cleaner.clean(item)
        if columns:
            if not reading.rows:
                reading.source, reading.snapshot = columns[20][0], columns[21][0]
            reading.rows += len(columns[0])
        yield columns, rejects


def _notes_on(opened: Opened) -> list[str]:
    notes = []
    if opened.columns.unknown:
        notes.append(f"{opened.path}: columns not used: {', '.join(opened.columns.unknown)}")
    if "status" not in opened.columns.at:
        notes.append(f"{opened.path}: has no column of states; states are taken from the dates")
    return notes
