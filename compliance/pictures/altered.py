"""Ground that shows that something was set into the picture later (底色被覆盖): hints for a person, never more.

A scan has grain: its ground is nowhere quite smooth. Where a field was painted over and typed anew, or a stamp pasted in with the ground
it was cut from, the ground there is smoother or of another tone than all around it. A picture that is smooth all over (made by a
program) tells nothing by its grain.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from compliance.pictures.records import Box, Field

if TYPE_CHECKING:
    import numpy as np

GRAIN = 1.5  # grey levels of grain around a field from which its ground says anything
SMOOTH = 0.3  # part of that grain below which the ground under the field is another
LIGHT = 25  # grey levels that ground may be darker than the lightest tenth of its patch
HALO = 5  # px round print that are no ground
ENOUGH = 150  # px of ground in a patch
TONE = 4.0  # grey levels by which the ground of a patch lies off that on every side of it
EVEN = 2.5  # grey levels within which those sides agree
FIELDS = ("number", "holder", "scope", "issued", "expires", "standard")


def altered(pixels: np.ndarray, fields: Mapping[str, Field]) -> dict[str, float]:
    """Fields whose ground is smoother than that around them, boxes in these pixels → grain under them as part of the grain around."""
    import cv2

    if not fields:
        return {}
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    found = {}
    for name in FIELDS:
        if name not in fields:
            continue
        inside, outside = _patches(grey, fields[name].box)
        under, grains = _grain(inside), [_grain([strip]) for strip in outside]
        around = min(
            (grain for grain in grains if grain is not None), default=None
        )  # the rim of a frame is rougher than ground
        if under is not None and around is not None and around >= GRAIN and under < SMOOTH * around:
            found[name] = round(under / around, 2)
    # when most fields stand on smoother ground than what lies between them, that is how the paper was made
    return found if len(found) <= len(fields) // 2 else {}


def patched(pixels: np.ndarray, boxes: Mapping[str, Box]) -> dict[str, float]:
    """Boxes whose ground is of another tone than on all four sides, which agree with each other → grey levels off."""
    import cv2

    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    found = {}
    for name, box in boxes.items():
        tones = _sides(grey, box)
        within = _tone(grey, _grown(box, 0.12 * box[3]))
        if within is None or len(tones) < 4 or max(tones) - min(tones) > EVEN:
            continue
        off: list[float] = [within - tone for tone in tones]
        if min(map(abs, off)) >= TONE and (min(off) > 0) == (max(off) > 0):
            found[name] = round(within - min(tones, key=lambda tone: abs(within - tone)), 1)
    return found if len(found) <= max(1, len(boxes) // 2) else {}


def _grown(box: Box, rim: float) -> Box:
    x, y, w, h = box
    by = max(1, round(rim))
    return x - by, y - by, w + 2 * by, h + 2 * by


def _sides(grey: np.ndarray, box: Box) -> list[float]:
    """Tone of the ground above, below, left and right of the box, one height away; sides without ground left out."""
    x, y, w, h = box
    away, deep = max(4, round(0.8 * min(h, 60))), max(8, round(0.8 * min(h, 60)))
    sides = (
        (x, y - away - deep, w, deep),
        (x, y + h + away, w, deep),
        (x - away - 2 * deep, y, 2 * deep, h),
        (x + w + away, y, 2 * deep, h),
    )
    return [tone for side in sides if (tone := _tone(grey, side)) is not None]


def _tone(grey: np.ndarray, box: Box) -> float | None:
    """Middle tone of the ground in a box, print and what is close to it left out; None when there is too little."""
    import numpy as np

    x, y, w, h = box
    ground = _ground(grey[max(0, y) : max(0, y + h), max(0, x) : max(0, x + w)])
    return float(np.median(ground)) if ground.size >= ENOUGH // 2 else None


def _ground(patch: np.ndarray) -> np.ndarray:
    import cv2
    import numpy as np

    if patch.shape[0] < 4 or patch.shape[1] < 8:
        return np.array([])
    ink = (patch.astype(np.int16) < np.percentile(patch, 90) - LIGHT).astype(np.uint8)
    return patch[cv2.dilate(ink, np.ones((HALO, HALO), np.uint8)) == 0]


def _patches(grey: np.ndarray, box: Box) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """The field with a narrow rim, and the strips above and below it."""
    x, y, w, h = box
    rim = max(1, h // 12)
    left, right = max(0, x - rim), x + w + rim
    near, far = h // 2, h // 2 + h
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
