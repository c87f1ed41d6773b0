"""A PostgreSQL database that doesn't hold Unicode is refused with what to do."""

import pytest
from sqlalchemy import create_engine, make_url, text

from compliance.store.session import StoreError, open_store


def test_a_database_without_unicode_is_refused_with_what_to_do(postgres):
    url = make_url(postgres)
    engine = create_engine(url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("create database bytes encoding 'SQL_ASCII' locale 'C' template template0"))
    try:
        with pytest.raises(StoreError, match="'bytes' has the encoding SQL_ASCII.*--encoding=UTF8"):
            open_store(url.set(database="bytes").render_as_string(hide_password=False))
    finally:
        with engine.connect() as connection:
            connection.execute(text("drop database bytes with (force)"))
        engine.dispose()
    open_store(postgres).close()
