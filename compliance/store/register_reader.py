"""Reads the register out of the store as records, many keys at a time (one question for two hundred keys costs 7 µs a key)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, make_dataclass
from datetime import date
from itertools import repeat
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from compliance.records import CertificateRow, RegisterInfo, StateInterval
from compliance.store.name_index import StoredPostings, names_in_blocks
from compliance.store.session import Store
from compliance.store.tables import STATUSES

AT_ONCE = 2000  # keys in one question
_COLUMNS = (
    "c.id, c.number_key, c.number, o.name, o.uscc, c.scheme_id, c.standard_id, c.scope, c.body_id, c.body_code_id, c.issued, c.expires, "
    "c.status, c.status_from, c.province_id, c.import_id, c.gone_id, c.maker_id, c.factory_id, c.models, c.replaced_by, c.source_id, "
    "c.seen, c.organisation_id"
)


_ASKED_BY = {"number_key": "c.number_key", "uscc": "o.uscc", "normal": "o.normal", "key": "o.key",
             "organisation_id": "c.organisation_id", "maker_id": "c.maker_id", "factory_id": "c.factory_id"}  # fmt: skip
_FIRST = itemgetter(0)
# a frozen record takes 4 µs to make, one that isn't yet frozen half a microsecond; the places of its values are the same
_Loose: Any = make_dataclass("_Loose", [(f.name, f.type) for f in fields(CertificateRow)], slots=True)


class Named(NamedTuple):
    """An organisation and how it is written: present or former name."""

    id: int
    normal: str
    key: str


class Best(NamedTuple):
    """Which rows of a holder are enough: those that can be the one in force on the day; of all of them, or of each scheme."""

    on: date
    of_each_scheme: bool


class RegisterReader:
    """登记数据 in the store, as of now. `info` None-like: `rows` 0 when nothing was imported."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._words: dict[int | None, str | None] = {}
        self._imports: dict[int, Any] = {}
        self._last: dict[str, int | None] = {}
        self._origins = _Memo(self._origin)
        self._refresh()

    @property
    def info(self) -> RegisterInfo:
        """Source, day and size of the whole. Several sources: joined, with the oldest day and what all of them are complete for."""
        live = list(self._live())
        sources = "；".join(i.source for i in live)
        days = [i.snapshot for i in live if i.snapshot]
        complete = [tuple(json.loads(i.complete)) for i in live]
        rows = sum(i.rows for i in live)  # counting five million rows anew would cost a second at every start
        return RegisterInfo(
            sources, _day(min(days)) if days else None, rows, tuple(dict.fromkeys(c for many in complete for c in many))
        )

    def certificates(
        self, column: str, keys: Iterable[Any], best: Best | None = None
    ) -> dict[Any, list[CertificateRow]]:
        """Rows by `number_key`, by the holder's `uscc`, `normal` or `key` (its present name), or by `organisation_id`, `maker_id`,
        `factory_id`. Keys without rows are absent.

        With `best` only the rows that can be the one in force on that day: of a firm with hundreds a few.
        """
        of = _ASKED_BY[column]
        # a number of ours can stand in the statement; text from outside never does
        joined = "certificate c join organisation o on o.id = c.organisation_id"
        sql = f"select {_COLUMNS}, {of} from {joined} where {of} in :k"
        narrow = f"select c.id, c.organisation_id, c.scheme_id, c.issued, c.expires, c.status, c.status_from from {joined} where {of} in :k"
        chosen = f"select {_COLUMNS}, {of} from {joined} where c.id in :k"
        out: dict[Any, list[CertificateRow]] = {}
        with self._store.reading() as connection:
            for chunk in _chunks(list(keys)):
                if best is None:
                    found = _fetch(connection, sql, chunk)
                else:
                    ids = _contenders(connection, _fetch(connection, narrow, chunk), best)
                    found = [row for many in _chunks(ids, 5000) for row in _fetch(connection, chosen, many)]
                found.sort(key=_FIRST)
                for one, row in zip(found, self._records(connection, found), strict=True):
                    out.setdefault(one[24], []).append(row)
        return out

    def by_id(self, ids: Sequence[int]) -> dict[int, tuple[int, CertificateRow]]:
        """(number of the holder, row) for each number of a certificate."""
        sql = f"select {_COLUMNS} from certificate c join organisation o on o.id = c.organisation_id where c.id in :k"
        out: dict[int, tuple[int, CertificateRow]] = {}
        with self._store.reading() as connection:
            for chunk in _chunks(list(ids)):
                found = _fetch(connection, sql, chunk)
                rows = self._records(connection, found)
                out |= {f[0]: (f[23], row) for f, row in zip(found, rows, strict=True)}
        return out

    def one_each(self, organisations: Iterable[int]) -> dict[int, CertificateRow]:
        """One row of each organisation that has any."""
        sql = (
            f"select {_COLUMNS} from (select min(id) as first from certificate where organisation_id in :k group by organisation_id) f "
            "join certificate c on c.id = f.first join organisation o on o.id = c.organisation_id"
        )
        out: dict[int, CertificateRow] = {}
        with self._store.reading() as connection:
            for chunk in _chunks([int(i) for i in organisations], 5000):
                found = _fetch(connection, sql, chunk)
                out |= {f[23]: row for f, row in zip(found, self._records(connection, found), strict=True)}
        return out

    def named(self, column: str, keys: Iterable[str]) -> dict[str, list[int]]:
        """Organisations by `normal` or `key` of their present name."""
        assert column in ("normal", "key")
        return self._organisations(f"select {column}, id from organisation where {column} in :k order by id", keys)

    def named_before(self, column: str, keys: Iterable[str]) -> dict[str, list[int]]:
        """Organisations by `normal` or `key` of a former name that their present one hasn't."""
        assert column in ("normal", "key")
        sql = (
            f"select n.{column}, o.id from organisation_name n join organisation o on o.id = n.organisation_id "
            f"where n.{column} in :k and o.{column} <> n.{column} order by n.id"
        )
        return self._organisations(sql, keys)

    def _organisations(self, sql: str, keys: Iterable[str]) -> dict[str, list[int]]:
        out: dict[str, list[int]] = {}
        with self._store.reading() as connection:
            for chunk in _chunks(list(keys)):
                for asked, number in _fetch(connection, sql, chunk):
                    out.setdefault(asked, []).append(number)
        return out

    def names(self, ids: Sequence[int]) -> list[Named]:
        """All names of these organisations."""
        present = "select id, normal, key from organisation where id in :k"
        former = "select organisation_id, normal, key from organisation_name where organisation_id in :k"
        out: list[Named] = []
        with self._store.reading() as connection:
            for chunk in _chunks([int(i) for i in ids], 5000):
                out += [Named(*found) for found in _fetch(connection, present, chunk)]
                out += [Named(*found) for found in _fetch(connection, former, chunk)]
        return out

    def former_names(self) -> list[tuple[int, str, str]]:
        """(number of the organisation, normal form, key) of every former name."""
        with self._store.reading() as connection:
            return _fetch(connection, "select organisation_id, normal, key from organisation_name", ())

    def present_names(self) -> tuple[bytes, bytes]:
        """Normal forms and keys of all organisations as two texts in UTF-8, one a line at the place of its number, the first of number 0; an
        empty line where there is none, and where the key equals the normal form."""
        with self._store.reading() as connection:
            normals, keys, reached = names_in_blocks(connection)
            later = f"select id, normal, key from organisation where id > {reached} order by id"
            for number, normal, key in _fetch(
                connection, later, ()
            ):  # of a store whose names an earlier release has indexed
                blank = [b""] * (number - reached - 1)
                normals += [*blank, normal.encode()]
                keys += [*blank, key.encode() if key != normal else b""]
                reached = number
        return b"\n".join(normals), b"\n".join(keys)

    def last_organisation(self) -> int:
        """The highest number of an organisation, 0 when there is none."""
        with self._store.reading() as connection:
            return connection.execute(text("select max(id) from organisation")).scalar() or 0

    def postings(self) -> StoredPostings:
        """The index of neighbouring signs."""
        return StoredPostings(self._store.reading, self.last_organisation() + 1)

    def unread_of(self, column: str, keys: Iterable[str]) -> dict[str, str | None]:
        """Why a row with this `number_key` or holder's `normal` form was refused in the newest import of its source, for each key."""
        assert column in ("number_key", "normal")
        out: dict[str, str | None] = dict.fromkeys(keys)
        live = {i.id for i in self._live()}
        with self._store.reading() as connection:
            for chunk in _chunks(list(out)):
                sql = f"select {column}, line, reason, import_id from register_reject where {column} in :k order by id"
                for key, line, reason, import_id in _fetch(connection, sql, chunk):
                    out[key] = f"line {line}: {reason}" if import_id in live else None
        return out

    def sole_holder(self) -> str | None:
        """The only holder's name, when there is one holder only."""
        with self._store.reading() as connection:
            names = connection.execute(text(
                "select distinct name from organisation where id in (select organisation_id from certificate limit 200000) limit 2")).all()  # fmt: skip
        return names[0][0] if len(names) == 1 else None

    def _refresh(self) -> None:
        with self._store.reading() as connection:
            self._words = {None: None, 0: None}
            self._words |= {i: t for i, t in connection.execute(text("select id, text from register_word"))}
            rows = connection.execute(
                text("select * from register_import where kind = 'certificates' order by id")
            ).all()
        self._imports = {r.id: r for r in rows}
        self._last = {}
        for row in sorted(rows, key=lambda r: (r.snapshot or 0, r.id)):
            self._last[row.source] = row.id
        self._origins.clear()

    def _live(self) -> Iterator[Any]:
        return (self._imports[i] for i in self._last.values() if i is not None)

    def _records(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> list[CertificateRow]:
        """Rows of _COLUMNS as records, column by column: a third of the time it takes row by row."""
        if not rows:
            return []
        (ids, keys, numbers, holders, codes, schemes, standards, scopes, bodies, body_codes, issued, expires, statuses, since, provinces,
         imports, gone, makers, factories, models, replaced_by, sources, seen, organisations) = list(zip(*rows, strict=True))[:24]  # fmt: skip
        if not self._imports.keys() >= set(imports):
            self._refresh()  # another process has imported since
        history = _grouped(connection, "select certificate_id, state, starts, ends from certificate_state where certificate_id in :k order by id",
                           ids)  # fmt: skip
        former = _grouped(connection, "select organisation_id, name from organisation_name where organisation_id in :k order by id",
                          organisations)  # fmt: skip
        parties: dict[int | None, str | None] = dict(zip(organisations, holders, strict=True))
        parties[None] = None
        others = {p for p in (*makers, *factories) if p not in parties}  # most firms make what they hold
        named = _grouped(connection, "select id, name from organisation where id in :k", others)
        parties |= {number: one[0][0] for number, one in named.items()}
        word, day, party = self._words.__getitem__, _DAYS.__getitem__, parties.__getitem__
        origins = list(map(self._origins.__getitem__, zip(imports, gone, sources, seen, strict=True)))
        records: Any = list(map(
            _Loose, (k or "" if n is None else n for n, k in zip(numbers, keys, strict=True)), holders, codes, map(word, schemes),
            map(word, standards), scopes, map(word, bodies), map(word, body_codes), map(day, issued), map(day, expires),
            map(_STATUS_NAMES.__getitem__, statuses), map(day, since), map(word, provinces), (source for source, _ in origins),
            (seen_on for _, seen_on in origins), (tuple(n for (n,) in former[o]) if o in former else () for o in organisations) if former else repeat(()),
            map(party, makers), map(party, factories), models, replaced_by, (_intervals(history[i]) if i in history else () for i in ids) if history else repeat(()),
        ))  # fmt: skip
        for record in records:
            record.__class__ = CertificateRow
        return list(records)

    def _origin(self, of: tuple[int, int | None, int | None, int | None]) -> tuple[str, date | None]:
        """(source, day) of a row by its import, the import that no longer had it, its own source and its own day."""
        import_id, gone_id, source, seen = of
        origin = self._imports[import_id]
        if gone_id is not None:
            origin = self._imports.get(self._imports[gone_id].before_id, origin)
        else:
            origin = self._imports[self._last[origin.source] or import_id]
        return (self._words[source] or "") if source else origin.source, _DAYS[seen or origin.snapshot]


def _contenders(connection: Connection, rows: Sequence[tuple[Any, ...]], best: Best) -> list[int]:
    """Numbers of the certificates that can be the one in force on the day, of each holder (and scheme).

    A row that its dates and state alone show as good beats all that were issued before it, whatever those are; where there is none, or
    where its history may say otherwise, all rows stay.
    """
    day = best.on.year * 10000 + best.on.month * 100 + best.on.day
    groups: dict[Any, list[tuple[int, int, int, bool]]] = {}
    for number, holder, scheme, issued, expires, status, since in rows:
        start, end = issued or 0, expires or 99999999
        good = status == 1 and since is None and start <= day <= end
        group = (holder, scheme) if best.of_each_scheme else holder
        groups.setdefault(group, []).append((start, end, number, good))
    kept: dict[int, list[tuple[int, int, int, bool]]] = {}  # a good row's number → all of its group
    ids: list[int] = []
    for many in groups.values():
        first = max((row for row in many if row[3]), default=None) if len(many) > 1 else None
        if first is None:
            ids += [row[2] for row in many]
        else:
            kept[first[2]] = many
    told = _grouped(connection, "select certificate_id from certificate_state where certificate_id in :k", kept)
    for number, many in kept.items():
        least = (0, 0) if number in told else next(row[:2] for row in many if row[2] == number)
        ids += [row[2] for row in many if row[:2] >= least]
    return ids


def _intervals(states: Iterable[tuple[Any, ...]]) -> tuple[StateInterval, ...]:
    return tuple(StateInterval(STATUSES[s - 1], _DAYS[a], _DAYS[b]) for s, a, b in states)


def _fetch(connection: Connection, sql: str, keys: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement with `in :k`, as the driver gives them: row objects would cost a quarter of it."""
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    result: Any = connection.exec_driver_sql(sql.replace(":k", f"({','.join([mark] * len(keys))})"), tuple(keys))
    found: list[tuple[Any, ...]] = result.cursor.fetchall()
    result.close()
    return found


def _grouped(connection: Connection, sql: str, keys: Iterable[int]) -> dict[int, list[tuple[Any, ...]]]:
    """Rows of a statement with `in :k` by their first column."""
    out: dict[int, list[tuple[Any, ...]]] = {}
    for chunk in _chunks(sorted(set(keys)), 5000):
        for row in _fetch(connection, sql, chunk):
            out.setdefault(row[0], []).append(row[1:])
    return out


def _chunks(keys: list[Any], size: int = AT_ONCE) -> Iterator[list[Any]]:
    return (keys[i : i + size] for i in range(0, len(keys), size))


class _Memo(dict[Any, Any]):
    """`memo[key]` gives `read(key)`, worked out once."""

    def __init__(self, read: Callable[[Any], Any]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, key: Any) -> Any:
        value = self[key] = self._read(key)
        return value


def _day(day: int | None) -> date | None:
    return date(day // 10000, day // 100 % 100, day % 100) if day else None


_DAYS = _Memo(_day)
_STATUS_NAMES: dict[int | None, str | None] = {None: None, 0: None} | dict(enumerate(STATUSES, 1))
