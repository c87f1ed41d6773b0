"""Which marks a picture appears to show (疑似标志): by shape, letters and words, each sign kept apart from what confirms it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from compliance.pictures.marks.emblems import Emblem, emblems_in, is_globe, ring_of_letters, signs_of
from compliance.pictures.marks.pixels import Prepared, prepared
from compliance.pictures.marks.shapes import Shape, likeness_within, overlap, shapes_in
from compliance.pictures.marks.words import Print, Seen, emblem_words, printed, seen
from compliance.pictures.records import Box, Line, MarkSeen

IN_PICTURE = "words in the picture"
ON_PAGE = "text of the page"
LOWEST = 24  # px of a side below which a picture is not looked at
SURE = 0.6  # of a line's OCR confidence, from which its letters count
DOUBTFUL = 0.55  # likeness that suffices where the mark's letters stand in its outline


def marks_in(image: Any, lines: Sequence[Line], context_text: str = "") -> list[MarkSeen]:
    """Marks that `image` (RGB uint8, height × width × 3) appears to show, each once a place, most likely first; boxes (x, y, w, h) in
    its px. `lines`: its print as OCR read it; `context_text`: the words of the page around it.

    A lead, never more: `confirmed_by` says which words name the mark as well ("words in the picture", else "text of the page"),
    None when only the shape speaks for it. What this module does not know it does not report.
    """
    pixels = np.asarray(image)
    if pixels.ndim != 3 or min(pixels.shape[:2]) < LOWEST:
        return []
    picture = prepared(pixels[..., :3])
    prints = [printed(line, picture.smaller(line.box)) for line in lines]
    emblems = emblems_in(picture)
    found = [
        *_drawn(picture, emblems, prints),
        *_lettered(picture, emblems, prints),
        *_captioned(picture, prints),
        *_together(prints),
        *_systems(picture, emblems, prints),
    ]
    text = unicodedata.normalize("NFKC", context_text)
    out: list[MarkSeen] = []
    for mark in sorted(found, key=lambda m: (m.confirmed_by is None, -m.confidence)):
        if any(mark.mark == other.mark and overlap(mark.box, other.box) > 0.3 for other in out):
            continue
        if mark.confirmed_by is None and _named(mark.mark, text):
            mark = MarkSeen(mark.mark, mark.confidence, mark.box, ON_PAGE)
        out.append(mark)
    return [MarkSeen(m.mark, round(m.confidence, 3), picture.larger(m.box), m.confirmed_by) for m in out]


def _named(mark: str, text: str) -> bool:
    return any(word.search(text) for one in seen() if one.mark == mark for word in one.page_words)


def _drawn(picture: Prepared, emblems: list[Emblem], prints: list[Print]) -> Iterator[MarkSeen]:
    """Marks whose shape is drawn: the likeness decides; letters in their outline count where the likeness alone is doubtful."""
    by_shape = {one.shape: one for one in seen() if one.shape}
    shapes = shapes_in(picture, emblems, {name: one.least for name, one in by_shape.items() if name})
    for one in by_shape.values():
        if one.round and one.letters:
            for line in _lines(one, prints):
                shapes += [
                    Shape(one.shape or "", value, emblem.box)
                    for emblem in _round_it(line.box, emblems)
                    if (value := likeness_within(picture.grey, emblem.box, one.shape or "")) >= DOUBTFUL
                ]
    for shape in shapes:
        one = by_shape[shape.shape]
        own = [p for p in prints if one.letters and one.letters.search(p.text) and overlap(p.box, shape.box) > 0.6]
        near = [p for p in prints if _near(p.box, shape.box) and any(word in p.text for word in one.words)]
        yield MarkSeen(one.mark, shape.likeness, shape.box, IN_PICTURE if own or near else None)


def _lettered(picture: Prepared, emblems: list[Emblem], prints: list[Print]) -> Iterator[MarkSeen]:
    """Marks that are letters: the letters as a line, and beside, round or below them what belongs to the mark."""
    for one in seen():
        if one.shape:
            continue
        for line in prints:
            if one.also and one.also.search(line.text) and line.confidence >= SURE:
                yield MarkSeen(one.mark, line.confidence * 0.8, line.box, IN_PICTURE)
        for line in _lines(one, prints):
            box = _supported(one, line, emblems, prints)
            if box is not None:
                yield MarkSeen(one.mark, line.confidence * 0.85, box, IN_PICTURE)
        if one.stacked:
            yield from _stacked(one, prints)


def _lines(one: Seen, prints: list[Print]) -> list[Print]:
    low, high = one.wide
    return [
        p
        for p in prints
        if one.letters
        and one.letters.search(p.text)
        and p.confidence >= SURE
        and low <= p.box[2] / max(1, p.box[3]) <= high
    ]


def _supported(one: Seen, line: Print, emblems: list[Emblem], prints: list[Print]) -> Box | None:
    """The mark's box when something else speaks for it too, or nothing else is asked for."""
    asked = False
    if one.round:
        asked = True
        rings = _round_it(line.box, emblems)
        if rings:
            return min((ring.box for ring in rings), key=lambda b: b[2] * b[3])
    if one.beside:
        asked = True
        beside = [
            p
            for p in prints
            if p is not line and _beside(p.box, line.box) and any(w.search(p.text) for w in one.beside)
        ]
        if beside:
            return _around([line.box, *(p.box for p in beside)])
    if one.below:
        asked = True
        below = [p for p in prints if _under(p.box, line.box) and one.below.search(p.text)]
        if below:
            return _around([line.box, below[0].box])
    if one.tall:
        asked = True
        if line.box[3] >= one.tall * float(np.median([p.box[3] for p in prints])):
            return line.box
    return None if asked else line.box


