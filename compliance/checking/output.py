"""Results on standard output: a table for people, JSON for programs. Messages and faults go to standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from compliance.checking.render import findings_once, head_json, page_json, result_json, summary_json
from compliance.checking.tender import tender_json, tender_lines
from compliance.records import Finding, PageResult
from rules.outcome import Outcome

if TYPE_CHECKING:
    from compliance.checking.session import Checked

Json = dict[str, Any]
HINTS = 10  # of pictures, in the table
BADGE = {"violation": "涉嫌违反（要件有据）", "suspected": "线索（待核实）", "needs_review": "需人工判断"}


def write_results(
    results: Iterator[PageResult],
    checked: Checked,
    form: str,
    floor: str | None,
    drawn: Callable[[Json], str] | None = None,
) -> int:
    """Write all results in one format; `drawn` makes another document of the whole result. Returns 0, 1 (a finding at or above `floor`) or 2 (something unreadable)."""
    kept: list[PageResult] = []
    lines = Lines(checked, floor)
    reached = False
    with _progress(form) as bar:
        for result in results:
            bar.step()
            reached |= lines.reaches(result)
            if form == "jsonl" and drawn is None:
                sys.stdout.write(lines.line(result))
            else:
                kept.append(result)
    if drawn is not None:
        print(drawn(_whole(lines.head, kept, checked)).rstrip("\n"))
    elif form == "json":
        print(json.dumps(_whole(lines.head, kept, checked), ensure_ascii=False, indent=1))
    elif form == "table":
        print(table(kept, checked))
    return said(checked, reached)


def said(checked: Checked, reached: bool) -> int:
    """Writes the run's notes and faults to standard error; the exit status: 1 when a finding `reached` the floor, 2 with faults, else 0."""
    for note in checked.notes:
        print(f"certmark: {note}", file=sys.stderr)
    for fault in checked.faults:
        print(
            f"certmark: {fault['where']}: {fault['what']}" + (f"; {fault['fix']}" if fault["fix"] else ""),
            file=sys.stderr,
        )
    if reached:
        return 1
    return 2 if checked.faults else 0


class Lines:
    """JSON Lines, one a page. On every line the head is the same but for the page's own day, so its parts are written out once."""

    def __init__(self, checked: Checked, floor: str | None) -> None:
        self._checked = checked
        self._limit = Outcome(floor).rank if floor else 99
        self.head = head_json(
            version=_version(), rules=checked.book.hash, law=checked.law_hash, as_of=checked.today,
            register=checked.rows.info if checked.rows is not None else None,
        )  # fmt: skip
        self._encode = encode = json.JSONEncoder(ensure_ascii=False).encode
        self._before = f'{{"tool": {encode(self.head["tool"])}, "as_of": '
        self._after = f', "register": {encode(self.head["register"])}, '

    def line(self, result: PageResult) -> str:
        """The page's line, with its end."""
        page = _page(result, self._checked)
        return f"{self._before}{self._encode(page.pop('as_of'))}{self._after}{self._encode(page)[1:]}\n"

    def reaches(self, result: PageResult) -> bool:
        """Whether a finding of the page is at or above the floor."""
        return any(Outcome(finding.outcome).rank >= self._limit for finding in result.findings)


def _page(result: PageResult, checked: Checked) -> Json:
    """A page's object; a bid's certificates stand beside its claims."""
    page = page_json(result)
    return page | {"tender": tender_json(result)} if checked.options.bid else page


def _whole(head: Json, kept: list[PageResult], checked: Checked) -> Json:
    whole = result_json(head, kept, checked.faults)
    if checked.options.bid:
        for page, result in zip(whole["pages"], kept, strict=True):
            page["tender"] = tender_json(result)
    return whole


def _version() -> str:
    from compliance.checking.session import VERSION

    return VERSION


