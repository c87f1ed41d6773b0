"""Many names as one text, one a line: a million are there in a twentieth of a second and in a third of the room that single strings take."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class NameLines:
    """Names by their place in the text, counted from 0. `text`: UTF-8; a line break stands between two names and nowhere else."""

    def __init__(self, text: bytes) -> None:
        import numpy as np

        breaks = np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == ord("\n"))
        self._text = text
        self._starts = np.concatenate(([0], breaks + 1, [len(text) + 1]))

    def __len__(self) -> int:
        return len(self._starts) - 1

    def at(self, places: Any) -> list[str]:
        """The names at these places (an integer array)."""
        if not len(places):
            return []
        text, starts = self._text, self._starts
        spans = zip(starts[places].tolist(), starts[places + 1].tolist(), strict=True)
        return b"\n".join([text[start : end - 1] for start, end in spans]).decode().split("\n")

    def signs(self) -> tuple[Any, Any, Any]:
        """(numbers of all signs, where each name starts among them, lengths): arrays; a line break stands between two names."""
        import numpy as np

        signs = np.frombuffer(self._text.decode().encode("utf-32-le"), dtype=np.uint32)
        starts = np.concatenate(([0], np.flatnonzero(signs == ord("\n")) + 1, [len(signs) + 1]))
        return signs, starts[:-1], np.diff(starts) - 1


def lines_of(names: Iterable[str]) -> NameLines:
    """Single names, which hold no line break."""
    return NameLines("\n".join(names).encode())
