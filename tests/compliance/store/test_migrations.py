"""A store of the first release is opened by this one: every row of it is kept and can be asked (tests/data/store-0001.sql)."""

import json
import sqlite3
from datetime import date
from pathlib import Path

import pytest

from compliance.records import StateInterval
from compliance.register.match import match
from compliance.register.ports import Query
from compliance.register_lists import stored_list, stored_list_about
from compliance.register_open import StoredRows, import_register
from compliance.store.findings import results
from compliance.store.jobs import jobs
from compliance.store.migrations import HEAD
from compliance.store.session import Store, open_store, schema_version

FROZEN = Path(__file__).parents[2] / "data" / "store-0001.sql"
FIRM = "霁汀市晟曜机械有限公司"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store as the first release left it."""
    with sqlite3.connect(tmp_path / "old.db") as connection:
        connection.executescript(FROZEN.read_text(encoding="utf-8"))
    connection.close()
    return tmp_path / "old.db"


@pytest.fixture
def store(path: Path):
    with open_store(path) as opened:
        yield opened


def rows_in(path: Path) -> dict[str, list[tuple]]:
    with sqlite3.connect(path) as connection:
        tables = [
            t
            for (t,) in connection.execute(
                "select name from sqlite_master where type = 'table' and name not like 'sqlite%'"
            )
        ]
        found = {t: connection.execute(f"select * from {t}").fetchall() for t in tables}
    connection.close()
    return found


def test_the_frozen_store_is_of_the_first_release(path: Path) -> None:
    assert rows_in(path)["alembic_version"] == [("0001",)]


def test_opening_it_brings_it_to_the_newest_version_and_loses_no_row(path: Path) -> None:
    before = rows_in(path)
    with open_store(path) as store:
        assert schema_version(store) == HEAD
    after = rows_in(path)
    lost = {t: len(rows) - len(after[t]) for t, rows in before.items() if len(after[t]) < len(rows)}
    assert lost == {} and set(before) <= set(after)
    with open_store(path) as store:  # a second time there is nothing to do
        assert schema_version(store) == HEAD


def test_its_certificates_are_found_by_number_name_former_name_and_close_name(store: Store) -> None:
    rows = StoredRows(store)
    (row,) = rows.by_number("00024Q30001R0M")
    assert (row.holder, row.status, row.status_from, row.snapshot) == (
        FIRM,
        "revoked",
        date(2026, 10, 20),
        date(2026, 11, 1),
    )
    assert StateInterval("suspended", date(2025, 1, 10), date(2025, 3, 9)) in row.history
    assert match(Query(name="霁汀市旧名机械有限公司"), rows).row == row
    assert [n.row.holder for n in match(Query(name="霁汀市盛曜机械有限公司"), rows).near][:1] == [FIRM]
    assert rows.complete_for("iso-9001", date(2026, 11, 1))


def test_its_list_findings_and_jobs_are_there(store: Store) -> None:
    bodies = stored_list(store, "bodies")
    assert bodies is not None and bodies.body("CNCA-R-2016-000").entries
    assert json.dumps(results(store)["pages"]).count("0123456789abcdef0123") == 1
    assert [job.name for job in jobs(store)] == ["nightly"]


def test_a_newer_snapshot_goes_on_from_it(store: Store, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(
        f"证书编号,获证组织名称,认证项目,发证日期,有效期至,证书状态\n00026Q30007R0M,{FIRM},质量管理体系认证,2026-11-10,2029-11-09,有效\n",
        encoding="utf-8",
    )
    done = import_register(store, tmp_path / "r.csv", "某库", date(2026, 12, 1), ("all",)).imported
    assert (done.new, done.gone) == (1, 1)
    assert match(Query(number="00026Q30007R0M"), StoredRows(store)).row is not None


def test_an_upgraded_store_has_the_columns_and_indexes_of_a_fresh_one(path: Path, tmp_path: Path) -> None:
    with open_store(path), open_store(tmp_path / "fresh.db"):
        pass
    shapes = []
    for one in (path, tmp_path / "fresh.db"):
        with sqlite3.connect(one) as connection:
            tables = [
                t
                for (t,) in connection.execute(
                    "select name from sqlite_master where type = 'table' and name not like 'sqlite%'"
                )
            ]
            columns = {t: {c[1:4] for c in connection.execute(f"pragma table_info({t})")} for t in tables}
            indexes = {
                (i[0], i[1])
                for i in connection.execute("select name, tbl_name from sqlite_master where type = 'index'")
            }
        connection.close()
        shapes.append((columns, indexes))
    assert shapes[0] == shapes[1]


def test_a_firm_of_an_old_list_can_be_asked_for(store: Store) -> None:
    by_name = stored_list_about(store, "bodies", "示例认证有限公司", None)
    assert by_name is not None and len(by_name.entries) == 1
    other = stored_list_about(store, "bodies", "另一家认证有限公司", None)
    assert other is not None and other.entries == ()
