"""Back-up and restore, tried as docs/operation.md says it: what comes back opens, and says what the first one said."""

import shutil
import sqlite3
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import MetaData, make_url, select

from compliance.register_open import import_register, stored_rows
from compliance.store import runs
from compliance.store.findings import results, save_result
from compliance.store.holding import take_site
from compliance.store.session import open_store, schema_version

REGISTER = Path(__file__).resolve().parents[3] / "compliance" / "sample" / "planted.csv"
PAGE = {
    "url": "http://a.example/", "id": None, "sha256": "x", "captured_at": "2026-11-01T00:00:00+00:00", "claims": [],
    "company": {"name": "示例一号有限公司", "uscc": None}, "findings": [], "coverage": {"blocked": False},
}  # fmt: skip


def fill(place):
    with open_store(place) as store:
        import_register(store, REGISTER)
        save_result(store, {"tool": {}, "as_of": "2026-11-01", "register": None}, PAGE, "示例一号有限公司")
        start = runs.NewRequest("f1", "http://a.example/")
        run, _ = runs.open_run(
            store, "k", [runs.NewSite("a.example", "示例", None, None, 0, (start,))], {}, shared=True
        )
        take_site(store, runs.sites_of(store, run)[0].id, "one")


def everything(place):
    """Table → its rows, whatever the order."""
    with open_store(place) as store:
        assert stored_rows(store).info.rows == 18 and results(store)["summary"]["pages"] == 1
        tables = MetaData()
        tables.reflect(store.engine)
        with store.reading() as connection:
            rows = {name: connection.execute(select(table)).all() for name, table in tables.tables.items()}
        return schema_version(store), {name: sorted(map(repr, found)) for name, found in rows.items()}


def test_an_sqlite_store_is_copied_while_it_is_written_to(tmp_path):
    place, copy = tmp_path / "certmark.db", tmp_path / "copy.db"
    fill(place)
    with open_store(place) as store, store.writing() as connection:  # a writer in the middle of its work
        connection.exec_driver_sql("delete from page_result")
        with sqlite3.connect(place) as source, sqlite3.connect(copy) as target:
            source.backup(target)
        connection.exec_driver_sql("rollback")
        connection.exec_driver_sql("begin")
    assert everything(copy) == everything(place)


@pytest.mark.skipif(find_spec("psycopg") is None, reason="needs pip install '.[postgres]'")
def test_a_dump_of_postgresql_comes_back_whole(postgres, tmp_path, postgres_server):
    found = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
    programs = {name: shutil.which(name, path=str(found) if found else None) for name in ("pg_dump", "pg_restore")}
    if None in programs.values():
        pytest.skip("needs pg_dump and pg_restore: apt-get install postgresql-client")
    fill(postgres)
    if find_spec("procrastinate") is not None:
        from crawler.cluster.tasks import prepare, put_in

        with open_store(postgres) as store:
            prepare(store)
            put_in(store, "r", [(1, "a.example", 0)])
    before = everything(postgres)
    dump = tmp_path / "certmark.dump"
    subprocess.run([programs["pg_dump"], "--format=custom", f"--file={dump}", postgres], check=True)
    place = make_url(postgres).set(database=f"{make_url(postgres).database}_back")
    from sqlalchemy import create_engine, text

    engine = create_engine(make_url(postgres).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"create database {place.database}"))
    url = place.render_as_string(hide_password=False)
    try:
        subprocess.run([programs["pg_restore"], "--no-owner", f"--dbname={url}", str(dump)], check=True)
        assert everything(url) == before
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"drop database {place.database} with (force)"))
        engine.dispose()
