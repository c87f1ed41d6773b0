"""Watermarks: words that repeat at an angle of their own are known, print and stamps and tilted pages are not taken for one."""

import math

import pytest

np = pytest.importorskip("numpy", reason="the extra `pictures` is not installed")
pytest.importorskip("cv2", reason="OpenCV is not installed (extra `pictures`)")
pytest.importorskip("rapidfuzz")
Image = pytest.importorskip("PIL.Image", reason="the extra `pictures` is not installed")

from compliance.pictures.quad import Quad  # noqa: E402
from compliance.pictures.watermark import beyond_watermark, watermark_in, without_watermark  # noqa: E402

PRINT = ("证书编号：00025Q10001R0M", "示例云岭阀门有限公司", "GB/T 19001-2016", "发证日期：2025年03月05日")


def line(text, x, y, angle=0.0, high=30.0, confidence=0.99):
    wide, turn = high * len(text), math.radians(angle)
    along, down = (wide * math.cos(turn), wide * math.sin(turn)), (-high * math.sin(turn), high * math.cos(turn))
    corners = [(x, y), (x + along[0], y + along[1])]
    corners += [(x + along[0] + down[0], y + along[1] + down[1]), (x + down[0], y + down[1])]
    return Quad([(float(a), float(b)) for a, b in corners], text, confidence)


def page(angle=0.0):
    return [line(text, 100, 100 + 80 * at, angle) for at, text in enumerate(PRINT)]


def test_words_repeated_at_an_angle():
    across = [
        line(text, 50, 90 * at + 60, -28)
        for at, text in enumerate(("仅供展示样例", "供展示样例", "仅供展示", "展示样"))
    ]
    assert watermark_in([*page(), *across]) == across


@pytest.mark.parametrize("angle", [0, 12, -28])
def test_print_alone_is_no_watermark_however_it_lies(angle):
    assert watermark_in(page(angle)) == []


def test_other_words_at_another_angle_do_not_repeat():
    ring = [line(text, 400, 400 + 40 * at, 30 + 3 * at) for at, text in enumerate(("样例认", "证专用", "章第一"))]
    assert watermark_in([*page(), *ring]) == []


def test_one_long_line_across_others():
    across = line("仅供投标使用他用无效", 60, 420, -40)
    assert watermark_in([*page(), across]) == [across]
    assert watermark_in([*page(), line("仅供投标使用他用无效", 900, 900, -40)]) == []


def test_its_tone_goes_and_print_stays():
    pixels = np.full((400, 600, 3), 250, np.uint8)
    pixels[100:200, 100:500] = 200  # a stroke of the watermark
    pixels[140:160, 150:450] = 30  # print over it
    pixels[300:320, 150:450] = 30
    cleaned = without_watermark(pixels, [line("水印文字样例", 100, 100, 0, 100)])
    assert cleaned is not None
    assert cleaned[120, 300].min() > 235 and cleaned[150, 300].max() < 60 and cleaned[310, 300].max() < 60


def test_what_is_as_dark_as_print_is_left_alone():
    pixels = np.full((400, 600, 3), 250, np.uint8)
    pixels[140:152, 100:500] = 35
    assert without_watermark(pixels, [line("水印文字样例", 100, 100, 0, 100)]) is None


def test_a_coloured_title_of_the_first_reading_stays():
    title, again, across = line("认证证书", 200, 20, high=80), page(), [line("仅供展示", 10, 300, -28)]
    before = [title, *page(), line("供展示", 500, 20), line("认证", 600, 300, confidence=0.5)]
    assert beyond_watermark(before, again, across) == [title]
