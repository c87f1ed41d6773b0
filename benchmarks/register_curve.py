"""Precision and recall of taking a name for another (精确率与召回率), by threshold: as a table and as a picture (SVG, nothing needed to draw it)."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from compliance.register.near import TWIN

THRESHOLDS = [round(0.5 + i / 100, 2) for i in range(51)]
WIDTH, HEIGHT, EDGE = 380, 300, 46


class Answer(NamedTuple):
    """One question with a known answer. `score`: of the firm that would be taken, 0 for none; `right`: whether it is the one;
    `findable`: whether there is a right one at all."""

    score: float
    right: bool
    findable: bool


class Point(NamedTuple):
    """What comes of taking every firm whose score reaches `threshold`. `wrong`: in a thousand questions."""

    threshold: float
    precision: float
    recall: float
    wrong: float


def curve_of(answers: Sequence[Answer]) -> list[Point]:
    """A point for each of THRESHOLDS.

    >>> curve_of([Answer(0.9, True, True), Answer(0.8, False, False)])[35]
    Point(threshold=0.85, precision=1.0, recall=1.0, wrong=0.0)
    """
    findable = sum(a.findable for a in answers) or 1
    points = []
    for threshold in THRESHOLDS:
        taken = [a for a in answers if a.score >= threshold]
        right = sum(a.right for a in taken)
        precision = right / len(taken) if taken else 1.0
        points.append(Point(threshold, precision, right / findable, 1000 * (len(taken) - right) / max(len(answers), 1)))
    return points


def write_curve(path: Path, alone: Sequence[Answer], matched: Sequence[Answer]) -> None:
    """The table (.csv) or the picture (any other ending) of both ways: likeness alone, and the matcher."""
    ways = {"likeness of the names alone": curve_of(alone), "the matcher": curve_of(matched)}
    if path.suffix.lower() == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file)
            lines.writerow(("way", "threshold", "precision", "recall", "wrong_in_1000"))
            lines.writerows([(way, *(round(v, 4) for v in p)) for way, points in ways.items() for p in points])
        return
    path.write_text(_picture(ways, len(alone)), encoding="utf-8")


_COLOURS = ("#b3541e", "#1f5a99")


def _picture(ways: dict[str, list[Point]], questions: int) -> str:
    """Two panels: precision over recall; wrong matches in a thousand and recall over the threshold."""
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * WIDTH + 3 * EDGE} {HEIGHT + 3 * EDGE}" '
        'font-family="sans-serif" font-size="12" fill="#222">',
        f'<rect width="{2 * WIDTH + 3 * EDGE}" height="{HEIGHT + 3 * EDGE}" fill="#fff"/>',
        f'<text x="{EDGE}" y="20" font-size="14">Taking a name for a firm of the register: {questions:,} questions with known answers</text>',
        *_axes(EDGE, (0.5, 1.0), (0.8, 1.0), "recall", "precision"),
        *_axes(
            WIDTH + 2 * EDGE,
            (0.5, 1.0),
            (0.0, 1.0),
            "threshold of the score",
            "recall (line), share of wrong answers (dashes)",
        ),
    ]
    twin = WIDTH + 2 * EDGE + WIDTH * (TWIN - 0.5) / 0.5
    out.append(f'<path d="M{twin:.0f} {EDGE}V{HEIGHT + EDGE}" stroke="#666" stroke-dasharray="2 3"/>')
    out.append(f'<text x="{twin - 6:.0f}" y="{EDGE + 150}" text-anchor="end">from {TWIN} on: a twin</text>')
    for (way, points), colour, at in zip(ways.items(), _COLOURS, (0, 1), strict=True):
        out.append(_line(EDGE, [(p.recall, p.precision) for p in points], (0.5, 1.0), (0.8, 1.0), colour))
        for values, dashes in (([p.recall for p in points], ""), ([p.wrong / 1000 for p in points], "5 4")):
            told = list(zip(THRESHOLDS, values, strict=True))
            out.append(_line(WIDTH + 2 * EDGE, told, (0.5, 1.0), (0.0, 1.0), colour, dashes))
        height = HEIGHT + 2 * EDGE + 12 + 18 * at
        out.append(f'<rect x="{EDGE}" y="{height - 9}" width="22" height="4" fill="{colour}"/>')
        out.append(f'<text x="{EDGE + 30}" y="{height}">{way}: {_best(points)}</text>')
    return "\n".join([*out, "</svg>", ""])


def _best(points: Sequence[Point]) -> str:
    """The lowest threshold with at most one wrong answer in a thousand, in words."""
    best = next((p for p in points if p.wrong <= 1.0), None)
    if best is None:
        return "more than one wrong answer in 1,000 at every threshold"
    return f"at most one wrong answer in 1,000 from {best.threshold:.2f} on, where recall is {best.recall:.3f}"


def _axes(left: int, across: tuple[float, float], up: tuple[float, float], x_name: str, y_name: str) -> list[str]:
    low, top = HEIGHT + EDGE, EDGE
    out = [f'<path d="M{left} {top}V{low}H{left + WIDTH}" fill="none" stroke="#222"/>']
    for step in range(6):
        x, y = left + WIDTH * step / 5, low - HEIGHT * step / 5
        out.append(f'<path d="M{x:.0f} {top}V{low}M{left} {y:.0f}H{left + WIDTH}" stroke="#ddd"/>')
        out.append(
            f'<text x="{x:.0f}" y="{low + 16}" text-anchor="middle">{across[0] + (across[1] - across[0]) * step / 5:.1f}</text>'
        )
        out.append(
            f'<text x="{left - 6}" y="{y + 4:.0f}" text-anchor="end">{up[0] + (up[1] - up[0]) * step / 5:.4g}</text>'
        )
    out.append(f'<text x="{left + WIDTH / 2:.0f}" y="{low + 34}" text-anchor="middle">{x_name}</text>')
    out.append(f'<text x="{left}" y="{top - 8}">{y_name}</text>')
    return out


def _line(left: int, points: Sequence[tuple[float, float]], across: tuple[float, float], up: tuple[float, float],
          colour: str, dashes: str = "") -> str:  # fmt: skip
    def place(x: float, y: float) -> str:
        share_x = min(max((x - across[0]) / (across[1] - across[0]), 0), 1)
        share_y = min(max((y - up[0]) / (up[1] - up[0]), 0), 1)
        return f"{left + WIDTH * share_x:.1f},{EDGE + HEIGHT * (1 - share_y):.1f}"

    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<polyline points="{" ".join(place(x, y) for x, y in points)}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>'
