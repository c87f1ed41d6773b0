"""Pixels → lines of print: RapidOCR on onnxruntime, models inside its wheel, nothing downloaded (文字识别).

A page that lies on its side, upside down or tilted is read once to see that, put upright and read again: boxes are always
those of the picture as given.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from compliance.pictures.quad import Quad
from compliance.pictures.records import Box, Line
from compliance.pictures.stamp import merged, red_channel, red_rows, stained
from compliance.pictures.watermark import beyond_watermark, watermark_in, without_watermark

if TYPE_CHECKING:
    import numpy as np

THREADS = 2
MARGIN = 0.7  # part of its height at which print must still read the same to be confirmed
DOCUMENT = 8  # lines from which a picture may be a paper with a stamp
TILT = 1.5  # degrees from which a page is straightened
FLIP = 0.9  # certainty from which a line counts as upside down
LONG = 4.0  # a line this many times as wide as high tells how the page lies
UNSURE, SURE, MOST = (
    0.85,
    0.93,
    16,
)  # OCR's confidence below which a long line is read again, and above which that counts; how many
MISSING = "未安装图片识读组件：pip install '.[pictures]'"


def available() -> bool:
    """Whether the extra `pictures` is installed. Imports nothing."""
    return all(find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "PIL", "cv2"))


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.max_side_len": 2000,
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


@dataclass(frozen=True, slots=True)
class Printed:
    """`lines`: boxes in the `upright` pixels, in which the text runs level. `back`: 2 × 3 matrix from there to the pixels
    given, None when the page lay straight. `turned`: degrees clockwise the page lay."""

    lines: tuple[Line, ...]
    upright: np.ndarray
    back: np.ndarray | None = None
    turned: float = 0.0

    def given(self, box: Box) -> Box:
        """A box of `upright` as a box of the pixels given."""
        if self.back is None:
            return box
        x, y, w, h = box
        corners = [self.back @ (px, py, 1.0) for px in (x, x + w) for py in (y, y + h)]
        xs, ys = [float(c[0]) for c in corners], [float(c[1]) for c in corners]
        left, top = max(0, round(min(xs))), max(0, round(min(ys)))
        return left, top, round(max(xs)) - left, round(max(ys)) - top


def lines_of(pixels: np.ndarray) -> Printed:
    """All printed lines of an RGB picture, put upright. Confidence is OCR's own, which is no witness of anything."""
    quads, lies = _read(pixels)
    if marked := watermark_in(quads):
        printed = _below_watermark(pixels, quads, marked)
    else:
        printed = _under_stamp(_upright(pixels, pixels, quads, lies))
    return replace(printed, lines=_unsure_again(printed))


def _unsure_again(printed: Printed) -> tuple[Line, ...]:
    """Long lines of which OCR was unsure, each read alone: among others they are squeezed. The confidence stays that of the first reading:
    a second one vouches for nothing."""
    unsure = [line for line in printed.lines if line.confidence < UNSURE and line.box[2] > LONG * line.box[3]][:MOST]
    strips = [_strip(printed.upright, line.box) for line in unsure]
    better = {
        line.box: text
        for line, (text, confidence) in zip(unsure, read_strips(strips), strict=False)
        if confidence >= max(SURE, line.confidence + 0.1) and len(text) >= 0.8 * len(line.text)
    }
    return tuple(replace(line, text=better.get(line.box, line.text)) for line in printed.lines)


def _strip(pixels: np.ndarray, box: Box) -> np.ndarray:
    x, y, w, h = box
    return pixels[max(0, y - 2) : y + h + 2, max(0, x - 3) : x + w + 3]


def _upright(pixels: np.ndarray, shown: np.ndarray, quads: list[Quad], lies: tuple[int, float]) -> Printed:
    """`pixels` put upright; what lies askew is read again in `shown`, the same picture without what hides its print."""
    quarter, tilt = lies
    if not quarter and abs(tilt) < TILT:
        return Printed(tuple(map(_line, quads)), pixels)
    upright, back = _straightened(pixels, quarter, tilt)
    again, _ = _read(upright if shown is pixels else _straightened(shown, quarter, tilt)[0])
    if _worth(again) < 0.7 * _worth(quads):  # straightening made it worse
        return Printed(tuple(map(_line, quads)), pixels)
    return Printed(tuple(map(_line, again)), upright, back, quarter * 90 + tilt)


def _below_watermark(pixels: np.ndarray, quads: list[Quad], marked: list[Quad]) -> Printed:
    """The print with the watermark's words left out, read again without their tone where that shows as much."""
    plain = [quad for quad in quads if quad not in marked]
    cleaned = without_watermark(pixels, marked)
    if cleaned is not None:
        again, lies = _read(cleaned)
        if not watermark_in(again) and _worth(again) >= 0.8 * _worth(plain):
            upright = _upright(pixels, cleaned, [*again, *beyond_watermark(plain, again, marked)], lies)
            return _under_stamp(upright, cleaned) if upright.back is None else upright
    return _under_stamp(Printed(tuple(map(_line, plain)), pixels))


