"""Scenes with one mark drawn on them, to count how many are seen. Marks are drawn here from their published proportions, once more and
by other means than the detector's own shapes, so that the two do not share a slip.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw

from benchmarks.pictures.canvas import Colour, Page
from benchmarks.pictures.fonts import chinese, latin
from benchmarks.pictures.scenes import banner, globe, product

OVER = 4  # drawn this many times larger, then made small
HEIGHTS = (16, 24, 32, 48, 96)  # px
Pen = ImageDraw.ImageDraw


def signed(mark: str, height: int, number: int) -> tuple[Page, tuple[int, int, int, int]]:
    """A product photo or banner with `mark`, `height` px high, on a plain patch; and its box."""
    page = (product if number % 2 else banner)(number * 13 + 5)
    random = page.random
    dark = random.random() < 0.7
    ink: Colour = tuple(random.randrange(0, 90) for _ in range(3)) if dark else (245, 245, 245)  # type: ignore[assignment]
    ground: Colour = (
        tuple(random.randrange(200, 256) for _ in range(3))
        if dark
        else tuple(random.randrange(0, 110) for _ in range(3))
    )  # type: ignore[assignment]
    draw, wide = SIGNS[mark]
    size = (round(height * wide * OVER), height * OVER)
    pad = round(0.5 * height) + 4
    large = Image.new("RGB", (size[0] + 2 * pad * OVER, size[1] + 2 * pad * OVER), ground)
    inner = Image.new("RGB", size, ground)
    draw(ImageDraw.Draw(inner), size[0], size[1], ink, ground)
    large.paste(inner, (pad * OVER, pad * OVER))
    small = large.resize((large.width // OVER, large.height // OVER), Image.Resampling.LANCZOS)
    x = random.randrange(0, max(1, page.image.width - small.width))
    y = random.randrange(0, max(1, page.image.height - small.height))
    page.image.paste(small, (x, y))
    return page, (x + pad, y + pad, round(height * wide), height)


def _ring(
    pen: Pen, box: tuple[float, float, float, float], start: float, end: float, ink: Colour, stroke: float
) -> None:
    pen.arc(box, start, end, fill=ink, width=round(stroke))


def _ce(pen: Pen, w: int, h: int, ink: Colour, ground: Colour) -> None:
    # in units of Annex II's grid: radius 100, middles 100 and 270, letters end at 110 and 280, stroke 30
    u = h / 200
    for left, end in ((0, 110), (170, 280)):
        pen.ellipse((left * u, 0, (left + 200) * u, 200 * u), fill=ink)
        pen.ellipse(((left + 30) * u, 30 * u, (left + 170) * u, 170 * u), fill=ground)
        pen.rectangle((end * u, 0, (left + 201) * u, 200 * u), fill=ground)
    pen.rectangle((190 * u, 85 * u, 260 * u, 115 * u), fill=ink)


def _ccc(pen: Pen, w: int, h: int, ink: Colour, ground: Colour) -> None:
    stroke = h * 0.055
    pen.ellipse((0, 0, w - 1, h - 1), outline=ink, width=round(stroke))
    side = 0.54 * h
    top, left = h / 2 - side / 2, w / 2 - side * 0.665
    for k in range(3):
        x = left + k * side * 0.4
        box = (x, top, x + side, top + side)
        if k:
            _ring(
                pen,
                (x - h * 0.02, top - h * 0.02, x + side + h * 0.02, top + side + h * 0.02),
                90,
                270,
                ground,
                side * 0.19,
            )
        _ring(pen, box, 88, 272, ink, side * 0.15)


def _fcc(pen: Pen, w: int, h: int, ink: Colour, ground: Colour) -> None:
    pen.rectangle((0, 0, w * 0.13, h), fill=ink)
    pen.rectangle((0, 0, w * 0.38, h * 0.17), fill=ink)
    pen.rectangle((0, h * 0.44, w * 0.37, h * 0.57), fill=ink)
    cx, cy = w * 0.685, h * 0.52
    pen.ellipse((cx - h * 0.51, cy - h * 0.51, cx + h * 0.51, cy + h * 0.51), fill=ground)
    for outer, inner in ((0.48, 0.335), (0.29, 0.155)):
        _ring(pen, (cx - h * outer, cy - h * outer, cx + h * outer, cy + h * outer), 28, 332, ink, h * (outer - inner))
    pen.rectangle((w * 0.33, h * 0.44, w * 0.375, h * 0.57), fill=ink)


def _ukca(pen: Pen, w: int, h: int, ink: Colour, ground: Colour) -> None:
    for k, word in enumerate(("UK", "CA")):
        pen.text((w / 2, h * (0.25 + 0.5 * k)), word, ink, latin("sans", True, round(h * 0.56)), anchor="mm")


def _oval(text: str, lined: bool) -> Callable[[Pen, int, int, Colour, Colour], None]:
    def draw(pen: Pen, w: int, h: int, ink: Colour, ground: Colour) -> None:
        pen.ellipse((0, 0, w - 1, h - 1), outline=ink, width=max(2, round(h * 0.06)))
        if lined:
            for share in (0.3, 0.65):
                pen.ellipse(
                    (w / 2 * (1 - share), h * 0.08, w / 2 * (1 + share), h * 0.92),
                    outline=ink,
                    width=max(1, round(h * 0.015)),
                )
        font = latin("serif" if lined else "sans", True, round(h * 0.42))
        wide = font.getlength(text)
        pen.rectangle((w / 2 - wide * 0.55, h * 0.29, w / 2 + wide * 0.55, h * 0.71), fill=ground)
        pen.text((w / 2, h / 2), text, ink, font, anchor="mm")

    return draw


def _cnas(pen: Pen, w: int, h: int, ink: Colour, ground: Colour) -> None:
    pen.text((w * 0.3, h * 0.5), "CNAS", ink, latin("sans", True, round(h * 0.5)), anchor="mm")
    pen.arc((w * 0.02, 0, w * 0.55, h), 150, 290, fill=ink, width=round(h * 0.08))
    for k, word in enumerate(("中国认可", "国际互认", "管理体系")):
        pen.text((w * 0.62, h * (0.2 + 0.3 * k)), word, ink, chinese("sans", False, round(h * 0.24)), anchor="lm")


def _cma(pen: Pen, w: int, h: int, ink: Colour, ground: Colour) -> None:
    pen.arc((w * 0.12, 0, w * 0.88, h * 0.7), 40, 320, fill=ink, width=round(h * 0.09))
    pen.text((w * 0.52, h * 0.36), "MA", ink, latin("sans", True, round(h * 0.33)), anchor="mm")
    pen.text((w / 2, h * 0.87), "000000000000", ink, latin("sans", False, round(h * 0.2)), anchor="mm")


def _disc(words: str, middle: Colour | None) -> Callable[[Pen, int, int, Colour, Colour], None]:
    def draw(pen: Pen, w: int, h: int, ink: Colour, ground: Colour) -> None:
        r = h * 0.36
        cx, cy = w / 2, h * 0.37
        pen.ellipse((cx - r, cy - r, cx + r, cy + r), fill=(30, 140, 60))
        if middle:
            pen.ellipse((cx - r * 0.45, cy - r * 0.45, cx + r * 0.45, cy + r * 0.45), fill=middle)
        else:
            pen.pieslice((cx - r * 0.6, cy - r * 0.2, cx + r * 0.6, cy + r), 0, 180, fill=(255, 255, 255))
            pen.pieslice((cx - r * 0.35, cy - r * 0.8, cx + r * 0.35, cy - r * 0.1), 180, 360, fill=(255, 255, 255))
        pen.text((w / 2, h * 0.88), words, ink, chinese("sans", True, round(h * 0.2)), anchor="mm")

    return draw


def _made_up(pen: Pen, w: int, h: int, ink: Colour, ground: Colour) -> None:
    globe(pen, w // 2, h // 2, h // 2 - 2, ink)
    pen.rectangle((w * 0.06, h * 0.36, w * 0.94, h * 0.64), fill=ground)
    pen.text((w / 2, h / 2), "ISO 9001", ink, latin("sans", True, round(h * 0.2)), anchor="mm")


def _of_a_body(pen: Pen, w: int, h: int, ink: Colour, ground: Colour) -> None:
    """A system mark as bodies draw them: a double ring, the body's letters (invented ones) over the standard."""
    for share in (0.02, 0.1):
        box = (w * share, h * share, w * (1 - share), h * (1 - share))
        pen.ellipse(box, outline=ink, width=max(2, round(h * 0.025)))
    pen.text((w / 2, h * 0.34), "YCC", ink, latin("sans", True, round(h * 0.22)), anchor="mm")
    pen.text((w / 2, h * 0.58), "ISO 9001", ink, latin("sans", True, round(h * 0.15)), anchor="mm")


