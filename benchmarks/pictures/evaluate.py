"""How well pictures are read, in figures: `make eval-pictures`.

    python -m benchmarks.pictures.evaluate [--folder DIR] [--most N] [--seeds N] [--only PART …] [--layouts NAME …] [--errors N] [--dump FILE]

Parts: `invented` certificates (eighteen layouts worsened in measured steps), `edited` scans of them and the same untouched, `labelled` pictures (--folder, default: the shared ones
beside the project where they exist), `scenes` (500 pictures without a mark), `signs` (drawn marks at five heights), `cost` (seconds and
memory, read anew). `--most N`: at most N pictures of each part. OCR answers are kept below build/; an interrupted run goes on where it
stopped. Exit status 0 whatever the figures are; 2 when something needed is missing.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "pictures"
PARTS = ("invented", "edited", "labelled", "scenes", "signs", "cost")
SCENES, SIGNS, COSTS, EDITED = 500, 4, 12, 12


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="eval-pictures", description="How well pictures are read.")
    parser.add_argument("--folder", type=Path, help="labelled pictures: *.jsonl, and the files beside it or in real/")
    parser.add_argument("--most", type=int, metavar="N", help="at most N pictures of each part")
    parser.add_argument(
        "--seeds", type=int, default=1, metavar="N", help="how many certificates of each layout and step"
    )
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--layouts", nargs="+", metavar="NAME", help="only certificates of these layouts")
    parser.add_argument("--errors", type=int, default=40, metavar="N", help="how many wrong fields are listed")
    parser.add_argument("--dump", type=Path, metavar="FILE", help="write every picture's outcome there, one a line")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the parts asked for and print their tables."""
    given = arguments(argv)
    try:
        from benchmarks.pictures.fonts import chinese_available
        from benchmarks.pictures.kept import kept_answers
    except ModuleNotFoundError as error:
        print(
            f"eval-pictures: {error.name} is missing; pip install -c constraints.txt -e '.[pictures]'", file=sys.stderr
        )
        return 2
    if not chinese_available():
        print("eval-pictures: no Chinese font here; install Noto CJK (Debian: fonts-noto-cjk)", file=sys.stderr)
        return 2
    folder = given.folder or (SHARED if SHARED.is_dir() else None)
    try:
        with kept_answers() as counts:
            rows = _parts(given, folder)
    except ValueError as error:
        print(f"\neval-pictures: {error}", file=sys.stderr)
        return 2
    if "cost" in given.only:
        _cost(min(COSTS, given.most or COSTS))
    print(f"OCR answers: {counts.asked} asked, {counts.kept} kept from before")
    if given.dump:
        given.dump.write_text("".join(json.dumps(asdict(r), ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
    return 0


def _parts(given: argparse.Namespace, folder: Path | None) -> list:
    from benchmarks.pictures import run, show

    rows: list[run.Row] = []
    if "invented" in given.only:
        layouts = given.layouts or tuple(run.LAYOUTS)
        if unknown := set(layouts) - set(run.LAYOUTS):
            raise ValueError(f"no such layout: {', '.join(sorted(unknown))}; known: {', '.join(run.LAYOUTS)}")
        made = list(run.read_certificates(run.certificates(given.seeds, given.most, layouts), _say))
        made.sort(key=lambda row: run.STEPS.index(row.group))
        rows += made
        _print(show.table(made, "invented certificates: right of those printed, by step"))
        wide = [r for r in made if r.group.startswith("width-") and r.width >= show.WIDE]
        _print(show.goal_lines(wide, f"invented, {show.WIDE} px wide and more, nothing else done to them"))
        _print(show.goal_lines(made, "invented, all steps"))
        _print(show.scene_lines(made, "invented certificates, none of which bears a mark"))
        _print(show.error_lines(made, given.errors))
        _print(show.untouched_lines(made))
    if "edited" in given.only:
        _print(
            show.edited_lines(list(run.read_edited(EDITED if given.most is None else max(1, given.most // 7), _say)))
        )
    if "labelled" in given.only and folder is None:
        _print(["labelled pictures: none given (--folder) and none beside the project"])
    elif "labelled" in given.only and folder is not None:
        real = list(run.read_labelled(folder, given.most, _say))
        rows += real
        legible = [r for r in real if r.fields]
        _print(show.table(legible, f"labelled pictures ({folder.name}): legible certificates, by width"))
        _print(show.goal_lines([r for r in legible if r.width >= show.WIDE], f"labelled, {show.WIDE} px wide and more"))
        _print(show.goal_lines(legible, "labelled, all legible"))
        _print(show.untouched_lines([r for r in real if r.legible]))
        _print([*show.kind_lines(real), *show.labelled_mark_lines(real)])
        _print(show.error_lines(real, given.errors))
    if "scenes" in given.only:
        empty = list(run.read_scenes(min(SCENES, given.most or SCENES), _say))
        rows += empty
        _print(show.scene_lines(empty))
    if "signs" in given.only:
        signed = list(run.read_signs(SIGNS if given.most is None else 1, _say))
        rows += signed
        _print(show.sign_lines(signed))
    return rows


def _cost(count: int) -> None:
    from benchmarks.pictures.cost import cost_lines, costs_of
    from benchmarks.pictures.degrade import worsened
    from benchmarks.pictures.layouts import LAYOUTS, drawn

    def pictures():
        for k in range(count):
            _say(f"cost {k + 1}/{count}")
            layout, step = tuple(LAYOUTS)[k % len(LAYOUTS)], ("width-1200", "phone-2", "turn-3", "watermark-20")[k % 4]
            yield f"{layout} {step}", worsened(drawn(layout, 7000 + k), step, k).data

    _print(cost_lines(costs_of(pictures())))


def _say(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{text:60}", end="", file=sys.stderr, flush=True)


def _print(lines: list[str]) -> None:
    if sys.stderr.isatty():
        print("\r" + " " * 60 + "\r", end="", file=sys.stderr)
    print("\n".join(lines) + "\n", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
