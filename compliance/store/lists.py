"""Writes and reads the other lists (名录) in the store: each import is a change set, one transaction, all or nothing.

A row that a newer snapshot of the same source no longer has keeps its place with the import that missed it; the same file twice changes
nothing. What reads the rows is handed in: this room knows no headings.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, text

from compliance.store.registers import Imported, Origin, close_import, earlier, open_import
from compliance.store.session import Store
from compliance.store.tables import STATUSES
from compliance.store.writes import insert

_COLUMNS = ("kind", "import_id", "gone_id", "line", "identity", "mark", "cells", "starts", "ends", "status", "status_from", "source",
            "seen", "refused", "normal", "code")  # fmt: skip
AT_ONCE = 500  # rows marked as gone in one statement


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """A row of a list as the store holds it. Days YYYYMMDD. `refused`: the reason it could not be used, else None. `normal`, `code`: of the
    firm's name and its code."""

    line: int
    identity: str
    cells: Mapping[str, str]
    starts: int | None = None
    ends: int | None = None
    state: str | None = None
    state_from: int | None = None
    source: str | None = None
    seen: int | None = None
    refused: str | None = None
    normal: str | None = None
    code: str | None = None

    @property
    def mark(self) -> str:
        """Equal for two rows that say the same."""
        said = (self.cells, self.starts, self.ends, self.state, self.state_from, self.source, bool(self.refused))
        return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class ListImport:
    """The newest import of one source of a list."""

    id: int
    kind: str
    source: str
    snapshot: int | None
    complete: tuple[str, ...]
    rows: int
    rejected: int


def import_list_rows(store: Store, entries: Iterable[StoredEntry], origin: Origin) -> Imported:
    """Takes in a snapshot of a list. Rows of an older snapshot than the one that is in count as gone already."""
    with store.writing() as connection:
        before, again, later = earlier(connection, origin)
        if again is None and later is not None:
            again = _same_older(connection, origin)
        if again is not None:
            return Imported(again, again=True)
        import_id = open_import(connection, origin, before)
        present = _present(connection, origin)
        fresh: dict[str, StoredEntry] = {}
        met: set[str] = set()
        repeated = refused = 0
        for entry in entries:
            mark = entry.mark
            refused += entry.refused is not None
            if mark in met:
                repeated += entry.refused is None
                continue
            met.add(mark)
            if mark not in present:
                fresh[mark] = entry
        gone = {m: (i, name) for m, (i, name, _) in present.items() if m not in met} if later is None else {}
        stays_refused = sum(1 for m in met if m in present and present[m][2])
        _write(connection, origin, import_id, fresh, before if later is not None else None)
        for chunk in _chunks([i for i, _ in gone.values()]):
            connection.execute(
                text("update register_listed set gone_id = :g where id in :k").bindparams(
                    bindparam("k", expanding=True)
                ),
                {"g": import_id, "k": chunk},
            )
        good = {m: e for m, e in fresh.items() if e.refused is None}
        left = {name for m, (_, name) in gone.items() if not present[m][2]}
        came = {e.identity for e in good.values()}
        unchanged = len(met) - len(fresh) - stays_refused
        changed = len(came & left)
        done = Imported(import_id, rows=len(good) + unchanged, new=len(good) - changed, changed=changed, gone=len(left - came),
                        unchanged=unchanged, repeated=repeated, rejected=refused, older_than=later)  # fmt: skip
        close_import(connection, done)
    return done


def list_imports(store: Store) -> list[ListImport]:
    """The newest import of each list and source, in the order of kinds and sources; none of certificates."""
    with store.reading() as connection:
        rows = connection.execute(
            text(
                "select id, kind, source, snapshot, complete, rows, rejected from register_import "
                "where kind <> 'certificates' order by kind, source, snapshot, id"
            )
        ).all()
    newest = {(r.kind, r.source): r for r in rows}
    return [
        ListImport(r.id, r.kind, r.source, r.snapshot, tuple(json.loads(r.complete)), r.rows, r.rejected)
        for r in newest.values()
    ]


def list_rows(
    store: Store, kind: str, normals: Sequence[str] | None = None, code: str | None = None
) -> list[StoredEntry]:
    """All present rows of a list, refused ones too, each with its source and day; with `normals` those of one firm, by its name's
    normal forms or its code, and the refused rows without a name."""
    newest = {i.source: i for i in list_imports(store) if i.kind == kind}
    read = (
        "select l.*, i.source as origin from register_listed l join register_import i on i.id = l.import_id "
        "where l.kind = :k and l.gone_id is null"
    )
    statements = [text(f"{read} order by l.id")]
    if normals is not None:
        statements = [
            text(f"{read} and l.normal in :n order by l.id").bindparams(bindparam("n", expanding=True)),
            text(f"{read} and l.code = :c order by l.id"),
            text(f"{read} and l.normal is null and l.refused is not null order by l.id"),
        ]
    found = {}
    with store.reading() as connection:
        for statement in statements:
            for row in connection.execute(
                statement, _given(statement, {"k": kind, "n": list(normals or ()), "c": code})
            ):
                found[row.id] = row
    rows = list(found.values())
    return [
        StoredEntry(
            r.line, r.identity, json.loads(r.cells), r.starts, r.ends, STATUSES[r.status - 1] if r.status else None, r.status_from,
            r.source or r.origin, r.seen or newest[r.origin].snapshot, r.refused, r.normal, r.code,
        )
        for r in rows
    ]  # fmt: skip


def _given(statement: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that a statement asks for."""
    return {name: values[name] for name in statement.compile().params}


def _same_older(connection: Connection, origin: Origin) -> int | None:
    """The import of this very file and day, when a later snapshot has come in since."""
    rows = connection.execute(
        text("select id, complete from register_import where kind = :k and source = :s and sha256 = :h and snapshot = :d order by id desc"),
        {"k": origin.kind, "s": origin.source, "h": origin.sha256, "d": origin.snapshot},
    )  # fmt: skip
    return next((r.id for r in rows if tuple(json.loads(r.complete)) == tuple(origin.complete)), None)


def _present(connection: Connection, origin: Origin) -> dict[str, tuple[int, str, bool]]:
    """Rows of this source's list that are in: mark → (number, identity, refused)."""
    rows = connection.execute(
        text(
            "select l.mark, l.id, l.identity, l.refused from register_listed l join register_import i on i.id = l.import_id "
            "where i.kind = :k and i.source = :s and l.gone_id is null"
        ),
        {"k": origin.kind, "s": origin.source},
    )
    return {mark: (number, identity, refused is not None) for mark, number, identity, refused in rows}


def _write(
    connection: Connection, origin: Origin, import_id: int, fresh: Mapping[str, StoredEntry], gone: int | None
) -> None:
    number = {name: n for n, name in enumerate(STATUSES, 1)}
    rows = [
        (origin.kind, import_id, gone, e.line, e.identity, mark, json.dumps(e.cells, ensure_ascii=False, sort_keys=True), e.starts,
         e.ends, number.get(e.state or ""), e.state_from, e.source, e.seen, e.refused, e.normal, e.code)
        for mark, e in fresh.items()
    ]  # fmt: skip
    insert(connection, "register_listed", _COLUMNS, rows)


def _chunks(ids: list[Any]) -> Iterable[list[Any]]:
    return (ids[i : i + AT_ONCE] for i in range(0, len(ids), AT_ONCE))
