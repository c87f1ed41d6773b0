"""Finds drawn shapes: pairs of letters built of half rings (CE), letters in letters (FCC), an ellipse with three C (CCC)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from compliance.pictures.marks.emblems import Emblem
from compliance.pictures.marks.pixels import Prepared, crop_of
from compliance.pictures.marks.templates import aspect, template
from compliance.pictures.records import Box

LOWEST = 12  # px of height below which a shape is a guess
SHARES = (0.44, 0.48, 0.52, 0.56, 0.6)  # of the outline's height that the letters in it take
WITHIN = {"ccc"}  # shapes that stand in an outline
PLAIN = 14.0  # standard deviation of grey below which a crop shows nothing


@dataclass(frozen=True, slots=True)
class Shape:
    """A place that looks like a drawn shape. `likeness`: correlation with it, 0 … 1. Box in px of the prepared picture."""

    shape: str
    likeness: float
    box: Box


def likeness(grey: np.ndarray, box: Box, shape: str) -> float:
    """Correlation of the crop with the shape, whichever of ink and ground is darker; 0 for an even crop."""
    crop = crop_of(grey, box)
    drawn = template(shape)
    if min(crop.shape) < 6 or crop.std() < PLAIN:
        return 0.0
    size = (drawn.shape[1], drawn.shape[0])
    fitted = cv2.resize(crop, size, interpolation=cv2.INTER_AREA if crop.shape[0] > size[1] else cv2.INTER_LINEAR)
    a = fitted.astype(np.float32) - fitted.mean()
    b = drawn - drawn.mean()
    return float(abs((a * b).sum()) / (np.sqrt((a * a).sum() * (b * b).sum()) + 1e-6))


def likeness_within(grey: np.ndarray, box: Box, shape: str) -> float:
    """The best correlation with the shape about the middle of an outline, whatever share of the outline's height it takes."""
    drawn, crop = template(shape), crop_of(grey, box)
    if min(crop.shape) < 8 or crop.std() < PLAIN:
        return 0.0
    best = 0.0
    for share in SHARES:
        high = drawn.shape[0] / share
        wide = high * crop.shape[1] / crop.shape[0]
        if wide < drawn.shape[1]:
            continue
        way = cv2.INTER_AREA if crop.shape[0] > high else cv2.INTER_LINEAR
        fitted = cv2.resize(crop, (round(wide), round(high)), interpolation=way).astype(np.float32)
        y, x = round((high - drawn.shape[0]) / 2), round((wide - drawn.shape[1]) / 2)
        dy, dx = min(y, round(0.08 * high)), min(x, round(0.1 * wide))
        middle = fitted[y - dy : y + dy + drawn.shape[0], x - dx : x + dx + drawn.shape[1]]
        if min(middle.shape) < 2 or middle.shape[0] < drawn.shape[0] or middle.shape[1] < drawn.shape[1]:
            continue
        best = max(best, float(np.abs(cv2.matchTemplate(middle, drawn, cv2.TM_CCOEFF_NORMED)).max()))
    return best


def shapes_in(picture: Prepared, emblems: list[Emblem], wanted: dict[str, float]) -> list[Shape]:
    """Every place whose likeness to a shape of `wanted` (shape: least likeness) suffices; the best of overlapping ones."""
    found: list[Shape] = []
    for shape, box in _candidates(picture, emblems, set(wanted)):
        value = (likeness_within if shape in WITHIN else likeness)(picture.grey, box, shape)
        if value >= wanted[shape]:
            found.append(Shape(shape, round(value, 3), box))
    found.sort(key=lambda s: -s.likeness)
    kept: list[Shape] = []
    for one in found:
        if not any(one.shape == other.shape and overlap(one.box, other.box) > 0.3 for other in kept):
            kept.append(one)
    return kept


def overlap(a: Box, b: Box) -> float:
    """Shared area by the smaller one's area."""
    w = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    h = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return w * h / max(1, min(a[2] * a[3], b[2] * b[3])) if w > 0 and h > 0 else 0.0


def _candidates(picture: Prepared, emblems: list[Emblem], shapes: set[str]) -> Iterator[tuple[str, Box]]:
    if "ccc" in shapes:
        for emblem in emblems:
            if 1.1 <= emblem.box[2] / emblem.box[3] <= 1.55:
                yield "ccc", emblem.box
    for mask in picture.masks:
        _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
        parts = stats[1:]
        wide, high = parts[:, cv2.CC_STAT_WIDTH], parts[:, cv2.CC_STAT_HEIGHT]
        fill = parts[:, cv2.CC_STAT_AREA] / (wide * high)
        tall = (high >= LOWEST) & (high <= picture.grey.shape[0] * 0.9)
        if "fcc" in shapes:
            for part in parts[tall & (np.abs(wide / high / aspect("fcc") - 1) < 0.16) & (fill > 0.25) & (fill < 0.62)]:
                yield "fcc", _box(part)
            yield from _f_and_c(parts[tall & (fill > 0.2) & (fill < 0.75)])
        if "ce" in shapes:
            slim = tall & (high / wide > 1.35) & (high / wide < 2.4) & (fill > 0.22) & (fill < 0.62)
            yield from _pairs(parts[slim])


def _f_and_c(parts: np.ndarray) -> Iterator[tuple[str, Box]]:
    """An F and a C that touch nowhere: the C nearly as high, right behind the F's arms."""
    wide, high = parts[:, cv2.CC_STAT_WIDTH], parts[:, cv2.CC_STAT_HEIGHT]
    letters = parts[(wide / high > 0.4) & (wide / high < 0.72)]
    rings = parts[(wide / high > 0.75) & (wide / high < 1.15)]
    for first in letters:
        x, y, w, h = _box(first)
        near = rings[
            (np.abs(rings[:, cv2.CC_STAT_HEIGHT] - h) <= max(2, 0.14 * h))
            & (np.abs(rings[:, cv2.CC_STAT_TOP] - y) <= max(2, 0.1 * h))
            & (np.abs(rings[:, cv2.CC_STAT_LEFT] - (x + w)) <= max(2, 0.16 * h))
        ]
        for second in near:
            a, b, c, d = _box(second)
            yield "fcc", (x, min(y, b), a + c - x, max(y + h, b + d) - min(y, b))


def _pairs(parts: np.ndarray) -> Iterator[tuple[str, Box]]:
    """C and E side by side: equally high, on one line, the gap of the grid between them (0.3 of the height; set close it is no CE)."""
    for first in parts:
        x, y, w, h = _box(first)
        near = parts[
            (np.abs(parts[:, cv2.CC_STAT_HEIGHT] - h) <= max(2, 0.1 * h))
            & (np.abs(parts[:, cv2.CC_STAT_TOP] - y) <= max(2, 0.1 * h))
            & (np.abs(parts[:, cv2.CC_STAT_WIDTH] - w) <= max(2, 0.25 * w))
            & (parts[:, cv2.CC_STAT_LEFT] - (x + w) >= 0.17 * h)
            & (parts[:, cv2.CC_STAT_LEFT] - (x + w) <= 0.5 * h)
        ]
        for second in near:
            a, b, c, d = _box(second)
            yield "ce", (x, min(y, b), a + c - x, max(y + h, b + d) - min(y, b))


def _box(part: np.ndarray) -> Box:
    return (
        int(part[cv2.CC_STAT_LEFT]),
        int(part[cv2.CC_STAT_TOP]),
        int(part[cv2.CC_STAT_WIDTH]),
        int(part[cv2.CC_STAT_HEIGHT]),
    )
