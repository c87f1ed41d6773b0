"""Writes a snapshot of the register into the store: one transaction, so that a killed import leaves the old snapshot whole.

Into an empty register rows go straight in, indexes last. Onto an older snapshot of the same source only what differs is written: rows
compare by a hash of their values, changed ones keep their number and gain the interval of their earlier state. What reads the rows
(files, names) is handed in: this room knows neither headings nor names.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import repeat
from typing import Any, Protocol

from sqlalchemy import Connection, text
from sqlmodel import SQLModel

from compliance.collecting import no_collecting
from compliance.store.changes import Leftovers, add_older, settle
from compliance.store.doubles import Doubles, number_of
from compliance.store.name_index import NewNames
from compliance.store.session import CACHE, Store
from compliance.store.tables import STATUSES, Certificate, CertificateState, Organisation, OrganisationName
from compliance.store.writes import insert

PACKED = ("number", "number_key", "holder", "scheme", "standard", "scope", "body", "body_code", "issued", "expires", "status",
          "status_from", "province", "manufacturer", "factory", "models", "replaced_by", "source", "snapshot", "line")  # fmt: skip
COMPARED = ("number_key", "number", "organisation_id", "scheme_id", "standard_id", "scope", "body_id", "body_code_id", "issued", "expires",
            "status", "status_from", "province_id", "maker_id", "factory_id", "models", "replaced_by")  # fmt: skip
VALUES = (*COMPARED, "source_id", "seen")
SORTED_AT_ONCE = 8192  # KB
STATUS_NUMBER = {name: number for number, name in enumerate(STATUSES, 1)} | {None: None}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an import comes from. `snapshot`: YYYYMMDD."""

    source: str
    snapshot: int
    file: str
    sha256: str
    complete: tuple[str, ...] = ()
    kind: str = "certificates"


class Batch(Protocol):
    """Rows as the reader packs them (register.packing says how): values in columns, words and parties by number, each told once."""

    columns: list[Sequence[Any]]  # in the order of PACKED; days YYYYMMDD
    words: list[str]
    parties: list[tuple[str, str | None]]  # name, code
    history: list[tuple[int, tuple[Any, ...]]]
    former: list[tuple[int, tuple[tuple[str, str, str], ...]]]
    refused: list[tuple[int, str, str | None, str | None]]
    rows: int


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


@dataclass
class Taking:
    """The state of one import while it runs: words and parties of the file by the numbers they have in the store."""

    connection: Connection
    origin: Origin
    import_id: int
    forms: Callable[[str], tuple[str, str]]
    words: list[int | None] = field(default_factory=lambda: [None])  # number in the file → number in the store
    parties: list[int | None] = field(default_factory=lambda: [None])
    known_words: dict[str, int] = field(default_factory=dict)
    known_parties: dict[tuple[str, str | None], int] = field(default_factory=dict)
    last_party: int = 0
    former: set[tuple[int, str]] = field(default_factory=set)

    def learn(self, batch: Batch) -> None:
        """Gives the batch's new words and parties their numbers and writes those the store doesn't have."""
        words = []
        for word in batch.words:
            number = self.known_words.get(word)
            if number is None:
                number = self.known_words[word] = len(self.known_words) + 1
                words.append((number, word))
            self.words.append(number)
        parties = []
        for party in batch.parties:
            number = self.known_parties.get(party)
            if number is None:
                self.last_party = number = self.last_party + 1
                parties.append((number, party[0], *self.forms(party[0]), party[1]))
            self.parties.append(number)
        insert(self.connection, "register_word", ("id", "text"), words)
        insert(self.connection, "organisation", ("id", "name", "normal", "key", "uscc"), parties)

    def rename(self, former: Sequence[tuple[int, tuple[tuple[str, str, str], ...]]], held: Sequence[int]) -> None:
        """Writes former names that aren't known yet."""
        rows = []
        for at, names in former:
            for name, normal, key in names:
                if (held[at], name) not in self.former:
                    self.former.add((held[at], name))
                    rows.append((held[at], name, normal, key))
        insert(self.connection, "organisation_name", ("organisation_id", "name", "normal", "key"), rows)