def _under_stamp(printed: Printed, shown: np.ndarray | None = None) -> Printed:
    """Rows under a red stamp read again in the red channel, of `shown` where other pixels than `upright` show its print."""
    shown = printed.upright if shown is None else shown
    rows = red_rows(shown)
    if rows is None or len(printed.lines) < DOCUMENT:
        return printed
    top, end = rows
    quads, _ = _read(red_channel(shown[top:end]))
    under = [_line(Quad([(x, y + top) for x, y in q.corners], q.text, q.confidence)) for q in quads]
    return replace(printed, lines=merged(printed.lines, under))


def read_again(pixels: np.ndarray, box: Box) -> list[str]:
    """The print in a box of the upright pixels read at its own height and at 70 % of it; where a stamp lies across, in the red channel too."""
    import cv2

    x, y, w, h = box
    pad = round(h * 0.15)
    crop = pixels[max(0, y - pad) : y + h + pad, max(0, x - pad) : x + w + pad]
    if crop.shape[0] < 6 or crop.shape[1] < 12 or crop.shape[0] > 3 * crop.shape[1]:
        return []
    size = (max(8, round(crop.shape[1] * MARGIN)), max(4, round(crop.shape[0] * MARGIN)))
    lower = cv2.resize(crop, size, interpolation=cv2.INTER_AREA)
    crops = [crop, lower]
    if stained(crop, (0, 0, crop.shape[1], crop.shape[0])):
        crops.append(red_channel(crop))
    read = _engine().recognize_txt([_bgr(c) for c in crops])
    return [str(text) for text in read.txts or ()]


def read_strips(strips: Sequence[np.ndarray]) -> list[tuple[str, float]]:
    """(text, OCR's confidence) of pictures of one line each."""
    if not strips:
        return []
    read = _engine().recognize_txt([_bgr(strip) for strip in strips])
    texts = [str(text) for text in read.txts or ()]
    return list(zip(texts, map(float, getattr(read, "scores", None) or [0.0] * len(texts)), strict=True))


def _worth(quads: list[Quad]) -> float:
    return sum(len(quad.text) * quad.confidence for quad in quads)


def _read(pixels: np.ndarray) -> tuple[list[Quad], tuple[int, float]]:
    """What OCR reads, and how the page lies: quarter turns clockwise (0–3), and the tilt that is left in degrees."""
    engine = _engine()
    bgr = _bgr(pixels)
    image, record = engine.preprocess_img(bgr)
    found, sides, read, crops = engine.run_ocr_steps(image, record)
    if found is None or found.boxes is None or read is None or read.txts is None:
        return [], (0, 0.0)
    lies = _lies(found.boxes, list(sides.cls_res) if sides is not None and sides.cls_res is not None else [])
    out = engine.build_final_output(bgr, found, sides, read, crops, record)
    if getattr(out, "txts", None) is None or out.boxes is None:
        return [], lies
    texts = zip(out.boxes, out.txts, out.scores, strict=True)
    return [Quad([(float(x), float(y)) for x, y in q], t, float(s)) for q, t, s in texts], lies


def _bgr(pixels: np.ndarray) -> np.ndarray:
    """RGB as the BGR, contiguous and writable, that OpenCV expects."""
    return pixels[:, :, ::-1].copy()


def _lies(boxes: Any, labels: list[Any]) -> tuple[int, float]:
    votes, tilts = [0.0] * 4, []
    for at, box in enumerate(boxes):
        (x0, y0), (x1, y1), _, (x3, y3) = ((float(x), float(y)) for x, y in box)
        wide, high = math.hypot(x1 - x0, y1 - y0), math.hypot(x3 - x0, y3 - y0)
        side = high >= wide * 1.5  # as the recogniser decides: it turns such a crop counter-clockwise
        flipped = at < len(labels) and labels[at][0] == "180" and float(labels[at][1]) > FLIP
        votes[(1 if side else 0) + (2 if flipped else 0)] += max(wide, high)
        if max(wide, high) >= LONG * min(wide, high):
            along = math.atan2(y3 - y0, x3 - x0) - math.pi / 2 if side else math.atan2(y1 - y0, x1 - x0)
            tilts.append((math.degrees(along), max(wide, high)))
    if not tilts:
        return 0, 0.0
    quarter = max(range(4), key=lambda k: votes[k])
    if votes[quarter] < 0.6 * sum(votes):
        quarter = 0
    tilts.sort()
    summed = list(accumulate(weight for _, weight in tilts))
    tilt = tilts[bisect_left(summed, summed[-1] / 2)][0]  # the median, long lines counting more
    return quarter, tilt if abs(tilt) < 40 else 0.0


def _straightened(pixels: np.ndarray, quarter: int, tilt: float) -> tuple[np.ndarray, np.ndarray]:
    """The page upright, and the 2 × 3 matrix that leads from it back to the picture as given."""
    import cv2
    import numpy as np

    height, width = pixels.shape[:2]
    degrees = quarter * 90 + (tilt if abs(tilt) >= TILT else 0.0)
    radians = math.radians(degrees)
    cos, sin = abs(math.cos(radians)), abs(math.sin(radians))
    wide, high = round(width * cos + height * sin), round(width * sin + height * cos)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    matrix[:, 2] += ((wide - width) / 2, (high - height) / 2)
    upright = cv2.warpAffine(
        pixels, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=(255, 255, 255)
    )
    return upright, np.asarray(cv2.invertAffineTransform(matrix))


def _line(quad: Quad) -> Line:
    return Line(quad.text, quad.box, quad.confidence, quad.height)
