"""Print that is sharper than the print around it (清晰度不一): typed into a scan later, perhaps; a hint for a person, never more.

All print of a scan went through one lens and one compression: its edges are equally wide. The slope of an edge, as part of its own
contrast, does not depend on how bold the print is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import TYPE_CHECKING

from compliance.pictures.records import Box

if TYPE_CHECKING:
    import numpy as np

TIMES = 1.5  # times as steep as the middle line from which a field is sharper than the rest
SOFT = 0.55  # slope of the middle line above which all is as sharp as a screen and nothing can be sharper
LINES = 6  # lines that tell what is usual
CONTRAST = 70  # grey levels of an edge that is looked at
EDGES = 40  # edges of a line that is looked at
SIZE = 1.7  # times as high or low up to which another line's print is like it


def sharper(grey: np.ndarray, fields: Mapping[str, Box], lines: Sequence[Box]) -> dict[str, float]:
    """Fields whose print is sharper than the other lines' of like height → how many times as steep its edges are."""
    slopes = [(box, slope) for box in lines if (slope := _slope(grey, box)) is not None]
    found = {}
    for name, box in fields.items():
        mine = _slope(grey, box)
        others = [s for other, s in slopes if not _same(box, other) and 1 / SIZE < other[3] / max(box[3], 1) < SIZE]
        if mine is None or len(others) < LINES:
            continue
        usual, most = median(others), sorted(others)[-max(1, len(others) // 10)]
        if usual < SOFT and mine >= TIMES * usual and mine >= 1.15 * most:
            found[name] = round(mine / usual, 2)
    return found if len(found) <= max(1, len(fields) // 3) else {}


def _slope(grey: np.ndarray, box: Box) -> float | None:
    """Middle slope of the upright edges in a box: change a px as part of the edge's contrast, 0–1."""
    import cv2
    import numpy as np

    x, y, w, h = box
    crop = grey[max(0, y) : y + h, max(0, x) : x + w]
    if crop.shape[0] < 8 or crop.shape[1] < 16:
        return None
    reach = np.ones((1, 7), np.uint8)
    contrast = cv2.dilate(crop, reach).astype(np.float32) - cv2.erode(crop, reach)
    change = np.abs(np.diff(crop.astype(np.float32), axis=1))
    steepest = (change == cv2.dilate(change, reach)) & (contrast[:, 1:] >= CONTRAST) & (change > 0)
    values = change[steepest] / contrast[:, 1:][steepest]
    return float(np.median(values)) if values.size >= EDGES else None


def _same(box: Box, other: Box) -> bool:
    """Whether the line holds the field."""
    middle = other[1] + other[3] / 2
    return box[1] <= middle <= box[1] + box[3] and other[0] < box[0] + box[2] and box[0] < other[0] + other[2]
