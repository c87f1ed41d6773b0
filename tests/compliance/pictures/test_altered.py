"""Signs of editing are hints: ground painted over in a grainy scan is noticed, grain and smooth pictures alone are not."""

import numpy as np
import pytest

from compliance.pictures.altered import altered
from compliance.pictures.records import Field

pytest.importorskip("cv2", reason="OpenCV is not installed (extra `pictures`)")
BOXES = {
    "number": (200, 100, 300, 30),
    "holder": (200, 200, 400, 40),
    "issued": (200, 320, 260, 30),
    "expires": (200, 400, 260, 30),
}
FIELDS = {name: Field("x", "x", 0.99, False, box) for name, box in BOXES.items()}


def scan(grain, painted=()):
    """A grey page with bars for letters; `painted`: fields whose ground is one tone."""
    dice = np.random.default_rng(7)
    page = np.full((600, 900), 235.0) + dice.normal(0, grain, (600, 900))
    for name in painted:
        x, y, w, h = BOXES[name]
        page[y - 8 : y + h + 8, x - 8 : x + w + 8] = 235
    for x, y, w, h in BOXES.values():
        for at in range(x, x + w, 30):
            page[y + 4 : y + h - 4, at : at + 4] = 40
    return np.clip(page, 0, 255).astype(np.uint8)[:, :, None].repeat(3, axis=2)


def test_painted_over():
    assert altered(scan(4, ("holder",)), FIELDS) == {"holder": pytest.approx(0.0, abs=0.25)}


@pytest.mark.parametrize("grain", [0, 0.5, 4, 12])
def test_nothing_to_notice(grain):
    assert altered(scan(grain), FIELDS) == {}


def test_a_smooth_picture_tells_nothing():
    assert altered(scan(0, ("holder",)), FIELDS) == {}


def test_all_fields_alike_is_how_the_paper_was_made():
    assert altered(scan(4, tuple(BOXES)), FIELDS) == {}