def import_rows(store: Store, batches: Iterable[Batch], origin: Origin,
                forms: Callable[[str], tuple[str, str]], spellings: Callable[[str, str], Sequence[str]]) -> Imported:  # fmt: skip
    """Takes in a snapshot. All or nothing.

    `forms(name)`: its normal form and key; `spellings(normal, key)`: the strings whose neighbouring signs close names are found by.
    """
    with no_collecting(), store.writing(sorting=True) as connection:
        before, again, later = earlier(connection, origin)
        if again is not None:
            return Imported(again, again=True)
        import_id = open_import(connection, origin, before)
        taking = Taking(connection, origin, import_id, forms)
        _load(taking)
        empty = connection.execute(text("select 1 from certificate limit 1")).first() is None
        if empty:
            _drop_indexes(connection)
        leftovers = Leftovers.of(connection, origin.source, COMPARED) if not empty else None
        done = _take(taking, batches, leftovers)
        if empty:
            del taking  # its words and names: room for the index
            _make_indexes(connection, spellings)
        if leftovers is not None and later is not None and before is not None:
            done = add_older(connection, import_id, before, origin.snapshot, done)
        elif leftovers is not None:
            done = settle(connection, import_id, leftovers, done)
        done = replace(done, import_id=import_id, older_than=later)
        close_import(connection, done)
        if not empty:
            names = NewNames.read(connection, spellings)  # after `settle`, which finds former names
            names.build()
            names.write(connection)
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("pragma analysis_limit=400")
            connection.exec_driver_sql("analyze")
    return done


def earlier(connection: Connection, origin: Origin) -> tuple[int | None, int | None, int | None]:
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


def open_import(connection: Connection, origin: Origin, before: int | None) -> int:
    """Writes the line of a new import, its counts still 0; gives its number. `before`: the import of the same source it follows."""
    number = (connection.execute(text("select max(id) from register_import")).scalar() or 0) + 1
    columns = ("id", "kind", "source", "snapshot", "file", "sha256", "complete", "imported_at", "before_id", "rows", "rejected",
               "noticed", "new", "changed", "gone", "unchanged")  # fmt: skip
    now = datetime.now(UTC).isoformat(timespec="seconds")
    insert(connection, "register_import", columns, [(number, origin.kind, origin.source, origin.snapshot, origin.file, origin.sha256,
                                                     _complete(origin), now, before, *[0] * 7)])  # fmt: skip
    return number


def close_import(connection: Connection, done: Imported) -> None:
    """Writes the counts of a finished import into its line."""
    connection.execute(
        text("update register_import set rows = :rows, rejected = :rejected, new = :new, changed = :changed, gone = :gone, "
             "unchanged = :unchanged where id = :id"),
        {"rows": done.rows, "rejected": done.rejected, "new": done.new, "changed": done.changed, "gone": done.gone,
         "unchanged": done.unchanged, "id": done.import_id},
    )  # fmt: skip


def _load(taking: Taking) -> None:
    """Numbers given so far. Numbers are never given twice: they count on from the highest."""
    read = taking.connection.exec_driver_sql
    taking.known_words.update((t, i) for i, t in read("select id, text from register_word order by id"))
    taking.known_parties.update(((n, u), i) for i, n, u in read("select id, name, uscc from organisation order by id"))
    taking.last_party = max(taking.known_parties.values(), default=0)
    taking.former.update((o, n) for o, n in read("select organisation_id, name from organisation_name"))


