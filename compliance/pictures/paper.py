"""One paper: the printed lines that belong together, and where a label's value stands (版面).

Several papers may lie in one picture (a wall of honour, a collage): each line belongs to the title above it. A value stands
behind its label, to the right of it in the same row, or below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import Literal

from rapidfuzz import fuzz

from compliance.pictures.labels import Label, Seen, pattern_of, seen, words
from compliance.pictures.records import Box, Line

LEFT, TOP, WIDE, HIGH = range(4)
TITLE = 1.15  # times the middle height of print from which a line may be a title
ALIKE = 78  # likeness in per cent from which a spoilt line counts as a title
APART = 6.0  # heights of print from which what stands beside a label may belong to another column, or another paper
FAR = 2.6  # heights of print below a label in which its value may begin


@dataclass(frozen=True, slots=True)
class Value:
    """What stands at a label: the printed text, the lines it stands in, and how it was found."""

    text: str
    lines: tuple[Seen, ...]
    label: Label | None
    how: str  # behind | right | below | alone

    @property
    def box(self) -> Box:
        """The box round its lines."""
        return around([line.line.box for line in self.lines])

    @property
    def confidence(self) -> float:
        """OCR's, of the least certain line."""
        return min(line.line.confidence for line in self.lines)

    @property
    def height(self) -> float:
        """Of the lowest print, px."""
        return min(line.line.tall for line in self.lines)


def around(boxes: Sequence[Box]) -> Box:
    """The box round all boxes."""
    left, top = min(b[LEFT] for b in boxes), min(b[TOP] for b in boxes)
    return left, top, max(b[LEFT] + b[WIDE] for b in boxes) - left, max(b[TOP] + b[HIGH] for b in boxes) - top


class Paper:
    """The lines of one paper, from top to bottom."""

    def __init__(self, lines: Sequence[Line]) -> None:
        ordered = sorted(lines, key=lambda li: (li.page, li.box[TOP] + li.box[HIGH] / 2, li.box[LEFT]))
        self.lines = tuple(seen(line) for line in ordered)
        self.unit = median([s.line.tall for s in self.lines]) if self.lines else 0.0

    @cached_property
    def text(self) -> str:
        """All folded lines, one below the other."""
        return "\n".join(s.text for s in self.lines)

    @cached_property
    def right_edge(self) -> int:
        """Right end of the print, px."""
        return max((s.line.box[LEFT] + s.line.box[WIDE] for s in self.lines), default=0)

    def labelled(self, *fields: str) -> Iterator[tuple[Seen, Label]]:
        """Labels of these fields, from top to bottom."""
        for line in self.lines:
            for label in line.labels:
                if label.field in fields:
                    yield line, label

    def values(self, field: str) -> Iterator[Value]:
        """What may be the value of each label of the field: behind it, else right of it, then below it."""
        for line, label in self.labelled(field):
            end = next((nxt.start for nxt in line.labels if nxt.start >= label.end), len(line.text))
            rest = line.raw(label.end, end).strip(" :：,，;；-－—|/")
            if any(sign.isalnum() for sign in rest):
                yield Value(rest, (line,), label, "behind")
                continue
            if line.labels[-1] is not label and end < len(line.text):
                continue  # the next label of the line stands for both (证书编号 Certificate No.)
            beside = self.right_of(line)
            right = [Value(beside.line.text.strip(" :："), (beside,), label, "right")] if beside is not None else []
            under = [Value(below.line.text.strip(" :："), (below,), label, "below") for below in self.below(line)]
            yield from (*under, *right) if beside is not None and self._rather_below(line, beside) else (*right, *under)

    def _rather_below(self, line: Seen, beside: Seen) -> bool:
        """Whether `beside` stands far off while a line stands right below, centred or flush: then that is the value."""
        box, tall = line.line.box, line.line.tall
        away = beside.line.box[LEFT] - (box[LEFT] + box[WIDE])
        if away < APART * tall:
            return False
        under = [other.line.box for other in self.below(line)]
        centred = any(abs((2 * o[LEFT] + o[WIDE]) - (2 * box[LEFT] + box[WIDE])) < 2 * tall for o in under)
        return centred or (away >= 2 * APART * tall and any(abs(o[LEFT] - box[LEFT]) < tall for o in under))

    def opens_row(self, line: Seen, label: Seen | None) -> bool:
        """Whether a cell of a table stands left of `line`: a label, or what stands in the column of `label`."""
        box = line.line.box
        for other in self.lines:
            o = other.line.box
            if (
                other is line
                or other.line.page != line.line.page
                or o[LEFT] + o[WIDE] > box[LEFT] + 0.5 * line.line.tall
            ):
                continue
            if _shared(box, o, TOP) >= 0.5 * min(box[HIGH], o[HIGH]):
                in_column = label is not None and _shared(label.line.box, o, LEFT) > 0.5 * min(
                    label.line.box[WIDE], o[WIDE]
                )
                if in_column or (other.labels and other.labels[0].start <= 1):
                    return True
        return False

    def right_of(self, line: Seen) -> Seen | None:
        """The next line in the same row, unless it is a label itself."""
        box = line.line.box
        found: list[tuple[int, Seen]] = []
        for other in self.lines:
            o = other.line.box
            gap = o[LEFT] - (box[LEFT] + box[WIDE])
            if other is line or other.line.page != line.line.page or gap < -0.5 * line.line.tall:
                continue
            if _shared(box, o, TOP) >= 0.5 * min(box[HIGH], o[HIGH]):
                found.append((gap, other))
        nearest = min(found, key=lambda f: f[0], default=None)
        if nearest is None or (nearest[1].labels and nearest[1].labels[0].start == 0):
            return None
        return nearest[1]

    def below(self, line: Seen, heights: float = FAR) -> Iterator[Seen]:
        """Lines that begin within so many heights below and overlap in width, the nearest first; labels left out."""
        box = line.line.box
        for other in self.lines:
            o = other.line.box
            gap = o[TOP] - (box[TOP] + box[HIGH])
            if other is line or other.line.page != line.line.page:
                continue
            if -0.5 * o[HIGH] <= gap <= heights * max(box[HIGH], o[HIGH]) and _shared(box, o, LEFT) > 0:
                if other.labels and other.labels[0].start == 0:
                    continue
                yield other

    def following(self, line: Seen, gap: float = 0.9, size: float = 0.35) -> Iterator[Seen]:
        """Lines that go on with the paragraph of `line`: directly below each other, alike in height, in its column."""
        at = line
        for other in self.lines[self.lines.index(line) + 1 :]:
            a, o = at.line.box, other.line.box
            if other.line.page != line.line.page:
                return
            down = o[TOP] - (a[TOP] + a[HIGH])
            if down > gap * max(at.line.tall, other.line.tall):
                return
            if o[TOP] < a[TOP] + 0.5 * a[HIGH] or _shared(line.line.box, o, LEFT) <= 0:
                continue  # the same row, or another column
            if abs(other.line.tall - at.line.tall) > size * max(at.line.tall, other.line.tall):
                return
            yield other
            at = other


