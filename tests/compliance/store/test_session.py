"""The store opens, keeps its version, waits its turn, refuses what it can't use."""

from pathlib import Path

import pytest
from sqlalchemy import text

from compliance.store.migrations import HEAD
from compliance.store.session import Store, StoreError, open_store, schema_version


@pytest.fixture
def store(tmp_path: Path):
    with open_store(tmp_path / "new" / "store.db") as opened:
        yield opened


def test_a_fresh_store_has_the_newest_version_and_all_tables(store: Store) -> None:
    assert schema_version(store) == HEAD
    with store.reading() as connection:
        assert connection.execute(text("select count(*) from certificate")).scalar() == 0


def test_head_is_the_newest_step_in_the_folder() -> None:
    import compliance.store.migrations as migrations

    steps = sorted(p.name[:4] for p in (Path(migrations.__file__).parent / "versions").glob("[0-9]*.py"))
    assert steps[-1] == HEAD


def test_the_store_is_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CERTMARK_DATABASE_URL", raising=False)
    monkeypatch.setenv("CERTMARK_DATA", str(tmp_path / "mine"))
    with open_store() as store:
        assert store.path == tmp_path / "mine" / "certmark.db"


def test_an_error_inside_a_session_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.session() as session:
        session.connection().execute(text("insert into register_word (text) values ('甲')"))
        _ = 1 / 0
    with store.reading() as connection:
        assert connection.execute(text("select count(*) from register_word")).scalar() == 0


def test_a_reader_does_not_wait_for_a_writer(store: Store) -> None:
    with store.writing() as writer:
        writer.execute(text("insert into register_word (text) values ('甲')"))
        with store.reading() as reader:
            assert reader.execute(text("select count(*) from register_word")).scalar() == 0
    with store.reading() as reader:
        assert reader.execute(text("select count(*) from register_word")).scalar() == 1


def test_a_store_of_a_newer_release_is_refused(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as store, store.writing() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(StoreError, match="newer than this certmark"):
        open_store(tmp_path / "s.db")


def test_a_missing_table_of_another_room_is_made_on_opening(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as store, store.writing() as connection:
        connection.execute(text("insert into register_word (text) values ('甲')"))
        connection.execute(text("drop table name_gram"))
    with open_store(tmp_path / "s.db") as store, store.reading() as connection:
        assert connection.execute(text("select count(*) from name_gram")).scalar() == 0
        assert connection.execute(text("select text from register_word")).scalar() == "甲"


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("这不是数据库" * 200, encoding="utf-8")
    with pytest.raises(StoreError, match="not a database"):
        open_store(path)
    assert path.read_text(encoding="utf-8").startswith("这不是数据库")


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "other.db") as connection:
        connection.execute("create table ledger (id integer)")
    with pytest.raises(StoreError, match="did not make"):
        open_store(tmp_path / "other.db")


def test_a_url_without_a_driver_says_what_to_do() -> None:
    with pytest.raises(StoreError, match="driver"):
        open_store("nosuchdatabase://x/y")


def test_a_writer_that_sorts_much_does_so_in_files_beside_the_store_and_leaves_the_connection_as_it_was(
    tmp_path: Path,
) -> None:
    with open_store(tmp_path / "it's.db") as store:
        with store.writing(sorting=True) as connection:
            assert connection.exec_driver_sql("pragma temp_store").scalar() == 1
            assert connection.exec_driver_sql("pragma temp_store_directory").scalar() == str(tmp_path)
        with store.reading() as connection:
            assert connection.exec_driver_sql("pragma temp_store").scalar() == 2
        with pytest.raises(ZeroDivisionError), store.writing(sorting=True):
            raise ZeroDivisionError
        with store.reading() as connection:
            assert connection.exec_driver_sql("pragma temp_store").scalar() == 2
