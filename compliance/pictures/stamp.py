"""Print under a red stamp (公章下的文字): in the red channel red ink is as light as paper, so the print under it shows.

Asked only where a stamp lies and only for the rows it covers; what it reads replaces a line only when it reads more of it. It
is the same picture, so it confirms nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.pictures.records import Box, Line

if TYPE_CHECKING:
    import numpy as np

LEAST, MOST = 0.002, 0.15  # part of the page in red from which it is a stamp, and up to which it is no red page
ROWS = 0.5  # part of the page's height that is read again at most
HIGH = 0.06  # part of the page's width from which a block of red rows is as high as a stamp
SURE = 0.8
STAINED = 0.02  # part of a line in red from which a stamp lies across it


def red_rows(pixels: np.ndarray) -> tuple[int, int] | None:
    """Rows (from, to) that hold stamps; None when there is none, or red is all over the page."""
    import numpy as np

    red, green, blue = (pixels[:, :, k].astype(np.int16) for k in range(3))
    mask = (red > 120) & (red - green > 60) & (red - blue > 50)
    share = float(mask.mean())
    if not LEAST <= share <= MOST:
        return None
    rows = mask.sum(axis=1)
    dense = np.flatnonzero(rows > 0.02 * pixels.shape[1])
    if not dense.size:
        return None
    # the stamp is the lowest block of red rows that is as high as one; a red border or title above it is none, nor is a small logo below
    breaks = np.flatnonzero(np.diff(dense) > 0.03 * pixels.shape[0])
    blocks = [(int(block[0]), int(block[-1])) for block in np.split(dense, breaks + 1)]
    high = [block for block in blocks if block[1] - block[0] >= HIGH * pixels.shape[1]]
    start, end = (high or blocks)[-1]
    pad = round(0.02 * pixels.shape[0])
    start, end = max(0, start - pad), min(pixels.shape[0], end + pad)
    return (start, end) if 0.02 < (end - start) / pixels.shape[0] <= ROWS else None


def stained(pixels: np.ndarray, box: Box) -> bool:
    """Whether red ink lies across a box."""
    x, y, w, h = box
    red = pixels[max(0, y) : y + h, max(0, x) : x + w, 0].astype(int) - pixels[max(0, y) : y + h, max(0, x) : x + w, 1]
    return bool(red.size) and bool((red > 60).mean() > STAINED)


def stamps_in(pixels: np.ndarray) -> list[Box]:
    """Boxes of the round red stamps: as wide as high, of a stamp's size, mostly empty."""
    import cv2
    import numpy as np

    red, green, blue = (pixels[:, :, k].astype(np.int16) for k in range(3))
    mask = ((red > 120) & (red - green > 60) & (red - blue > 50)).astype(np.uint8)
    width = pixels.shape[1]
    reach = max(3, width // 80)
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    out = []
    for x, y, w, h, _ in cv2.connectedComponentsWithStats(joined)[2][1:].tolist():
        filled = float(mask[y : y + h, x : x + w].mean())
        if HIGH * width <= min(w, h) and max(w, h) <= min(1.3 * min(w, h), 0.4 * width) and 0.05 < filled < 0.6:
            out.append((x, y, w, h))
    return out


def red_channel(pixels: np.ndarray) -> np.ndarray:
    """The red channel as a grey RGB picture."""
    return pixels[:, :, :1].repeat(3, axis=2)


def merged(lines: tuple[Line, ...], under: list[Line]) -> tuple[Line, ...]:
    """`lines` with those of the red channel that read more of the same print, or print that was not read at all."""
    kept = list(lines)
    for line in under:
        if line.confidence < SURE:
            continue
        same = [old for old in kept if overlap(old.box, line.box)]
        if sum(_signs(old.text) for old in same) < _signs(line.text):
            kept = [old for old in kept if old not in same]
            kept.append(line)
    return tuple(kept)


def _signs(text: str) -> int:
    return sum(sign.isalnum() for sign in text)


def overlap(a: Box, b: Box) -> bool:
    """Whether two boxes hold the same row of print; what only touches its rim, as a stamp's number does, is another."""
    wide = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    high = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    off = abs((2 * a[1] + a[3]) - (2 * b[1] + b[3])) / 2
    return wide > 0.3 * min(a[2], b[2]) and high > 0.5 * min(a[3], b[3]) and off < 0.35 * max(a[3], b[3])
