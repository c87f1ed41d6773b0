"""没有读到的: what a check didn't read or judge, counted and named. Silence is never the absence of a record."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from reports.finding import names_of
from reports.model import BlockedPage, CoverageShown, CutShown
from reports.names import reason_name
from reports.wording import load_wording


def coverage_of(
    result: dict[str, Any], pages: list[dict[str, Any]], companies: list[tuple[str, list[dict[str, Any]]]]
) -> CoverageShown:
    """Coverage over `pages`; `companies` are the same pages by company. `not_judged`, `not_applied` of a page and `faults` of the result are optional additions to
    the contract: absent means none were reported."""
    words = load_wording()
    blocked = tuple(
        BlockedPage(
            url=_name(page),
            reason_zh=words.label("blocked_reasons", page["coverage"]["blocked_reason"])
            if page["coverage"].get("blocked_reason")
            else words.text("coverage.reason_unknown"),
        )
        for page in pages
        if page["coverage"]["blocked"]
    )
    seen = sum(page["coverage"]["pictures_seen"] for page in pages)
    read = sum(page["coverage"]["pictures_read"] for page in pages)
    return CoverageShown(
        blocked=blocked,
        pictures_seen=seen,
        pictures_unread=seen - read,
        pictures=tuple((name, n) for name, group in companies if (n := sum(map(_unread_pictures, group)))),
        cut=_cut(pages),
        not_judged=tuple(_not_judged(pages)),
        not_applied=tuple(sorted({str(one) for page in pages for one in page.get("not_applied") or ()})),
        faults=tuple(
            words.text("coverage.fault_text", source=one["where"], what=one["what"], fix=one.get("fix") or "")
            for one in result.get("faults") or ()
        ),
    )


def _unread_pictures(page: dict[str, Any]) -> int:
    return int(page["coverage"]["pictures_seen"] - page["coverage"]["pictures_read"])


def _cut(pages: list[dict[str, Any]]) -> tuple[CutShown, ...]:
    """Notes of one kind (equal but for their numbers) together, most pages first."""
    kinds: dict[str, list[tuple[str, str]]] = {}
    for page in pages:
        for what in page["coverage"].get("unread") or ():
            kinds.setdefault(re.sub(r"\d+", "…", what), []).append((_name(page), what))
    shown = [CutShown(what=kind if len(told) > 1 else told[0][1], pages=tuple(told)) for kind, told in kinds.items()]
    return tuple(sorted(shown, key=lambda one: (-len(one.pages), one.what)))


def _name(page: dict[str, Any]) -> str:
    return next(iter(names_of(page)), load_wording().text("report.no_host"))


def _not_judged(pages: list[dict[str, Any]]) -> list[str]:
    words = load_wording()
    counted = Counter(
        (one["rule"], one["why"]) for page in pages for one in page.get("not_judged") or () if isinstance(one, dict)
    )
    return [
        words.text(
            "coverage.not_judged_text", rule=words.label("conducts", rule.replace("-", "_")), n=n, why=reason_name(why)
        )
        for (rule, why), n in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    ]
