"""Bytes → pictures, bounded: what is no picture, too large, or dangerous is refused with a reason (图片载入).

A picture comes from a stranger: its size is read from its head before a pixel is decoded, only plain raster formats are
opened, SVG and archives never, and an animation counts with its first frame only.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

MAX_BYTES = 40_000_000
MAX_PIXELS = 60_000_000  # decoded: 180 MB as RGB
MAX_SIDE = 20_000
MIN_SIDE = 24  # below: icons and tracking dots
READ_SIDE = 3_000  # longer pictures are made smaller before reading; boxes stay those of the picture
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")


class Refused(ValueError):
    """The bytes are not read as a picture; the message says why and what would do."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """`pixels`: RGB, uint8, height × width × 3, at most READ_SIDE long. `factor`: picture px for one of its px."""

    pixels: np.ndarray
    size: tuple[int, int]  # width, height as shown
    factor: float = 1.0
    notes: tuple[str, ...] = ()


def is_pdf(data: bytes) -> bool:
    """True when the bytes are a PDF file, by its head."""
    return b"%PDF-" in data[:1024]


def load_picture(data: bytes) -> Loaded:
    """The picture as shown, in RGB on white. Raises Refused."""
    import numpy as np
    from PIL import Image, ImageOps, UnidentifiedImageError

    _refuse_early(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # bombs are measured below, damaged metadata does not matter
        Image.MAX_IMAGE_PIXELS = None
        try:
            with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
                width, height = opened.size
                _refuse_size(width, height)
                notes = []
                frames = int(getattr(opened, "n_frames", 1))
                if frames > 1:
                    notes.append(f"动态图或多页图，共{frames}帧，只读第1帧")
                if max(width, height) > READ_SIDE:
                    opened.draft("RGB", (READ_SIDE, READ_SIDE))  # JPEG decodes smaller at once
                opened.load()
                shown = ImageOps.exif_transpose(opened)
                turned = shown.size != opened.size
                size = (height, width) if turned else (width, height)
                picture = _rgb_on_white(shown)
        except UnidentifiedImageError as error:
            raise Refused("不是可以读取的图片（支持JPEG、PNG、GIF、WebP、BMP、TIFF和PDF）") from error
        except MemoryError as error:
            raise Refused(f"解码需要的内存超过限额（{len(data):,}字节）") from error
        except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError) as error:
            if isinstance(error, Refused):
                raise
            raise Refused(f"图片损坏或不完整：{error}") from error
    if max(picture.size) > READ_SIDE:
        picture.thumbnail((READ_SIDE, READ_SIDE))
    return Loaded(np.asarray(picture), size, size[0] / picture.size[0], tuple(notes))


def _refuse_early(data: bytes) -> None:
    if not data:
        raise Refused("空文件（0字节）")
    if len(data) > MAX_BYTES:
        raise Refused(f"文件{len(data):,}字节，超过上限{MAX_BYTES:,}字节")
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"<svg") or (head.startswith((b"<?xml", b"<!--", b"<!doctype")) and b"<svg" in head):
        raise Refused("SVG是程序化图形，可能带脚本，不作为图片识读；请提供JPEG或PNG")
    if head.startswith((b"<!doctype html", b"<html")):
        raise Refused("是网页，不是图片")


def _refuse_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise Refused(
            f"图片{width}×{height}像素，超过上限（{MAX_PIXELS:,}像素、边长{MAX_SIDE:,}）；请缩小到长边{READ_SIDE}像素以内"
        )
    if min(width, height) < MIN_SIDE:
        raise Refused(f"图片只有{width}×{height}像素，小于{MIN_SIDE}像素的不识读")


def _rgb_on_white(picture: Any) -> Any:
    from PIL import Image

    if picture.mode == "P" and "transparency" in picture.info:
        picture = picture.convert("RGBA")
    if picture.mode in ("RGBA", "LA", "PA"):
        picture = picture.convert("RGBA")
        ground = Image.new("RGBA", picture.size, (255, 255, 255, 255))
        picture = Image.alpha_composite(ground, picture)
    elif picture.mode.startswith("I"):
        picture = picture.point(lambda v: v / 256).convert("L")  # 16 bits to 8
    return picture.convert("RGB")
