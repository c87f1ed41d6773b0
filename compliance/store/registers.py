"""Writes a snapshot of the register into the store: one transaction, so that a killed import leaves the old snapshot whole.

Into an empty register rows go straight in, indexes last. Onto an older snapshot of the same source only what differs is written: rows
compare by a hash of their values, changed ones keep their number and gain the interval of their earlier state. What reads the rows
(files, names) is handed in: this room knows neither headings nor names.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, text
from sqlmodel import SQLModel

from compliance.store.changes import Leftovers, add_older, settle
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
BATCH = 20_000
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
    several_holders: tuple[tuple[str, int, int], ...] = ()  # (number, line, line): one number, two holders


@dataclass
class Taking:
    """The state of one import while it runs: words and organisations by their numbers."""

    connection: Connection
    import_id: int
    forms: Forms
    words: dict[str, int] = field(default_factory=dict)
    organisations: dict[tuple[str, str | None], int] = field(default_factory=dict)
    former: set[tuple[int, str]] = field(default_factory=set)
    new_words: list[tuple[int, str]] = field(default_factory=list)
    new_organisations: list[tuple[int, str, str, str, str | None]] = field(default_factory=list)
    new_former: list[tuple[int, str, str, str]] = field(default_factory=list)
    states: list[tuple[int, int | None, int | None, int | None]] = field(default_factory=list)

    def word(self, said: str | None) -> int | None:
        """The number of a word, a new one if need be."""
        if said is None:
            return None
        found = self.words.get(said)
        if found is None:
            found = self.words[said] = len(self.words) + 1
            self.new_words.append((found, said))
        return found

    def organisation(self, name: str, code: str | None) -> int:
        """The number of the organisation with this name and code."""
        found = self.organisations.get((name, code))
        if found is None:
            found = self.organisations[name, code] = len(self.organisations) + 1
            self.new_organisations.append((found, name, *self.forms(name), code))
        return found

    def flush(self) -> None:
        """Writes the words, organisations, names and intervals gathered so far."""
        insert(self.connection, "register_word", ("id", "text"), self.new_words)
        insert(self.connection, "organisation", ("id", "name", "normal", "key", "uscc"), self.new_organisations)
        insert(self.connection, "organisation_name", ("organisation_id", "name", "normal", "key"), self.new_former)
        insert(self.connection, "certificate_state", ("certificate_id", "state", "starts", "ends"), self.states)
        for gathered in (self.new_words, self.new_organisations, self.new_former, self.states):
            gathered.clear()


def import_rows(store: Store, rows: Iterable[tuple[Any, ...] | Refused], origin: Origin, forms: Forms,
                spellings: Callable[[str, str], Sequence[str]]) -> Imported:  # fmt: skip
    """Takes in a snapshot. `rows`: values in the order of FIELDS (days YYYYMMDD), or Refused. All or nothing.

    `spellings(normal, key)`: the strings whose neighbouring signs close names are found by.
    """
    with store.writing() as connection:
        before, again, later = _earlier(connection, origin)
        if again is not None:
            return Imported(again, again=True)
        import_id = _open_import(connection, origin, before)
        taking = Taking(connection, import_id, forms)
        _load(taking)
        empty = connection.execute(text("select 1 from certificate limit 1")).first() is None
        if empty:
            _drop_indexes(connection)
        leftovers = Leftovers.of(connection, origin.source, COMPARED) if not empty else None
        done = _take(taking, rows, origin, leftovers)
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
    taking.words.update((t, i) for i, t in read("select id, text from register_word order by id"))
    taking.organisations.update(((n, u), i) for i, n, u in read("select id, name, uscc from organisation order by id"))
    taking.former.update((o, n) for o, n in read("select organisation_id, name from organisation_name"))


def _take(
    taking: Taking, rows: Iterable[tuple[Any, ...] | Refused], origin: Origin, leftovers: Leftovers | None
) -> Imported:
    """Writes the rows that aren't in yet, batch by batch."""
    import numpy as np

    first = (taking.connection.execute(text("select max(id) from certificate")).scalar() or 0) + 1
    next_id, total, rejected, repeated, unchanged = first, 0, 0, 0, 0
    hashes: list[Any] = []
    doubles = _Doubles()
    stream = iter(rows)
    while batch := list(islice(stream, BATCH)):
        values: list[tuple[Any, ...]] = [r for r in batch if r.__class__ is not Refused]  # type: ignore[misc]
        refused = [r for r in batch if isinstance(r, Refused)] if len(values) < len(batch) else []
        rejected += len(refused)
        insert(taking.connection, "register_reject", ("import_id", "line", "reason", "number_key", "normal"),
               [(taking.import_id, r.line, r.reason, r.number_key, r.normal) for r in refused])  # fmt: skip
        total += len(values)
        made = list(_certificates(taking, values))
        marks = np.fromiter((hash(m) for m in made), dtype=np.int64, count=len(made))
        if leftovers is not None:
            fresh = leftovers.unmatched(marks)
            unchanged += len(made) - int(fresh.sum())
        else:
            fresh = np.ones(len(made), dtype=bool)
        written = []
        keep = fresh.tolist()
        for at, (row, compared) in enumerate(zip(values, made, strict=True)):
            if not keep[at]:
                continue
            written.append(
                (
                    next_id,
                    *compared[:13],
                    taking.import_id,
                    *compared[13:],
                    taking.word(row[20] if row[20] != origin.source else None),
                    row[21] if row[21] != origin.snapshot else None,
                )
            )
            doubles.see(row[1], compared[2], row[22])
            for state, starts, ends in row[19]:
                taking.states.append((next_id, STATUS_NUMBER[state], starts, ends))
            next_id += 1
        hashes.append(marks[fresh])
        taking.flush()
        insert(taking.connection, "certificate", COLUMNS, written)
    marks = np.concatenate(hashes) if hashes else np.empty(0, dtype=np.int64)
    repeated = _drop_repeated(taking.connection, marks, first)
    return Imported(0, rows=total - repeated, new=next_id - first - repeated, unchanged=unchanged, repeated=repeated,
                    rejected=rejected, several_holders=doubles.found())  # fmt: skip


