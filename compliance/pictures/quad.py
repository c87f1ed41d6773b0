"""A line of print as OCR finds it, by its four corners (文字行的四角)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from compliance.pictures.records import Box


@dataclass(frozen=True, slots=True)
class Quad:
    """A line as found: its four corners clockwise from its top left."""

    corners: list[tuple[float, float]]
    text: str
    confidence: float

    @property
    def box(self) -> Box:
        """The upright box round it."""
        xs, ys = [x for x, _ in self.corners], [y for _, y in self.corners]
        return round(min(xs)), round(min(ys)), round(max(xs) - min(xs)), round(max(ys) - min(ys))

    @property
    def height(self) -> float:
        """Height of the print across the line, px."""
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = self.corners
        sides = (math.hypot(x3 - x0, y3 - y0) + math.hypot(x2 - x1, y2 - y1)) / 2
        return min(sides, (math.hypot(x1 - x0, y1 - y0) + math.hypot(x2 - x3, y2 - y3)) / 2)

    @property
    def length(self) -> float:
        """Of the line along its print, px."""
        (x0, y0), (x1, y1) = self.corners[:2]
        return math.hypot(x1 - x0, y1 - y0)

    @property
    def angle(self) -> float:
        """Degrees clockwise that the line runs off the level."""
        (x0, y0), (x1, y1) = self.corners[:2]
        return math.degrees(math.atan2(y1 - y0, x1 - x0))
