"""What a new snapshot changes (变更): rows that are gone, rows that differ, and the intervals of their earlier states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, text

from compliance.store.tables import STATUSES

FINAL = (3, 4)  # revoked, cancelled
Done = TypeVar("Done")
Interval = tuple[int, int | None, int | None]  # state, first day, last day


@dataclass
class Leftovers:
    """The rows of the earlier snapshot, as hashes of their values: 17 bytes a row instead of the row."""

    marks: Any
    ids: Any
    seen: Any

    @classmethod
    def of(cls, connection: Connection, source: str, columns: Sequence[str]) -> Leftovers:
        """All rows of `source` that aren't gone."""
        import numpy as np

        rows = connection.execute(
            text(f"select id, {', '.join('c.' + c for c in columns)} from certificate c where gone_id is null "
                 "and import_id in (select id from register_import where source = :s and kind = 'certificates')"
                 .replace("select id,", "select c.id,")),
            {"s": source}, execution_options={"yield_per": 20_000})  # fmt: skip
        ids, marks = [], []
        for row in rows:
            ids.append(row[0])
            marks.append(hash(tuple(row[1:])))
        order = np.argsort(np.array(marks, dtype=np.int64), kind="stable")
        return cls(
            np.array(marks, dtype=np.int64)[order], np.array(ids, dtype=np.int64)[order], np.zeros(len(ids), dtype=bool)
        )

    def unmatched(self, marks: Any) -> Any:
        """Which of `marks` no earlier row has; the others are marked as seen."""
        import numpy as np

        if not len(self.marks):
            return np.ones(len(marks), dtype=bool)
        at = np.searchsorted(self.marks, marks)
        at[at == len(self.marks)] = 0
        hit = self.marks[at] == marks
        self.seen[at[hit]] = True
        # equal rows stand side by side: all of them are the one row of the file
        for step in range(1, 4):
            nxt = np.minimum(at[hit] + step, len(self.marks) - 1)
            same = self.marks[nxt] == marks[hit]
            self.seen[nxt[same]] = True
        return ~hit

    def gone(self) -> Any:
        """Numbers of the rows that the new snapshot doesn't have as they were."""
        return self.ids[~self.seen]


def settle(connection: Connection, import_id: int, leftovers: Leftovers, done: Any) -> Any:
    """Pairs leftover rows with new ones of the same number and scheme (changed), the rest are gone. Gives the corrected counts."""
    connection.exec_driver_sql("create temporary table leftover (id integer primary key)")
    ids = [(int(i),) for i in leftovers.gone()]
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    for start in range(0, len(ids), 20_000):
        connection.exec_driver_sql(f"insert into leftover (id) values ({mark})", ids[start : start + 20_000])
    pairs = _pairs(connection, import_id)
    for old_id, new_id in pairs:
        _change(connection, import_id, old_id, new_id)
    paired = {old for old, _ in pairs}
    gone = [i for (i,) in ids if i not in paired]
    for start in range(0, len(gone), 20_000):
        chunk = gone[start : start + 20_000]
        connection.exec_driver_sql(
            f"update certificate set gone_id = {import_id} where id = {mark}", [(i,) for i in chunk]
        )
        connection.exec_driver_sql(
            f"insert into certificate_change (import_id, certificate_id, what, field) values ({import_id}, {mark}, 'gone', '')",
            [(i,) for i in chunk],
        )
    connection.execute(
        text("insert into certificate_change (import_id, certificate_id, what, field) "
             "select import_id, id, 'new', '' from certificate where import_id = :i and id not in (select id from leftover)"),
        {"i": import_id},
    )  # fmt: skip
    connection.exec_driver_sql("drop table leftover")
    return replace(done, new=done.new - len(pairs), changed=len(pairs), gone=len(gone))


