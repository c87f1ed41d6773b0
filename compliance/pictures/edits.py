"""Signs of editing in a certificate's picture (疑似编辑痕迹), gathered: each with its place, its measure, and what explains it innocently.

None proves anything and none makes more than a hint for a person (需人工核对): forms are filled in by another printer, scans are scanned
again, electronic stamps are pasted by right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from compliance.pictures.altered import altered, patched
from compliance.pictures.glyphs import odd_digits
from compliance.pictures.records import FIELD_NAMES, Box, EditSign, Field, Line
from compliance.pictures.sharpness import sharper
from compliance.pictures.stamp import stained, stamps_in

if TYPE_CHECKING:
    import numpy as np

DIGITS = ("number", "uscc", "issued", "expires")
SHARP = ("number", "holder", "issued", "expires", "standard")
STAMP = "stamp"
SAID = {
    "smooth_ground": "底色比周围平滑（颗粒为周围的{measure:g}倍）",
    "patch": "底色与四周相差{measure:g}级灰度",
    "height": "数字“{text}”的字高与同栏其他数字相差{measure:g}像素",
    "baseline": "数字“{text}”的基线与同栏其他数字相差{measure:g}像素",
    "stroke": "数字“{text}”的笔画粗细与同栏其他数字相差{measure:.0%}",
    "tone": "数字“{text}”的墨色与同栏其他数字相差{measure:g}级灰度",
    "sharper": "字迹边缘比其他文字清晰（{measure:g}倍）",
}
INNOCENT = "也可能是套打填写的表格、重新扫描或压缩、电子印章或印章压字所致；须由人看原图"


def edit_signs(pixels: np.ndarray, fields: Mapping[str, Field], lines: Sequence[Line]) -> tuple[EditSign, ...]:
    """The signs in these pixels, in which the boxes of fields and lines lie, the print running level."""
    if not fields:
        return ()
    return tuple(_signs(pixels, fields, lines))


def _signs(pixels: np.ndarray, fields: Mapping[str, Field], lines: Sequence[Line]) -> Iterator[EditSign]:
    import cv2

    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    clear = {name: field for name, field in fields.items() if not stained(pixels, field.box)}
    placed = {name: replace(field, box=_place(field, lines)) for name, field in fields.items()}
    for name, measure in altered(pixels, placed).items():
        yield EditSign("smooth_ground", name, "", measure, placed[name].box)
    places = {name: placed[name].box for name in clear if name in SHARP}
    for name, measure in patched(pixels, places).items():
        yield EditSign("patch", name, "", measure, places[name])
    for box in stamps_in(pixels):
        for measure in patched(pixels, {STAMP: box}).values():
            yield EditSign("patch", STAMP, "", measure, box)
    for name in DIGITS:
        if name in clear and (line := _line_of(clear[name], lines)):
            for odd in odd_digits(grey, line.box, clear[name].text):
                yield EditSign(odd.what, name, odd.text, odd.measure, odd.box)
    for name, measure in sharper(grey, places, [line.box for line in lines]).items():
        yield EditSign("sharper", name, "", measure, places[name])


def _line_of(field: Field, lines: Sequence[Line]) -> Line | None:
    """The printed line that ends with the field's text."""
    wanted = "".join(field.text.split())
    return next((line for line in lines if line.box == field.box and "".join(line.text.split()).endswith(wanted)), None)


def _place(field: Field, lines: Sequence[Line]) -> Box:
    """Where about the field itself stands in its line, the label before it left out: Chinese signs are twice as wide as others."""
    line = _line_of(field, lines)
    if line is None or len(line.text) == len(field.text):
        return field.box
    x, y, w, h = line.box
    share = _width(field.text) / _width(line.text)
    left = round(w * (1 - share))
    return x + left, y, w - left, h


def _width(text: str) -> float:
    return sum(1.0 if ord(sign) > 0x2E7F else 0.5 for sign in text if not sign.isspace())


def said(signs: Sequence[EditSign]) -> tuple[str, ...]:
    """A hint a field, all its signs in it."""
    out = []
    for name in dict.fromkeys(sign.field for sign in signs):
        mine = [SAID[s.sign].format(text=s.text, measure=abs(s.measure)) for s in signs if s.field == name]
        out.append(f"“{FIELD_NAMES.get(name, '印章')}”一栏{'、'.join(mine)}，可能经过修改；{INNOCENT}")
    return tuple(out)
