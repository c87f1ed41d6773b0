"""Pictures made worse in measured steps; every step keeps the truth's boxes where the print now is.

A step is named with its measure: `width-500` is 500 pixels wide, `jpeg-20` is quality 20, `turn-5` five degrees. All but the width steps
start from a picture BASE pixels wide. The same picture, step and seed give the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from PIL import Image, ImageDraw

from benchmarks.pictures.canvas import Box, Page, Truth
from benchmarks.pictures.fonts import chinese

BASE = 1000
QUALITY = 92  # of the JPEG every step ends in, unless it is the step's own measure


@dataclass(frozen=True, slots=True)
class Picture:
    """A worsened picture: JPEG bytes, its size and the truth in its own pixels."""

    data: bytes
    width: int
    height: int
    fields: dict[str, Truth]
    qr: str | None


Matrix = np.ndarray
Step = Callable[[Page, np.random.Generator, float], tuple[np.ndarray, Matrix, int]]


def worsened(page: Page, step: str, seed: int) -> Picture:
    """`page` after one of STEPS."""
    name, _, amount = step.rpartition("-")
    measure = float(amount)
    dice = np.random.default_rng(seed * 1009 + sum(map(ord, step)))
    width = int(measure) if name == "width" else BASE
    start, scale = _scaled(page, width)
    image, moved, quality = _STEPS[name](start, dice, measure)
    out = io.BytesIO()
    Image.fromarray(image).save(out, "JPEG", quality=quality)
    whole = moved @ np.diag([scale, scale, 1.0])
    fields = {key: replace(truth, box=_moved(truth.box, whole)) for key, truth in page.fields.items()}
    return Picture(out.getvalue(), image.shape[1], image.shape[0], fields, page.qr)


def _scaled(page: Page, width: int) -> tuple[Page, float]:
    scale = width / page.image.width
    size = (width, max(1, round(page.image.height * scale)))
    return replace(page, image=page.image.resize(size, Image.Resampling.LANCZOS)), scale


def _moved(box: Box, by: Matrix) -> Box:
    x, y, w, h = box
    corners = np.array([[x, y, 1], [x + w, y, 1], [x, y + h, 1], [x + w, y + h, 1]], float) @ by.T
    points = corners[:, :2] / corners[:, 2:]
    (x0, y0), (x1, y1) = points.min(0), points.max(0)
    return round(x0), round(y0), round(x1 - x0), round(y1 - y0)


def _plain(page: Page, dice: np.random.Generator, measure: float) -> tuple[np.ndarray, Matrix, int]:
    return np.asarray(page.image), np.eye(3), QUALITY


def _jpeg(page: Page, dice: np.random.Generator, quality: float) -> tuple[np.ndarray, Matrix, int]:
    return np.asarray(page.image), np.eye(3), int(quality)


def _blur(page: Page, dice: np.random.Generator, sigma: float) -> tuple[np.ndarray, Matrix, int]:
    return cv2.GaussianBlur(np.asarray(page.image), (0, 0), sigma), np.eye(3), QUALITY


def _noise(page: Page, dice: np.random.Generator, sigma: float) -> tuple[np.ndarray, Matrix, int]:
    image = np.asarray(page.image).astype(np.float32)
    return np.clip(image + dice.normal(0, sigma, image.shape), 0, 255).astype(np.uint8), np.eye(3), QUALITY


def _turn(page: Page, dice: np.random.Generator, degrees: float) -> tuple[np.ndarray, Matrix, int]:
    image = np.asarray(page.image)
    h, w = image.shape[:2]
    turn = np.vstack([cv2.getRotationMatrix2D((w / 2, h / 2), -degrees, 1.0), [0, 0, 1]])
    cos, sin = abs(turn[0, 0]), abs(turn[0, 1])
    wide, high = round(h * sin + w * cos), round(h * cos + w * sin)
    shift = np.array([[1, 0, wide / 2 - w / 2], [0, 1, high / 2 - h / 2], [0, 0, 1.0]])
    whole = shift @ turn
    out = cv2.warpPerspective(image, whole, (wide, high), flags=cv2.INTER_CUBIC, borderValue=(205, 205, 200))
    return out, whole, QUALITY


def _perspective(page: Page, dice: np.random.Generator, percent: float) -> tuple[np.ndarray, Matrix, int]:
    """A corner drawn in by up to `percent` of the side, on a table."""
    image = np.asarray(page.image)
    h, w = image.shape[:2]
    edge = round(0.06 * w)
    wide, high = w + 2 * edge, h + 2 * edge
    near = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
    pull = dice.uniform(0.3, 1.0, (4, 2)) * percent / 100 * np.array([w, h])
    inward = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])
    pull[dice.integers(4)] *= 0.1  # one corner stays: a view from the side, not from farther away
    far = (near + edge + pull * inward).astype(np.float32)
    whole = cv2.getPerspectiveTransform(near, far)
    table = _table(high, wide, dice)
    laid = cv2.warpPerspective(image, whole, (wide, high), flags=cv2.INTER_CUBIC)
    mask = cv2.warpPerspective(np.full((h, w), 255, np.uint8), whole, (wide, high))
    return np.where(mask[..., None] > 127, laid, table), whole, QUALITY


def _table(high: int, wide: int, dice: np.random.Generator) -> np.ndarray:
    grain = cv2.GaussianBlur(dice.normal(0, 60, (high, wide)).astype(np.float32), (0, 0), 25, sigmaY=1.2)
    return np.clip(np.array([150, 120, 90]) + grain[..., None], 0, 255).astype(np.uint8)


def _light(page: Page, dice: np.random.Generator, percent: float) -> tuple[np.ndarray, Matrix, int]:
    """Light falling off by `percent` across the page, with a shadow's edge."""
    image = np.asarray(page.image).astype(np.float32)
    h, w = image.shape[:2]
    angle = dice.uniform(0, 2 * np.pi)
    x, y = np.meshgrid(np.linspace(-1, 1, w), np.linspace(-1, 1, h))
    along = (x * np.cos(angle) + y * np.sin(angle)) / 1.42
    fall = 1 - percent / 100 * (along + 1) / 2
    fall -= percent / 300 / (1 + np.exp(-(along - dice.uniform(-0.3, 0.3)) * 30))
    return np.clip(image * fall[..., None], 0, 255).astype(np.uint8), np.eye(3), QUALITY