def add_older(connection: Connection, import_id: int, newer_id: int, snapshot: int, done: Any) -> Any:
    """A snapshot older than the one that is in: rows that only it has stay, as gone since the newer one, with their own day."""
    known = (
        "select n.id from certificate n join certificate o on o.number_key = n.number_key "
        "and coalesce(o.scheme_id, 0) = coalesce(n.scheme_id, 0) and o.import_id <> :i where n.import_id = :i"
    )
    ids = [(i,) for (i,) in connection.execute(text(known), {"i": import_id}).all()]
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    for start in range(0, len(ids), 20_000):
        connection.exec_driver_sql(f"delete from certificate where id = {mark}", ids[start : start + 20_000])
        connection.exec_driver_sql(
            f"delete from certificate_state where certificate_id = {mark}", ids[start : start + 20_000]
        )
    connection.execute(
        text("update certificate set gone_id = :n, seen = coalesce(seen, :s) where import_id = :i"),
        {"n": newer_id, "s": snapshot, "i": import_id},
    )
    return replace(done, new=done.new - len(set(ids)))


def _pairs(connection: Connection, import_id: int) -> list[tuple[int, int]]:
    """(leftover row, new row) with one number and scheme and no contradicting codes of the holders: first those of the same
    holder, then those left one to one."""
    rows = connection.execute(
        text(
            "select o.id, n.id, o.organisation_id = n.organisation_id, coalesce(o.issued, 0) = coalesce(n.issued, 0) "
            "from leftover l join certificate o on o.id = l.id "
            "join certificate n on n.number_key = o.number_key and n.import_id = :i "
            "and coalesce(n.scheme_id, 0) = coalesce(o.scheme_id, 0) "
            "join organisation oo on oo.id = o.organisation_id join organisation no on no.id = n.organisation_id "
            "where oo.id = no.id or oo.uscc is null or no.uscc is null or oo.uscc = no.uscc"
        ),
        {"i": import_id},
    ).all()
    olds: dict[int, int] = {}
    news: dict[int, int] = {}
    pairs: list[tuple[int, int]] = []
    for old, new, _, _ in sorted(rows, key=lambda r: (-int(r[2]), -int(r[3]), r[0], r[1])):
        if old not in olds and new not in news:
            olds[old], news[new] = new, old
            pairs.append((old, new))
    return pairs


_KEPT = ("number_key", "number", "organisation_id", "scheme_id", "standard_id", "scope", "body_id", "body_code_id", "issued", "expires",
         "status", "status_from", "province_id", "maker_id", "factory_id", "models", "replaced_by", "source_id", "seen")  # fmt: skip


def _change(connection: Connection, import_id: int, old_id: int, new_id: int) -> None:
    """The old row takes the new row's values; what differed is written down; its earlier state becomes an interval."""
    read = text(f"select {', '.join(_KEPT)}, import_id from certificate where id = :i")
    old = connection.execute(read, {"i": old_id}).mappings().one()
    new = connection.execute(read, {"i": new_id}).mappings().one()
    changes = [
        (import_id, old_id, "changed", c, _shown(old[c]), _shown(new[c])) for c in _KEPT[:-2] if old[c] != new[c]
    ]
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    if changes:
        connection.exec_driver_sql(
            f"insert into certificate_change (import_id, certificate_id, what, field, old, new) values ({', '.join([mark] * 6)})",
            changes,
        )
    interval = _earlier_state(connection, old, new, import_id)
    told = _join_states(connection, old_id, new_id)
    if interval is not None and (pieces := _untold(interval, told)):
        connection.exec_driver_sql(
            f"insert into certificate_state (certificate_id, state, starts, ends) values ({', '.join([mark] * 4)})",
            [(old_id, *piece) for piece in pieces],
        )
    if old["organisation_id"] != new["organisation_id"]:
        _former_name(connection, old["organisation_id"], new["organisation_id"])
    connection.execute(text("delete from certificate where id = :n"), {"n": new_id})
    sets = ", ".join(f"{c} = :{c}" for c in _KEPT)
    connection.execute(text(f"update certificate set {sets}, import_id = :import_id where id = :id"),
                       {**{c: new[c] for c in _KEPT}, "import_id": new["import_id"], "id": old_id})  # fmt: skip


