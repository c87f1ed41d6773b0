"""Many patterns in one pass (多模式查找): which of hundreds of expressions match somewhere in a text, at a fraction of a nanosecond a byte.

Vectorscan does the work. Where it can't run (no wheel, a processor without its instructions) `re` tries one expression after the other:
slower by a hundred times, with the same answers. Expressions are written in what both understand: bytes in Latin-1, no look-around, no
back-references, ASCII letters in either case.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Sequence
from typing import Any

# Any white space and control signs, also such beyond ASCII, as the bytes these are written with: some marks of punctuation are let through too
GAP = r"[\x00-\x20\x7f-\xc2\xe1-\xe3]*"
_FLAGS = re.IGNORECASE | re.DOTALL


class Scan:
    """Compiled expressions, numbered in their order. `each`: numbers of those whose every match is told, not only that there is one."""

    def __init__(self, expressions: Sequence[str], each: Iterable[int] = (), engine: str | None = None) -> None:
        self.size = len(expressions)
        self._each = frozenset(each)
        self._expressions = [e.encode("latin-1") for e in expressions]
        self._database = _database(self._expressions, self._each) if engine != "re" else None
        self._tried = [] if self._database is not None else [re.compile(e, _FLAGS) for e in self._expressions]
        self._threads = threading.local()

    def found(self, data: bytes) -> list[tuple[int, int]]:
        """(number, end) of the matches in `data`: one a number, but for those of `each`. In no order that means anything."""
        out: list[tuple[int, int]] = []
        add = out.append
        if self._database is not None:
            told = lambda number, _start, end, _flags, _context: add((number, end))  # noqa: E731
            self._database.scan(data, told, 0, None, self._scratch())  # scratch space belongs to one thread
            return out
        for number, pattern in enumerate(self._tried):
            for match in pattern.finditer(data):
                add((number, match.end()))
                if number not in self._each:
                    break
        return out

    def _scratch(self) -> Any:
        try:
            return self._threads.scratch
        except AttributeError:
            assert self._database is not None
            self._threads.scratch = self._database.scratch.clone()
            return self._threads.scratch


def _database(expressions: Sequence[bytes], each: frozenset[int]) -> Any:
    """The compiled database, or None where the library is missing or can't run on this processor."""
    try:
        import hyperscan
    except ImportError:
        return None
    base = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_DOTALL
    count = len(expressions)
    flags = [base | (0 if n in each else hyperscan.HS_FLAG_SINGLEMATCH) for n in range(count)]
    try:
        database = hyperscan.Database()
        database.compile(expressions=list(expressions), ids=list(range(count)), elements=count, flags=flags)
    except hyperscan.ArchitectureError:
        return None
    return database


def escaped(text: str) -> str:
    """`text` as an expression for itself: its UTF-8 bytes.

    >>> escaped("证")
    '\\\\xe8\\\\xaf\\\\x81'
    """
    return "".join(f"\\x{b:02x}" for b in text.encode())
