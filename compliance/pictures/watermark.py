"""Words laid across the whole picture (水印): found by their slant and their repetition, and taken out by their tone.

A watermark is paler than print and lies across it: read together, its words join the fields and its slant makes the page look
tilted. What is left when all that is no darker than the watermark becomes white is read instead. It is the same picture, so it
confirms nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING

from compliance.pictures.quad import Quad
from compliance.pictures.stamp import overlap

if TYPE_CHECKING:
    import numpy as np

SLANT = 8.0  # degrees off the other lines from which a line lies at another angle
LEAST = 3  # signs of a line that says anything
AGAIN = 3  # lines of the same words from which they are repeated
LONG = 6  # signs of a single line across the page
SHORT = 2.0  # times as long as high up to which the angle of a line says nothing
SURE = 0.9  # OCR's confidence from which a line of the first reading stays
PRINT, MARGIN = 0.45, 0.1  # part of the way from print to ground: darker is print; kept off the watermark's tone


def watermark_in(lines: Sequence[Quad]) -> list[Quad]:
    """The lines that are a watermark: at an angle of their own and repeating each other, or one long one across others."""
    telling = [line for line in lines if line.length >= SHORT * line.height and _signs(line.text) >= LEAST]
    groups: list[list[Quad]] = []
    for line in sorted(telling, key=lambda line: line.angle):
        if groups and line.angle - groups[-1][-1].angle < SLANT / 2:
            groups[-1].append(line)
        else:
            groups.append([line])
    for group in groups:
        others = [line for line in telling if line not in group]
        angle = median([line.angle for line in group])
        if len(others) < LEAST or abs(angle - median([line.angle for line in others])) < SLANT:
            continue
        repeated = [
            line for line in group if sum(_alike(line.text, other.text) for other in group if other is not line)
        ]
        if len(repeated) >= AGAIN and 2 * len(repeated) >= len(group):
            return [line for line in lines if abs(line.angle - angle) < SLANT]
        if (
            len(group) == 1
            and _signs(group[0].text) >= LONG
            and group[0].confidence > 0.8
            and _across(group[0], others)
        ):
            return group
    return []


def without_watermark(pixels: np.ndarray, lines: Sequence[Quad]) -> np.ndarray | None:
    """The picture with all that is no darker than the watermark made white; None when the print is no darker."""
    import cv2
    import numpy as np

    light = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(light, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    ground = cv2.medianBlur(cv2.dilate(small, np.ones((9, 9), np.uint8)), 21)
    ground = cv2.resize(ground, (light.shape[1], light.shape[0]), interpolation=cv2.INTER_LINEAR)
    tone = light.astype(np.float32) / np.maximum(ground, 40)
    mask = np.zeros(light.shape, np.uint8)
    for line in lines:
        cv2.fillPoly(mask, [np.array(line.corners, np.int32)], 1)
    inside = tone[mask > 0]
    if inside.size < 200:
        return None
    ink = float(np.percentile(tone, 1))
    words = inside[(inside > ink + PRINT * (1 - ink)) & (inside < 0.97)]
    if words.size < 0.02 * inside.size:
        return None
    paler = float(np.percentile(words, 20)) - MARGIN * (1 - ink)
    if paler <= ink + 0.2 * (1 - ink):
        return None
    pale = np.clip((tone - ink) / (paler - ink), 0, 1)[:, :, None]
    return np.asarray(pixels * (1 - pale) + 255 * pale).astype(np.uint8)


def beyond_watermark(before: Sequence[Quad], again: Sequence[Quad], marked: Sequence[Quad]) -> list[Quad]:
    """Level lines of the first reading that went with the watermark's tone, as a title in colour does."""
    return [
        line
        for line in before
        if line.confidence >= SURE
        and abs(line.angle) < SLANT / 2
        and not any(overlap(line.box, other.box) for other in again)
        and not any(_alike(line.text, other.text) for other in marked)
    ]


def _signs(text: str) -> int:
    return sum(sign.isalnum() for sign in text)


def _alike(one: str, other: str) -> bool:
    """Whether two pieces show the same words, cut off anywhere."""
    from rapidfuzz import fuzz

    a, b = ("".join(sign for sign in text if sign.isalnum()).lower() for text in (one, other))
    return min(len(a), len(b)) >= LEAST and fuzz.partial_ratio(a, b) >= 85


def _across(line: Quad, others: Sequence[Quad]) -> bool:
    """Whether the line lies over at least two others."""
    import cv2
    import numpy as np

    mine = np.array(line.corners, np.float32)
    return sum(cv2.intersectConvexConvex(mine, np.array(o.corners, np.float32))[0] > 0 for o in others) >= 2
