"""Writes a snapshot of the register into the store: one transaction, so that a killed import leaves the old snapshot whole.

Into an empty register rows go straight in, indexes last. Onto an older snapshot of the same source only what differs is written: rows
compare by a hash of their values, changed ones keep their number and gain the interval of their earlier state. What reads the rows
(files, names) is handed in: this room knows neither headings nor names.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import repeat
from typing import Any

from sqlalchemy import Connection, text
from sqlmodel import SQLModel

from compliance.store.changes import Leftovers, add_older, settle
from compliance.store.doubles import Doubles, number_of
from compliance.store.name_index import index_new_names
from compliance.store.session import Store
from compliance.store.tables import STATUSES, Certificate
from compliance.store.writes import insert

FIELDS = ("number", "number_key", "holder", "uscc", "scheme", "standard", "scope", "body", "body_code", "issued", "expires", "status",
          "status_from", "province", "former_names", "manufacturer", "factory", "models", "replaced_by", "history", "source", "snapshot",
          "line")  # fmt: skip
COLUMNS = ("id", "number_key", "number", "organisation_id", "scheme_id", "standard_id", "scope", "body_id", "body_code_id", "issued",
           "expires", "status", "status_from", "province_id", "import_id", "maker_id", "factory_id", "models", "replaced_by", "source_id",
           "seen")  # fmt: skip
COMPARED = tuple(c for c in COLUMNS if c not in ("id", "import_id", "source_id", "seen"))
STATUS_NUMBER = {name: number for number, name in enumerate(STATUSES, 1)} | {None: None}
Forms = Callable[[str], tuple[str, str]]  # name → (normal form, key)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an import comes from. `snapshot`: YYYYMMDD."""

    source: str
    snapshot: int
    file: str
    sha256: str
    complete: tuple[str, ...] = ()
    kind: str = "certificates"


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken in, as the reader says."""

    line: int
    reason: str
    number_key: str | None
    normal: str | None


Batch = tuple[Sequence[tuple[Any, ...]], Sequence[Refused]]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. `again`: the same file with the same day was in already; nothing was done."""

    import_id: int
    rows: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    unchanged: int = 0
    repeated: int = 0
    rejected: int = 0
    again: bool = False
    older_than: int | None = None  # the day of a later snapshot of this source that is in already
    several_holders: tuple[tuple[Any, int, int], ...] = ()  # (number, line, line): one number, two holders


class _Numbered(dict[Any, int]):
    """Thing → number; a new thing gets the next number and is kept in `new` until it is written."""

    def __init__(self) -> None:
        super().__init__()
        self.new: list[Any] = []
        self.last = 0

    def load(self, pairs: Iterable[tuple[Any, int]]) -> None:
        """Things that have their number already."""
        for thing, number in pairs:
            self[thing] = number
            self.last = max(self.last, number)

    def __missing__(self, thing: Any) -> int:
        self.last += 1
        self[thing] = self.last
        self.new.append((self.last, thing))
        return self.last


@dataclass
class Taking:
    """The state of one import while it runs: words and organisations by their numbers, what waits to be written."""

    connection: Connection
    origin: Origin
    import_id: int
    forms: Forms
    words: _Numbered = field(default_factory=_Numbered)
    organisations: _Numbered = field(default_factory=_Numbered)
    former: set[tuple[int, str]] = field(default_factory=set)
    new_former: list[tuple[int, str, str, str]] = field(default_factory=list)
    states: list[tuple[int, int | None, int | None, int | None]] = field(default_factory=list)

    def flush(self) -> None:
        """Writes the words, organisations, names and intervals gathered so far."""
        insert(self.connection, "register_word", ("id", "text"), self.words.new)
        made = [(i, name, *self.forms(name), code) for i, (name, code) in self.organisations.new]
        insert(self.connection, "organisation", ("id", "name", "normal", "key", "uscc"), made)
        insert(self.connection, "organisation_name", ("organisation_id", "name", "normal", "key"), self.new_former)
        insert(self.connection, "certificate_state", ("certificate_id", "state", "starts", "ends"), self.states)
        for gathered in (self.words.new, self.organisations.new, self.new_former, self.states):
            gathered.clear()  # type: ignore[attr-defined]


