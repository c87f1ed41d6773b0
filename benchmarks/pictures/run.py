"""Runs the reader over invented certificates, scenes without marks, drawn signs and labelled pictures; counts what came out."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image

from benchmarks.pictures.degrade import STEPS, worsened
from benchmarks.pictures.layouts import LAYOUTS, drawn
from benchmarks.pictures.score import FIELDS, Scored, scored
from compliance.pictures.look import look_at
from rules.schemes.mark import load_marks

SEED = 20261128
Progress = Callable[[str], None]
ALL_MARKS = "通过CE认证、CCC认证、FCC、UKCA、CNAS、IAF、CQC认证、CMA、绿色食品、有机产品认证、节能认证、中国环境标志"


@dataclass(slots=True)
class Row:
    """One picture read: its group (step or width), what it is, what was said of each field and of its marks."""

    group: str
    name: str
    width: int
    kind: str
    said_kind: str
    legible: bool
    reason: str | None
    fields: list[Scored] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    unconfirmed: list[str] = field(default_factory=list)
    wanted_marks: list[str] = field(default_factory=list)
    edits: list[tuple[str, str]] = field(default_factory=list)  # (sign of editing, field it is in)
    edited: str | None = None  # the field that was edited


def certificates(seeds: int, most: int | None, layouts: Collection[str] = tuple(LAYOUTS)) -> list[tuple[str, str, int]]:
    """(step, layout, seed) of every picture in an order by lot, so that the first `most` of them, and an interrupted run, spread over all."""
    plan = [
        (step, layout, 1000 * turn + 40 * k + n)
        for turn in range(seeds)
        for k, step in enumerate(STEPS)
        for n, layout in enumerate(LAYOUTS)
        if layout in layouts
    ]
    Random(SEED).shuffle(plan)
    return plan[:most]


def read_certificates(plan: list[tuple[str, str, int]], say: Progress) -> Iterator[Row]:
    """Every invented certificate of the plan, read."""
    for at, (step, layout, seed) in enumerate(plan, 1):
        say(f"certificate {at}/{len(plan)}  {step}")
        picture = worsened(drawn(layout, seed), step, seed)
        said = look_at(picture.data, f"{layout}-{seed}.jpg").to_json()
        truth = {name: t.value for name, t in picture.fields.items()}
        yield _row(step, f"{layout}-{seed}", picture.width, "certificate", said, truth)


def read_edited(each: int, say: Progress) -> Iterator[Row]:
    """Scans edited in each way, and as many untouched; the group is the way."""
    from benchmarks.pictures.edited import WAYS, edited

    for number in range(each):
        for k, way in enumerate([None, *WAYS]):
            layout, seed = tuple(LAYOUTS)[(number * 5 + k) % len(LAYOUTS)], 9000 + 10 * number + k
            say(f"edited {number + 1}/{each}  {way or 'untouched'}")
            made = edited(drawn(layout, seed), way, seed)
            if way is None or made.field is not None:  # None: no field of it could be edited that way
                said = look_at(made.data, f"{layout}-{seed}.jpg").to_json()
                row = _row(way or "untouched", f"{layout}-{seed}", 0, "certificate", said, {})
                row.edited = made.field
                yield row


def read_scenes(count: int, say: Progress) -> Iterator[Row]:
    """Pictures without a mark, on a page whose words name every mark. Their print is given as it was drawn, which is more than OCR reads:
    every word that could mislead is there."""
    import numpy as np

    from benchmarks.pictures.scenes import scene
    from compliance.pictures.marks import marks_in
    from compliance.pictures.records import Line

    for number in range(count):
        say(f"scene {number + 1}/{count}")
        page = scene(number)
        scale = page.image.width / page.drawn_width
        lines = [Line(text, tuple(round(v * scale) for v in box), 0.99) for text, box in page.lines]  # type: ignore[arg-type]
        pixels = np.asarray(Image.open(io.BytesIO(_jpeg(page.image))).convert("RGB"))
        seen = marks_in(pixels, lines, ALL_MARKS)
        row = Row("scene", f"scene-{number}", page.image.width, "", "", False, None)
        row.marks = [m.mark for m in seen]
        row.unconfirmed = [m.mark for m in seen if m.confirmed_by is None]
        yield row


def read_signs(each: int, say: Progress) -> Iterator[Row]:
    """Scenes with one drawn mark; the group is its height."""
    from benchmarks.pictures.signs import HEIGHTS, SIGNS, signed

    for mark in SIGNS:
        for height in HEIGHTS:
            for number in range(each):
                say(f"mark {mark} {height} px")
                page, _ = signed(mark, height, number)
                said = look_at(_jpeg(page.image), f"{mark}-{height}-{number}.jpg").to_json()
                row = _row(str(height), f"{mark}-{height}-{number}", page.image.width, "", said, {})
                row.wanted_marks = [mark]
                yield row


def labelled(folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    """(picture, label) of a labelled folder: `pictures-*.jsonl` beside `real/`, or files named in it. ValueError when there is none."""
    out = []
    for labels in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(labels.read_text(encoding="utf-8").splitlines(), 1):
            try:
                label = json.loads(line)
                places = [p for p in (folder / "real" / label["file"], folder / label["file"]) if p.is_file()]
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"{labels.name}, line {number}: {error}") from error
            if not places:
                raise ValueError(f"{labels.name}, line {number}: {label['file']} is not there")
            out.append((places[0], label))
    if not out:
        raise ValueError(f"{folder}: no *.jsonl with labels")
    return out


def read_labelled(folder: Path, most: int | None, say: Progress) -> Iterator[Row]:
    """Labelled pictures; the group of a certificate is its width, of others their kind."""
    pairs = labelled(folder)[:most]
    for at, (path, label) in enumerate(pairs, 1):
        say(f"labelled {at}/{len(pairs)}  {path.name}")
        said = look_at(path.read_bytes(), path.name).to_json()
        width = label["width"]
        whole = label["kind"] == "certificate" and label["legible"]
        kind = label["kind"] if label["kind"] != "certificate" or whole else "certificate, illegible"
        group = (
            f"width {'under 500' if width < 500 else '500–799' if width < 800 else '800 and more'}" if whole else kind
        )
        truth = {k: v for k, v in label.get("fields", {}).items() if v} if whole else {}
        row = _row(group, path.name, width, kind, said, truth)
        row.wanted_marks = sorted({mark for name in label.get("marks", ()) if (mark := mark_of_label(name))})
        yield row


def mark_of_label(name: str) -> str | None:
    """The project's id for a mark as a label names it; None when the project doesn't know it."""
    folded = name.casefold().replace("labelling", "label")
    for mark in load_marks().all:
        if folded in {mark.id, *(word.casefold() for word in mark.words)} or folded in mark.name_en.casefold().split(
            " ("
        ):
            return mark.id
    return next((m.id for m in load_marks().all if folded in m.name_en.casefold() and len(folded) > 8), None)


def _row(group: str, name: str, width: int, kind: str, said: dict[str, Any], truth: dict[str, str]) -> Row:
    row = Row(group, name, width, kind, said["kind"], said["legible"], said["reason"])
    row.fields = [scored(f, truth[f], said["fields"].get(f)) for f in FIELDS if f in truth]
    row.marks = [m["mark"] for m in said["marks"]]
    row.unconfirmed = [m["mark"] for m in said["marks"] if m["confirmed_by"] is None]
    row.edits = [(s["sign"], s["field"]) for s in said["edits"]]
    return row


def _jpeg(image: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88)
    return out.getvalue()
