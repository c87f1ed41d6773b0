"""The rule book (规则库): one rule, one file, grouped by what goes wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rules.engine import Rulebook


def load_book(folders: Sequence[Path] | None = None, statutes: Any = None, builtin: bool = True) -> Rulebook:
    """The rule book of the package, with the rules of `folders` added or, where the id is the same, put in their
    place.

    `statutes`: what `rules.law.load_statutes` gives; loaded when None. A file that cannot be used is left out and
    listed
    in `Rulebook.faults` with file, line and column; the rest still loads.
    """
    from rules.book.load import book_of  # the engine is not needed to read this package's models

    return book_of(folders or (), statutes, builtin)