def _take(taking: Taking, batches: Iterable[Batch], leftovers: Leftovers | None) -> Imported:
    """Writes the rows that aren't in yet, batch by batch."""
    import numpy as np

    first = (taking.connection.execute(text("select max(id) from certificate")).scalar() or 0) + 1
    next_id, total, rejected, unchanged = first, 0, 0, 0
    doubles = Doubles()
    for batch in batches:
        rejected += len(batch.refused)
        insert(taking.connection, "register_reject", ("import_id", "line", "reason", "number_key", "normal"),
               [(taking.import_id, *r) for r in batch.refused])  # fmt: skip
        if not batch.rows:
            continue
        total += batch.rows
        taking.learn(batch)
        values = _values(taking, batch)
        taking.rename(batch.former, values[2])
        lines, history = batch.columns[19], dict(batch.history)
        ids = range(next_id, next_id + batch.rows)
        if leftovers is None:
            doubles.see(values[0], values[2], lines, ids)
        else:
            marks = np.fromiter(map(hash, zip(*values[:17], strict=True)), dtype=np.int64, count=batch.rows)
            fresh = leftovers.unmatched(marks)
            kept = np.flatnonzero(fresh).tolist()
            doubles.see(values[0], values[2], lines, np.where(fresh, np.cumsum(fresh) + (next_id - 1), 0).tolist())
            unchanged += batch.rows - len(kept)
            values = [[column[at] for at in kept] for column in values]
            lines = [lines[at] for at in kept]
            history = {new: history[at] for new, at in enumerate(kept) if at in history}
            ids = range(next_id, next_id + len(kept))
        next_id = ids.stop
        states = [(ids[at], STATUS_NUMBER[s], a, b) for at, many in history.items() for s, a, b in many]
        insert(taking.connection, "certificate_state", ("certificate_id", "state", "starts", "ends"), states)
        _write(taking, ids, values)
    several, again = doubles.found()
    repeated = _drop_repeated(taking.connection, again)
    named = tuple((number_of(taking.connection, i), a, b) for i, a, b in several)
    return Imported(0, rows=total - repeated, new=next_id - first - repeated, unchanged=unchanged, repeated=repeated,
                    rejected=rejected, several_holders=named)  # fmt: skip


def _write(taking: Taking, ids: range, values: list[list[Any]]) -> None:
    """Inserts a batch of certificates. A column that is empty in the whole batch isn't bound: binding is half of inserting."""
    filled = [(name, column) for name, column in zip(VALUES, values, strict=True) if column.count(None) < len(column)]
    rows = list(zip(ids, repeat(taking.import_id), *(column for _, column in filled)))
    insert(taking.connection, "certificate", ("id", "import_id", *(name for name, _ in filled)), rows)


def _values(taking: Taking, batch: Batch) -> list[Any]:
    """Columns in the order of VALUES: source and day only where they differ from the file's."""
    (number, key, held, scheme, standard, scope, body, body_code, issued, expires, status, since, province,
     maker, factory, models, replaced_by, source, seen, _line) = batch.columns  # fmt: skip
    word, party = taking.words.__getitem__, taking.parties.__getitem__
    origin = taking.origin
    own = taking.known_words.get(origin.source)
    return [
        key, number, list(map(party, held)), list(map(word, scheme)), list(map(word, standard)), scope, list(map(word, body)),
        list(map(word, body_code)), issued, expires, list(map(STATUS_NUMBER.__getitem__, status)), since, list(map(word, province)),
        list(map(party, maker)), list(map(party, factory)), models, replaced_by,
        [None if s == own else s for s in map(word, source)], [None if d == origin.snapshot else d for d in seen],
    ]  # fmt: skip


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
    """Indexes that are made after a first import: building them once costs half of keeping them."""
    tables = (Certificate, Organisation, OrganisationName, CertificateState)
    return [i for t in tables for i in SQLModel.metadata.tables[str(t.__tablename__)].indexes]


def _drop_indexes(connection: Connection) -> None:
    for index in _indexes():
        index.drop(connection, checkfirst=True)


def _make_indexes(connection: Connection, spellings: Callable[[str, str], Sequence[str]]) -> None:
    """The indexes of the database, and beside them, in a thread, the index of names."""
    names = NewNames.read(connection, spellings)
    with ThreadPoolExecutor(1) as beside, _sorted_in_parts(connection):
        built = beside.submit(names.build)
        for index in sorted(_indexes(), key=lambda i: str(i.name)):
            index.create(connection, checkfirst=True)
        built.result()
    names.write(connection)


@contextmanager
def _sorted_in_parts(connection: Connection) -> Iterator[None]:
    """SQLite sorts as much at once as its cache is large: sorting five million numbers in small parts takes half the time of all at once."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"pragma cache_size=-{SORTED_AT_ONCE}")
    yield
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"pragma cache_size=-{CACHE}")
