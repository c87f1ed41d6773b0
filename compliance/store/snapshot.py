"""The register alone as one SQLite file that nobody writes to (登记数据快照): what is shipped to those who check, away from the store."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, select
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel

from compliance.store.session import MAPPED, Store, load_tables, open_store
from compliance.store.tables import RegisterImport

TABLES = (
    "register_import", "register_word", "organisation", "organisation_name", "certificate", "certificate_state",
    "register_reject", "register_listed", "name_gram", "name_block", "register_state",
)  # fmt: skip
AT_ONCE = 20_000  # rows in one step


def register_mark(store: Store) -> str:
    """Equal for two stores with the same imports, in the same order: what a snapshot is named by."""
    table = RegisterImport.__table__  # type: ignore[attr-defined]
    with store.reading() as connection:
        rows = connection.execute(select(table).order_by(table.c.id)).all()
    return hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()[:16]


def save_snapshot(store: Store, path: Path) -> Path:
    """Writes the register of `store` (SQLite or PostgreSQL) to `path`, whole or not at all."""
    load_tables()
    half = path.with_name(path.name + ".part")
    path.parent.mkdir(parents=True, exist_ok=True)
    half.unlink(missing_ok=True)
    with open_store(half) as target, store.reading() as source, target.writing() as into:
        for name in TABLES:
            table = SQLModel.metadata.tables[name]
            rows = source.execution_options(yield_per=AT_ONCE).execute(select(table)).mappings()
            for some in rows.partitions():
                into.execute(table.insert(), [dict(row) for row in some])
    plain = sqlite3.connect(half)
    plain.execute("pragma journal_mode=delete")  # one file, readable from a folder that can't be written
    plain.execute("analyze")
    plain.close()
    half.replace(path)
    return path


@contextmanager
def open_snapshot(path: Path) -> Iterator[Store]:
    """A snapshot to read from: no locks, no journal, any number of readers. Writing to it fails."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        for pragma in ("query_only=on", "cache_size=-65536", f"mmap_size={MAPPED}", "temp_store=memory"):
            connection.execute(f"pragma {pragma}")
        return connection

    store = Store(create_engine("sqlite://", creator=connect), make_url(f"sqlite:///{path.as_posix()}"))
    try:
        yield store
    finally:
        store.close()
