"""The whole audit log in one pass: each chain holds, or its first line that doesn't is named."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from compliance.store.audit import record
from compliance.store.audit_check import broken_lines
from compliance.store.session import Store, open_store


@pytest.fixture
def store(place: str):
    with open_store(place) as opened:
        with opened.writing() as connection:
            for n in range(9):
                record(connection, who="li", what="note", case_id=(None, "c1", "c2")[n % 3], details={"n": n})
        yield opened


def test_a_log_nobody_touched_holds(store: Store) -> None:
    assert broken_lines(store) == []


@pytest.mark.parametrize("act", ["update audit_log set who = 'x'", "delete from audit_log where id = 4"])
def test_the_database_refuses_to_change_it(store: Store, act: str) -> None:
    with pytest.raises(DBAPIError), store.writing() as connection:
        connection.execute(text(act))
    assert broken_lines(store) == []


def test_a_line_changed_and_one_taken_out_past_the_program_are_named(store: Store) -> None:
    with store.writing() as connection:
        for act in ("update", "delete"):
            where = "" if connection.dialect.name == "sqlite" else " on audit_log"
            connection.execute(text(f"drop trigger audit_log_no_{act}{where}"))
        connection.execute(text("update audit_log set details = '{}' where id = 5"))
        connection.execute(text("delete from audit_log where id = 6"))
    assert broken_lines(store) == [5, 9]
