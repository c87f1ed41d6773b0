"""Opens the store: one database for the register, crawled pages and findings. Makes and upgrades its tables in place.

SQLite by default (one file in the data folder), PostgreSQL when the URL says so. Data are kept from the first release on:
a store of an older schema version is brought up by the migrations in `migrations/`; a store of a newer one is refused.
"""

from __future__ import annotations

import importlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlmodel import Session, SQLModel

from compliance.settings import load_settings
from compliance.store.errors import StoreError as StoreError
from compliance.store.faults import is_full, words_of
from compliance.store.migrations import HEAD

BUSY_SECONDS = 30  # how long a writer waits for another writer
CACHE = 65536  # KB of pages kept by a connection
MAPPED = 4 << 30  # bytes of the file read by mapping it into memory: a fifth quicker than by copying pages
TABLES = (
    "tables",
    "tables_crawl",
    "tables_findings",
    "tables_jobs",
    "tables_queue",
    "tables_cases",
    "tables_accounts",
    "tables_reviews",
)  # those that exist are loaded


class Store:
    """库. A context manager: `with open_store() as store: …`. Safe to use from several processes at once."""

    def __init__(self, engine: Engine, url: URL) -> None:
        self.engine = engine
        self.url = url.render_as_string(hide_password=True)
        self.path = Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Gives all connections back."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the store from its first question to its end; never waits for writers."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, sorting: bool = False) -> Iterator[Connection]:
        """One transaction that writes: all or nothing, also when the process is killed. Waits its turn, BUSY_SECONDS at most.

        `sorting`: millions of rows will be sorted: in parts that the processor's cache holds, through files beside the store's own.
        """
        options = {"certmark_begin": "BEGIN IMMEDIATE"} | ({"certmark_before": self._sorting()} if sorting else {})
        with self.engine.connect().execution_options(**options) as connection:
            try:
                with connection.begin():
                    yield connection
            finally:
                if sorting and self.path and not connection.invalidated:
                    connection.connection.driver_connection.execute("pragma temp_store=memory")  # type: ignore[union-attr]

    def _sorting(self) -> tuple[str, ...]:
        if self.path is None or not self.path.is_file():
            return ()
        folder = str(self.path.resolve().parent).replace("'", "''")
        return "pragma temp_store=file", f"pragma temp_store_directory='{folder}'"

    @contextmanager
    def session(self) -> Iterator[Session]:
        """An SQLModel session in one writing transaction: committed at the end, rolled back when an error leaves the block."""
        with self.writing() as connection, Session(bind=connection, expire_on_commit=False) as session:
            yield session
            session.commit()


def open_store(url: str | Path | None = None) -> Store:
    """The store at `url` (a database URL or the path of an SQLite file; default: settings). Makes it when it's not there.

    Raises StoreError: not a database, newer than this program, locked for longer than BUSY_SECONDS, folder not writable.
    """
    where = _url_of(url)
    try:
        store = Store(_engine(where), where)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise StoreError(f"{where!r}: no driver for this database: {error}; pip install '.[postgres]'") from error
    try:
        _make_ready(store)
    except DBAPIError as error:
        store.close()
        said = (
            words_of(error, store.path) if is_full(error) else f"{store.url}: cannot be used as a store: {error.orig}"
        )
        raise StoreError(said) from error
    except StoreError:
        store.close()
        raise
    return store


def schema_version(store: Store) -> str | None:
    """The revision the store's tables have; None when it has none of our tables."""
    with store.reading() as connection:
        return _version(connection)


def load_tables() -> None:
    """Imports every module of tables, so that `SQLModel.metadata` knows them all."""
    for name in TABLES:
        if find_spec(f"compliance.store.{name}") is not None:
            importlib.import_module(f"compliance.store.{name}")


def _url_of(url: str | Path | None) -> URL:
    said = str(url) if url is not None else load_settings().database_url
    if "://" not in said:
        said = f"sqlite:///{Path(said).expanduser().as_posix()}"
    if said.startswith(("postgres://", "postgresql://")):
        said = "postgresql+psycopg://" + said.split("://", 1)[1]
    try:
        return make_url(said)
    except ArgumentError as error:
        raise StoreError(f"{said!r} is not a database URL; write sqlite:///FILE or postgresql://HOST/NAME") from error


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        engine = create_engine(url, pool_pre_ping=True, connect_args={"client_encoding": "utf8"})
        event.listen(engine, "connect", _prepare_postgres)
        return engine
    if url.database and url.database != ":memory:":
        folder = Path(url.database).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{folder}: the folder can't be made: {error.strerror}; set CERTMARK_DATA") from error
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_postgres(connection: Any, _record: Any) -> None:
    """Times without a zone are UTC, whatever zone the server is set to. A database that doesn't hold Unicode is refused."""
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise StoreError(
            f"the database {connection.info.dbname!r} has the encoding {encoding}, in which Chinese text is no text; make another: "
            "createdb --encoding=UTF8 --template=template0 NAME"
        )
    with connection.cursor() as cursor:
        cursor.execute("set time zone 'UTC'")
    connection.commit()


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # we send BEGIN ourselves, so that tables are made inside the transaction too
    for pragma in (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "foreign_keys=on",
        "journal_mode=wal",
        "synchronous=normal",
        f"cache_size=-{CACHE}",
        f"mmap_size={MAPPED}",
        "temp_store=memory",
    ):
        connection.execute(f"pragma {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    for pragma in connection.get_execution_options().get("certmark_before", ()):
        connection.exec_driver_sql(pragma)
    # A writer must say so at its start: a reader that turns writer in WAL fails at once and never waits.
    connection.exec_driver_sql(connection.get_execution_options().get("certmark_begin", "BEGIN"))


def _version(connection: Connection) -> str | None:
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" in tables:
        return connection.execute(text("select version_num from alembic_version")).scalar()
    if tables:
        raise StoreError(
            f"{connection.engine.url.render_as_string()}: holds tables ({', '.join(sorted(tables)[:3])} …) "
            "that certmark did not make; name another file or database"
        )
    return None


def _make_ready(store: Store) -> None:
    """Brings the tables to HEAD. Two processes that start at once take turns; the second finds the work done."""
    load_tables()
    with store.reading() as connection:
        ready = _version(connection) == HEAD and _has_all_tables(connection)
    if ready:
        return
    with store.writing() as connection:
        if store.engine.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(7311026)"))
        version = _version(connection)
        if version is not None and version != HEAD:
            _upgrade(store, connection, version)
        SQLModel.metadata.create_all(connection)
        if version is None:
            _stamp(connection)


def _has_all_tables(connection: Connection) -> bool:
    return set(SQLModel.metadata.tables) <= set(inspect(connection).get_table_names())


def _config(connection: Connection) -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _upgrade(store: Store, connection: Connection, version: str) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    config = _config(connection)
    try:
        ScriptDirectory.from_config(config).get_revision(version)
    except CommandError as error:
        raise StoreError(
            f"{store.url}: has schema version {version!r}, newer than this certmark (schema {HEAD}); upgrade certmark"
        ) from error
    command.upgrade(config, "head")


def _stamp(connection: Connection) -> None:
    """Writes the version of a fresh store without loading alembic (it costs 0.2 s)."""
    connection.execute(text("create table alembic_version (version_num varchar(32) not null primary key)"))
    connection.execute(text("insert into alembic_version (version_num) values (:v)"), {"v": HEAD})