def _phone(page: Page, dice: np.random.Generator, grade: float) -> tuple[np.ndarray, Matrix, int]:
    """A photo by hand: view from the side, uneven light, a little blur, noise and a small file. `grade`: 1 careful … 3 careless."""
    image, whole, _ = _perspective(page, dice, 3 * grade)
    shot = replace(page, image=Image.fromarray(image))
    shot.image = Image.fromarray(_light(shot, dice, 15 * grade)[0])
    shot.image = Image.fromarray(_blur(shot, dice, 0.3 + 0.3 * grade)[0])
    return _noise(shot, dice, 3 * grade)[0], whole, int(85 - 12 * grade)


def _stamp(page: Page, dice: np.random.Generator, fields: float) -> tuple[np.ndarray, Matrix, int]:
    """Red seals pressed over `fields` of the fields (number, issue date, holder … drawn by lot)."""
    scale = page.image.width / page.drawn_width
    copy = replace(page, image=page.image.copy())
    names = sorted(set(page.fields) - {"scope"})
    for name in dice.choice(names, int(fields), replace=False):
        x, y, w, h = (v * scale for v in page.fields[str(name)].box)
        radius = round(70 * page.image.width / BASE)
        copy.seal(round(x + w * dice.uniform(0.3, 0.8)), round(y + h / 2), radius, "样例认证专用章")
    return np.asarray(copy.image), np.eye(3), QUALITY


def _watermark(page: Page, dice: np.random.Generator, percent: float) -> tuple[np.ndarray, Matrix, int]:
    """A site's words across the page again and again, `percent` opaque."""
    w, h = page.image.size
    layer = Image.new("L", (w * 2, h * 2), 0)
    pen, font = ImageDraw.Draw(layer), chinese("sans", True, round(w / 28))
    for row in range(0, h * 2, round(w / 6)):
        for column in range(0, w * 2, round(w / 1.6)):
            pen.text((column + row // 3 % 200, row), "仅供网站展示 sample.example", round(2.55 * percent), font)
    turned = layer.rotate(28, Image.Resampling.BICUBIC).crop((w // 2, h // 2, w // 2 + w, h // 2 + h))
    image = Image.composite(Image.new("RGB", (w, h), (90, 90, 100)), page.image, turned)
    return np.asarray(image), np.eye(3), QUALITY


_STEPS: dict[str, Step] = {
    "width": _plain,
    "jpeg": _jpeg,
    "blur": _blur,
    "noise": _noise,
    "turn": _turn,
    "perspective": _perspective,
    "light": _light,
    "phone": _phone,
    "stamp": _stamp,
    "watermark": _watermark,
}
STEPS = (
    *("width-1200", "width-1000", "width-800", "width-600", "width-500", "width-400", "width-300"),
    *("jpeg-60", "jpeg-30", "jpeg-12"),
    *("blur-0.8", "blur-1.5", "blur-2.5"),
    *("noise-10", "noise-25"),
    *("turn-3", "turn-10", "turn-90", "turn-180"),
    *("perspective-4", "perspective-10"),
    *("light-40", "light-70"),
    *("phone-1", "phone-2", "phone-3"),
    *("stamp-1", "stamp-3"),
    *("watermark-20", "watermark-45"),
)