def _join_states(connection: Connection, old_id: int, new_id: int) -> list[tuple[int | None, int | None]]:
    """Gives the old row the intervals that the new one tells, each once; gives the spans of all of them."""
    read = text(
        "select id, certificate_id, state, starts, ends from certificate_state where certificate_id in (:o, :n) order by id"
    )
    met: set[tuple[int, int | None, int | None]] = set()
    for one in connection.execute(read, {"o": old_id, "n": new_id}).all():
        said = (one.state, one.starts, one.ends)
        if said in met:
            connection.execute(text("delete from certificate_state where id = :i"), {"i": one.id})
        met.add(said)
    move = text("update certificate_state set certificate_id = :o where certificate_id = :n")
    connection.execute(move, {"o": old_id, "n": new_id})
    return [(starts, ends) for _, starts, ends in met]


def _untold(interval: Interval, told: Sequence[tuple[int | None, int | None]]) -> list[Interval]:
    """What of an interval lies outside the spans that are told: a suspension in its midst stays one.

    >>> _untold((1, 20240301, 20261019), [(20250110, 20250309)])
    [(1, 20240301, 20250109), (1, 20250310, 20261019)]
    """
    state, first, last = interval
    pieces = [(first, last)]
    for starts, ends in told:
        kept: list[tuple[int | None, int | None]] = []
        for a, b in pieces:
            if (ends is not None and a is not None and ends < a) or (
                starts is not None and b is not None and starts > b
            ):
                kept.append((a, b))
                continue
            if starts is not None and (a is None or a < starts):
                kept.append((a, _day_before(starts)))
            if ends is not None and (b is None or b > ends):
                kept.append((_day_after(ends), b))
        pieces = kept
    return [(state, a, b) for a, b in pieces]


def _shown(value: Any) -> str | None:
    return None if value is None else str(value)


def _earlier_state(connection: Connection, old: Any, new: Any, import_id: int) -> Interval | None:
    """The interval of the earlier state, when the state (or its day) is another now. It ends the day before the new one began;
    when that isn't told, it is certain up to the earlier snapshot only."""
    if old["status"] is None or (old["status"], old["status_from"]) == (new["status"], new["status_from"]):
        return None
    if STATUSES[old["status"] - 1] == "expired" or old["status"] in FINAL:
        return None  # dates tell it, or it was for ever and the new row corrects it
    snapshot = connection.execute(
        text("select snapshot from register_import where id = :i"), {"i": old["import_id"]}
    ).scalar()
    begins = old["status_from"] or (old["issued"] if STATUSES[old["status"] - 1] == "valid" else snapshot)
    until = _day_before(new["status_from"]) if new["status_from"] else old["seen"] or snapshot
    if STATUSES[new["status"] - 1] == "expired" if new["status"] else False:
        until = old["expires"] or until
    if begins is not None and until is not None and until < begins:
        return None
    return old["status"], begins, until


def _day_before(day: int) -> int:
    return _moved(day, -1)


def _day_after(day: int) -> int:
    return _moved(day, 1)


def _moved(day: int, by: int) -> int:
    there = date(day // 10000, day // 100 % 100, day % 100) + timedelta(days=by)
    return there.year * 10000 + there.month * 100 + there.day


def _former_name(connection: Connection, old: int, new: int) -> None:
    """The holder of a certificate has another name now: with an equal code the old name is a former name of the new one."""
    rows = {r.id: r for r in connection.execute(
        text("select id, name, normal, key, uscc from organisation where id in (:a, :b)"), {"a": old, "b": new})}  # fmt: skip
    if rows[old].uscc and rows[old].uscc == rows[new].uscc and rows[old].normal != rows[new].normal:
        known = connection.execute(
            text("select 1 from organisation_name where organisation_id = :o and normal = :n"),
            {"o": new, "n": rows[old].normal},
        ).first()
        if known is None:
            mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
            connection.exec_driver_sql(
                f"insert into organisation_name (organisation_id, name, normal, key) values ({', '.join([mark] * 4)})",
                (new, rows[old].name, rows[old].normal, rows[old].key),
            )
