"""Plots as SVG (图): grouped bars, across or upright. Every bar has its number written beside it, and its look as well as its colour.

No script, no outside font, no style sheet: the same picture in HTML, on paper and in the PDF. Words are escaped; nothing is markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from reports.visible import visible

WIDTH, LABEL, NUMBER = 720, 190, 64  # whole width, room for labels at the left, room for numbers behind the bars
BAR, GAP, TOP = 13, 9, 26
HEIGHT = 170  # of upright bars
LONGEST = 15  # Chinese signs of a label that fit; the table beside the plot has the whole
LOOKS = {  # fill, stroke, dashes: told apart in black and white too
    "violation": ("#951b1b", "#951b1b", ""),
    "suspected": ("#e6c494", "#7a4500", "5 3"),
    "needs_review": ("#ffffff", "#1c4a80", "1.5 2.5"),
    "plain": ("#4c6a88", "#4c6a88", ""),
    "other": ("#d7dfe6", "#4c5763", ""),
    "third": ("#ffffff", "#4c5763", "4 2"),
}


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of bar: its name in the legend, its look, a value for each label (None: no bar), and how the number is written."""

    name: str
    look: str
    values: tuple[float | None, ...]
    told: tuple[str, ...] = ()  # the numbers as written; the values themselves where it is empty

    def text(self, at: int) -> str:
        """What stands at the bar."""
        value = self.values[at]
        return self.told[at] if self.told else f"{value:g}" if value is not None else ""


def across(labels: Sequence[str], series: Sequence[Series], alt: str) -> str:
    """Bars from left to right, one group a label; zero and None have no bar, a group with none says 0."""
    most = max((v for one in series for v in one.values if v), default=1)
    room = WIDTH - LABEL - NUMBER
    out: list[str] = []
    y = TOP
    for at, label in enumerate(labels):
        drawn = [one for one in series if one.values[at]]
        high = max(len(drawn), 1) * (BAR + 2)
        out.append(_text(LABEL - 8, y + high / 2 + 4, _short(label), "end"))
        for nth, one in enumerate(drawn):
            wide = max(room * (one.values[at] or 0) / most, 2)
            out.append(_bar(LABEL, y + nth * (BAR + 2), wide, BAR, one.look))
            out.append(_text(LABEL + wide + 5, y + nth * (BAR + 2) + BAR - 2, one.text(at), "start"))
        if not drawn:
            out.append(_text(LABEL + 2, y + BAR - 2, "0", "start"))
        y += high + GAP
    axis = f'<line x1="{LABEL}" y1="{TOP - 4}" x2="{LABEL}" y2="{y - 4}" stroke="#8a949e"/>'
    return _svg(y + 2, [*_legend(series), axis, *out], alt)


def upright(labels: Sequence[str], series: Sequence[Series], alt: str) -> str:
    """Bars that stand side by side, one group a label, in order of time; labels are written under every group that has room."""
    most = max((v for one in series for v in one.values if v), default=1)
    step = (WIDTH - 20) / max(len(labels), 1)
    wide = min(step * 0.8 / max(len(series), 1), 26)
    floor = TOP + HEIGHT
    every = max(1, round(56 / step + 0.49))
    out = [f'<line x1="10" y1="{floor}" x2="{WIDTH - 10}" y2="{floor}" stroke="#8a949e"/>']
    for at, label in enumerate(labels):
        left = 10 + at * step + (step - wide * len(series)) / 2
        for nth, one in enumerate(series):
            if value := one.values[at]:
                high = max((HEIGHT - 18) * value / most, 1)
                out.append(_bar(left + nth * wide, floor - high, wide - 2, high, one.look))
                if wide >= 9:
                    out.append(_text(left + nth * wide + wide / 2 - 1, floor - high - 3, one.text(at), "middle"))
        if at % every == 0:
            out.append(_text(10 + at * step + step / 2, floor + 15, label, "middle"))
    return _svg(floor + 22, [*_legend(series), *out], alt)


def _legend(series: Sequence[Series]) -> list[str]:
    out, x = [], 8.0
    for one in series:
        if one.name:
            out += [_bar(x, 5, 22, 11, one.look), _text(x + 27, 15, one.name, "start")]
            x += 27 + 12.5 * len(one.name) + 14
    return out


def _bar(x: float, y: float, wide: float, high: float, look: str) -> str:
    fill, stroke, dashes = LOOKS[look]
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{fill}" stroke="{stroke}"{dashed}/>'


def _text(x: float, y: float, said: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(visible(said))}</text>'


def _short(label: str) -> str:
    return label if len(label) <= LONGEST else label[: LONGEST - 1] + "…"


def _svg(high: float, parts: Sequence[str], alt: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {high:.0f}" width="{WIDTH}" height="{high:.0f}" role="img" '
        f'aria-label={quoteattr(visible(alt))} font-family="sans-serif" font-size="12" fill="#1d2733">{"".join(parts)}</svg>'
    )
