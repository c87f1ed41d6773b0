"""List files (名录) → entries: approved bodies, users of the geographical-indication mark, abnormal operation, catalogue, recalls.

Read with the same care as certificates: any encoding, title lines, dirty dates, full-width signs; a row that can't be used is a Reject
with line and reason, a spoilt code is a remark on a row that stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from compliance.register.cells import (
    Odd,
    code_is_right,
    code_of,
    date_of,
    is_damaged,
    plain_text,
    state_of,
    term_of,
)
from compliance.register.cleaning import Reject
from compliance.register.columns import Columns
from compliance.register.files import open_register_file
from compliance.register.listed import Listed, ListEntry, ListInfo, approval_of
from compliance.register.opened import Bad, Opened
from compliance.register.words import words
from rules.clock import today

CELL = 20_000  # signs of a cell that are kept


def list_kinds() -> tuple[str, ...]:
    """Kinds that `--kind` takes besides certificates."""
    return tuple(words("lists")["kinds"])


def read_list(
    path: str | Path, kind: str, source: str | None = None, snapshot: date | None = None
) -> Iterator[ListEntry | Reject]:
    """The entries of the list file at `path`. Raises RegisterFileError when the whole file can't be used.

    `source`, `snapshot` stand on rows that don't name their own; without them the file's name and today.
    """
    opened = open_register_file(path, kind)
    try:
        yield from entries_of(opened, kind, source or Path(path).name, snapshot or today())
    finally:
        opened.close()


def entries_of(opened: Opened, kind: str, source: str, snapshot: date) -> Iterator[ListEntry | Reject]:
    """The entries of an opened list file."""
    for item in opened.batches:
        if isinstance(item, Bad):
            yield Reject(item.line, item.reason, "correct the line and import again", raw=item.raw)
            continue
        for line, cells in zip(item.lines, item.rows, strict=True):
            yield from _entry(line, cells, opened.columns, kind, source, snapshot)


def list_in_memory(
    path: str | Path, kind: str, source: str | None = None, snapshot: date | None = None, complete: Sequence[str] = ()
) -> Listed:
    """A list file read into memory: for tests, and `--list KIND=FILE`. Source and day: as given, else as the file's first row says, else the
    file's name and today (`Listed.dated` False)."""
    opened = open_register_file(path, kind)
    own_day = "snapshot" in opened.columns.at
    try:
        read = list(entries_of(opened, kind, source or Path(path).name, snapshot or today()))
    finally:
        opened.close()
    entries = [r for r in read if isinstance(r, ListEntry)]
    refused = [r for r in read if isinstance(r, Reject) and not r.kept]
    day = snapshot or (entries[0].snapshot if entries and own_day else None)
    named = source or (entries[0].source if entries else Path(path).name)
    info = ListInfo(kind, named, day or today(), len(entries), tuple(complete), len(refused))
    return Listed(info, entries, [r.holder or "" for r in refused], dated=day is not None)


def _entry(
    line: int, cells: Sequence[Any], columns: Columns, kind: str, source: str, snapshot: date
) -> Iterator[ListEntry | Reject]:
    """One row: an entry, a Reject, or both when it is taken in with a remark; a blank line gives nothing."""
    if not any(plain_text(c) for c in cells):
        return
    raw = "\t".join(map(str, cells))[:2000]
    if len(cells) > columns.width and any(plain_text(c) for c in cells[columns.width :]):
        reason = f"{len(cells)} cells under {columns.width} headings: a cell holds an unquoted separator, or a column has no heading"
        yield Reject(line, reason, "put the cell in quotes, or give the column a heading", raw=raw)
        return
    shape = words("lists")["kinds"][kind]
    said = {f: next((cells[p] for p in places if p < len(cells) and plain_text(cells[p])), "") for f, places in columns.at.items()}  # fmt: skip
    values = {f: plain_text(c)[:CELL] for f, c in said.items() if plain_text(c)}
    name = values.get("name")
    days: dict[str, int | None] = {}
    for field in (*shape["days"], "snapshot"):
        read = term_of(said.get(field, ""))
        if isinstance(read, Odd):
            yield Reject(line, f"{field}: {read.what}", read.fix, raw=raw, holder=name)
            return
        if isinstance(read, tuple):  # 2023-01-01至2026-01-01 in one cell
            days.setdefault(shape["starts"], read[0])
            read = read[1] if field != shape["starts"] else read[0]
        days[field] = read if read is not None else days.get(field)
        if days[field]:
            values[field] = _shown(days[field])
    starts, ends = days.get(shape["starts"]), days.get(shape.get("ends", ""))
    wrong = _missing(values, shape) or _backwards(starts, ends, shape)
    if wrong:
        yield Reject(line, wrong[0], wrong[1], raw=raw, holder=name)
        return
    remarks = _mend(values)
    state, since, odd = _state(said.get("status", ""), days.get("status_from"))
    remarks += [odd] if odd else []
    if remarks:
        yield Reject(line, "; ".join(remarks), "the row is in; check the cell", True, raw, None, name)
    own = values.pop("source", None)
    values.pop("snapshot", None)
    seen = date_of(days.get("snapshot")) or snapshot
    yield ListEntry(kind, values, date_of(starts), date_of(ends), state, date_of(since), own or source, seen, line)


def _missing(values: Mapping[str, str], shape: Mapping[str, Any]) -> tuple[str, str] | None:
    for group in shape["filled"]:
        if not any(values.get(f) for f in group):
            headings = " or ".join(f"{f} ({shape['fields'][f][0]})" for f in group)
            return f"no {' and no '.join(group)}: nothing says what the row is about", f"fill {headings}"
    return None


def _backwards(starts: int | None, ends: int | None, shape: Mapping[str, Any]) -> tuple[str, str] | None:
    if starts and ends and ends < starts:
        reason = f"{shape['ends']} ({_shown(ends)}) before {shape['starts']} ({_shown(starts)})"
        return reason, "ask the source which of the two dates is wrong"
    return None


def _mend(values: dict[str, str]) -> list[str]:
    """Codes and yes/no words into one spelling; what is spoilt is left out or said."""
    remarks = []
    if "uscc" in values:
        code = code_of(values["uscc"]) or ""
        if is_damaged(code):
            remarks.append(f"code {code}: spoilt by a spreadsheet; the row is matched by name only")
            del values["uscc"]
        else:
            values["uscc"] = code
            if not code_is_right(code):
                remarks.append(f"code {code}: its check digit is wrong, a typing error")
    if "code" in values and (approval := approval_of(values["code"])):
        values["code"] = approval
    if "self_declared" in values:
        said = _yes_or_no().get(values["self_declared"].lower().replace(" ", ""))
        if said is None:
            remarks.append(f"self_declared {values['self_declared']!r} is neither yes nor no; taken as unknown")
            del values["self_declared"]
        else:
            values["self_declared"] = said
    return remarks


@cache
def _yes_or_no() -> dict[str, str]:
    data = words("lists")
    return {str(w).lower(): "no" for w in data["denied"]} | {str(w).lower(): "yes" for w in data["affirmed"]}


def _state(cell: Any, since: int | None) -> tuple[str | None, int | None, str | None]:
    """(state, its day, what is odd about the cell)."""
    text = plain_text(cell)
    read = state_of(words("lists")["status"].get(text.lower(), cell))
    return read.state, since if since is not None else read.since, f"{read.odd}; taken as unknown" if read.odd else None


def _shown(day: int | None) -> str:
    return "" if not day else f"{day // 10000}-{day // 100 % 100:02}-{day % 100:02}"
