"""Round emblems: closed outlines near a circle or ellipse, whether a globe is drawn in them, and signs of one colour."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from compliance.pictures.marks.pixels import Prepared, crop_of
from compliance.pictures.records import Box

SMALLEST = 18  # px
ROUND = (0.94, 1.06)  # area of the hull by that of the ellipse in its box
SOLID = 0.86  # area of the outline by that of its hull: a real outline, not a scatter of parts
RIM = 30  # times ink comes and goes on the way round where letters stand; the lines of a globe cross some 20 times
MOST = 400  # outlines looked at in one picture, largest first


@dataclass(frozen=True, slots=True)
class Emblem:
    """A round outline; its box in px of the prepared picture."""

    box: Box

    def holds(self, box: Box) -> bool:
        """Whether the middle of `box` lies in it."""
        x, y, w, h = self.box
        return _inside(box[0] + box[2] / 2, box[1] + box[3] / 2, x, y, w, h)


def _inside(px: float, py: float, x: int, y: int, w: int, h: int) -> bool:
    return ((px - x - w / 2) / (w / 2)) ** 2 + ((py - y - h / 2) / (h / 2)) ** 2 <= 1.0


def emblems_in(picture: Prepared) -> list[Emblem]:
    """Every round outline, largest first; overlapping outlines of one ring stand only once."""
    boxes: list[Box] = []
    for mask in picture.masks:
        contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        boxes += [box for contour in contours if (box := _round(contour, 0.62, 1.75)) is not None]
    boxes.sort(key=lambda b: -b[2] * b[3])
    kept: list[Box] = []
    for box in boxes[: 4 * MOST]:
        if not any(_same(box, other) for other in kept):
            kept.append(box)
    return [Emblem(box) for box in kept[:MOST]]


def signs_of(picture: Prepared, hue: str, within: Box) -> list[Box]:
    """Round signs of one colour inside `within`: discs and rings, their gaps filled."""
    x, y = max(0, within[0]), max(0, within[1])
    part = crop_of(picture.hue(hue), within)
    if min(part.shape) < SMALLEST:
        return []
    joined = cv2.morphologyEx(part, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    contours, _ = cv2.findContours(joined, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    out = []
    for contour in contours:
        box = _round(contour, 0.84, 1.2, 0.6)
        if (
            box is None
            or min(box[0], box[1]) <= 0
            or box[0] + box[2] >= part.shape[1]
            or box[1] + box[3] >= part.shape[0]
        ):
            continue  # cut by the region's edge: part of something larger
        if crop_of(part, box).mean() / 255 >= 0.2:
            out.append((box[0] + x, box[1] + y, box[2], box[3]))
    return out


def _round(contour: np.ndarray, narrow: float, wide: float, solid: float = SOLID) -> Box | None:
    x, y, w, h = cv2.boundingRect(contour)
    if min(w, h) < SMALLEST or not narrow <= w / h <= wide:
        return None
    hull = cv2.contourArea(cv2.convexHull(contour))
    if not ROUND[0] <= hull / (math.pi / 4 * w * h) <= ROUND[1] or cv2.contourArea(contour) < solid * hull:
        return None
    return x, y, w, h


def _same(a: Box, b: Box) -> bool:
    return all(abs(p - q) <= max(3, 0.04 * max(a[2], a[3])) for p, q in zip(a, b, strict=True))


def is_globe(picture: Prepared, emblem: Emblem) -> bool:
    """Whether meridians and parallels are drawn in it: lines crossing every ray and every ring, the same left and right, above and
    below the band of letters."""
    x, y, w, h = emblem.box
    grey = crop_of(picture.grey, (x, y, w, h))
    if min(grey.shape) < 40:
        return False
    fitted = cv2.resize(grey, (96, 96), interpolation=cv2.INTER_AREA)
    rows, columns = np.mgrid[0:96, 0:96]
    disc = ((columns - 47.5) ** 2 + (rows - 47.5) ** 2) <= 42**2
    local = cv2.GaussianBlur(fitted, (0, 0), 6).astype(np.int16)
    for ink in (fitted < local - 8, fitted > local + 8):
        ink = ink & disc
        above, below = ink[12:34], ink[62:84]
        crossings = [_runs(row) for part in (above[6:20], below[2:16]) for row in part]
        downward = [_runs(ink[:, k]) for k in range(22, 74, 4)]
        lines = np.median(crossings) >= 4 and np.median(downward) >= 4
        mirror = _agree(above, above[:, ::-1]) + _agree(below, below[:, ::-1])
        if lines and mirror >= 0.9 and 0.05 <= ink[disc].mean() <= 0.5:
            return True
    return False


def ring_of_letters(picture: Prepared, emblem: Emblem) -> bool:
    """Whether print runs along its rim: ink comes and goes many times on the way round."""
    x, y, w, h = emblem.box
    angles = np.linspace(0, 2 * np.pi, 360, endpoint=False)
    runs = []
    for share in (0.76, 0.8, 0.84, 0.88, 0.92):
        px = np.clip((x + w / 2 + share * w / 2 * np.cos(angles)).astype(int), 0, picture.grey.shape[1] - 1)
        py = np.clip((y + h / 2 + share * h / 2 * np.sin(angles)).astype(int), 0, picture.grey.shape[0] - 1)
        way = picture.grey[py, px].astype(np.float32)
        runs.append(_runs(way < way.mean()) if way.std() > 18 else 0)
    return float(np.median(runs)) >= RIM


def _runs(line: np.ndarray) -> int:
    return int(np.count_nonzero(np.diff(np.concatenate(([0], line.astype(np.int8)))) == 1))


def _agree(a: np.ndarray, b: np.ndarray) -> float:
    """Shared ink by all ink, each side thickened by a pixel: lines rarely mirror to the pixel."""
    thick = np.ones((3, 3), np.uint8)
    wide_a, wide_b = (cv2.dilate(v.astype(np.uint8), thick) for v in (a, b))
    return float(((a > 0) & (wide_b > 0)).sum() + ((b > 0) & (wide_a > 0)).sum()) / max(1.0, float(a.sum() + b.sum()))
