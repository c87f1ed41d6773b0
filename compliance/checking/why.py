"""`--why FINDING`: the trace of a finding: fact, value, source, condition, truth. Printed to standard error beside the result."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from compliance.records import PageResult
from rules.engine import Trace, trace_of
from rules.outcome import ElementResult

if TYPE_CHECKING:
    from compliance.checking.session import Checked

TRUTH = {True: "有据", False: "不成立", None: "未定"}


def traced(results: Iterable[PageResult], checked: Checked, wanted: str) -> Iterator[PageResult]:
    """Pass results on; print the trace of each finding whose id begins with `wanted` (`all`: of every finding)."""
    shown = 0
    for result in results:
        ids = {f.id: f for f in result.findings}
        for part, rule_id, facts in result.grounds:
            finding = ids.get(part) or next((f for f in result.findings if f.rule == rule_id), None)
            if finding is None or not (wanted == "all" or finding.id.startswith(wanted)):
                continue
            rule = checked.book.rule(rule_id)
            print("\n".join(lines_of(finding.id, trace_of(rule, facts, checked.book.vocabulary))), file=sys.stderr)
            print(f"  上限：{'；'.join(finding.caps) or '无'}　结论：{finding.outcome}", file=sys.stderr)
            shown += 1
        yield result
    if not shown:
        checked.fault(f"--why {wanted}", "no finding with this id here", "see the ids with --format json")


def lines_of(finding: str, trace: Trace) -> list[str]:
    """The trace as lines: each element and exception with its truth, each fact with value and source."""
    lines = [f"{finding}  {trace.rule}  {trace.outcome or '—'}"]
    for title, parts in (("要件", trace.elements), ("例外", trace.exceptions)):
        for part in parts:
            lines.append(f"  {title} {part.id}{'（必须有据）' if part.anchor else ''}：{part.zh} → {TRUTH[part.truth]}")
            lines += _facts(part)
    return lines


def _facts(part: ElementResult) -> list[str]:
    return [
        f"      {used.fact} = {used.value if used.reason is None else f'未知（{used.reason}）'}"
        + (f"　来源 {used.source}" if used.source else "")
        for used in part.facts
    ]