def _stacked(one: Seen, prints: list[Print]) -> Iterator[MarkSeen]:
    """Two short lines of one width, one right under the other."""
    over, under = one.stacked
    for upper in prints:
        if not over.search(upper.text) or upper.confidence < SURE:
            continue
        for lower in prints:
            x, y, w, h = upper.box
            if (
                under.search(lower.text)
                and lower.confidence >= SURE
                and abs(lower.box[0] - x) <= 0.25 * w
                and abs(lower.box[2] - w) <= 0.3 * w
                and -0.3 * h <= lower.box[1] - (y + h) <= 0.5 * h
            ):
                yield MarkSeen(
                    one.mark,
                    min(upper.confidence, lower.confidence) * 0.85,
                    _around([upper.box, lower.box]),
                    IN_PICTURE,
                )


def _captioned(picture: Prepared, prints: list[Print]) -> Iterator[MarkSeen]:
    """A round sign of the mark's colour with its words under, over, beside or in it."""
    for one in seen():
        for line in prints if one.caption else ():
            if line.text not in one.caption or line.confidence < SURE:
                continue
            x, y, w, h = line.box
            reach = round(2.2 * max(w, 3 * h))
            for sign in signs_of(picture, one.hue, (x - reach, y - reach, w + 2 * reach, h + 2 * reach)):
                size = max(sign[2], sign[3])
                if 0.3 * w <= size <= 2.4 * w and _gap(sign, line.box) <= 0.45 * size:
                    yield MarkSeen(one.mark, 0.75 * line.confidence, _around([sign, line.box]), IN_PICTURE)


def _together(prints: list[Print]) -> Iterator[MarkSeen]:
    """Labels known by their printed title in both languages."""
    for one in seen():
        hits = [p for word in one.together if (p := next((p for p in prints if word in p.text), None)) is not None]
        if one.together and len(hits) >= one.at_least:
            yield MarkSeen(one.mark, min(p.confidence for p in hits) * 0.9, _around([p.box for p in hits]), IN_PICTURE)


def _systems(picture: Prepared, emblems: list[Emblem], prints: list[Print]) -> Iterator[MarkSeen]:
    """Emblems with the number of a system standard: a body's mark where somebody's words stand in it too, else one made up."""
    words = emblem_words()
    height, width = picture.grey.shape
    for line in prints:
        number = words.standard.search(line.text) and words.plain.fullmatch(line.text)  # no sentence that runs across
        if not number or line.confidence < SURE:
            continue
        for emblem in sorted(_round_it(line.box, emblems), key=lambda e: e.box[2] * e.box[3])[:1]:  # the one nearest
            x, y, w, h = emblem.box
            if max(w, h) > 0.5 * min(width, height) and len(prints) > 6:
                continue  # the page's own frame or watermark
            inside = [p for p in prints if emblem.holds(p.box) and p.box[2] <= 1.05 * w]
            named = ring_of_letters(picture, emblem) or not all(words.plain.fullmatch(p.text) for p in inside)
            globe = is_globe(picture, emblem)
            if named and all(len(p.text) <= 24 for p in inside):
                yield MarkSeen(words.body, 0.5, emblem.box, IN_PICTURE)
            elif not named and (globe or _vouched("".join(p.text for p in inside))):
                yield MarkSeen(words.own, 0.6 if globe else 0.5, emblem.box, IN_PICTURE)


def _vouched(text: str) -> bool:
    return any(word in text for word in ("认证", "CERTIFIED", "REGISTERED", "APPROVED", "CERTIFICATION"))


def _round_it(box: Box, emblems: list[Emblem]) -> list[Emblem]:
    """Emblems whose middle the box covers and whose width it fills as letters in a ring do."""
    return [
        e
        for e in emblems
        if e.holds(box)
        and 0.3 * e.box[2] <= box[2] <= e.box[2] * 1.02
        and abs(box[0] + box[2] / 2 - e.box[0] - e.box[2] / 2) <= 0.15 * e.box[2]
        and abs(box[1] + box[3] / 2 - e.box[1] - e.box[3] / 2) <= 0.2 * e.box[3]
    ]


def _around(boxes: Sequence[Box]) -> Box:
    x, y = min(b[0] for b in boxes), min(b[1] for b in boxes)
    return x, y, max(b[0] + b[2] for b in boxes) - x, max(b[1] + b[3] for b in boxes) - y


def _gap(a: Box, b: Box) -> float:
    """Empty pixels between two boxes, 0 when they touch."""
    dx = max(a[0] - b[0] - b[2], b[0] - a[0] - a[2], 0)
    dy = max(a[1] - b[1] - b[3], b[1] - a[1] - a[3], 0)
    return max(dx, dy)


def _near(a: Box, mark: Box) -> bool:
    return _gap(a, mark) <= 0.6 * max(mark[2], mark[3]) and a[2] <= 4 * mark[2]


def _beside(a: Box, line: Box) -> bool:
    return _gap(a, line) <= 1.2 * line[3] and a[3] <= 1.3 * line[3]


def _under(a: Box, line: Box) -> bool:
    x, y, w, h = line
    middle = a[0] + a[2] / 2
    return x - w <= middle <= x + 2 * w and 0 <= a[1] - (y + 0.7 * h) <= 1.6 * h
