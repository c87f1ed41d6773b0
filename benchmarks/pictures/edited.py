"""Invented certificates that were scanned and then edited, each in one way and at one field, with that as truth; and the same untouched.

A scan: blur of the lens, grain, compression. An edit is made in the pixels of the scan, as an editor of pictures would, and the
whole is compressed once more.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

import cv2
import numpy as np
from PIL import Image, ImageDraw

from benchmarks.pictures.canvas import RED, Box, Page
from benchmarks.pictures.fonts import chinese, latin

WIDTH, BLUR, GRAIN, FIRST, LAST = 1200, 0.8, 3.5, 90, 92
NUMERIC = ("number", "issued", "expires")
INK = (28, 28, 28)


@dataclass(frozen=True, slots=True)
class Edited:
    """JPEG bytes; `way` of editing and the `field` it is in, None for an untouched scan."""

    data: bytes
    way: str | None
    field: str | None


Edit = Callable[[Image.Image, Page, Random], str | None]


def edited(page: Page, way: str | None, seed: int) -> Edited:
    """The page scanned, edited in one of WAYS, and saved."""
    random, scan = Random(seed), _scan(page, seed)
    picture = Image.fromarray(np.asarray(Image.open(io.BytesIO(_jpeg(scan.image, FIRST))).convert("RGB")))
    field = WAYS[way](picture, scan, random) if way is not None else None
    return Edited(_jpeg(picture, LAST), way, field)


def _scan(page: Page, seed: int) -> Page:
    scale = WIDTH / page.image.width
    image = page.image.resize((WIDTH, round(page.image.height * scale)), Image.Resampling.LANCZOS)
    soft = cv2.GaussianBlur(np.asarray(image).astype(np.float32), (0, 0), BLUR)
    grain = np.random.default_rng(seed).normal(0, GRAIN, soft.shape[:2])[..., None]
    scanned = Image.fromarray(np.clip(soft - 4 + grain, 0, 255).astype(np.uint8))
    fields = {name: replace(t, box=_times(t.box, scale)) for name, t in page.fields.items()}
    return replace(page, image=scanned, fields=fields)


def _times(box: Box, scale: float) -> Box:
    x, y, w, h = (round(v * scale) for v in box)
    return x, y, w, h


def _field(page: Page, random: Random, names: tuple[str, ...] = NUMERIC) -> str:
    return random.choice([name for name in names if name in page.fields])


def _ground(picture: Image.Image, box: Box) -> tuple[int, int, int]:
    x, y, w, h = box
    pixels = np.asarray(picture.crop((x - 4, y - 4, x + w + 4, y + h + 4))).reshape(-1, 3)
    bright = pixels[pixels.sum(axis=1) >= np.percentile(pixels.sum(axis=1), 60)]
    r, g, b = (int(v) for v in np.median(bright, axis=0))
    return r, g, b


def _font(text: str, high: int):
    return (latin if text[0].isascii() else chinese)("sans", False, high)


def _other(text: str, random: Random) -> str:
    """The text with its last digits changed."""
    at = [k for k, sign in enumerate(text) if sign.isascii() and sign.isdigit()][-3:]
    return "".join(str((int(s) + random.randrange(1, 9)) % 10) if k in at else s for k, s in enumerate(text))


def _retyped(picture: Image.Image, box: Box, text: str, random: Random, ground: tuple[int, int, int]) -> None:
    x, y, w, h = box
    pen = ImageDraw.Draw(picture)
    pen.rectangle((x - 4, y - 4, x + w + 6, y + h + 5), fill=ground)
    at: float = x
    for run in _runs(text):
        font = _font(run, round(h * random.uniform(0.86, 0.98)))
        pen.text((at, y + h * 0.8), run, INK, font, anchor="ls")
        at += font.getlength(run)


def _runs(text: str) -> list[str]:
    out: list[str] = []
    for sign in text:
        if out and (ord(sign) < 0x250) == (ord(out[-1][-1]) < 0x250):
            out[-1] += sign
        else:
            out.append(sign)
    return out


def _repainted(picture: Image.Image, page: Page, random: Random) -> str:
    """The field painted over in one tone and typed anew, sharp."""
    name = _field(page, random, (*NUMERIC, "holder"))
    truth = page.fields[name]
    _retyped(
        picture,
        truth.box,
        _other(truth.text, random) if name != "holder" else truth.text,
        random,
        _ground(picture, truth.box),
    )
    return name


def _whitened(picture: Image.Image, page: Page, random: Random) -> str:
    """The field painted over in a white that is not the paper's, typed anew."""
    name = _field(page, random)
    truth = page.fields[name]
    r, g, b = _ground(picture, truth.box)
    _retyped(
        picture, truth.box, _other(truth.text, random), random, (min(255, r + 9), min(255, g + 9), min(255, b + 9))
    )
    return name


