"""What the database says when it can't go on, as an error of ours: those above the store know no database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from compliance.store.faults import words_of
from compliance.store.session import Store, StoreError


@contextmanager
def plainly(store: Store) -> Iterator[None]:
    """Inside it a full disk, a lock held too long or a lost server is a StoreError that says so."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(words_of(error, store.path)) from error