def table(results: list[PageResult], checked: Checked) -> str:
    """What a person at a terminal wants: findings first, then claims, then what was not read."""
    once = findings_once(results)
    lines: list[str] = [line for r in results for line in tender_lines(r)] if checked.options.bid else []
    for finding in sorted(once.values(), key=lambda f: (-Outcome(f.outcome).rank, f.id)):
        lines += _finding_lines(finding)
    for result in results:
        lines += _claim_lines(result, many=len(results) > 1)
    counts = summary_json(results, once.values())
    found = counts["findings"]
    register = checked.rows.info if checked.rows is not None else None
    day = register.snapshot.isoformat() if register and register.snapshot else "—"
    lines.append(
        f"{counts['pages']} page(s), {counts['claims']} claim(s); violation {found['violation']}, "
        f"suspected {found['suspected']}, needs_review {found['needs_review']}"
        + (f"; blocked {counts['blocked']}" if counts["blocked"] else "")
    )
    lines.append(
        f"register: {register.source}, snapshot {day}, {register.rows} rows"
        if register
        else "register: none — nothing could be confirmed or refuted"
    )
    lines += _hint_lines(results)
    unread = [line for r in results for line in (*r.reading.coverage.unread, *r.page.faults)]
    if unread:
        lines.append(f"not read: {len(unread)} note(s), first: {unread[0]}")
    return "\n".join(lines)


def _finding_lines(finding: Finding) -> list[str]:
    lines = [
        f"■ {finding.conduct}  {finding.outcome}  {BADGE[finding.outcome]}",
        f"  {finding.title}：“{' '.join(finding.quote.split())}”",
        f"  {finding.explanation}",
    ]
    lines += [f"  涉及 {_provision(p)}" for p in finding.breaches]
    lines += [f"  罚则 {_provision(p)}" for p in finding.penalties]
    lines += [f"  待核实 {line}" for line in finding.missing]
    lines += [f"  也可能 {line}" for line in finding.innocent_readings]
    lines += [f"  请人判断 {line}" for line in finding.asks]
    lines += [f"  说明 {line}" for line in (*finding.notes, *finding.caps)]
    lines.append(f"  可改为 {finding.remedy}")
    lines += [f"  见于 {o.page} {o.locator.selector}" for o in finding.occurrences[:3]]
    if len(finding.occurrences) > 3:
        lines.append(f"  …共 {len(finding.occurrences)} 处")
    return [*lines, ""]


def _hint_lines(results: list[PageResult]) -> list[str]:
    """What a person should look at in pictures (signs of editing, another firm's name): the first of them, and how many more."""
    hints = [
        f"  提示 图片{picture['source']}：{hint}"
        for result in results
        for picture in result.reading.coverage.pictures
        for hint in picture["hints"]
    ]
    more = [f"  提示 …共 {len(hints)} 条"] if len(hints) > HINTS else []
    return hints[:HINTS] + more


def _provision(p: dict) -> str:
    where = f"第{p['article']}条" if p["article"] else "（条号未见）"
    if p.get("paragraph"):
        where += f"第{p['paragraph']}款"
    mark = "" if p["confidence"] == "read" else f"〔{p['confidence']}〕"
    when = f"（{p['when']}）" if p.get("when") else ""
    return f"《{p['title_zh']}》（{p['version']}）{where}{mark}{when} {p['gist']}"


def _claim_lines(result: PageResult, *, many: bool) -> list[str]:
    if not result.claims:
        return []
    lines = [f"  {result.page.url or result.page.source or '—'}"] if many else []
    for judged in result.claims:
        claim = judged.claim
        quote = " ".join(claim.quote.split())
        lines.append(
            f"  {claim.id} {judged.verdict:<11} {claim.state} · {claim.subject} · {'、'.join(claim.schemes) or '—'} · “{quote}”"
        )
    return lines


class _NoBar:
    """Nothing to show: piped, or machine-readable output."""

    def __enter__(self) -> _NoBar:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def step(self) -> None:
        """One page done."""


class _Bar(_NoBar):
    """A progress bar on a terminal, shown only after two seconds."""

    def __init__(self) -> None:
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self._progress = Progress(
            SpinnerColumn(), TextColumn("{task.completed} pages"), TimeElapsedColumn(), transient=True
        )
        self._task = self._progress.add_task("check")
        self._started: float | None = None

    def __enter__(self) -> _Bar:
        import time

        self._started = time.monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def step(self) -> None:
        """One page done; after two seconds the bar appears."""
        import time

        self._progress.advance(self._task)
        if self._started is not None and time.monotonic() - self._started > 2:
            self._progress.start()
            self._started = None


def _progress(form: str) -> _NoBar:
    return _Bar() if form != "jsonl" and sys.stderr.isatty() and sys.stdout.isatty() else _NoBar()
