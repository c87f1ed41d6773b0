"""Marks in pictures: seen where they are drawn, confirmed by words only, and none where there is none. All pictures are drawn here."""

import io

import pytest

from rules.schemes.mark import load_marks

EXTRA = "the extra `pictures` is not installed"
np = pytest.importorskip("numpy", reason=EXTRA)
Image = pytest.importorskip("PIL.Image", reason=EXTRA)
ImageDraw = pytest.importorskip("PIL.ImageDraw", reason=EXTRA)
pytest.importorskip("cv2", reason=EXTRA)
pytest.importorskip("zxingcpp", reason=EXTRA)
fonts = pytest.importorskip("benchmarks.pictures.fonts")
scenes = pytest.importorskip("benchmarks.pictures.scenes")
signs = pytest.importorskip("benchmarks.pictures.signs")
marks = pytest.importorskip("compliance.pictures.marks")
words = pytest.importorskip("compliance.pictures.marks.words")
templates = pytest.importorskip("compliance.pictures.marks.templates")
records = pytest.importorskip("compliance.pictures.records")
marks_in, Line = marks.marks_in, records.Line

pytestmark = pytest.mark.skipif(not fonts.chinese_available(), reason="no Chinese font here (Debian: fonts-noto-cjk)")


def as_jpeg(image, quality=85):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return np.asarray(Image.open(out).convert("RGB"))


def lines_of(page):
    scale = page.image.width / page.drawn_width
    return [Line(text, tuple(round(v * scale) for v in box), 0.99) for text, box in page.lines]


def blank(width=600, height=400, ground=(250, 250, 248)):
    return Image.new("RGB", (width, height), ground)


def on(image, sign, box, ink=(20, 20, 20), ground=(250, 250, 248)):
    """`sign` drawn large and pasted small at `box`."""
    x, y, w, h = box
    large = Image.new("RGB", (w * 4, h * 4), ground)
    signs.SIGNS[sign][0](ImageDraw.Draw(large), w * 4, h * 4, ink, ground)
    image.paste(large.resize((w, h), Image.Resampling.LANCZOS), (x, y))
    return image


def overlap(a, b):
    w = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    h = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return max(0, w) * max(0, h) / (a[2] * a[3])


def test_every_mark_that_is_looked_for_is_a_known_one_with_a_source():
    known = {mark.id for mark in load_marks().all}
    looked = [one.mark for one in words.seen()]
    assert len(looked) == len(set(looked)) and set(looked) <= known
    assert {"ce", "ccc", "ukca", "fcc", "organic", "green-food", "cnas", "cma", "ilac-iaf"} <= set(looked)
    assert {words.emblem_words().own, words.emblem_words().body} <= known
    for one in words.seen():
        assert one.source and one.confidence in {"high", "medium", "low", "inferred"}
        assert one.shape or one.letters or one.caption or one.together


@pytest.mark.parametrize(
    "mark, height", [(m, h) for m in ("ce", "ccc", "fcc") for h in (24, 48, 96) if (m, h) != ("fcc", 24)]
)
def test_a_drawn_shape_is_seen_in_place_and_not_confirmed_by_itself(mark, height):
    for number in range(3):
        page, box = signs.signed(mark, height, number)
        found = marks_in(as_jpeg(page.image), [], "")
        assert [seen.mark for seen in found] == [mark]
        assert found[0].confirmed_by is None and overlap(box, found[0].box) > 0.8


@pytest.mark.parametrize("page, confirmed", [
    ("本产品已通过CE认证。", "text of the page"),
    ("Approved with CE marking", "text of the page"),
    ("CENTRAL EUROPE office, PRICE LIST", None),
    ("", None),
])  # fmt: skip
def test_the_pages_text_confirms_a_shape(page, confirmed):
    (seen,) = marks_in(as_jpeg(on(blank(), "ce", (100, 100, 112, 80))), [], page)
    assert (seen.mark, seen.confirmed_by) == ("ce", confirmed)


def test_the_words_in_the_crop_confirm_before_the_pages():
    pixels = as_jpeg(on(blank(), "ce", (100, 100, 112, 80)))
    for text, box in (("CE", (98, 99, 118, 84)), ("CE认证", (110, 190, 90, 24))):
        (seen,) = marks_in(pixels, [Line(text, box, 0.95)], "通过CE认证")
        assert seen.confirmed_by == "words in the picture"
    (far,) = marks_in(pixels, [Line("CE认证", (480, 360, 90, 24), 0.95)], "")
    assert far.confirmed_by is None


def test_letters_set_close_or_in_ordinary_type_are_no_ce_mark():
    """The grid leaves 0.3 of the height between the letters; set close they are no mark of any law."""
    close = blank()
    wide = on(blank(112, 80), "ce", (0, 0, 112, 80))
    close.paste(wide.crop((0, 0, 44, 80)), (100, 100))
    close.paste(wide.crop((68, 0, 112, 80)), (146, 100))
    assert marks_in(as_jpeg(close), [Line("CE", (100, 100, 90, 80), 0.99)], "CE认证") == []
    for family in ("sans", "serif", "mono"):
        for bold in (False, True):
            typed = blank()
            ImageDraw.Draw(typed).text((100, 100), "CE CCC FCC", (0, 0, 0), fonts.latin(family, bold, 70))
            assert marks_in(as_jpeg(typed), [Line("CE CCC FCC", (100, 100, 400, 80), 0.99)], "CE认证 CCC") == []


