"""Digits of one field that were not set together (字高、基线、笔画不一): hints for a person, never more.

Digits of one font stand on one line, alike in height, stroke and tone. A digit set in later rarely fits in all of them. Said only
where the field falls apart into just its signs, most digits agree closely, and few do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from compliance.pictures.records import Box

if TYPE_CHECKING:
    import numpy as np

LEAST = 14  # px of print below which a pixel more or less is as much as a difference
DIGITS = 6  # digits from which most can agree
CONTRAST = 70  # grey levels between print and ground
RISE = 0.085  # part of the height by which a digit's height or foot is off; never less than STEP px, nor than NOISE times what
STEP = 1.6  # the others differ by
NOISE = 8.0
STROKE = 1.5  # times the stroke of the others
TONE = 0.35  # part of the contrast by which its ink is lighter or darker
WHOLE = 0.45  # part of the height beyond which a piece is no digit
WIDTHS = (0.7, 1.35)  # times the usual width of a digit
TOUCHING = 1  # times two signs of a number may touch
UNEVEN = 0.15  # part of the contrast by which the ground may change along the line
SMALL, CAPITAL = 0.62, (0.8, 1.3)  # height of a dot or dash, and of a letter, as parts of a digit's
HAN = 1.25  # times the width of a digit from which a piece is a whole Chinese sign
CLOSE = 0.35  # part of what counts as off within which half of the digits must lie


@dataclass(frozen=True, slots=True)
class Odd:
    """Digits (`text`) that differ in `what` by `measure` (px, or times) from the others; `box` in the pixels looked at."""

    what: str  # height | baseline | stroke | tone
    text: str
    measure: float
    box: Box


@dataclass(frozen=True, slots=True)
class _Digit:
    sign: str
    box: Box
    middle: float
    height: float
    foot: float
    stroke: float
    tone: float


def odd_digits(grey: np.ndarray, box: Box, text: str) -> list[Odd]:
    """Where the digits of `text`, printed at the end of the line in `box`, differ from each other; empty where that can't be told."""
    digits, contrast = _digits(grey, box, text)
    if len(digits) < DIGITS:
        return []
    tall = median([d.height for d in digits])
    off = max(STEP, RISE * tall)
    found = [
        _odd(digits, "height", _residuals(digits, [d.height for d in digits]), off),
        _odd(digits, "baseline", _residuals(digits, [d.foot for d in digits]), off),
        _odd(digits, "tone", _residuals(digits, [d.tone for d in digits]), TONE * contrast),
    ]
    wide = [d for d in digits if d.sign not in "01"]  # a 1 is all stroke, a 0 may carry a dot
    if len(wide) >= DIGITS and (usual := median([d.stroke for d in wide])) >= 2:
        found.append(_odd(wide, "stroke", [max(d.stroke / usual, usual / d.stroke) - 1 for d in wide], STROKE - 1))
    return [odd for odd in found if odd is not None]


def _odd(digits: list[_Digit], what: str, away: list[float], off: float) -> Odd | None:
    """The few digits that are off while the others agree closely."""
    few = [(d, a) for d, a in zip(digits, away, strict=True) if abs(a) >= off]
    usual = median([abs(a) for a in away])
    off = max(off, NOISE * usual) if what in ("height", "baseline") else off
    if what in ("height", "baseline") and max(map(abs, away)) > WHOLE * median([d.height for d in digits]):
        return None  # not a digit but a part of one, or two
    if not few or len(few) > len(digits) // 3 or usual > CLOSE * off:
        return None
    xs = [d.box[0] for d, _ in few]
    left, right = min(xs), max(d.box[0] + d.box[2] for d, _ in few)
    top = min(d.box[1] for d, _ in few)
    low = max(d.box[1] + d.box[3] for d, _ in few)
    most = max((a for _, a in few), key=abs)
    return Odd(what, "".join(d.sign for d, _ in few), round(most, 2), (left, top, right - left, low - top))


def _residuals(digits: list[_Digit], values: list[float]) -> list[float]:
    """What is left of the values when a slant along the line is taken out (Theil–Sen)."""
    slopes = [
        (b - a) / (e.middle - d.middle)
        for i, (d, a) in enumerate(zip(digits, values, strict=True))
        for e, b in list(zip(digits, values, strict=True))[i + 1 :]
    ]
    slope = median(slopes)
    level = median([v - slope * d.middle for d, v in zip(digits, values, strict=True)])
    return [v - slope * d.middle - level for d, v in zip(digits, values, strict=True)]


