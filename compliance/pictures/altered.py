"""Signs that a field was set into the picture later (疑似涂改): hints for a person, never more.

A scan has grain: its ground is nowhere quite smooth. Where a field was painted over and typed anew, the ground under its letters is
smoother than the ground around it. A picture that is smooth all over (made by a program) tells nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from compliance.pictures.records import Box, Field

if TYPE_CHECKING:
    import numpy as np

GRAIN = 1.0  # grey levels of grain around a field from which its ground says anything
SMOOTH = 0.25  # part of that grain below which the ground under the field is another
LIGHT = 25  # grey levels that ground may be darker than the lightest tenth of its patch
HALO = 9  # px round print that are no ground
ENOUGH = 300  # px of ground in a patch
FIELDS = ("number", "holder", "scope", "issued", "expires", "standard")


def altered(pixels: np.ndarray, fields: Mapping[str, Field]) -> tuple[str, ...]:
    """Names of the fields whose ground is smoother than that around them, boxes in these pixels."""
    import cv2

    if not fields:
        return ()
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    found = []
    for name in FIELDS:
        if name not in fields:
            continue
        inside, outside = _patches(grey, fields[name].box)
        under, around = _grain(inside), _grain(outside)
        if under is not None and around is not None and around >= GRAIN and under < SMOOTH * around:
            found.append(name)
    # when most fields stand on smoother ground than what lies between them, that is how the paper was made
    return tuple(found) if len(found) <= len(fields) // 2 else ()


def _patches(grey: np.ndarray, box: Box) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """The field with a narrow rim, and the strips above and below it."""
    x, y, w, h = box
    rim = max(2, h // 5)
    left, right = max(0, x - rim), x + w + rim
    near, far = rim + h // 4, rim + h // 4 + h
    above, below = grey[max(0, y - far) : max(0, y - near), left:right], grey[y + h + near : y + h + far, left:right]
    return [grey[max(0, y - rim) : y + h + rim, left:right]], [above, below]


def _grain(patches: list[np.ndarray]) -> float | None:
    """Middle difference of neighbouring px of the ground, grey levels; None when there is too little ground."""
    import cv2
    import numpy as np

    steps = []
    for patch in patches:
        if patch.shape[0] < 4 or patch.shape[1] < 8:
            continue
        tones = patch.astype(np.int16)
        ink = (tones < np.percentile(tones, 90) - LIGHT).astype(np.uint8)
        ground = cv2.dilate(ink, np.ones((HALO, HALO), np.uint8)) == 0  # compression frays what lies close to print
        second = np.abs(2 * tones[:, 1:-1] - tones[:, :-2] - tones[:, 2:])
        steps.append(second[ground[:, 1:-1]])
    joined = np.concatenate(steps) if steps else np.array([])
    return float(joined.mean()) if joined.size >= ENOUGH else None
