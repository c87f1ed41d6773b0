"""`certmark crawl`: companies' sites into the store, every page checked. Heavy imports stand inside the command."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

if TYPE_CHECKING:
    from crawler.run import CrawlSummary
    from crawler.targets import Target

OUTCOMES = ("violation", "suspected", "needs_review")
app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def crawl(
    targets: Annotated[
        Optional[Path],
        typer.Argument(metavar="[TARGETS.csv]", help="CSV, XLSX or JSONL: company, uscc, url, priority, body_code"),
    ] = None,
    site: Annotated[Optional[str], typer.Option(metavar="URL", help="one site instead of a list")] = None,
    company: Annotated[Optional[str], typer.Option(metavar="NAME", help="the company that owns --site")] = None,
    uscc: Annotated[Optional[str], typer.Option(metavar="CODE", help="its unified social credit code")] = None,
    register: Annotated[
        Optional[str],
        typer.Option(metavar="FILE|DB|none", help="certificate register to check against; default: the store's"),
    ] = None,
    as_of: Annotated[Optional[str], typer.Option("--as-of", metavar="DATE", help="day of the conduct")] = None,
    fail_on: Annotated[
        Optional[str],
        typer.Option("--fail-on", metavar="OUTCOME", help="exit 1 with a finding at or above this outcome"),
    ] = None,
    format: Annotated[str, typer.Option("--format", metavar="FORMAT", help="table or json")] = "table",
    pages: Annotated[Optional[int], typer.Option(metavar="N", min=1, help="page budget of one site")] = None,
    depth: Annotated[Optional[int], typer.Option(metavar="N", min=0, help="steps away from the start")] = None,
    delay: Annotated[
        Optional[float], typer.Option(metavar="SECONDS", min=0.0, help="least pause between two requests to a host")
    ] = None,
    max_seconds: Annotated[
        Optional[float], typer.Option("--max-seconds", metavar="N", min=1.0, help="stop the run after so long")
    ] = None,
    window: Annotated[
        Optional[str],
        typer.Option(metavar="HH:MM-HH:MM", help="hours to crawl in (Asia/Shanghai); outside them the run stops"),
    ] = None,
    log: Annotated[Optional[Path], typer.Option(metavar="FILE", help="one JSON line a page and a site")] = None,
    metrics: Annotated[
        Optional[Path], typer.Option(metavar="FILE", help="figures for Prometheus' textfile collector, kept fresh")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="ask again also what is not due")] = False,
    pictures: Annotated[
        bool, typer.Option(help="read, after the pages, the pictures likely to matter (extra `pictures`)")
    ] = True,
    queue: Annotated[
        bool,
        typer.Option(
            "--queue", help="hand the sites to the workers on this PostgreSQL (certmark worker --concurrency)"
        ),
    ] = False,
) -> None:
    """Crawl sites into the store and check every page. Exit 0 ran, 1 with --fail-on, 2 nothing readable, 3 stopped by a breaker."""
    from compliance.checking.session import CannotCheck, open_check
    from compliance.places import PlaceError
    from compliance.settings import SettingsError
    from compliance.store.runs import RunBusy
    from compliance.store.session import StoreError, open_store

    if fail_on is not None and fail_on not in OUTCOMES:
        raise typer.BadParameter(f"{fail_on!r} is not one of {', '.join(OUTCOMES)}", param_hint="--fail-on")
    if format not in ("table", "json"):
        raise typer.BadParameter(f"{format!r} is not one of table, json", param_hint="--format")
    chosen, bad_rows = _chosen(targets, site, company, uscc)
    overrides: dict[str, Any] = {
        name: value
        for name, value in {
            "CERTMARK_PAGES_PER_SITE": pages,
            "CERTMARK_DEPTH": depth,
            "DOWNLOAD_DELAY": delay,
            "CERTMARK_MAX_SECONDS": max_seconds,
            "CERTMARK_FRESH": fresh or None,
            "CERTMARK_WINDOW": _window(window),
        }.items()
        if value is not None
    }
    from compliance.evidence.chain import ChainBroken
    from crawler.evidence import pack_run
    from crawler.pictures import pictures_in
    from crawler.progress import Progress
    from crawler.run import crawl as run

    try:
        with (
            open_store() as store,
            open_check(register=register, as_of=_day(as_of)) as checked,
            Progress(log, metrics) as bar,
        ):
            if queue:
                from crawler.cluster.command import follow

                if pictures:
                    checked.pictures = pictures_in(store, checked)  # for the evidence: the workers have read them
                summary = follow(chosen, store, checked, register, as_of, overrides, _say, pictures)
            else:
                summary = run(
                    chosen,
                    store,
                    judge=checked.check,
                    on_event=bar.event,
                    on_result=bar.result,
                    settings=overrides,
                    evidence=checked.settings.archives,
                    read_pictures=pictures,
                )
            packed = pack_run(store, checked, summary.run, checked.settings.data / "evidence")
            for fault in checked.faults:
                _say(f"{fault['where']}: {fault['what']}; {fault['fix']}")
            for missing in packed.faults:
                _say(str(missing))
    except (CannotCheck, PlaceError, StoreError, SettingsError, RunBusy, ChainBroken, OSError) as error:
        _say(str(error))
        raise typer.Exit(2) from error
    print(json.dumps(_json(summary, bad_rows), ensure_ascii=False, indent=1) if format == "json" else _table(summary))
    _faults(summary)
    raise typer.Exit(_status(summary, fail_on))


def _chosen(
    path: Path | None, site: str | None, company: str | None, uscc: str | None
) -> tuple[tuple[Target, ...], list[str]]:
    """The targets and the rows left out, said on standard error. Ends with status 2 when nothing is readable."""
    from crawler.targets import Target, read_targets, target_of

    if (path is None) == (site is None):
        raise typer.BadParameter("give either a target list or --site URL", param_hint="TARGETS.csv")
    if site is not None:
        target = target_of(site, company, uscc)
        if not isinstance(target, Target):
            _say(str(target))
            raise typer.Exit(2)
        return (target,), []
    found = read_targets(path)  # type: ignore[arg-type]
    for fault in found.faults:
        _say(str(fault))
    if not found.targets:
        _say(
            f"{path}: no usable row; columns: company, uscc, url, priority, body_code (企业名称, 统一社会信用代码, 网址 …)"
        )
        raise typer.Exit(2)
    return found.targets, [str(f) for f in found.faults]


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day; write it as 2026-11-23", param_hint="--as-of") from None


def _window(text: str | None) -> str | None:
    from crawler.politeness import in_window

    if text is not None:
        from datetime import time

        try:
            in_window(time(0), text)
        except ValueError:
            raise typer.BadParameter(
                f"{text!r} is not a window; write it as 22:00-06:00", param_hint="--window"
            ) from None
    return text


def _status(summary: CrawlSummary, fail_on: str | None) -> int:
    if summary.stopped:
        return 3
    if fail_on is not None:
        reached = OUTCOMES[: OUTCOMES.index(fail_on) + 1]
        if any(summary.findings.get(outcome) for outcome in reached):
            return 1
    return 0


def _table(summary: CrawlSummary) -> str:
    """One line a site, then the run."""
    lines = ["host\tstate\tpages\tunchanged\tfailed\tblocked\tskipped\treason"]
    for site in summary.sites:
        reason = "; ".join(filter(None, (site.reason, site.conflict))) or "—"
        lines.append(
            f"{site.host}\t{site.state}\t{site.pages}\t{site.unchanged}\t{site.failed}\t{site.blocked}\t{site.skipped}\t{reason}"
        )
    found = ", ".join(f"{o} {summary.findings.get(o, 0)}" for o in OUTCOMES)
    rate = summary.pages / summary.seconds if summary.seconds else 0.0
    lines.append(
        f"run {summary.run}{' (taken up)' if summary.taken_up else ''}: {len(summary.sites)} site(s), {summary.pages} page(s), "
        f"{summary.judged} checked ({summary.carried} known from earlier runs), {rate:.1f} pages/s; findings: {found}"
    )
    return "\n".join(lines)


def _json(summary: CrawlSummary, bad_rows: list[str]) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "run": summary.run,
        "taken_up": summary.taken_up,
        "stopped": summary.stopped,
        "seconds": round(summary.seconds, 3),
        "pages": summary.pages,
        "checked": summary.judged,
        "carried": summary.carried,
        "findings": {o: summary.findings.get(o, 0) for o in OUTCOMES},
        "sites": [asdict(site) for site in summary.sites],
        "evidence": [str(path) for path in summary.evidence],
        "screenshots": {"taken": summary.shots.taken, "left": summary.shots.left},
        "faults": [str(f) for f in summary.faults],
        "targets_left_out": bad_rows,
    }


def _faults(summary: CrawlSummary) -> None:
    for site in summary.sites:
        if site.state in ("failed", "blocked", "redirected"):
            _say(f"{site.host}: {site.state}: {site.reason}")
        for url, why in site.failures:
            if why:
                _say(f"{url}: {why}")
    for fault in (*summary.faults, *summary.shots.faults):
        _say(str(fault))
    if summary.shots.left:
        _say(f"{summary.shots.left} page(s) with claims have no screenshot yet: the run's number was spent")
    if summary.stopped:
        _say(f"stopped: {summary.stopped}; run the same command again to go on where it stopped")


def _say(line: str) -> None:
    print(f"certmark crawl: {line}", file=sys.stderr)