def import_rows(store: Store, batches: Iterable[Batch], origin: Origin, forms: Forms,
                spellings: Callable[[str, str], Sequence[str]]) -> Imported:  # fmt: skip
    """Takes in a snapshot. A batch: rows with values in the order of FIELDS (days YYYYMMDD), and Refused. All or nothing.

    `spellings(normal, key)`: the strings whose neighbouring signs close names are found by.
    """
    with store.writing() as connection:
        before, again, later = _earlier(connection, origin)
        if again is not None:
            return Imported(again, again=True)
        import_id = _open_import(connection, origin, before)
        taking = Taking(connection, origin, import_id, forms)
        _load(taking)
        empty = connection.execute(text("select 1 from certificate limit 1")).first() is None
        if empty:
            _drop_indexes(connection)
        leftovers = Leftovers.of(connection, origin.source, COMPARED) if not empty else None
        done = _take(taking, batches, leftovers)
        if empty:
            _make_indexes(connection)
        if leftovers is not None and later is not None and before is not None:
            done = add_older(connection, import_id, before, origin.snapshot, done)
        elif leftovers is not None:
            done = settle(connection, import_id, leftovers, done)
        done = replace(done, import_id=import_id, older_than=later)
        _close_import(connection, done)
        index_new_names(connection, spellings)
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("analyze")
    return done


def _earlier(connection: Connection, origin: Origin) -> tuple[int | None, int | None, int | None]:
    """(the last import of this source, the same file's import if it is the last one, a later snapshot's day)."""
    last = connection.execute(
        text(
            "select id, snapshot, sha256, complete from register_import where kind = :k and source = :s order by snapshot desc, id desc limit 1"
        ),
        {"k": origin.kind, "s": origin.source},
    ).first()
    if last is None:
        return None, None, None
    same = last.sha256 == origin.sha256 and last.snapshot == origin.snapshot and last.complete == _complete(origin)
    later = last.snapshot if last.snapshot and last.snapshot > origin.snapshot else None
    return last.id, last.id if same else None, later


def _complete(origin: Origin) -> str:
    return json.dumps(list(origin.complete), ensure_ascii=False)


def _open_import(connection: Connection, origin: Origin, before: int | None) -> int:
    number = (connection.execute(text("select max(id) from register_import")).scalar() or 0) + 1
    columns = ("id", "kind", "source", "snapshot", "file", "sha256", "complete", "imported_at", "before_id", "rows", "rejected",
               "noticed", "new", "changed", "gone", "unchanged")  # fmt: skip
    now = datetime.now(UTC).isoformat(timespec="seconds")
    insert(connection, "register_import", columns, [(number, origin.kind, origin.source, origin.snapshot, origin.file, origin.sha256,
                                                     _complete(origin), now, before, *[0] * 7)])  # fmt: skip
    return number


def _close_import(connection: Connection, done: Imported) -> None:
    connection.execute(
        text("update register_import set rows = :rows, rejected = :rejected, new = :new, changed = :changed, gone = :gone, "
             "unchanged = :unchanged where id = :id"),
        {"rows": done.rows, "rejected": done.rejected, "new": done.new, "changed": done.changed, "gone": done.gone,
         "unchanged": done.unchanged, "id": done.import_id},
    )  # fmt: skip


def _load(taking: Taking) -> None:
    """Numbers given so far. Numbers are never given twice: they count on from the highest."""
    read = taking.connection.exec_driver_sql
    taking.words[None] = None  # type: ignore[assignment]
    taking.words.load((t, i) for i, t in read("select id, text from register_word order by id"))
    taking.organisations.load(((n, u), i) for i, n, u in read("select id, name, uscc from organisation order by id"))
    taking.former.update((o, n) for o, n in read("select organisation_id, name from organisation_name"))


