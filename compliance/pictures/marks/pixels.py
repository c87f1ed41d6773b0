"""A picture prepared for looking for shapes: made smaller when large, split into ink and ground both ways."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from compliance.pictures.records import Box

LONGEST = 1600  # px; larger pictures are looked at smaller: a mark of 20 px in one of 3,000 is not looked for
HUES = {  # OpenCV: hue 0 … 179, saturation and value 0 … 255; ((low), (high)) of each range
    "green": (((35, 55, 40), (92, 255, 255)),),
    "yellow": (((12, 80, 60), (34, 255, 255)),),
    "blue": (((93, 60, 40), (132, 255, 255)),),
    "red": (((0, 90, 60), (9, 255, 255)), ((168, 90, 60), (179, 255, 255))),
}


@dataclass(slots=True)
class Prepared:
    """`grey` and `rgb` at most LONGEST px long; `factor`: px of the picture for one of its px; `masks`: ink as 255, in several ways."""

    rgb: np.ndarray
    grey: np.ndarray
    factor: float
    masks: tuple[np.ndarray, ...]
    _hues: dict[str, np.ndarray] = field(default_factory=dict)

    def hue(self, name: str) -> np.ndarray:
        """255 where the picture has that colour."""
        if name not in self._hues:
            hsv = cv2.cvtColor(self.rgb, cv2.COLOR_RGB2HSV)
            ranges = [cv2.inRange(hsv, np.array(low), np.array(high)) for low, high in HUES[name]]
            self._hues[name] = np.bitwise_or.reduce(np.stack(ranges))
        return self._hues[name]

    def smaller(self, box: Box) -> Box:
        """A box of the picture in px of `grey`."""
        x, y, w, h = (round(v / self.factor) for v in box)
        return x, y, w, h

    def larger(self, box: Box) -> Box:
        """A box of `grey` in px of the picture."""
        x, y, w, h = (round(v * self.factor) for v in box)
        return x, y, w, h


def prepared(pixels: np.ndarray) -> Prepared:
    """From RGB uint8."""
    height, width = pixels.shape[:2]
    factor = max(1.0, max(height, width) / LONGEST)
    rgb = np.ascontiguousarray(pixels)
    if factor > 1:
        rgb = cv2.resize(rgb, (round(width / factor), round(height / factor)), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    return Prepared(rgb, grey, factor, _masks(grey))


def _masks(grey: np.ndarray) -> tuple[np.ndarray, ...]:
    """Dark ink and light ink, by one threshold for all and by the ground around."""
    _, light = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    block = max(31, min(grey.shape) // 10) | 1
    around = cv2.blur(grey, (block, block)).astype(np.int16)
    dark_local = ((grey < around - 18) * 255).astype(np.uint8)
    light_local = ((grey > around + 18) * 255).astype(np.uint8)
    return cv2.bitwise_not(light), light, dark_local, light_local


def crop_of(image: np.ndarray, box: Box) -> np.ndarray:
    """The part inside the picture; may be empty."""
    x, y, w, h = box
    return image[max(0, y) : max(0, y + h), max(0, x) : max(0, x + w)]
