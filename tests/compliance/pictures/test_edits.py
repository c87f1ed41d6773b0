"""Signs of editing are hints with a place and a measure: digits, sharpness and ground that differ are seen, what was set and scanned
together is not, and what can't be told is not said."""

from dataclasses import replace

import pytest

np = pytest.importorskip("numpy", reason="the extra `pictures` is not installed")
cv2 = pytest.importorskip("cv2", reason="OpenCV is not installed (extra `pictures`)")

from compliance.pictures.edits import edit_signs, said  # noqa: E402
from compliance.pictures.glyphs import odd_digits  # noqa: E402
from compliance.pictures.records import EditSign, Field, Line, PictureReading, reading_from_json  # noqa: E402
from compliance.pictures.sharpness import sharper  # noqa: E402
from compliance.pictures.stamp import stamps_in  # noqa: E402

NUMBER = "00025Q10001R0M"
HIGH, WIDE, STEP = 24, 12, 18


def page(grain=2.0, ground=238.0, blur=0.8):
    """A scan without print."""
    dice = np.random.default_rng(5)
    return cv2.GaussianBlur(np.full((700, 900), ground), (0, 0), blur) + dice.normal(0, grain, (700, 900))


def typed(grey, x, y, text, blur=0.8, change=()):
    """Signs as rings `HIGH` px high; `change`: (place, px higher, px lower, grey levels paler)."""
    layer = np.zeros_like(grey)
    for at, sign in enumerate(text):
        grow, drop, pale = next(((g, d, p) for place, g, d, p in change if place == at), (0, 0, 0))
        top, low = y - grow + drop, y + HIGH + drop
        left = x + STEP * at
        if sign == "1":
            layer[top:low, left + 4 : left + 8] = 190 - pale
        else:
            layer[top:low, left : left + WIDE] = 190 - pale
            layer[top + 4 : low - 4, left + 4 : left + WIDE - 4] = 0
    return grey - cv2.GaussianBlur(layer, (0, 0), blur)


def finished(grey):
    return np.clip(grey, 0, 255).astype(np.uint8)


def box_of(text, x, y):
    return (x - 3, y - 5, STEP * len(text) + 2, HIGH + 10)


def odd(change=(), text=NUMBER, grain=2.0):
    return odd_digits(finished(typed(page(grain), 100, 100, text, change=change)), box_of(text, 100, 100), text)


@pytest.mark.parametrize("grain", [0, 2, 5])
def test_digits_set_together_are_alike(grain):
    assert odd(grain=grain) == []


@pytest.mark.parametrize(
    ("change", "what", "measure"),
    [(((9, 5, 0, 0),), "height", 5), (((9, 0, 4, 0),), "baseline", 4), (((8, 0, 0, 70), (9, 0, 0, 70)), "tone", 70)],
)
def test_a_digit_set_in_later(change, what, measure):
    found = {one.what: one for one in odd(change)}
    assert what in found and abs(found[what].measure) == pytest.approx(measure, rel=0.25)
    x = found[what].box[0]
    assert 100 + STEP * change[0][0] - 2 <= x <= 100 + STEP * change[0][0] + 2


def test_a_line_that_rises_evenly_is_no_sign():
    grey = finished(typed(page(), 100, 100, NUMBER))
    turn = cv2.getRotationMatrix2D((225, 112), 1.0, 1.0)
    turned = cv2.warpAffine(grey, turn, (900, 700), borderValue=238)
    x, y, w, h = box_of(NUMBER, 100, 100)
    assert odd_digits(turned, (x, y - 3, w, h + 6), NUMBER) == []


def test_what_does_not_fall_apart_into_its_signs_tells_nothing():
    change = ((9, 5, 0, 0),)
    grey = finished(typed(page(), 100, 100, NUMBER, change=change))
    assert odd_digits(grey, box_of(NUMBER, 100, 100), NUMBER + "7") == []
    wide = typed(page(), 100, 100, NUMBER, change=change)
    wide[104:108, 118:250] = 40  # signs that touch
    assert odd_digits(finished(wide), box_of(NUMBER, 100, 100), NUMBER) == []
    assert odd_digits(grey, box_of(NUMBER, 100, 100), "AB-CDEFGHIJKLM") == []


def lines_of_page(sharp_at=None):
    grey, boxes = page(blur=1.6), {}
    for at in range(9):
        y = 60 + 64 * at
        grey = typed(grey, 80, y, NUMBER, blur=0.4 if at == sharp_at else 1.6)
        boxes[at] = box_of(NUMBER, 80, y)
    return finished(grey), boxes


