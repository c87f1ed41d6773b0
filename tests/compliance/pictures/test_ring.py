"""A stamp's ring laid straight: from its foot clockwise, outer side up; a body's name in it is a doubted reading, other names are none."""

import pytest

np = pytest.importorskip("numpy", reason="the extra `pictures` is not installed")
cv2 = pytest.importorskip("cv2", reason="OpenCV is not installed (extra `pictures`)")

from compliance.pictures.ring import INNER, LEFT_OUT, OUTER, body_of_stamp, rings  # noqa: E402

RED = (205, 35, 40)


def stamped(*dots):
    """A stamp of radius 80 at (400, 500) with dots at (part of the round from its foot clockwise, part of the radius)."""
    pixels = np.full((800, 900, 3), 245, np.uint8)
    cv2.circle(pixels, (400, 500), 80, RED, 3)
    cv2.circle(pixels, (400, 500), 18, RED, -1)
    for turn, out in dots:
        angle = np.pi / 2 + 2 * np.pi * turn
        at = (round(400 + 80 * out * np.cos(angle)), round(500 + 80 * out * np.sin(angle)))
        cv2.circle(pixels, at, 5, RED, -1)
    return pixels


@pytest.mark.parametrize("turn", [0.25, 0.5, 0.75])
@pytest.mark.parametrize(("out", "upper"), [(0.82, True), (0.68, False)])
def test_where_a_sign_comes_to_stand(turn, out, upper):
    ((strip, box),) = rings(stamped((turn, out)))
    assert abs(box[0] - 319) < 4 and abs(box[1] - 419) < 4
    rows, columns = np.nonzero(strip[4:-4, :, 0] < 100)  # the rim of the ring left out
    wanted = (turn - LEFT_OUT) / (1 - 2 * LEFT_OUT)
    assert columns.mean() / strip.shape[1] == pytest.approx(wanted, abs=0.03)
    assert (rows.mean() + 4) / strip.shape[0] == pytest.approx((OUTER - out) / (OUTER - INNER), abs=0.12)
    assert bool(rows.mean() < strip.shape[0] / 2) is upper


def said(text):
    return lambda strips: [(text, 0.9) for _ in strips]


def test_the_body_by_its_stamp_is_doubted():
    body = body_of_stamp(stamped((0.5, 0.8)), said("示例云标认证中心有限公司"))
    assert body is not None and body.value == "示例云标认证中心有限公司" and not body.confirmed
    assert body.doubts and body.confidence == 0.9 and abs(body.box[0] - 319) < 4


@pytest.mark.parametrize("text", ["示例云岭阀门有限公司", "1100000000", ""])
def test_a_stamp_of_somebody_else_names_no_body(text):
    assert body_of_stamp(stamped((0.5, 0.8)), said(text)) is None


def test_without_a_stamp_nothing_is_asked():
    plain = np.full((800, 900, 3), 245, np.uint8)
    assert body_of_stamp(plain, lambda strips: [("示例认证中心", 0.9)] * len(strips)) is None
