"""Pictures without any mark, as company sites are full of: products, banners, logos, buildings, charts, codes, certificates that bear
no mark. They hold what tempts a careless detector: letters C and E, rings, globes, green discs, words of marks in running text.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from benchmarks.pictures.canvas import Colour, Page, Style
from benchmarks.pictures.layouts import LAYOUTS, drawn

WORDS = (
    "品质成就未来",
    "绿色食品 健康生活",
    "节能环保 从我做起",
    "严格执行ISO 9001标准",
    "专注研发二十年",
    "客户至上 诚信为本",
    "CE-200 系列",
    "CCC-15A",
    "FC-C08",
    "QUALITY FIRST",
    "CERTIFIED TEAM",
    "UK & CA markets",
    "有机会 更精彩",
    "中国制造",
    "Model EC-1C",
    "220V~ 50Hz 1500W",
    "IP65  C3  E27",
    "电话：000-0000000",
    "欢迎来电咨询",
)
NAMES = (
    "CE",
    "CEC",
    "CC",
    "CCC",
    "ECO",
    "OCE",
    "GE0",
    "FCC",
    "CNA",
    "IAS",
    "CO",
    "CQ",
    "EC",
    "C",
    "E",
    "UC",
    "MA",
    "QS",
)


def scene(number: int) -> Page:
    """Picture `number` without a mark; its truth is empty. Every number gives the same picture again."""
    make = _KINDS[number % len(_KINDS)]
    return make(number)


def _page(number: int, low: int = 360, high: int = 1100) -> Page:
    page = Page.blank(64, 64, number * 31 + 7)
    width = page.random.randrange(low, high)
    height = round(width * page.random.uniform(0.55, 1.3))
    ground = _ground(page, width, height)
    return Page(ground, page.random, width)


def _ground(page: Page, width: int, height: int) -> Image.Image:
    a, b = _tint(page, 120), _tint(page, 0)
    ramp = Image.linear_gradient("L").rotate(page.random.choice((0, 90, 180))).resize((width, height))
    image = Image.composite(Image.new("RGB", (width, height), a), Image.new("RGB", (width, height), b), ramp)
    if page.random.random() < 0.5:
        dice = np.random.default_rng(page.random.randrange(2**31))  # Pillow's own noise has no seed
        grain = dice.normal(128, page.random.uniform(10, 60), (height, width))
        noise = Image.fromarray(np.clip(grain, 0, 255).astype(np.uint8)).convert("RGB")
        image = Image.blend(image, noise.filter(ImageFilter.GaussianBlur(page.random.uniform(0.5, 3))), 0.12)
    return image


def _tint(page: Page, low: int) -> Colour:
    return page.random.randrange(low, 256), page.random.randrange(low, 256), page.random.randrange(low, 256)


def _far(page: Page, size: tuple[int, int]) -> tuple[int, int]:
    return page.random.randrange(0, size[0]), page.random.randrange(0, size[1])


def _lines(page: Page, count: int) -> None:
    for _ in range(count):
        x, y = _far(page, (page.image.width * 2 // 3, page.image.height - 30))
        size = page.random.randrange(14, max(16, page.image.width // 14))
        style = Style(size, page.random.choice(("sans", "serif")), page.random.random() < 0.5, _tint(page, 0))
        page.text(x, y, page.random.choice(WORDS), style)


def product(number: int) -> Page:
    """A device or bottle with a name plate, screws, buttons and a brand."""
    page = _page(number)
    w, h = page.image.size
    body = _tint(page, 60)
    x, y, a, b = w * 0.2, h * 0.2, w * 0.8, h * 0.85
    page.draw.rounded_rectangle((x, y, a, b), radius=w * page.random.uniform(0.01, 0.12), fill=body)
    shade = tuple(max(0, c - 40) for c in body)
    page.draw.rectangle((x, y + (b - y) * 0.7, a, y + (b - y) * 0.75), fill=shade)
    for k in range(page.random.randrange(2, 7)):
        r = w * page.random.uniform(0.01, 0.05)
        cx, cy = x + (a - x) * (k + 1) / 8, y + (b - y) * page.random.uniform(0.1, 0.6)
        page.draw.ellipse(
            (cx - r, cy - r, cx + r, cy + r), fill=_tint(page, 0), outline=(20, 20, 20), width=max(1, round(r / 5))
        )
    plate = (x + (a - x) * 0.1, y + (b - y) * 0.78, x + (a - x) * 0.9, y + (b - y) * 0.96)
    page.draw.rectangle(plate, fill=(225, 225, 220), outline=(60, 60, 60))
    size = max(10, round((plate[3] - plate[1]) / 4))
    for k in range(3):
        page.text(plate[0] + 6, plate[1] + 3 + k * size * 1.25, page.random.choice(WORDS), Style(size, "sans"))
    page.text(w / 2, h * 0.4, page.random.choice(NAMES), Style(round(h * 0.08), "sans", True, _tint(page, 0)), "m")
    page.image = page.image.filter(ImageFilter.GaussianBlur(page.random.choice((0, 0, 0.8))))
    return page


def banner(number: int) -> Page:
    """Slogans over colour, discs and waves behind."""
    page = _page(number, 500, 1300)
    w, h = page.image.size
    for _ in range(page.random.randrange(3, 9)):
        cx, cy = _far(page, (w, h))
        r = page.random.randrange(15, max(20, h // 4))
        kind = page.random.random()
        box = (cx - r, cy - r, cx + r, cy + r)
        if kind < 0.4:
            page.draw.ellipse(box, fill=_tint(page, 0))
        elif kind < 0.7:
            page.draw.ellipse(box, outline=_tint(page, 0), width=max(2, r // 8))
        else:
            page.draw.arc(
                box,
                page.random.randrange(360),
                page.random.randrange(360, 700),
                fill=_tint(page, 0),
                width=max(3, r // 4),
            )
    _lines(page, page.random.randrange(3, 8))
    return page


def logo(number: int) -> Page:
    """Letters of marks set in ordinary type, in rings, ovals and squares; half rings, globes without words."""
    page = _page(number, 160, 620)
    w, h = page.image.size
    page.image.paste((255, 255, 255) if page.random.random() < 0.7 else _tint(page, 0), (0, 0, w, h))
    colour, r = _tint(page, 0), round(min(w, h) * page.random.uniform(0.2, 0.42))
    cx, cy = w // 2, h // 2
    kind = number // len(_KINDS) % 6
    if kind == 0:
        page.emblem(cx, cy, r, page.random.choice(NAMES), colour)
    elif kind == 1:
        box = (cx - r, cy - r * 0.75, cx + r, cy + r * 0.75)
        page.draw.ellipse(box, outline=colour, width=max(3, r // 12))
        page.text(
            cx,
            cy - r * 0.3,
            page.random.choice(("GCE", "ECO", "SUN", "CEA")),
            Style(round(r * 0.55), "sans", True, colour),
            "m",
        )
    elif kind == 2:
        globe(page.draw, cx, cy, r, colour)
    elif kind == 3:
        for k in range(page.random.randrange(1, 4)):
            at = cx - r + k * r * 0.7
            page.draw.arc(
                (at, cy - r * 0.6, at + r * 1.2, cy + r * 0.6),
                40 + 20 * k,
                320 - 10 * k,
                fill=colour,
                width=max(4, r // 6),
            )
    elif kind == 4:
        family = page.random.choice(("sans", "serif", "mono"))
        style = Style(round(r * 0.9), family, page.random.random() < 0.7, colour, page.random.choice((0, 4, 14)))
        page.text(cx, cy - r * 0.5, page.random.choice(NAMES), style, "m")
    else:
        page.draw.ellipse((cx - r, cy - r, cx + r, cy + r), fill=(60, 150, 70))
        page.draw.ellipse((cx - r / 2, cy - r / 2, cx + r / 2, cy + r / 2), fill=(240, 170, 40))
    page.text(
        cx, h - 30, page.random.choice(("样例集团", "SAMPLE GROUP", "绿源农庄", "关于我们")), Style(20, "sans"), "m"
    )
    return page


def globe(pen: ImageDraw.ImageDraw, cx: int, cy: int, r: int, colour: Colour) -> None:
    """A circle with meridians and parallels."""
    width = max(2, r // 25)
    pen.ellipse((cx - r, cy - r, cx + r, cy + r), outline=colour, width=width)
    for share in (0.35, 0.7):
        pen.ellipse((cx - r * share, cy - r, cx + r * share, cy + r), outline=colour, width=width)
    pen.line((cx, cy - r, cx, cy + r), fill=colour, width=width)
    for share in (-0.6, -0.3, 0.0, 0.3, 0.6):
        half = r * math.sqrt(1 - share * share)
        pen.line((cx - half, cy + r * share, cx + half, cy + r * share), fill=colour, width=width)


def building(number: int) -> Page:
    """A factory under a sky, windows, trees, a sign on the roof."""
    page = _page(number, 500, 1200)
    w, h = page.image.size
    page.draw.rectangle((0, h * 0.75, w, h), fill=(110, 140, 90))
    x = 0.0
    while x < w:
        wide, high = w * page.random.uniform(0.12, 0.3), h * page.random.uniform(0.3, 0.6)
        page.draw.rectangle((x, h * 0.8 - high, x + wide, h * 0.8), fill=_tint(page, 90))
        step = max(14, round(wide / 7))
        for column in range(round(x) + 6, round(x + wide) - step, step):
            for row in range(round(h * 0.8 - high) + 8, round(h * 0.78) - step, step):
                page.draw.rectangle((column, row, column + step * 0.6, row + step * 0.6), fill=_tint(page, 40))
        x += wide + 4
    for _ in range(6):
        cx, r = page.random.randrange(w), h * page.random.uniform(0.03, 0.1)
        page.draw.ellipse((cx - r, h * 0.78 - r, cx + r, h * 0.78 + r), fill=(50, page.random.randrange(100, 170), 60))
    page.text(
        w * 0.3,
        h * 0.12,
        page.random.choice(("样例科技园", "SAMPLE PLANT", "CEC")),
        Style(max(18, w // 18), "sans", True, (170, 20, 20)),
    )
    return page


def chart(number: int) -> Page:
    """Bars, a pie, round steps of a process with words in them, a table."""
    page = _page(number, 500, 1100)
    page.image.paste((255, 255, 255), (0, 0, *page.image.size))
    w, h = page.image.size
    for k in range(5):
        high = h * page.random.uniform(0.05, 0.3)
        page.draw.rectangle(
            (w * 0.05 + k * w * 0.07, h * 0.4 - high, w * 0.1 + k * w * 0.07, h * 0.4), fill=_tint(page, 0)
        )
    at = 0.0
    for _ in range(4):
        turn = page.random.uniform(40, 120)
        page.draw.pieslice((w * 0.55, h * 0.05, w * 0.55 + h * 0.35, h * 0.4), at, at + turn, fill=_tint(page, 0))
        at += turn
    r = w * 0.08
    for k, word in enumerate(
        page.random.sample(("研发", "采购", "生产", "检验", "认证", "交付", "ISO", "3C", "CE"), 4)
    ):
        cx = w * (0.14 + 0.23 * k)
        page.draw.ellipse((cx - r, h * 0.55 - r, cx + r, h * 0.55 + r), outline=_tint(page, 0), width=4)
        page.text(cx, h * 0.55 - r * 0.25, word, Style(max(12, round(r * 0.45)), "sans", True), "m")
    for row in range(4):
        for column in range(4):
            x, y = w * (0.05 + 0.22 * column), h * (0.72 + 0.06 * row)
            page.draw.rectangle((x, y, x + w * 0.22, y + h * 0.06), outline=(150, 150, 150))
            page.text(x + 4, y + 3, page.random.choice(WORDS)[:8], Style(max(10, round(h * 0.03)), "sans"))
    return page


def code(number: int) -> Page:
    """A QR code with words under it."""
    page = _page(number, 240, 460)
    page.image.paste((255, 255, 255), (0, 0, *page.image.size))
    page.code(30, 20, min(page.image.size) - 90, f"https://sample.example/{number}")
    page.text(page.image.width / 2, page.image.height - 34, "扫一扫 关注我们", Style(20, "sans"), "m")
    page.qr = None
    return page


def certificate(number: int) -> Page:
    """An invented certificate: it bears the invented body's sign and no mark."""
    page = drawn(tuple(LAYOUTS)[number // len(_KINDS) % len(LAYOUTS)], number)
    width = page.random.choice((400, 600, 900, 1200))
    page.image = page.image.resize(
        (width, round(page.image.height * width / page.image.width)), Image.Resampling.LANCZOS
    )
    return page


_KINDS: tuple[Callable[[int], Page], ...] = (
    product,
    banner,
    logo,
    building,
    chart,
    logo,
    certificate,
    product,
    code,
    banner,
)