def _certificates(taking: Taking, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Values in the order of COMPARED for each row."""
    word, organisation = taking.word, taking.organisation
    words, organisations, status_number = taking.words, taking.organisations, STATUS_NUMBER
    for (number, key, holder, uscc, scheme, standard, scope, body, body_code, issued, expires, status, since, province,
         former, maker, factory, models, replaced_by, _history, _source, _seen, _line) in rows:  # fmt: skip
        held = organisations.get((holder, uscc)) or organisation(holder, uscc)
        if former:
            _former(taking, held, former)
        yield (
            key, number, held, words.get(scheme) or word(scheme), words.get(standard) or word(standard), scope,
            words.get(body) or word(body), words.get(body_code) or word(body_code), issued, expires, status_number[status], since,
            words.get(province) or word(province), organisation(maker, None) if maker else None,
            organisation(factory, None) if factory else None, models, replaced_by,
        )  # fmt: skip


def _former(taking: Taking, held: int, names: Sequence[str]) -> None:
    for name in names:
        if (held, name) not in taking.former:
            taking.former.add((held, name))
            taking.new_former.append((held, name, *taking.forms(name)))


class _Doubles:
    """Numbers that stand on two rows with different holders, found without keeping the numbers (16 bytes a row)."""

    def __init__(self) -> None:
        from array import array

        self._keys, self._holders, self._lines = array("q"), array("L"), array("L")
        self._named: dict[int, str] = {}

    def see(self, key: str | None, holder: int, line: int) -> None:
        if key:
            self._keys.append(hash(key))
            self._holders.append(holder)
            self._lines.append(line)

    def found(self, limit: int = 1000) -> tuple[tuple[str, int, int], ...]:
        import numpy as np

        if not self._keys:
            return ()
        keys = np.frombuffer(self._keys, dtype=np.int64)
        holders = np.frombuffer(self._holders, dtype=np.uint64)
        order = np.lexsort((holders, keys))
        same = (keys[order][1:] == keys[order][:-1]) & (holders[order][1:] != holders[order][:-1])
        at = np.flatnonzero(same)[:limit]
        return tuple(("", int(self._lines[order[i]]), int(self._lines[order[i + 1]])) for i in at)


def _drop_repeated(connection: Connection, marks: Any, first: int) -> int:
    """Takes out rows that stand in the file twice, letter by letter; the first stays."""
    import numpy as np

    order = np.argsort(marks, kind="stable")
    again = np.flatnonzero(marks[order][1:] == marks[order][:-1]) + 1
    ids = [(int(order[i]) + first,) for i in again]
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    for start in range(0, len(ids), BATCH):
        chunk = ids[start : start + BATCH]
        connection.exec_driver_sql(f"delete from certificate where id = {mark}", chunk)
        connection.exec_driver_sql(f"delete from certificate_state where certificate_id = {mark}", chunk)
    return len(ids)


def _indexes() -> list[Any]:
    return [i for i in SQLModel.metadata.tables[Certificate.__tablename__].indexes]


def _drop_indexes(connection: Connection) -> None:
    for index in _indexes():
        index.drop(connection, checkfirst=True)


def _make_indexes(connection: Connection) -> None:
    for index in sorted(_indexes(), key=lambda i: str(i.name)):
        index.create(connection, checkfirst=True)
