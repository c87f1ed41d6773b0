"""Where the tests of the store keep it: a file of their own, or a schema of their own in CERTMARK_TEST_DATABASE_URL."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text


@pytest.fixture
def place(tmp_path: Path) -> Iterator[str]:
    """The URL of an empty store."""
    server = os.environ.get("CERTMARK_TEST_DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield f"sqlite:///{tmp_path / 'store.db'}"
        return
    schema = f"test_{uuid4().hex[:12]}"
    engine = create_engine("postgresql+psycopg://" + server.split("://", 1)[1], isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"create schema {schema}"))
        yield f"{server}{'&' if '?' in server else '?'}options={quote(f'-csearch_path={schema}')}"
        connection.execute(text(f"drop schema {schema} cascade"))
    engine.dispose()
