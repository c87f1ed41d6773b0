"""Reads the register out of the store as records, many keys at a time (one question for two hundred keys costs 7 µs a key)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, text

from compliance.records import CertificateRow, RegisterInfo, StateInterval
from compliance.store.name_index import StoredPostings
from compliance.store.session import Store
from compliance.store.tables import STATUSES

AT_ONCE = 500  # keys in one question
_COLUMNS = (
    "c.id, c.number_key, c.number, o.name, o.uscc, c.scheme_id, c.standard_id, c.scope, c.body_id, c.body_code_id, c.issued, c.expires, "
    "c.status, c.status_from, c.province_id, c.import_id, c.gone_id, c.maker_id, c.factory_id, c.models, c.replaced_by, c.source_id, "
    "c.seen, c.organisation_id"
)


@dataclass(frozen=True, slots=True)
class Named:
    """An organisation and how it is written. `former`: the name is one it had."""

    id: int
    normal: str
    key: str
    former: bool = False


class RegisterReader:
    """登记数据 in the store, as of now. `info` None-like: `rows` 0 when nothing was imported."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._words: dict[int, str] = {}
        self._imports: dict[int, Any] = {}
        self._last: dict[str, int | None] = {}
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

    def certificates(self, column: str, keys: Iterable[Any]) -> dict[Any, list[CertificateRow]]:
        """Rows by `number_key`, by holder's `uscc`, or by `organisation_id`, `maker_id`, `factory_id`. Keys without rows are absent."""
        of = {"number_key": "c.number_key", "uscc": "o.uscc", "organisation_id": "c.organisation_id",
              "maker_id": "c.maker_id", "factory_id": "c.factory_id"}[column]  # fmt: skip
        out: dict[Any, list[CertificateRow]] = {}
        for chunk in _chunks(list(keys)):
            # a number of ours can stand in the statement; text from outside never does
            statement = text(
                f"select {of} as asked, {_COLUMNS} from certificate c join organisation o on o.id = c.organisation_id where {of} in :k order by c.id"
            ).bindparams(bindparam("k", expanding=True))
            with self._store.reading() as connection:
                found = connection.execute(statement, {"k": chunk}).all()
                rows = self._records(connection, [tuple(f[1:]) for f in found])
            for one, row in zip(found, rows, strict=True):
                out.setdefault(one[0], []).append(row)
        return out

    def by_id(self, ids: Sequence[int]) -> dict[int, tuple[int, CertificateRow]]:
        """(number of the holder, row) for each number of a certificate."""
        out: dict[int, tuple[int, CertificateRow]] = {}
        for chunk in _chunks(list(ids)):
            statement = text(
                f"select {_COLUMNS} from certificate c join organisation o on o.id = c.organisation_id where c.id in :k"
            ).bindparams(bindparam("k", expanding=True))
            with self._store.reading() as connection:
                found = [tuple(f) for f in connection.execute(statement, {"k": chunk})]
                rows = self._records(connection, found)
            out |= {f[0]: (f[23], row) for f, row in zip(found, rows, strict=True)}
        return out

    def one_each(self, organisations: Iterable[int]) -> dict[int, CertificateRow]:
        """One row of each organisation that has any."""
        out: dict[int, CertificateRow] = {}
        for chunk in _chunks([int(i) for i in organisations], 5000):
            statement = text(
                f"select {_COLUMNS} from certificate c join organisation o on o.id = c.organisation_id where c.id in "
                f"(select min(id) from certificate where organisation_id in ({','.join(map(str, chunk))}) group by organisation_id)"
            )
            with self._store.reading() as connection:
                found = [tuple(f) for f in connection.execute(statement)]
                out |= {f[23]: row for f, row in zip(found, self._records(connection, found), strict=True)}
        return out

    def named(self, column: str, keys: Iterable[str]) -> dict[str, list[Named]]:
        """Organisations by `normal` or `key`, under their present and their former names."""
        assert column in ("normal", "key")
        out: dict[str, list[Named]] = {}
        for chunk in _chunks(list(keys)):
            statement = text(
                f"select {column}, id, normal, key, 0 from organisation where {column} in :k "
                f"union all select {column}, organisation_id, normal, key, 1 from organisation_name where {column} in :k"
            ).bindparams(bindparam("k", expanding=True))
            with self._store.reading() as connection:
                for asked, number, normal, key, former in connection.execute(statement, {"k": chunk}):
                    out.setdefault(asked, []).append(Named(number, normal, key, bool(former)))
        return out

    def names(self, ids: Sequence[int]) -> list[Named]:
        """All names of these organisations."""
        out: list[Named] = []
        for chunk in _chunks([int(i) for i in ids], 5000):
            listed = ",".join(map(str, chunk))
            with self._store.reading() as connection:
                out += [
                    Named(i, n, k)
                    for i, n, k in connection.exec_driver_sql(
                        f"select id, normal, key from organisation where id in ({listed})"
                    )
                ]
                former = (
                    f"select organisation_id, normal, key from organisation_name where organisation_id in ({listed})"
                )
                out += [Named(i, n, k, True) for i, n, k in connection.exec_driver_sql(former)]
        return out

    def former_names(self) -> list[Named]:
        """Every former name."""
        with self._store.reading() as connection:
            return [
                Named(i, n, k, True)
                for i, n, k in connection.exec_driver_sql("select organisation_id, normal, key from organisation_name")
            ]

    def present_names(self) -> tuple[list[str], list[str]]:
        """(normal forms, keys) of all organisations, at the place of their number; "" where there is none. 200 MB a million."""
        size = self.last_organisation() + 1
        normals, keys = [""] * size, [""] * size
        with self._store.reading() as connection:
            for number, normal, key in connection.exec_driver_sql(
                "select id, normal, key from organisation", execution_options={"yield_per": 50_000}
            ):
                normals[number], keys[number] = normal, key if key != normal else normal
        return normals, keys

    def all_names(self) -> Iterator[Named]:
        """Every present name: for the brute-force pass before an accusation."""
        with self._store.reading() as connection:
            for i, n, k in connection.execute(
                text("select id, normal, key from organisation order by id"), execution_options={"yield_per": 50_000}
            ):
                yield Named(i, n, k)

    def last_organisation(self) -> int:
        """The highest number of an organisation, 0 when there is none."""
        with self._store.reading() as connection:
            return connection.execute(text("select max(id) from organisation")).scalar() or 0

    def postings(self) -> StoredPostings:
        """The index of neighbouring signs."""
        return StoredPostings(self._store.reading, self.last_organisation() + 1)

    def unread(self, column: str, key: str) -> str | None:
        """Why a row with this `number_key` or holder's `normal` form was refused in the newest import of its source."""
        assert column in ("number_key", "normal")
        with self._store.reading() as connection:
            found = connection.execute(
                text(
                    f"select line, reason, import_id from register_reject where {column} = :k order by id desc limit 1"
                ),
                {"k": key},
            ).first()
        if found is None or found.import_id not in {i.id for i in self._live()}:
            return None
        return f"line {found.line}: {found.reason}"

    def sole_holder(self) -> str | None:
        """The only holder's name, when there is one holder only."""
        with self._store.reading() as connection:
            names = connection.execute(text(
                "select distinct name from organisation where id in (select organisation_id from certificate limit 200000) limit 2")).all()  # fmt: skip
        return names[0][0] if len(names) == 1 else None

    def _refresh(self) -> None:
        with self._store.reading() as connection:
            self._words = {i: t for i, t in connection.execute(text("select id, text from register_word"))}
            rows = connection.execute(
                text("select * from register_import where kind = 'certificates' order by id")
            ).all()
        self._imports = {r.id: r for r in rows}
        self._last = {}
        for row in sorted(rows, key=lambda r: (r.snapshot or 0, r.id)):
            self._last[row.source] = row.id

    def _live(self) -> Iterator[Any]:
        return (self._imports[i] for i in self._last.values() if i is not None)

    def _records(self, connection: Any, rows: Sequence[tuple[Any, ...]]) -> list[CertificateRow]:
        if any(r[15] not in self._imports for r in rows):
            self._refresh()  # another process has imported since
        history = _grouped(connection, "select certificate_id, state, starts, ends from certificate_state where certificate_id in :k order by id",
                           {r[0] for r in rows})  # fmt: skip
        former = _grouped(connection, "select organisation_id, name from organisation_name where organisation_id in :k order by id",
                          {r[23] for r in rows})  # fmt: skip
        parties = _grouped(
            connection,
            "select id, name from organisation where id in :k",
            {p for r in rows for p in (r[17], r[18]) if p},
        )
        return [self._record(r, history.get(r[0], ()), former.get(r[23], ()), parties) for r in rows]

    def _record(self, row: tuple[Any, ...], history: Any, former: Any, parties: dict[int, Any]) -> CertificateRow:
        (_id, key, number, holder, uscc, scheme, standard, scope, body, body_code, issued, expires, status, since, province,
         import_id, gone_id, maker, factory, models, replaced_by, source, seen, _organisation) = row  # fmt: skip
        words = self._words
        origin = self._imports[import_id]
        if gone_id is not None:
            origin = self._imports.get(self._imports[gone_id].before_id, origin)
        else:
            origin = self._imports[self._last[origin.source] or import_id]
        return CertificateRow(  # by place: a third quicker than by name, and this is done a million times
            number if number is not None else key or "", holder, uscc, words[scheme] if scheme else None,
            words[standard] if standard else None, scope, words[body] if body else None, words[body_code] if body_code else None,
            _day(issued), _day(expires), STATUSES[status - 1] if status else None, _day(since), words[province] if province else None,
            words[source] if source else origin.source, _day(seen or origin.snapshot), tuple(n for (n,) in former) if former else (),
            parties[maker][0][0] if maker else None, parties[factory][0][0] if factory else None, models, replaced_by,
            tuple(StateInterval(STATUSES[s - 1], _day(a), _day(b)) for s, a, b in history) if history else (),
        )  # fmt: skip


def _grouped(connection: Any, sql: str, keys: set[int]) -> dict[int, list[tuple[Any, ...]]]:
    """Rows of a statement with `in :k` by their first column. Keys are our own numbers: they can stand in the statement."""
    out: dict[int, list[tuple[Any, ...]]] = {}
    for chunk in _chunks(list(keys), 5000):
        for row in connection.exec_driver_sql(sql.replace(":k", f"({','.join(map(str, chunk))})")):
            out.setdefault(row[0], []).append(tuple(row[1:]))
    return out


def _chunks(keys: list[Any], size: int = AT_ONCE) -> Iterator[list[Any]]:
    return (keys[i : i + size] for i in range(0, len(keys), size))


_DAYS: dict[int, date] = {}


def _day(day: int | None) -> date | None:
    if not day:
        return None
    found = _DAYS.get(day)
    if found is None:
        found = _DAYS[day] = date(day // 10000, day // 100 % 100, day % 100)
    return found