def _take(taking: Taking, batches: Iterable[Batch], leftovers: Leftovers | None) -> Imported:
    """Writes the rows that aren't in yet, batch by batch."""
    import numpy as np

    first = (taking.connection.execute(text("select max(id) from certificate")).scalar() or 0) + 1
    next_id, total, rejected, unchanged = first, 0, 0, 0
    doubles = Doubles()
    for rows, refused in batches:
        rejected += len(refused)
        insert(taking.connection, "register_reject", ("import_id", "line", "reason", "number_key", "normal"),
               [(taking.import_id, r.line, r.reason, r.number_key, r.normal) for r in refused])  # fmt: skip
        if not rows:
            continue
        total += len(rows)
        values = _values(taking, rows)
        if leftovers is not None:
            marks = np.fromiter(map(hash, zip(*values[:17], strict=True)), dtype=np.int64, count=len(rows))
            fresh = leftovers.unmatched(marks)
            unchanged += len(rows) - int(fresh.sum())
            keep = fresh.tolist()
            rows = [r for r, k in zip(rows, keep, strict=True) if k]
            values = [[v for v, k in zip(column, keep, strict=True) if k] for column in values]
        ids = range(next_id, next_id + len(rows))
        next_id += len(rows)
        for number, row in zip(ids, rows, strict=True):
            if row[19]:
                taking.states += [(number, STATUS_NUMBER[state], starts, ends) for state, starts, ends in row[19]]
        doubles.see(values[0], values[2], [r[22] for r in rows])
        taking.flush()
        written = zip(ids, *values[:13], repeat(taking.import_id), *values[13:])
        insert(taking.connection, "certificate", COLUMNS, list(written))
    several, again = doubles.found(first)
    repeated = _drop_repeated(taking.connection, again)
    return Imported(0, rows=total - repeated, new=next_id - first - repeated, unchanged=unchanged, repeated=repeated,
                    rejected=rejected, several_holders=tuple((number_of(taking.connection, i), a, b) for i, a, b in several))  # fmt: skip


def _values(taking: Taking, rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    """Columns in the order of COMPARED, then the source's word and the row's own day where they differ from the file's."""
    (number, key, holder, uscc, scheme, standard, scope, body, body_code, issued, expires, status, since, province,
     former, maker, factory, models, replaced_by, _history, source, seen, _line) = zip(*rows, strict=True)  # fmt: skip
    word, organisation = taking.words.__getitem__, taking.organisations.__getitem__
    held = list(map(organisation, zip(holder, uscc, strict=True)))
    for at, names in enumerate(former):
        if names:
            _former(taking, held[at], names)
    origin = taking.origin
    return [list(column) for column in (
        key, number, held, map(word, scheme), map(word, standard), scope, map(word, body), map(word, body_code), issued, expires,
        map(STATUS_NUMBER.__getitem__, status), since, map(word, province),
        [organisation((m, None)) if m and m != h else g if m else None for m, h, g in zip(maker, holder, held, strict=True)],
        [organisation((f, None)) if f and f != h else g if f else None for f, h, g in zip(factory, holder, held, strict=True)],
        models, replaced_by, [None if s == origin.source else word(s) for s in source], [None if d == origin.snapshot else d for d in seen],
    )]  # fmt: skip


def _former(taking: Taking, held: int, names: Sequence[str]) -> None:
    for name in names:
        if (held, name) not in taking.former:
            taking.former.add((held, name))
            taking.new_former.append((held, name, *taking.forms(name)))


def _drop_repeated(connection: Connection, pairs: Sequence[tuple[int, int]]) -> int:
    """Takes out rows that stand in the file twice, letter by letter; the first stays. `pairs`: rows of one number and holder."""
    columns = ", ".join(c for c in COMPARED)
    read = text(f"select {columns} from certificate where id in (:a, :b)")
    again = [(b,) for a, b in pairs if len(set(connection.execute(read, {"a": a, "b": b}).all())) == 1]
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    for start in range(0, len(again), 20_000):
        connection.exec_driver_sql(f"delete from certificate where id = {mark}", again[start : start + 20_000])
        connection.exec_driver_sql(
            f"delete from certificate_state where certificate_id = {mark}", again[start : start + 20_000]
        )
    return len(again)


def _indexes() -> list[Any]:
    return [i for i in SQLModel.metadata.tables[Certificate.__tablename__].indexes]


def _drop_indexes(connection: Connection) -> None:
    for index in _indexes():
        index.drop(connection, checkfirst=True)


def _make_indexes(connection: Connection) -> None:
    for index in sorted(_indexes(), key=lambda i: str(i.name)):
        index.create(connection, checkfirst=True)
