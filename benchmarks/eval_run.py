"""Labelled blocks and pages through the checker, in this process: once a record, without a register, on one day."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from eval_count import COSTS, Counted, count_block, count_page
from eval_intervals import ratio_of
from eval_labels import Block, LabelsError

from compliance.checking.render import page_json
from compliance.checking.session import PAGE_FAULTS, Checked
from compliance.reading.open import open_source
from compliance.reading.record import page_of_record
from compliance.records import Page

MEASURES = (
    "claim recall", "claim precision", "claim quiet on negatives", "one claim recall", "one claim precision",
    "scheme", "every scheme", "subject", "about", "state", "speaker", "number", "issued", "issued or said on", "expires",
    "finding precision", "finding recall", "outcome of findings",
    "page recall", "page precision", "page quiet on negatives", "genre",
)  # fmt: skip
NOTHING: dict[str, Any] = {"claims": [], "findings": [], "genre": "other"}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A labelled set by its name."""

    name: str
    counted: tuple[Counted, ...]
    unanswered: tuple[str, ...]  # ids with the reason: counted as read empty


def run_blocks(name: str, blocks: Iterable[Block], checked: Checked, day: date) -> Labelled:
    """Each block as a text record of a page of its own, so that no two blocks meet, and no owner is known."""
    counted, unanswered = [], []
    for block in blocks:
        record = {
            "id": block["id"],
            "url": f"https://s{block['id'].lower().replace(':', '-')}.example/page.html",
            "captured_at": f"{day.isoformat()}T08:00:00+08:00",
            "text": block["text"],
            "company": None,
        }
        page = page_of_record(record, f"{name}: {block['id']}")
        counted.append(count_block(block, _answer(page, block["id"], checked, unanswered)))
    return Labelled(name, tuple(counted), tuple(unanswered))


def run_pages(name: str, labels: Iterable[dict[str, Any]], html: Path, checked: Checked) -> Labelled:
    """Each labelled page's file below the folder `html`, bytes as they lie there."""
    counted, unanswered = [], []
    for label in labels:
        path = html / label["file"]
        if not path.is_file():
            raise LabelsError(f"{path}: not there, though labelled; say where the pages lie with --html")
        for item in open_source(str(path)):
            counted.append(count_page(label, _answer(item, label["file"], checked, unanswered)))
    return Labelled(name, tuple(counted), tuple(unanswered))


def _answer(page: Any, name: str, checked: Checked, unanswered: list[str]) -> dict[str, Any]:
    if not isinstance(page, Page):
        unanswered.append(f"{name}: {page.what}")
        return NOTHING
    try:
        return page_json(checked.check(page))
    except PAGE_FAULTS as error:
        unanswered.append(f"{name}: {type(error).__name__}: {error}")
        return NOTHING


def summary_of(labelled: Labelled) -> dict[str, Any]:
    """The set in figures: `{name, blocks, sites, figures, conducts, confusion, errors}`, ready for JSON."""
    tries: dict[str, dict[str, tuple[int, int]]] = {}
    for one in labelled.counted:
        for measure, hit in one.shares:
            sites = tries.setdefault(measure, {})
            hits, count = sites.get(one.site, (0, 0))
            sites[one.site] = hits + hit, count + 1
    errors = sorted((e for one in labelled.counted for e in one.errors), key=lambda e: e.order)
    return {
        "name": labelled.name,
        "blocks": len(labelled.counted),
        "sites": len({one.site for one in labelled.counted}),
        "unanswered": list(labelled.unanswered),
        "figures": {m: _figure(ratio_of(tries[m])) for m in MEASURES if m in tries},
        "wrongful_violations": [e.id for e in errors if e.kind == "wrongful violation"],
        "confusion": _confusion(labelled.counted),
        "errors_by_kind": {kind: n for kind in COSTS if (n := sum(e.kind == kind for e in errors))},
        "errors": [asdict(e) for e in errors],
    }


def _figure(ratio: Any) -> dict[str, Any]:
    near = lambda pair: [round(v, 4) for v in pair] if pair else None  # noqa: E731 - two uses on the next lines
    return {
        "value": round(ratio.value, 4),
        "hits": ratio.hits,
        "tries": ratio.tries,
        "by_site": near(ratio.by_site),
        "wilson": near(ratio.wilson),
    }


def _confusion(counted: Iterable[Counted]) -> dict[str, dict[str, dict[str, int]]]:
    """field → labelled → read → how often."""
    pairs = Counter(pair for one in counted for pair in one.pairs)
    out: dict[str, dict[str, dict[str, int]]] = {}
    for (name, want, got), n in sorted(pairs.items()):
        out.setdefault(name, {}).setdefault(want, {})[got] = n
    return out


def error_lines(summaries: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Every error as a line of JSON, with the set it stands in."""
    for summary in summaries:
        for error in summary["errors"]:
            yield json.dumps({"set": summary["name"], **error}, ensure_ascii=False)
