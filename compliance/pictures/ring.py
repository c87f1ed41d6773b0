"""The name round a stamp (印章环形文字) laid straight, so that it can be read: on many certificates the body's full name stands nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from compliance.pictures.labels import pattern_of
from compliance.pictures.names import name_in
from compliance.pictures.records import Box, Field
from compliance.pictures.stamp import stamps_in

if TYPE_CHECKING:
    import numpy as np

INNER, OUTER = 0.58, 0.93  # parts of the stamp's radius between which its name runs
LEFT_OUT = 0.07  # part of the round, to each side of its foot, in which the stamp's number stands
HIGH = 48  # px of the strip, as the recogniser takes it
DOUBT = "取自印章的环形文字"


def rings(pixels: np.ndarray) -> list[tuple[np.ndarray, Box]]:
    """(strip, box) of each red stamp: its ring from the foot clockwise to the foot, outer side up, red ink as black on white."""
    import cv2
    import numpy as np

    out = []
    for box in stamps_in(pixels):
        x, y, w, h = box
        stamp = pixels[y : y + h, x : x + w].astype(np.int16)
        ink = np.clip((stamp[:, :, 0] - stamp[:, :, 1:].max(axis=2)) * 2, 0, 255)
        radius = min(w, h) / 2
        around = round(2 * np.pi * 0.8 * radius)
        deep = round(radius)
        polar = cv2.warpPolar(
            (255 - ink).astype(np.uint8),
            (deep, around),
            (w / 2, h / 2),
            radius,
            cv2.INTER_CUBIC | cv2.WARP_POLAR_LINEAR,
        )
        level = np.roll(polar, -around // 4, axis=0)  # the first row points right, a quarter on is the foot
        strip = level[
            round(LEFT_OUT * around) : round((1 - LEFT_OUT) * around), round(INNER * deep) : round(OUTER * deep)
        ]
        strip = np.ascontiguousarray(strip.T[::-1])
        size = (max(HIGH, round(strip.shape[1] * HIGH / strip.shape[0])), HIGH)
        line = cv2.resize(strip, size, interpolation=cv2.INTER_CUBIC)
        out.append((line[:, :, None].repeat(3, axis=2), box))
    return out


def body_of_stamp(
    pixels: np.ndarray, read: Callable[[Sequence[np.ndarray]], Sequence[tuple[str, float]]]
) -> Field | None:
    """发证机构 by the name in a stamp, where that is a body's; never confirmed by the stamp. None when no stamp names one."""
    found = rings(pixels)
    for (text, confidence), (_, box) in zip(read([strip for strip, _ in found]), found, strict=False):
        name = name_in(text)
        if name is not None and pattern_of("body_words", "zh").search(name):
            tall = (OUTER - INNER) * box[3] / 2
            return Field(name, name, confidence, False, box, doubts=(DOUBT,), height=tall)
    return None
