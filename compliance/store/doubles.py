"""Numbers that stand on two rows of one import, found without keeping the numbers: 24 bytes a row."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

LISTED = 1000  # pairs with different holders that are told


class Doubles:
    """Sees every row of an import once, in the order in which rows get their ids."""

    def __init__(self) -> None:
        self._keys, self._holders, self._lines = array("q"), array("I"), array("I")

    def see(self, keys: Sequence[str | None], holders: Sequence[int], lines: Sequence[int]) -> None:
        """The next rows: number, holder, line."""
        self._keys.extend(map(hash, keys))
        self._holders.extend(holders)
        self._lines.extend(lines)

    def found(self, first: int) -> tuple[tuple[tuple[int, int, int], ...], list[tuple[int, int]]]:
        """(id, line, line) of rows with one number and different holders; pairs of ids of rows with one number and one holder."""
        import numpy as np

        if not self._keys:
            return (), []
        keys = np.frombuffer(self._keys, dtype=np.int64)
        holders = np.frombuffer(self._holders, dtype=np.uint32)
        lines = np.frombuffer(self._lines, dtype=np.uint32)
        none = hash(None)
        order = np.lexsort((np.arange(len(keys)), holders, keys))
        one, two = order[:-1], order[1:]
        same = (keys[one] == keys[two]) & (keys[one] != none)
        apart = np.flatnonzero(same & (holders[one] != holders[two]))[:LISTED]
        several = tuple((int(one[i]) + first, int(lines[one[i]]), int(lines[two[i]])) for i in apart)
        alike = np.flatnonzero(same & (holders[one] == holders[two]))
        return several, [(int(one[i]) + first, int(two[i]) + first) for i in alike]


def number_of(connection: Any, certificate: int) -> str:
    """The number of a certificate by its id."""
    from sqlalchemy import text

    return str(
        connection.execute(
            text("select coalesce(number, number_key) from certificate where id = :i"), {"i": certificate}
        ).scalar()
    )