def test_letters_count_with_what_belongs_to_them():
    cnas = Line("CNAS", (100, 100, 110, 40), 0.98)
    others = [Line("关于我们 联系方式", (20, 20 + 40 * k, 200, 38), 0.99) for k in range(5)]
    pixels = np.asarray(blank())
    assert marks_in(pixels, [cnas, *others], "CNAS") == []
    (seen,) = marks_in(pixels, [cnas, Line("国际互认", (215, 110, 80, 20), 0.98), *others], "")
    assert (seen.mark, seen.confirmed_by) == ("cnas", "words in the picture")
    assert seen.box[0] == 100 and seen.box[0] + seen.box[2] >= 290


def test_uk_over_ca_and_the_number_under_cma():
    pixels = np.asarray(blank())
    over = [Line("UK", (200, 100, 60, 40), 0.97), Line("CA", (201, 142, 60, 40), 0.97)]
    assert [seen.mark for seen in marks_in(pixels, over, "")] == ["ukca"]
    apart = [over[0], Line("CA", (201, 300, 60, 40), 0.97)]
    assert marks_in(pixels, apart, "UKCA") == []
    number = [Line("MA", (300, 200, 60, 40), 0.97), Line("000000000000", (280, 250, 100, 16), 0.97)]
    assert [seen.mark for seen in marks_in(pixels, number, "")] == ["cma"]
    assert marks_in(pixels, number[:1], "CMA") == []


def test_words_alone_are_no_green_food_mark():
    line = Line("绿色食品", (244, 205, 112, 28), 0.97)
    assert marks_in(as_jpeg(blank(ground=(60, 160, 70))), [line], "绿色食品") == []
    signed = on(blank(), "green-food", (230, 100, 140, 140))
    (seen,) = marks_in(as_jpeg(signed), [line], "")
    assert (seen.mark, seen.confirmed_by) == ("green-food", "words in the picture")
    assert marks_in(as_jpeg(signed), [Line("联系我们", (244, 205, 112, 28), 0.97)], "绿色食品") == []


def test_a_globe_with_iso_9001_is_made_up_and_one_with_a_bodys_letters_is_a_bodys():
    pixels = as_jpeg(on(blank(), "self-made", (200, 100, 140, 140)))
    iso = Line("ISO 9001", (214, 156, 112, 28), 0.97)
    (seen,) = marks_in(pixels, [iso], "")
    assert (seen.mark, seen.confirmed_by) == ("self-made", "words in the picture")
    (body,) = marks_in(pixels, [iso, Line("YCC", (250, 190, 40, 20), 0.97)], "")
    assert body.mark == "ms-mark"
    assert marks_in(pixels, [Line("样例集团", (214, 156, 112, 28), 0.97)], "ISO 9001") == []
    assert marks_in(pixels, [], "ISO 9001") == []
    sentence = Line("严格执行ISO 9001标准", (205, 156, 130, 20), 0.97)
    assert marks_in(pixels, [sentence], "") == []


def test_a_sign_on_a_ground_of_its_own_inside_something_round_or_green():
    """The sign is looked at, not what lies around it."""
    around = blank()
    ImageDraw.Draw(around).rectangle((20, 10, 580, 390), fill=(50, 150, 60))
    ImageDraw.Draw(around).ellipse((80, 20, 520, 380), fill=(240, 235, 240))
    globe = on(around.copy(), "self-made", (230, 120, 140, 140), ground=(240, 235, 240))
    assert [m.mark for m in marks_in(as_jpeg(globe), [Line("ISO 9001", (232, 176, 136, 28), 0.97)], "")] == [
        "self-made"
    ]
    food = on(around.copy(), "green-food", (230, 120, 140, 140), ground=(240, 235, 240))
    assert [m.mark for m in marks_in(as_jpeg(food), [Line("绿色食品", (244, 225, 112, 28), 0.97)], "")] == [
        "green-food"
    ]


def test_a_pages_own_frame_or_watermark_is_no_emblem():
    """A globe as large as the page behind a certificate's lines."""
    page = blank(500, 700)
    scenes.globe(ImageDraw.Draw(page), 250, 350, 200, (200, 215, 230))
    rows = [Line(f"证书内容第{k}行", (100, 40 + 60 * k, 300, 24), 0.98) for k in range(10)]
    assert marks_in(as_jpeg(page), [*rows, Line("ISO 9001:2015", (160, 338, 180, 26), 0.98)], "") == []


def test_a_scene_is_the_same_each_time_it_is_drawn():
    assert all(scenes.scene(k).image.tobytes() == scenes.scene(k).image.tobytes() for k in range(12))
    assert signs.signed("ce", 24, 3)[0].image.tobytes() == signs.signed("ce", 24, 3)[0].image.tobytes()


@pytest.mark.slow
def test_no_mark_in_a_hundred_pictures_without_any():
    """With the page's words naming every mark, and print read without a fault: the hardest case. `make eval-pictures` looks at 500."""
    text = "通过CE认证、CCC认证、FCC、UKCA、CNAS、IAF、CQC认证、绿色食品、有机产品认证"
    for number in range(100):
        page = scenes.scene(number)
        assert marks_in(as_jpeg(page.image), lines_of(page), text) == [], number


def test_bad_input_is_no_mark():
    assert marks_in(np.zeros((5, 5, 3), np.uint8), [], "") == []
    assert marks_in(np.zeros((300, 300), np.uint8), [], "") == []
    noise = np.random.default_rng(1).integers(0, 255, (400, 400, 3), np.uint8)
    assert marks_in(noise, [], "CE认证") == []


def test_the_ce_template_follows_the_grid():
    drawn = templates.template("ce")
    assert templates.aspect("ce") == pytest.approx(1.4, abs=0.02)
    high, wide = drawn.shape
    assert drawn[high // 2, round(0.02 * wide)] > 0.7  # the first letter's left rim
    assert drawn[:, round(0.46 * wide)].max() < 0.2  # the gap
    assert drawn[high // 2, round(0.8 * wide)] > 0.9  # the second letter's bar
