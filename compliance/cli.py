"""`certmark check` and `certmark text`: check without crawling. Heavy imports stand inside the commands."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from compliance.check_doors import door

if TYPE_CHECKING:
    from compliance.checking.session import Checked

MEDIA = (
    "website", "e_shop", "advertisement", "brochure", "product", "packaging", "premises", "tender",
    "physical_certificate", "other",
)  # fmt: skip
FORMATS = ("table", "json", "jsonl", "sarif")
OUTCOMES = ("violation", "suspected", "needs_review")

check_app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
text_app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def one_of(value: str | None, allowed: tuple[str, ...], option: str) -> str | None:
    """The value when it's allowed (or None); else a usage error that lists what is."""
    if value is not None and value not in allowed:
        raise typer.BadParameter(f"{value!r} is not one of {', '.join(allowed)}", param_hint=option)
    return value


def day_option(value: str | None, option: str = "--as-of") -> date | None:
    """A day written YYYY-MM-DD."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise typer.BadParameter(f"{value!r} is not a day; write it as 2026-11-23", param_hint=option) from None


Register = Annotated[
    Optional[str],
    typer.Option(metavar="FILE|DB|none", help="certificate register to check against; default: the store's"),
]
AsOf = Annotated[Optional[str], typer.Option("--as-of", metavar="DATE", help="day of the conduct, YYYY-MM-DD")]
Medium = Annotated[Optional[str], typer.Option(metavar="MEDIUM", help=f"where it is said: {', '.join(MEDIA)}")]
Format = Annotated[str, typer.Option("--format", metavar="FORMAT", help="table, json, jsonl or sarif")]
CompanyName = Annotated[Optional[str], typer.Option(metavar="NAME", help="the company whose page it is")]
Uscc = Annotated[Optional[str], typer.Option(metavar="CODE", help="its unified social credit code")]
FailOn = Annotated[
    Optional[str], typer.Option("--fail-on", metavar="OUTCOME", help="exit 1 with a finding at or above this outcome")
]
Lists = Annotated[
    Optional[list[str]],
    typer.Option(
        "--list",
        metavar="KIND=FILE",
        help="another list for this run: bodies, gi_users, abnormal, ccc_catalogue, recalls",
    ),
]
Complete = Annotated[
    Optional[list[str]],
    typer.Option(
        "--complete",
        metavar="[KIND=]all|FILE",
        help="what the register file (or a list) is complete for; nothing unless said",
    ),
]
Why = Annotated[
    Optional[str], typer.Option(metavar="FINDING", help="trace of a finding: its id or the start of it, or `all`")
]
SelfCheck = Annotated[bool, typer.Option("--self", help="plain words for the site's own people: what to write instead")]
Rules = Annotated[Optional[list[str]], typer.Option("--rules", metavar="DIR", help="a folder of further rules")]


@check_app.command()
def check(
    context: typer.Context,
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help="file, folder, WARC, JSONL of page records, URL, or - for input; with --out also "
            "Parquet, s3://… and store: (all that was crawled)",
        ),
    ],
    register: Register = None,
    as_of: AsOf = None,
    company: CompanyName = None,
    uscc: Uscc = None,
    medium: Medium = None,
    format: Format = "table",
    fail_on: FailOn = None,
    rules: Rules = None,
    why: Why = None,
    lists: Lists = None,
    complete: Complete = None,
    self_check: SelfCheck = False,
    as_body: Annotated[
        Optional[str],
        typer.Option("--as-body", metavar="CODE", help="a certification body's clients only, by its approval number"),
    ] = None,
    out: Annotated[
        Optional[str],
        typer.Option(
            metavar="DIR",
            help="a whole corpus: findings and pages as Parquet and a summary into this folder "
            "or s3://…; goes on where it was broken off",
        ),
    ] = None,
    engine: Annotated[
        Optional[str], typer.Option(metavar="ENGINE", help="who works on a corpus (--out): local or dask")
    ] = None,
    workers: Annotated[
        Optional[int], typer.Option(metavar="N", min=1, help="dask: processes on this machine; default: one a core")
    ] = None,
    scheduler: Annotated[
        Optional[str], typer.Option(metavar="tcp://…", help="dask: a cluster that is there, instead of processes here")
    ] = None,
    since: Annotated[
        Optional[str], typer.Option(metavar="DATE", help="store: only pages captured on this day or later")
    ] = None,
    jobs: Annotated[
        Optional[int],
        typer.Option(
            metavar="N",
            min=1,
            help="processes for page records (.jsonl); default: one a core for large files",
        ),
    ] = None,
    pictures: Annotated[
        bool,
        typer.Option(
            help="read the pictures that are likely to matter (extra `pictures`); without, they are said to be unread"
        ),
    ] = True,
) -> None:
    """Check pages without crawling. Exit 0 ran, 1 with --fail-on, 2 bad usage or unreadable input."""
    from compliance.checking.session import check_sources

    drawn = door(context.obj, format, self_check, as_body)
    if out is not None or engine is not None or workers or scheduler or since or sources == ["store:"]:
        from compliance.batch.command import run_batch

        asked = dict(
            register=register, as_of=day_option(as_of), company=company, uscc=uscc,
            medium=one_of(medium, MEDIA, "--medium"), rules=rules, lists=lists, complete=complete,
        )  # fmt: skip
        if drawn is not None:
            raise typer.BadParameter("a corpus is written as Parquet; check fewer pages for this", param_hint="--out")
        if why is not None:
            raise typer.BadParameter("traces are for few pages; check the page alone", param_hint="--why")
        status = run_batch(
            sources, out, asked, engine=engine, workers=workers, scheduler=scheduler, since=day_option(since, "--since"),
            form=one_of(format, ("table", "json"), "--format") or "table",
            floor=one_of(fail_on, OUTCOMES, "--fail-on"), ports=context.obj,
        )  # fmt: skip
        raise typer.Exit(status)
    # a trace needs the facts, and what a bid lists is read from its text: both stay in this process
    processes = _processes(sources, jobs) if why is None and medium != "tender" else 1
    several: Any = None
    if processes > 1:
        from compliance.batch.lines import results_of, write_lines

        several = lambda checked, floor: write_lines(sources, checked, floor, pictures, processes)  # noqa: E731
    _run(
        (lambda checked: results_of(sources, checked, pictures, processes)) if several
        else lambda checked: check_sources(sources, checked, pictures),
        register=register, as_of=as_of, company=company, uscc=uscc, medium=medium, format=format, fail_on=fail_on,
        rules=rules, why=why, lists=lists, complete=complete, drawn=drawn, split=several if format == "jsonl" else None,
    )  # fmt: skip


def _processes(sources: list[str], jobs: int | None) -> int:
    """How many processes the sources are worth."""
    if jobs == 1 or not all(source.endswith((".jsonl", ".ndjson")) for source in sources):
        return 1
    from compliance.batch.lines import processes_for

    return processes_for(sources, jobs)


@text_app.command()
def text(
    context: typer.Context,
    words: Annotated[str, typer.Argument(metavar="TEXT", help="the sentence to try")],
    register: Register = None,
    as_of: AsOf = None,
    company: CompanyName = None,
    uscc: Uscc = None,
    medium: Medium = None,
    format: Format = "table",
    fail_on: FailOn = None,
    rules: Rules = None,
    why: Why = None,
    lists: Lists = None,
    complete: Complete = None,
    self_check: SelfCheck = False,
) -> None:
    """Check one piece of text. Its place is unknown unless --medium says it, so all alternatives are listed."""
    from compliance.checking.session import check_words

    _run(
        lambda checked: check_words(words, checked),
        register=register, as_of=as_of, company=company, uscc=uscc, medium=medium, format=format, fail_on=fail_on,
        rules=rules, why=why, lists=lists, complete=complete, drawn=door(context.obj, format, self_check, None),
    )  # fmt: skip


def _run(work: Any, **given: Any) -> None:
    from compliance.checking.session import CannotCheck, open_check

    form = one_of(given["format"], FORMATS, "--format")
    one_of(given["medium"], MEDIA, "--medium")
    floor = one_of(given["fail_on"], OUTCOMES, "--fail-on")
    day = day_option(given["as_of"])
    try:
        with open_check(
            register=given["register"], as_of=day, company=given["company"], uscc=given["uscc"],
            medium=given["medium"], rules=given["rules"] or [], why=given["why"] is not None,
            lists=given["lists"] or [], complete=given["complete"] or [],
        ) as checked:  # fmt: skip
            if given.get("split") is not None:
                status = given["split"](checked, floor)
            else:
                status = show(work(checked), checked, form or "table", floor, given["why"], given["drawn"])
    except CannotCheck as error:
        print(f"certmark: {error}", file=sys.stderr)
        raise typer.Exit(2) from error
    raise typer.Exit(status)


def show(
    results: Iterator[Any], checked: Checked, form: str, floor: str | None, why: str | None, drawn: Any = None
) -> int:
    """Print results as they come (jsonl) or at the end; returns the exit status of the contract."""
    from compliance.checking.output import write_results
    from compliance.checking.why import traced

    return write_results(traced(results, checked, why) if why else results, checked, form, floor, drawn)