def carton(signs: Sequence[str], *lines: str, width: int = 900) -> Image.Image:
    """A photograph of goods: a carton on white ground, its brand, `signs` side by side on its face, `lines` below them."""
    image = Image.new("RGB", (width, round(width * 0.8)), (250, 250, 250))
    pen, height = ImageDraw.Draw(image), image.height
    face, ink = (205, 170, 120), (35, 30, 30)
    left, top, right, low = (round(v) for v in (width * 0.12, height * 0.2, width * 0.78, height * 0.92))
    pen.polygon(((left, top), (left + 90, top - 70), (right + 90, top - 70), (right, top)), fill=(225, 195, 150))
    pen.polygon(((right, top), (right + 90, top - 70), (right + 90, low - 70), (right, low)), fill=(175, 140, 95))
    pen.rectangle((left, top, right, low), fill=face)
    pen.text((left + 30, top + 20), "示例牌清水泵", ink, chinese("sans", True, 44))
    at, size = left + 30, round(height * 0.3)
    for name in signs:
        draw, wide = SIGNS[name]
        drawn = Image.new("RGB", (round(size * wide) * OVER, size * OVER), face)
        draw(ImageDraw.Draw(drawn), drawn.width, drawn.height, ink, face)
        image.paste(drawn.resize((round(size * wide), size), Image.Resampling.LANCZOS), (at, top + 100))
        at += round(size * wide) + 30
    for number, line in enumerate(lines):
        pen.text((left + 30, top + 120 + size + 34 * number), line, ink, chinese("sans", False, 26))
    return image


SIGNS: dict[str, tuple[Callable[[Pen, int, int, Colour, Colour], None], float]] = {
    "ce": (_ce, 1.4),
    "ccc": (_ccc, 1.27),
    "fcc": (_fcc, 1.4),
    "ukca": (_ukca, 0.95),
    "cqc": (_oval("CQC", False), 1.45),
    "ilac-iaf": (_oval("IAF", True), 1.55),
    "cnas": (_cnas, 2.6),
    "cma": (_cma, 1.3),
    "green-food": (_disc("绿色食品", None), 1.0),
    "organic": (_disc("中国有机产品", (240, 170, 40)), 1.3),
    "self-made": (_made_up, 1.0),
    "ms-mark": (_of_a_body, 1.0),
}
