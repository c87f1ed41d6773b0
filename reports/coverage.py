"""没有读到的: what a check didn't read or judge, counted and named. Silence is never the absence of a record."""

from __future__ import annotations

from collections import Counter
from typing import Any

from reports.finding import names_of
from reports.model import BlockedPage, CoverageShown
from reports.names import reason_name
from reports.wording import load_wording


def coverage_of(result: dict[str, Any], pages: list[dict[str, Any]]) -> CoverageShown:
    """Coverage over `pages`. `not_judged`, `not_applied` of a page and `faults` of the result are optional additions to
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
        cut=tuple((_name(page), what) for page in pages for what in page["coverage"].get("unread") or ()),
        not_judged=tuple(_not_judged(pages)),
        not_applied=tuple(sorted({str(one) for page in pages for one in page.get("not_applied") or ()})),
        faults=tuple(
            words.text("coverage.fault_text", source=one["where"], what=one["what"], fix=one.get("fix") or "")
            for one in result.get("faults") or ()
        ),
    )


def _name(page: dict[str, Any]) -> str:
    return next(iter(names_of(page)), load_wording().text("report.no_host"))


def _not_judged(pages: list[dict[str, Any]]) -> list[str]:
    words = load_wording()
    counted = Counter(
        (one["rule"], one["why"]) for page in pages for one in page.get("not_judged") or () if isinstance(one, dict)
    )
    return [
        words.text("coverage.not_judged_text", rule=rule, n=n, why=reason_name(why))
        for (rule, why), n in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    ]
