"""Numbers that stand on two rows of one import, found without keeping the numbers: 20 bytes a row."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

LISTED = 1000  # pairs with different holders that are told


class Doubles:
    """Sees every row of an import once, also those that are in already as they are."""

    def __init__(self) -> None:
        self._keys, self._holders, self._lines, self._ids = array("q"), array("I"), array("I"), array("I")

    def see(self, keys: Sequence[str | None], holders: Sequence[int], lines: Sequence[int], ids: Sequence[int]) -> None:
        """The next rows: number, holder, line, id; 0 for a row that is in already."""
        self._keys.extend(map(hash, keys))
        self._holders.extend(holders)
        self._lines.extend(lines)
        self._ids.extend(ids)

    def found(self) -> tuple[tuple[tuple[int, int, int], ...], list[tuple[int, int]]]:
        """(id, line, line) of rows with one number and different holders, of which one at least is new; pairs of ids of new rows with one
        number and one holder."""
        import numpy as np

        if not self._keys:
            return (), []
        keys = np.frombuffer(self._keys, dtype=np.int64)
        holders, lines, ids = (np.frombuffer(a, dtype=np.uint32) for a in (self._holders, self._lines, self._ids))
        order = np.lexsort((holders, keys))  # keeps the order of the lines among equal ones
        one, two = order[:-1], order[1:]
        same = (keys[one] == keys[two]) & (keys[one] != hash(None))
        one, two = one[same], two[same]
        new = (ids[one] > 0) | (ids[two] > 0)
        apart = np.flatnonzero((holders[one] != holders[two]) & new)[:LISTED]
        several = tuple(
            (int(ids[a] or ids[b]), int(lines[a]), int(lines[b])) for a, b in zip(one[apart], two[apart], strict=True)
        )
        alike = np.flatnonzero((holders[one] == holders[two]) & (ids[one] > 0) & (ids[two] > 0))
        return several, list(zip(ids[one[alike]].tolist(), ids[two[alike]].tolist(), strict=True))


def number_of(connection: Any, certificate: int) -> str:
    """The number of a certificate by its id."""
    from sqlalchemy import text

    return str(
        connection.execute(
            text("select coalesce(number, number_key) from certificate where id = :i"), {"i": certificate}
        ).scalar()
    )
