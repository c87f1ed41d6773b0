"""How well pages are read, in figures: labelled blocks and pages through the checker, counted as two careful readers would.

    python benchmarks/eval.py [LABELS ...] [--pages FILE] [--html DIR] [--format table|json]
                              [--baseline FILE] [--dump FILE] [--as-of DATE]

LABELS: files of JSON lines (id, text, claims, expected, site …) or a folder of invented sentences. Without any: the
project's own sentences, and the shared pages beside the project where they exist. The exit status is 0 whatever the
figures are; 2 when a file cannot be used.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from eval_labels import LabelsError, blocks_of, pages_of
from eval_run import error_lines, run_blocks, run_pages, summary_of
from eval_show import change_lines, changes, lines_of

from compliance.checking.session import CannotCheck, open_check

ROOT = Path(__file__).resolve().parents[1]
OWN = ROOT / "tests" / "compliance" / "reading" / "data"
SHARED = ROOT.parent / "shared" / "pages"
DAY = "2026-11-01"


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line, with the default sets filled in."""
    parser = argparse.ArgumentParser(prog="eval.py", description="How well pages are read, against labelled text.")
    parser.add_argument(
        "labels", nargs="*", type=Path, metavar="LABELS", help="labelled blocks, or a folder of sentences"
    )
    parser.add_argument("--pages", type=Path, help="labelled pages, one a line")
    parser.add_argument("--html", type=Path, help="where the pages lie; default: html/ beside --pages")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    parser.add_argument("--baseline", type=Path, help="an earlier run's JSON: what was gained and lost since")
    parser.add_argument("--dump", type=Path, help="write every error there, one a line")
    parser.add_argument("--as-of", type=date.fromisoformat, default=date.fromisoformat(DAY), metavar="DATE")
    given = parser.parse_args(argv)
    if not given.labels and given.pages is None:
        given.labels = [OWN, *sorted(SHARED.glob("sentences-*.jsonl"))]
        given.pages = next(iter(sorted(SHARED.glob("pages-*.jsonl"))), None)
    return given


def summaries_of(given: argparse.Namespace) -> list[dict[str, Any]]:
    """Every set that was asked for, in order."""
    out = []
    with open_check(register="none", as_of=given.as_of) as checked:
        for path in given.labels:
            name = "own sentences" if path == OWN else path.name
            out.append(summary_of(run_blocks(name, blocks_of(path), checked, given.as_of)))
        if given.pages is not None:
            html = given.html or given.pages.parent / "html"
            out.append(summary_of(run_pages(given.pages.name, pages_of(given.pages), html, checked)))
    return out


def baseline_of(path: Path) -> list[dict[str, Any]]:
    """The sets of an earlier run."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))["sets"]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise LabelsError(f"--baseline {path}: {error}; name the output of --format json") from error


def main(argv: Sequence[str] | None = None) -> int:
    """Run, count, print. Returns the exit status."""
    given = arguments(argv)
    try:
        before = baseline_of(given.baseline) if given.baseline else []
        sets = summaries_of(given)
    except (LabelsError, CannotCheck) as error:
        print(f"eval: {error}", file=sys.stderr)
        return 2
    moved = changes(sets, before)
    if given.dump:
        given.dump.write_text("".join(f"{line}\n" for line in error_lines(sets)), encoding="utf-8")
    if given.format == "json":
        out = {"as_of": given.as_of.isoformat(), "sets": sets} | ({"changes": moved} if given.baseline else {})
        print(json.dumps(out, ensure_ascii=False, indent=1))
    else:
        parts = [*map(lines_of, sets), *map(change_lines, moved)]
        print("\n\n".join("\n".join(part) for part in parts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
