"""Counts over the register in the store: certificates in force and their holders by category and area; what an import changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, text

from compliance.store.session import Store
from compliance.store.tables import STATUSES
from compliance.store.writes import insert

_IN_FORCE = "c.gone_id is null and c.status = 1 and (c.expires is null or c.expires >= :day)"


def counts_by_group(store: Store, groups: Mapping[str, Iterable[str]], day: int) -> dict[str, tuple[int, int]]:
    """(certificates in force on `day`, different holders) for each group of scheme ids, and under "" for all together."""
    with store.writing() as connection:  # a temporary table needs a writing transaction on some databases
        connection.execute(
            text("create temporary table if not exists stat_group (name varchar(64), scheme_id integer)")
        )
        connection.execute(text("delete from stat_group"))
        words = {t: i for i, t in connection.execute(text("select id, text from register_word"))}
        pairs = [(g, words[s]) for g, schemes in groups.items() for s in schemes if s in words]
        insert(connection, "stat_group", ("name", "scheme_id"), pairs)
        rows = connection.execute(
            text(f"select g.name, count(*), count(distinct c.organisation_id) from certificate c join stat_group g on g.scheme_id = c.scheme_id "
                 f"where {_IN_FORCE} group by g.name"), {"day": day},
        ).all()  # fmt: skip
        whole = connection.execute(
            text(f"select count(*), count(distinct c.organisation_id) from certificate c where {_IN_FORCE}"),
            {"day": day},
        ).one()
        connection.execute(text("drop table stat_group"))
    return {r[0]: (r[1], r[2]) for r in rows} | {"": (whole[0], whole[1])}


def counts_by_area(store: Store, day: int) -> dict[str | None, tuple[int, int]]:
    """(certificates in force on `day`, different holders) by province; None where no area is recorded."""
    with store.reading() as connection:
        words = {i: t for i, t in connection.execute(text("select id, text from register_word"))}
        rows = connection.execute(
            text(
                f"select c.province_id, count(*), count(distinct c.organisation_id) from certificate c where {_IN_FORCE} group by c.province_id"
            ),
            {"day": day},
        )
        return {words.get(p) if p else None: (n, o) for p, n, o in rows}


def counts_by_state(store: Store) -> dict[str | None, int]:
    """Rows by the state the register gives them; None: unknown."""
    with store.reading() as connection:
        rows = connection.execute(
            text("select status, count(*) from certificate where gone_id is null group by status")
        )
        return {STATUSES[s - 1] if s else None: n for s, n in rows}


def imports(store: Store) -> list[dict[str, Any]]:
    """All imports, the newest first."""
    with store.reading() as connection:
        return [dict(r) for r in connection.execute(text("select * from register_import order by id desc")).mappings()]


def changes(store: Store, import_id: int) -> Iterator[dict[str, Any]]:
    """What an import changed: `certificate_id`, `what` (new, changed, gone), `field`, `old`, `new`, words written out."""
    with store.reading() as connection:
        words = {i: t for i, t in connection.execute(text("select id, text from register_word"))}
        rows = connection.execute(
            text(
                "select certificate_id, what, field, old, new from certificate_change where import_id = :i order by what, certificate_id, id"
            ),
            {"i": import_id},
            execution_options={"yield_per": 5000},
        )
        for number, what, field, old, new in rows:
            yield {"certificate_id": number, "what": what, "field": field.removesuffix("_id"),
                   "old": _written(connection, words, field, old), "new": _written(connection, words, field, new)}  # fmt: skip


def ids_of_holders(store: Store, normals: Iterable[str], codes: Iterable[str]) -> set[int]:
    """Organisations with one of these normal forms or codes."""
    out: set[int] = set()
    with store.reading() as connection:
        for column, keys in (("normal", list(normals)), ("uscc", list(codes))):
            for at in range(0, len(keys), 500):
                statement = text(f"select id from organisation where {column} in :k").bindparams(
                    bindparam("k", expanding=True)
                )
                out |= {i for (i,) in connection.execute(statement, {"k": keys[at : at + 500]})}
    return out


def _written(connection: Connection, words: Mapping[int, str], field: str, value: str | None) -> str | None:
    if value is None:
        return None
    if field == "status":
        return STATUSES[int(value) - 1]
    if field in ("issued", "expires", "status_from"):
        return f"{value[:4]}-{value[4:6]}-{value[6:]}"
    if field in ("organisation_id", "maker_id", "factory_id"):
        return connection.execute(text("select name from organisation where id = :i"), {"i": int(value)}).scalar()
    return words.get(int(value), value) if field.endswith("_id") else value