def _digits(grey: np.ndarray, box: Box, text: str) -> tuple[list[_Digit], float]:
    """The digits of the text, when the end of the line falls apart into its signs; and the contrast of the print."""
    import numpy as np

    x, y, w, h = box
    signs = [sign for sign in text if not sign.isspace()]
    if h < LEAST or sum(sign.isdigit() for sign in signs) < DIGITS:
        return [], 0.0
    pad = max(1, round(0.1 * h))
    top, left = max(0, y - pad), max(0, x - pad)
    crop = grey[top : y + h + pad, left : x + w + pad].astype(np.float32)
    if min(crop.shape) < LEAST:
        return [], 0.0
    ground, ink = float(np.percentile(crop, 85)), float(np.percentile(crop, 3))
    if ground - ink < CONTRAST:
        return [], 0.0
    mask = crop < (ground + ink) / 2
    columns = np.flatnonzero(mask.any(axis=0))
    runs = np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1) if columns.size else []
    pieces = [(int(run[0]), int(run[-1]) + 1) for run in runs]
    if _uneven(crop, ground - ink):
        return [], 0.0
    for touching in range(TOUCHING + 1 if "".join(signs).isascii() else 1):
        # signs of a Chinese label before the field fall apart into several: only the end of the line is taken
        cut = _parted(pieces[-(len(signs) - touching) :], touching, mask)
        if len(cut) != len(signs):
            continue
        out = [
            digit
            for sign, (a, b) in zip(signs, cut, strict=True)
            if sign.isascii() and sign.isdigit() and (digit := _digit(sign, a, b, crop, mask, ground, ink, (left, top)))
        ]
        usual = median([d.box[2] for d in out]) if out else 0
        if out and not _fits(signs, cut, mask, usual, median([d.height for d in out])):
            continue
        narrow = any(d.sign != "1" and d.box[2] < WIDTHS[0] * usual for d in out)
        if len(out) >= DIGITS and not narrow and all(d.box[2] <= WIDTHS[1] * usual for d in out):
            return out, ground - ink
    return [], 0.0  # pieces and signs do not go together


def _uneven(crop: np.ndarray, contrast: float) -> bool:
    """Whether the light changes along the line: then edges lie elsewhere in its shade."""
    import numpy as np

    grounds = [float(np.percentile(part, 85)) for part in np.array_split(crop, 6, axis=1) if part.size]
    return max(grounds) - min(grounds) > UNEVEN * contrast


def _fits(signs: list[str], cut: list[tuple[int, int]], mask: np.ndarray, wide: float, tall: float) -> bool:
    """Whether the pieces that are no digits look like the signs they should be: low dots and dashes, letters, wide Chinese signs."""
    import numpy as np

    for sign, (a, b) in zip(signs, cut, strict=True):
        rows = np.flatnonzero(mask[:, a:b].any(axis=1))
        high = rows[-1] - rows[0] + 1 if rows.size else 0
        if not sign.isalnum():
            fits = high <= SMALL * tall or sign in "()/（）"
        elif not sign.isascii():
            fits = b - a >= HAN * wide
        elif sign.isalpha():
            fits = CAPITAL[0] * tall <= high <= CAPITAL[1] * tall
        else:
            continue
        if not fits:
            return False
    return True


def _parted(pieces: list[tuple[int, int]], times: int, mask: np.ndarray) -> list[tuple[int, int]]:
    """The pieces with the widest ones, in which two signs touch, cut where there is least ink."""
    cut = list(pieces)
    for _ in range(times):
        usual = median([b - a for a, b in cut]) if cut else 0
        a, b = max(cut, key=lambda piece: piece[1] - piece[0], default=(0, 0))
        if b - a < 1.6 * usual:
            return []
        third = max(1, (b - a) // 3)
        middle = min(range(a + third, b - third), key=lambda at: (int(mask[:, at].sum()), abs(2 * at - a - b)))
        cut[cut.index((a, b)) : cut.index((a, b)) + 1] = [(a, middle), (middle + 1, b)]
    return cut


def _digit(
    sign: str, a: int, b: int, crop: np.ndarray, mask: np.ndarray, ground: float, ink: float, corner: tuple[int, int]
) -> _Digit | None:
    """One digit in columns `a` to `b`; None when it is cut off, or something lies across."""
    import numpy as np

    part, tones = mask[:, a:b], crop[:, a:b]
    rows = np.flatnonzero(part.any(axis=1))
    if not rows.size or rows[0] == 0 or rows[-1] == part.shape[0] - 1:
        return None
    first, last = _edge(tones, ground, ink)
    place = (corner[0] + a, corner[1] + int(rows[0]), b - a, int(rows[-1] - rows[0]) + 1)
    darkest = float(np.percentile(tones[part], 25))
    return _Digit(sign, place, a + (b - a) / 2, last - first, last, _stroke(part), darkest)


def _edge(tones: np.ndarray, ground: float, ink: float) -> tuple[float, float]:
    """Upper and lower edge of the print, parts of a pixel included: where the darkest of a row crosses the middle tone."""
    import numpy as np

    dark = np.clip((ground - tones.min(axis=1)) / (ground - ink), 0, 1)
    over = np.flatnonzero(dark >= 0.5)
    first, last = int(over[0]), int(over[-1])
    upper = first - (dark[first] - 0.5) / max(dark[first] - dark[first - 1], 0.05) if first else float(first)
    lower = last + (dark[last] - 0.5) / max(dark[last] - dark[last + 1], 0.05) if last + 1 < len(dark) else float(last)
    return float(upper), float(lower)


def _stroke(part: np.ndarray) -> float:
    """Width of the stroke in px: ink over half its outline."""
    import numpy as np

    solid = np.pad(part, 1)
    outline = sum(int((solid != np.roll(solid, 1, axis)).sum()) for axis in (0, 1)) / 2
    return float(part.sum() / max(outline * 0.8, 1.0))
