"""Rows counted and printed: per step and field how many right, which were wrong, which wrong ones the reader vouched for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.eval_intervals import wilson
from benchmarks.pictures.run import Row
from benchmarks.pictures.score import FIELDS

GOALS = {"number": 0.95, "holder": 0.95, "standard": 0.98, "issued": 0.95, "expires": 0.95, "body": 0.85}
WIDE = 800  # px from which the goals hold


def percent(hits: int, tries: int) -> str:
    """`11/12 91.7 % [64.6–98.5]`."""
    interval = wilson(hits, tries)
    if interval is None:
        return "0/0"
    return f"{hits}/{tries} {100 * hits / tries:.1f} % [{100 * interval[0]:.1f}–{100 * interval[1]:.1f}]"


def table(rows: Sequence[Row], title: str) -> list[str]:
    """A line a group: right of tries for each field, then wrong, confirmed and confirmed wrong of all fields."""
    lines = [
        title,
        f"{'':22} {'n':>4} {'cert':>5} {'legib':>5} "
        + " ".join(f"{f:>9}" for f in FIELDS)
        + "  wrong confirmed wrong&confirmed",
    ]
    groups = list(dict.fromkeys(row.group for row in rows))
    for group in [*groups, "all"]:
        part = [row for row in rows if group in (row.group, "all")]
        cells = []
        for name in FIELDS:
            mine = [f for row in part for f in row.fields if f.field == name]
            cells.append(f"{sum(f.result == 'right' for f in mine)}/{len(mine)}" if mine else "–")
        every = [f for row in part for f in row.fields]
        lines.append(
            f"{group:22} {len(part):>4} {sum(r.said_kind == 'certificate' for r in part):>5} {sum(r.legible for r in part):>5} "
            + " ".join(f"{cell:>9}" for cell in cells)
            + f" {sum(f.result == 'wrong' for f in every):>6} {sum(f.confirmed for f in every):>9} {sum(f.confirmed_wrong for f in every):>8}"
        )
    return lines


def goal_lines(rows: Sequence[Row], title: str) -> list[str]:
    """Each field with its interval, its goal and what was vouched for."""
    lines = [title]
    for name in FIELDS:
        mine = [f for row in rows for f in row.fields if f.field == name]
        if not mine:
            continue
        right, goal = sum(f.result == "right" for f in mine), GOALS.get(name)
        counts = {r: sum(f.result == r for f in mine) for r in ("part", "wrong", "missing")}
        against = (
            "" if goal is None else f"  goal {100 * goal:.0f} % {'met' if right >= goal * len(mine) else 'NOT MET'}"
        )
        lines.append(
            f"  {name:9} {percent(right, len(mine)):32} part {counts['part']}, wrong {counts['wrong']}, missing {counts['missing']}; "
            f"confirmed {sum(f.confirmed for f in mine)}, of them wrong {sum(f.confirmed_wrong for f in mine)}{against}"
        )
    return lines


def error_lines(rows: Iterable[Row], most: int) -> list[str]:
    """Wrong fields first those that were vouched for, each with what is printed and what was read."""
    wrong = [(row, f) for row in rows for f in row.fields if f.result == "wrong"]
    wrong.sort(key=lambda pair: not pair[1].confirmed)
    lines = [
        f"  {'CONFIRMED ' if f.confirmed else ''}{row.group} {row.name} {f.field}: printed {f.truth!r}, read {f.said!r}"
        for row, f in wrong[:most]
    ]
    return [f"wrong fields: {len(wrong)}" + (f" (first {most})" if len(wrong) > most else ""), *lines]


def scene_lines(rows: Sequence[Row], what: str = "pictures without a mark") -> list[str]:
    """Marks said to be in pictures that bear none."""
    hit = [row for row in rows if row.marks]
    lines = [f"{what}: {len(rows)}; with a mark verdict: {len(hit)}  {percent(len(hit), len(rows))}"]
    return lines + [f"  {row.name}: {', '.join(row.marks)}" for row in hit[:20]]


def sign_lines(rows: Sequence[Row]) -> list[str]:
    """Drawn marks seen, by mark and height; in brackets those that words confirm."""
    heights = list(dict.fromkeys(row.group for row in rows))
    marks = list(dict.fromkeys(row.wanted_marks[0] for row in rows))
    lines = [
        "drawn marks seen (of them confirmed by words in the picture), by height in px",
        f"{'':12} " + " ".join(f"{h:>10}" for h in heights),
    ]
    for mark in marks:
        cells = []
        for height in heights:
            part = [r for r in rows if r.group == height and r.wanted_marks == [mark]]
            seen = sum(mark in r.marks for r in part)
            sure = sum(mark in r.marks and mark not in r.unconfirmed for r in part)
            cells.append(f"{seen}/{len(part)} ({sure})")
        lines.append(f"{mark:12} " + " ".join(f"{c:>10}" for c in cells))
    other = [(r.name, m) for r in rows for m in r.marks if m not in r.wanted_marks]
    return [
        *lines,
        f"another mark than the drawn one: {len(other)}",
        *(f"  {name}: {mark}" for name, mark in other[:10]),
    ]


def untouched_lines(rows: Sequence[Row]) -> list[str]:
    """Signs of editing seen in pictures that nobody edited."""
    hit = [row for row in rows if row.edits]
    lines = [f"not edited: {len(rows)}; with a sign of editing: {len(hit)}  {percent(len(hit), len(rows))}"]
    return lines + [f"  {row.group} {row.name}: {row.edits}" for row in hit[:20]]


def edited_lines(rows: Sequence[Row]) -> list[str]:
    """Edited scans with a sign in the field that was edited, by way of editing; signs in other fields."""
    lines = ["edited scans: a sign of editing in the edited field, by way of editing (which signs)"]
    for way in dict.fromkeys(row.group for row in rows if row.edited is not None):
        part = [row for row in rows if row.group == way]
        hit = [row for row in part if any(name == row.edited for _, name in row.edits)]
        signs = sorted({sign for row in hit for sign, name in row.edits if name == row.edited})
        lines.append(f"  {way:14} {percent(len(hit), len(part)):32} {', '.join(signs)}")
    elsewhere = [row for row in rows if row.edited is not None and any(name != row.edited for _, name in row.edits)]
    lines.append(f"  edited, with a sign in another field: {len(elsewhere)}")
    return [*lines, *untouched_lines([row for row in rows if row.edited is None])]


def labelled_mark_lines(rows: Sequence[Row]) -> list[str]:
    """Marks of labelled pictures: seen, and said where the label has none."""
    wanted = sorted({m for row in rows for m in row.wanted_marks})
    lines = ["marks of the labelled pictures"]
    for mark in wanted:
        part = [row for row in rows if mark in row.wanted_marks]
        lines.append(f"  {mark:14} seen {sum(mark in row.marks for row in part)}/{len(part)}")
    extra = [(row.name, m) for row in rows for m in row.marks if m not in row.wanted_marks]
    none = [row for row in rows if not row.wanted_marks and row.said_kind is not None]
    lines.append(
        f"  said where the label has no such mark: {len(extra)} (pictures without any known mark: {len(none)})"
    )
    return lines + [f"    {name}: {mark}" for name, mark in extra[:10]]


def kind_lines(rows: Sequence[Row]) -> list[str]:
    """Kinds of the labelled pictures against the reader's."""
    lines = ["kinds: label → what the reader said"]
    for kind in dict.fromkeys(row.kind for row in rows):
        said: dict[str, int] = {}
        for row in rows:
            if row.kind == kind:
                name = row.said_kind + (", illegible" if row.said_kind == "certificate" and not row.legible else "")
                said[name] = said.get(name, 0) + 1
        lines.append(
            f"  {kind:24} " + ", ".join(f"{name} {n}" for name, n in sorted(said.items(), key=lambda i: -i[1]))
        )
    return lines
