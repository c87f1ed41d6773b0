"""The names most like a name among all there are (最相近的名称): none is left out, only those are spared that can't be among the nearest.

The likeness of two names is at most what it would be if every sign of one that stands anywhere in the other stood in the right place. That
bound takes a glance at each name; names whose bound is below the likeness of the nearest found so far are not compared sign by sign.
"""

from __future__ import annotations

from typing import Any

from compliance.register.name_lines import NameLines

FIRST = 2000  # names compared at once, those of the highest bounds; the last of the nearest among them is the mark for the others
_CODES = 1 << 16  # signs by their last 16 bits: two that fall together only make a bound too high


class AllNames:
    """All names, by length, as numbers of their signs: 2 bytes a sign, 35 MB a million names."""

    def __init__(self, names: NameLines) -> None:
        import numpy as np

        self._names = names
        signs, starts, lengths = names.signs()
        signs = signs.astype(np.uint16)
        order = np.argsort(lengths, kind="stable")
        self._by_length: list[tuple[int, Any, Any]] = []  # length, places of the names, their signs: sign by name
        for length in np.unique(lengths[lengths > 0]).tolist():
            first, last = np.searchsorted(lengths[order], (length, length + 1)).tolist()
            places = order[first:last]
            grid = signs[starts[places] + np.arange(length)[:, None]]
            self._by_length.append((length, places, grid))

    def nearest(self, name: str, limit: int, cutoff: float) -> list[tuple[int, float]]:
        """(place, likeness 0–100 by rapidfuzz's `ratio`) of the `limit` nearest of at least `cutoff`, the nearest first."""
        import numpy as np

        if not name or not self._by_length:
            return []
        bounds = self._bounds(name, cutoff)
        at = np.flatnonzero(bounds >= cutoff)
        if len(at) > FIRST:
            most = at[np.argpartition(-bounds[at], FIRST)[:FIRST]]
            found = self._compared(name, most, limit, cutoff)
            mark = found[-1][1] if len(found) == limit else cutoff
            at = at[bounds[at] >= mark]
        return self._compared(name, at, limit, cutoff)

    def _bounds(self, name: str, cutoff: float) -> Any:
        """The most that the likeness of each name can be; 0 where its length alone keeps it below `cutoff`."""
        import numpy as np

        met = np.zeros(_CODES, dtype=np.uint8)
        met[[ord(sign) % _CODES for sign in name]] = 1
        bounds = np.zeros(len(self._names), dtype=np.float32)
        own = len(name)
        for length, places, signs in self._by_length:
            both = own + length
            if 200 * min(own, length) >= cutoff * both:
                shared = met.take(signs).sum(axis=0, dtype=np.uint8 if length < 256 else np.int64)
                # a hundredth more than the bound, so that rounding never puts it below the likeness
                bounds[places] = np.minimum(shared, own) * np.float32(200 / both) + np.float32(0.01)
        return bounds

    def _compared(self, name: str, places: Any, limit: int, cutoff: float) -> list[tuple[int, float]]:
        """The nearest of the names at these places."""
        from rapidfuzz import fuzz, process

        places.sort()  # of two equally near the one with the lower number comes first
        names = self._names.at(places)
        found = process.extract(name, names, scorer=fuzz.ratio, limit=limit, score_cutoff=cutoff)
        return [(int(places[at]), score) for _, score, at in found]