def _retyped_grained(picture: Image.Image, page: Page, random: Random) -> str:
    """As careful as it gets: ground taken from beside the field, new text blurred and grained like the scan."""
    name = _field(page, random)
    truth = page.fields[name]
    x, y, w, h = truth.box
    layer = picture.copy()
    _retyped(layer, truth.box, _other(truth.text, random), random, _ground(picture, truth.box))
    area = (x - 6, y - 6, x + w + 8, y + h + 8)
    new = cv2.GaussianBlur(np.asarray(layer.crop(area)).astype(np.float32), (0, 0), BLUR)
    new += np.random.default_rng(random.randrange(2**31)).normal(0, GRAIN, new.shape[:2])[..., None]
    picture.paste(Image.fromarray(np.clip(new, 0, 255).astype(np.uint8)), area[:2])
    return name


def _two_digits(picture: Image.Image, page: Page, random: Random, grow: float, drop: int) -> str | None:
    """Two digits of a field drawn anew, `grow` times as high and `drop` px lower, blurred and grained like the rest. None when no field
    falls apart into its signs."""
    for name in random.sample(NUMERIC, len(NUMERIC)):
        truth = page.fields[name]
        x, y, w, h = truth.box
        grey = np.asarray(picture.convert("L").crop((x, y, x + w, y + h)))
        dark = grey < (int(grey.max()) + int(grey.min())) // 2
        ink = np.flatnonzero(dark.any(axis=0))
        pieces = np.split(ink, np.flatnonzero(np.diff(ink) > 1) + 1)
        signs = [s for s in truth.text if not s.isspace()]
        if len(pieces) != len(signs):
            continue
        for k in [k for k, s in enumerate(signs) if s.isascii() and s.isdigit()][-2:]:
            a, b = int(pieces[k][0]), int(pieces[k][-1]) + 1
            rows = np.flatnonzero(dark[:, a:b].any(axis=1))
            top, low = int(rows[0]), int(rows[-1]) + 1
            patch = Image.new("RGB", (b - a + 4, h + 8), _ground(picture, truth.box))
            font = latin("sans", False, round((low - top) * grow / 0.72))
            at = (2 + (b - a) / 2, 4 + low + drop)
            ImageDraw.Draw(patch).text(at, str((int(signs[k]) + 3) % 10), INK, font, anchor="ms")
            soft = cv2.GaussianBlur(np.asarray(patch).astype(np.float32), (0, 0), BLUR)
            soft += np.random.default_rng(k).normal(0, GRAIN, soft.shape[:2])[..., None]
            picture.paste(Image.fromarray(np.clip(soft, 0, 255).astype(np.uint8)), (x + a - 2, y - 4))
        return name
    return None


def _stamp_pasted(picture: Image.Image, page: Page, random: Random) -> str:
    """A stamp cut out of another scan with its square of ground, pasted into a free part of the page."""
    side = 200
    r, g, b = _ground(picture, (picture.width // 2 - 150, picture.height - 260, 300, 120))
    other = Page.blank(side + 40, side + 40, random.randrange(999), (max(0, r - 9), max(0, g - 7), max(0, b - 8)))
    other.seal(side // 2 + 20, side // 2 + 20, side // 2 - 14, "样例专用印章", RED)
    cut = other.image.crop((20, 20, side + 20, side + 20))
    picture.paste(cut, (picture.width - side - 130, picture.height - side - 150))
    return "stamp"


WAYS: dict[str, Edit] = {
    "repainted": _repainted,
    "whitened": _whitened,
    "higher digits": lambda picture, page, random: _two_digits(picture, page, random, 1.2, 0),
    "lower digits": lambda picture, page, random: _two_digits(picture, page, random, 1.0, 4),
    "pasted stamp": _stamp_pasted,
    "careful": _retyped_grained,
}


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()
