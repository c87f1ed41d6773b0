"""The generator of invented certificates: same seed same picture, truth where the print is, steps that do what they are named for."""

import io
from datetime import date

import pytest

from compliance.reading.uscc import valid_uscc

EXTRA = "the extra `pictures` is not installed"
np = pytest.importorskip("numpy", reason=EXTRA)
Image = pytest.importorskip("PIL.Image", reason=EXTRA)
zxingcpp = pytest.importorskip("zxingcpp", reason=EXTRA)
pytest.importorskip("cv2", reason=EXTRA)
degrade = pytest.importorskip("benchmarks.pictures.degrade")
edited = pytest.importorskip("benchmarks.pictures.edited")
fonts = pytest.importorskip("benchmarks.pictures.fonts")
facts_of = pytest.importorskip("benchmarks.pictures.invented")
layouts = pytest.importorskip("benchmarks.pictures.layouts")
codes_in = pytest.importorskip("compliance.pictures.qr").codes_in
BASE, STEPS, worsened = degrade.BASE, degrade.STEPS, degrade.worsened
LAYOUTS, drawn = layouts.LAYOUTS, layouts.drawn

pytestmark = pytest.mark.skipif(not fonts.chinese_available(), reason="no Chinese font here (Debian: fonts-noto-cjk)")

FIELDS = {"number", "holder", "standard", "scope", "body", "issued", "expires"}


def decoded(picture):
    return Image.open(io.BytesIO(picture.data)).convert("L")


def test_layouts_of_different_shape_and_language():
    assert len(LAYOUTS) >= 8
    assert {name.split("-")[0] for name in LAYOUTS} == {"zh", "en", "both"}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_prints_its_fields_where_it_says(layout):
    page = drawn(layout, 3)
    assert set(page.fields) >= FIELDS
    grey = np.asarray(page.image.convert("L")).astype(int)
    for name, truth in page.fields.items():
        x, y, w, h = truth.box
        assert min(x, y) >= 0 and x + w <= page.image.width and y + h <= page.image.height, name
        inside = grey[y : y + h, x : x + w]
        assert inside.max() - inside.min() > 90, f"{name}: no print in its box"
    others = [t.box for n, t in page.fields.items() if n != "number"]
    x, y, w, h = page.fields["number"].box
    assert not any(x < a + c and a < x + w and y < b + d and b < y + h for a, b, c, d in others)


def test_the_same_seed_draws_the_same_picture_and_another_does_not():
    def bytes_of(seed):
        return worsened(drawn("zh-landscape", seed), "phone-2", seed).data

    assert bytes_of(5) == bytes_of(5)
    assert bytes_of(5) != bytes_of(6)


def test_what_is_invented_is_plainly_invented():
    for seed in range(60):
        facts = facts_of.invented(seed)
        assert facts.number.startswith("000") and facts.uscc[2:8] == "000000" and valid_uscc(facts.uscc)
        assert facts.web.endswith(".example") and facts.foreign_web.endswith(".example")
        assert facts.issued < facts.expires and facts.first_day <= facts.issued


def test_days_in_chinese_numerals():
    assert facts_of.numeral_day(date(2020, 10, 21)) == "二〇二〇年十月二十一日"
    assert facts_of.numeral_day(date(2019, 1, 10)) == "二〇一九年一月十日"


@pytest.mark.parametrize("step", STEPS)
def test_boxes_follow_the_print_through_every_step(step):
    """The number lies dark on light ground: its box must hold more ink than a box moved one line up."""
    picture = worsened(drawn("both-with-code", 7), step, 7)
    grey = np.asarray(decoded(picture)).astype(float)
    assert grey.shape == (picture.height, picture.width)
    if step.startswith("width"):
        assert picture.width == int(step.split("-")[1])
    elif not step.startswith(("turn", "perspective", "phone")):
        assert picture.width == BASE
    for truth in picture.fields.values():
        x, y, w, h = truth.box
        assert w > 0 and h > 0 and x >= 0 and y >= 0 and x + w <= picture.width and y + h <= picture.height
    x, y, w, h = picture.fields["holder"].box
    inside = grey[y : y + h, x : x + w]
    assert inside.std() > 8, "no print where the holder should be"


def test_worse_is_worse():
    """Blur and JPEG take contrast or bytes away, in the order of their measure."""
    page = drawn("en-band", 2)
    sizes = [len(worsened(page, step, 2).data) for step in ("jpeg-60", "jpeg-30", "jpeg-12")]
    assert sizes == sorted(sizes, reverse=True)

    def edges(step):
        grey = np.asarray(decoded(worsened(page, step, 2))).astype(float)
        return np.abs(np.diff(grey, axis=1)).mean()

    assert edges("blur-0.8") > edges("blur-1.5") > edges("blur-2.5")


def test_the_code_carries_the_number_and_is_found_where_it_stands():
    page = drawn("both-with-code", 4)
    (code,) = codes_in(np.asarray(page.image))
    assert code.text == page.qr and page.fields["number"].value in code.text
    x, y, w, h = code.box
    assert abs(x - 160) < 40 and abs(y - 1400) < 40 and 150 < w < 260 and abs(w - h) < 5


def test_a_turned_photo_still_gives_its_code_and_an_empty_one_none():
    picture = worsened(drawn("both-with-code", 4), "turn-10", 4)
    (code,) = codes_in(np.asarray(Image.open(io.BytesIO(picture.data)).convert("RGB")))
    assert code.text == picture.qr
    assert codes_in(np.full((300, 300, 3), 255, np.uint8)) == []
    assert codes_in(np.zeros((4, 4, 3), np.uint8)) == []


def test_a_small_code_is_found_enlarged_and_its_box_stays_in_the_picture():
    made = zxingcpp.create_barcode("https://sample.example/000", zxingcpp.BarcodeFormat.QRCode)
    small = np.asarray(zxingcpp.write_barcode_to_image(made, scale=1))
    sheet = np.full((200, 260), 255, np.uint8)
    sheet[90 : 90 + small.shape[0], 120 : 120 + small.shape[1]] = small
    (code,) = codes_in(sheet)
    x, y, w, h = code.box
    assert code.text == "https://sample.example/000"
    assert 118 <= x <= 130 and 88 <= y <= 100 and x + w <= 260 and w < 40 and h < 40


def test_control_signs_in_a_code_are_dropped():
    made = zxingcpp.create_barcode("no=1\x1b[31m\r\nred", zxingcpp.BarcodeFormat.QRCode)
    (code,) = codes_in(np.asarray(zxingcpp.write_barcode_to_image(made, scale=4)))
    assert code.text == "no=1[31mred"


@pytest.mark.parametrize("way", edited.WAYS)
def test_an_edit_changes_its_own_field_and_little_else(way):
    """Both are the same scan but for the edit, so that a sign seen in the one and not in the other is the edit's."""
    page = drawn("zh-logos", 3)
    plain, made = edited.edited(page, None, 3), edited.edited(page, way, 3)
    a, b = (np.asarray(decoded(one)).astype(int) for one in (plain, made))
    differs = np.abs(a - b) > 60
    assert plain.way is None and made.field is not None and differs.any()
    rows, columns = np.nonzero(differs)
    if made.field == "stamp":
        assert rows.min() > a.shape[0] * 0.7 and columns.min() > a.shape[1] * 0.6
    else:
        x, y, w, h = (v * edited.WIDTH / page.image.width for v in page.fields[made.field].box)
        assert x - 20 < columns.min() and columns.max() < x + w + 30 and y - 20 < rows.min() and rows.max() < y + h + 20
    assert edited.edited(page, way, 3).data == made.data
