"""`certmark report`: violation reports from the store, or from the result of a check."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

app = typer.Typer(add_completion=False, help="violation reports from the store")

FORMATS = ("html", "json")
NOT_FOUND, BAD_USAGE = 1, 2


@app.command("report")
def report(
    company: Annotated[
        Optional[str], typer.Option(help="one company: its full name, USCC or host", metavar="NAME")
    ] = None,
    all_companies: Annotated[bool, typer.Option("--all", help="every company in the store")] = False,
    result: Annotated[
        Optional[Path],
        typer.Option("--from", help="take a check's result (--format json) instead of the store", metavar="FILE"),
    ] = None,
    format: Annotated[str, typer.Option(help="html | json")] = "html",
    out: Annotated[Optional[Path], typer.Option(help="file to write; - for standard output", metavar="PATH")] = None,
) -> None:
    """Write the report of one company or of all: what pages state, what the register shows, which provisions that touches."""
    if format not in FORMATS:
        _stop(f"--format {format}: no such format; use one of {', '.join(FORMATS)}")
    if out is None:
        _stop("--out is missing: name the file to write, for example --out report.html (- for standard output)")
    if bool(company) == all_companies:
        if company:
            _stop("--company and --all exclude each other: give one of them")
        if result is None:
            _stop("nothing chosen: give --company NAME or --all")
    from reports.model import report_of

    data = _result_from(result) if result else _result_from_store(company)
    try:
        made = report_of(data, made_at=_now(), only=company)
    except (KeyError, TypeError, AttributeError) as fault:
        where = result or "the store"
        _stop(f"{where}: not a check result of the contract's shape: {type(fault).__name__} at {fault}")
    if not (made.companies or made.clean) and company:
        _stop(f"no page of `{company}` is known; check the name, or crawl its site first", NOT_FOUND)
    _write(out, _rendered(made, format))


def _result_from_store(company: str | None) -> dict[str, Any]:
    from compliance.store.findings import results
    from compliance.store.session import open_store

    with open_store() as store:
        try:
            found = results(store, company=company)
        except LookupError as fault:
            _stop(f"{fault.args[0]}; check the name, or crawl its site first", NOT_FOUND)
    if not found["pages"]:
        _stop("the store holds no checked page yet; run `certmark crawl` first, or give --from FILE", NOT_FOUND)
    return found


def _result_from(path: Path) -> dict[str, Any]:
    from reports.reading import ResultError, result_of

    try:
        return result_of(path)
    except ResultError as fault:
        _stop(str(fault))


def _rendered(report: Any, format: str) -> bytes:
    if format == "json":
        from reports.documents import json as document

        return document.render(report).encode("utf-8")
    from reports.documents import html

    return html.render(report).encode("utf-8")


def _write(out: Path, content: bytes) -> None:
    if str(out) == "-":
        sys.stdout.buffer.write(content)
        return
    from reports.writing import write_whole

    try:
        write_whole(out, content)
    except OSError as fault:
        _stop(f"{out}: can't be written: {fault.strerror}; choose another --out")
    typer.echo(f"{out}", err=True)


def _now() -> str:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return datetime.now(ZoneInfo("Asia/Shanghai")).isoformat(sep=" ", timespec="minutes")


def _stop(message: str, status: int = BAD_USAGE) -> Any:
    typer.echo(f"certmark report: {message}", err=True)
    raise typer.Exit(status)