def test_print_sharper_than_the_rest():
    grey, boxes = lines_of_page(sharp_at=4)
    assert sharper(grey, {"number": boxes[4]}, list(boxes.values())).keys() == {"number"}
    grey, boxes = lines_of_page()
    assert sharper(grey, {"number": boxes[4]}, list(boxes.values())) == {}
    assert sharper(grey, {"number": boxes[4]}, list(boxes.values())[:4]) == {}  # too few to know what is usual


def coloured(grey):
    return finished(grey)[:, :, None].repeat(3, axis=2)


FIELDS = {
    name: Field(NUMBER, NUMBER, 0.99, False, box_of(NUMBER, 80, 60 + 64 * at))
    for at, name in enumerate(("number", "holder", "issued", "expires"))
}
LINES = [Line(field.text, field.box, 0.99) for field in FIELDS.values()]


def scan(white=None):
    grey = page(4.0)
    for name, field in FIELDS.items():
        x, y, w, h = field.box
        if name == white:
            grey[y - 6 : y + h + 6, x - 6 : x + w + 6] = 250
        grey = typed(grey, x + 3, y + 5, NUMBER)
    return coloured(grey)


def test_a_field_whitened_and_typed_anew():
    signs = edit_signs(scan("issued"), FIELDS, LINES)
    assert {sign.field for sign in signs} == {"issued"}
    assert {"patch", "smooth_ground"} <= {sign.sign for sign in signs}
    (hint,) = said(signs)
    assert "发证日期" in hint and "套打" in hint and "须由人看原图" in hint
    assert edit_signs(scan(), FIELDS, LINES) == ()


def with_stamp(square):
    pixels = scan()
    if square:
        pixels[480:640, 600:760] = 225
    cv2.circle(pixels, (680, 560), 70, (205, 40, 45), 5)
    cv2.circle(pixels, (680, 560), 18, (205, 40, 45), -1)
    return pixels


def test_a_stamp_pasted_with_its_own_ground():
    ((x, y, w, h),) = stamps_in(with_stamp(False))
    assert abs(x - 608) < 6 and abs(y - 488) < 6 and abs(w - 144) < 12 and abs(h - 144) < 12
    assert edit_signs(with_stamp(False), FIELDS, LINES) == ()
    (sign,) = edit_signs(with_stamp(True), FIELDS, LINES)
    assert (sign.sign, sign.field) == ("patch", "stamp") and sign.measure == pytest.approx(-13, abs=3)


def test_a_reading_keeps_its_signs():
    sign = EditSign("height", "number", "01", 2.5, (1, 2, 3, 4))
    reading = PictureReading("a.png", "0" * 64, "certificate", True, edits=(sign,))
    assert reading_from_json(reading.to_json(lines=True)).edits == (sign,)
    before = {k: v for k, v in reading.to_json(lines=True).items() if k != "edits"}  # kept by an earlier reader
    assert reading_from_json(before).edits == () and replace(reading, edits=()).to_json()["edits"] == []


def test_a_digit_that_touches_its_neighbour_is_parted_from_it():
    grey = typed(page(), 100, 100, NUMBER, change=((8, 5, 0, 0),))
    grey[110:112, 100 + STEP * 8 + WIDE : 100 + STEP * 9] = 60
    (found,) = [one for one in odd_digits(finished(grey), box_of(NUMBER, 100, 100), NUMBER) if one.what == "height"]
    assert found.text == NUMBER[8] and found.measure == pytest.approx(5, abs=1)


def test_the_label_before_a_field_is_left_out():
    """Only the value is typed anew: its label stands on the scan's own ground and must not hide that."""
    pixels, field = scan(), FIELDS["issued"]
    x, y, w, h = field.box
    half = x + w // 2
    pixels[y - 6 : y + h + 6, half : x + w + 6] = 250
    text = NUMBER[7:]
    pixels[:, half:] = np.minimum(
        pixels[:, half:], coloured(typed(np.full((700, 900), 255.0), half + 5, y + 5, text))[:, half:]
    )
    value = replace(field, text=text)
    signs = edit_signs(pixels, {**FIELDS, "issued": value}, LINES)
    assert ("patch", "issued") in {(sign.sign, sign.field) for sign in signs}
    assert all(sign.box[0] >= half - 4 for sign in signs if sign.sign == "patch")