def _shared(a: Box, b: Box, side: int) -> int:
    """Px that two boxes share along x (LEFT) or y (TOP)."""
    return min(a[side] + a[side + 2], b[side] + b[side + 2]) - max(a[side], b[side])


def papers_of(lines: Sequence[Line]) -> list[tuple[Line | None, list[Line]]]:
    """(title, lines) of each paper in the picture; one without title when no line is one."""
    unit = median([line.tall for line in lines]) if lines else 0.0
    titles = [line for line in lines if line.tall >= TITLE * unit and title_of(line) is not None]
    titles = [t for t in titles if not any(_same_paper(t, other) for other in titles if _before(other, t))]
    if len(titles) < 2:
        return [(titles[0] if titles else None, list(lines))]
    groups: dict[int, list[Line]] = {i: [] for i in range(len(titles))}
    for line in lines:
        groups[min(range(len(titles)), key=lambda i: _apart(titles[i], line))].append(line)
    return [(titles[i], group) for i, group in groups.items()]


def title_of(line: Line) -> Literal["certificate", "other"] | None:
    """Whether the line is the title of a certificate or of another paper; a spoilt one is known by likeness."""
    text = seen(line).text.strip()
    if len(text) > 44 or any(sign in text for sign in ",，。:：") or any(sign.isdigit() for sign in text):
        return None
    kinds: tuple[Literal["other"], Literal["certificate"]] = ("other", "certificate")
    for kind in kinds:
        found = pattern_of("titles", kind).search(text)
        if found is not None and len(text) - len(found[0]) <= 22:
            return kind
    likeness = max(fuzz.ratio(text, word) for word in words()["titles"]["certificate"] if len(word) > 20)
    return "certificate" if likeness >= ALIKE else None


def _before(other: Line, line: Line) -> bool:
    return (other.box[TOP], other.box[LEFT]) < (line.box[TOP], line.box[LEFT])


def _same_paper(line: Line, other: Line) -> bool:
    """A second title (in English, of the second half) close below the first, or a low print that only mentions one."""
    down, one_column = line.box[TOP] - other.box[TOP], _shared(line.box, other.box, LEFT) > 0
    return one_column and (down < 6 * other.tall or (line.tall < 0.55 * other.tall and down < 15 * other.tall))


def _apart(title: Line, line: Line) -> float:
    tx, ty = title.box[LEFT] + title.box[WIDE] / 2, title.box[TOP] + title.box[HIGH] / 2
    lx, ly = line.box[LEFT] + line.box[WIDE] / 2, line.box[TOP] + line.box[HIGH] / 2
    down = ly - ty
    return abs(lx - tx) * 1.5 + (down if down >= -title.tall else -4 * down)
