"""`certmark report`: violation reports from the store, or from the result of a check."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn, Optional

import typer

app = typer.Typer(add_completion=False, help="violation reports from the store")

NOT_FOUND, BAD_USAGE = 1, 2


@app.command("report")
def report(
    company: Annotated[
        Optional[str], typer.Option(help="one company: its full name, USCC or host", metavar="NAME")
    ] = None,
    case: Annotated[
        Optional[str], typer.Option(help="one case: findings, answers, deadline, history", metavar="ID")
    ] = None,
    all_companies: Annotated[bool, typer.Option("--all", help="every company in the store")] = False,
    result: Annotated[
        Optional[Path],
        typer.Option("--from", help="take a check's result (--format json) instead of the store", metavar="FILE"),
    ] = None,
    format: Annotated[str, typer.Option(help="html | pdf | docx | xlsx | json | sarif")] = "html",
    letter: Annotated[
        Optional[str],
        typer.Option(
            help="a letter instead of the report: rectification | inquiry | transfer | withdrawal (html, docx)"
        ),
    ] = None,
    finding: Annotated[
        Optional[list[str]], typer.Option(help="only this finding in the letter; may be repeated", metavar="ID")
    ] = None,
    self_check: Annotated[
        bool, typer.Option("--self", help="plain words for the site's own people: what to write instead (html, text)")
    ] = False,
    as_body: Annotated[
        Optional[str],
        typer.Option(help="the tracking report of a certification body, its clients only", metavar="CODE"),
    ] = None,
    template: Annotated[
        Optional[Path],
        typer.Option(
            help="a folder whose templates stand in place of the program's (html, pdf, letters)", metavar="DIR"
        ),
    ] = None,
    pictures: Annotated[
        bool,
        typer.Option("--pictures", help="the quote marked in a picture of its page (needs Chromium; a second each)"),
    ] = False,
    issue_to: Annotated[
        Optional[str],
        typer.Option(
            "--issue-to", help="the document goes out: number it, keep it as sent, note who receives it", metavar="NAME"
        ),
    ] = None,
    replaces: Annotated[
        Optional[str], typer.Option(help="the document that this one corrects or withdraws", metavar="NUMBER")
    ] = None,
    why: Annotated[str, typer.Option(help="why it is corrected or withdrawn", metavar="TEXT")] = "",
    who: Annotated[
        Optional[str], typer.Option(help="who issues it; default: the user of this machine", metavar="NAME")
    ] = None,
    names: Annotated[bool, typer.Option(help="print personal names in full; masked otherwise")] = False,
    out: Annotated[Optional[Path], typer.Option(help="file to write; - for standard output", metavar="PATH")] = None,
) -> None:
    """Write the report of one company or of all: what pages state, what the register shows, which provisions that touches."""
    from reports.documents import FORMATS

    if format not in (*FORMATS, "text"):
        _stop(f"--format {format}: no such format; use one of {', '.join(FORMATS)}")
    if (self_check or as_body) and format not in ("html", "text" if self_check else "json"):
        _stop(f"--format {format}: here use html or {'text' if self_check else 'json'}")
    if format == "text" and not self_check:
        _stop("--format text goes with --self only")
    if out is None:
        _stop("--out is missing: name the file to write, for example --out report.html (- for standard output)")
    chosen = [name for name, given in (("--company", company), ("--case", case), ("--all", all_companies)) if given]
    if len(chosen) > 1:
        _stop(f"{' and '.join(chosen)} exclude each other: give one of them")
    if (case or issue_to or pictures) and result:
        _stop("--case, --pictures and --issue-to work on the store: leave --from out")
    if letter == "withdrawal":
        if not (replaces and issue_to):
            _stop("a withdrawal needs --replaces NUMBER, --why TEXT and --issue-to NAME")
    elif not chosen and result is None:
        _stop("nothing chosen: give --company NAME, --case ID or --all")
    if replaces and not issue_to:
        _stop("--replaces goes with --issue-to NAME: a correction is a document that goes out")
    from reports.issuing import Asked, Source, issue_parts
    from reports.masking import masked
    from reports.model import report_of
    from reports.overview import overview_sections

    asked = Asked(issue_to, who or _user(), replaces, why) if issue_to else None

    def document(source: Source, number: str = "", replaced: dict[str, Any] | None = None) -> bytes:
        if letter == "withdrawal" and replaced:
            return _withdrawn(number, replaced, why, source, format, template)
        front = issue_parts(number, asked, replaced) if asked else ()
        try:
            data = source.result if names else masked(source.result)
            made = report_of(data, _now(), company, (*front, *source.sections), source.marks, source.pictures)
        except (KeyError, TypeError, AttributeError) as fault:
            where = result or "the store"
            _stop(f"{where}: not a check result of the contract's shape: {type(fault).__name__} at {fault}")
        if not (made.companies or made.clean) and company:
            _stop(f"no page of `{company}` is known; check the name, or crawl its site first", NOT_FOUND)
        if as_body:
            return _for_body(source.result, as_body, format, template)
        if self_check:
            return _for_self(made, format, template)
        if letter:
            out_going = {"number": number, "replaced": replaced, "why": why}
            due = source.case["deadline"] if source.case else None
            ids = tuple(
                finding or (one.id for c in made.companies for one in c.findings if one.id not in source.dismissed)
            )
            if not ids:
                _stop("no finding to write about: all are set aside; check --company, --case and --finding", NOT_FOUND)
            return _lettered(made, letter, ids, format, template, due, out_going)
        return _rendered(made, format, template)

    if result:
        found = _result_from(result)
        _write(out, document(Source(found, overview_sections(found) if all_companies else ())))
    else:
        _write(
            out, _from_store(document, company, case, asked, letter or "report", format, out.name, not names, pictures)
        )


def _from_store(
    document: Callable[..., bytes],
    company: str | None,
    case: str | None,
    asked: Any,
    kind: str,
    form: str,
    name: str,
    mask: bool,
    pictures: bool,
) -> bytes:
    """Opens the store, finds what is reported on, and keeps the document when it goes out."""
    from compliance.store.case_gather import gather
    from compliance.store.session import StoreError, open_store
    from reports.issuing import Source, from_case, from_store, issued

    try:
        with open_store() as store:
            gather(store)
            if kind == "withdrawal" and not (company or case):
                source = Source({})
            else:
                source = from_case(store, case, mask) if case else from_store(store, company)
                if not source.result["pages"]:
                    _stop(
                        "the store holds no checked page yet; run `certmark crawl` first, or give --from FILE",
                        NOT_FOUND,
                    )
            if pictures:
                source.pictures = _pictures(store, source.result)
            if asked is None:
                return document(source)
            return issued(
                store, asked, kind, form, source, name, lambda number, replaced: document(source, number, replaced)
            )
    except LookupError as fault:
        _stop(f"{fault.args[0]}; check the name, or crawl its site first" if company else str(fault.args[0]), NOT_FOUND)
    except (ValueError, StoreError) as fault:
        _stop(str(fault))


def _pictures(store: Any, result: dict[str, Any]) -> dict[str, str]:
    from reports.pictures import NoPictures, pictures_of

    try:
        drawn, missed = pictures_of(store, result)
    except NoPictures as fault:
        _stop(f"--pictures: {fault}")
    if missed:
        typer.echo(
            f"certmark report: {missed} findings without a picture: their page's bytes are not kept, or it is no web page",
            err=True,
        )
    return drawn


def _withdrawn(
    number: str, replaced: dict[str, Any], why: str, source: Any, format: str, template: Path | None
) -> bytes:
    from reports.documents import letter as document
    from reports.letters import withdrawal

    if format not in document.FORMATS:
        _stop(f"--format {format}: a letter is written as {' or '.join(document.FORMATS)}")
    company = source.case["company"]["name"] if source.case else None
    with _said("--letter withdrawal", template):
        return document.rendered((withdrawal(number, replaced, why, company, template),), format)


def _result_from(path: Path) -> dict[str, Any]:
    from reports.reading import ResultError, result_of

    try:
        return result_of(path)
    except ResultError as fault:
        _stop(str(fault))


def _rendered(report: Any, format: str, template: Path | None) -> bytes:
    from reports.documents import rendered

    with _said(f"--format {format}", template):
        return rendered(report, format, template)


def _for_self(report: Any, format: str, template: Path | None) -> bytes:
    from reports.documents import html
    from reports.selfcheck import text_of
    from reports.visible import visible

    with _said("--self", template):
        return (visible(text_of(report)) if format == "text" else html.render_self(report, template)).encode("utf-8")


def _for_body(data: dict[str, Any], code: str, format: str, template: Path | None) -> bytes:
    from reports.bodyview import body_report_of
    from reports.documents import html
    from reports.documents.json import plain

    try:
        body = body_report_of(data, code)
    except LookupError as fault:
        _stop(f"--as-body: {fault.args[0]}", NOT_FOUND)
    with _said("--as-body", template):
        return (plain(body) if format == "json" else html.render_body(body, template)).encode("utf-8")


def _lettered(
    report: Any,
    letter: str,
    findings: tuple[str, ...],
    format: str,
    template: Path | None,
    due: Any,
    out_going: dict[str, Any],
) -> bytes:
    from reports.documents import letter as document
    from reports.letters import LETTERS, letters_of

    if letter not in LETTERS:
        _stop(f"--letter {letter}: no such letter; use one of {', '.join(LETTERS)}, withdrawal")
    if format not in document.FORMATS:
        _stop(f"--format {format}: a letter is written as {' or '.join(document.FORMATS)}")
    with _said(f"--letter {letter}", template):
        letters = letters_of(report, letter, findings, template, due, out_going)
        if not letters:
            _stop("no finding to write about; check --company and --finding", NOT_FOUND)
        return document.rendered(letters, format)


@contextmanager
def _said(option: str, template: Path | None) -> Iterator[None]:
    """Faults of formats and of users' templates, each with its place."""
    from jinja2 import TemplateError

    from reports.documents.needs import NotInstalled
    from reports.documents.pdf import LayoutError
    from reports.wording import WordingError

    if template is not None and not template.is_dir():
        _stop(f"--template {template}: no such folder")
    try:
        yield
    except NotInstalled as fault:
        _stop(f"{option}: {fault}")
    except TemplateError as fault:
        where = getattr(fault, "filename", None) or getattr(fault, "name", None) or template
        line = getattr(fault, "lineno", None)
        _stop(f"{where}{f':{line}' if line else ''}: {fault}")
    except UnicodeDecodeError as fault:
        _stop(f"--template {template}: a template is not UTF-8 (byte {fault.start})")
    except (WordingError, LayoutError) as fault:
        _stop(f"--template {template}: {fault.args[0]}")


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


def _user() -> str:
    import getpass

    return getpass.getuser()


def _now() -> str:
    from datetime import datetime

    from rules.clock import CHINA

    return datetime.now(CHINA).isoformat(sep=" ", timespec="minutes")


def _stop(message: str, status: int = BAD_USAGE) -> NoReturn:
    typer.echo(f"certmark report: {message}", err=True)
    raise typer.Exit(status)
