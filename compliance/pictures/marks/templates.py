"""Shapes of marks drawn from their published proportions: 1 where there is ink, 0 where none. Nothing here is a picture of a mark.

Each is drawn large and made small, so that its edges are as soft as those of a print.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import cv2
import numpy as np

Grey = np.ndarray
_LARGE = 4


@cache
def template(shape: str) -> Grey:
    """The shape as float32 in 0 … 1; KeyError for one that is not drawn."""
    large = _SHAPES[shape]()
    size = (large.shape[1] // _LARGE, large.shape[0] // _LARGE)
    return cv2.GaussianBlur(cv2.resize(large, size, interpolation=cv2.INTER_AREA), (0, 0), 0.7)


def aspect(shape: str) -> float:
    """Width by height."""
    drawn = template(shape)
    return drawn.shape[1] / drawn.shape[0]


def _half_ring(height: int, cut: float, stroke: float) -> Grey:
    """A C as in CE: a ring of `height`, `stroke` thick (share of the height), cut a `cut` (share of it) right of its middle."""
    r = height / 2
    image = np.zeros((height, round(height * (0.5 + cut))), np.float32)
    cv2.circle(image, (round(r), round(r)), round(r * (1 - stroke)), 1.0, round(height * stroke))
    return image


def _ce() -> Grey:
    """Annex II of Regulation 765/2008: circles of radius 100, stroke 30, middles 170 apart, cut 10 right of the middle; bar 30 high, to
    50 left of the second letter's end."""
    unit = 200 * _LARGE // 4  # the height: 50 px when made small
    letter = _half_ring(unit, 0.05, 0.15)
    image = np.zeros((unit, round(unit * 1.4)), np.float32)
    image[:, : letter.shape[1]] = letter
    at = round(unit * 0.85)
    image[:, at : at + letter.shape[1]] = np.maximum(
        image[:, at : at + letter.shape[1]], letter[:, : image.shape[1] - at]
    )
    image[round(unit * 0.425) : round(unit * 0.575), round(unit * 0.87) : round(unit * 1.3)] = 1.0
    return image


def _ccc() -> Grey:
    """The three C alone, each two fifths of its height further right; later ones lie over earlier ones. The ellipse round them is
    looked for by itself: its stroke differs from print to print."""
    height = 48 * _LARGE
    letter = _half_ring(height, 0.03, 0.15)
    halo = cv2.dilate(letter, np.ones((3 * _LARGE // 2, 3 * _LARGE // 2)))
    image = np.zeros((height, round(0.8 * height) + letter.shape[1]), np.float32)
    for k in range(3):
        part = image[:, round(0.4 * k * height) :][:, : letter.shape[1]]
        part *= 1 - (halo > 0) * (1 if k else 0)
        np.maximum(part, letter, out=part)
    return image


def _fcc() -> Grey:
    """F, a C of nearly its height and a small C inside that: proportions measured on prints."""
    height, width = 50 * _LARGE, 70 * _LARGE
    image = np.zeros((height, width), np.float32)
    cv2.rectangle(image, (0, 0), (round(0.385 * width), round(0.17 * height)), 1.0, -1)
    cv2.rectangle(image, (0, 0), (round(0.13 * width), height), 1.0, -1)
    cv2.rectangle(image, (0, round(0.44 * height)), (round(0.37 * width), round(0.57 * height)), 1.0, -1)
    middle = (round(0.683 * width), round(0.52 * height))
    cv2.circle(image, middle, round(0.51 * height), 0.0, -1)
    _open_ring(image, middle, 0.48 * height, 0.335 * height, 27)
    _open_ring(image, middle, 0.29 * height, 0.155 * height, 27)
    return image


def _open_ring(image: Grey, middle: tuple[int, int], outer: float, inner: float, opening: float) -> None:
    stroke, radius = round(outer - inner), round((outer + inner) / 2)
    cv2.ellipse(image, middle, (radius, radius), 0, opening, 360 - opening, 1.0, stroke)


_SHAPES: dict[str, Callable[[], Grey]] = {"ce": _ce, "ccc": _ccc, "fcc": _fcc}
